"""Tests to try alone: offered to who may, held by the same gates as an exercise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.gates import guarded_tests
from sacra.reasoning.interview import guided
from sacra.reasoning.movements import movements
from sacra.reasoning.trying import free_tests, screens_to_try, try_verdicts
from tests.unit.test_interview import OWN, own_answers, walk

PATHS = {path.stem: path for path in OWN}
ALL = {
    "self_belt", "self_bridge", "self_chair", "self_figure_four", "self_knee_to_chest",
    "self_leg_raise", "self_one_leg", "self_thigh_push",
}  # fmt: skip


def finished(name: str, knowledge: Knowledge, **more: Any) -> Case:
    """One of our own people at the end of the questions; no test tried."""
    _, answers = own_answers(PATHS[name], knowledge)
    *_, (_, _, case, _) = walk(
        lambda ask: {} if ask.may_skip else {**answers(ask), **only(more, ask.findings)}, knowledge
    )
    return read_case({**plain(case.findings), **more}, knowledge)


def only(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in names}


def plain(findings: Any) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in findings.items()}


def offered(case: Case, knowledge: Knowledge) -> list[str]:
    return [ask.screen for ask in movements(assess(case, knowledge), knowledge)]


def test_there_is_a_guide_for_each_of_the_eight(knowledge: Knowledge) -> None:
    assert set(screens_to_try(knowledge)) == ALL
    for name in ALL:
        guide = knowledge.screens[name].guide
        assert guide
        assert guide.figures and guide.stop_when[0].startswith("Stop as soon as")
        assert any("emergency" in rule for rule in guide.stop_when)
        if guide.hold_s:
            assert any(f"{guide.hold_s} seconds" in step for step in guide.steps), name


def test_who_is_clear_is_offered_tests_what_tells_most_first(knowledge: Knowledge) -> None:
    case = finished("home_si_pain_at_three_months", knowledge)
    screens = offered(case, knowledge)
    assert screens[:2] == ["self_thigh_push", "self_leg_raise"]
    assert {"self_figure_four", "self_knee_to_chest"} <= set(screens)


def test_what_a_test_waits_for_is_asked_after_the_free_ones(knowledge: Knowledge) -> None:
    case = finished("home_si_pain_at_three_months", knowledge)
    *free, waited = movements(assess(case, knowledge), knowledge)
    assert all(ask.way == "guide" for ask in free)
    assert waited.findings == ("balance_risk",)
    for value, there in ((False, True), (True, False), ("unsure", False)):
        then = offered(
            read_case({**plain(case.findings), "balance_risk": value}, knowledge), knowledge
        )
        assert ("self_one_leg" in then) is there, value


@pytest.mark.parametrize(
    ("finding", "value", "gone"),
    [
        ("pain_now", 7, ALL),
        ("hip_replacement", True, {"self_thigh_push", "self_figure_four", "self_knee_to_chest"}),
        (
            "weight_bearing_restricted",
            True,
            {"self_one_leg", "self_chair", "self_bridge", "self_belt"},
        ),
        ("uses_wheelchair", True, {"self_one_leg", "self_chair", "self_belt"}),
        ("acute_flare", True, {"self_bridge"}),
        ("pressure_injury_risk", True, {"self_belt"}),
        ("skin_problem_at_site", True, {"self_belt"}),
        ("symphysis_pain", True, {"self_bridge"}),
        ("coronary_symptoms", True, ALL),
        ("age", 15, ALL),
    ],
)
def test_a_gate_takes_its_tests_away(
    knowledge: Knowledge, finding: str, value: Any, gone: set[str]
) -> None:
    case = finished("home_si_pain_at_three_months", knowledge)
    findings = {**plain(case.findings), "balance_risk": False, "rising_from_sitting": "unsure"}
    before = free_tests(assess(read_case(findings, knowledge), knowledge), knowledge)
    after = read_case({**findings, finding: value}, knowledge)
    assert before == ALL
    assert free_tests(assess(after, knowledge), knowledge) == ALL - gone


def test_a_new_hip_is_asked_about_before_its_knee_is_drawn_up(knowledge: Knowledge) -> None:
    case = finished("home_si_pain_at_three_months", knowledge)
    for told, there in (("unsure", False), (True, False), (False, True)):
        hip = {"hip_replacement": True, "hip_replacement_precautions": told}
        free = free_tests(
            assess(read_case({**plain(case.findings), **hip}, knowledge), knowledge), knowledge
        )
        assert ("self_knee_to_chest" in free) is there, told


def test_they_respect_all_that_an_exercise_programme_does(knowledge: Knowledge) -> None:
    programme = knowledge.interventions["exercise_programme"].gates
    hard = {(gate.when, gate.effect) for gate in programme if gate.effect in ("block", "clinician")}
    for name, guarded in guarded_tests(knowledge).items():
        own = {(g.when, g.effect) for gates in guarded.by_effect.values() for g in gates}
        assert name == "where_worst" or hard <= own, name


def test_not_known_is_not_no(knowledge: Knowledge) -> None:
    case = finished("home_si_pain_at_three_months", knowledge)
    findings = {k: v for k, v in plain(case.findings).items() if k != "coronary_symptoms"}
    assert free_tests(assess(read_case(findings, knowledge), knowledge), knowledge) == frozenset()


@pytest.mark.parametrize("name", ["runner_possible_stress_fracture", "breast_cancer_night_pain"])
def test_a_hold_takes_all_away(knowledge: Knowledge, name: str) -> None:
    assert offered(finished(name, knowledge), knowledge) == []


def test_an_alarm_takes_all_away(knowledge: Knowledge) -> None:
    case = finished("home_si_pain_at_three_months", knowledge)
    alarmed = read_case({**plain(case.findings), "saddle_numbness": True}, knowledge)
    assert offered(alarmed, knowledge) == []


def test_in_later_pregnancy_it_is_done_another_way(knowledge: Knowledge) -> None:
    case = finished("pregnant_week_32_asks_about_ibuprofen", knowledge)
    verdict = try_verdicts(assess(case, knowledge), knowledge)["self_leg_raise"]
    assert verdict.free
    assert any("Prop your head and back up" in said for said in verdict.versions)


def test_bendy_joints_stay_in_the_middle(knowledge: Knowledge) -> None:
    case = finished("hypermobile_woman", knowledge)
    verdict = try_verdicts(assess(case, knowledge), knowledge)["self_knee_to_chest"]
    assert any("Middle of the range" in said for said in verdict.versions)


def test_after_a_fusion_a_physiotherapist_decides(knowledge: Knowledge) -> None:
    case = finished("ten_weeks_after_fusion", knowledge)
    assert not free_tests(assess(case, knowledge), knowledge) & {
        "self_knee_to_chest",
        "self_figure_four",
    }


def test_getting_up_is_tried_by_who_could_not_say(knowledge: Knowledge) -> None:
    for value, open_ in ((None, True), ("unsure", True), (True, False), (False, False)):
        case = Case({} if value is None else {"rising_from_sitting": value})
        assert bool(guided("self_chair", case, knowledge).findings) is open_
    tried = Case({"aslr": "unsure"})
    assert "aslr" not in guided("self_leg_raise", tried, knowledge).findings


def test_our_own_cases_are_not_left_without_tests(knowledge: Knowledge) -> None:
    """Safe by being empty is a failure: who has no hold and is of age can try something."""
    for path in OWN:
        case = finished(path.stem, knowledge)
        assessment = assess(case, knowledge)
        held = assessment.triage.holds or assessment.triage.urgency in ("emergency", "same_day")
        child = int(str(case.findings["age"])) < 16
        if not held and not child:
            assert free_tests(assessment, knowledge), Path(path).stem
