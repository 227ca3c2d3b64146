"""The joint model: equilibria a second, beside its plain twin; one solve; a cold process; peers.

MuJoCo is the one in `tests/physics/peer.py`, which says what it cannot express.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._timing import median_ms
from sacra.joint import plain
from sacra.joint.population import draw_scores
from sacra.joint.quantities import measure
from sacra.joint.solver import BATCH, Solver, balance, solve, solve_many
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Load, Scenario
from tests.physics.peer import peer_of, simple

EXAMPLE = Path(__file__).parent.parent / "examples" / "joint" / "belt.yaml"
LOADED = Scenario(
    support="two_legs",
    loads=(Load(bone="sacrum", force=(0.0, -1000.0, 0.0), moment=(0.0, 0.0, -10.0)),),
)
_FE_SECONDS = 284
"""An open finite-element pelvis of 336,000 elements (4:44 min, on the machine of its authors)."""


def main() -> None:
    """Print rates and times, each beside what it is compared with."""
    knowledge = load_knowledge()
    solver = Solver(LOADED, knowledge)
    scores = draw_scores(BATCH, solver.traits, 1, solver.calibration)
    ready = median_ms(partial(solver.prepare, scores), 7) / 1000
    whole = median_ms(partial(solver.solve, scores), 7) / 1000
    rate = 2 * BATCH / (whole - ready)
    print(f"equilibria, friction inside Newton, 2 a person: {rate:,.0f} a second (wanted: 5,000); "
          f"with making the people {2 * BATCH / whole:,.0f}")  # fmt: skip
    plain_rate = 2 / _plain_seconds(solver)
    print(f"the plain twin: {plain_rate:,.0f} a second; ratio {rate / plain_rate:,.0f}")
    one = median_ms(partial(solve, LOADED, knowledge))
    print(f"one interactive solve, warm: {one:.1f} ms (wanted: under 5)")
    print(f"a published finite-element pelvis: {_FE_SECONDS} s a load case on another machine; "
          f"ratio {_FE_SECONDS * 1000 / one:,.0f}; here bone is rigid")  # fmt: skip
    _beside_mujoco(knowledge)
    start = time.perf_counter()
    solve_many(LOADED, knowledge, 2000)
    print(f"2,000 people with all their quantities: {time.perf_counter() - start:.1f} s")
    words = [sys.executable, "-m", "sacra", "joint", "run", str(EXAMPLE), "--people", "1"]
    cold = median_ms(lambda: subprocess.run(words, check=True, capture_output=True), 3)
    print(f"sacra joint run, cold process, compiled before: {cold / 1000:.1f} s (wanted: under 3)")


def _plain_seconds(solver: Solver) -> float:
    """Seconds that the plain twin takes for one person."""
    ready = solver.prepare(draw_scores(1, solver.traits, 1, solver.calibration))
    setting = solver.setting
    work = partial(plain.equilibrium, ready.pelves, setting.held, setting.free, ready.loads[0],
                   ready.body, 0, 1e-3)  # fmt: skip
    return median_ms(work, 3) / 1000


_PEERS = 20
_STILL = 1e-2
"""N of 483 N out of balance at which both stop."""


def _beside_mujoco(knowledge: Knowledge) -> None:
    """The same bare pelves on one leg in MuJoCo, one after another on one core."""
    solver = Solver(Scenario(posture="right_leg"), knowledge)
    scores = draw_scores(_PEERS, solver.traits, 1, solver.calibration)
    pairs, here, there = [], [], []
    for i in range(_PEERS):
        ready = simple(solver.prepare(scores[i : i + 1]))
        work = partial(balance, ready, solver.setting, 0, _STILL)
        with suppress(TimeoutError):
            start = time.perf_counter()
            theirs, _ = peer_of(ready, solver.setting, _STILL)
            there.append(time.perf_counter() - start)
            here.append(median_ms(work, 5) / 1000)
            pairs.append((work(), theirs))
    one, other = (1000 * float(np.median(seconds)) / 2 for seconds in (here, there))
    print(f"the same bare pelvis in MuJoCo: {other:.0f} ms an equilibrium, here {one:.2f} ms; "
          f"ratio {other / one:,.0f}; {len(pairs)} of {_PEERS} came to rest there")  # fmt: skip
    for name, unit in (("nutation_right", "deg"), ("move_left", "mm"), ("symphysis_shear", "N")):
        apart = [abs(measure(a)[name] - measure(b)[name])[0] for a, b in pairs]
        print(f"  {name} apart: median {np.median(apart):.4f}, at most {max(apart):.4f} {unit}")


if __name__ == "__main__":
    main()
