"""The programme: which exercises, how much of each, on which days; and why not the others."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Exercise, Mark, Need
from sacra.reasoning.choose import Limits, Option, choose, needs_met
from sacra.reasoning.dose import Dose, Rung, bout_seconds, rungs, top_level
from sacra.reasoning.plan import ExerciseOffer, Plan
from sacra.reasoning.week import Bout, Day, patterns, week_of
from sacra.reasoning.wishes import Wishes


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Where a person stands on the ladder of one exercise.

    `since` is the day the level last changed; `clean` counts the latest good sessions in a row at
    this level; `setbacks` how often each level above had to be left again for pain.
    `back_to` is the level to come back to after a pause on level 1, and 0 outside one.
    """

    level: int = 1
    since: datetime.date | None = None
    clean: int = 0
    setbacks: dict[int, int] = {}
    back_to: int = 0


class Chosen(msgspec.Struct, frozen=True, gc=False):
    """One exercise of the programme at its level; `minutes` are those of one bout.

    `top` is the highest level this person may reach with what is offered, at hand and in time.
    """

    exercise: str
    level: int
    top: int
    change: str
    dose: Dose
    days: tuple[int, ...]
    minutes: float
    each_side: bool
    first_side: str
    positions: tuple[str, ...]
    needs: tuple[str, ...]
    why: str
    version: str
    warnings: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]
    mark: Mark
    dose_mark: Mark
    printed: str
    less_than_usual: bool
    new: bool
    standing: Standing


class LeftOut(msgspec.Struct, frozen=True, gc=False):
    """An eligible exercise that is not in the programme, and the one thing that kept it out."""

    exercise: str
    constraint: str
    because: str
    printed: str


class Unmet(msgspec.Struct, frozen=True, gc=False):
    """A need that this programme does not meet."""

    need: str
    say: str


class Programme(msgspec.Struct, frozen=True, gc=False):
    """The chosen exercises and their week. `id` stays the same from week to week.

    `week` counts whole weeks in the plan, from 0; `relax` names the one limit whose loosening
    would meet more needs, or is empty. `read_until` is the last day of the diary that is counted in
    the standings, `stopped` what hurt too much, `cap` how many exercises somebody manages for now,
    and `rested` where the person stood on exercises that have left the programme.
    """

    id: str
    started: datetime.date | None
    week: int
    wishes: Wishes
    chosen: tuple[Chosen, ...]
    days: tuple[Day, ...]
    left_out: tuple[LeftOut, ...]
    unmet: tuple[Unmet, ...]
    relax: str
    cards: tuple[str, ...]
    review_in_days: int
    safety_net: str
    stopped: tuple[str, ...] = ()
    cap: int | None = None
    rested: dict[str, Standing] = {}
    read_until: datetime.date | None = None

    @property
    def standings(self) -> dict[str, Standing]:
        """Where the person stands on each ladder."""
        return {one.exercise: one.standing for one in self.chosen}


def build_programme(
    plan: Plan, wishes: Wishes, last: Programme | None, knowledge: Knowledge
) -> Programme:
    """The programme for the coming week; pure, and as near to last week's as the needs allow.

    Args:
        plan: what is eligible, and what the person needs.
        wishes: minutes a day, positions, things at hand, what is declined.
        last: last week's, moved on by the review; None at the start.
        knowledge: exercises, needs and the policy `programme`.
    """
    room = _Room(plan, wishes, last, knowledge)
    places = _as_before(room)
    if places is None:
        places = choose([option for option, _ in room.options], room.limits)
    taken = [room.options[i] for i in places]
    chosen = tuple(_chosen(option, way, room) for option, way in taken)
    met = {name for one in chosen for name in one.needs}
    unmet = tuple(Unmet(n.id, n.say) for n in room.needs if n.id not in met)
    bouts = [Bout(c.exercise, c.dose.per_day, c.days, round(60 * c.minutes)) for c in chosen]
    return Programme(
        id=last.id if last else _id(chosen, plan),
        started=last.started if last else None,
        week=room.week,
        wishes=wishes,
        chosen=chosen,
        days=week_of(bouts),
        left_out=tuple(_left_out(chosen, unmet, room)),
        unmet=unmet,
        relax=_relax(unmet, room) if unmet and len(chosen) < room.limits.most else "",
        cards=plan.cards,
        review_in_days=plan.review_in_days,
        safety_net=plan.safety_net,
        stopped=room.stopped,
        cap=last.cap if last else None,
        rested=_rested(last, {one.exercise for one in chosen}),
        read_until=last.read_until if last else None,
    )


def _as_before(room: _Room) -> tuple[int, ...] | None:
    """Last week's exercises on last week's days, if they still fit and meet all there is to meet.

    Nothing could then be better in the aims that count first: needs met, and little changed.
    """
    before = (
        {one.exercise: (one.dose.per_day, one.days) for one in room.last.chosen}
        if room.last
        else {}
    )
    places = tuple(
        i
        for i, (option, way) in enumerate(room.options)
        if before.get(option.exercise) == (way.dose.per_day, way.days)
    )
    some = [room.options[i][0] for i in places]
    met = frozenset[int]().union(*(option.meets for option in some))
    could = frozenset[int]().union(*(option.meets for option, _ in room.options))
    kept = len(some) == len(before) > 0 and met == could
    a_day = [sum(option.seconds[day] for option in some) for day in range(7)]
    fits = len(some) <= room.limits.most and max(a_day, default=0) <= room.limits.seconds
    return places if kept and fits else None


def _rested(last: Programme | None, chosen: set[str]) -> dict[str, Standing]:
    """Where the person stood on what is not in the programme any more."""
    stood = {**last.rested, **last.standings} if last else {}
    return {name: standing for name, standing in stood.items() if name not in chosen}


def _id(chosen: tuple[Chosen, ...], plan: Plan) -> str:
    """Names the programme in a diary: the same plan and choice give the same name."""
    said = msgspec.json.encode([plan.pathways, [(c.exercise, c.level) for c in chosen]])
    return "p-" + hashlib.sha256(said).hexdigest()[:8]


# --- what there is to choose from -------------------------------------------------------------


class _Way(msgspec.Struct, frozen=True, gc=False):
    """How one option does its exercise."""

    offer: ExerciseOffer
    rung: Rung
    dose: Dose
    days: tuple[int, ...]
    less: bool


class _Room:
    """The options and limits of one choice, and what was kept out before it."""

    def __init__(
        self, plan: Plan, wishes: Wishes, last: Programme | None, knowledge: Knowledge
    ) -> None:
        self.plan, self.wishes, self.last, self.knowledge = plan, wishes, last, knowledge
        self.policy = knowledge.policy("programme")
        self.week = last.week if last else 0
        self.standings = last.standings if last else {}
        self.stopped = last.stopped if last else ()
        self.needs = tuple(_needs(plan, self.week, knowledge))
        self.barred: dict[str, tuple[str, str]] = {}
        self.options: list[tuple[Option, _Way]] = []
        for offer in plan.exercises:
            self._add(offer)
        self.limits = self._limits()

    def _add(self, offer: ExerciseOffer) -> None:
        exercise = self.knowledge.exercises[offer.exercise]
        barred = _barred(exercise, self)
        meets = frozenset(i for i, need in enumerate(self.needs) if meets_need(exercise, need))
        if barred:
            self.barred[exercise.id] = barred
        elif meets:
            self.options += self._ways(offer, exercise, meets)

    def _ways(
        self, offer: ExerciseOffer, exercise: Exercise, meets: frozenset[int]
    ) -> Iterator[tuple[Option, _Way]]:
        rung = rungs(exercise)[min(self.standing(exercise.id).level, _top(exercise, self))]
        for per_day in sorted({rung.dose.per_day, 1}, reverse=True):
            dose = msgspec.structs.replace(rung.dose, per_day=per_day)
            for days in patterns(dose.days_per_week):
                seconds = bout_seconds(exercise, dose, self.policy) * per_day
                way = _Way(offer, rung, dose, days, per_day < rung.dose.per_day)
                cost = _cost(exercise, way, seconds, self.policy)
                a_day = tuple(seconds * (day in days) for day in range(7))
                yield (
                    Option(exercise.id, a_day, meets, cost, exercise.id not in self.standings),
                    way,
                )

    def standing(self, name: str) -> Standing:
        """Where the person stands: as last week, one level lower after a rest, or at the start."""
        if name in self.standings:
            return self.standings[name]
        if self.last and name in self.last.rested:
            before = self.last.rested[name]
            return msgspec.structs.replace(
                before, level=max(before.level - 1, 1), since=None, clean=0
            )
        return Standing()

    def _limits(self) -> Limits:
        most = int(self.policy["most" if self.last else "most_at_first"])
        cap = self.last.cap if self.last else None
        return Limits(
            seconds=60 * self.wishes.minutes,
            most=min(most, self.wishes.most or most, cap or most),
            most_new=int(self.policy["most_new"]) if self.last else most,
            needs=len(self.needs),
            keep=frozenset(self.standings),
        )


def _top(exercise: Exercise, room: _Room) -> int:
    offered = {offer.exercise for offer in room.plan.exercises}
    wishes = room.wishes
    return top_level(exercise, offered, wishes.equipment, wishes.minutes, room.policy)


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


def _barred(exercise: Exercise, room: _Room) -> tuple[str, str] | None:
    """The limit of the person's own that keeps an exercise out, with the sentence for it."""
    wishes = room.wishes
    if exercise.id in room.stopped:
        return "pain", "It hurt too much, even in the easier version."
    if exercise.id in wishes.without:
        return "declined", "You did not want it."
    if not wishes.positions_for(exercise):
        return "position", f"It needs a position you left out: {', '.join(exercise.positions)}."
    if missing := sorted(set(exercise.equipment) - set(wishes.equipment)):
        return "equipment", f"It needs what is not at hand: {', '.join(missing)}."
    return None


_GRADES = {"high": 0, "moderate": 1, "low": 2, "very_low": 3, "none": 4}
_DIFFICULTY = {"beginner": 0, "intermediate": 1, "advanced": 2}


def _cost(exercise: Exercise, way: _Way, seconds: int, policy: Mapping[str, float]) -> int:
    """What an option costs against another; whole, so that the choice is exact."""
    return round(
        policy["cost_grade"] * _GRADES[exercise.grade]
        + policy["cost_optional"] * (exercise.recommend == "optional")
        + policy["cost_difficulty"] * _DIFFICULTY[exercise.difficulty]
        + policy["cost_minute"] * seconds * len(way.days) / 7 / 60
        + policy["cost_less"] * (way.rung.dose.per_day - way.dose.per_day)
    )


# --- what was chosen, and why -----------------------------------------------------------------


def _chosen(option: Option, way: _Way, room: _Room) -> Chosen:
    exercise = room.knowledge.exercises[option.exercise]
    needs = [room.needs[i] for i in sorted(option.meets)]
    return Chosen(
        exercise=exercise.id,
        level=way.rung.level,
        top=_top(exercise, room),
        change=way.rung.change,
        dose=way.dose,
        days=way.days,
        minutes=round(bout_seconds(exercise, way.dose, room.policy) / 60, 2),
        each_side=exercise.each_side,
        first_side=room.plan.side if exercise.each_side else "",
        positions=room.wishes.positions_for(exercise),
        needs=tuple(need.id for need in needs),
        why=needs[0].say,
        version=way.offer.version,
        warnings=way.offer.warnings,
        grade=exercise.grade,
        sources=exercise.sources,
        mark=exercise.mark,
        dose_mark=way.rung.mark,
        printed=exercise.start.as_printed,
        less_than_usual=way.less,
        new=option.new,
        standing=room.standing(exercise.id),
    )


def _left_out(
    chosen: tuple[Chosen, ...], unmet: tuple[Unmet, ...], room: _Room
) -> Iterator[LeftOut]:
    taken = {one.exercise for one in chosen}
    for offer in room.plan.exercises:
        if offer.exercise not in taken:
            constraint, because = _kept_out(offer.exercise, chosen, unmet, room)
            printed = room.knowledge.exercises[offer.exercise].start.as_printed
            yield LeftOut(offer.exercise, constraint, because, printed)


def _kept_out(
    name: str, chosen: tuple[Chosen, ...], unmet: tuple[Unmet, ...], room: _Room
) -> tuple[str, str]:
    """The one thing that kept an exercise out: a wish, the need it lacks, another, or a limit."""
    if name in room.barred:
        return room.barred[name]
    wanted = {n.id for n in room.needs if meets_need(room.knowledge.exercises[name], n)}
    if not wanted:
        return "not_now", "Nothing in this week of the plan calls for it."
    if wanted.isdisjoint(one.need for one in unmet):
        other = next(c for c in chosen if not wanted.isdisjoint(c.needs))
        return "covered", f"{room.knowledge.items[other.exercise].plain} does the same job."
    return _limit(name, chosen, room)


def _limit(name: str, chosen: tuple[Chosen, ...], room: _Room) -> tuple[str, str]:
    limits = room.limits
    if len(chosen) >= limits.most:
        return "number", f"{limits.most} exercises at a time are enough for now."
    if name not in room.standings and sum(one.new for one in chosen) >= limits.most_new:
        return "new", f"Only {limits.most_new} new exercises at a time."
    return "minutes", f"It does not fit into {room.wishes.minutes} minutes a day."


def _relax(unmet: tuple[Unmet, ...], room: _Room) -> str:
    """The one limit whose loosening meets the most of what is left open, in a sentence."""
    best, sentence = 0, ""
    for wishes, how in room.wishes.looser():
        loose = _Room(room.plan, wishes, room.last, room.knowledge)
        met = {loose.needs[i].id for i in needs_met([o for o, _ in loose.options], loose.limits)}
        gained = [one for one in unmet if one.need in met]
        if len(gained) > best:
            names = "; ".join(room.knowledge.needs[one.need].name.lower() for one in gained)
            best, sentence = len(gained), f"{how} would make room for: {names}."
    return sentence
