"""Whether the days written down are chosen: then a trend says little about the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sacra.reasoning.kalman import Array

_FEWEST_WEEKS, _FEWEST_EACH = 3, 3
_RETURN_AFTER = 3
_LEAST_SD = 0.5
"""In points: whole numbers hide smaller scatter, and four equal differences prove nothing."""


def informative_logging(
    days: Sequence[int],
    badness: Array,
    usual: Array,
    policy: Mapping[str, float],
    weekly: Sequence[tuple[int, float]] = (),
    worse: Sequence[bool] = (),
) -> str:
    """The name in `words/trend` of how a sparse diary seems to hold chosen days, else "".

    `badness`, `usual` (N): each entry and the smoothed level on its day, 0-10 with 10 the worst;
    `weekly`: a day and the badness of the seven days up to it; `worse`: days the person called so.
    """
    if len(days) / (days[-1] - days[0] + 1) >= policy["sparse_share"]:
        return ""
    if _weeks_are_better(np.asarray(days), badness, weekly, policy):
        return "weeks_are_better"
    if _mostly(worse, policy):
        return "called_worse"
    if _returns_when_bad(np.asarray(days), badness - usual, policy):
        return "starts_again"
    return ""


def _weeks_are_better(
    days: Array, badness: Array, weekly: Sequence[tuple[int, float]], policy: Mapping[str, float]
) -> bool:
    differences = []
    for day, average in weekly:
        within = badness[(days > day - 7) & (days <= day)]
        if len(within):
            differences.append(within.mean() - average)
    if len(differences) < _FEWEST_WEEKS:
        return False
    spread = max(float(np.std(differences, ddof=1)), _LEAST_SD) / np.sqrt(len(differences))
    return _clear(float(np.mean(differences)), float(spread), policy)


def _mostly(worse: Sequence[bool], policy: Mapping[str, float]) -> bool:
    """More of the entries than chance allows if half of them were called worse."""
    more = 2 * sum(worse) - len(worse)
    return more > policy["chosen_deviate"] * math.sqrt(len(worse))


def _returns_when_bad(days: Array, above: Array, policy: Mapping[str, float]) -> bool:
    """Entries after a gap lie higher above the level than those of the day after an entry."""
    gaps = np.diff(days)
    returning, next_day = above[1:][gaps >= _RETURN_AFTER], above[1:][gaps == 1]
    if min(len(returning), len(next_day)) < _FEWEST_EACH:
        return False
    squares = ((each - each.mean()) @ (each - each.mean()) for each in (returning, next_day))
    pooled = max((sum(squares) / (len(returning) + len(next_day) - 2)) ** 0.5, _LEAST_SD)
    spread = pooled * (1 / len(returning) + 1 / len(next_day)) ** 0.5
    return _clear(float(returning.mean() - next_day.mean()), float(spread), policy)


def _clear(difference: float, spread: float, policy: Mapping[str, float]) -> bool:
    enough = difference >= policy["chosen_points"]
    return enough and difference >= policy["chosen_deviate"] * spread
