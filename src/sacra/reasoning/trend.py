"""The trend of a measure over days: where it is, where it goes, and whether the change matters.

The noise variances of a person are not known. A fixed grid of them runs through one filter
(``kalman.py``), and every result is the average over the grid, weighed by likelihood: Bayesian
model averaging with a uniform prior on a logarithmic grid, without an optimiser. Inside, every
scale is stretched to 0-10; arrays end in the grid of G.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from sacra.kb.errors import CaseError
from sacra.reasoning.kalman import (
    LEVEL,
    MEAN,
    SLOPE,
    Array,
    Model,
    Smoothed,
    forward,
    make_model,
    run_filter,
    run_smoother,
)
from sacra.reasoning.logging_pattern import informative_logging
from sacra.reasoning.special import ndtr, ndtri

HigherMeans = Literal["worse", "better"]

DAYS_AHEAD = 14
_HALF = float(ndtri(0.95))
"""Half the width of a 90 % interval, in standard deviations.

Mean and variance of the average over the grid stand in for its quantiles: normal distributions of
several widths around one centre cross near their 5th and 95th percentiles.
"""
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)


class Interval(msgspec.Struct, frozen=True, gc=False):
    """A mean with its 90 % interval."""

    mean: float
    low: float
    high: float


class Ahead(msgspec.Struct, frozen=True, gc=False):
    """The level expected on a day to come, with its 90 % interval; single entries scatter more."""

    day: int
    mean: float
    low: float
    high: float


class Trend(msgspec.Struct, frozen=True, gc=False):
    """A trend in units of the measure, over every day (D of them) from the first entry to the last.

    `level`, `low`, `high` (D): the level given all entries, with its 90 % interval; `now` is the
    last. `per_week`: seven times the slope now, in the direction of the scale. `change`: from
    `start`, the level on the first day, to now; better is positive. `p_better`, `p_worse`: the
    probability that an important change was passed; None when none is known for the measure.
    `important`: the level that would be one, counted from the mean start. `logged_share`: entries
    per day. `informative`: a name in `words/trend` when the days seem to be chosen, else "".
    """

    days: tuple[int, ...]
    level: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    now: float
    now_low: float
    now_high: float
    per_week: Interval
    forecast: tuple[Ahead, ...]
    start: Interval
    change: Interval
    p_better: float | None
    p_worse: float | None
    important: float | None
    observations: int
    logged_share: float
    informative: str
    scale: tuple[float, float]
    higher_means: HigherMeans


def fit_trend(
    days: Sequence[int],
    values: Sequence[float],
    *,
    scale: tuple[float, float] = (0.0, 10.0),
    important_points: float | None,
    important_percent: float | None,
    higher_means: HigherMeans = "worse",
    policy: Mapping[str, float],
    weekly: Sequence[tuple[int, float]] = (),
    worse: Sequence[bool] = (),
) -> Trend | None:
    """The trend through entries on rising days; None below `least_observations` of the policy.

    `policy` is `knowledge.policy("trend")`. `weekly` (day, mean of the seven days up to it) and
    `worse` (for each entry, whether the person called that day worse) serve `informative` alone.
    """
    _check(days, values)
    if len(values) < policy["least_observations"]:
        return None
    ruler = _Ruler(*scale, 1.0 if higher_means == "worse" else -1.0)
    model = make_model(policy)
    entered = np.asarray(days) - days[0]
    passed = run_filter(_each_day(entered, ruler.stretch(values)), model)
    weights = _weights(passed.log_likelihood + model.log_prior)
    model, passed, weights = model.only(weights > 0), passed.only(weights > 0), weights[weights > 0]
    smooth = run_smoother(passed, model)
    usual, variance = _average(smooth.mean, smooth.variance, weights)
    level, low, high = ruler.levels(usual, variance)
    slope = _average(passed.last[MEAN, SLOPE][None], passed.last[SLOPE, SLOPE][None], weights)
    ends = _Ends.of(smooth)
    needed = _Needed(ruler, important_points, important_percent)
    known = important_points is not None or important_percent is not None
    bad = ruler.badness(values), ruler.turn(usual[entered])
    return Trend(
        days=tuple(range(days[0], days[-1] + 1)),
        level=level,
        low=low,
        high=high,
        now=level[-1],
        now_low=low[-1],
        now_high=high[-1],
        per_week=ruler.difference(*slope, times=7),
        forecast=_forecast(passed.last, model, weights, ruler, days[-1]),
        start=Interval(level[0], low[0], high[0]),
        change=ruler.difference(*ends.change(ruler.sign, weights)),
        p_better=needed.chance(ends, weights, better=True) if known else None,
        p_worse=needed.chance(ends, weights, better=False) if known else None,
        important=needed.level(level[0]) if known else None,
        observations=len(values),
        logged_share=round(len(values) / len(level), 6),
        informative=informative_logging(days, *bad, policy, ruler.weeks(weekly), worse),
        scale=scale,
        higher_means=higher_means,
    )


def _forecast(
    last: Array, model: Model, weights: Array, ruler: _Ruler, day: int
) -> tuple[Ahead, ...]:
    """The level on the days after this one, from the state (4, 3, G) at its end."""
    ahead = forward(last, DAYS_AHEAD, model)
    levels = ruler.levels(*_average(ahead[:, MEAN, LEVEL], ahead[:, LEVEL, LEVEL], weights))
    return tuple(map(Ahead, range(day + 1, day + 1 + DAYS_AHEAD), *levels))


def _check(days: Sequence[int], values: Sequence[float]) -> None:
    if len(days) != len(values):
        raise CaseError(
            "trend", f"{len(days)} days but {len(values)} values; give one for each day"
        )
    for before, after in pairwise(days):
        if after <= before:
            raise CaseError("trend", f"day {after} comes after day {before}; days must rise")


def _each_day(entered: NDArray[np.int64], values: Array) -> Array:
    """The values with NaN on the days without one."""
    spread = np.full(entered[-1] + 1, np.nan)
    spread[entered] = values
    return spread


# --- averages over the grid ---------------------------------------------------------------------


def _weights(log_posterior: Array) -> Array:
    """Posterior probabilities of the grid points; one in a million of the best counts as none."""
    weights = np.exp(log_posterior - log_posterior.max())
    weights[weights < 1e-6] = 0
    return np.asarray(weights / weights.sum())


def _average(mean: Array, variance: Array, weights: Array) -> tuple[Array, Array]:
    """Mean and variance over the grid, (T, G) to (T,): its own spread adds to the variance."""
    centre = mean @ weights
    return centre, (variance + (mean - centre[:, None]) ** 2) @ weights


class _Ruler(NamedTuple):
    """Between the scale of a measure and 0-10; `sign` is 1 when higher is worse, else -1."""

    least: float
    most: float
    sign: float

    @property
    def unit(self) -> float:
        """What one point of 0-10 is on the scale."""
        return (self.most - self.least) / 10

    def stretch(self, values: Sequence[float]) -> Array:
        """Values of the scale on 0-10."""
        return (np.asarray(values, dtype=float) - self.least) / self.unit

    def turn(self, levels: Array) -> Array:
        """Levels on 0-10 with 10 the worst."""
        return levels if self.sign > 0 else 10 - levels

    def badness(self, values: Sequence[float]) -> Array:
        """Values of the scale on 0-10 with 10 the worst."""
        return self.turn(self.stretch(values))

    def weeks(self, weekly: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        """Weekly values as badness."""
        bad = self.badness([value for _, value in weekly]).tolist()
        return [(day, value) for (day, _), value in zip(weekly, bad, strict=True)]

    def levels(self, mean: Array, variance: Array) -> tuple[tuple[float, ...], ...]:
        """Mean, low and high of each day, none beyond the scale."""
        half = _HALF * np.sqrt(variance)
        inside = np.clip([mean, mean - half, mean + half], 0, 10) * self.unit + self.least
        return tuple(tuple(row) for row in inside.round(6).tolist())

    def difference(self, mean: Array, variance: Array, times: float = 1) -> Interval:
        """A difference of two levels, no wider than the scale."""
        half = _HALF * np.sqrt(variance)
        low_to_high = np.concatenate([mean, mean - half, mean + half]) * times
        return Interval(*(np.clip(low_to_high, -10, 10) * self.unit).round(6).tolist())


# --- start and now ------------------------------------------------------------------------------


class _Ends(NamedTuple):
    """Start and now, jointly normal at each of the G grid points."""

    start: Array
    now: Array
    start_variance: Array
    now_variance: Array
    covariance: Array

    @classmethod
    def of(cls, smooth: Smoothed) -> _Ends:
        """The ends of a smoothed level."""
        mean, variance = smooth.mean, smooth.variance
        return cls(mean[0], mean[-1], variance[0], variance[-1], smooth.ends)

    def change(self, sign: float, weights: Array) -> tuple[Array, Array]:
        """Mean and variance (1,) of the change, better positive."""
        variance = self.start_variance + self.now_variance - 2 * self.covariance
        return _average(sign * (self.start - self.now)[None], variance[None], weights)


class _Needed(NamedTuple):
    """The change that matters: both the points and the percent of the start must be passed."""

    ruler: _Ruler
    points: float | None
    percent: float | None

    def needed(self, start: Array) -> Array:
        """The change needed from each start, on 0-10."""
        of_start = (self.percent or 0) / 100 * (start + self.ruler.least / self.ruler.unit)
        return np.maximum((self.points or 0) / self.ruler.unit, of_start)

    def level(self, start: float) -> float | None:
        """The level that is an important change for the better, if the scale goes that far."""
        needed = self.needed(self.ruler.stretch([start]))
        level = self.ruler.stretch([start]) - self.ruler.sign * needed
        on_scale = self.ruler.levels(level, np.zeros(1))[0][0]
        return on_scale if 0 <= level[0] <= 10 else None

    def chance(self, ends: _Ends, weights: Array, *, better: bool) -> float:
        """The probability that the change was passed: over start, of now given start."""
        start, mass = self._starts(ends)
        slope = ends.covariance / ends.start_variance
        now = ends.now + slope * (start - ends.start)
        spread = np.sqrt(np.maximum(ends.now_variance - slope * ends.covariance, 1e-12))
        gain = (start - now) * self.ruler.sign * (1 if better else -1)
        passed = ndtr((gain - self.needed(start)) / spread)
        return round(min(float((mass * passed).sum(axis=0) @ weights), 1.0), 6)

    def _starts(self, ends: _Ends) -> tuple[Array, Array]:
        """Nodes (2 · 48, G) of the start and their probability, on both sides of the kink.

        The kink is where percent of the start takes over from points; each side is smooth, which
        is what Gauss-Legendre needs.
        """
        spread = np.sqrt(ends.start_variance)
        low, high = ends.start - 7 * spread, ends.start + 7 * spread
        points, percent = (self.points or 0) / self.ruler.unit, (self.percent or 0) / 100
        kink = points / percent - self.ruler.least / self.ruler.unit if percent else 0
        between = np.clip(kink, low, high)
        sides = [(low, between), (between, high)]
        nodes = np.concatenate([(a + b) / 2 + _NODES[:, None] * (b - a) / 2 for a, b in sides])
        widths = np.concatenate([_NODE_WEIGHTS[:, None] * (b - a) / 2 for a, b in sides])
        density = np.exp(-0.5 * ((nodes - ends.start) / spread) ** 2) / np.sqrt(2 * np.pi)
        return nodes, widths * density / spread
