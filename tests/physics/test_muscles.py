"""Muscles: those between two bones of the pelvis, and those chosen by least effort."""

import msgspec
import numpy as np
import pytest

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.freebody import free_body
from sacra.joint.muscles import least, moments_of
from sacra.joint.population import middle_scores
from sacra.joint.quantities import measure
from sacra.joint.solver import Solver, solve
from sacra.kb.errors import CaseError
from sacra.kb.schema_joint import Scenario
from tests.physics.people import KNOWLEDGE, RIGHT_LEG, STANDING, solve_for


def test_least_squares_by_hand() -> None:
    """Two muscles of 30 and 10 N m for 20 N m: by Lagrange, shares as their strengths, 3 to 1."""
    found = least(["strong", "weak"], np.array([[30.0, 10.0]]), np.array([20.0]))
    assert found["strong"] == pytest.approx(20 * 30 / (30**2 + 10**2), abs=1e-3)
    assert found["weak"] == pytest.approx(20 * 10 / (30**2 + 10**2), abs=1e-3)


def test_a_muscle_cannot_push_nor_do_more_than_all() -> None:
    found = least(["here", "against"], np.array([[30.0, -10.0]]), np.array([20.0]))
    assert "against" not in found
    with pytest.raises(CaseError, match="leave 10 N m"):
        least(["here"], np.array([[30.0]]), np.array([40.0]))


def test_they_do_what_hips_and_spine_ask_for() -> None:
    """In one-leg standing S1 tips by 0.0312 body weights times a metre aside, and forwards under
    a weight that passes before it; and no hip is left."""
    solver = Solver(msgspec.structs.replace(RIGHT_LEG, muscles="optimised"), KNOWLEDGE)
    assert solver.chosen
    solved = solver.solve(middle_scores(solver.traits, solver.calibration))
    points = {name: place[0] for name, place in solved.points.items()}
    names, gained = moments_of(solver, points)
    made = gained @ np.array([solver.chosen.get(name, 0.0) for name in names])
    forwards = 0.52 * 0.7 * (points["weight_line"] - points["s1"])[0]
    assert made[:3] == pytest.approx([0.0312 * 700, 0, -forwards], abs=0.05)
    asked = {(f.bone, f.by): f for f in free_body(RIGHT_LEG, KNOWLEDGE).forces}
    wanted = asked["right_hip_bone", "support"].moment
    assert made[3:5] == pytest.approx([wanted[0], wanted[2]], abs=0.1)


def test_the_standing_hip_then_carries_what_was_measured() -> None:
    """Weight and muscles across the hip: 231 % of body weight in instrumented hips (Bergmann)."""
    scenario = msgspec.structs.replace(RIGHT_LEG, muscles="optimised")
    solver = Solver(scenario, KNOWLEDGE)
    pulls = [
        p for p in solver.setting.pulls if p.axes == "fibre" and p.at == "hip_right" and p.place
    ]
    force = np.array([0.0, 0.0, 0.0])
    for pull in pulls:
        begin, toward = (np.array(end) for end in pull.place or ())
        force += pull.force[0] * (toward - begin) / np.linalg.norm(toward - begin)
    force[1] += (0.52 + 0.184) * 700  # trunk and other leg
    assert 1.8 < np.linalg.norm(force) / 700 < 3.2


def test_chosen_muscles_are_told() -> None:
    result = solve(msgspec.structs.replace(STANDING, muscles="optimised"), KNOWLEDGE)
    assert any("least effort" in note and "psoas" in note for note in result.notes)


def test_a_muscle_between_two_bones_by_hand() -> None:
    """It pulls as asked where it is drawn, rests before, and its stiffness is 23.4 times that."""
    scenario = Scenario(support="sacrum_clamped", muscles={"pelvic_floor": 1.0})
    solver = Solver(scenario, KNOWLEDGE)
    rows = solver.prepare(middle_scores(solver.traits, solver.calibration)).pelves.fibres[0]
    rows = rows[rows[:, at.ACTIVE] == 1]
    length = np.linalg.norm(rows[:, at.FIBRE_OTHER] - rows[:, at.FIBRE_BASE], axis=1)
    assert len(rows) == 4
    assert rows[:, at.STIFFNESS] * (length - rows[:, at.SLACK]) == pytest.approx(25, rel=1e-6)
    assert rows[:, at.STIFFNESS] * length == pytest.approx(23.4 * 25)


def test_the_pelvic_floor_pulls_the_tip_of_the_sacrum_forward() -> None:
    """About the joint, as the sacrum turned back in Pool-Goudzwaard 2004; its pull is told."""
    scenario = Scenario(support="sacrum_clamped", muscles={"pelvic_floor": 1.0})
    solver = Solver(scenario, KNOWLEDGE)
    ready = solver.prepare(middle_scores(solver.traits, solver.calibration))
    rows = ready.pelves.fibres[0]
    rows = rows[rows[:, at.ACTIVE] == 1]
    force, _, _ = plain.fibre_forces(rows, rows[:, at.FIBRE_OTHER])
    arm = rows[:, at.FIBRE_OTHER] - ready.points["joint_right"]
    assert (np.cross(arm, force)[:, 2] > 0).all()  # nutation is negative about Z
    found = measure(solve_for(scenario))
    assert np.median(found["pull_pelvic_floor_right"]) > 25
    assert "strain_pelvic_floor_right" not in found


def test_muscles_make_the_moment_of_a_body_that_leans_over_its_feet() -> None:
    """What they make is not put on the sacrum as well: the trunk bears on S1 without a moment."""
    tipped = Scenario(posture="standing", muscles="optimised", shorter_leg={"left": 30})
    solver = Solver(tipped, KNOWLEDGE)
    trunk = solver.prepare(solver.middle()).loads[0, 0, 0]
    assert trunk[6:] == pytest.approx([0, 0, 0])
    assert trunk[5] < 0  # towards the lower side, as the pelvis feels it
    assert solver.chosen is not None
    sides = [solver.chosen.get(f"erector_spinae_{side}", 0.0) for side in ("right", "left")]
    level = Solver(Scenario(posture="standing", muscles="optimised"), KNOWLEDGE).chosen
    assert level is not None
    assert level["erector_spinae_right"] == pytest.approx(level["erector_spinae_left"])
    assert abs(sides[0] - sides[1]) > 0.005
