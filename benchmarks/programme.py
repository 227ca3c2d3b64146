"""A programme for every own case, and the same search tried out in full where that can be done."""

from __future__ import annotations

import statistics
from functools import partial
from pathlib import Path

from benchmarks._timing import median_ms
from sacra.kb.load import load_knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import assess
from sacra.reasoning.choose import Limits, Option, choose
from sacra.reasoning.evaluate import read_case_file
from sacra.reasoning.programme import build_programme
from sacra.reasoning.wishes import Wishes
from tests.plain_choose import best

CASES = Path(__file__).parent.parent / "tests" / "cases" / "own"
WISHES = (Wishes(), Wishes(minutes=10, positions=("sitting", "standing")), Wishes(minutes=30))


def main() -> None:
    """Print the median over cases and wishes, and the exact search beside trying everything."""
    knowledge = load_knowledge()
    times = []
    for path in sorted(CASES.glob("*.yaml")):
        case = read_case_file(path.stem, read_file(path), knowledge).case
        plan = assess(case, knowledge).plan
        times += [
            median_ms(partial(build_programme, plan, wishes, None, knowledge), 5)
            for wishes in WISHES
        ]
    median = statistics.median(times)
    print(f"build_programme, {len(times)} cases and wishes: median {median:.1f} ms "
          f"(wanted: under 100), slowest {max(times):.1f} ms")  # fmt: skip
    options, limits = _small()
    fast = median_ms(partial(choose, options, limits), 15)
    plain = median_ms(partial(best, options, limits), 3)
    print(f"18 options, 4 needs: exact search {fast:.1f} ms, every combination {plain:.1f} ms, "
          f"ratio {plain / fast:.0f}")  # fmt: skip


def _small() -> tuple[list[Option], Limits]:
    every_day = (120, 180, 90, 240, 150, 60)
    options = [
        Option(f"ex_{i}", (every_day[i % 6],) * 7, frozenset([i % 4, (i * 7) % 4]), i % 9, new=True)
        for i in range(18)
    ]
    return options, Limits(600, 5, 5, 4, frozenset())


if __name__ == "__main__":
    main()
