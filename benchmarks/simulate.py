"""Virtual people for twelve weeks on all cores; beside it, drawing their pain alone with NumPy."""

from __future__ import annotations

import os
import time

from sacra.cohort.simulate import WEEKS, simulate, stream

PEOPLE = 10_000


def main() -> None:
    """Print the time of all virtual people, and that of the random numbers alone."""
    start = time.perf_counter()
    tally = simulate(PEOPLE, seed=1, workers=os.cpu_count() or 1)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    for number in range(PEOPLE):
        stream(1, number).standard_normal((7 * WEEKS, 16))
    drawn = time.perf_counter() - start
    print(f"{PEOPLE} people, {WEEKS} weeks: {seconds:.1f} s (wanted: under 60); "
          f"their random numbers alone {drawn:.2f} s, ratio {seconds / drawn:.0f}")  # fmt: skip
    print(f"through pain {len(tally.through_pain)}, restless {len(tally.restless)}, "
          f"dangers {len(tally.dangers)}, sent the same day {len(tally.escalated)}")  # fmt: skip


if __name__ == "__main__":
    main()
