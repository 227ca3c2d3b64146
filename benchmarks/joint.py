"""The joint model: equilibria a second, beside its plain twin; one solve; a cold process; peers."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks._timing import median_ms
from sacra.joint import plain
from sacra.joint.population import draw_scores
from sacra.joint.solve import BATCH, Solver, solve, solve_many
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Load, Scenario

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


if __name__ == "__main__":
    main()
