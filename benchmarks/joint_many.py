"""A million virtual people of the joint model: how long they take, and the memory they need.

Memory must not grow with people: that of half a million and of a million stand below each other
for that. Ten minutes on two free cores, half an hour on busy ones.
"""

from __future__ import annotations

import resource
import time

from sacra.joint.solver import Crowd
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Scenario

_AT = (500, 10_000, 100_000, 200_000, 500_000, 1_000_000)
"""People after which memory is told; from 100,000 on values stand for more than one person."""


def main() -> None:
    """Print seconds and the largest memory of this process after so many people."""
    crowd = Crowd(Scenario(posture="standing"), load_knowledge(), _AT[-1])
    start = time.perf_counter()
    for done in crowd:
        if done in _AT:
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux: KB
            print(f"{done:,} people: {time.perf_counter() - start:,.0f} s, at most {most:.0f} MB",
                  flush=True)  # fmt: skip
    result = crowd.result()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    turn = result["turn_right"]
    print(f"with the quantiles: at most {most:.0f} MB; turn_right {turn.median:.4f} deg "
          f"({turn.low:.4f} to {turn.high:.4f})")  # fmt: skip


if __name__ == "__main__":
    main()
