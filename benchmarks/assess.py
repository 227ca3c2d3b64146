"""The whole of `assess`, warm, over every case file; then a cold process and its memory."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._timing import median_ms
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case
from sacra.reasoning.evaluate import read_case_file

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "si_pain_examined.yaml"


def main() -> None:
    """Print the warm median, the cold start beside a bare interpreter, and peak memory."""
    knowledge = load_knowledge()
    paths = sorted((ROOT / "tests" / "cases").rglob("*.yaml"))
    cases = [read_case_file(p.stem, read_file(p), knowledge).case for p in paths]
    times = [median_ms(partial(_whole, case, knowledge), 5) for case in cases]
    print(f"assess, warm, {len(cases)} cases: median {statistics.median(times):.2f} ms "
          f"(wanted: under 5), slowest {max(times):.2f} ms")  # fmt: skip
    cold = median_ms(lambda: _run("-m", "sacra", "assess", str(EXAMPLE)), 5)
    bare = median_ms(lambda: _run("-c", "import numpy, scipy.special"), 5)
    print(f"sacra assess, cold process: {cold / 1000:.2f} s (wanted: under 1); "
          f"importing NumPy and SciPy alone: {bare / 1000:.2f} s")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:.0f} MB (wanted: under 200)")


def _whole(case: Case, knowledge: Knowledge) -> tuple[Any, ...]:
    """With all that an assessment works out only when it is looked at."""
    answer = assess(case, knowledge)
    return answer.plan, answer.enquiry


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
