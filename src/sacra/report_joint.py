"""What the joint commands print."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from threading import Timer

from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from sacra.joint.behind import NUMERIC
from sacra.joint.freebody import FreeBody
from sacra.joint.result import Result, Spread, unit_of
from sacra.joint.solver import Crowd
from sacra.joint.validate import ORDINAL, Report, Row
from sacra.report import heading

BEYOND = "In this person a ligament is stretched until it begins to fail."

_SECTIONS = {
    "Motion of the sacrum in the hip bone": ("nutation", "turn", "move", "centre"),
    "Joint surfaces and symphysis": ("push", "shear", "load", "symphysis", "asis", "psis", "work"),
    "Ligaments": ("pull", "strain", "failure"),
}


_SOON = 2.0
"""Seconds after which a terminal shows how far it is; before, nobody has begun to wonder."""
_LATER = 10.0
"""Seconds after which a file that errors go to gets a line, and another each time twice as late."""


def told(crowd: Crowd, console: Console) -> Iterator[int]:
    """Solve many people, and show on a console how many are done."""
    return _on_terminal(crowd, console) if console.is_terminal else _in_lines(crowd, console)


def _on_terminal(crowd: Crowd, console: Console) -> Iterator[int]:
    """One line that moves, and is gone when all are done; there before the first people are."""
    done_of = TextColumn("{task.completed:,} of {task.total:,} people")
    bar = Progress(done_of, BarColumn(), TimeElapsedColumn(), TextColumn("left:"),
                   TimeRemainingColumn(), console=console, transient=True)  # fmt: skip
    task = bar.add_task("", total=crowd.people)
    soon = Timer(_SOON, bar.start)
    soon.start()
    try:
        for done in crowd:
            bar.update(task, completed=done)
            yield done
    finally:
        soon.cancel()
        soon.join()
        bar.stop()


def _in_lines(crowd: Crowd, console: Console) -> Iterator[int]:
    """A line now and then, ever more seldom: for a log."""
    start, wait = time.monotonic(), _LATER
    for done in crowd:
        seconds = time.monotonic() - start
        if seconds >= wait and done < crowd.people:
            console.print(f"{done:,} of {crowd.people:,} people after {seconds:.0f} s")
            wait = 2 * seconds
        yield done


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
        said = f"{row.median:.2f} ({row.low:.2f} to {row.high:.2f}) {row.unit}".rstrip()
        if row.share is not None:
            said = f"in {row.share:.0%} of people"
        elif row.median != row.median:
            said = "nobody found a balance"
        mark = "" if row.mark == "verified" else f"({row.mark})"
        mark += f" ({row.failed} found no balance)" if row.failed else ""
        published = f"published {row.published} {mark}" if row.share is None else mark
        verdict = "agrees" if row.agrees else "MISSES"
        table.add_row(verdict, row.measurement, row.label, said, published)
    return table


def _without(report: Report) -> Iterator[RenderableType]:
    for name, why in report.not_restated.items():
        yield Text(f"  {name}: {why}")


def _total(report: Report, what: str, kinds: tuple[str, ...]) -> str:
    agrees, count = report.share(*kinds)
    return f"{agrees} of {count} {what} agree" if count else f"no {what}"
