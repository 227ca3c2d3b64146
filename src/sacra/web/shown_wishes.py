"""What the pages show of saying yes and no: the choices, the reasons, and what was said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Exercise, Intervention
from sacra.reasoning.case import Case
from sacra.reasoning.in_force import same_job
from sacra.reasoning.plan import Plan, items_of
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import OFF_THE_FLOOR, REASONS, Wishes
from sacra.web.shown_plan import Left, figure_of, grouped, not_offered, offer_of

# --- before it is said ------------------------------------------------------------------------


class Choice(msgspec.Struct, frozen=True, gc=False):
    """An exercise that may take another's place, with all that its gates say."""

    exercise: str
    name: str
    figure: str
    why: str
    version: str
    warnings: tuple[str, ...]
    equipment: tuple[str, ...]


def choices_for(
    exercise: str, programme: Programme, case: Case, plan: Plan, knowledge: Knowledge
) -> tuple[tuple[Choice, ...], tuple[Left, ...]]:
    """What may be done instead; and what does the same job but not now, each with its reason."""
    may, not_now = same_job(exercise, programme, plan, knowledge)
    held = {one.item: one.reason for one in not_offered(plan, knowledge)}
    why_not = {name: why or held.get(name, "") for name, why in not_now.items()}
    rows = [(why, knowledge.exercises[name].plain) for name, why in why_not.items() if why]
    return tuple(_choice(name, case, plan, knowledge) for name in may), grouped(rows)


def _choice(name: str, case: Case, plan: Plan, knowledge: Knowledge) -> Choice:
    offer, exercise = offer_of(name, plan), knowledge.exercises[name]
    assert offer, "an option comes from an offer"
    figure = figure_of(exercise, case, "", knowledge, still=True)
    things = tuple(knowledge.word(thing) for thing in exercise.equipment)
    return Choice(name, exercise.plain, figure, offer.why, offer.version, offer.warnings, things)


_TAKES_NOTHING = ("medication", "physiotherapy", "referral", "workplace")


def reasons_for(item: Intervention) -> tuple[str, ...]:
    """The reasons against an item that can be true of it."""
    never = set[str]()
    if not isinstance(item, Exercise) or set(item.positions) <= {*OFF_THE_FLOOR}:
        never.add("floor")
    if item.step in _TAKES_NOTHING or (isinstance(item, Exercise) and not item.equipment):
        never.add("thing")
    return tuple(reason for reason in REASONS if reason not in never)


# --- after it was said ------------------------------------------------------------------------


class Declined(msgspec.Struct, frozen=True, gc=False):
    """Something left out: why, or for what else."""

    item: str
    name: str
    why: str
    instead: str


def declined_of(wishes: Wishes, knowledge: Knowledge) -> tuple[Declined, ...]:
    """All that the person left out, in their order."""
    items = knowledge.items
    return tuple(
        Declined(
            name,
            items[name].plain,
            wishes.reasons.get(name, ""),
            items[other].plain if (other := wishes.instead.get(name)) else "",
        )
        for name in wishes.without
        if name in items
    )


def said(wishes: Wishes, plan: Plan, knowledge: Knowledge) -> dict[str, tuple[Any, ...]]:
    """What a page for others says of the person's own choices."""
    return {
        "declined": declined_of(wishes, knowledge),
        "agreed": agreed_of(wishes, plan, knowledge),
        "cleared": tuple((knowledge.items[n].plain, day) for n, day in wishes.cleared.items()),
    }


def agreed_of(wishes: Wishes, plan: Plan, knowledge: Knowledge) -> tuple[str, ...]:
    """What the person said yes to and the plan still offers."""
    offered = items_of(plan)
    return tuple(knowledge.items[name].plain for name in wishes.agreed if name in offered)


def unheard_of(programme: Programme, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """The exercises that were wanted in another's place and did not find room, with why."""
    wanted = set(programme.wishes.instead.values())
    for one in programme.left_out:
        if one.exercise in wanted:
            yield knowledge.exercises[one.exercise].plain, one.because
