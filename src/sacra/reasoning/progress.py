"""From diary to standings: every ladder climbed, and the programme moved on to where that leads."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, case_on
from sacra.reasoning.daily import Daily
from sacra.reasoning.diary import Diary, Done, Entry
from sacra.reasoning.ladder import Bout, Move, Way, climb, effort_target
from sacra.reasoning.standing import Chosen, Programme, Standing
from sacra.rules.readings import Reading


def started(programme: Programme, diary: Diary) -> Programme:
    """The programme with the day its plan began: its own, the diary's, or the first entry's.

    Raises:
        CaseError: the diary begins before the plan does.
    """
    begun = programme.started or diary.started or diary.entries[0].on
    if diary.entries[0].on < begun:
        what = f"begins on {diary.entries[0].on}, before the plan did: the case is `as_of` {begun}"
        raise CaseError("the diary", what)
    chosen = tuple(
        msgspec.structs.replace(c, standing=msgspec.structs.replace(c.standing, since=begun))
        if c.standing.since is None
        else c
        for c in programme.chosen
    )
    return msgspec.structs.replace(programme, started=begun, chosen=chosen)


def week_on(programme: Programme, day: datetime.date) -> int:
    """Whole weeks in the plan on a day, from 0; never weeks since the pain began."""
    assert programme.started is not None, "see `started`"
    return (day - programme.started).days // 7


class Climbed(NamedTuple):
    """Where the ladders lead: standings, and every decision on the way."""

    standings: dict[str, Standing]
    moves: tuple[Move, ...]


def climb_all(
    programme: Programme, diary: Diary, days: Daily, today: datetime.date, knowledge: Knowledge
) -> Climbed:
    """Where each exercise stands after what is new in the diary, and every decision on the way.

    A session of today is wholly read once its next morning has come: until then it can only lead
    down, and unless it did it is read again.
    """
    standings: dict[str, Standing] = {}
    moves: list[Move] = []
    for one in programme.chosen:
        way, bouts = _way(one, knowledge), _new_bouts(one, diary, days, knowledge)
        whole = [bout for bout in bouts if bout.on < today or not _waits(bout.done)]
        standing, new = climb(way, one.standing, whole, knowledge)
        counted = max((bout.on for bout in whole), default=one.standing.counted)
        standing = msgspec.structs.replace(standing, counted=counted)
        after, last = climb(way, standing, [b for b in bouts if b not in whole], knowledge)
        if any(move.decision in ("regress", "stop") for move in last):
            standing = msgspec.structs.replace(after, counted=today)
        standings[one.exercise] = standing
        moves += (*new, *last)
    return Climbed(standings, tuple(moves))


def _new_bouts(one: Chosen, diary: Diary, days: Daily, knowledge: Knowledge) -> list[Bout]:
    counted = one.standing.counted
    return [
        _bout(entry, done, days, knowledge)
        for entry in diary.entries
        if counted is None or entry.on > counted
        for done in entry.done
        if done.exercise == one.exercise
    ]


def _waits(done: Done) -> bool:
    return done.done != "no" and done.pain_next_morning is None


def _way(one: Chosen, knowledge: Knowledge) -> Way:
    limits = {
        step.level: step.pain_at_most
        for step in knowledge.exercises[one.exercise].ladder
        if step.pain_at_most is not None
    }
    return Way(one.exercise, one.level, one.top, one.days_a_level, limits)


def _bout(entry: Entry, done: Done, days: Daily, knowledge: Knowledge) -> Bout:
    target = effort_target((entry.on - days.start).days // 7, knowledge)
    adherence, rise = days.on("adherence", entry.on), days.on("rise_week", entry.on)
    return Bout(entry.on, done, entry.pain_now, adherence, rise, target)


def days_it_holds(
    case: Case, begun: datetime.date, programme: Programme, knowledge: Knowledge, most: int
) -> int:
    """Days for which time alone withdraws none of the exercises, at most so many.

    A pregnancy that reaches its next trimester is looked at on that day, not two weeks later.
    Weeks are counted from the day they were entered, so that some days of this one are spent.
    """
    assert case.as_of is not None
    spent = (case.as_of - begun).days % 7
    names = {one.exercise for one in programme.chosen}
    if not names or not _has_term(case, knowledge):
        return most
    if _offers(case, most + spent, names, knowledge):
        return most
    low, high = 0, most + spent
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offers(case, middle, names, knowledge) else (low, middle)
    return max(high - spent, 1)


def _has_term(case: Case, knowledge: Knowledge) -> bool:
    """Whether a time runs that begins with an event: a pregnancy, a birth, an operation."""
    known = ((knowledge.findings[key.partition(".")[0]], v) for key, v in case.findings.items())
    return any(
        finding.advances and finding.applies_when and not isinstance(value, bool | str)
        for finding, value in known
    )


def _offers(case: Case, days: int, names: set[str], knowledge: Knowledge) -> bool:
    assert case.as_of is not None
    entered = Case(
        {k: v for k, v in case.findings.items() if _is_entered(k, knowledge)}, case.as_of
    )
    later = case_on(entered, case.as_of + datetime.timedelta(days=days), knowledge)
    plan = assess(later, knowledge).plan
    return names <= {offer.exercise for offer in plan.exercises}


def _is_entered(key: str, knowledge: Knowledge) -> bool:
    return knowledge.findings[key.partition(".")[0]].derived is None


# --- the programme to start from --------------------------------------------------------------


def moved_on(
    programme: Programme,
    climbed: Climbed,
    facts: Mapping[str, Any],
    today: datetime.date,
    knowledge: Knowledge,
) -> Programme:
    """The programme with where the person stands now: what the next one starts from."""
    policy, week = knowledge.policy("review_status"), week_on(programme, today)
    flare = facts.get("acute_flare")
    sore = strong_pain(facts, policy)
    chosen = tuple(
        msgspec.structs.replace(
            one, standing=_paused(climbed.standings[one.exercise], flare, sore, today)
        )
        for one in programme.chosen
    )
    stopped = {move.exercise: week for move in climbed.moves if move.decision == "stop"}
    fewer = Reading(facts).decide(knowledge.progression["fewer"].when)
    return msgspec.structs.replace(
        programme,
        week=week,
        chosen=chosen,
        stopped={**programme.stopped, **stopped},
        cap=int(policy["fewer_exercises"]) if fewer else programme.cap if fewer is None else None,
        read_until=today,
    )


def strong_pain(facts: Mapping[str, Any], policy: Mapping[str, float]) -> bool:
    """Whether the latest pain at rest is known to be strong."""
    pain = facts.get("pain_now")
    if isinstance(pain, bool) or not isinstance(pain, int | float):
        return False
    return pain >= policy["strong_pain"]


def _paused(standing: Standing, flare: bool | None, sore: bool, today: datetime.date) -> Standing:
    """Level 1 in a flare, and back one level lower; level 1 with much pain at rest, and back."""
    if not standing.back_to and standing.level > 1 and (flare or sore):
        back = standing.level - 1 if flare else standing.level
        return msgspec.structs.replace(standing, level=1, since=today, clean=0, back_to=back)
    if standing.back_to and flare is False and not sore:
        level = max(standing.level, standing.back_to)
        return msgspec.structs.replace(standing, level=level, since=today, clean=0, back_to=0)
    return standing
