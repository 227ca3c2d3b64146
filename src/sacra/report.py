"""Text that a clinician reads in a minute: assessments, evaluations and checks for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import Assessment
from sacra.reasoning.differential import Likelihood, Weight
from sacra.reasoning.evaluate import Counts, Evaluation, Item, Score, interval
from sacra.reasoning.plan import AskFirst, Because, ExerciseOffer, Plan
from sacra.reasoning.triage import Reason
from sacra.reasoning.validate import Row, Validation

_COLOUR = {"emergency": "bold red", "same_day": "bold yellow", "undetermined": "bold"}
_SAID = {
    "emergency": "EMERGENCY: now, day or night",
    "same_day": "SAME DAY: speak to someone within hours, tonight too",
    "within_days": "WITHIN DAYS: to be seen within 5 days",
    "routine": "ROUTINE: weeks",
    "self_care": "SELF-CARE",
    "undetermined": "NOT YET KNOWN: safety questions are open",
}
_BAR = 30


def print_report(report: RenderableType) -> None:
    """Print to standard output, plain when it is not a terminal."""
    Console(width=None if Console().is_terminal else 100, highlight=False).print(report)


# --- one assessment ---------------------------------------------------------------------------


def assessment_report(answer: Assessment, knowledge: Knowledge) -> RenderableType:
    """The whole assessment, most important first."""
    parts: list[RenderableType] = [*_triage(answer, knowledge)]
    parts += [_heading(_bars_title(answer)), *_bars(answer.differential, knowledge)]
    parts += [_heading("Ask or test next"), _enquiry(answer, knowledge)]
    parts += [_heading("Plan"), *_plan(answer.plan, knowledge)]
    parts.append(Text(f"\nKnowledge {answer.knowledge_version}. {_MARKS}", style="dim"))
    return Group(*parts)


_MARKS = (
    "Marks: v verified, r recalled, w working value. "
    "Not a diagnosis: Sacra has not examined anybody."
)


def _heading(text: str) -> RenderableType:
    return Group("", Line(text, align="left", style="dim"))


def _triage(answer: Assessment, knowledge: Knowledge) -> Iterator[RenderableType]:
    triage, now = answer.triage, answer.plan.now
    yield Text(_SAID[triage.urgency], style=_COLOUR.get(triage.urgency, "bold green"))
    if triage.urgency == "undetermined":
        count = len(triage.unanswered)
        yield Text(f"So far at least {triage.at_least}; {count} safety questions open.")
    for reason in triage.reasons:
        yield from _reason(reason, knowledge)
    if now:
        yield Text("Now: " + " ".join(now.do), style="bold")
        yield Text(f"Call: {now.number or ''} {now.say}".replace("  ", " "))
    if triage.holds:
        yield Text("Held until seen: " + ", ".join(sorted(triage.holds)))


def _reason(reason: Reason, knowledge: Knowledge) -> Iterator[RenderableType]:
    unsure = " (not sure)" if reason.unsure else ""
    suspects = ", ".join(knowledge.conditions[name].name for name in reason.suspects)
    yield Text(f"• {reason.say}{unsure} Think of: {suspects}.")
    because = ", ".join(reason.because)
    yield Text(f"  {reason.urgency}, {reason.red_flag} because of {because}", style="dim")


def _bars_title(answer: Assessment) -> str:
    danger = answer.triage.urgency in ("emergency", "same_day")
    return "If danger is excluded, probably" if danger else "Probably (mean, 90 % interval)"


def _bars(differential: tuple[Likelihood, ...], knowledge: Knowledge) -> Iterator[RenderableType]:
    for rank, one in enumerate(differential[:6]):
        name = knowledge.conditions[one.condition].name[:44]
        span = f"{one.low:.0%}-{one.high:.0%}"
        yield Text(f"{name:<44} {one.probability:>4.0%} {_bar(one)} {span}")
        shown = [_weight(w) for w in one.weights if abs(w.decibans) >= 1][:4]
        if shown and rank < 3:
            yield Text("   " + "  ".join(shown), style="dim")
    rest = sum(one.probability for one in differential[6:])
    yield Text(f"{f'the other {len(differential) - 6}':<44} {rest:>4.0%}", style="dim")


def _weight(weight: Weight) -> str:
    said = "yes" if weight.value else "no"
    origin = weight.origin.replace("_", " ")
    return f"{weight.finding}={said} {weight.decibans:+.1f} dB ({origin}, {weight.mark[0]})"


def _bar(one: Likelihood) -> str:
    """The interval as a pale bar with a dot at the mean."""
    low, dot, high = (round(x * (_BAR - 1)) for x in (one.low, one.probability, one.high))
    cells = ["─" if low <= i <= high else " " for i in range(_BAR)]
    cells[dot] = "●"
    return "".join(cells)


def _enquiry(answer: Assessment, knowledge: Knowledge) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for question in answer.enquiry[:8]:
        finding = knowledge.findings[question.finding]
        what = f"{question.bits:.2f} bit" if question.stage == "information" else question.stage
        table.add_row(what, question.finding, Text(finding.question, style="dim"))
    return table


def _plan(plan: Plan, knowledge: Knowledge) -> Iterator[RenderableType]:
    names = ", ".join(knowledge.pathways[name].name for name in plan.pathways)
    yield Text(f"Pathways: {names or 'none'}. Review in {plan.review_in_days} days.")
    for offer in plan.offered:
        item = knowledge.items[offer.intervention]
        changed = f" → {offer.version}" if offer.version else ""
        warned = f" (note: {' '.join(offer.warnings)})" if offer.warnings else ""
        yield Text(
            f"{'○' if offer.optional else '●'} {item.plain}{changed}{warned} [{offer.grade}]"
        )
    if plan.exercises:
        yield Text(
            "Exercises at level 1: " + "; ".join(_exercise(e, knowledge) for e in plan.exercises)
        )
    yield from _names("Ask first", plan.ask_first, knowledge)
    yield from _names("With a clinician", plan.with_clinician, knowledge)
    yield from _left_out(plan, knowledge)
    for dispute in plan.disputes[:4]:
        yield Text(f"Disputed ({dispute.topic}): {dispute.say}", style="dim")
    yield Text("Safety net: " + plan.safety_net)


def _exercise(exercise: ExerciseOffer, knowledge: Knowledge) -> str:
    name = knowledge.items[exercise.exercise].plain
    return f"{name} → {exercise.version}" if exercise.version else name


def _names(
    title: str, items: Sequence[AskFirst | Because], knowledge: Knowledge
) -> Iterator[RenderableType]:
    names = [knowledge.items[item.intervention].plain for item in items]
    more = " …" if len(names) > 12 else ""
    if names:
        yield Text(f"{title} ({len(names)}): {', '.join(names[:12])}{more}")


def _left_out(plan: Plan, knowledge: Knowledge) -> Iterator[RenderableType]:
    reasons: dict[str, list[str]] = {}
    for item in plan.withheld:
        reasons.setdefault(item.because[0], []).append(knowledge.items[item.intervention].plain)
    for because, names in reasons.items():
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        yield Padding(Text(f"✗ {shown}: {because}", style="dim"), (0, 0, 0, 0))


# --- validate ---------------------------------------------------------------------------------


def validation_report(validation: Validation) -> RenderableType:
    """Predicted beside published."""
    table = Table(box=None, title="Predicted (90 %) beside published; composites are never inputs")
    for head in ("composite", "at", "figure", "published", "predicted", "", "use"):
        table.add_column(head)
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
        use = row.use_as if heads[0] else ""
        yield *heads, name, f"{value:.2f} {row.mark[0]}", predicted, fits, use
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
