"""The same people in two scenarios: no change where there is none, and differences are paired."""

from __future__ import annotations

import numpy as np
import pytest

from sacra.joint.explore import PEOPLE, Change, change, group_in, spread_of
from sacra.joint.population import draw_scores, traits_of
from sacra.joint.solver import solve, values_of
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Belt, Scenario

STANDING = Scenario(posture="standing")
BELTED = Scenario(posture="standing", belt=Belt(tension=50))


def test_a_scenario_beside_itself_is_the_same(knowledge: Knowledge) -> None:
    group = group_in(STANDING, knowledge)
    for name in ("turn_right", "push_left", "slide_right", "front", "strain"):
        found = change(name, group, group)
        assert found.way == "same"
        assert found.by.median == 0


def test_a_difference_is_taken_within_each_person(knowledge: Knowledge) -> None:
    here, there = (group_in(one, knowledge) for one in (BELTED, STANDING))
    found = change("push_right", here, there)
    assert found.by.median == pytest.approx(
        float(np.median(here.values["push_right"] - there.values["push_right"]))
    )
    assert found.way == "more"
    assert found.of_100 == (100, 0)
    apart = found.here.high - found.here.low
    assert found.by.high - found.by.low < apart


def test_people_and_numbers_are_those_of_the_solver(knowledge: Knowledge) -> None:
    traits, calibration = traits_of(knowledge.anatomy), knowledge.calibration.get("joint")
    scores = draw_scores(PEOPLE, traits, 1, calibration)
    values, _ = values_of(Scenario(posture="right_leg", point="joint_right"), knowledge, scores)
    group = group_in(Scenario(posture="right_leg"), knowledge)
    assert group.values["turn_right"] == pytest.approx(values["turn_right"], rel=1e-6)
    assert group.values["slide_right"] == pytest.approx(values["move_right"], rel=1e-6)


def test_alone_is_the_person_in_the_middle(knowledge: Knowledge) -> None:
    found = group_in(BELTED, knowledge, alone=True).values["turn_right"]
    assert found == pytest.approx([solve(BELTED, knowledge)["turn_right"].median], rel=1e-3)


def made(by: list[float], unit: str = "deg") -> Change:
    values = np.array(by)
    zero = spread_of(np.zeros(len(by)))
    more, less = float(np.mean(values > 0)), float(np.mean(values < 0))
    return Change("turn_right", unit, zero, zero, spread_of(values), zero, more, less, False)


@pytest.mark.parametrize(
    ("by", "way"),
    [
        ([0.5] * 8 + [-0.5] * 2, "more"),
        ([-0.5] * 9 + [0.5], "less"),
        ([0.5] * 5 + [-0.5] * 5, "mixed"),
        ([0.02] * 10, "same"),
        ([0.0] * 10, "same"),
    ],
)
def test_four_of_five_make_a_direction(by: list[float], way: str) -> None:
    assert made(by).way == way


def test_less_by_three_is_told_as_three() -> None:
    found = made([-4.0, -3.0, -2.0])
    low, typical, high = found.size
    assert 0 < low < typical < high
    assert typical == 3.0
    assert not found.crosses


def test_a_difference_below_what_can_be_measured_says_so(knowledge: Knowledge) -> None:
    here, there = (group_in(one, knowledge) for one in (BELTED, STANDING))
    assert change("turn_right", here, there).floor
    one_leg = group_in(Scenario(posture="lifting"), knowledge)
    assert not change("turn_right", one_leg, there).floor
    assert not change("push_right", here, there).floor  # forces have no such floor


def test_nobody_in_balance_is_said(knowledge: Knowledge) -> None:
    from sacra.kb.errors import CaseError

    group = group_in(STANDING, knowledge)
    nobody = group._replace(ok=np.zeros_like(group.ok))
    with pytest.raises(CaseError, match="no balance in anybody"):
        change("turn_right", group, nobody)
