"""Questionnaires: bearable in number, never two of one kind, and each has its turn."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacra.kb.load import load_knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.due import asked_now, due_measures

KNOWLEDGE = load_knowledge()
BEGUN = datetime.date(2026, 11, 2)
ADULT = {"age": 45, "pregnant": False, "postpartum": False, "known_axspa": False,
         "inflammatory_suspected": False}  # fmt: skip
PEOPLE: dict[str, dict[str, Any]] = {
    "ordinary": ADULT,
    "pregnant": {**ADULT, "pregnant": True},
    "after a birth": {**ADULT, "postpartum": True},
    "inflamed": {**ADULT, "known_axspa": True},
    "perhaps inflamed": {**ADULT, "inflammatory_suspected": True},
    "seventeen": {**ADULT, "age": 17},
    "nothing known": {},
}
FUNCTION = {"rmdq", "odi", "msk_hq", "promis", "pgq"}
people = st.sampled_from([*PEOPLE.values()])
scores = st.dictionaries(
    st.sampled_from(sorted(KNOWLEDGE.measures)), st.lists(st.integers(0, 400), max_size=5)
)


def dated(days: dict[str, list[int]]) -> dict[str, list[datetime.date]]:
    return {k: [BEGUN + datetime.timedelta(days=n) for n in v] for k, v in days.items()}


def asked(who: dict[str, Any], day: int, days: dict[str, list[int]]) -> list[str]:
    on = BEGUN + datetime.timedelta(days=day)
    return [d.measure for d in asked_now(Case(who), dated(days), BEGUN, on, KNOWLEDGE)]


def due(who: dict[str, Any], day: int, days: dict[str, list[int]]) -> list[str]:
    on = BEGUN + datetime.timedelta(days=day)
    return [d.measure for d in due_measures(Case(who), dated(days), BEGUN, on, KNOWLEDGE)]


def lived(who: dict[str, Any], weeks: int, answers: set[str] | None = None) -> list[list[str]]:
    """What each week asked of somebody who fills in, on its first day, all (or these) of it."""
    given: dict[str, list[int]] = {}
    asked_in = []
    for week in range(weeks):
        asked_in.append(asked(who, 7 * week, given))
        for name in asked_in[-1]:
            if answers is None or name in answers:
                given.setdefault(name, []).append(7 * week)
    return asked_in


@given(people, st.integers(-3, 500), scores)
def test_never_more_than_two_at_once_and_never_two_that_ask_the_same(
    who: dict[str, Any], day: int, days: dict[str, list[int]]
) -> None:
    now, every = asked(who, day, days), due(who, day, days)
    assert len(now) <= 2 and set(now) <= set(every)
    assert len(FUNCTION & set(every)) <= 1


@pytest.mark.parametrize("who", PEOPLE.values(), ids=PEOPLE)
def test_answering_leads_to_no_third_one_in_the_same_week(who: dict[str, Any]) -> None:
    for week in range(60):
        given: dict[str, list[int]] = {}
        seen: set[str] = set()
        for day in range(7 * week, 7 * week + 7):
            now = asked(who, day, given)
            seen |= set(now)
            for name in now[:1]:
                given.setdefault(name, []).append(day)
        assert len(seen) <= 2, (week, seen)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ordinary", {"nprs", "psfs", "rmdq", "startback", "phq2"}),
        ("pregnant", {"nprs", "psfs", "pgq", "phq2"}),
        ("after a birth", {"nprs", "psfs", "pgq", "phq2"}),
        ("inflamed", {"nprs", "psfs", "rmdq", "phq2", "basdai"}),
        ("perhaps inflamed", {"nprs", "psfs", "rmdq", "phq2", "basdai"}),
        ("seventeen", {"nprs", "psfs", "rmdq"}),
        ("nothing known", {"nprs", "psfs"}),
    ],
)
def test_who_is_asked_which_in_the_first_month(name: str, wanted: set[str]) -> None:
    assert {one for week in lived(PEOPLE[name], 5) for one in week} == wanted


@pytest.mark.parametrize("who", PEOPLE.values(), ids=PEOPLE)
def test_the_forms_that_nobody_has_at_hand_hold_up_no_other(who: dict[str, Any]) -> None:
    """Somebody fills in nothing that needs a form from elsewhere: each is asked all the same."""
    ours = {form.id for form in KNOWLEDGE.measures.values() if form.wording}
    for answers in (ours, set[str]()):
        weeks = lived(who, 6, answers)
        assert set(due(who, 7, {})) <= {name for week in weeks for name in week}


def test_the_form_somebody_has_begun_goes_on_in_place_of_the_usual_one() -> None:
    for name in ("odi", "msk_hq", "promis"):
        assert name not in due(ADULT, 20, {}), "never unasked: its form belongs to others"
        later = due(ADULT, 20, {"rmdq": [0], name: [5]})
        assert name in later and "rmdq" not in later
        assert "rmdq" in due(ADULT, 20, {"rmdq": [6], name: [5]}), "the one given last goes on"
        pregnant = due(PEOPLE["pregnant"], 20, {name: [5]})
        assert name not in pregnant and "pgq" in pregnant


def test_the_risk_group_is_for_the_start_alone() -> None:
    assert "startback" in due(ADULT, 7, {}) and "startback" not in due(ADULT, 42, {})
    assert "startback" not in due(ADULT, 300, {"startback": [8]})


def test_a_result_that_the_check_knows_already_is_not_asked_for() -> None:
    who = {**ADULT, "startback": "low", "phq2": 1}
    assert not {"startback", "phq2"} & set(due(who, 7, {}))
    after = {name: value for name, value in who.items() if name != "phq2"}  # a month on
    assert "phq2" in due(after, 60, {})
