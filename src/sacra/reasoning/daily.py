"""The diary day by day: resting pain, how much of the plan was done, and how both have moved."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.diary import Diary, Entry
from sacra.reasoning.standing import Programme

Array = NDArray[np.float64]
_SHARE = {"yes": 1.0, "part": 0.5, "no": 0.0}


class Daily(NamedTuple):
    """One number a day from `start`, each [days]; NaN is not known.

    `resting` pain 0-10; `adherence` in percent; `rise_week` points of resting pain, the last seven
    days against the seven before.
    """

    start: datetime.date
    resting: Array
    adherence: Array
    rise_week: Array

    def on(self, column: str, day: datetime.date) -> float | None:
        """The number of one column on a day; None when it is not known."""
        value = getattr(self, column)[(day - self.start).days]
        return None if np.isnan(value) else float(value)


def daily(diary: Diary, programme: Programme, today: datetime.date, knowledge: Knowledge) -> Daily:
    """The diary as arrays from the start of the plan to today; see `progress.started`."""
    assert programme.started is not None
    start = programme.started
    count = (today - start).days + 1
    resting = np.full(count, np.nan)
    for entry in diary.entries:
        if entry.pain_now is not None:
            resting[(entry.on - start).days] = entry.pain_now
    policy = knowledge.policy("adherence")
    adherence = _adherence(diary.entries, programme, start, count, policy)
    return Daily(start, resting, adherence, _rise_week(resting))


def _adherence(
    entries: Sequence[Entry],
    programme: Programme,
    start: datetime.date,
    count: int,
    policy: Mapping[str, float],
) -> Array:
    """[days] percent done of what was written down, where enough of what was planned was.

    What was not written down beyond a small part earns no credit, and is not held against anybody.
    """
    planned = _planned(programme, start, count)
    known, done = np.zeros(count), np.zeros(count)
    for entry in entries:
        shares = [_SHARE[one.done] for one in entry.done]
        day = (entry.on - start).days
        known[day], done[day] = len(shares), sum(shares)
    window = int(policy["days"])
    wanted, covered, did = (_rolling(a, window) for a in (planned, known, done))
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.round(100 * did / np.maximum(covered, policy["credit_share"] * wanted))
        known_enough = covered >= policy["known_share"] * wanted
        return np.asarray(np.where(known_enough, percent, np.nan))


def _planned(programme: Programme, start: datetime.date, count: int) -> Array:
    """[days] how many exercises were asked for, each from the day it joined the programme.

    A week begins on the day of the start.
    """
    days, planned = np.arange(count), np.zeros(count)
    for one in programme.chosen:
        added = one.standing.added or start
        planned += np.isin(days % 7, one.days) & (days >= (added - start).days)
    return planned


def _rolling(values: Array, window: int) -> Array:
    """[days] the sum over the last `window` days."""
    total = np.cumsum(values)
    before = np.concatenate([np.zeros(min(window, len(values))), total[:-window]])
    return np.asarray(total - before[: len(values)])


def _rise_week(resting: Array) -> Array:
    """[days] mean of the last seven days less the mean of the seven before them."""
    known = ~np.isnan(resting)
    with np.errstate(divide="ignore", invalid="ignore"):
        week = _rolling(np.where(known, resting, 0.0), 7) / _rolling(known.astype(float), 7)
    before = np.concatenate([np.full(min(7, len(week)), np.nan), week[:-7]])[: len(week)]
    return np.asarray(np.round(week - before, 1))


def in_flare(resting: Array, policy: Mapping[str, float]) -> bool | None:
    """Whether the last days lie above the usual by as much as a flare; None when not known.

    The usual is that of the calmer of the last two spans, so that a flare which lasts for weeks
    does not become the usual.
    """
    days, span = int(policy["recent_days"]), int(policy["usual_days"])
    recent = _known(resting[-days:])
    spans = (_known(resting[-span:-days]), _known(resting[-2 * span : -span]))
    usual = [float(np.median(some)) for some in spans if len(some) >= policy["fewest"]]
    if len(recent) < policy["fewest_recent"] or not usual:
        return None
    return bool(recent.mean() - min(usual) >= policy["rise"])


def _known(values: Array) -> Array:
    return values[~np.isnan(values)]
