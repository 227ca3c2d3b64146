"""A review as text: is it working, what changes today, who should look, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from sacra.chart import trend_sentence
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.gap import Gap
from sacra.reasoning.ladder import Move
from sacra.reasoning.measures import Change
from sacra.reasoning.review import Review, Step
from sacra.report import counted, heading, now_lines, point

_STATUS = {
    "danger": ("Something in your diary has to be looked at first.", "bold red"),
    "silent": ("It is not known how you are.", "bold"),
    "worse": ("It is getting worse.", "bold"),
    "stalled": ("It is not moving as it should.", "bold"),
    "on_track": ("You are on track.", "bold green"),
    "too_early": ("It is too early to say.", "bold"),
}
_DECISION = {"progress": "up", "hold": "stay", "regress": "down", "stop": "leave out"}
_MARK = {"verified": "v", "recalled": "r", "working_value": "w"}


def review_report(review: Review, knowledge: Knowledge) -> RenderableType:
    """The whole review, what presses first; after a danger only what to do about it."""
    parts: list[RenderableType] = [*_opening(review)]
    if review.status == "danger":
        parts += [heading("Your exercises"), Text("None until you have been seen.")]
        parts += [heading("Safety questions"), *_safety(review, knowledge)] if review.ask else []
        return Group(*parts, *_cards(review, knowledge), Text(f"\n{_NOT}", style="dim"))
    if review.trend:
        parts += [
            heading("The trend"),
            Text(trend_sentence(review.trend, knowledge.words["trend"].say)),
        ]
    parts += [heading("Your exercises"), *_moves(review, knowledge)]
    if review.withdrawn:
        parts += [heading("No longer offered"), *_withdrawn(review, knowledge)]
    if review.care or review.advice:
        parts += [heading("What to do about it"), *map(_step, (*review.advice, *review.care))]
    if review.ask or review.recheck_due:
        parts += [heading("Safety questions"), *_safety(review, knowledge)]
    if review.measures:
        parts += [heading("Measures"), *(_measure(c, knowledge) for c in review.measures)]
    parts += _cards(review, knowledge)
    parts += [heading("Next"), *_next(review, knowledge)]
    parts.append(Text(f"\nMarks: v verified, r recalled, w working value. {_NOT}", style="dim"))
    return Group(*parts)


_NOT = "Not a diagnosis: Sacra has not examined anybody."


def _opening(review: Review) -> Iterator[RenderableType]:
    said, style = _STATUS[review.status]
    status, pressing = Text(said, style=style), [*_pressing(review)]
    yield from (status, *pressing) if review.status == "danger" else (*pressing, status)
    flare = " This is a flare." if review.flare else ""
    done = f" {review.adherence:.0f} % of the plan done." if review.adherence is not None else ""
    weeks = counted(review.week, "week")
    yield Text(f"{review.on}, {weeks} into the plan.{done}{flare}")
    if review.gap:
        yield from _gap(review.gap)


def _gap(gap: Gap) -> Iterator[RenderableType]:
    """How long nothing was written, and how to go on."""
    weeks = counted(gap.weeks, "week")
    if gap.lasts:
        yield Text(f"Nothing was written for {weeks}, since {gap.last}.")
        yield point("●", "Answer the safety questions first. Then write down how it is today.")
        yield point("●", "Is the pain new, or not as it was? Begin a new case with `sacra ask`.")
    else:
        yield Text(f"Before {gap.ended} nothing was written for {weeks}.")
    if gap.lower:
        yield point("●", "Start gently: the next programme begins lower than where you were.")


def _pressing(review: Review) -> Iterator[RenderableType]:
    """How soon, what to do and why; or that nobody knows yet."""
    if review.urgency == "undetermined":
        yield Text(_OPEN, style="bold")
        yield Text("Run `sacra ask` on this case; it asks them one screen at a time.")
    if review.now is None:
        return
    yield Text(_SOON.get(review.now.urgency, ""), style="bold")
    yield from now_lines(review.now)
    for reason in review.reasons:
        unsure = " You are not sure of it." if reason.unsure else ""
        yield point("•", f"{reason.say}{unsure} ({reason.urgency.replace('_', ' ')})")


_OPEN = "No exercises yet: safety questions are open."
_SOON = {
    "emergency": "This needs help now, day or night.",
    "same_day": "Speak to someone within hours, tonight too.",
    "within_days": "This has to be seen within 5 days.",
}


def _moves(review: Review, knowledge: Knowledge) -> Iterator[RenderableType]:
    for move in review.moves:
        yield point("●", f"{knowledge.exercises[move.exercise].plain}: {_decision(move)}")
    if not review.moves:
        yield Text("Nothing to decide about them now.")


def _withdrawn(review: Review, knowledge: Knowledge) -> Iterator[RenderableType]:
    """One line a reason; what only waits for an answer, or is not called for now, in short."""
    reasons: dict[str, list[str]] = {}
    for item in review.withdrawn:
        why = next(iter(item.because), "Nothing calls for it now.")
        reasons.setdefault(_in_words(why, knowledge), []).append(
            knowledge.items[item.intervention].plain
        )
    for why, names in reasons.items():
        yield point("·", f"{', '.join(names)}: {why}")


def _in_words(why: str, knowledge: Knowledge) -> str:
    """The reason, or the question that an item waits for; never the id of a finding."""
    finding = knowledge.findings.get(why.partition(".")[0])
    if finding is None:
        return why
    return f"First answer: {finding.question}" if finding.question else "An answer is missing."


def _decision(move: Move) -> str:
    to = f" from level {move.from_level} to {move.to_level}"
    moved = to if move.from_level != move.to_level else f" on level {move.to_level}"
    rule = f"{move.rule}, {_MARK[move.mark]}: {', '.join(move.sources)}"
    return f"{_DECISION[move.decision]}{moved}. {move.say} [{rule}]"


def _step(step: Step) -> RenderableType:
    return point("●", f"{step.say} [{step.rule}, {_MARK[step.mark]}: {', '.join(step.sources)}]")


def _safety(review: Review, knowledge: Knowledge) -> Iterator[RenderableType]:
    for question in review.ask:
        yield point("?", f"{knowledge.findings[question.finding].question} {question.contact}")
    if review.recheck_due:
        yield point("?", "Answer the safety questions again: it is a week ago, or it got worse.")


def _measure(change: Change, knowledge: Knowledge) -> RenderableType:
    measure = knowledge.measures[change.measure]
    if change.points is None:
        return point("·", f"{measure.name}: not known")
    matters = {True: "a change that matters", False: "less than matters", None: "not judged"}
    moved = f"{change.points:+g}, {change.direction}, {matters[change.important]}"
    return point("·", f"{measure.name}: {moved if change.points else 'no change'}")


def _cards(review: Review, knowledge: Knowledge) -> Iterator[RenderableType]:
    for card in (knowledge.cards[name] for name in review.cards):
        yield heading(card.plain)
        yield from (point("-", line) for line in card.said(review.unsaid))


def _next(review: Review, knowledge: Knowledge) -> Iterator[RenderableType]:
    after = review.next_programme
    if review.urgency == "undetermined":
        yield Text(_OPEN)
    elif after is None or not after.chosen:
        yield Text("No exercise fits at the moment. Have it looked at by a physiotherapist.")
    else:
        names = (f"{knowledge.exercises[c.exercise].plain} (level {c.level})" for c in after.chosen)
        yield Text(f"Next week: {', '.join(names)}.")
    yield Text(f"Look back in {counted(review.review_in_days, 'day')}.")
