"""People are drawn one by one: how many at once, or in which parts, changes nobody."""

from functools import partial

import msgspec
import numpy as np
import pytest

from sacra.joint import solver as solving
from sacra.joint.freebody import free_body
from sacra.joint.population import draw_scores, traits_of
from sacra.joint.solver import Solver, solve_many
from sacra.joint.stream import Stream
from sacra.kb.schema_joint import Belt, Load, Scenario
from tests.physics.people import KNOWLEDGE, STANDING

TRAITS = traits_of(KNOWLEDGE.anatomy)
CALIBRATION = KNOWLEDGE.calibration["joint"]


@pytest.mark.parametrize("part", [1, 7, 40])
def test_parts_of_any_size_give_the_same_people(part: int) -> None:
    together = draw_scores(40, TRAITS, 9, CALIBRATION)
    parts = [
        draw_scores(min(part, 40 - start), TRAITS, 9, CALIBRATION, start)
        for start in range(0, 40, part)
    ]
    np.testing.assert_allclose(np.concatenate(parts), together, rtol=1e-12)


def test_neighbouring_seeds_share_nobody() -> None:
    here, there = (draw_scores(600, TRAITS, seed) for seed in (1, 2))
    assert not np.isin(here[:, 0], there[:, 0]).any()


def test_scores_are_normal_and_independent() -> None:
    scores = draw_scores(20_000, TRAITS, 4)
    assert np.abs(scores.mean(axis=0)).max() < 0.04
    assert np.abs(scores.std(axis=0) - 1).max() < 0.03
    together = np.corrcoef(scores.T) - np.eye(len(TRAITS))
    assert np.abs(together).max() < 0.04
    assert abs(np.corrcoef(scores[:-1, 0], scores[1:, 0])[0, 1]) < 0.03  # nor with the next person


def test_results_do_not_hang_on_the_size_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for batch in (500, 17):
        monkeypatch.setattr(solving, "BATCH", batch)
        found.append(solve_many(msgspec.structs.replace(STANDING, seed=6), KNOWLEDGE, 50))
    for here, there in zip(found[0].spreads, found[1].spreads, strict=True):
        assert here.median == pytest.approx(there.median, rel=1e-5, abs=1e-5), here.quantity


def test_values_that_stand_for_several_people_give_nearly_the_same_quantiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = msgspec.structs.replace(STANDING, want=("nutation_right", "push_left"))
    whole = solve_many(asked, KNOWLEDGE, 1000)
    monkeypatch.setattr(solving, "Stream", partial(Stream, kept=200, part=256))
    thinned = solve_many(asked, KNOWLEDGE, 1000)
    for here, there in zip(whole.spreads, thinned.spreads, strict=True):
        wide = here.high - here.low
        ends = zip(
            (here.low, here.median, here.high), (there.low, there.median, there.high), strict=True
        )
        assert max(abs(one - other) for one, other in ends) < 0.03 * wide, here.quantity


def test_a_crowd_tells_how_many_are_done_and_what_they_come_to() -> None:
    crowd = solving.Crowd(msgspec.structs.replace(STANDING, want=("push_left",)), KNOWLEDGE, 1200)
    steps = iter(crowd)
    assert next(steps) == 500
    early = crowd.result()
    assert (early.people, early.notes[0]) == (500, "Stopped early: 500 of 1,200 people are done.")
    assert list(steps) == [1000, 1200]
    assert crowd.result() == solve_many(crowd.solver.scenario, KNOWLEDGE, 1200)


RIGHT_LEG = Scenario(posture="right_leg")


def test_a_pregnant_person_is_softer_by_a_factor_of_her_own() -> None:
    solver = Solver(msgspec.structs.replace(RIGHT_LEG, pregnant=True), KNOWLEDGE)
    scores = solver.draw(400, 0)
    here, there = solver.person(scores), Solver(RIGHT_LEG, KNOWLEDGE).person(scores)
    factor = here["ligament_scale"] / there["ligament_scale"]
    assert (factor.min(), np.median(factor), factor.max()) == pytest.approx(
        (0.3, 0.65, 1), abs=0.05
    )
    for name in ("symphysis_modulus", "preload_st", "preload_isl"):
        np.testing.assert_allclose(here[name] / there[name], factor)
    np.testing.assert_array_equal(here["friction"], there["friction"])


def test_softening_by_pregnancy_is_laxity() -> None:
    soft = solve_many(msgspec.structs.replace(RIGHT_LEG, laxity=0.6), KNOWLEDGE, 30)
    fixed = {"pregnancy_laxity": 0.6}
    pregnant = msgspec.structs.replace(RIGHT_LEG, pregnant=True, traits=fixed)
    found = solve_many(pregnant, KNOWLEDGE, 30)
    for here, there in zip(found.spreads, soft.spreads, strict=True):
        assert here.median == pytest.approx(there.median, rel=1e-4, abs=1e-5), here.quantity
    assert found.prediction
    assert any("in pregnancy is a working value" in note for note in found.notes)


def test_each_person_carries_a_share_of_the_weight_of_their_own() -> None:
    solver = Solver(RIGHT_LEG, KNOWLEDGE)
    scores = solver.draw(20, 0)
    trunk, leg = solver.prepare(scores).loads[:, 0, :2, 4].T
    person = solver.person(scores)
    assert trunk == pytest.approx(-person["weight_above_s1"] * 700)
    assert np.ptp(trunk) > 20
    assert leg == pytest.approx(-person["leg_weight"] * 700)
    more = msgspec.structs.replace(RIGHT_LEG, traits={"weight_above_s1": 0.57, "leg_weight": 0.2})
    loads = Solver(more, KNOWLEDGE).prepare(scores).loads[:, 0, :2, 4]
    assert loads == pytest.approx(np.tile([-0.57 * 700, -0.2 * 700], (20, 1)))


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_weight_of_a_standing_body_moves_towards_the_longer_leg(shift: float) -> None:
    """At 20 mm of difference 10 mm of the 176 between the hips, so that more bears on one."""
    traits = {"longer_leg_shift": shift, "hip_separation": 176.0}
    short = Scenario(posture="standing", shorter_leg={"left": 20}, traits=traits)
    held = [one for one in free_body(short, KNOWLEDGE).forces if one.by == "support"]
    force = {one.bone: float(np.linalg.norm(one.force)) for one in held}
    right, left = force["right_hip_bone"], force["left_hip_bone"]
    assert right / (right + left) == pytest.approx(0.5 + 20 * shift / 176, abs=0.002)


def test_mappings_are_taken_for_what_they_hold() -> None:
    """Python lets anything into a struct; what has the right keys is read as from a file."""
    plain = Scenario(posture="standing", belt={"tension": 50})  # type: ignore[arg-type]  # what is tried here
    held = Scenario(posture="standing", belt=Belt(tension=50))
    for here, there in zip(
        *(solve_many(one, KNOWLEDGE, 5).spreads for one in (plain, held)), strict=True
    ):
        assert here == there


def test_a_quantity_that_is_none_is_said_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"unknown quantity `nutation_rigt`.*`nutation_right`"):
        solve_many(RIGHT_LEG, KNOWLEDGE, 5)["nutation_rigt"]


def test_what_is_cut_has_no_quantity_and_a_muscle_beside_it_pulls_on() -> None:
    cut = Scenario(
        support="right_hip_bone_clamped", cut=("left_joint", "symphysis", "sacrotuberous"),
        muscles={"pelvic_floor_right": 1.0}, loads=(Load(bone="sacrum", force=(0, -50, 0)),),
    )  # fmt: skip
    names = {spread.quantity for spread in solve_many(cut, KNOWLEDGE, 5).spreads}
    assert not {"push_left", "turn_left", "symphysis_pull", "pull_st_right"} & names
    assert {"push_right", "turn_right", "pull_isl_right", "pull_pelvic_floor_right"} <= names
