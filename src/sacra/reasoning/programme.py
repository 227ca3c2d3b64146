"""The programme: which exercises, how much of each, on which days; and why not the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.choose import Option, choose, needs_met
from sacra.reasoning.dose import bout_seconds, rungs
from sacra.reasoning.options import Room, Way, meets_need
from sacra.reasoning.plan import ExerciseOffer, Plan
from sacra.reasoning.standing import Chosen, LeftOut, Programme, Standing, Unmet
from sacra.reasoning.week import Bout, Day, week_of
from sacra.reasoning.wishes import Wishes


def build_programme(
    plan: Plan, wishes: Wishes, last: Programme | None, knowledge: Knowledge
) -> Programme:
    """The programme for the coming week; pure, and as near to last week's as the needs allow.

    Args:
        plan: what is eligible, and what the person needs.
        wishes: minutes a day, positions, things at hand, what is agreed or declined.
        last: last week's, moved on by the review; None at the start.
        knowledge: exercises, needs and the policy `programme`.
    """
    room = Room(plan, wishes, last, knowledge)
    places = _as_before(room)
    if places is None:
        places = choose([option for option, _ in room.options], room.limits)
    taken = [room.options[i] for i in places]
    chosen = tuple(_chosen(option, way, room) for option, way in taken)
    met = {name for one in chosen for name in one.needs}
    unmet = tuple(Unmet(n.id, n.say) for n in room.needs if n.id not in met)
    return Programme(
        id=last.id if last else _id(chosen, plan),
        started=last.started if last else None,
        week=room.week,
        wishes=wishes,
        chosen=chosen,
        days=week_days(chosen),
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


def week_days(chosen: tuple[Chosen, ...]) -> tuple[Day, ...]:
    """The seven days of what was chosen."""
    return week_of(
        [Bout(c.exercise, c.dose.per_day, c.days, round(60 * c.minutes)) for c in chosen]
    )


def _as_before(room: Room) -> tuple[int, ...] | None:
    """Last week's exercises on last week's days: at the full dose, or else as often a day as then.

    None where they no longer fit, or do not meet all there is to meet. Otherwise nothing could be
    better in the aims that count first: needs met, and little changed.
    """
    before = {one.exercise: one for one in room.last.chosen} if room.last else {}
    full: dict[str, int] = {}
    same: dict[str, int] = {}
    for i, (option, way) in enumerate(room.options):
        one = before.get(option.exercise)
        level = room.reached(room.knowledge.exercises[option.exercise])
        if one and one.days == way.days and way.rung.level == level:
            full.setdefault(option.exercise, i)
            if one.dose.per_day == way.dose.per_day:
                same.setdefault(option.exercise, i)
    both = (tuple(full.values()), tuple(same.values()))
    return next((places for places in both if _keeps(places, len(before), room)), None)


def _keeps(places: tuple[int, ...], count: int, room: Room) -> bool:
    """Whether these are all of last week's exercises, meet all there is to meet, and fit."""
    some = [room.options[i][0] for i in places]
    wanted = room.wishes.wanted & {option.exercise for option, _ in room.options}
    met = frozenset[int]().union(*(option.meets for option in some))
    could = frozenset[int]().union(*(option.meets for option, _ in room.options))
    a_day = [sum(option.seconds[day] for option in some) for day in range(7)]
    fits = len(some) <= room.limits.most and max(a_day, default=0) <= room.limits.seconds
    heard = wanted <= {option.exercise for option in some}
    return len(some) == count > 0 and met == could and fits and heard


def _rested(last: Programme | None, chosen: set[str]) -> dict[str, Standing]:
    """Where the person stood on what is not in the programme any more."""
    if last is None:
        return {}
    left = {
        name: msgspec.structs.replace(standing, since=last.read_until)
        for name, standing in last.standings.items()
    }
    stood = {**last.rested, **left}
    return {name: standing for name, standing in stood.items() if name not in chosen}


def _id(chosen: tuple[Chosen, ...], plan: Plan) -> str:
    """Names the programme in a diary: the same plan and choice give the same name."""
    said = msgspec.json.encode([plan.pathways, [(c.exercise, c.level) for c in chosen]])
    return "p-" + hashlib.sha256(said).hexdigest()[:8]


# --- in other words ---------------------------------------------------------------------------


def worded(programme: Programme, plan: Plan, knowledge: Knowledge) -> Programme:
    """A programme from before in the words of this knowledge, which may be in another language.

    What is done, how often and at which level stays; of an exercise that the plan no longer
    offers, the warnings stay as they were.
    """
    offers = {offer.exercise: offer for offer in plan.exercises}
    return msgspec.structs.replace(
        programme,
        chosen=tuple(_worded(one, offers, knowledge) for one in programme.chosen),
        unmet=tuple(Unmet(n.need, knowledge.needs[n.need].say) for n in programme.unmet
                    if n.need in knowledge.needs),
        safety_net=plan.safety_net or programme.safety_net,
    )  # fmt: skip


def _worded(one: Chosen, offers: dict[str, ExerciseOffer], knowledge: Knowledge) -> Chosen:
    exercise = knowledge.exercises.get(one.exercise)
    if exercise is None:
        return one
    rung = next((rung for rung in rungs(exercise) if rung.level == one.level), None)
    need = next((need for need in one.needs if need in knowledge.needs), None)
    said = msgspec.structs.replace(
        one,
        change=rung.change if rung else one.change,
        why=knowledge.needs[need].say if need else one.why,
        printed=exercise.start.as_printed,
    )
    if rung is None or one.exercise not in offers:
        return said
    version, warnings = _said_of(offers[one.exercise], offers.get(rung.becomes))
    return msgspec.structs.replace(said, version=version, warnings=warnings)


def _said_of(offer: ExerciseOffer, other: ExerciseOffer | None) -> tuple[str, tuple[str, ...]]:
    """The changed version and the warnings, with those of the exercise that a level turns into."""
    both = [one for one in (offer, other) if one]
    versions = [one.version for one in both if one.version]
    return " ".join(versions), tuple(said for one in both for said in one.warnings)


# --- what was chosen, and why -----------------------------------------------------------------


def _chosen(option: Option, way: Way, room: Room) -> Chosen:
    exercise = room.knowledge.exercises[option.exercise]
    standing = room.standing(exercise.id)
    version, warnings = _said_of(way.offer, room.offers.get(way.rung.becomes))
    needs = [room.needs[i] for i in sorted(option.meets)]
    return Chosen(
        exercise=exercise.id,
        level=way.rung.level,
        top=way.top,
        days_a_level=way.offer.days_a_level,
        change=way.rung.change,
        dose=way.dose,
        days=way.days,
        minutes=round(bout_seconds(exercise, way.dose, room.policy) / 60, 2),
        each_side=exercise.each_side,
        first_side=room.plan.side if exercise.each_side else "",
        positions=room.wishes.positions_for(exercise),
        needs=tuple(need.id for need in needs),
        why=needs[0].say,
        version=version,
        warnings=warnings,
        grade=exercise.grade,
        sources=exercise.sources,
        mark=exercise.mark,
        dose_mark=way.rung.mark,
        printed=exercise.start.as_printed,
        less_than_usual=way.less,
        new=option.new,
        standing=msgspec.structs.replace(standing, level=way.rung.level),
    )


def _left_out(
    chosen: tuple[Chosen, ...], unmet: tuple[Unmet, ...], room: Room
) -> Iterator[LeftOut]:
    taken = {one.exercise for one in chosen}
    for offer in room.plan.exercises:
        if offer.exercise not in taken:
            constraint, because = _kept_out(offer.exercise, chosen, unmet, room)
            printed = room.knowledge.exercises[offer.exercise].start.as_printed
            yield LeftOut(offer.exercise, constraint, because, printed)


def _kept_out(
    name: str, chosen: tuple[Chosen, ...], unmet: tuple[Unmet, ...], room: Room
) -> tuple[str, str]:
    """The one thing that kept an exercise out: a wish, the need it lacks, another, or a limit."""
    if name in room.barred:
        return room.barred[name]
    wanted = {n.id for n in room.needs if meets_need(room.knowledge.exercises[name], n)}
    if not wanted:
        return "not_now", room.knowledge.say("programme.not_now")
    if wanted.isdisjoint(one.need for one in unmet):
        other = next(c for c in chosen if not wanted.isdisjoint(c.needs))
        plain = room.knowledge.items[other.exercise].plain
        return "covered", room.knowledge.say("programme.covered", name=plain)
    return _limit(name, chosen, room)


def _limit(name: str, chosen: tuple[Chosen, ...], room: Room) -> tuple[str, str]:
    limits, say = room.limits, room.knowledge.say
    if len(chosen) >= limits.most:
        return "number", say("programme.number", n=limits.most)
    if name not in room.standings and sum(one.new for one in chosen) >= limits.most_new:
        return "new", say("programme.new", n=limits.most_new)
    return "minutes", say("programme.minutes", n=room.wishes.minutes)


def _relax(unmet: tuple[Unmet, ...], room: Room) -> str:
    """The one limit whose loosening meets the most of what is left open, in a sentence."""
    best, sentence = 0, ""
    for wishes, how in room.wishes.looser():
        loose = Room(room.plan, wishes, room.last, room.knowledge)
        met = {loose.needs[i].id for i in needs_met([o for o, _ in loose.options], loose.limits)}
        gained = [one for one in unmet if one.need in met]
        if len(gained) > best:
            best, sentence = len(gained), _room_for(gained, how, wishes, room)
    return sentence


def _room_for(gained: list[Unmet], how: str, wishes: Wishes, room: Room) -> str:
    say, more = room.knowledge.say, wishes.minutes - room.wishes.minutes
    needs = "; ".join(room.knowledge.needs[one.need].name for one in gained)
    return say("programme.room", how=say(f"programme.{how}", n=more), needs=needs)
