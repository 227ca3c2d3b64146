"""What any pelvis must obey, whatever it is made of."""

import msgspec
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.anatomy import Frame, build
from sacra.joint.freebody import forces_on, free_body
from sacra.joint.layout import RIGHT, SACRUM
from sacra.joint.population import draw_scores, middle_scores
from sacra.joint.quantities import measure, rotation_vectors
from sacra.joint.sensitivity import indices, jansen, sensitivities
from sacra.joint.solver import Solver, balance, solve
from sacra.kb.schema_joint import Belt, Load, Scenario, Support
from tests.physics.people import (
    KNOWLEDGE,
    LEFT_LEG,
    RIGHT_LEG,
    STANDING,
    disturbed,
    pushed,
    solve_for,
)  # fmt: skip


def test_moving_the_whole_pelvis_changes_no_inner_force() -> None:
    one, x, r, anchors, _, _ = disturbed()
    nothing, body = np.zeros((1, at.LOAD_WIDTH)), np.array([0])
    res, _ = plain.evaluate(one, x, r, anchors, True, nothing, body)
    spin = Rotation.from_rotvec([0.3, -0.5, 0.8]).as_matrix()
    away = x @ spin.T + np.array([10.0, -20.0, 5.0])
    after, _ = plain.evaluate(one, away, spin @ r, anchors, True, nothing, body)
    turned = res.reshape(6, 3) @ spin.T
    np.testing.assert_allclose(after.reshape(6, 3), turned, rtol=1e-9, atol=1e-6)


def test_inner_forces_and_moments_add_up_to_none() -> None:
    one, x, r, anchors, _, _ = disturbed()
    res, _ = plain.evaluate(one, x, r, anchors, True, np.zeros((1, 9)), np.array([0]))
    force, moment = res.reshape(3, 2, 3)[:, 0], res.reshape(3, 2, 3)[:, 1]
    largest = np.abs(res).max()
    assert np.abs(force.sum(axis=0)).max() < 1e-9 * largest
    assert np.abs((moment + np.cross(x, force)).sum(axis=0)).max() < 1e-9 * largest


def test_left_is_right_in_a_mirror() -> None:
    right, left = measure(solve_for(RIGHT_LEG)), measure(solve_for(LEFT_LEG))
    for name in ("nutation", "turn", "move", "push", "shear", "strain_isl", "pull_st"):
        for here, there in (("right", "left"), ("left", "right")):
            np.testing.assert_allclose(
                right[f"{name}_{here}"], left[f"{name}_{there}"], rtol=1e-5, atol=1e-5
            )


def test_even_load_moves_both_sides_alike() -> None:
    found = measure(solve_for(STANDING))
    assert found["turn_difference"].max() < 1e-6
    assert found["symphysis_shear"].max() < 1.0  # of 364 N: the disc turns a little


@pytest.mark.parametrize("scenario", [STANDING, RIGHT_LEG, pushed((100, -800, 50))])
def test_forces_and_moments_balance(scenario: Scenario) -> None:
    table = free_body(scenario, KNOWLEDGE)
    assert table.rest < 1e-5 * 364
    sacrum = [one for one in table.forces if one.bone == "sacrum"]
    assert np.abs(np.sum([one.force for one in sacrum], axis=0)).max() < 0.1  # rounded to 0.01


def test_both_hips_carry_half_the_weight_each() -> None:
    table = free_body(pushed((0, -800, 0)), KNOWLEDGE)
    supports = [one for one in table.forces if one.by == "support"]
    assert [one.force[1] for one in supports] == pytest.approx([400.0, 400.0], abs=0.1)


def test_the_weight_passes_where_the_person_says() -> None:
    """About 10 mm behind the hips; what keeps the pelvis upright is the moment of that arm."""
    solver = Solver(STANDING, KNOWLEDGE)
    solved = solver.solve(middle_scores(solver.traits, solver.calibration))
    drawn = solved.points["weight_line"][0]
    assert drawn[0] == pytest.approx(-10, abs=4)  # calibrated a little
    arm = solved.turns[0, -1, SACRUM] @ (drawn - solved.pelves.reference[0, SACRUM])
    ahead = (solved.places[0, -1, SACRUM] + arm - solved.places[0, -1, RIGHT])[0]
    held = sum(f.moment[2] for f in forces_on(solver, solved).forces if f.by == "support")
    assert held == pytest.approx(0.52 * 0.7 * ahead, abs=0.02)


def test_a_high_belt_bears_at_one_height_below_the_front_spines() -> None:
    belted = Solver(msgspec.structs.replace(STANDING, belt=Belt(tension=50.0)), KNOWLEDGE)
    ready = belted.prepare(middle_scores(belted.traits, belted.calibration))
    rows = ready.loads[0, -1][[pull.name == "belt" for pull in belted.setting.pulls]]
    for row, side, way in zip(rows, ("right", "left"), (-1, 1), strict=True):
        front, back = (ready.points[f"{spine}_{side}"][0] for spine in ("asis", "psis"))
        np.testing.assert_allclose(row[3:6], [0, 0, way * 2 * 50])
        assert row[1] == pytest.approx(front[1] - 60 / 2)
        assert back[0] < row[0] < front[0]


def test_the_standing_hip_carries_all() -> None:
    table = free_body(RIGHT_LEG, KNOWLEDGE)
    [support] = [one for one in table.forces if one.by == "support"]
    assert support.bone == "right_hip_bone"
    assert support.force[1] == pytest.approx(0.52 * 700 + 0.184 * 700, abs=0.1)


def test_no_load_no_motion() -> None:
    found = measure(solve_for(Scenario(support="two_legs")))
    assert found["turn_right"].max() < 1e-4
    assert found["move_right"].max() < 1e-4


def test_loads_do_work_and_the_pelvis_gives_way() -> None:
    """Energy: what the load does is stored or rubbed away, never won."""
    for scenario in (STANDING, RIGHT_LEG, pushed((0, -900, 0))):
        assert (measure(solve_for(scenario))["work"] > 0).all()


def test_work_does_not_hang_on_the_phase_in_which_a_load_comes() -> None:
    load = Load(bone="sacrum", at="s1", force=(0, -700, 0))
    found = [
        measure(solve_for(Scenario(support="two_legs", loads=(one,))))["work"]
        for one in (load, msgspec.structs.replace(load, phase=2))
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)


def test_a_load_grows_where_it_acts() -> None:
    """Also in a path, and before its phase has come."""
    forward = Load(bone="sacrum", at="s1", force=(300, 0, 0), phase=2)
    scenario = Scenario(posture="standing", loads=(forward,), path=True)
    ready = solve_for(scenario)
    np.testing.assert_array_equal(ready.loads[:, 0, 1, :3], ready.loads[:, 1, 1, :3])
    assert (ready.loads[:, 0, 1, 3:] == 0).all()


def test_bones_held_by_hand_are_as_those_held_by_name() -> None:
    load = Load(bone="sacrum", force=(0, -100, 0))
    by_hand = (Support(bone="right_hip_bone"), Support(bone="left_hip_bone"))
    turns = [
        measure(solve_for(Scenario(
            support=support, cut=("right_joint", "symphysis"), loads=(load,)
        )))["turn_left"]
        for support in (by_hand, "hip_bones_clamped")
    ]  # fmt: skip
    np.testing.assert_allclose(turns[0], turns[1], rtol=1e-6)


def test_more_contact_points_change_little() -> None:
    """Midpoints of an even grid: the error falls about with the square of the spacing."""
    solver = Solver(STANDING, KNOWLEDGE)
    scores = draw_scores(8, solver.traits, 5, solver.calibration)
    found = {}
    for rows in (3, 5, 9, 27):
        ready = solver.prepare(scores)
        pelves = build(Frame(solver.person(scores), KNOWLEDGE.anatomy), solver.sides, rows)
        anchors = np.zeros((len(scores), pelves.contacts.shape[1], 3))
        ready = ready._replace(pelves=pelves, anchors=anchors)
        found[rows] = measure(balance(ready, solver.setting, 0, 1e-6))["nutation_right"]
    error = {rows: np.median(np.abs(found[rows] / found[27] - 1)) for rows in (3, 5, 9)}
    assert error[5] < 0.05
    assert error[9] < 0.02
    assert error[9] < error[3]


def test_without_friction_it_moves_more_and_bonded_it_moves_less() -> None:
    rough, slippery, bonded, fused = (
        measure(solve_for(pushed((0, -800, 0), **more)))["turn_right"]
        for more in ({}, {"traits": {"friction": 0.0}}, {"bond": 1.0}, {"bond": 1000.0})
    )
    assert (slippery > rough).all()
    assert (rough > bonded).all()
    assert (bonded > fused).all()
    assert np.median(fused) < 0.1 * np.median(rough)


def test_one_fibre_by_hand() -> None:
    row = np.zeros((1, at.FIBRE_WIDTH))
    row[0, at.FIBRE_OTHER] = [10, 0, 0]
    row[0, [at.STIFFNESS, at.SLACK, at.TOE]] = 100.0, 10.0, 0.02
    row[0, [at.FAILURE, at.RUPTURE]] = 1.0, 2.0
    for length, pull in ((9.0, 0.0), (10.1, 100 * 10 * 0.01**2 / 0.04), (11.0, 100 * 10 * 0.09)):
        force, _, tension = plain.fibre_forces(row, np.array([[length, 0.0, 0.0]]))
        assert tension[0] == pytest.approx(pull)
        assert force[0, 0] == pytest.approx(-pull)


def test_a_drawn_fibre_pulls_as_its_person_says() -> None:
    solver = Solver(STANDING, KNOWLEDGE)
    scores = draw_scores(20, solver.traits, 2)
    ready = solver.prepare(scores)
    person, pelves = solver.person(scores), ready.pelves
    own = [
        i for i, name in enumerate(pelves.ligament) if name == "st" and pelves.fibre_pair[i] == 0
    ]
    for p in range(20):
        rows = pelves.fibres[p][own]
        tension = plain.fibre_forces(rows, rows[:, at.FIBRE_OTHER])[2]
        assert tension.sum() == pytest.approx(person["preload_st"][p], rel=1e-9)


def test_the_surface_is_what_its_slopes_say() -> None:
    """Where a point says its neighbour on the same limb is, there the neighbour is.

    But for a third-order term over 4 mm, which grows with the ridge.
    """
    solver = Solver(STANDING, KNOWLEDGE)
    scores = solver.draw(12, 0)
    ridges, pelves = solver.person(scores)["ridge_height"], solver.prepare(scores).pelves
    for ridge, contacts in zip(ridges, pelves.contacts, strict=True):
        rows = contacts[:55]  # the cranial limb, 5 points across
        for n, m in [(i, i + 5) for i in range(50)] + [(i, i + 1) for i in range(54) if i % 5 < 4]:
            gap, _, _ = plain.gaps(rows[n : n + 1], rows[m : m + 1, :3])
            assert abs(gap[0]) < 0.19 * ridge + 0.02, (n, m)


def test_sensitivities_as_solving_again() -> None:
    solver = Solver(RIGHT_LEG, KNOWLEDGE)
    scores = middle_scores(solver.traits, solver.calibration)
    found = sensitivities(RIGHT_LEG, KNOWLEDGE, "nutation_right")
    names = [trait.name for trait in solver.traits]
    h = 1e-2
    for name in sorted(found, key=lambda n: -abs(found[n]))[:6]:
        step = h * (np.array(names) == name)
        after = measure(solver.solve(np.concatenate([scores + step, scores - step])))
        slope = (after["nutation_right"][0] - after["nutation_right"][1]) / (2 * h)
        assert found[name] == pytest.approx(slope, rel=2e-3), name


def test_history_is_remembered_only_on_a_path() -> None:
    """Loaded and unloaded again: with a path, friction holds something back."""
    loads = [
        {"bone": "sacrum", "force": [0, -1000, 0]},
        {"bone": "sacrum", "force": [0, 1000, 0], "phase": 2},
    ]
    told = {"support": "two_legs", "loads": loads}
    residue = {}
    for path in (True, False):
        scenario = msgspec.convert({**told, "path": path}, Scenario)
        residue[path] = np.abs(measure(solve_for(scenario))["nutation_right"])
    assert residue[False].max() < 1e-3
    assert np.median(residue[True]) > 0.02


def test_everybody_finds_a_balance() -> None:
    for posture in KNOWLEDGE.postures:
        found = solve_for(Scenario(posture=posture), 60)
        assert found.ok.all(), posture


def test_rotation_vectors_as_scipy() -> None:
    vectors = np.random.default_rng(1).normal(0, 0.8, (50, 3))
    found = rotation_vectors(Rotation.from_rotvec(vectors).as_matrix())
    np.testing.assert_allclose(found, vectors, atol=1e-9)


def test_the_same_seed_gives_the_same_people() -> None:
    assert solve(STANDING, KNOWLEDGE) == solve(STANDING, KNOWLEDGE)


def test_a_cut_part_carries_nothing() -> None:
    whole = solve_for(STANDING).pelves
    cut = solve_for(msgspec.structs.replace(STANDING, cut=("symphysis",)))
    assert cut.ok.all()
    disc = whole.spring_pair > 1
    assert (cut.pelves.springs[:, disc, 3:] == 0).all()
    assert (whole.springs[:, disc, 3:] > 0).all()
    bare = solve_for(msgspec.structs.replace(STANDING, cut=("interosseous",)))
    assert (bare.pelves.springs[:, ~disc, 3:] == 0).all()
    assert (whole.springs[:, ~disc, 3:] > 0).all()


def test_shares_of_variance_by_hand() -> None:
    """Of 2 x + y + 2 x z with x, y, z of variance 1: 4, 1 and 4 parts of 9, the last shared."""
    first, second = np.random.default_rng(1).normal(size=(2, 40_000, 4))
    found = jansen(lambda s: 2 * s[:, 0] + s[:, 1] + 2 * s[:, 0] * s[:, 2], first, second)
    alone, total = zip(*found, strict=True)
    assert alone == pytest.approx([4 / 9, 1 / 9, 0, 0], abs=0.03)
    assert total == pytest.approx([8 / 9, 1 / 9, 4 / 9, 0], abs=0.03)


def test_shares_of_variance_of_every_trait() -> None:
    found = indices(Scenario(support="sacrum_clamped"), KNOWLEDGE, "pull_isl_right", people=2)
    assert set(found) == {trait.name for trait in Solver(STANDING, KNOWLEDGE).traits}
    assert found["asis_x"].total == pytest.approx(0, abs=1e-9)
    assert found["preload_isl"].total > 0
