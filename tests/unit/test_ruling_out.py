"""The fewest questions that rule out every red flag: few, and enough."""

from __future__ import annotations

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.ruling_out import Asking, fewest_questions
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import flag_questions, triage_case

ADULT = {
    "age": 44, "sex": "male", "setting": "home", "region": "gb", "athlete": False,
    "duration_weeks": 14, "onset_age": 43, "pain_now": 4, "pain_worst": 6, "pain_side": "left",
}  # fmt: skip
WOMAN = {**ADULT, "sex": "female", "age": 31, "pregnant": True, "pregnancy_weeks": 24}


def asking(case: Case, knowledge: Knowledge, *never: str) -> Asking:
    """Everything can be asked but these."""
    return Asking(case, knowledge, frozenset(knowledge.findings) - {*never})


def test_what_cannot_be_asked_is_not_chosen(knowledge: Knowledge) -> None:
    """Where a flag can be ruled out in two ways, it is in the way that is open."""
    case = settle(Case({**ADULT, "cancer_history": False}), knowledge)
    risks = "injects_drugs_ever", "indwelling_line"
    few = fewest_questions(asking(case, knowledge))
    assert {*risks} <= few
    without = fewest_questions(asking(case, knowledge, *risks))
    assert {"constant_pain", "pain_worsening"} <= without


@pytest.mark.parametrize("person", [ADULT, WOMAN], ids=["man", "pregnant"])
def test_no_to_each_leaves_nothing_to_ask_about_danger(
    person: dict[str, object], knowledge: Knowledge
) -> None:
    case = settle(Case(person), knowledge)
    asked = fewest_questions(asking(case, knowledge))
    ticks = [name for name in asked if knowledge.findings[name].type == "yes_no"]
    after = settle(Case({**person, **dict.fromkeys(ticks, False)}), knowledge)
    assert triage_case(after, knowledge).unanswered == ()


def test_it_is_fewer_than_all_that_could_matter(knowledge: Knowledge) -> None:
    case = settle(Case(ADULT), knowledge)
    every = frozenset[str]().union(
        *(flag_questions(flag, case, knowledge) for flag in knowledge.red_flags.values())
    )
    few = fewest_questions(asking(case, knowledge))
    assert few < every
    assert len(few) < 0.75 * len(every)


def test_what_is_asked_anyway_is_not_asked_for_twice(knowledge: Knowledge) -> None:
    """A feature of an infection and its risks rule the same flag out: one of them is enough."""
    person = {**ADULT, "injects_drugs_ever": False, "indwelling_line": False}
    before = fewest_questions(asking(settle(Case(ADULT), knowledge), knowledge))
    after = fewest_questions(asking(settle(Case(person), knowledge), knowledge))
    assert len(after) <= len(before)
    anyway = frozenset(["injects_drugs_ever", "indwelling_line"])
    assert anyway <= fewest_questions(asking(settle(Case(ADULT), knowledge), knowledge), anyway)


def test_a_doubt_leaves_its_flag_open_to_what_is_beside_it(knowledge: Knowledge) -> None:
    case = settle(Case({**ADULT, "fever_chills": "unsure"}), knowledge)
    flag = knowledge.red_flags["infection_fever"]
    assert flag_questions(flag, case, knowledge) <= fewest_questions(asking(case, knowledge))
