"""What the joint commands print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from sacra.joint.behind import NUMERIC
from sacra.joint.freebody import FreeBody
from sacra.joint.result import Result, Spread, unit_of
from sacra.joint.validate import ORDINAL, Report, Row
from sacra.report import heading

BEYOND = "In this person a ligament is stretched until it begins to fail."

_SECTIONS = {
    "Motion of the sacrum in the hip bone": ("nutation", "turn", "move", "centre"),
    "Joint surfaces and symphysis": ("push", "shear", "load", "symphysis", "asis", "psis", "work"),
    "Ligaments": ("pull", "strain", "failure"),
}


def result_report(result: Result) -> RenderableType:
    """Quantities in sections, then what to know about them."""
    count = result.people - result.failed
    title = (
        f"{result.name or 'Scenario'}: {count:,} virtual people, {result.sex}, seed {result.seed}"
    )
    parts: list[RenderableType] = [Text(title, style="bold")]
    parts.append(
        Text(f"Moves are those of the point {result.point}, in mm. Median and 90 % interval.")
    )
    for name, starts in _SECTIONS.items():
        rows = [spread for spread in result.spreads if spread.quantity.startswith(starts)]
        if rows:
            parts += [heading(name), _spreads(rows, prediction=result.prediction)]
    parts += [Text(f"\n{note}") for note in result.notes]
    parts.append(
        Text("\nA model result, not a measurement, and no diagnosis of anybody.", style="dim")
    )
    return Group(*parts)


_JUSTIFY: tuple[JustifyMethod, ...] = ("left", "right", "left", "left")


def _spreads(rows: list[Spread], *, prediction: bool) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for justify in _JUSTIFY:
        table.add_column(justify=justify)
    for row in rows:
        unit = "" if row.unit == "1" else row.unit
        interval = f"({_two(row.low)} to {_two(row.high)})"
        if row.median != row.median:  # where it turns about, when it does not turn
            table.add_row(row.quantity, "none")
            continue
        marks = ("*" if row.floor else "") + ("" if prediction or row.measured else "°")
        table.add_row(row.quantity, _two(row.median), f"{interval} {unit}", marks)
    return table


def _two(value: float) -> str:
    """Two decimals, and no minus before nothing."""
    return f"{round(value, 2) + 0.0:.2f}"


def free_body_report(table: FreeBody) -> RenderableType:
    """A table for each bone."""
    parts: list[RenderableType] = [
        Text("All forces in the middle person, in N; moments in N m about S1 or the hip centre.")
    ]  # fmt: skip
    for bone in dict.fromkeys(force.bone for force in table.forces):
        parts += [heading(bone.replace("_", " ").capitalize()), _bone(table, bone)]
    if table.failure > 1:
        parts.append(Text(f"\n{BEYOND}"))
    parts.append(Text(f"\nLeft over: {table.rest:.1e} N.", style="dim"))
    return Group(*parts)


def _bone(table: FreeBody, bone: str) -> Table:
    shown = Table(box=None, pad_edge=False)
    for name in ("by", "X", "Y", "Z", "about X", "about Y", "about Z"):
        shown.add_column(name, justify="left" if name == "by" else "right")
    for one in table.forces:
        if one.bone == bone:
            force = [f"{value:.1f}" for value in one.force]
            shown.add_row(one.by, *force, *(f"{value:.2f}" for value in one.moment))
    return shown


def sensitivity_report(quantity: str, found: Mapping[str, float]) -> RenderableType:
    """The traits that change a quantity most, and by how much."""
    unit = unit_of(quantity)
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column()
    shown.add_column(justify="right")
    order = sorted(found, key=lambda name: -abs(found[name]))
    for name in order[:_MOST]:
        shown.add_row(name, f"{found[name]:+.3g} {'' if unit == '1' else unit}".rstrip())
    return Group(
        heading(f"What decides {quantity}"),
        Text(f"Its change in the middle person with one standard deviation of a trait; the"
             f" {min(_MOST, len(order))} strongest of {len(order)}."),
        shown,
    )  # fmt: skip


_MOST = 12


def validation_report(report: Report) -> RenderableType:
    """Predicted beside published, failures with their likely reason, and the totals."""
    parts: list[RenderableType] = []
    for phenomenon in dict.fromkeys(row.phenomenon for row in report.rows):
        rows = [row for row in report.rows if row.phenomenon == phenomenon]
        parts += [heading(phenomenon.replace("_", " ").capitalize()), _rows(rows)]
        misfits = dict.fromkeys(row.misfit for row in rows if row.misfit)
        parts += [Text(f"  Likely reason: {misfit}", style="dim") for misfit in misfits]
    if report.not_restated:
        parts += [heading("Not restated"), *_without(report)]
    numbers = _total(report, "numbers", NUMERIC)
    signs = _total(report, "signs and orders", ORDINAL)
    parts.append(Text(f"\n{numbers}; {signs}."))
    return Group(*parts)


def _rows(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for row in rows:
        said = f"{row.median:.2f} ({row.low:.2f} to {row.high:.2f})"
        if row.share is not None:
            said = f"in {row.share:.0%} of people"
        elif row.median != row.median:
            said = "nobody found a balance"
        mark = "" if row.mark == "verified" else f"({row.mark})"
        published = f"published {row.published} {mark}" if row.share is None else mark
        verdict = "agrees" if row.agrees else "MISSES"
        mark += f" ({row.failed} found no balance)" if row.failed else ""
        table.add_row(verdict, row.measurement, row.label, said, published)
    return table


def _without(report: Report) -> Iterator[RenderableType]:
    for name, why in report.not_restated.items():
        yield Text(f"  {name}: {why}")


def _total(report: Report, what: str, kinds: tuple[str, ...]) -> str:
    agrees, count = report.share(*kinds)
    return f"{agrees} of {count} {what} agree" if count else f"no {what}"
