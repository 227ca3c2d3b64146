"""The shapes of a programme: what was chosen, where somebody stands, and what stayed out."""

from __future__ import annotations

import datetime

import msgspec

from sacra.kb.schema import ExerciseDose, Mark
from sacra.reasoning.week import Day
from sacra.reasoning.wishes import Wishes


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Where a person stands on the ladder of one exercise.

    `since` is the day the level last changed; `clean` counts the latest good sessions in a row at
    this level; `setbacks` how often each level above had to be left again for pain.
    `back_to` is the level to come back to after a pause on level 1, and 0 outside one. `counted` is
    the last day whose session is counted, `added` the day the exercise joined the programme.
    """

    level: int = 1
    since: datetime.date | None = None
    clean: int = 0
    setbacks: dict[int, int] = {}
    back_to: int = 0
    counted: datetime.date | None = None
    added: datetime.date | None = None


class Chosen(msgspec.Struct, frozen=True, gc=False):
    """One exercise of the programme at its level; `minutes` are those of one bout.

    `top` is the highest level this person may reach with what is offered, at hand and in time, and
    `days_a_level` the least days on each.
    """

    exercise: str
    level: int
    top: int
    days_a_level: int
    change: str
    dose: ExerciseDose
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
    would meet more needs, or is empty. `read_until` is the day of the last review, `stopped` what
    hurt too much, by the week in the plan, `cap` how many exercises somebody manages for now, and
    `rested` where the person stood on exercises that have left it.
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
    stopped: dict[str, int] = {}
    cap: int | None = None
    rested: dict[str, Standing] = {}
    read_until: datetime.date | None = None

    @property
    def standings(self) -> dict[str, Standing]:
        """Where the person stands on each ladder."""
        return {one.exercise: one.standing for one in self.chosen}
