"""Urgency: alarms alone, modifiers together, not sure, and what is still open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sacra.reasoning.assess import Assessment

Assess = Callable[..., Assessment]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"saddle_numbness": True}, "emergency"),
        ({"cannot_pass_urine": True}, "emergency"),
        ({"bladder_long_standing": True}, "same_day"),
        ({"bilateral_leg_pain": True}, "same_day"),
        ({"bilateral_leg_pain": True, "bladder_dysfunction": True}, "emergency"),
        ({"leg_weakness_severe": True}, "same_day"),
        ({"fever_chills": True}, "same_day"),
        ({"fever_chills": True, "injects_drugs_ever": True}, "emergency"),
        ({"fever_chills": True, "age": 75}, "emergency"),
        ({"cancer_history": True, "leg_weakness": True}, "emergency"),
        ({"cancer_history": True, "pain_worsening": True}, "same_day"),
        ({"cancer_history": True, "duration_weeks": 4}, "within_days"),
        ({"low_fall": True, "unable_to_bear_weight": True}, "emergency"),
        ({"pregnancy_weeks": 30, "regular_tightenings": True}, "emergency"),
        ({"pregnancy_weeks": 30, "reduced_fetal_movement": True}, "emergency"),
        ({"age": 10, "fever_chills": True, "limp": True}, "emergency"),
        ({"age": 13, "knee_pain": True, "limp": True}, "same_day"),
        ({"suicidal_thoughts": True}, "same_day"),
        ({"med_anticoagulant": True, "leg_weakness": True}, "emergency"),
        ({"calf_swelling": True}, "same_day"),
    ],
)
def test_at_least(given: dict[str, Any], expected: str, assessed: Assess) -> None:
    assert assessed(**given).triage.at_least == expected


@pytest.mark.parametrize(
    "modifier",
    ["age_70", "steroid_use", "osteoporosis", "diabetes", "immunosuppressed", "leg_numbness"],
)
def test_a_modifier_alone_does_not_send_anybody_away(modifier: str, assessed: Assess) -> None:
    given: dict[str, Any] = {"age": 70} if modifier == "age_70" else {modifier: True}
    assert assessed(**given).triage.at_least == "routine"


def test_open_alarms_leave_it_undetermined(assessed: Assess) -> None:
    triage = assessed(age=40).triage
    assert triage.urgency == "undetermined"
    assert "saddle_numbness" in triage.unanswered
    assert "pvr_200" not in triage.unanswered  # nobody can be asked for a scan


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        ("saddle_numbness", "same_day"),
        ("cannot_pass_urine", "same_day"),
        ("fever_chills", "same_day"),
        ("calf_swelling", "within_days"),
    ],
)
def test_not_sure_is_acted_on(alarm: str, expected: str, assessed: Assess) -> None:
    triage = assessed(**{alarm: "unsure"}).triage
    assert triage.at_least == expected
    assert alarm in triage.unsure
    assert alarm not in triage.unanswered


def test_an_emergency_offers_nothing_and_says_what_to_do(assessed: Assess) -> None:
    plan = assessed(saddle_numbness=True, region="gb").plan
    assert not plan.offered
    assert not plan.exercises
    assert plan.now is not None
    assert plan.now.number == "999"
    assert "emergency department" in plan.now.do[0]


def test_without_a_region_112_is_named(assessed: Assess) -> None:
    now = assessed(saddle_numbness=True).plan.now
    assert now is not None
    assert now.number == "112"


def test_an_age_that_is_not_sure_is_no_error(assessed: Assess) -> None:
    assert assessed(age="unsure", recent_birth="unsure").triage.urgency == "undetermined"
