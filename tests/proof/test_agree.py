"""The model is the program: four readings of the same rules on the same cases.

The plain fold, the bulk evaluator, the solver's terms worked out by NumPy, and the running
program, over generated people; 100,000 of them at night.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import z3
from numpy.typing import NDArray

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import URGENCIES
from sacra.proof.agree import every_rule, state, states
from sacra.proof.logic import Known
from sacra.proof.prover import Prover
from sacra.proof.world import likely_tests
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case
from sacra.reasoning.differential import chances
from sacra.reasoning.plan import items_of
from sacra.reasoning.triage import rank
from sacra.rules.language import Likely, leaves
from sacra.rules.readings import Reading, decide_in_bulk
from tests.conftest import NIGHTLY
from tests.people import people
from tests.proof.terms import Bulk

PEOPLE = 100_000 if NIGHTLY else 500
BATCH = 5_000


class Crowd:
    """People with their runs, as columns for the terms and for the bulk evaluator."""

    def __init__(self, prover: Prover, count: int, seed: int) -> None:
        self.prover, knowledge = prover, prover.knowledge
        self.given = list(people(knowledge, count, seed))
        self.runs = [assess(read_case(given, knowledge), knowledge) for given in self.given]
        columns = dict(self._entered()) | dict(self._settled()) | dict(self._chances())
        self.terms = Bulk(columns, count)

    def _entered(self) -> Any:
        for name, known in self.prover.world.entered.known.items():
            low = self.prover.knowledge.findings[name].min or 0
            yield from _columns(known, [case.get(name) for case in self.given], low)
        for item in self.prover.knowledge.items:
            yield self.prover.world.asks_about(item).decl().name(), np.zeros(len(self.given), bool)

    def _settled(self) -> Any:
        for name, known in self.prover.world.facts.known.items():
            yield from _columns(known, [run.case.findings.get(name) for run in self.runs])

    def _chances(self) -> Any:
        readings = [Reading(run.case.findings, chances(run.differential)) for run in self.runs]
        for test in likely_tests(self.prover.knowledge):
            said = np.array([reading.decide(test) for reading in readings])
            yield self.prover.world.likely(test).decl().name(), said

    def of(self, say: Callable[[Assessment], Any]) -> NDArray[Any]:
        return np.array([say(run) for run in self.runs])


def _columns(known: Known, values: list[Any], low: float = 0) -> Any:
    """The columns of one finding; `low` stands for a number that is not given."""
    said = np.array([state(value) for value in values])
    for term, column in zip(states(known), said.T, strict=True):
        if term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            yield term.decl().name(), column
    if known.value is not None:
        numbers = [_number(known, value) if state(value)[3] else low for value in values]
        yield known.value.decl().name(), np.array(numbers, float)


def _number(known: Known, value: Any) -> float:
    return float(known.choices.index(value) if known.choices else value)


@pytest.fixture(scope="module")
def prover(knowledge: Knowledge) -> Prover:
    return Prover(knowledge)


@pytest.fixture(scope="module", params=range(-(-PEOPLE // BATCH)))
def crowd(request: pytest.FixtureRequest, prover: Prover) -> Crowd:
    return Crowd(prover, min(BATCH, PEOPLE), seed=1000 + request.param)


def test_every_run_is_one_of_the_worlds_cases(crowd: Crowd) -> None:
    """What the terms say is true of every case is true of each."""
    for term in crowd.prover.world.bounds:
        wrong = ~crowd.terms(term)
        assert not wrong.any(), (term, crowd.given[int(np.argmax(wrong))])


def test_terms_and_runs_give_the_same_urgency(crowd: Crowd) -> None:
    advice = crowd.prover.advice
    for urgency in URGENCIES:
        said = crowd.of(lambda run: rank(run.triage.at_least)) >= rank(urgency)
        assert (crowd.terms(advice.at_least(urgency)) == said).all(), urgency
    said = crowd.of(lambda run: run.triage.urgency == "self_care")
    assert (crowd.terms(advice.self_care) == said).all()


def test_terms_and_runs_offer_the_same(crowd: Crowd) -> None:
    offered, offers = 0, [items_of(run.plan) for run in crowd.runs]
    for name, term in crowd.prover.advice.offered.items():
        said = np.array([name in found for found in offers])
        offered += int(said.sum())
        wrong = crowd.terms(term) != said
        assert not wrong.any(), (name, crowd.given[int(np.argmax(wrong))])
    assert offered > len(crowd.runs)


def test_plain_bulk_and_terms_read_every_rule_alike(crowd: Crowd) -> None:
    """Each rule of the knowledge that reads no probability, on what is known of each person."""
    findings = [run.case.findings for run in crowd.runs]
    readings = [Reading(values) for values in findings]
    names = crowd.prover.knowledge.findings
    known = {
        n: np.array([v.get(n) is not None and v.get(n) != "unsure" for v in findings])
        for n in names
    }
    columns = {n: np.array([v.get(n) for v in findings], object) for n in names}
    for rule in dict.fromkeys(every_rule(crowd.prover.knowledge)):
        if any(isinstance(leaf, Likely) for leaf in leaves(rule)):
            continue
        plain = [reading.decide(rule) for reading in readings]
        true, false = decide_in_bulk(rule, columns, known)
        by_terms = crowd.prover.world.facts.read(rule)
        assert (true == np.array([p is True for p in plain])).all(), rule
        assert (false == np.array([p is False for p in plain])).all(), rule
        assert (crowd.terms(by_terms[0]) == true).all(), rule
        assert (crowd.terms(by_terms[1]) == false).all(), rule
