"""Urgency on generated people: it rises with alarms, it ends, and it repeats itself exactly."""

from __future__ import annotations

import random
from typing import Any

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import rank, triage_case
from tests.conftest import NIGHTLY
from tests.people import answer, consistent, people

PEOPLE = 5_000 if NIGHTLY else 500


def test_one_more_red_flag_never_lowers_the_urgency(knowledge: Knowledge) -> None:
    """Promise 2: answering yes to an alarm that acts alone."""
    alone = sorted(frozenset().union(*knowledge.acts_alone.values()))
    alone = [name for name in alone if not knowledge.findings[name].derived]
    rng = random.Random(5)
    for given in people(knowledge, PEOPLE, seed=5):
        alarm = rng.choice(alone)
        before = _at_least(given, knowledge)
        given = consistent({**given, alarm: True}, knowledge)
        if given.get(alarm) is True:
            assert rank(_at_least(given, knowledge)) >= rank(before), (alarm, given)


def _at_least(given: dict[str, Any], knowledge: Knowledge) -> str:
    return triage_case(settle(read_case(given, knowledge), knowledge), knowledge).at_least


def test_a_finished_check_is_never_undetermined(knowledge: Knowledge) -> None:
    """Answer whatever is open at random, "not sure" included, until nothing is."""
    rng = random.Random(9)
    for given in people(knowledge, 60, seed=9):
        for _ in range(12):
            triage = triage_case(settle(read_case(given, knowledge), knowledge), knowledge)
            if not triage.unanswered:
                break
            answers = {
                name: answer(knowledge.findings[name], rng, 0.05) for name in triage.unanswered
            }
            given = consistent({**given, **answers}, knowledge)
        assert triage.urgency != "undetermined", triage.unanswered


def test_not_sure_to_everything_ends_and_asks_nothing_twice(knowledge: Knowledge) -> None:
    for given in people(knowledge, 25, seed=13):
        asked: set[str] = set()
        while True:
            triage = triage_case(settle(read_case(given, knowledge), knowledge), knowledge)
            if not triage.unanswered:
                break
            assert not asked & set(triage.unanswered)
            asked |= set(triage.unanswered)
            given = {**given, **dict.fromkeys(triage.unanswered, "unsure")}
        assert triage.urgency != "undetermined"


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
