"""A programme as text: what to do today and this week, why, and what stayed out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Mark
from sacra.reasoning.assess import Assessment
from sacra.reasoning.dose import dose_text
from sacra.reasoning.standing import Chosen, Programme
from sacra.report import counted, heading, now_lines, point

_TIMES = {1: "once a day", 2: "morning and evening", 3: "morning, midday and evening"}
_MARKS = {"verified": "v", "recalled": "r", "working_value": "w"}


def programme_report(
    programme: Programme, answer: Assessment, knowledge: Knowledge
) -> RenderableType:
    """The whole programme, today first."""
    parts: list[RenderableType] = [*_opening(programme, answer)]
    if programme.chosen:
        parts += [heading("Exercises"), *_exercises(programme, knowledge)]
        parts += [heading("Your week (times a day)"), _week(programme, knowledge)]
        parts += [heading("Stop"), *_stop(programme, knowledge)]
    if answer.triage.urgency in ("emergency", "same_day"):
        return Group(*parts, Text(f"\n{programme.safety_net}"), Text(f"\n{_LEGEND}", style="dim"))
    if programme.left_out or programme.unmet:
        parts += [heading("Not in it, and why"), *_left_out(programme, knowledge)]
    for card in (knowledge.cards[name] for name in programme.cards):
        if card.shown_with != "programme":
            continue
        parts += [
            heading(card.plain),
            *(point("-", line) for line in card.said(answer.plan.unsaid)),
        ]
    look = f"Look back in {counted(programme.review_in_days, 'day')}."
    parts.append(Text(f"\n{look} {programme.safety_net}"))
    parts.append(Text(f"\nKnowledge {answer.knowledge.version}. {_LEGEND}", style="dim"))
    return Group(*parts)


_LEGEND = (
    "In brackets: certainty of the evidence for the exercise, and marks of exercise and dose: "
    "v verified, r recalled, w working value. Not a diagnosis: Sacra has not examined anybody."
)


def _opening(programme: Programme, answer: Assessment) -> Iterator[RenderableType]:
    as_of = f"As of {answer.case.as_of}. " if answer.case.as_of else ""
    yield Text(as_of + _headline(programme, answer), style="bold")
    if answer.plan.now:
        yield from now_lines(answer.plan.now)
        for reason in answer.triage.reasons:
            yield point("•", f"{reason.say} ({reason.urgency.replace('_', ' ')})")
    if answer.triage.urgency == "undetermined" and not programme.chosen:
        yield Text("Run `sacra ask` on this case; it asks them one screen at a time.")
    if programme.relax:
        yield Text(programme.relax)


def _headline(programme: Programme, answer: Assessment) -> str:
    if programme.chosen:
        most = max(day.minutes for day in programme.days)
        number = counted(len(programme.chosen), "exercise")
        return (
            f"Week {programme.week + 1}: {number}, at most {most:.0f} minutes a day "
            f"(you have {programme.wishes.minutes}). Programme {programme.id}."
        )
    if answer.triage.urgency == "undetermined":
        count = len(answer.triage.unanswered)
        are = "are" if count > 1 else "is"
        return f"No exercises yet: {counted(count, 'safety question')} {are} open."
    return "No exercises now." if answer.plan.now else f"No exercise fits. {_why_none(answer)}"


def _why_none(answer: Assessment) -> str:
    waiting = [q.finding for q in answer.enquiry if q.stage == "gate"]
    if waiting:
        return f"First answer {counted(len(waiting), 'question')}: run `sacra ask` on this case."
    return "Have it looked at by a physiotherapist."


# --- exercises --------------------------------------------------------------------------------


def _exercises(programme: Programme, knowledge: Knowledge) -> Iterator[RenderableType]:
    for number, one in enumerate(programme.chosen, 1):
        exercise = knowledge.exercises[one.exercise]
        level = f"level {one.level} of {one.top}" if one.level else "easier version"
        yield point(f"{number}", f"{exercise.plain}, {level}: {one.change}", "bold")
        yield point(" ", f"{_how_much(one)}. {_certainty(one)}")
        yield point(" ", f"{exercise.start_position}. {'. '.join(exercise.steps)}.")
        yield point(" ", f"Why: {one.why}", "dim")
        for said in filter(None, (one.version, *one.warnings, _printed(one, knowledge), _top(one))):
            yield point(" ", said)


def _how_much(one: Chosen) -> str:
    often = _TIMES.get(one.dose.per_day, f"{one.dose.per_day} times a day")
    days = "every day" if len(one.days) == 7 else f"{len(one.days)} days a week"
    side = f", the {one.first_side} first" if one.first_side in ("left", "right") else ""
    less = ", less often than usual so that it fits" if one.less_than_usual else ""
    dose = dose_text(one.dose, each_side=one.each_side)
    return f"{dose}{side}; {often}, {days}; {one.minutes:.1f} min a time{less}"


def _certainty(one: Chosen) -> str:
    marks = f"{_mark(one.mark)}{_mark(one.dose_mark)}"
    return f"[{one.grade.replace('_', ' ')}, {marks}]"


def _mark(mark: Mark) -> str:
    return _MARKS[mark]


def _top(one: Chosen) -> str:
    if one.level < one.top:
        return ""
    return "This is the highest level with your minutes, things at hand and what fits you."


def _printed(one: Chosen, knowledge: Knowledge) -> str:
    """The dose that the page prints, beside the one that is safer to begin with."""
    if not one.printed:
        return ""
    rungs = [step.level for step in knowledge.exercises[one.exercise].ladder if step.printed]
    level = f", from level {rungs[0]}" if rungs else ""
    return f"Printed on the page it comes from: {one.printed}{level}."


# --- the week ---------------------------------------------------------------------------------


def _week(programme: Programme, knowledge: Knowledge) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("day", min_width=24)
    for day in programme.days:
        table.add_column(str(day.day), justify="right", min_width=4)
    for one in programme.chosen:
        cells = [str(one.dose.per_day) if day in one.days else "·" for day in range(7)]
        table.add_row(knowledge.exercises[one.exercise].plain, *cells)
    table.add_row("minutes", *(f"{day.minutes:.0f}" for day in programme.days), style="dim")
    return table


def _stop(programme: Programme, knowledge: Knowledge) -> Iterator[RenderableType]:
    """The rules that every exercise shares, once; then what is special to one."""
    shared: dict[str, list[str]] = {}
    for one in programme.chosen:
        for rule in knowledge.exercises[one.exercise].stop_when:
            shared.setdefault(rule, []).append(knowledge.exercises[one.exercise].plain)
    for rule, names in shared.items():
        alone = "" if len(names) > 1 or len(programme.chosen) == 1 else f" ({names[0]})"
        yield point("■", rule + alone)


def _left_out(programme: Programme, knowledge: Knowledge) -> Iterator[RenderableType]:
    reasons: dict[str, list[str]] = {}
    for item in programme.left_out:
        reasons.setdefault(item.because, []).append(knowledge.exercises[item.exercise].plain)
    for because, names in reasons.items():
        yield point("·", f"{', '.join(names)}: {because}", "dim")
    for item in (item for item in programme.left_out if item.printed):
        plain = knowledge.exercises[item.exercise].plain
        yield point("·", f"{plain}, as printed on the page it comes from: {item.printed}", "dim")
    for unmet in programme.unmet:
        yield point("…", f"Not yet in it: {knowledge.needs[unmet.need].name}. {unmet.say}")
