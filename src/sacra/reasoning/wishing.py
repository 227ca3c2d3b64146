"""Saying yes or no to the items of a plan, and taking it back: old wishes become new ones."""

from __future__ import annotations

import datetime

import msgspec

from sacra.kb.schema import Exercise, Intervention
from sacra.reasoning.wishes import AT_HOME, OFF_THE_FLOOR, POSITIONS, Reason, Wishes


def agree(wishes: Wishes, item: Intervention) -> Wishes:
    """Say yes to something; a no to it is taken back."""
    freed = take_back(wishes, item)
    return msgspec.structs.replace(freed, agreed=(*freed.agreed, item.id))


def clear(wishes: Wishes, medicine: Intervention, day: datetime.date) -> Wishes:
    """Write down that a doctor or pharmacist has agreed to a medicine; no gate is opened by it."""
    freed = take_back(wishes, medicine)
    return msgspec.structs.replace(freed, cleared={**freed.cleared, medicine.id: day})


def decline(wishes: Wishes, item: Intervention, why: Reason | None) -> Wishes:
    """Leave something out, with what its reason says of other exercises.

    Who cannot get down on the floor gets none that is done there; who does not have a thing gets
    none that takes it. Nothing that was left out for safety comes in by this: the plan is made
    before any wish is looked at.
    """
    freed = take_back(wishes, item)
    freed = msgspec.structs.replace(freed, without=(*freed.without, item.id))
    if why is None:
        return freed
    freed = msgspec.structs.replace(freed, reasons={**freed.reasons, item.id: why})
    if why == "floor":
        return msgspec.structs.replace(freed, positions=OFF_THE_FLOOR)
    if why == "thing":
        left = tuple(thing for thing in freed.equipment if thing not in _own_things(item))
        return msgspec.structs.replace(freed, equipment=left)
    return freed


def swap(wishes: Wishes, exercise: Exercise, other: Exercise) -> Wishes:
    """Want one exercise in place of another."""
    freed = decline(take_back(wishes, other), exercise, None)
    return msgspec.structs.replace(freed, instead={**freed.instead, exercise.id: other.id})


def take_back(wishes: Wishes, item: Intervention) -> Wishes:
    """Forget what was said of an item, and what followed from its reason alone."""
    name, why = item.id, wishes.reasons.get(item.id)
    rest = {key: said for key, said in wishes.reasons.items() if key != name}
    freed = msgspec.structs.replace(
        wishes,
        without=tuple(one for one in wishes.without if one != name),
        agreed=tuple(one for one in wishes.agreed if one != name),
        cleared={key: day for key, day in wishes.cleared.items() if key != name},
        reasons=rest,
        instead={old: new for old, new in wishes.instead.items() if name not in (old, new)},
    )
    if why == "floor" and "floor" not in rest.values():
        return msgspec.structs.replace(freed, positions=POSITIONS)
    if why == "thing":
        have = tuple(sorted({*freed.equipment, *_own_things(item)}))
        return msgspec.structs.replace(freed, equipment=have)
    return freed


def _own_things(item: Intervention) -> set[str]:
    """What an exercise takes that is not in nearly every home."""
    return set(item.equipment) - set(AT_HOME) if isinstance(item, Exercise) else set()
