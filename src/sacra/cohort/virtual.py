"""Virtual people, to try the rules of the review on: not evidence that anybody gets better.

A person has a hidden level of pain that falls (or does not), capacity that grows with exercise
done, flares, missed days, and days not written down. One in a hundred has a hidden danger that
shows as an alarm on one day. The numbers are made up so that every rule meets what it is for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from numpy.random import Generator

from sacra.reasoning.diary import Diary, Done, Entry
from sacra.reasoning.standing import Programme

START = datetime.date(2026, 1, 5)
ALARMS = ("saddle_numbness", "bladder_dysfunction", "bowel_dysfunction", "cannot_pass_urine")


class Person(NamedTuple):
    """What nobody sees: how pain, capacity and habits of one virtual person behave.

    Pain in points 0-10, `gain` in points a week; `capacity` and `growth` in levels and levels a
    session; `danger` is the day an alarm shows, or -1.
    """

    pain: float
    gain: float
    noise: float
    flares: float
    capacity: float
    growth: float
    keenness: float
    writes: float
    danger: int
    alarm: str


def person(rng: Generator, days: int) -> Person:
    """One virtual person."""
    danger = rng.random() < _DANGEROUS
    return Person(
        pain=float(rng.uniform(2, 8)),
        gain=float(rng.choice([0.0, 0.2, 0.5], p=[0.25, 0.4, 0.35]) * rng.uniform(0.5, 1.5)),
        noise=float(rng.uniform(0.3, 1.2)),
        flares=float(rng.uniform(0, 0.02)),
        capacity=float(rng.uniform(0.5, 3)),
        growth=float(rng.uniform(0, 0.12)),
        keenness=float(rng.beta(4, 1.3)),
        writes=float(rng.beta(5, 1.5)),
        danger=int(rng.integers(3, days)) if danger else -1,
        alarm=str(rng.choice(ALARMS)),
    )


_DANGEROUS = 0.01


class Life:
    """One person day by day, doing what the programme in force asks, or not."""

    def __init__(self, who: Person, rng: Generator) -> None:
        self.who, self.rng = who, rng
        self.flare = 0.0
        self.capacity = who.capacity

    def week(self, programme: Programme, first_day: int) -> Iterator[Entry]:
        """The entries of seven days; a day may be missing."""
        for day in range(first_day, first_day + 7):
            entry = self._day(programme, day)
            if entry.answers or self.rng.random() < self.who.writes:
                yield entry

    def _day(self, programme: Programme, day: int) -> Entry:
        who, rng = self.who, self.rng
        self.flare = max(0.0, 0.75 * self.flare + 3.0 * (rng.random() < who.flares))
        level = who.pain - who.gain * day / 7 + self.flare
        pain = _score(level + who.noise * rng.standard_normal())
        done = tuple(
            self._session(one.exercise, one.level, pain)
            for one in programme.chosen
            if day % 7 in one.days
        )
        answers = {who.alarm: True} if day == who.danger else {}
        on = START + datetime.timedelta(days=day)
        return _entry(on, pain, done, answers)

    def _session(self, exercise: str, level: int, pain: float) -> Done:
        """More than the capacity hurts, during and after, and is hard; what is done builds it."""
        rng = self.rng
        if rng.random() > self.who.keenness or pain >= _TOO_SORE:
            return Done(
                exercise=exercise, done="no", why_not="pain" if pain >= _TOO_SORE else "time"
            )
        over = level - self.capacity
        self.capacity += self.who.growth
        return Done(
            exercise=exercise,
            done="yes",
            level=level,
            pain_before=pain,
            pain_during=_score(pain + 1.5 * max(0.0, over) + 0.7 * rng.standard_normal()),
            pain_next_morning=_score(
                pain + 0.8 * max(0.0, over) - 0.4 + 0.7 * rng.standard_normal()
            ),
            effort=_score(3 + 2 * over + rng.standard_normal()),
        )


_TOO_SORE = 9


def _score(value: float) -> float:
    return float(min(10, max(0, round(value))))


def _entry(
    on: datetime.date, pain: float, done: tuple[Done, ...], answers: dict[str, bool]
) -> Entry:
    return Entry(on=on, pain_now=pain, done=done, answers=answers)


def diary_of(entries: list[Entry]) -> Diary:
    """The diary of one life so far."""
    return Diary(entries=tuple(entries), started=START)
