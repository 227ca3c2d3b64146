"""Random people: from a handful of findings to most of them, mostly "no", some "not sure"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import read_case


def people(knowledge: Knowledge, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Random cases: from a handful of findings to most of them, mostly "no", some "not sure"."""
    rng = random.Random(seed)
    every = (f for f in knowledge.findings.values() if f.kind != "diary")
    entered = [f for f in every if not f.derived and f.id != "asks_about"]
    for _ in range(count):
        asked = rng.sample(entered, rng.choice([3, 10, 40, 150, len(entered)]))
        case = {f.id: answer(f, rng, rng.choice([0.02, 0.1, 0.3])) for f in asked}
        yield consistent(case, knowledge)


def answer(finding: Any, rng: random.Random, yes: float) -> Any:
    if finding.type == "number":
        return round(rng.uniform(finding.min, min(finding.max, 100)))
    if finding.type == "choice":
        return rng.choice(finding.choices or ("default", "gb"))
    return rng.choices([True, False, "unsure"], [yes, 1 - yes - 0.03, 0.03])[0]


def consistent(given: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """Drop findings that the rest says do not apply, one at a time."""
    while True:
        try:
            read_case(given, knowledge)
        except CaseError as problem:
            name = problem.what.split("`")[1]
            given = {key: value for key, value in given.items() if key != name}
        else:
            return given
