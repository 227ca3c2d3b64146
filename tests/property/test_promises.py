"""The promises of DESIGN.md on generated people."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Intervention
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case
from sacra.reasoning.differential import chances
from sacra.reasoning.plan import items_of
from sacra.reasoning.triage import rank
from sacra.rules.readings import decide
from tests.conftest import NIGHTLY
from tests.people import consistent, people

PEOPLE = 20_000 if NIGHTLY else 2_000


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


def test_not_known_is_never_no(knowledge: Knowledge) -> None:
    """Promise 3: forgetting answers never frees an item that the answers kept back."""
    rng = random.Random(7)
    for given in people(knowledge, PEOPLE // 10, seed=7):
        asked = {key: value for key, value in given.items() if rng.random() < 0.7 or value is True}
        asked = {key: value for key, value in asked.items() if value is not False}
        fewer = assess(read_case(consistent(asked, knowledge), knowledge), knowledge)
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


def test_what_is_offered_keeps_its_mark(crowd: list[Assessment], knowledge: Knowledge) -> None:
    """What was recalled, or is a working value, says so in the plan, and so does its dose."""
    for answer in crowd:
        for name, offer in items_of(answer.plan).items():
            assert offer.mark == knowledge.items[name].mark
        for offered in answer.plan.offered:
            dose = knowledge.items[offered.intervention].dose
            assert (offered.dose, offered.dose_mark) == (
                (dose.text, dose.mark) if dose else ("", None)
            )
        for dispute in answer.plan.disputes:
            assert dispute.mark == knowledge.claims[dispute.claim].mark
