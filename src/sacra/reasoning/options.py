"""What a programme can be chosen from: every way to do every exercise, and what bars one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Exercise, ExerciseDose, Need
from sacra.reasoning.choose import Limits, Option
from sacra.reasoning.dose import EASIER, Rung, bout_seconds, rungs, top_level
from sacra.reasoning.plan import ExerciseOffer, Plan
from sacra.reasoning.standing import Programme, Standing
from sacra.reasoning.week import patterns
from sacra.reasoning.wishes import Wishes


class Way(msgspec.Struct, frozen=True, gc=False):
    """How one option does its exercise; `top` is the highest level it may lead to."""

    offer: ExerciseOffer
    rung: Rung
    dose: ExerciseDose
    days: tuple[int, ...]
    top: int
    less: bool


class Room:
    """The options and limits of one choice, and what was kept out before it."""

    def __init__(
        self, plan: Plan, wishes: Wishes, last: Programme | None, knowledge: Knowledge
    ) -> None:
        """Gather them."""
        self.plan, self.wishes, self.last, self.knowledge = plan, wishes, last, knowledge
        self.policy = knowledge.policy("programme")
        self.week = last.week if last else 0
        self.standings = last.standings if last else {}
        self.needs = tuple(_needs(plan, self.week, knowledge))
        self.stopped = self._stopped()
        self.barred = dict(self._barred())
        self.offers = {o.exercise: o for o in plan.exercises if o.exercise not in self.barred}
        self.options = [both for offer in self.offers.values() for both in self._ways(offer)]
        self.limits = self._limits()

    def _stopped(self) -> dict[str, int]:
        """What hurt too much, until it may be tried again."""
        wait = self.policy["again_after_weeks"]
        every = self.last.stopped if self.last else {}
        return {name: week for name, week in every.items() if self.week - week < wait}

    def _barred(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for offer in self.plan.exercises:
            if why := _why_barred(self.knowledge.exercises[offer.exercise], self):
                yield offer.exercise, why

    def _ways(self, offer: ExerciseOffer) -> Iterator[tuple[Option, Way]]:
        """Each dose and each set of days, at the level reached or at a shorter one below it."""
        exercise = self.knowledge.exercises[offer.exercise]
        meets = frozenset(i for i, need in enumerate(self.needs) if meets_need(exercise, need))
        for rung, top in self._levels(exercise) if meets else ():
            for per_day in sorted({rung.dose.per_day, 1}, reverse=True):
                dose = msgspec.structs.replace(rung.dose, per_day=per_day)
                for days in patterns(dose.days_per_week):
                    less = per_day < rung.dose.per_day
                    way = Way(offer, rung, dose, days, top, less)
                    yield self._option(exercise, way, meets), way

    def _levels(self, exercise: Exercise) -> Iterator[tuple[Rung, int]]:
        """The level reached with the top above it; then each lower one that takes less time."""
        every, top, level = rungs(exercise), self.top(exercise), self.reached(exercise)
        yield every[level], top
        least = bout_seconds(exercise, every[level].dose, self.policy)
        for rung in reversed(every[1:level]):
            seconds = bout_seconds(exercise, rung.dose, self.policy)
            if seconds < least:
                least = seconds
                yield rung, rung.level  # no higher while there is no room for it

    def _option(self, exercise: Exercise, way: Way, meets: frozenset[int]) -> Option:
        seconds = bout_seconds(exercise, way.dose, self.policy) * way.dose.per_day
        lower = self.reached(exercise) - way.rung.level
        cost = _cost(exercise, way, seconds, self.policy) + round(self.policy["cost_level"] * lower)
        a_day = tuple(seconds * (day in way.days) for day in range(7))
        return Option(exercise.id, a_day, meets, cost, exercise.id not in self.standings)

    def reached(self, exercise: Exercise) -> int:
        """The level to do now, where there is room for it."""
        return min(self.standing(exercise.id).level, self.top(exercise))

    def top(self, exercise: Exercise) -> int:
        """The highest level for this person, see `top_level`."""
        wishes = self.wishes
        return top_level(exercise, self.offers, wishes.equipment, wishes.minutes, self.policy)

    def standing(self, name: str) -> Standing:
        """Where the person stands: as last week, lower after a rest, or at the start."""
        since = self.last.read_until if self.last else None
        new = Standing(since=since, counted=since, added=since)
        if name in self.standings:
            return self.standings[name]
        if self.last and name in self.last.stopped:
            return msgspec.structs.replace(new, level=EASIER)
        if self.last and name in self.last.rested:
            before = self.last.rested[name]
            away = (since - before.since).days // 7 if since and before.since else 0
            lost = 1 + int(away // self.policy["weeks_a_level_lost"])
            level = max(before.level - lost, min(before.level, 1))
            return msgspec.structs.replace(new, level=level, setbacks=before.setbacks)
        return new

    def _limits(self) -> Limits:
        most = int(self.policy["most" if self.last else "most_at_first"])
        cap = self.last.cap if self.last else None
        return Limits(
            seconds=60 * self.wishes.minutes,
            most=min(most, self.wishes.most or most, cap or most),
            most_new=int(self.policy["most_new"]) if self.last else most,
            needs=len(self.needs),
            keep=frozenset(self.standings) | self.wishes.wanted,
        )


def _needs(plan: Plan, week: int, knowledge: Knowledge) -> Iterator[Need]:
    """The needs of this week of the plan, the first to be met first."""
    for need in sorted((knowledge.needs[n] for n in plan.needs), key=lambda n: (n.order, n.id)):
        if need.from_week <= week and (need.until_week is None or week < need.until_week):
            yield need


def meets_need(exercise: Exercise, need: Need) -> bool:
    """Whether the exercise has one of its goals and, where it names any, trains its part."""
    trains = not need.trains or not set(need.trains).isdisjoint(exercise.trains)
    named = not need.only or exercise.id in need.only
    return exercise.goal in need.goals and trains and named


def _why_barred(exercise: Exercise, room: Room) -> tuple[str, str] | None:
    """The limit that keeps an exercise out before any choice, with the sentence for it."""
    say, word = room.knowledge.say, room.knowledge.word
    wishes, quiet = room.wishes, next((need for need in room.needs if need.quiet), None)
    if exercise.id in room.stopped:
        return "pain", say("programme.hurt")
    if quiet and exercise.goal not in quiet.goals:
        return "quiet", quiet.say
    if exercise.id in wishes.without:
        why = wishes.reasons.get(exercise.id, "dislike")
        return "declined", say(f"programme.declined_{why}")
    if not wishes.positions_for(exercise):
        positions = ", ".join(map(word, exercise.positions))
        return "position", say("programme.position", positions=positions)
    if missing := sorted(set(exercise.equipment) - set(wishes.equipment)):
        return "equipment", say("programme.equipment", things=", ".join(map(word, missing)))
    return None


_GRADES = {"high": 0, "moderate": 1, "low": 2, "very_low": 3, "none": 4}
_DIFFICULTY = {"beginner": 0, "intermediate": 1, "advanced": 2}


def _cost(exercise: Exercise, way: Way, seconds: int, policy: Mapping[str, float]) -> int:
    """What an option costs against another; whole, so that the choice is exact."""
    return round(
        policy["cost_grade"] * _GRADES[exercise.grade]
        + policy["cost_optional"] * (exercise.recommend == "optional")
        + policy["cost_difficulty"] * _DIFFICULTY[exercise.difficulty]
        + policy["cost_minute"] * seconds * len(way.days) / 7 / 60
        + policy["cost_less"] * (way.rung.dose.per_day - way.dose.per_day)
    )
