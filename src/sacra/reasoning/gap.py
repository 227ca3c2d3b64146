"""A gap in the diary: how things are is not known, and what was reached before starts lower."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.daily import Daily
from sacra.reasoning.diary import Diary
from sacra.reasoning.progress import Climbed, climb_all
from sacra.reasoning.standing import Programme, Standing


class Gap(msgspec.Struct, frozen=True, gc=False):
    """Weeks with nothing written down after `last`, until today or, when it `ended`, until then.

    `lower` names the exercises that start again lower because of it.
    """

    last: datetime.date
    weeks: int
    ended: datetime.date | None = None
    lower: tuple[str, ...] = ()

    @property
    def lasts(self) -> bool:
        """Whether nothing is written down to this day."""
        return self.ended is None


def gap_after(last: datetime.date, today: datetime.date, policy: Mapping[str, float]) -> Gap | None:
    """The gap between the last day written down and today; None while it is short.

    `policy` is `knowledge.policy("review_status")`.
    """
    days = (today - last).days
    return Gap(last, days // 7) if days >= policy["silent_days"] else None


def gap_in(diary: Diary, today: datetime.date, policy: Mapping[str, float]) -> Gap | None:
    """The gap that lasts until today, or that ended so lately that it still counts."""
    days = [entry.on for entry in diary.entries if entry.on <= today]
    if not days:
        return None
    if open_one := gap_after(days[-1], today, policy):
        return open_one
    lately = today - datetime.timedelta(days=int(policy["look_again_days"]))
    for last, back in reversed([*pairwise(days)]):
        if back <= lately:
            return None
        if gap := gap_after(last, back, policy):
            return msgspec.structs.replace(gap, ended=back)
    return None


def after_gap(
    programme: Programme, diary: Diary, days: Daily, today: datetime.date, knowledge: Knowledge
) -> tuple[Climbed, Gap | None]:
    """Where each ladder leads, and lower after a gap.

    What was decided before about an exercise that starts lower is over.
    """
    policy = knowledge.policy("review_status")
    climbed = climb_all(programme, diary, days, today, knowledge)
    gap = gap_in(diary, today, policy)
    if gap is None:
        return climbed, None
    standings = lowered(climbed.standings, gap, today, policy)
    lower = tuple(name for name, one in standings.items() if one != climbed.standings[name])
    moves = tuple(move for move in climbed.moves if move.exercise not in lower)
    return Climbed(standings, moves), msgspec.structs.replace(gap, lower=lower)


def lowered(
    standings: Mapping[str, Standing], gap: Gap, today: datetime.date, policy: Mapping[str, float]
) -> dict[str, Standing]:
    """Where each exercise starts again: a level lower, and at the first after a long gap.

    A level that was set once the gap had become one is left alone, so that no gap counts twice.
    """
    noticed = gap.last + datetime.timedelta(days=int(policy["silent_days"]))
    first = gap.weeks * 7 >= policy["start_over_days"]
    return {
        name: one if one.since and one.since >= noticed else _lower(one, first, today)
        for name, one in standings.items()
    }


def _lower(one: Standing, first: bool, today: datetime.date) -> Standing:
    reached = max(one.level, one.back_to)
    if reached <= 1:
        return one
    level = 1 if first else reached - 1
    back = level if one.back_to and level > 1 else 0  # a pause goes on, and leads less far up
    return msgspec.structs.replace(
        one, level=1 if one.back_to else level, since=today, clean=0, back_to=back
    )


def without_old_good_news(
    facts: Mapping[str, Any], gap: Gap | None, policy: Mapping[str, float]
) -> Mapping[str, Any]:
    """While a gap lasts: what was bad stands; that it is better is not known any more."""
    if gap is None or not gap.lasts:
        return facts
    old = {"diary_chance_better"}
    if facts.get("diary_gain_percent", 0) >= policy["gain"]:
        old.add("diary_gain_percent")
    return {name: value for name, value in facts.items() if name not in old}
