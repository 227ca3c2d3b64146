"""Up, down or stay: how the sessions of one exercise move a person on its ladder.

Session by session, in the order of time: what the session says becomes findings of the kind
`diary`, the first rule in ``knowledge/progression/`` that holds decides, and the next session
starts from there. What was not written down never moves anybody up.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Decision, Mark, Progression
from sacra.reasoning.diary import Done
from sacra.reasoning.dose import EASIER
from sacra.reasoning.standing import Standing
from sacra.rules.language import Test, leaves
from sacra.rules.readings import Reading


class Way(NamedTuple):
    """One person's ladder of one exercise.

    `level` is the one the programme asks for, `top` the highest there is for this person, `days`
    the least on each level, and `pain_at_most` the pain during a level, 0-10, up to which the next
    one opens, by that next level.
    """

    exercise: str
    level: int
    top: int
    days: int
    pain_at_most: Mapping[int, int]


class Bout(NamedTuple):
    """One session of one exercise, and what the diary says around it (None: not known)."""

    on: datetime.date
    done: Done
    resting: float | None
    adherence: float | None
    rise_week: float | None
    effort_target: float


class Move(msgspec.Struct, frozen=True, gc=False):
    """What one session decided for an exercise, by which rule, from which findings."""

    exercise: str
    on: datetime.date
    decision: Decision
    rule: str
    from_level: int
    to_level: int
    because: tuple[str, ...]
    say: str
    sources: tuple[str, ...]
    mark: Mark


def climb(
    way: Way, standing: Standing, bouts: Iterable[Bout], knowledge: Knowledge
) -> tuple[Standing, tuple[Move, ...]]:
    """Where the sessions lead from a standing; ends early when the exercise is left out.

    A session counts at the level at which it was done: above the standing it says nothing about
    it, and below it only what hurts counts.

    Args:
        way: the ladder as this person may climb it.
        standing: before the first session.
        bouts: sessions in the order of time; those not done decide nothing.
        knowledge: the rules, and the policy `clean_session`.
    """
    moves: list[Move] = []
    for bout in bouts:
        level = way.level if bout.done.level is None else bout.done.level
        if bout.done.done == "no":
            standing = _missed(standing, bout.done)
        elif level <= standing.level:
            standing, move = _step(way, standing, bout, level, knowledge)
            moves += [move] if move else []
            if move and move.decision == "stop":
                break
    return standing, tuple(moves)


def _missed(standing: Standing, done: Done) -> Standing:
    """Left out for pain ends a row of good sessions; for want of time it does not."""
    return msgspec.structs.replace(standing, clean=0) if done.why_not == "pain" else standing


def _step(
    way: Way, standing: Standing, bout: Bout, level: int, knowledge: Knowledge
) -> tuple[Standing, Move | None]:
    """What one session decides; below the standing nothing, unless it hurt."""
    said = _facts(_said(bout), knowledge)
    good = _is_clean(said, knowledge) if bout.done.done == "yes" else False
    at = msgspec.structs.replace(standing, level=level)
    at = at if good is None else msgspec.structs.replace(at, clean=at.clean + 1 if good else 0)
    now = at if good else msgspec.structs.replace(at, clean=0)  # not known moves nobody up
    rule, because = _decide(said + _facts(_stood(now, bout, way), knowledge), knowledge)
    if level < standing.level and rule.decision not in ("regress", "stop"):
        return standing, None
    after = _moved(at, rule, bout.on, way.top)
    shown = min(after.level, 1) if rule.level_one else after.level
    move = Move(
        way.exercise, bout.on, _need(rule.decision), rule.id, level, shown, because, rule.say,
        rule.sources, rule.mark,
    )  # fmt: skip
    return after, move


def _need(decision: Decision | None) -> Decision:
    assert decision is not None, "kb.check: a rule about an exercise has a decision"
    return decision


def _moved(standing: Standing, rule: Progression, on: datetime.date, top: int) -> Standing:
    level, setbacks = standing.level, standing.setbacks
    if rule.decision == "progress":
        return msgspec.structs.replace(standing, level=min(level + 1, top), since=on, clean=0)
    if rule.level_one:  # for now only: the level itself did no harm, see `progress`
        return msgspec.structs.replace(standing, clean=0)
    if rule.decision in ("regress", "stop") and level > EASIER:
        fell = {**setbacks, level: setbacks.get(level, 0) + 1}
        return msgspec.structs.replace(
            standing, level=level - 1, since=on, clean=0, setbacks=fell, back_to=0
        )
    return standing


# --- what one session says --------------------------------------------------------------------

Facts = tuple[tuple[str, float], ...]
"""Findings of the kind `diary` that are known, in one order, so that equal ones are read once."""


def _facts(named: Iterable[tuple[str, float | None]], knowledge: Knowledge) -> Facts:
    """What the rules can tell apart: a number between the same two thresholds is one number."""
    limits = _thresholds(knowledge)
    return tuple(
        (name, _cell(value, limits[name]))
        for name, value in named
        if value is not None and name in limits
    )


def _cell(value: float, limits: tuple[float, ...]) -> float:
    """The value itself on a threshold, else one number for all between two of them."""
    at = bisect_left(limits, value)
    if at < len(limits) and limits[at] == value:
        return value
    low = limits[at - 1] if at else limits[0] - 1
    high = limits[at] if at < len(limits) else limits[-1] + 1
    return (low + high) / 2


@lru_cache(maxsize=4)
def _thresholds(knowledge: Knowledge) -> dict[str, tuple[float, ...]]:
    """For each finding the numbers with which any rule of the ladder compares it."""
    found: dict[str, set[float]] = {}
    rules = [rule.when for rule in rules_of(knowledge)]
    rules += [rule] if (rule := knowledge.policies["clean_session"].when) else []
    for leaf in (leaf for rule in rules for leaf in leaves(rule)):
        if isinstance(leaf, Test) and isinstance(leaf.value, int | float):
            found.setdefault(leaf.finding, set()).add(leaf.value)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _said(bout: Bout) -> Iterator[tuple[str, float | None]]:
    """What the diary says of one session."""
    done, before = bout.done, _before(bout)
    yield "diary_pain_before", before
    yield "diary_pain_during", done.pain_during
    yield "diary_rise_during", _less(done.pain_during, before)
    yield "diary_rise_next_morning", _less(done.pain_next_morning, before)
    yield "diary_effort_over_target", _less(done.effort, bout.effort_target)
    yield "diary_adherence", bout.adherence
    yield "diary_pain_rise_week", bout.rise_week


def _stood(standing: Standing, bout: Bout, way: Way) -> Iterator[tuple[str, float | None]]:
    """Where the person stands at that session."""
    days = (bout.on - standing.since).days if standing.since else 0
    yield "diary_clean_in_a_row", standing.clean
    yield "diary_level", standing.level
    yield "diary_levels_left", way.top - standing.level if _opens(standing, bout, way, days) else 0
    yield "diary_days_at_level", days
    yield "diary_setbacks", standing.setbacks.get(standing.level + 1, 0)


def _opens(standing: Standing, bout: Bout, way: Way, days: int) -> bool:
    """Whether the next level is open: enough days on this one, and no more pain than it allows."""
    allowed, pain = way.pain_at_most.get(standing.level + 1), bout.done.pain_during
    return days >= way.days and (allowed is None or (pain is not None and pain <= allowed))


def _before(bout: Bout) -> float:
    """The pain before the session; else that of the day; else none, the most careful reading."""
    known = bout.done.pain_before if bout.done.pain_before is not None else bout.resting
    return known if known is not None else 0.0


def _less(value: float | None, other: float) -> float | None:
    return None if value is None else value - other


@lru_cache(maxsize=65536)
def _decide(facts: Facts, knowledge: Knowledge) -> tuple[Progression, tuple[str, ...]]:
    """The first rule that holds, and the findings that made it hold."""
    reading = Reading(dict(facts))
    rule = next(rule for rule in rules_of(knowledge) if reading.decide(rule.when))
    return rule, tuple(sorted(reading.explain(rule.when)))


@lru_cache(maxsize=65536)
def _is_clean(facts: Facts, knowledge: Knowledge) -> bool | None:
    rule = knowledge.policies["clean_session"].when
    return Reading(dict(facts)).decide(rule) if rule else None


@lru_cache(maxsize=4)
def rules_of(knowledge: Knowledge) -> tuple[Progression, ...]:
    """The rules about one exercise, in the order in which they are asked."""
    every = (r for r in knowledge.progression.values() if r.about == "exercise")
    return tuple(sorted(every, key=lambda rule: (rule.order, rule.id)))


def effort_target(week: int, knowledge: Knowledge) -> float:
    """The highest effort, 0-10, meant in a week of the plan (weeks counted from 0)."""
    policy: Mapping[str, float] = knowledge.policy("effort")
    if week >= policy["late_from_week"]:
        return policy["late"]
    return policy["middle" if week >= policy["middle_from_week"] else "early"]
