"""A robust Kalman filter and smoother for a damped trend, over a grid of noise variances at once.

Level and slope follow a damped local linear trend, in steps of a day; a day without an entry is a
step without an observation (Harvey 1989, ch. 2-4; damping φ: Gardner and McKenzie 1985):

    level' = level + φ slope + noise,  slope' = φ slope + noise

A day swings around the level, and the swing dies away by ρ a day: `felt` is level and swing, and an
entry is what was felt plus noise. Without the swing, three bad days in a row would pass for a
change of the level. An entry may be an outlier: its noise is a mixture of two normal distributions,
and the state after it is collapsed to one with the same mean and covariance (Harrison and Stevens
1976). With an outlier share of 0 everything is exact.

Arrays end in the grid of G combinations of the three variances. A state is (4, 3, G): the
covariance of felt, level and slope, and their mean as the last row, so that one product steps both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FELT, LEVEL, SLOPE, MEAN = 0, 1, 2, 3
_CARRY = slice(4, 7)


class Model(NamedTuple):
    """What stays the same from day to day.

    `step` (3, 3); `drift` (12, G): what a step adds to the state; `noise` (2, G): variance of an
    ordinary entry and of an outlier; `share` (2,): how common each is; `first` (4, 3, G): the state
    before any entry; `log_prior` (G,): of the grid points.
    """

    step: Array
    drift: Array
    noise: Array
    share: Array
    first: Array
    log_prior: Array

    def only(self, kept: NDArray[np.bool_]) -> Model:
        """The same for some of the grid points."""
        return self._replace(
            drift=self.drift[:, kept],
            noise=self.noise[:, kept],
            first=self.first[..., kept],
            log_prior=self.log_prior[kept],
        )


class Passed(NamedTuple):
    """What the filter found in T days.

    `predicted` (T, 4, 3, G): the state before each day's entry. `shrink`, `pull` (T, G): what the
    entry takes from the covariance and adds to the mean, per covariance with what was felt (0
    without an entry). `log_likelihood` (G,). `last` (4, 3, G): the state after the last day.
    """

    predicted: Array
    shrink: Array
    pull: Array
    log_likelihood: Array
    last: Array

    def only(self, kept: NDArray[np.bool_]) -> Passed:
        """The same for some of the grid points."""
        return Passed(*(each[..., kept] for each in self))


class Smoothed(NamedTuple):
    """Mean and variance of the level given all entries (T, G); covariance of its ends (G,)."""

    mean: Array
    variance: Array
    ends: Array


def make_model(policy: Mapping[str, float]) -> Model:
    """The grid and the first state from the working values of ``policies/trend.yaml``."""
    axes = [_axis(policy, name) for name in ("entry_sd", "level_sd", "slope_sd")]
    entry, level, slope = (each.ravel() ** 2 for each in np.meshgrid(*axes, indexing="ij"))
    swing, ρ, φ = policy["swing_share"] * entry, policy["swing_left"], policy["damping"]
    drift, first = np.zeros((2, 4, 3, len(entry)))
    drift[: LEVEL + 1, : LEVEL + 1], drift[SLOPE, SLOPE] = level, slope
    drift[FELT, FELT] += swing * (1 - ρ**2)
    first[: LEVEL + 1, : LEVEL + 1] = policy["start_sd"] ** 2
    first[FELT, FELT] += swing
    first[SLOPE, SLOPE] = policy["start_slope_sd"] ** 2
    first[MEAN, : LEVEL + 1] = policy["start_mean"]
    ordinary, outliers = entry - swing, policy["outlier_share"]
    return Model(
        step=np.array([[ρ, 1 - ρ, φ], [0, 1, φ], [0, 0, φ]]),
        drift=drift.reshape(12, -1),
        noise=np.stack([ordinary, ordinary + entry * (policy["outlier_ratio"] ** 2 - 1)]),
        share=np.array([1 - outliers, outliers]),
        first=first,
        log_prior=_log_prior(policy),
    )


def _axis(policy: Mapping[str, float], name: str) -> Array:
    least, most = policy[f"{name}_least"], policy[f"{name}_most"]
    steps = np.linspace(math.log(least), math.log(most), int(policy[f"{name}_count"]))
    return np.asarray(np.exp(steps), dtype=np.float64)


def _log_prior(policy: Mapping[str, float]) -> Array:
    """Each step up in how much level and slope move is this much less probable."""
    counts = [int(policy[f"{name}_count"]) for name in ("entry_sd", "level_sd", "slope_sd")]
    _, level, slope = np.indices(counts)
    steps = (level + slope).ravel().astype(np.float64)
    return np.asarray(steps * math.log(policy["restless"]), dtype=np.float64)


def forward(state: Array, days: int, model: Model) -> Array:
    """The states (days, 4, 3, G) on the days that follow, when nothing is entered."""
    ahead = np.empty((days, *state.shape))
    step = _step_state(model)
    for now in ahead:
        now.reshape(12, -1)[...] = step @ state.reshape(12, -1) + model.drift
        state = now
    return ahead


def _step_state(model: Model) -> Array:
    """The matrix (12, 12) that makes T P T' of a covariance and T m of a mean."""
    rows = np.eye(4)
    rows[:MEAN, :MEAN] = model.step
    return np.asarray(np.kron(rows, model.step), dtype=np.float64)


# --- filter: 365 steps a year, so that the number of calls is what it costs ---------------------


def run_filter(values: Array, model: Model) -> Passed:
    """The values (T,) of T days, NaN where there is none, passed through the filter."""
    days, grid = len(values), model.drift.shape[1]
    predicted = np.empty((days, 4, 3, grid))
    shrink, pull = np.zeros((2, days, grid))
    spread = np.repeat(values[:, None], grid, axis=1)
    entry, gain = _Entry(model), np.empty((4, 1, grid))
    step = np.hstack([_step_state(model), np.eye(12)])
    flat = np.concatenate([model.first.reshape(12, grid), model.drift])  # stepped and added at once
    state = flat[:12].reshape(4, 3, grid)
    gain_state, gain_mean = gain[:MEAN, 0], gain[MEAN, 0]
    predicted[0] = state
    ahead = predicted.reshape(days, 12, grid)
    for day, entered in enumerate((values == values).tolist()):
        before = predicted[day]
        if day:
            np.dot(step, flat, ahead[day])
        if not entered:
            state[...] = before
            continue
        row = before[FELT]
        taken, added = entry(row[FELT], spread[day] - before[MEAN, FELT])
        shrink[day], pull[day] = taken, added
        np.multiply(row, taken, gain_state)
        np.negative(added, gain_mean)
        np.multiply(gain, row, state)
        np.subtract(before, state, state)
    return Passed(predicted, shrink, pull, _log_likelihood(spread, predicted, model), state)


class _Entry:
    """What an entry takes and adds; constants are arrays because those are quicker than numbers."""

    def __init__(self, model: Model) -> None:
        self.ordinary, self.outlier = model.noise
        self.one, self.half = np.ones_like(model.noise[0]), np.full_like(model.noise[0], 0.5)
        self.log_odds = np.full_like(self.one, np.subtract(*_log_shares(model)))

    def __call__(self, variance: Array, error: Array) -> tuple[Array, Array]:
        square = error * error
        ordinary, outlier = variance + self.ordinary, variance + self.outlier
        precision = np.reciprocal(ordinary)
        lost = np.reciprocal(outlier) - precision
        odds = np.exp(self.log_odds + self.half * square * lost) * np.sqrt(outlier * precision)
        expected = lost / (self.one + odds)
        weight = precision + expected
        return weight - square * expected * (lost - expected), weight * error


def _log_shares(model: Model) -> Array:
    with np.errstate(divide="ignore"):  # no outliers at all: minus infinity is right
        return np.log(model.share)


def _log_likelihood(spread: Array, predicted: Array, model: Model) -> Array:
    """The log-likelihood (G,) of all entries, from the state before each."""
    entered = spread[:, 0] == spread[:, 0]
    square = (spread[entered] - predicted[entered, MEAN, FELT])[:, None] ** 2
    variance = predicted[entered, FELT, FELT][:, None] + model.noise
    density = -0.5 * (np.log(2 * np.pi * variance) + square / variance)
    ordinary, outlier = (density + _log_shares(model)[:, None]).swapaxes(0, 1)
    both: Array = np.logaddexp(ordinary, outlier).sum(axis=0)
    return both


# --- smoother: blocks of days side by side, then each again with what follows it ----------------


def run_smoother(passed: Passed, model: Model) -> Smoothed:
    """The level on each day given all entries (de Jong 1989), in blocks of √T days.

    What flows backward is (3, 7, ...), by columns: N and r of de Jong, and the product of all that
    was passed, from which comes the covariance of the first and the last level.
    """
    grid = passed.shrink.shape[1]
    blocks = _Blocks(passed, model)
    after = np.zeros((3, 7, blocks.count, grid))
    after[:, _CARRY] = np.eye(3)[:, :, None, None]
    _, own = blocks.run(after)
    for block in range(blocks.count - 2, -1, -1):
        after[:, :, block] = _join(own[:, :, block + 1], after[:, :, block + 1])
    back, _ = blocks.run(after)
    row = blocks.cut(passed.predicted[:, LEVEL])
    taken = ((row[:, :, None] * back[:, :, :MEAN]).sum(axis=1) * row).sum(axis=1)
    mean = passed.predicted[:, MEAN, LEVEL] + blocks.join((row * back[:, :, MEAN]).sum(axis=1))
    passing = back[blocks.missing, :, _CARRY.start + LEVEL, :grid]
    ends = (passing * passed.predicted[0, LEVEL]).sum(axis=0)
    return Smoothed(mean, passed.predicted[:, LEVEL, LEVEL] - blocks.join(taken), ends)


def _join(own: Array, after: Array) -> Array:
    """What leaves a block (3, 7, G) when `after` enters it, and `own` would if nothing did."""
    carry = own[:, _CARRY]
    left: Array = (carry[:, :, None] * after).sum(axis=1)
    left[:, :MEAN] = (left[:, :MEAN, None] * carry.swapaxes(0, 1)).sum(axis=1)
    left[:, : MEAN + 1] += own[:, : MEAN + 1]
    return left


class _Blocks:
    """T days in blocks of equal length; days without entries fill up the first."""

    def __init__(self, passed: Passed, model: Model) -> None:
        days = len(passed.shrink)
        self.length = math.isqrt(days - 1) + 1
        self.count = -(-days // self.length)
        self.missing = self.length * self.count - days
        self.shrink, self.pull = self.cut(passed.shrink), self.cut(passed.pull)
        self.gain = self.cut(passed.predicted[:, FELT]) * self.shrink[:, None]
        self.step = np.ascontiguousarray(model.step.T)

    def cut(self, each: Array) -> Array:
        """(T, ..., G) to (length, ..., blocks · G)."""
        full = np.concatenate([np.zeros((self.missing, *each.shape[1:])), each])
        cut = np.moveaxis(full.reshape(self.count, self.length, *each.shape[1:]), 0, -2)
        return cut.reshape(*cut.shape[:-2], -1)

    def join(self, each: Array) -> Array:
        """(length, blocks · G) back to (T, G)."""
        blocks = each.reshape(self.length, self.count, -1).swapaxes(0, 1)
        return blocks.reshape(self.length * self.count, -1)[self.missing :]

    def run(self, after: Array) -> tuple[Array, Array]:
        """Each day of each block (length, 3, 7, blocks · G), and what leaves each block."""
        state = after.reshape(3, 7, -1)
        back = np.empty((self.length, *state.shape))
        for day in range(self.length - 1, -1, -1):
            now, gain = back[day], self.gain[day]
            now[...] = state
            now[FELT] -= (state * gain[:, None]).sum(axis=0)
            now[:, FELT] -= (now[:, :MEAN] * gain).sum(axis=1)
            now[FELT, FELT] += self.shrink[day]
            now[FELT, MEAN] += self.pull[day]
            state = (self.step @ now.reshape(3, -1)).reshape(now.shape)
            state[:, :MEAN] = self.step @ state[:, :MEAN]
        return back, state.reshape(after.shape)
