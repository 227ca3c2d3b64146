"""The promises of DESIGN.md on generated people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Intervention
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, read_case, settle
from sacra.reasoning.differential import chances
from sacra.reasoning.plan import items_of
from sacra.reasoning.triage import rank, triage_case
from sacra.rules.readings import decide
from tests.conftest import NIGHTLY

PEOPLE = 20_000 if NIGHTLY else 2_000


def people(knowledge: Knowledge, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Random cases: from a handful of findings to most of them, mostly "no", some "not sure"."""
    rng = random.Random(seed)
    entered = [f for f in knowledge.findings.values() if not f.derived and f.id != "asks_about"]
    for _ in range(count):
        asked = rng.sample(entered, rng.choice([3, 10, 40, 150, len(entered)]))
        case = {f.id: _value(f, rng, rng.choice([0.02, 0.1, 0.3])) for f in asked}
        yield _consistent(case, knowledge)


def _value(finding: Any, rng: random.Random, yes: float) -> Any:
    if finding.type == "number":
        return round(rng.uniform(finding.min, min(finding.max, 100)))
    if finding.type == "choice":
        return rng.choice(finding.choices or ("default", "gb"))
    return rng.choices([True, False, "unsure"], [yes, 1 - yes - 0.03, 0.03])[0]


def _consistent(given: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """Drop findings that the rest says do not apply, one at a time."""
    while True:
        try:
            read_case(given, knowledge)
        except CaseError as problem:
            name = problem.what.split("`")[1]
            given = {key: value for key, value in given.items() if key != name}
        else:
            return given


@pytest.fixture(scope="module")
def crowd(knowledge: Knowledge) -> list[Assessment]:
    cases = people(knowledge, PEOPLE, seed=11)
    return [assess(read_case(given, knowledge), knowledge) for given in cases]


def test_no_plan_offers_what_is_barred_unanswered_or_held(
    crowd: list[Assessment], knowledge: Knowledge
) -> None:
    """Promise 1, judged by reading every gate again, item by item, without the plan's code."""
    offered = 0
    for answer in crowd:
        odds = chances(answer.differential)
        for name in items_of(answer.plan):
            offered += 1
            item = knowledge.items[name]
            assert not set(item.classes) & set(answer.triage.holds), name
            for gate in _every_gate(item, knowledge):
                if gate.effect in ("block", "clinician"):
                    assert decide(gate.when, answer.case.findings, odds) is False, (name, gate.why)
    assert offered > len(crowd)  # safe by being empty is a failure


def _every_gate(item: Intervention, knowledge: Knowledge) -> list[Any]:
    gates = list(item.gates)
    for action in item.classes:
        gates += knowledge.hazards[action].gates if action in knowledge.hazards else ()
    for whole in item.part_of:
        gates += _every_gate(knowledge.interventions[whole], knowledge)
    return gates


def test_nothing_is_offered_at_same_day_or_above(crowd: list[Assessment]) -> None:
    for answer in crowd:
        if rank(answer.triage.urgency) >= rank("same_day"):
            assert not items_of(answer.plan)
            assert answer.plan.now is not None
            assert answer.plan.now.do


def test_one_more_red_flag_never_lowers_the_urgency(knowledge: Knowledge) -> None:
    """Promise 2: answering yes to an alarm that acts alone."""
    alone = sorted(frozenset().union(*knowledge.acts_alone.values()))
    alone = [name for name in alone if not knowledge.findings[name].derived]
    rng = random.Random(5)
    for given in people(knowledge, PEOPLE // 4, seed=5):
        alarm = rng.choice(alone)
        before = _at_least(given, knowledge)
        given = _consistent({**given, alarm: True}, knowledge)
        if given.get(alarm) is True:
            assert rank(_at_least(given, knowledge)) >= rank(before), (alarm, given)


def _at_least(given: dict[str, Any], knowledge: Knowledge) -> str:
    return triage_case(settle(read_case(given, knowledge), knowledge), knowledge).at_least


def test_not_known_is_never_no(knowledge: Knowledge) -> None:
    """Promise 3: forgetting answers never frees an item that the answers kept back."""
    rng = random.Random(7)
    for given in people(knowledge, PEOPLE // 10, seed=7):
        asked = {key: value for key, value in given.items() if rng.random() < 0.7 or value is True}
        asked = {key: value for key, value in asked.items() if value is not False}
        fewer = assess(read_case(_consistent(asked, knowledge), knowledge), knowledge)
        odds = chances(fewer.differential)
        for name in items_of(fewer.plan):
            for gate in _every_gate(knowledge.items[name], knowledge):
                if gate.effect in ("block", "clinician"):
                    assert decide(gate.when, fewer.case.findings, odds) is False


def test_every_number_has_an_origin_and_a_mark(
    crowd: list[Assessment], knowledge: Knowledge
) -> None:
    """Promise 4."""
    for answer in crowd[:200]:
        for one in answer.differential:
            assert 0 <= one.low <= one.high <= 1
            assert 0 <= one.probability <= 1
            for weight in one.weights:
                assert weight.origin in ("own", "same_site", "elsewhere")
                assert weight.mark in ("verified", "recalled", "working_value")
                assert weight.sources
                assert all(source in knowledge.sources for source in weight.sources)


def test_the_same_case_gives_the_same_bytes(knowledge: Knowledge) -> None:
    """Promise 8."""
    for given in people(knowledge, 40, seed=3):
        first, second = (
            assess(Case(dict(sorted(given.items(), reverse=turn))), knowledge)
            for turn in (False, True)
        )
        for part in ("triage", "differential", "plan", "enquiry"):
            a, b = (msgspec.json.encode(getattr(x, part)) for x in (first, second))
            assert a == b, part


def test_a_finished_check_is_never_undetermined(knowledge: Knowledge) -> None:
    """Answer whatever is open at random, "not sure" included, until nothing is."""
    rng = random.Random(9)
    for given in people(knowledge, 60, seed=9):
        for _ in range(12):
            triage = triage_case(settle(read_case(given, knowledge), knowledge), knowledge)
            if not triage.unanswered:
                break
            answers = {
                name: _value(knowledge.findings[name], rng, 0.05) for name in triage.unanswered
            }
            given = _consistent({**given, **answers}, knowledge)
        assert triage.urgency != "undetermined", triage.unanswered
