"""`python -m sacra.joint_warm`: compile the kernel once, so that nobody waits for it later."""

from __future__ import annotations

from sacra.joint.solve import solve
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Scenario


def main() -> None:
    """Solve one person standing; half a minute the first time, nothing after."""
    solve(Scenario(posture="standing"), load_knowledge())


if __name__ == "__main__":
    main()
