"""The compiled kernel says what its plain twin says, and both are what calculus says."""

import numpy as np
import pytest

from sacra.joint import kernel, plain
from sacra.joint.population import draw_scores
from sacra.joint.quantities import measure
from sacra.joint.solver import Solver
from tests.physics.people import KNOWLEDGE, RIGHT_LEG, STANDING, disturbed, moved, pushed, solve_for


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rubs", [True, False])
def test_kernel_as_plain(seed: int, rubs: bool) -> None:
    one, x, r, anchors, loads, body = disturbed(seed)
    res, jac = plain.evaluate(one, x, r, anchors, rubs, loads, body)
    res2, jac2 = np.zeros(18), np.zeros((18, 18))
    kernel.evaluate(
        x, r, one.reference[0], one.fibres[0], one.contacts[0], one.springs[0], one.fibre_pair,
        one.contact_pair, one.spring_pair, anchors, rubs, loads, body, res2, jac2,
    )  # fmt: skip
    np.testing.assert_allclose(res2, res, rtol=1e-10, atol=1e-7)
    np.testing.assert_allclose(jac2, jac, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_tangent_as_differences(seed: int) -> None:
    one, x, r, anchors, loads, body = disturbed(seed)
    _, jac = plain.evaluate(one, x, r, anchors, True, loads, body)
    columns, h = [], 1e-6
    for j in range(18):
        step = np.zeros(18)
        step[j] = h
        up, down = (
            plain.evaluate(one, *moved(x, r, s), anchors, True, loads, body)[0]
            for s in (step, -step)
        )
        columns.append((up - down) / (2 * h))
    assert np.abs(np.stack(columns, 1) - jac).max() < 1e-6 * np.abs(jac).max()


@pytest.mark.parametrize("scenario", [STANDING, RIGHT_LEG, pushed((0, -300, 0), path=True)])
def test_whole_way_as_plain(scenario: object) -> None:
    """From the drawn person to the loaded one, history and all."""
    solver = Solver(scenario, KNOWLEDGE)  # type: ignore[arg-type]
    scores = draw_scores(3, solver.traits, 8, solver.calibration)
    fast = solver.solve(scores)
    for p in range(3):
        one = fast.pelves.take(slice(p, p + 1))
        steps = 10 if solver.scenario.path else 0
        x, r, anchors, status = plain.equilibrium(
            one, solver.setting.held, solver.setting.free, fast.loads[p], fast.body, steps, 1e-5
        )
        assert status == 0
        np.testing.assert_allclose(fast.places[p], x, atol=1e-5)
        np.testing.assert_allclose(fast.turns[p], r, atol=1e-7)
        np.testing.assert_allclose(fast.anchors[p], anchors, atol=1e-4)


def test_many_as_one_by_one() -> None:
    together = measure(solve_for(STANDING, 12))
    solver = Solver(STANDING, KNOWLEDGE)
    scores = draw_scores(12, solver.traits, 5, solver.calibration)
    for p in (0, 7, 11):
        alone = measure(solver.solve(scores[p : p + 1]))
        for name, value in alone.items():
            assert value[0] == pytest.approx(together[name][p], rel=1e-9, abs=1e-9), name
