"""The programme: which exercises, how much of each, on which days; and why not the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.choose import Option, choose, needs_met
from sacra.reasoning.dose import bout_seconds
from sacra.reasoning.options import Room, Way, meets_need
from sacra.reasoning.plan import Plan
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


# --- what was chosen, and why -----------------------------------------------------------------


def _chosen(option: Option, way: Way, room: Room) -> Chosen:
    exercise = room.knowledge.exercises[option.exercise]
    standing = room.standing(exercise.id)
    other = room.offers.get(way.rung.becomes)
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
        version=" ".join(filter(None, (way.offer.version, other.version if other else ""))),
        warnings=(*way.offer.warnings, *(other.warnings if other else ())),
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
        return "not_now", "Nothing in this week of the plan calls for it."
    if wanted.isdisjoint(one.need for one in unmet):
        other = next(c for c in chosen if not wanted.isdisjoint(c.needs))
        return "covered", f"{room.knowledge.items[other.exercise].plain} does the same job."
    return _limit(name, chosen, room)


def _limit(name: str, chosen: tuple[Chosen, ...], room: Room) -> tuple[str, str]:
    limits = room.limits
    if len(chosen) >= limits.most:
        return "number", f"{limits.most} exercises at a time are enough for now."
    if name not in room.standings and sum(one.new for one in chosen) >= limits.most_new:
        return "new", f"Only {limits.most_new} new exercises at a time."
    return "minutes", f"It does not fit into {room.wishes.minutes} minutes a day."


def _relax(unmet: tuple[Unmet, ...], room: Room) -> str:
    """The one limit whose loosening meets the most of what is left open, in a sentence."""
    best, sentence = 0, ""
    for wishes, how in room.wishes.looser():
        loose = Room(room.plan, wishes, room.last, room.knowledge)
        met = {loose.needs[i].id for i in needs_met([o for o, _ in loose.options], loose.limits)}
        gained = [one for one in unmet if one.need in met]
        if len(gained) > best:
            names = "; ".join(room.knowledge.needs[one.need].name.lower() for one in gained)
            best, sentence = len(gained), f"{how} would make room for: {names}."
    return sentence
