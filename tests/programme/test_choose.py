"""The fast choice against the plain one, on small cases of every kind."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.reasoning.choose import Limits, Option, choose
from tests.conftest import NIGHTLY
from tests.plain_choose import allowed, best, worth

NEEDS = 4
exercises = st.sampled_from(["ex_a", "ex_b", "ex_c", "ex_d", "ex_e"])


@st.composite
def options(draw: st.DrawFn) -> Option:
    seconds = draw(st.integers(30, 600))
    days = draw(st.sampled_from([(0, 2, 4), (1, 3, 5), tuple(range(7))]))
    name = draw(exercises)
    return Option(
        exercise=name,
        seconds=tuple(seconds * (day in days) for day in range(7)),
        meets=draw(st.frozensets(st.integers(0, NEEDS - 1), max_size=3)),
        cost=draw(st.integers(0, 40)),
        new=name in ("ex_a", "ex_b", "ex_c"),
    )


limits = st.builds(
    Limits,
    seconds=st.integers(0, 1500),
    most=st.integers(0, 5),
    most_new=st.integers(0, 3),
    needs=st.just(NEEDS),
    keep=st.frozensets(exercises),
)


@settings(max_examples=3000 if NIGHTLY else 150)
@given(st.lists(options(), max_size=8), limits)
def test_the_choice_is_as_good_as_any(some: list[Option], within: Limits) -> None:
    taken = choose(some, within)
    assert allowed(taken, some, within)
    assert worth(taken, some, within) == best(some, within)


def test_nothing_to_choose_from_is_no_failure() -> None:
    assert choose([], Limits(900, 4, 4, 3, frozenset())) == ()


def test_the_first_need_outranks_all_later_ones_together() -> None:
    one = Option("ex_a", (600,) * 7, frozenset([0]), 40, new=True)
    rest = Option("ex_b", (600,) * 7, frozenset([1, 2, 3]), 0, new=True)
    assert choose([one, rest], Limits(600, 4, 4, 4, frozenset())) == (0,)
