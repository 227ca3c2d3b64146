"""The few special functions that the reasoning needs, over NumPy arrays, from the standard library.

SciPy has them all, and importing it takes longer than the whole answer of `sacra assess`; see
``docs/decisions/``. Tests hold each of these against SciPy's.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_inv_cdf = np.frompyfunc(NormalDist().inv_cdf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)


def expit(x: ArrayLike) -> Any:
    """The probability of a logit."""
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def logit(p: ArrayLike) -> Any:
    """The logit of a probability."""
    p = np.asarray(p, dtype=float)
    return np.log(p) - np.log1p(-p)


def ndtr(x: ArrayLike) -> Any:
    """The standard normal distribution function."""
    return 0.5 * np.asarray(_erfc(np.asarray(x) * -math.sqrt(0.5)), dtype=float)


_REACH, _STEPS = 9.0, 45_000


@lru_cache(maxsize=1)
def _log_ndtr_on_grid() -> Array:
    return np.asarray(np.log(ndtr(np.linspace(-_REACH, _REACH, _STEPS + 1))))


def log_ndtr(x: Array) -> Array:
    """The log of the standard normal distribution function, to 1e-7, at least that of -9.

    Between points of a grid by straight lines: its second derivative is never above 1, and the
    step is 4e-4. For tables of a million numbers.
    """
    table = _log_ndtr_on_grid()
    at = (np.clip(x, -_REACH, _REACH) + _REACH) * (_STEPS / (2 * _REACH))
    left = np.minimum(at.astype(np.int32), _STEPS - 1)
    return np.asarray(table[left] + (table[left + 1] - table[left]) * (at - left))


def ndtri(p: ArrayLike) -> Any:
    """The standard normal quantile, for 0 < p < 1."""
    return np.asarray(_inv_cdf(p), dtype=float)


def trigamma(x: float) -> float:
    """The second derivative of the log of the gamma function, for x > 0.

    Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.4.6 and 6.4.12).
    """
    total = 0.0
    while x < 10:
        total += 1 / x**2
        x += 1
    y = 1 / x**2
    return total + 1 / x + y / 2 + (y / x) * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y / 30)))


def beta_quantile(a: float, b: float, p: Array, points: int = 20_001) -> Array:
    """Quantiles of Beta(a, b), a and b at least 1: the density summed up on a fine grid."""
    x = np.linspace(0.0, 1.0, points)
    density = x ** (a - 1) * (1 - x) ** (b - 1)
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return np.asarray(np.interp(p, below / below[-1], x))
