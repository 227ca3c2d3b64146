"""A ligament past its failure: the pull falls, both solvers agree, and it is said."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacra.joint import kernel, plain
from sacra.joint import layout as at
from sacra.joint.layout import Array
from sacra.joint.quantities import measure
from sacra.joint.solver import Solver
from sacra.kb.schema_joint import Load, Scenario
from tests.physics.people import KNOWLEDGE, STANDING, solve_for

STRAINS = st.floats(-0.5, 3.0)


def fibre(toe: float = 0.03, failure: float = 0.15, rupture: float = 0.6) -> Array:
    """One fibre along X from none, 10 mm slack, 100 N/mm."""
    row = np.zeros((1, at.FIBRE_WIDTH))
    row[0, at.STIFFNESS], row[0, at.SLACK] = 100.0, 10.0
    row[0, [at.TOE, at.FAILURE, at.RUPTURE]] = toe, failure, rupture
    return row


def pull(row: Array, strain: float) -> float:
    return float(plain.fibre_forces(row, np.array([[10 * (1 + strain), 0.0, 0.0]]))[2][0])


@given(STRAINS, st.floats(0.01, 0.06), st.floats(0.08, 0.25), st.floats(1.5, 5.0))
def test_the_pull_rises_to_failure_and_falls_to_none(
    strain: float, toe: float, failure: float, far: float
) -> None:
    row = fibre(toe, failure, failure * far)
    most = 100 * 10 * (failure - toe / 2)
    here, on = pull(row, strain), pull(row, strain + 1e-3)
    assert 0 <= here <= most * (1 + 1e-12)
    if strain + 1e-3 < failure:
        assert here <= on
    if strain > failure:
        assert here >= on
    if strain >= failure * far or strain <= 0:
        assert here == pytest.approx(0, abs=1e-9)
    assert abs(on - here) < 5e-3 * 1000 * max(1.0, failure / (failure * (far - 1)) * np.pi / 2)


@given(STRAINS, st.floats(0.08, 0.25), st.floats(1.5, 5.0))
def test_kernel_as_plain(strain: float, failure: float, far: float) -> None:
    row = fibre(0.03, failure, failure * far)
    y = np.array([[6.0, 8.0, 0.0]]) * (1 + strain)
    force, stiff, _ = plain.fibre_forces(row, y)
    force2, stiff2 = np.zeros(3), np.zeros((3, 3))
    kernel._fibre(row[0], y[0], force2, stiff2)
    np.testing.assert_allclose(force2, force[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(stiff2, stiff[0], rtol=1e-9, atol=1e-9)


def test_a_whole_pelvis_does_not_feel_it() -> None:
    """As long as nothing is stretched to failure, tearing changes nothing."""
    held, may = (
        measure(solve_for(msgspec.structs.replace(STANDING, tear=t))) for t in (False, True)
    )
    whole = held["failure"] < 1
    assert whole.sum() > 6
    np.testing.assert_allclose(held["turn_right"][whole], may["turn_right"][whole], rtol=1e-9)


def test_past_failure_the_joint_gives_way_and_newton_still_finds_a_balance() -> None:
    """Turned by a moment that strains single joints of many people past failure."""
    scenario = Scenario(
        support="left_hip_bone_clamped", cut=("right_joint", "symphysis", "iliolumbar"),
        loads=(Load(bone="sacrum", at="sacral_centre", moment=(0.0, -34.0, 0.0)),),
    )  # fmt: skip
    runs = {t: solve_for(msgspec.structs.replace(scenario, tear=t), 160) for t in (False, True)}
    held, torn = runs[False], runs[True]
    assert held.ok.sum() >= 155
    past = torn.ok & (measure(torn)["failure"] > 1)
    assert past.sum() >= 5
    assert (measure(torn)["turn_left"][past] > measure(held)["turn_left"][past]).all()
    lost = held.ok & ~torn.ok  # torn apart: all of them were past failure already
    assert (measure(held)["failure"][lost] > 1).all()
    tissue = torn.pelves.springs[:, torn.pelves.spring_pair == 1, 3:]
    assert (tissue[past | lost] == 0).all()  # what is behind the joint is gone with it
    assert (tissue > 0).any()


def test_both_solvers_agree_past_failure() -> None:
    solver = Solver(msgspec.structs.replace(STANDING, tear=True), KNOWLEDGE)
    ready = solver.prepare(solver.draw(1, 3))
    ready.pelves.fibres[..., at.TOE] = 0.002
    ready.pelves.fibres[..., at.FAILURE] = 0.005
    ready.pelves.fibres[..., at.RUPTURE] = 0.5
    one, x, r = ready.pelves, ready.pelves.reference[0] + [[0.5, -0.4, 0], [0] * 3, [0] * 3], None
    r = np.stack([np.eye(3)] * 3)
    anchors = np.zeros((one.contacts.shape[1], 3))
    res, jac = plain.evaluate(one, x, r, anchors, True, ready.loads[0, 0], ready.body)
    res2, jac2 = np.zeros(18), np.zeros((18, 18))
    kernel.evaluate(
        x, r, one.reference[0], one.fibres[0], one.contacts[0], one.springs[0], one.fibre_pair,
        one.contact_pair, one.spring_pair, anchors, True, ready.loads[0, 0], ready.body, res2,
        jac2,
    )  # fmt: skip
    np.testing.assert_allclose(res2, res, rtol=1e-10, atol=1e-7)
    np.testing.assert_allclose(jac2, jac, rtol=1e-9, atol=1e-6)
