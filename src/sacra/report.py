"""An assessment as text that a clinician reads in a minute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import click
from rich.console import Console, Group, RenderableType
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import Assessment
from sacra.reasoning.differential import Likelihood, Weight, danger_excluded
from sacra.reasoning.enquiry import Question
from sacra.reasoning.plan import AskFirst, Because, Now, Offer, Plan
from sacra.reasoning.triage import Reason

_COLOUR = {"emergency": "bold red", "same_day": "bold yellow", "undetermined": "bold"}
_SAID = {
    "emergency": "EMERGENCY: now, day or night",
    "same_day": "SAME DAY: speak to someone within hours, tonight too",
    "within_days": "WITHIN DAYS: to be seen within 5 days",
    "routine": "ROUTINE: to be seen within weeks",
    "self_care": "SELF-CARE: no visit is needed now",
    "undetermined": "NOT YET KNOWN: safety questions are open",
}
_BAR = 24


def print_report(report: RenderableType) -> None:
    """Print to standard output, plain when it is not a terminal, without trailing spaces."""
    console = Console(highlight=False, emoji=False)
    console.width = min(console.width, 100) if console.is_terminal else 100
    with console.capture() as captured:
        console.print(report)
    click.echo(_TRAILING.sub("", captured.get()), nl=False)


_TRAILING = re.compile(r" +(?=(\x1b\[0m)?$)", re.MULTILINE)


# --- one assessment ---------------------------------------------------------------------------


def assessment_report(answer: Assessment, knowledge: Knowledge) -> RenderableType:
    """The whole assessment, most important first; next to a danger the rest is short."""
    danger = answer.triage.urgency in _DANGER
    shown = danger_excluded(answer.differential)[:3] if danger else answer.differential[:6]
    bars = _bars(shown, knowledge, danger)
    parts: list[RenderableType] = [*_triage(answer, knowledge)]
    parts += [heading(_DANGER_TITLE if danger else _TITLE), *bars]
    parts += [heading(_enquiry_title(answer)), _enquiry(answer, knowledge)]
    parts += [heading("Plan"), *_plan(answer, knowledge)]
    parts.append(Text(f"\nKnowledge {answer.knowledge.version}. {_MARKS}", style="dim"))
    return Group(*parts)


_DANGER = ("emergency", "same_day")
_TITLE = "Probably (mean, bar and range: 90 % interval)"
_DANGER_TITLE = "If danger is excluded, probably"
_MARKS = (
    "Weights in dB: +10 is ten times the odds. Marks: v verified, r recalled, w working value. "
    "In brackets: certainty of the evidence. ○ optional. Reasons, doses and sources: --json. "
    "Not a diagnosis: Sacra has not examined anybody."
)


def counted(number: int, what: str) -> str:
    """One day, 2 days: a number with its word in the right form."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def heading(text: str) -> RenderableType:
    """A line with its title, and room above."""
    return Group("", Line(text, align="left", style="dim"))


def point(mark: str, text: str, style: str = "") -> RenderableType:
    """A line with a mark; what does not fit hangs under the text, not under the mark."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_row(mark, Text(text), style=style)
    return row


def _triage(answer: Assessment, knowledge: Knowledge) -> Iterator[RenderableType]:
    triage, now = answer.triage, answer.plan.now
    yield Text(_SAID[triage.urgency], style=_COLOUR.get(triage.urgency, "bold green"))
    if triage.urgency == "undetermined":
        count = len(triage.unanswered)
        yield Text(
            f"Nothing urgent in what is known; {count} safety questions are still open."
            if triage.at_least == "routine"
            else f"So far: {_SAID[triage.at_least]}. {count} safety questions are still open."
        )
    if now and triage.urgency in _DANGER:
        yield from now_lines(now)
    for reason in triage.reasons:
        yield from _reason(reason, knowledge)
    if now and triage.urgency not in _DANGER:
        yield from now_lines(now)
    if triage.holds and triage.urgency not in _DANGER:
        yield Text("Not until seen: " + ", ".join(_HELD.get(h, h) for h in sorted(triage.holds)))


def now_lines(now: Now) -> Iterator[RenderableType]:
    """What to do at once, and whom to call."""
    yield point("Now: ", " ".join(now.do), "bold")
    yield point("Call:", now.say, "bold")


_HELD = {
    "end_range": "end-range movement",
    "hands_on": "hands-on treatment",
    "loading": "loading exercise",
    "impact": "running and jumping",
    "nsaid": "anti-inflammatory medicine",
    "reassurance": "saying that it is harmless",
    "thrust": "manipulation with thrust",
    "water": "exercise in water",
    "balance": "balance exercise",
    "electrical": "electrical treatment",
}


def _reason(reason: Reason, knowledge: Knowledge) -> Iterator[RenderableType]:
    unsure = " (not sure)" if reason.unsure else ""
    suspects = ", ".join(knowledge.conditions[name].name for name in reason.suspects)
    yield point("•", f"{reason.say}{unsure} Think of: {suspects}.")
    because = ", ".join(_label(name, knowledge) for name in reason.because)
    urgency = reason.urgency.replace("_", " ")
    yield point(" ", f"{urgency}, from: {because} ({reason.red_flag})", "dim")


def _label(key: str, knowledge: Knowledge) -> str:
    name, _, side = key.partition(".")
    label = knowledge.findings[name].label
    label = label if label[1:2].isupper() else label[0].lower() + label[1:]
    return f"{label}, {side}" if side else label


def _bars(
    shown: tuple[Likelihood, ...], knowledge: Knowledge, danger: bool
) -> Iterator[RenderableType]:
    for rank, one in enumerate(shown):
        name = _short(knowledge.conditions[one.condition].name, 40)
        span = f"{one.low:.0%}-{one.high:.0%}"
        yield Text(f"{name:<40} {one.probability:>4.0%} {_bar(one)} {span}")
        if rank < 3 and not danger:
            yield from _weights(one, knowledge)
    rest = 1 - sum(one.probability for one in shown)
    yield Text(f"{'all others':<40} {rest:>4.0%}", style="dim")


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip(" (,/") + "…"


def _weights(one: Likelihood, knowledge: Knowledge) -> Iterator[RenderableType]:
    strong = [w for w in one.weights if abs(w.decibans) >= 1]
    for title, some in (
        ("  for:    ", [w for w in strong if w.decibans > 0]),
        ("  against:", [w for w in strong if w.decibans < 0]),
    ):
        if some:
            more = f"; {len(some) - 3} more" if len(some) > 3 else ""
            text = "; ".join(_weight(w, knowledge) for w in some[:3])
            yield point(title, text + more, "dim")


def _weight(weight: Weight, knowledge: Knowledge) -> str:
    said = "" if weight.value else "no "
    origin = "" if weight.origin == "own" else " no own study"
    label = _label(weight.finding, knowledge)
    return f"{said}{label} {weight.decibans:+.0f} ({weight.mark[0]}{origin})"


def _bar(one: Likelihood) -> str:
    """The interval as a pale bar with a dot at the mean."""
    low, dot, high = (round(x * (_BAR - 1)) for x in (one.low, one.probability, one.high))
    cells = ["─" if low <= i <= high else " " for i in range(_BAR)]
    cells[dot] = "●"
    return "".join(cells)


def _enquiry_title(answer: Assessment) -> str:
    safety = sum(question.stage == "safety" for question in answer.enquiry)
    return (
        f"Ask next ({min(8, safety)} of {safety} safety questions)"
        if safety
        else "Ask or test next"
    )


def _enquiry(answer: Assessment, knowledge: Knowledge) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    worth = [q for q in answer.enquiry if q.stage != "information" or q.bits >= _FAINT]
    for question in worth[:8]:
        finding = knowledge.findings[question.finding]
        table.add_row(_effort(question), question.finding, Text(finding.question, style="dim"))
    if not worth:
        table.add_row("nothing that would change much")
    return table


_FAINT = 0.05
"""Bits below which a question is not worth a line."""


def _effort(question: Question) -> str:
    if question.stage != "information":
        return question.stage
    effort = "costly" if question.cost.money == "high" else question.by
    return f"{effort}, {question.bits:.2f} bit"


def _plan(answer: Assessment, knowledge: Knowledge) -> Iterator[RenderableType]:
    plan, danger = answer.plan, answer.triage.urgency in _DANGER
    yield from _asked_about(answer, knowledge)
    if danger:
        yield Text(f"Nothing else until seen: {len(plan.withheld)} treatments wait.")
    else:
        names = "; ".join(knowledge.pathways[name].name for name in plan.pathways)
        days = "1 day" if plan.review_in_days == 1 else f"{plan.review_in_days} days"
        yield Text(f"Pathways: {names or 'none'}. Review in {days}.")
        yield from _offers(plan, knowledge)
        yield from _exercises(plan, knowledge)
        yield from _names("Ask first", plan.ask_first, knowledge)
        yield from _names("With a clinician", plan.with_clinician, knowledge)
        yield from _left_out(plan, knowledge)
        for dispute in plan.disputes[:4]:
            text = f"Studies disagree on {dispute.topic}. Sacra says: {dispute.say}"
            yield point("?", text, "dim")
    yield Text("Safety net: " + plan.safety_net)


def _asked_about(answer: Assessment, knowledge: Knowledge) -> Iterator[RenderableType]:
    """What the person asked for comes first, also when the answer is no."""
    plan = answer.plan
    said = {o.intervention: "can be offered" for o in plan.offered}
    said |= {e.exercise: "can be offered" for e in plan.exercises}
    said |= {a.intervention: f"first answer {', '.join(a.findings)}" for a in plan.ask_first}
    said |= {
        b.intervention: "with a clinician: " + " ".join(b.because) for b in plan.with_clinician
    }
    said |= {b.intervention: "no: " + " ".join(b.because) for b in plan.withheld}
    asked = answer.case.findings.get("asks_about")
    for name in asked if isinstance(asked, tuple) else ():
        yield Text(f"You asked about: {knowledge.items[name].plain}: {said.get(name, 'no answer')}")


def _offers(plan: Plan, knowledge: Knowledge) -> Iterator[RenderableType]:
    """One paragraph a step; what is changed or has a warning has its own line."""
    steps: dict[str, list[Offer]] = {}
    for offer in plan.offered:
        steps.setdefault(offer.step, []).append(offer)
    for step, offers in steps.items():
        plain = [o for o in offers if not o.version and not o.warnings]
        if plain:
            names = "; ".join(_offer(o, knowledge) for o in plain)
            yield point("●", f"{step.replace('_', ' ').capitalize()}: {names}")
        for offer in offers:
            if offer not in plain:
                said = " ".join(filter(None, [offer.version, *offer.warnings]))
                yield point("●", f"{_offer(offer, knowledge)}. {said}")


def _offer(offer: Offer, knowledge: Knowledge) -> str:
    optional = "○ " if offer.optional else ""
    plain = knowledge.items[offer.intervention].plain
    return f"{optional}{plain} [{offer.grade.replace('_', ' ')}]"


def _exercises(plan: Plan, knowledge: Knowledge) -> Iterator[RenderableType]:
    as_is = [knowledge.items[e.exercise].plain for e in plan.exercises if not e.version]
    if as_is:
        yield point("●", f"Exercises to choose from, level 1 ({len(as_is)}): {', '.join(as_is)}")
    changed: dict[str, list[str]] = {}
    for exercise in plan.exercises:
        if exercise.version:
            changed.setdefault(exercise.version, []).append(
                knowledge.items[exercise.exercise].plain
            )
    for version, names in changed.items():
        yield point("●", f"Changed: {', '.join(names)}. {version}")


def _names(
    title: str, items: Sequence[AskFirst | Because], knowledge: Knowledge
) -> Iterator[RenderableType]:
    names = [knowledge.items[item.intervention].plain for item in items]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    if names:
        yield point("…", f"{title} ({len(names)}): {', '.join(names[:12])}{more}")


def _left_out(plan: Plan, knowledge: Knowledge) -> Iterator[RenderableType]:
    """What this person must not have, with the reason; what nobody should, in one line."""
    reasons: dict[str, list[str]] = {}
    nobody: list[str] = []
    for item in plan.withheld:
        plain = knowledge.items[item.intervention].plain
        if getattr(knowledge.items[item.intervention], "recommend", "") in _NOBODY:
            nobody.append(plain)
        else:
            reasons.setdefault(item.because[0], []).append(plain)
    for because, names in reasons.items():
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        yield point("✗", f"{shown}: {because}")
    if nobody:
        yield point("✗", f"Not recommended: {', '.join(nobody)}", "dim")


_NOBODY = ("do_not_offer", "advise_against")
