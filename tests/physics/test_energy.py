"""Without friction the pelvis rolls downhill: what it stores less what loads do never grows."""

import numpy as np
import pytest

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.layout import Array, Pelves, Whole
from sacra.joint.solver import Solver
from sacra.kb.schema_joint import Scenario
from tests.physics.people import KNOWLEDGE, pushed


def smooth(force: tuple[float, float, float], support: str = "two_legs") -> Scenario:
    """A force on S1 of people whose joints do not rub."""
    return pushed(force, support, traits={"friction": 0.0})


def fibre_energy(rows: Array, y: Array) -> float:
    """Energy in N mm of whole ligaments: the pull over the stretch, toe and straight part."""
    k, slack, toe = rows[:, at.STIFFNESS], rows[:, at.SLACK], rows[:, at.TOE]
    strain = np.maximum(np.linalg.norm(y - rows[:, at.FIBRE_BASE], axis=1) / slack - 1, 0.0)
    bent = np.where(
        strain < toe, strain**3 / (6 * toe), (strain**2 - strain * toe) / 2 + toe**2 / 6
    )
    return float(np.sum(k * slack**2 * bent))


def contact_energy(rows: Array, y: Array) -> float:
    """The push over the gap: of k/2 (sqrt(g2 + d2) - g)."""
    gap, _, _ = plain.gaps(rows, y)
    root = np.hypot(gap, at.SMOOTH)
    area = (gap * root + at.SMOOTH**2 * np.arcsinh(gap / at.SMOOTH)) / 2 - gap**2 / 2
    return float(-np.sum(rows[:, at.NORMAL_STIFFNESS] / 2 * area))


def potential(one: Pelves, x: Array, r: Array, loads: Array, body: Whole) -> float:
    """What fibres, surfaces and the disc hold, less what dead forces have done, in N mm."""
    ref = one.reference[0]
    fibres, contacts, springs = one.fibres[0], one.contacts[0], one.springs[0]
    y = plain.placed(fibres[:, at.FIBRE_OTHER], one.fibre_pair, x, r, ref)[0]
    z = plain.placed(contacts[:, at.POINT], one.contact_pair, x, r, ref)[0]
    s = plain.placed(springs[:, :3], one.spring_pair, x, r, ref)[0]
    held = float(np.sum(springs[:, 3:] * (s - springs[:, :3]) ** 2)) / 2
    at_points = x[body] + np.einsum("nij,nj->ni", r[body], loads[:, :3] - ref[body])
    done = float(np.sum(loads[:, 3:6] * at_points))
    return fibre_energy(fibres, y) + contact_energy(contacts, z) + held - done


@pytest.mark.parametrize(
    "scenario",
    [
        smooth((0, -400, 0)),
        smooth((100, -600, 50)),
        smooth((0, -300, 0), "right_leg"),
    ],
)
def test_no_accepted_step_of_newton_gains_energy(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = Solver(scenario, KNOWLEDGE)
    ready = solver.prepare(solver.draw(6, 0))
    monkeypatch.setattr(plain, "STEPS", 1)  # one accepted step a call
    for p in range(6):
        one, loads = ready.pelves.take(slice(p, p + 1)), ready.loads[p, 0]
        anchors = np.zeros((one.contacts.shape[1], 3))
        x, r = settled(one, solver.setting.held, anchors)
        energy = [potential(one, x, r, loads, ready.body)]
        for _ in range(60):
            x, r, code = plain.newton(
                one, x, r, anchors, True, loads, ready.body, solver.setting.free, 1e-5
            )
            if code == 0:
                break
            energy.append(potential(one, x, r, loads, ready.body))
        assert code == 0
        assert len(energy) > 3
        assert np.diff(energy).max() < 1e-6 * abs(energy[-1] - energy[0])


def settled(one: Pelves, held: Array, anchors: Array) -> tuple[Array, Array]:
    """The unloaded pelvis in balance, where loading begins."""
    x, r, body = one.reference[0].copy(), np.stack([np.eye(3)] * 3), np.array([0])
    for _ in range(60):
        x, r, code = plain.newton(
            one, x, r, anchors, False, np.zeros((1, 9)), body, held, 1e-6
        )  # fmt: skip
        if code == 0:
            break
    return plain.stand(x, r, one.reference[0])


def test_forces_are_the_slope_of_the_energy() -> None:
    """So that the potential above is that of the model."""
    solver = Solver(smooth((0, -400, 0)), KNOWLEDGE)
    ready = solver.prepare(solver.draw(1, 2))
    one, loads, body = ready.pelves, ready.loads[0, 0], ready.body
    rng = np.random.default_rng(1)
    x, r = one.reference[0] + rng.normal(0, 0.2, (3, 3)), np.stack([np.eye(3)] * 3)
    res, _ = plain.evaluate(one, x, r, np.zeros((one.contacts.shape[1], 3)), True, loads, body)
    for b in range(len(at.BODIES)):
        for i in range(3):
            step = np.zeros((3, 3))
            step[b, i] = 1e-4
            up, down = (potential(one, x + s, r, loads, body) for s in (step, -step))
            assert -(up - down) / 2e-4 == pytest.approx(res[6 * b + i], rel=1e-5, abs=1e-3)
