"""Our balance beside that of MuJoCo, where both can be told exactly the same pelvis."""

import numpy as np
import pytest

from sacra.joint.population import draw_scores
from sacra.joint.quantities import measure
from sacra.joint.solver import Solver, balance
from tests.physics.peer import peer_of, simple
from tests.physics.people import KNOWLEDGE, RIGHT_LEG

_DEGREES, _MM, _NEWTON = 1e-3, 1e-3, 0.05
"""How far the two may differ: each stops within 0.001 N of balance, of 483 N."""
_MOTION = [f"{what}_{axis}_{side}" for what in ("turn", "move") for axis in "xyz"
           for side in ("right", "left")]  # fmt: skip


@pytest.mark.parametrize("number", range(3))
def test_motion_ligaments_and_symphysis_as_in_mujoco(number: int) -> None:
    """On one leg, without friction: other people's engine finds the same balance."""
    solver = Solver(RIGHT_LEG, KNOWLEDGE)
    scores = draw_scores(3, solver.traits, 4, solver.calibration)[number : number + 1]
    ready = simple(solver.prepare(scores))
    ours = balance(ready, solver.setting, 0, 1e-4)
    assert ours.ok[0]
    theirs, peer = peer_of(ready, solver.setting, 1e-3)
    here, there = measure(ours), measure(theirs)
    for name in _MOTION:
        assert abs(here[name] - there[name])[0] < (_DEGREES if name[0] == "t" else _MM), name
    x, y, z = peer.disc()
    pull, shear = (here[f"symphysis_{way}"][0] / 2 for way in ("pull", "shear"))  # told twice here
    assert abs(pull - z) < _NEWTON
    assert abs(shear - np.hypot(x, y)) < _NEWTON
    pulls, names = peer.pulls(), np.array(ready.pelves.ligament)
    for pair, side in enumerate(("right", "left")):
        for name in dict.fromkeys(names[ready.pelves.fibre_pair == pair]):
            own = (names == name) & (ready.pelves.fibre_pair == pair)
            assert abs(pulls[own].sum() - here[f"pull_{name}_{side}"][0]) < _NEWTON * own.sum()
