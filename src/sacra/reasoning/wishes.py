"""What a person wants of a plan: minutes, positions, things at hand, what is agreed or declined."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args

import msgspec

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Exercise, Position

POSITIONS: tuple[str, ...] = get_args(Position)
OFF_THE_FLOOR = ("sitting", "standing")
AT_HOME = ("chair", "cushion", "pillow", "table")
"""Things nearly everybody has; more is named by the person."""
MOST_MINUTES = 240
Reason = Literal["pain", "time", "floor", "thing", "dislike", "advised", "other"]
"""Why somebody declines something: it hurts; no time; cannot get down on the floor; does not have
the thing; does not want it; asked somebody who advised against it; another reason."""
REASONS: tuple[str, ...] = get_args(Reason)
_FIRM = ("pain", "advised")
"""Reasons that no other wish makes up for."""


class Wishes(msgspec.Struct, frozen=True, gc=False):
    """`positions` are those the person can take; `without` the items declined, `reasons` why.

    `instead` names, by an exercise that was swapped, the one wanted in its place; `agreed` are the
    items that the person said yes to. `cleared` are medicines that a doctor or pharmacist has
    agreed to, as the person says, each with the day on which they said so; it opens no gate. `most`
    caps the number of exercises below what the policy allows, as after weeks in which most were
    left out.
    """

    minutes: int = 15
    positions: tuple[str, ...] = POSITIONS
    equipment: tuple[str, ...] = AT_HOME
    without: tuple[str, ...] = ()
    most: int | None = None
    reasons: dict[str, Reason] = {}
    instead: dict[str, str] = {}
    agreed: tuple[str, ...] = ()
    cleared: dict[str, datetime.date] = {}

    @property
    def wanted(self) -> frozenset[str]:
        """What is to be in it if it may be and fits."""
        return frozenset((*self.agreed, *self.instead.values()))

    def positions_for(self, exercise: Exercise) -> tuple[str, ...]:
        """The positions of an exercise that this person can take."""
        return tuple(p for p in exercise.positions if p in self.positions)

    def looser(self) -> Iterator[tuple[Wishes, str]]:
        """These wishes with one limit loosened at a time, and its name in `words/programme`."""
        for more in (5, 10, 15):
            minutes = self.minutes + more
            yield msgspec.structs.replace(self, minutes=minutes), "more_minutes"
        if self.positions != POSITIONS:
            yield msgspec.structs.replace(self, positions=POSITIONS), "all_positions"
        firm = tuple(name for name in self.without if self.reasons.get(name) in _FIRM)
        if firm != self.without:
            yield msgspec.structs.replace(self, without=firm), "the_declined"
        things = (*self.equipment, "band", "ball", "step", "weight")
        yield msgspec.structs.replace(self, equipment=things), "more_things"
        if self.most:
            yield msgspec.structs.replace(self, most=None), "more_exercises"


def read_wishes(
    data: Mapping[str, Any] | None, knowledge: Knowledge, where: str = "wishes"
) -> Wishes:
    """Check plain data and make it wishes; nothing at all wishes for nothing.

    Raises:
        CaseError: an unknown key, position, thing or exercise, or impossible minutes.
    """
    if data is None:
        return Wishes()
    if not isinstance(data, Mapping):
        raise CaseError(where, "is a list of `key: value` lines, such as `minutes: 15`")
    wanted = dict(data)
    floor = wanted.pop("floor", True)
    if not isinstance(floor, bool):
        raise CaseError(f"{where}, floor", f"`{floor}` is not an answer: write true or false")
    for key in wanted:
        if key not in Wishes.__struct_fields__:
            known = [*Wishes.__struct_fields__, "floor"]
            hint = nearest(str(key), known) or f"; the keys are {', '.join(known)}"
            raise CaseError(where, f"unknown key `{key}`{hint}")
    lists = _lists(wanted, knowledge, where)
    if not floor:
        lists["positions"] = OFF_THE_FLOOR
    numbers = {k: _count(wanted[k], _MOST[k], f"{where}, {k}") for k in _MOST if k in wanted}
    pairs = {
        "reasons": _pairs(wanted, "reasons", knowledge.items, REASONS, where),
        "instead": _pairs(wanted, "instead", knowledge.exercises, knowledge.exercises, where),
    }
    said = (*lists.pop("without", ()), *pairs["reasons"], *pairs["instead"])
    lists["without"] = tuple(dict.fromkeys(said))
    wishes = Wishes(cleared=_days(wanted, knowledge, where), **numbers, **lists, **pairs)  # type: ignore[arg-type]  # each key has its own checker
    if both := {*wishes.wanted, *wishes.cleared} & {*wishes.without}:
        raise CaseError(where, f"`{min(both)}` is wanted and declined; say one of the two")
    return wishes


def _lists(
    wanted: Mapping[str, Any], knowledge: Knowledge, where: str
) -> dict[str, tuple[str, ...]]:
    allowed: dict[str, tuple[str, ...]] = {
        "positions": POSITIONS,
        "equipment": _things(knowledge),
        "without": tuple(knowledge.items),
        "agreed": tuple(knowledge.items),
    }
    lists = {k: _names(wanted[k], allowed[k], f"{where}, {k}") for k in allowed if k in wanted}
    if "equipment" in lists:
        lists["equipment"] = tuple(sorted({*AT_HOME, *lists["equipment"]}))
    return lists


def _things(knowledge: Knowledge) -> tuple[str, ...]:
    """Everything that an exercise, or one of its levels, takes."""
    found = set[str]()
    for exercise in knowledge.exercises.values():
        found.update(exercise.equipment, *(step.equipment for step in exercise.ladder))
    return tuple(sorted(found))


_MOST = {"minutes": MOST_MINUTES, "most": 20}


def _names(value: Any, allowed: tuple[str, ...], where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise CaseError(where, f"`{value}` is not a list; write [{value}]")
    for name in map(str, value):
        if name not in allowed:
            every = f"; it is one of {', '.join(allowed)}" if len(allowed) < 12 else ""
            raise CaseError(where, f"unknown `{name}`{every or nearest(name, allowed)}")
    return tuple(map(str, value))


def _pairs(
    wanted: Mapping[str, Any], key: str, names: Iterable[str], values: Iterable[str], where: str
) -> dict[str, str]:
    """Lines such as `ex_squat: pain`; each name and each value is a known one."""
    value, place = wanted.get(key, {}), f"{where}, {key}"
    if not isinstance(value, Mapping):
        raise CaseError(place, f"`{value}` is not a list of `item: {key}` lines")
    keys = _names([*value], tuple(names), place)
    return dict(zip(keys, _names([*value.values()], tuple(values), place), strict=True))


def _days(wanted: Mapping[str, Any], knowledge: Knowledge, where: str) -> dict[str, datetime.date]:
    """Lines such as `nsaid_ibuprofen: 2026-11-25`, of medicines alone."""
    value, place = wanted.get("cleared", {}), f"{where}, cleared"
    if not isinstance(value, Mapping):
        raise CaseError(place, f"`{value}` is not a list of `item: day` lines")
    medicines = [item.id for item in knowledge.interventions.values() if item.step == "medication"]
    names = _names([*value], tuple(medicines), place)
    return {name: _day(value[name], place) for name in names}


def _day(value: Any, where: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise CaseError(where, f"`{value}` is not a day; write it as 2026-11-25") from None


def _count(value: Any, most: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise CaseError(where, f"`{value}` is not a whole number from 1 to {most}")
    return value


def plain_wishes(wishes: Wishes) -> dict[str, Any]:
    """As short as `read_wishes` reads them back: a name stands only where it says something new."""
    plain: dict[str, Any] = msgspec.to_builtins(wishes)
    told = {*wishes.reasons, *wishes.instead}
    plain["without"] = tuple(name for name in wishes.without if name not in told)
    usual = msgspec.to_builtins(Wishes())
    return {key: value for key, value in plain.items() if value != usual[key]}
