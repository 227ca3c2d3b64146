"""A programme between two reviews, when the plan or the wishes under it change."""

from __future__ import annotations

import datetime

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.options import Room, meets_need
from sacra.reasoning.plan import Plan
from sacra.reasoning.programme import build_programme, week_days
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes


def still_open(programme: Programme, plan: Plan, today: datetime.date) -> Programme:
    """Without what today's plan no longer offers; where the person stood on that is kept."""
    offered = {offer.exercise for offer in plan.exercises}
    open_ = tuple(one for one in programme.chosen if one.exercise in offered)
    if len(open_) == len(programme.chosen):
        return programme
    closed = {
        name: msgspec.structs.replace(standing, since=today)
        for name, standing in programme.standings.items()
        if name not in offered
    }
    return msgspec.structs.replace(
        programme, chosen=open_, days=week_days(open_), rested={**programme.rested, **closed}
    )


def under(
    wishes: Wishes, programme: Programme, plan: Plan, today: datetime.date, knowledge: Knowledge
) -> Programme:
    """The programme under other wishes, from today on; what was reached on each ladder stays."""
    last = msgspec.structs.replace(programme, read_until=today)
    made = build_programme(plan, wishes, last, knowledge)
    return msgspec.structs.replace(made, read_until=programme.read_until)


def same_job(
    exercise: str, programme: Programme, plan: Plan, knowledge: Knowledge
) -> tuple[tuple[str, ...], dict[str, str]]:
    """What meets a need that this exercise is in the programme for.

    Returns:
        What may take its place, the best choice first; and what may not, with the wish that bars
        it, or nothing where the plan itself says why.
    """
    mine = next((set(one.needs) for one in programme.chosen if one.exercise == exercise), set())
    taken = {one.exercise for one in programme.chosen}
    room = Room(plan, programme.wishes, programme, knowledge)
    needs = [need for need in room.needs if need.id in mine]
    others = {
        one.id: room.barred.get(one.id, ("", ""))[1]
        for one in knowledge.exercises.values()
        if one.id not in taken and any(meets_need(one, need) for need in needs)
    }
    cost: dict[str, int] = {}
    for option, _ in room.options:
        cost[option.exercise] = min(option.cost, cost.get(option.exercise, option.cost))
    may = sorted(others.keys() & cost.keys(), key=lambda name: (cost[name], name))
    return tuple(may), {name: why for name, why in others.items() if name not in cost}
