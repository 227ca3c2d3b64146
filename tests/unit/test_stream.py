"""Quantiles of more people than memory holds: how near they are, whatever comes in what order."""

import numpy as np
import pytest

from sacra.joint.stream import KEPT, PART, Stream

KEPT_HERE, PART_HERE, PEOPLE = 1_000, 512, 200_000
STREAMS = 5
ASKED = np.array([5, 50, 95])
RNG = np.random.default_rng(7)
SHAPES = {
    "normal": RNG.normal(size=PEOPLE),
    "heavy tail": RNG.lognormal(sigma=3.0, size=PEOPLE),
    "two heaps": np.where(RNG.random(PEOPLE) < 0.3, -5, 5) + RNG.normal(size=PEOPLE),
    "rising": np.linspace(0, 1, PEOPLE),
    "falling": np.linspace(1, 0, PEOPLE),
    "waves": np.sin(np.arange(PEOPLE) / 300),
}


def streamed(values: np.ndarray, batch: int = 300) -> Stream:
    stream = Stream(KEPT_HERE, PART_HERE)
    for start in range(0, len(values), batch):
        stream.add({"one": values[start : start + batch]})
    return stream


def apart(values: np.ndarray, stream: Stream) -> np.ndarray:
    """By how large a share of the people each quantile misses its own."""
    found = np.percentile(stream.values()["one"], ASKED)
    rank = np.searchsorted(np.sort(values.astype("f4")), found) / len(values)
    return np.asarray(np.abs(rank - ASKED / 100))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_quantile_is_never_further_off_than_is_said(shape: str) -> None:
    stream = streamed(SHAPES[shape])
    assert stream.stands_for == 256
    assert apart(SHAPES[shape], stream).max() <= stream.stands_for / PART_HERE


def test_of_ten_million_quantiles_are_off_by_next_to_nothing() -> None:
    """The same proportions, 128 people a value and 305 parts, each a tenth as large."""
    parts, part = 305, PART // 10
    worst = 0.0
    for _ in range(STREAMS):
        values = RNG.normal(size=(parts, part))
        stream = Stream(kept=parts * part // 100, part=part)
        for some in values:
            stream.add({"one": some})
        assert stream.stands_for == 128
        worst = max(worst, apart(values.ravel(), stream).max() * part / PART)
    assert worst < 0.0002


def test_few_people_are_all_kept() -> None:
    stream = Stream()
    parts = [RNG.normal(size=500) for _ in range(KEPT // 500)]
    for part in parts:
        stream.add({"one": part, "two": 2 * part})
    assert stream.stands_for == 1
    whole = np.concatenate(parts).astype("f4")
    np.testing.assert_array_equal(stream.values()["one"], whole)
    np.testing.assert_array_equal(stream.values()["two"], 2 * whole)


def test_what_is_kept_does_not_grow() -> None:
    sizes = [len(streamed(SHAPES["normal"][:people]).values()["one"]) for people in (5_000, PEOPLE)]
    assert max(sizes) <= KEPT_HERE + PART_HERE


def test_people_without_a_balance_are_simply_not_there() -> None:
    stream = Stream(KEPT_HERE, PART_HERE)
    for _ in range(50):
        stream.add({"one": RNG.normal(size=RNG.integers(0, 90))})
    assert len(stream.values()["one"])
