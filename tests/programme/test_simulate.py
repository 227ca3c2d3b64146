"""Virtual people under the rules: what must never happen does not."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from sacra.cohort.simulate import Tally, simulate, stream
from tests.conftest import NIGHTLY

PEOPLE = 10_000 if NIGHTLY else 500


@pytest.fixture(scope="module")
def tally() -> Tally:
    return simulate(PEOPLE, seed=2026, workers=2)


def test_nobody_goes_up_through_pain(tally: Tally) -> None:
    assert tally.people == PEOPLE
    assert tally.through_pain == ()


def test_nobody_goes_up_and_down_without_end(tally: Tally) -> None:
    assert tally.restless == ()


def test_every_danger_that_shows_is_sent_on_the_same_day(tally: Tally) -> None:
    assert len(tally.dangers) >= PEOPLE // 500
    assert tally.escalated == tally.dangers


def test_the_rules_are_all_met_by_somebody(tally: Tally) -> None:
    """A rule that no virtual person ever meets is not tried at all."""
    assert {"ready", "too_much_pain", "not_settled_next_morning", "resting_pain_high",
            "few_sessions", "some_sessions_missed", "some_pain", "top_reached", "wait",
            "pain_up_this_week", "too_hard", "tried_twice"} <= set(tally.rules)  # fmt: skip


def test_people_who_are_kept_from_going_up_can_still_go_up(tally: Tally) -> None:
    """Safe by never moving would be a failure."""
    assert tally.levels_gained > 1
    assert tally.decisions["progress"] > tally.people


def test_the_same_seed_gives_the_same_tally_on_any_number_of_cores() -> None:
    one, two = simulate(60, seed=5, workers=1), simulate(60, seed=5, workers=2)
    assert msgspec.json.encode(one) == msgspec.json.encode(two)
    assert simulate(60, seed=6, workers=1) != one


def test_progress_is_told_until_everybody_is_through() -> None:
    seen: list[int] = []
    simulate(120, seed=1, workers=1, seen=seen.append)
    assert sum(seen) == 120


def test_every_person_of_every_seed_has_numbers_of_their_own() -> None:
    children = np.random.SeedSequence(5).spawn(60)
    for number in (0, 1, 49, 50, 59):  # on both sides of the border between two chunks
        spawned = np.random.default_rng(children[number])
        assert stream(5, number).integers(2**63) == spawned.integers(2**63)
    first = {int(stream(seed, n).integers(2**63)) for seed in range(60) for n in range(60)}
    assert len(first) == 60 * 60
