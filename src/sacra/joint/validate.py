"""The model beside what was published: each measurement restated with its own fixation.

The same people go through every run of a measurement, so that a difference between two runs is
one within people.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import numpy as np

from sacra.joint.layout import Array
from sacra.joint.population import draw_scores, traits_of
from sacra.joint.refuse import refuse_unclear
from sacra.joint.result import unit_of
from sacra.joint.solver import values_of
from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Comparison, Measurement, Scenario, Term

PEOPLE = 200
MOST_PEOPLE = 100_000
"""They are held in memory all at once."""
_SURE = 0.8
"""The share of people in whom a sign or an order has to hold."""
_WIDE = 1.645
"""Standard deviations from the middle to the end of a 90 % interval."""

Values = dict[str, dict[str, Array]]


class Row(msgspec.Struct, frozen=True, gc=False):
    """One comparison: what was predicted, what was published, and whether they agree.

    For a sign or an order `share` is that of people in whom it holds, and the interval that of
    the first term. `failed` people found no balance in some run and are left out; where nobody
    did, the interval is not a number and nothing agrees.
    """

    measurement: str
    phenomenon: str
    weight: str
    label: str
    kind: str
    unit: str
    low: float
    median: float
    high: float
    published: str
    share: float | None
    agrees: bool
    misfit: str
    mark: str
    failed: int


class Report(msgspec.Struct, frozen=True, gc=False):
    """All comparisons, and the measurements that could not be restated, with why."""

    rows: tuple[Row, ...]
    not_restated: dict[str, str]
    people: int

    def share(self, *kinds: str) -> tuple[int, int]:
        """How many rows of these kinds agree, and how many there are."""
        rows = [row for row in self.rows if row.kind in kinds]
        return sum(row.agrees for row in rows), len(rows)


ORDINAL = ("sign", "order")


def validate_joint(
    measurements: dict[str, Measurement], knowledge: Knowledge, people: int = PEOPLE
) -> Report:
    """Run every measurement, and compare.

    Raises:
        CaseError: a measurement names what is not there, a run is impossible, or `people` is.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise CaseError("people", f"is {people:,}; give 1 to {MOST_PEOPLE:,}")
    rows, without = [], {}
    traits, calibration = traits_of(knowledge.anatomy), knowledge.calibration.get("joint")
    scores = draw_scores(people, traits, 1, calibration)
    for name, one in measurements.items():
        rows += _rows(one, knowledge, scores)
        if not one.runs:
            without[name] = one.misfit
    return Report(tuple(rows), without, people)


def _rows(one: Measurement, knowledge: Knowledge, scores: Array) -> list[Row]:
    try:
        refuse_unclear(one)
        values = run_all(one.runs, knowledge, scores)
        return [_row(one, comparison, values, len(scores)) for comparison in one.compare]
    except CaseError as problem:
        raise CaseError(f"{one.id}.yaml, {problem.where}", problem.what) from None


def run_all(runs: dict[str, Scenario], knowledge: Knowledge, scores: Array) -> Values:
    """The quantities of each run, of the people who found a balance in all of them."""
    solved = {name: _run(name, run, knowledge, scores) for name, run in runs.items()}
    ok = np.all([found for _, found in solved.values()], axis=0)
    return {name: {q: v[ok] for q, v in values.items()} for name, (values, _) in solved.items()}


def _run(
    name: str, run: Scenario, knowledge: Knowledge, scores: Array
) -> tuple[dict[str, Array], Any]:
    try:
        return values_of(run, knowledge, scores)
    except CaseError as problem:
        raise CaseError(f"run {name}, {problem.where}", problem.what) from None


_SIZED = ("turn_right", "turn_left")


def predicted(term: Term, values: Values) -> Array:
    """What a term comes to in each person.

    Raises:
        CaseError: its quantity is unknown, or `size` is asked of another than a turn.
    """
    known = values[term.run]
    if term.quantity not in known:
        near = nearest(term.quantity, known)
        raise CaseError("compare", f"run {term.run} has no quantity `{term.quantity}`{near}")
    if term.size:
        if term.quantity not in _SIZED:
            raise CaseError("compare", f"`size` is of {' or '.join(_SIZED)}, not of the rest")
        side = term.quantity.removeprefix("turn_")
        names = [f"turn_{axis}_{side}" for axis in "xyz"]
        parts = [values[term.run][name] - values[term.minus][name] for name in names]
        return np.asarray(np.linalg.norm(parts, axis=0))
    value = values[term.run][term.quantity]
    if term.minus:
        value = value - values[term.minus][term.quantity]
    if term.over:
        base = values[term.over][term.quantity]
        value = value / base if term.ratio else 100 * (value / base - 1)
    return np.asarray(term.times * value)


def _row(one: Measurement, comparison: Comparison, values: Values, people: int) -> Row:
    terms = [predicted(term, values) for term in comparison.of]
    found = len(terms[0])
    low, median, high = np.percentile(terms[0], [5, 50, 95]) if found else [np.nan] * 3
    share = _share(comparison, terms, people) if found else None
    agrees = share >= _SURE if share is not None else found and _agrees(comparison, terms[0])
    return Row(
        one.id, one.phenomenon, one.weight, comparison.label or one.quantity, comparison.kind,
        _unit(comparison.of[0]),
        float(low), float(median), float(high), _published(comparison), share, bool(agrees),
        "" if agrees else one.misfit, one.mark, people - found,
    )  # fmt: skip


def _unit(term: Term) -> str:
    if term.over:
        return "" if term.ratio else "%"
    return unit_of(term.quantity).replace("1", "")


def _share(comparison: Comparison, terms: list[Array], people: int) -> float | None:
    """The share of all people in whom it holds: it does in nobody who found no balance."""
    if comparison.kind == "sign":
        return float(np.sum(terms[0] > 0)) / people
    if comparison.kind == "order":
        steps = [above > below for above, below in pairwise(terms)]
        return float(np.sum(np.all(steps, axis=0))) / people
    return None


def _agrees(comparison: Comparison, predicted: Array) -> bool:
    low, median, high = np.percentile(predicted, [5, 50, 95])
    if comparison.kind == "range":
        assert comparison.low is not None
        assert comparison.high is not None
        return bool(comparison.low <= median <= comparison.high)
    value = comparison.value
    assert value is not None
    if comparison.kind == "below":
        return bool(np.quantile(predicted, comparison.quantile) <= value)
    if comparison.kind == "factor":
        assert comparison.factor is not None
        return bool(value / comparison.factor <= median <= value * comparison.factor)
    spread = comparison.spread or 0.0
    overlap = low <= value + _WIDE * spread and high >= value - _WIDE * spread
    return bool(abs(median - value) <= 2 * spread or overlap)


def _published(comparison: Comparison) -> str:
    if comparison.kind in ORDINAL:
        return comparison.kind
    if comparison.kind == "range":
        return f"{comparison.low:g} to {comparison.high:g}"
    if comparison.kind == "below":
        share = "" if comparison.quantile == 0.5 else f" in {comparison.quantile:.1%} of people"
        return f"at most {comparison.value:g}{share}"
    if comparison.kind == "factor":
        return f"{comparison.value:g}, within a factor {comparison.factor:g}"
    return f"{comparison.value:g} ± {comparison.spread:g}"
