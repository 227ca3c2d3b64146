"""The rules of the review tried on virtual people: what must never happen, counted.

It tests rules. It is no evidence of benefit: nobody here is real.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.random import Generator

from sacra.cohort.virtual import START, Life, Person, diary_of, person
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.reasoning.alarms import case_after
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.daily import daily, in_flare
from sacra.reasoning.diary import Diary, Done, Entry
from sacra.reasoning.ladder import Move
from sacra.reasoning.programme import build_programme
from sacra.reasoning.progress import climb_all, moved_on, started
from sacra.reasoning.settle import settle
from sacra.reasoning.standing import Programme
from sacra.reasoning.triage import rank, triage_case
from sacra.reasoning.wishes import Wishes

WEEKS = 12
CHUNK = 50


class Tally(msgspec.Struct, frozen=True):
    """What happened to how many people. The first four must be empty or equal.

    `through_pain` and `restless` name people (by number) for whom a rule failed: a step up at a
    session over the stop line; more than two climbs onto one level. `dangers` are those with a
    hidden danger that reported it, `escalated` those sent on the same day.
    """

    people: int
    weeks: int
    through_pain: tuple[int, ...]
    restless: tuple[int, ...]
    dangers: tuple[int, ...]
    escalated: tuple[int, ...]
    decisions: dict[str, int]
    rules: dict[str, int]
    levels_gained: float
    note: str = "Virtual people test the rules; they are no evidence of benefit."


def simulate(
    people: int, seed: int, *, workers: int = 2, seen: Callable[[int], None] = lambda _: None
) -> Tally:
    """Follow so many virtual people for twelve weeks; the same seed gives the same tally.

    Args:
        people: how many.
        seed: of the random numbers.
        workers: processes; the tally does not depend on it.
        seen: called with the number of people finished, as they finish.
    """
    chunks = [range(i, min(i + CHUNK, people)) for i in range(0, people, CHUNK)]
    follow = partial(_follow, seed)
    if workers < 2:
        return _added(_noticed(map(follow, chunks), seen))
    with ProcessPoolExecutor(workers) as pool:
        return _added(_noticed(pool.map(follow, chunks), seen))


def _noticed(tallies: Iterator[Tally], seen: Callable[[int], None]) -> Iterator[Tally]:
    for tally in tallies:
        seen(tally.people)
        yield tally


def _added(tallies: Iterator[Tally]) -> Tally:
    every = list(tallies)
    people = sum(tally.people for tally in every)
    gained = sum(tally.levels_gained * tally.people for tally in every) / max(people, 1)
    return Tally(
        people=people,
        weeks=WEEKS,
        through_pain=tuple(n for tally in every for n in tally.through_pain),
        restless=tuple(n for tally in every for n in tally.restless),
        dangers=tuple(n for tally in every for n in tally.dangers),
        escalated=tuple(n for tally in every for n in tally.escalated),
        decisions=_summed(tally.decisions for tally in every),
        rules=_summed(tally.rules for tally in every),
        levels_gained=round(gained, 3),
    )


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    return dict(sorted(sum((Counter(one) for one in counts), Counter[str]()).items()))


# --- one person -------------------------------------------------------------------------------


def _follow(seed: int, numbers: Sequence[int]) -> Tally:
    knowledge = load_knowledge()
    found: dict[str, list[int]] = {name: [] for name in _LISTS}
    moves: list[Move] = []
    gained = 0
    for number in numbers:
        rng = stream(seed, number)
        who = person(rng, 7 * WEEKS)
        lived = _live(who, number, rng, knowledge)
        moves += lived.moves
        gained += sum(one.standing.level - 1 for one in lived.programme.chosen)
        for name, happened in _happened(who, lived).items():
            found[name] += [number] * happened
    return Tally(
        people=len(numbers),
        weeks=WEEKS,
        through_pain=tuple(found["through_pain"]),
        restless=tuple(found["restless"]),
        dangers=tuple(found["dangers"]),
        escalated=tuple(found["escalated"]),
        decisions=Counter(move.decision for move in moves),
        rules=Counter(move.rule for move in moves),
        levels_gained=gained / max(len(numbers), 1),
    )


def stream(seed: int, number: int) -> Generator:
    """The random numbers of one person: the child of this number, as `SeedSequence.spawn` has it.

    Children of all seeds are independent of each other; a list [seed, number] is not always: [5]
    and [5, 0] are one stream.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))


class Lived(NamedTuple):
    """One life under the rules: where it ended, what was decided, and when it was sent on."""

    programme: Programme
    moves: tuple[Move, ...]
    diary: Diary
    sent: datetime.date | None


def _live(who: Person, number: int, rng: Generator, knowledge: Knowledge) -> Lived:
    """Twelve weeks: a week is lived, watched day by day; then every ladder is climbed."""
    case, programme = _beginning(number % len(_PROFILES), knowledge)
    life, entries, moves = Life(who, rng), list[Entry](), list[Move]()
    for week in range(WEEKS):
        for entry in life.week(programme, 7 * week):
            entries.append(entry)
            if entry.answers and _is_urgent(case, diary_of(entries), entry.on, knowledge):
                return Lived(programme, tuple(moves), diary_of(entries), entry.on)
        today = START + datetime.timedelta(days=7 * week + 6)
        if entries:
            programme, new = _reviewed(programme, diary_of(entries), today, knowledge)
            moves += new
    return Lived(programme, tuple(moves), diary_of(entries), None)


def _is_urgent(case: Case, diary: Diary, on: datetime.date, knowledge: Knowledge) -> bool:
    settled = settle(case_after(case, diary, on, knowledge), knowledge)
    return rank(triage_case(settled, knowledge).urgency) >= rank("same_day")


def _reviewed(
    programme: Programme, diary: Diary, today: datetime.date, knowledge: Knowledge
) -> tuple[Programme, tuple[Move, ...]]:
    """The part of a review that decides levels; the same exercises stay for the twelve weeks."""
    days = daily(diary, programme, today, knowledge)
    climbed = climb_all(programme, diary, days, today, knowledge)
    facts = {
        "diary_adherence": days.on("adherence", today),
        "pain_now": next(e.pain_now for e in reversed(diary.entries) if e.pain_now is not None),
        "acute_flare": in_flare(days.resting, knowledge.policy("flare")),
    }
    known = {name: value for name, value in facts.items() if value is not None}
    moved = moved_on(programme, climbed, known, today, knowledge)
    left = (one for one in moved.chosen if one.exercise not in moved.stopped)
    chosen = [msgspec.structs.replace(one, level=one.standing.level) for one in left]
    return msgspec.structs.replace(moved, chosen=tuple(chosen)), climbed.moves


@lru_cache(maxsize=16)
def _beginning(profile: int, knowledge: Knowledge) -> tuple[Case, Programme]:
    """A fully answered case of one profile, and its first programme."""
    no = {
        f.id: False
        for f in knowledge.findings.values()
        if f.type == "yes_no" and f.by == "self" and not f.derived
    }
    given = {**no, "setting": "home", **_PROFILES[profile]}
    case = read_case(given, knowledge)
    plan = assess(case, knowledge).plan
    programme = build_programme(plan, Wishes(minutes=20), None, knowledge)
    programme = msgspec.structs.replace(programme, started=START)
    return case, started(programme, Diary((Entry(on=START),)))


# --- what must never happen -------------------------------------------------------------------

_LISTS = ("through_pain", "restless", "dangers", "escalated")
_TWICE = 2


def _happened(who: Person, lived: Lived) -> dict[str, bool]:
    reported = any(entry.answers for entry in lived.diary.entries)
    due = START + datetime.timedelta(days=who.danger)
    return {
        "through_pain": _through_pain(lived),
        "restless": _restless(lived.moves),
        "dangers": reported,
        "escalated": reported and lived.sent == due,
    }


def _through_pain(lived: Lived) -> bool:
    """A step up at a session over the stop line, read off the diary without the rules."""
    sessions = {(d.exercise, e.on): d for e in lived.diary.entries for d in e.done}
    ups = [sessions[m.exercise, m.on] for m in lived.moves if m.decision == "progress"]
    return any(_over_the_line(done) for done in ups)


def _over_the_line(done: Done) -> bool:
    """CORRECTIONS 21: a rise of 3 or more, or 6 or more after a start at 3 or less."""
    before, during = done.pain_before or 0, done.pain_during or 0
    return during - before >= 3 or (during >= 6 and before <= 3)


def _restless(moves: Sequence[Move]) -> bool:
    """Somebody whom pain sends down from the same level of an exercise again and again.

    A pause on level 1 while the pain at rest is high is none of that: it ends by itself.
    """
    falls = Counter(
        (m.exercise, m.from_level)
        for m in moves
        if m.to_level == m.from_level - 1 and m.rule in _FALL
    )
    return any(count > _TWICE for count in falls.values())


_FALL = ("too_much_pain", "not_settled_next_morning")


_PROFILES: tuple[dict[str, Any], ...] = (
    {"age": 34, "sex": "female", "duration_weeks": 3, "pain_now": 5, "buttock_pain": True},
    {"age": 45, "sex": "male", "duration_weeks": 20, "pain_now": 5, "buttock_pain": True,
     "pain_over_sij": True, "unilateral_pain": True},
    {"age": 70, "sex": "male", "duration_weeks": 30, "pain_now": 4, "buttock_pain": True},
    {"age": 29, "sex": "female", "duration_weeks": 10, "pain_now": 4, "pregnant": True,
     "pregnancy_weeks": 22, "pain_over_sij": True},
    {"age": 31, "sex": "female", "duration_weeks": 14, "pain_now": 4, "recent_birth": True,
     "postpartum_weeks": 14, "pain_over_sij": True},
)  # fmt: skip
