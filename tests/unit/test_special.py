"""The special functions against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special as scipy

from sacra.reasoning import special as ours

P = np.concatenate([np.geomspace(1e-9, 0.5, 200), 1 - np.geomspace(1e-9, 0.5, 200)])
X = np.linspace(-9, 9, 401)


@pytest.mark.parametrize(("name", "at"), [("expit", X), ("logit", P), ("ndtr", X), ("ndtri", P)])
def test_as_scipy(name: str, at: np.ndarray) -> None:
    mine, theirs = getattr(ours, name)(at), getattr(scipy, name)(at)
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


def test_trigamma_as_scipy() -> None:
    at = np.geomspace(0.5, 1e5, 300)
    mine = [ours.trigamma(float(x)) for x in at]
    np.testing.assert_allclose(mine, scipy.polygamma(1, at), rtol=1e-10)


@pytest.mark.parametrize(("a", "b"), [(5, 5), (1, 1), (2, 7), (30, 4)])
def test_beta_quantiles_as_scipy(a: float, b: float) -> None:
    p = (np.arange(256) + 0.5) / 256
    np.testing.assert_allclose(ours.beta_quantile(a, b, p), scipy.betaincinv(a, b, p), atol=1e-6)


def test_log_ndtr_as_scipy() -> None:
    at = np.linspace(-8.9, 8.9, 100_003)
    np.testing.assert_allclose(ours.log_ndtr(at), scipy.log_ndtr(at), atol=1e-7)
    assert ours.log_ndtr(np.array([-50.0, 50.0])).tolist() == pytest.approx(
        [scipy.log_ndtr(-9.0), 0.0]
    )


def test_shapes_are_kept() -> None:
    assert ours.ndtr(np.zeros((2, 3))).shape == (2, 3)
    assert ours.ndtri(np.full((4, 1), 0.5)).tolist() == [[0.0]] * 4
