"""One way to time things."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def median_ms(work: Callable[[], object], repeats: int = 31) -> float:
    """The median wall-clock time of one call in milliseconds, after two calls to warm up."""
    work(), work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000
