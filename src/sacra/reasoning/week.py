"""The week: on which days and in which sessions the chosen exercises are done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

SLOTS = ("morning", "midday", "evening")
THROUGH_THE_DAY = "through the day"
_TIMES: dict[int, tuple[str, ...]] = {1: ("morning",), 2: ("morning", "evening"), 3: SLOTS}


class Bout(NamedTuple):
    """One exercise, how often a day, on which days, and the seconds of one bout."""

    exercise: str
    per_day: int
    days: tuple[int, ...]
    seconds: int


class Session(msgspec.Struct, frozen=True, gc=False):
    """What is done together; `minutes` rounded up to a tenth."""

    when: str
    exercises: tuple[str, ...]
    minutes: float


class Day(msgspec.Struct, frozen=True, gc=False):
    """One day of the week, 1 to 7 from the day the programme begins."""

    day: int
    sessions: tuple[Session, ...]
    minutes: float


def patterns(days_per_week: int) -> tuple[tuple[int, ...], ...]:
    """Ways to spread so many days over a week, with a day between wherever there can be one."""
    return _PATTERNS[min(max(days_per_week, 1), 7)]


_PATTERNS: dict[int, tuple[tuple[int, ...], ...]] = {
    7: ((0, 1, 2, 3, 4, 5, 6),),
    6: ((0, 1, 2, 3, 4, 5),),
    5: ((0, 1, 3, 4, 6), (0, 2, 3, 5, 6)),
    4: ((0, 2, 4, 6), (1, 3, 5, 6)),
    3: ((0, 2, 4), (1, 3, 5)),
    2: ((0, 3), (1, 4)),
    1: ((0,), (3,)),
}


def week_of(bouts: Sequence[Bout]) -> tuple[Day, ...]:
    """Seven days with their sessions; a day without any is a rest day."""
    return tuple(_day(day, bouts) for day in range(7))


def _day(day: int, bouts: Sequence[Bout]) -> Day:
    today = [bout for bout in bouts if day in bout.days]
    minutes = sum(bout.per_day * bout.seconds for bout in today) / 60
    return Day(day + 1, tuple(_sessions(today)), round(minutes, 1))


def _sessions(today: Sequence[Bout]) -> Iterator[Session]:
    for when in (*SLOTS, THROUGH_THE_DAY):
        some = [b for b in today if when in _TIMES.get(b.per_day, (THROUGH_THE_DAY,))]
        if some:
            often = [bout.per_day if when == THROUGH_THE_DAY else 1 for bout in some]
            seconds = sum(n * bout.seconds for n, bout in zip(often, some, strict=True))
            yield Session(when, tuple(bout.exercise for bout in some), round(seconds / 60, 1))
