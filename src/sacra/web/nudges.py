"""Whether a day needs a reminder, and of what; pure."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from sacra.reasoning.asking import PRESSING
from sacra.reasoning.session import day_of
from sacra.web.ics import review_day
from sacra.web.whose import Care

About = Literal["open", "session", "write", "look_back"]


class Nudge(msgspec.Struct, frozen=True, gc=False):
    """What one mail is about.

    `open` says no more than "open Sacra", as something there has to be looked at; `session` has
    `minutes`; `write` is for a rest day, when nothing was written since the last exercises.
    """

    about: About
    minutes: float = 0
    look_back: bool = False


def nudge_of(care: Care, day: datetime.date, since: datetime.date) -> Nudge | None:
    """The reminder of a day; None where that day has its entry, or nothing to be reminded of.

    Args:
        care: as it stands on that day.
        day: the local one.
        since: the day from which somebody wants to be reminded.
    """
    if care.entry_on(day):
        return None
    if care.danger or care.now.triage.urgency in _FIRST or not is_still_offered(care):
        return Nudge("open")
    back = review_day(care.programme)
    if minutes := _minutes(care, day):
        return Nudge("session", minutes, back is not None and back <= day)
    if back == day:
        return Nudge("look_back")
    return Nudge("write") if _nothing_written(care, day, since) else None


_FIRST = (*PRESSING, "undetermined")


def is_still_offered(care: Care) -> bool:
    """Whether all of the programme in force would be offered today too.

    Nobody is called to an exercise that waits, or has been taken out, since it began.
    """
    return not care.waiting


def _minutes(care: Care, day: datetime.date) -> float:
    return care.programme.days[day_of(care.programme, day) - 1].minutes


def _nothing_written(care: Care, day: datetime.date, since: datetime.date) -> bool:
    """Whether the last day with exercises, and every day from then on, has no entry."""
    for days in range(1, 7):
        before = day - datetime.timedelta(days=days)
        if before < since or care.entry_on(before):
            return False
        if _minutes(care, before):
            return True
    return False
