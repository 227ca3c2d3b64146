"""Points that a scenario names itself lie where it says, and do what a known point there does."""

import msgspec
import numpy as np
import pytest

from sacra.joint.behind import is_measured
from sacra.joint.population import draw_scores
from sacra.joint.solver import Solver, solve
from sacra.kb.schema_joint import Load, Point, Scenario, Support
from tests.physics.people import KNOWLEDGE, STANDING

PUSH = Load(bone="sacrum", at="here", force=(50.0, -400.0, 20.0))


def with_points(scenario: Scenario, **points: Point) -> Scenario:
    return msgspec.structs.replace(scenario, points=points)


def places(**points: Point) -> dict[str, np.ndarray]:
    """Every point of some people, as drawn; and the slope of their endplates in rad."""
    solver = Solver(with_points(STANDING, **points), KNOWLEDGE)
    scores = draw_scores(20, solver.traits, 5, solver.calibration)
    slope = np.radians(solver.person(scores)["sacral_slope"])
    return solver.prepare(scores).points | {"slope": slope}


def spreads(scenario: Scenario) -> dict[str, float]:
    return {s.quantity: s.median for s in solve(scenario, KNOWLEDGE).spreads}


def test_a_point_lies_as_far_from_its_origin_in_everybody() -> None:
    found = places(
        front=Point(bone="sacrum", origin="s1", place=(17.0, 0.0, 0.0), axes="endplate"),
        plate=Point(bone="left_hip_bone", origin="asis_left", place=(-3.0, -20.0, 5.0)),
        bare=Point(bone="left_hip_bone", place=(-30.0, 60.0, -70.0)),
    )
    away, slope = found["front"] - found["s1"], found["slope"]
    along = np.stack([np.cos(slope), -np.sin(slope), 0 * slope], 1)
    np.testing.assert_allclose(away, 17 * along, atol=1e-9)
    np.testing.assert_allclose(found["plate"] - found["asis_left"], [[-3, -20, 5]] * 20)
    middle = (found["hip_right"] + found["hip_left"]) / 2
    np.testing.assert_allclose(found["bare"] - middle, [[-30, 60, -70]] * 20, atol=1e-9)


@pytest.mark.parametrize("known", ["s1", "coccyx_tip", "sacral_centre"])
def test_a_load_and_a_reading_at_a_point_of_ones_own(known: str) -> None:
    base = Scenario(support="two_legs", loads=(PUSH,), point="here")
    own = with_points(base, here=Point(bone="sacrum", origin=known, place=(0.0, 0.0, 0.0)))
    at = msgspec.structs.replace(PUSH, at=known)
    assert spreads(own) == spreads(msgspec.structs.replace(base, loads=(at,), point=known))


def test_a_support_at_a_point_of_ones_own() -> None:
    def held(at: str, **points: Point) -> dict[str, float]:
        support = (Support(bone="left_hip_bone"),
                   Support(bone="right_hip_bone", at=at, hold=("x", "y", "z")))  # fmt: skip
        load = msgspec.structs.replace(PUSH, at="s1")
        return spreads(with_points(Scenario(support=support, loads=(load,)), **points))

    here = Point(bone="right_hip_bone", origin="tuberosity_right", place=(0.0, 0.0, 0.0))
    assert held("here", here=here) == held("tuberosity_right")
    assert held("here", here=here) != held("hip_right")


def test_a_point_beside_the_line_of_a_force_adds_its_moment() -> None:
    """By hand: the same force 10 mm further forward nods the sacrum as its moment does at S1."""
    ahead = Point(bone="sacrum", origin="s1", place=(10.0, 0.0, 0.0))
    down = Load(bone="sacrum", at="ahead", force=(0.0, -300.0, 0.0))
    here = spreads(with_points(Scenario(support="two_legs", loads=(down,)), ahead=ahead))
    there = Load(bone="sacrum", at="s1", force=(0.0, -300.0, 0.0), moment=(0.0, 0.0, -3.0))
    moment = spreads(Scenario(support="two_legs", loads=(there,)))
    assert here["nutation_right"] == pytest.approx(moment["nutation_right"], rel=0.01)


def test_naming_a_point_changes_nothing_that_was_done() -> None:
    point = Point(bone="sacrum", origin="s1", place=(17.0, 0.0, 0.0))
    read = msgspec.structs.replace(with_points(STANDING, front=point), point="front")
    assert is_measured(read, KNOWLEDGE)
    here, there = spreads(read), spreads(STANDING)
    assert here["push_right"] == there["push_right"]
    assert here["move_right"] != there["move_right"]
