"""Text for `sacra validate` and `sacra evaluate`."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sacra.reasoning.evaluate import Counts, Evaluation, Item, Score, interval
from sacra.reasoning.validate import Row, Validation

# --- validate ---------------------------------------------------------------------------------


def validation_report(validation: Validation) -> RenderableType:
    """Predicted beside published."""
    table = Table(box=None, title="Predicted (90 %) beside published; composites are never inputs")
    for head in ("composite", "at", "figure", "published", "predicted", ""):
        table.add_column(head, no_wrap=head == "composite")
    for row in validation.rows:
        for cells in _validation_cells(row):
            table.add_row(*cells)
    fits = sum(row.fits for row in validation.rows)
    lines = [f"{fits} of {len(validation.rows)} thresholds fit in every figure."]
    lines += [
        f"✗ {row.composite} {row.threshold}: {row.misfit}" for row in validation.rows if row.misfit
    ]
    lines += [f"– {one.composite}: not computed. {one.why}" for one in validation.not_computed]
    return Group(table, *map(Text, lines))


def _validation_cells(row: Row) -> Iterator[tuple[str, ...]]:
    heads = (row.composite, row.threshold)
    for name, value in row.published.items():
        p = row.predicted[name]
        fits = "" if p.low <= value <= p.high else "misfit"
        predicted = f"{p.mean:.2f} ({p.low:.2f}-{p.high:.2f})"
        yield *heads, name, f"{value:.2f} {row.mark[0]}", predicted, fits
        heads = ("", "")


# --- evaluate ---------------------------------------------------------------------------------


def evaluation_report(evaluation: Evaluation) -> RenderableType:
    """Both runs, each share with its exact 95 % interval and the ids behind it."""
    table = Table(box=None, title=f"{evaluation.n} cases")
    for head in ("", "reported", "completed", "ids"):
        table.add_column(head)
    scorable = evaluation.scorable
    for label, key, base in _ROWS:
        reported, completed = (
            getattr(run, key) for run in (evaluation.reported, evaluation.completed)
        )
        of = scorable[base]
        table.add_row(label, _share(len(reported), of), _share(len(completed), of), _ids(completed))
    return Group(table, *_evaluation_tail(evaluation))


_ROWS = (
    ("grave under-triage", "grave_under_triage", "urgency"),
    ("under-triage", "under_triage", "urgency"),
    ("over-triage", "over_triage", "urgency"),
    ("undetermined", "undetermined", "urgency"),
    ("deciding question missing", "deciding_question_missing", "deciding"),
    ("right first", "top1", "conditions"),
    ("right in three", "top3", "conditions"),
    ("suspect named", "suspects_named", "suspects"),
)


def _share(hits: int, of: int) -> str:
    low, high = interval(min(hits, of), of)
    return f"{hits}/{of} ({low:.0%}-{high:.0%})" if of else f"{hits}/0"


def _ids(names: list[str]) -> str:
    return " ".join(names[:10]) + (" …" if len(names) > 10 else "")


def _evaluation_tail(evaluation: Evaluation) -> Iterator[RenderableType]:
    for label, run in (("reported", evaluation.reported), ("completed", evaluation.completed)):
        yield Text(f"{label}: mean suspect list {run.suspect_list_length}, {_totals(run)}")
        yield from map(Text, _items("forbidden", run.forbidden))
        yield from map(Text, _items("forbidden, minor", run.forbidden_minor))
        yield from map(Text, _items("missing offer", run.missing_offers))
    yield Text("Per case, completed (offered / ask first / with clinician / withheld):")
    yield Text("  " + "; ".join(map(_counts, evaluation.completed.counts.items())))
    rows = [f"{row['case']} {row['what']} ({row['why']})" for row in evaluation.not_scored]
    yield Text("Not scored: " + "; ".join(rows))


def _items(title: str, items: list[Item]) -> Iterator[str]:
    return (f"  {title}: {item.case} {item.item}" for item in items)


def _counts(row: tuple[str, Counts]) -> str:
    name, c = row
    return f"{name} {c.offered}/{c.ask_first}/{c.with_clinician}/{c.withheld}"


def _totals(run: Score) -> str:
    offered = [counts.offered for counts in run.counts.values()]
    mean = sum(offered) / len(offered) if offered else 0.0
    wrong = f"forbidden {len(run.forbidden)}, missing offers {len(run.missing_offers)}"
    return f"mean offered {mean:.1f}, {wrong}"
