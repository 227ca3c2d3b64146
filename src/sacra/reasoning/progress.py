"""From diary to standings: every ladder climbed, and the programme moved on to where that leads."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.daily import Daily
from sacra.reasoning.diary import Diary, Done, Entry
from sacra.reasoning.ladder import Bout, Move, climb, effort_target
from sacra.reasoning.programme import Programme, Standing
from sacra.rules.readings import Reading


def started(programme: Programme, diary: Diary) -> Programme:
    """The programme with the day its plan began: its own, the diary's, or the first entry's.

    Raises:
        CaseError: the diary begins before the plan does.
    """
    begun = programme.started or diary.started or diary.entries[0].on
    if diary.entries[0].on < begun:
        what = (
            f"begins on {diary.entries[0].on}, before the plan did ({begun}, `as_of` of the case)"
        )
        raise CaseError("the diary", what)
    return msgspec.structs.replace(programme, started=begun)


def week_on(programme: Programme, day: datetime.date) -> int:
    """Whole weeks in the plan on a day, from 0; never weeks since the pain began."""
    assert programme.started is not None, "see `started`"
    return (day - programme.started).days // 7


def climb_all(
    programme: Programme, diary: Diary, days: Daily, knowledge: Knowledge
) -> tuple[dict[str, Standing], tuple[Move, ...]]:
    """Where each exercise stands after what is new in the diary, and every decision on the way."""
    bouts: dict[str, list[Bout]] = {one.exercise: [] for one in programme.chosen}
    for entry in diary.entries:
        if programme.read_until is None or entry.on > programme.read_until:
            for done in entry.done:
                if done.exercise in bouts:
                    bouts[done.exercise].append(_bout(entry, done, days, knowledge))
    standings: dict[str, Standing] = {}
    moves: list[Move] = []
    for one in programme.chosen:
        begun = one.standing.since or days.start
        standing = msgspec.structs.replace(one.standing, since=begun)
        standings[one.exercise], new = climb(
            one.exercise, one.top, standing, bouts[one.exercise], knowledge
        )
        moves += new
    return standings, tuple(moves)


def _bout(entry: Entry, done: Done, days: Daily, knowledge: Knowledge) -> Bout:
    target = effort_target((entry.on - days.start).days // 7, knowledge)
    adherence, rise = days.on("adherence", entry.on), days.on("rise_week", entry.on)
    return Bout(entry.on, done, entry.pain_now, adherence, rise, target)


def moved_on(
    programme: Programme,
    standings: Mapping[str, Standing],
    moves: Sequence[Move],
    facts: Mapping[str, Any],
    today: datetime.date,
    knowledge: Knowledge,
) -> Programme:
    """The programme with where the person stands now: what the next one starts from."""
    flare, sore = facts.get("acute_flare"), _sore(moves, knowledge)
    chosen = tuple(
        msgspec.structs.replace(
            one, standing=_paused(standings[one.exercise], flare, one.exercise in sore, today)
        )
        for one in programme.chosen
    )
    stopped = [move.exercise for move in moves if move.decision == "stop"]
    fewer = Reading(facts).decide(knowledge.progression["fewer"].when)
    most = int(knowledge.policy("review_status")["fewer_exercises"])
    return msgspec.structs.replace(
        programme,
        week=week_on(programme, today),
        chosen=chosen,
        stopped=tuple(dict.fromkeys((*programme.stopped, *stopped))),
        cap=most if fewer else programme.cap if fewer is None else None,
        read_until=today,
    )


def _sore(moves: Sequence[Move], knowledge: Knowledge) -> set[str]:
    """The exercises whose latest session began with too much pain for more than level 1."""
    latest = {move.exercise: move.rule for move in moves}
    return {name for name, rule in latest.items() if knowledge.progression[rule].level_one}


def _paused(standing: Standing, flare: bool | None, sore: bool, today: datetime.date) -> Standing:
    """Level 1 in a flare, and back one level lower; level 1 with much pain at rest, and back."""
    if not standing.back_to and standing.level > 1 and (flare or sore):
        back = standing.level - 1 if flare else standing.level
        return msgspec.structs.replace(standing, level=1, since=today, clean=0, back_to=back)
    if standing.back_to and flare is False and not sore:
        level = max(standing.level, standing.back_to)
        return msgspec.structs.replace(standing, level=level, since=today, clean=0, back_to=0)
    return standing
