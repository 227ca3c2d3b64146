"""A programme that somebody kept as JSON, read back and held against the knowledge.

Whatever the next review builds on is checked: who it is for, where the person stands, what was
asked for, and that every exercise, level and dose is one that Sacra knows. What is only printed
(why, warnings, grade) is taken as it stands; the next programme words it anew.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Exercise
from sacra.kb.text import MAX_BYTES
from sacra.reasoning.diary_rows import EARLIEST
from sacra.reasoning.dose import rungs
from sacra.reasoning.standing import Chosen, Programme, Standing
from sacra.reasoning.wishes import MOST_MINUTES, Wishes, read_wishes

Problem = tuple[str, str]
"""Where in the programme something is wrong, and what."""
_ID = re.compile(r"p-[0-9a-f]{8}")
_AGAIN = "make the programme again with `sacra programme --json`"
_MOST_EXERCISES = 20
_MOST_TIMES = 10_000
"""Sessions in a row, or setbacks: as many days as twenty-seven years have."""
_LONGEST = 366
"""Days to the next review, or on one level: never more than a year."""


def check_programme(
    raw: bytes, knowledge: Knowledge, *, today: datetime.date, where: str
) -> Programme:
    """The programme in some JSON: by itself, or as the `next_programme` of a review.

    Raises:
        CaseError: one sentence: too large, no programme, or something in it that cannot be.
    """
    if len(raw) > MAX_BYTES:
        raise CaseError(where, f"is larger than {MAX_BYTES:,} bytes; a file holds one programme")
    data = _decoded(raw, where)
    made = _converted(data, where)
    wishes = _wishes(data["wishes"], knowledge, where)
    for at, what in _problems(made, knowledge, today):
        raise CaseError(f"{where}, {at}", what)
    return msgspec.structs.replace(made, wishes=wishes)


# --- from bytes to a programme ----------------------------------------------------------------


def _decoded(raw: bytes, where: str) -> Any:
    try:
        data = msgspec.json.decode(raw)
    except RecursionError:
        raise _no_programme(where, "it is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise _no_programme(where, str(problem)) from None
    if not isinstance(data, dict) or "next_programme" not in data:
        return data
    if data["next_programme"] is None:
        what = "is a review after which there is no programme: a danger has to be looked at first"
        raise CaseError(where, what)
    return data["next_programme"]


def _converted(data: Any, where: str) -> Programme:
    for key in data if isinstance(data, dict) else ():
        if key not in Programme.__struct_fields__:
            hint = nearest(key, Programme.__struct_fields__)
            raise _no_programme(where, f"unknown key `{key}`{hint}")
    try:
        return msgspec.convert(data, Programme, str_keys=True)
    except (msgspec.ValidationError, RecursionError) as problem:
        raise _no_programme(where, str(problem)) from None


def _no_programme(where: str, why: str) -> CaseError:
    return CaseError(where, f"is no programme as `sacra programme --json` prints it ({why})")


def _wishes(data: Mapping[str, Any], knowledge: Knowledge, where: str) -> Wishes:
    """The wishes by the checks of a case file; a limit that is null is none."""
    said = {key: value for key, value in data.items() if value is not None}
    return read_wishes(said, knowledge, f"{where}, wishes")


# --- what cannot be ---------------------------------------------------------------------------


def _problems(made: Programme, knowledge: Knowledge, today: datetime.date) -> Iterator[Problem]:
    if not _ID.fullmatch(made.id):
        yield "id", f"`{made.id}` is not the name of a programme, as in `p-0123abcd`; {_AGAIN}"
    yield from _time_problems(made, today)
    yield from _name_problems(made, knowledge)
    if made.cap is not None and not 1 <= made.cap <= _MOST_EXERCISES:
        yield "cap", f"{made.cap} is not a number of exercises from 1 to {_MOST_EXERCISES}"
    for name, week in made.stopped.items():
        if not 0 <= week <= made.week:
            yield f"stopped, {name}", f"week {week} is not one of the plan, 0 to {made.week}"
    yield from _exercise_problems(made, knowledge, today)
    yield from _week_problems(made)


def _time_problems(made: Programme, today: datetime.date) -> Iterator[Problem]:
    begun, until = made.started, made.read_until
    if begun and begun > today:
        yield "started", f"{begun} is in the future; today is {today}"
    if begun and begun < EARLIEST:
        yield "started", f"{begun} is before {EARLIEST.year}; is the year right?"
    weeks = (today - begun).days // 7 if begun else 0
    if not 0 <= made.week <= weeks:
        yield "week", f"{made.week} is not a week of this plan; today it is in week {weeks}"
    if until and not _is_in_the_plan(until, made, today):
        yield "read_until", f"{until} is not a day of the plan, from {begun} to {today}"
    if not 1 <= made.review_in_days <= _LONGEST:
        what = f"{made.review_in_days} is not a number of days from 1 to {_LONGEST}"
        yield "review_in_days", what


def _is_in_the_plan(day: datetime.date, made: Programme, today: datetime.date) -> bool:
    """From the day before it began, which says that nothing is read yet, to today."""
    return day <= today and (made.started is None or (made.started - day).days <= 1)


def _name_problems(made: Programme, knowledge: Knowledge) -> Iterator[Problem]:
    exercises = knowledge.exercises
    for at, names, known in (
        ("chosen", [one.exercise for one in made.chosen], exercises),
        ("rested", made.rested, exercises),
        ("stopped", made.stopped, exercises),
        ("left_out", [one.exercise for one in made.left_out], exercises),
        ("unmet", [one.need for one in made.unmet], knowledge.needs),
        ("cards", made.cards, knowledge.cards),
    ):
        for name in names:
            if name not in known:
                yield at, f"unknown `{name}`{nearest(name, known)}"


def _exercise_problems(
    made: Programme, knowledge: Knowledge, today: datetime.date
) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in made.chosen:
        exercise, at = knowledge.exercises[one.exercise], f"chosen, {one.exercise}"
        if one.exercise in seen:
            yield at, "stands twice in it; keep one"
        if one.exercise in made.rested:
            yield at, "is chosen, and said to rest; keep one"
        seen.add(one.exercise)
        yield from ((f"{at}{more}", what) for more, what in _chosen_problems(one, exercise))
        yield from _standing_problems(one.standing, exercise, f"{at}, standing", made, today)
    for name, standing in made.rested.items():
        at = f"rested, {name}"
        yield from _standing_problems(standing, knowledge.exercises[name], at, made, today)


def _chosen_problems(one: Chosen, exercise: Exercise) -> Iterator[Problem]:
    yield from _level_problems(one, exercise)
    usual = rungs(exercise)[one.level].dose
    given = msgspec.structs.replace(one.dose, per_day=usual.per_day)
    if given != usual or one.dose.per_day not in (1, usual.per_day):
        yield ", dose", f"is not the dose of level {one.level}; {_AGAIN}"
    if one.days != tuple(sorted({*one.days} & {*range(7)})):
        yield ", days", "are days of the week from 0 to 6, in order, each once"
    if len(one.days) != usual.days_per_week:
        yield ", days", f"are {len(one.days)}; its dose has {usual.days_per_week} days a week"
    if not 0 < one.minutes <= MOST_MINUTES:
        yield ", minutes", f"{one.minutes:g} is not a number from 0 to {MOST_MINUTES}"
    if not 0 <= one.days_a_level <= _LONGEST:
        yield ", days_a_level", f"{one.days_a_level} is not a number of days up to {_LONGEST}"


def _level_problems(one: Chosen, exercise: Exercise) -> Iterator[Problem]:
    levels = [rung.level for rung in rungs(exercise)]
    for key, level in (("level", one.level), ("top", one.top)):
        if level not in levels:
            yield f", {key}", f"{level} is not a level; it has 0 to {max(levels)}"
    if one.level > one.top:
        yield ", level", f"{one.level} is above the highest it may reach, {one.top}"


def _standing_problems(
    standing: Standing, exercise: Exercise, at: str, made: Programme, today: datetime.date
) -> Iterator[Problem]:
    levels = [rung.level for rung in rungs(exercise)]
    named = (("level", standing.level), ("back_to", standing.back_to))
    for key, level in (*named, *(("setbacks", level) for level in standing.setbacks)):
        if level not in levels:
            yield f"{at}, {key}", f"{level} is not a level; it has 0 to {max(levels)}"
    counts = (("clean", standing.clean), *(("setbacks", n) for n in standing.setbacks.values()))
    for key, count in counts:
        if not 0 <= count <= _MOST_TIMES:
            yield f"{at}, {key}", f"{count} is not a number of times"
    if standing.since and not _is_in_the_plan(standing.since, made, today):
        what = f"{standing.since} is not a day of the plan, from {made.started} to {today}"
        yield f"{at}, since", what


def _week_problems(made: Programme) -> Iterator[Problem]:
    chosen = {one.exercise for one in made.chosen}
    named = {e for day in made.days for session in day.sessions for e in session.exercises}
    if [day.day for day in made.days] != [*range(1, 8)] or named != chosen:
        yield "days", f"are not the seven days of what was chosen; {_AGAIN}"
