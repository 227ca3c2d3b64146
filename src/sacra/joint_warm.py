"""`python -m sacra.joint_warm`: compile the kernel once, so that nobody waits for it later."""

from __future__ import annotations

from sacra.joint.solver import solve, solve_many
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Scenario


def main() -> None:
    """Solve some people standing, and one; half a minute the first time, nothing after."""
    standing, knowledge = Scenario(posture="standing"), load_knowledge()
    solve_many(standing, knowledge, 8)  # on all cores
    solve(standing, knowledge)  # in one


if __name__ == "__main__":
    main()
