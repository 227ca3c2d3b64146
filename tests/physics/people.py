"""A few pelves to try the mechanics on."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
from scipy.spatial.transform import Rotation

from sacra.joint import plain
from sacra.joint.layout import Array, Pelves, Whole
from sacra.joint.population import draw_scores
from sacra.joint.quantities import Solved
from sacra.joint.solver import Solver
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Load, Scenario

KNOWLEDGE = load_knowledge()
STANDING = Scenario(posture="standing")
RIGHT_LEG = Scenario(posture="right_leg")
LEFT_LEG = Scenario(posture="left_leg")


def pushed(
    force: tuple[float, float, float], support: str = "two_legs", **more: object
) -> Scenario:
    """A force on S1."""
    load = Load(bone="sacrum", at="s1", force=force)
    return msgspec.convert(
        {"support": support, **more, "loads": [msgspec.to_builtins(load)]}, Scenario
    )


@lru_cache(maxsize=32)
def solved(scenario_json: bytes, count: int, seed: int = 5) -> Solved:
    scenario = msgspec.json.decode(scenario_json, type=Scenario)
    solver = Solver(scenario, KNOWLEDGE)
    return solver.solve(draw_scores(count, solver.traits, seed, solver.calibration))


def solve_for(scenario: Scenario, count: int = 12) -> Solved:
    """Some people in balance; the same call is answered once."""
    return solved(msgspec.json.encode(scenario), count)


def disturbed(seed: int = 3) -> tuple[Pelves, Array, Array, Array, Array, Whole]:
    """One person off balance: pelvis, places, turns, anchors, loads and their bodies."""
    rng = np.random.default_rng(seed)
    one = solve_for(STANDING).pelves.take(slice(seed, seed + 1))
    x = one.reference[0] + rng.normal(0, 0.3, (3, 3))
    r = Rotation.from_rotvec(rng.normal(0, 0.02, (3, 3))).as_matrix()
    y = plain.placed(one.contacts[0][:, :3], one.contact_pair, x, r, one.reference[0])[0]
    anchors = y + rng.normal(0, 0.3, y.shape)
    return one, x, r, anchors, rng.normal(0, 100, (2, 9)), np.array([0, 2])


def moved(x: Array, r: Array, step: Array) -> tuple[Array, Array]:
    """A pose after a small step [18]."""
    parts = step.reshape(3, 6)
    return x + parts[:, :3], Rotation.from_rotvec(parts[:, 3:]).as_matrix() @ r
