"""The interview: it ends, asks nothing twice and nothing that does not apply, and resumes."""

from __future__ import annotations

import datetime
import random
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sacra.ask_file import CaseFile
from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file
from sacra.reasoning.answering import answer, choices_of, follow_ups, problem, ticked
from sacra.reasoning.asking import MOST, PRESSING, Ask, Part, alarms_of, shared_lines
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.evaluate import RESERVED
from sacra.reasoning.interview import next_screen
from sacra.rules.language import findings_of
from tests.conftest import NIGHTLY

PEOPLE = 300 if NIGHTLY else 24
OWN = sorted((Path(__file__).parents[1] / "cases/own").glob("*.yaml"))
TODAY = datetime.date(2026, 11, 25)
START = {"age": 40, "sex": "female", "region": "gb", "setting": "home", "athlete": False}


def person(knowledge: Knowledge, rng: random.Random) -> Any:
    """Answers a screen at random; some people have much, some nothing, some are never sure."""
    yes, unsure = rng.choice([0.0, 0.02, 0.1, 0.4]), rng.choice([0.0, 0.0, 0.03, 0.5])

    def answers(ask: Ask) -> dict[str, Any]:
        return {name: one(ask, name) for name in ask.findings}

    def one(ask: Ask, name: str) -> Any:
        finding = knowledge.findings[name]
        if finding.type == "list":
            return rng.sample(ask.choices, min(1, len(ask.choices)))
        if rng.random() < unsure:
            return "unsure"
        if finding.type == "number":
            return round(rng.uniform(finding.min or 0, min(finding.max or 0, 90)))
        if finding.type == "choice":
            return rng.choice([*choices_of(ask, name, knowledge)])
        return rng.random() < yes

    return answers


def walk(answers: Any, knowledge: Knowledge, case: Case | None = None) -> Iterator[Any]:
    """Each screen with the assessment it was chosen from; at last None with the end."""
    case, put_aside = case or Case({}), frozenset[str]()
    while True:
        assessment = assess(case, knowledge)
        ask = next_screen(assessment, knowledge, put_aside)
        yield ask, assessment, case, put_aside
        if ask is None:
            return
        case = answer(case, ask, answers(ask), knowledge)
        if ask.may_skip:
            put_aside |= {part.screen for part in ask.parts}


def applies(name: str, assessment: Assessment, knowledge: Knowledge) -> bool:
    """It is known to apply, or what decides that was answered "not sure"."""
    rule, reading = knowledge.findings[name].applies_when, assessment.case.flag_reading
    return (
        rule is None
        or reading.decide(rule) is True
        or (reading.decide(rule) is None and any(map(reading.unsure, findings_of(rule))))
    )


@pytest.mark.parametrize("seed", range(PEOPLE))
def test_the_interview_ends_and_asks_well(seed: int, knowledge: Knowledge, tmp_path: Path) -> None:
    asked: set[str] = set()
    screens = 0
    for ask, assessment, case, put_aside in walk(person(knowledge, random.Random(seed)), knowledge):
        if ask is None:
            assert assessment.triage.urgency != "undetermined"
            break
        screens += 1
        names = ask.findings
        assert 1 <= len(shared_lines(names, knowledge)) <= MOST
        assert not asked & set(names)
        asked |= set(names)
        assert [n for n in names if assessment.case.findings.get(n) is not None] == []
        assert [n for n in names if not applies(n, assessment, knowledge)] == []
        at_home = assessment.case.findings.get("setting") in (None, "unsure", "home")
        assert not (ask.may_skip and assessment.triage.holds)
        assert not at_home or all(knowledge.findings[n].by == "self" for n in names)
        file = CaseFile(tmp_path / "case.yaml", TODAY)
        file.save(case)
        resumed = CaseFile(tmp_path / "case.yaml", TODAY).case(knowledge)
        assert next_screen(assess(resumed, knowledge), knowledge, put_aside) == ask
    assert screens < 45


def test_not_sure_to_everything_ends(knowledge: Knowledge) -> None:
    *_, (ask, assessment, _, _) = walk(
        lambda ask: {n: [] if n == "asks_about" else "unsure" for n in ask.findings}, knowledge
    )
    assert ask is None
    assert assessment.triage.urgency != "undetermined"


def own_answers(path: Path, knowledge: Knowledge) -> tuple[dict[str, Any], Any]:
    """The answers of a case file; what it does not say is no, as for "none of these"."""
    said = {k: v for k, v in read_file(path).items() if k not in RESERVED}
    known = {"setting": "home", "asks_about": []} | said
    for key in said:  # the interview asks without a side
        name = key.partition(".")[0]
        known[name] = known.get(name) or said[key]

    def answers(ask: Ask) -> dict[str, Any]:
        tick = {n: knowledge.findings[n].type == "yes_no" for n in ask.findings}
        return {n: known.get(n, False if tick[n] else "unsure") for n in ask.findings}

    return said, answers


def test_our_own_cases_take_25_screens_and_keep_their_urgency(knowledge: Knowledge) -> None:
    screens, urgency, wanted = [], {}, {}
    for path in OWN:
        said, answers = own_answers(path, knowledge)
        steps = list(walk(answers, knowledge))
        urgency[path.stem] = steps[-1][1].triage.urgency
        wanted[path.stem] = assess(read_case(said, knowledge), knowledge).triage.urgency
        if urgency[path.stem] not in PRESSING:
            screens.append(len(steps) - 1)
    assert urgency == wanted
    assert statistics.median(screens) <= 25, screens
    assert max(screens) < 30


def test_a_pressing_answer_ends_it(knowledge: Knowledge) -> None:
    case = read_case({**START, "saddle_numbness": True}, knowledge)
    assert next_screen(assess(case, knowledge), knowledge) is None


def test_alarms_come_before_the_rest_of_the_story(knowledge: Knowledge) -> None:
    stages = []
    for ask, _, _, _ in walk(lambda ask: own_answers(OWN[0], knowledge)[1](ask), knowledge):
        if ask is not None:
            stages.append(knowledge.screens[ask.screen].stage)
    first_story = next(i for i, stage in enumerate(stages) if stage in ("pain", "story"))
    assert set(stages[:first_story]) <= {"about_you", "alarms"}
    assert "alarms" not in stages[first_story:]


def test_each_alarm_has_its_own_line(knowledge: Knowledge) -> None:
    lines = []
    for ask, _, _, _ in walk(lambda ask: own_answers(OWN[0], knowledge)[1](ask), knowledge):
        if ask is not None and knowledge.screens[ask.screen].stage == "alarms":
            assert ask.one_by_one or not set(ask.findings) & alarms_of(knowledge)
            lines += ask.findings
    assert {"cannot_pass_urine", "suicidal_thoughts", "fever_chills"} <= set(lines)


def test_a_man_of_seventy_is_not_asked_about_pregnancy(knowledge: Knowledge) -> None:
    path = next(path for path in OWN if path.stem == "man_70_weak_bones")
    asked = {
        name
        for ask, *_ in walk(own_answers(path, knowledge)[1], knowledge)
        for name in (ask.findings if ask else ())
    }
    assert not asked & {"pregnant", "possibly_pregnant", "recent_birth", "missed_period"}


def test_tests_to_try_wait_for_a_hold(knowledge: Knowledge) -> None:
    path = next(path for path in OWN if path.stem == "runner_possible_stress_fracture")
    steps = [step for step in walk(own_answers(path, knowledge)[1], knowledge) if step[0]]
    assert steps[-1][1].triage.holds
    assert not any(ask.may_skip for ask, *_ in steps)


def test_what_is_put_aside_is_not_shown_again_and_stays_unknown(knowledge: Knowledge) -> None:
    path = next(path for path in OWN if path.stem == "home_si_pain_at_three_months")
    answers = own_answers(path, knowledge)[1]
    steps = list(walk(lambda ask: {} if ask.may_skip else answers(ask), knowledge))
    tried = [ask.screen for ask, *_ in steps if ask and ask.may_skip]
    assert tried == ["self_thigh_push", "self_leg_raise"]
    assert "p4_self" not in steps[-1][1].case.findings


def test_a_medicine_is_gone_into_only_when_asked_about(knowledge: Knowledge) -> None:
    path = next(path for path in OWN if path.stem == "runner_overuse")
    _, answers = own_answers(path, knowledge)
    asked = {n for ask, *_ in walk(answers, knowledge) for n in (ask.findings if ask else ())}
    assert "hx_peptic_ulcer" not in asked

    def wishing(ask: Ask) -> dict[str, Any]:
        wish = {"asks_about": ["nsaid_ibuprofen"]} if "asks_about" in ask.findings else {}
        return {**answers(ask), **wish}

    *_, (_, assessment, _, _) = walk(wishing, knowledge)
    assert assessment.case.findings["hx_peptic_ulcer"] is False
    assert "nsaid_ibuprofen" not in [a.intervention for a in assessment.plan.ask_first]


# --- answers ----------------------------------------------------------------------------------


def first_ask(knowledge: Knowledge, **findings: Any) -> tuple[Case, Ask]:
    case = read_case(findings, knowledge)
    ask = next_screen(assess(case, knowledge), knowledge)
    assert ask
    return case, ask


def test_none_of_these_makes_every_finding_false(knowledge: Knowledge) -> None:
    case, ask = first_ask(knowledge, **START)
    case = answer(case, ask, ticked(ask, ()), knowledge)
    assert {name: case.findings[name] for name in ask.findings} == dict.fromkeys(
        ask.findings, False
    )


def test_ticked_yes_and_not_sure(knowledge: Knowledge) -> None:
    _, ask = first_ask(knowledge, **START)
    one, two, *rest = ask.findings
    assert ticked(ask, [one], [two]) == {one: True, two: "unsure", **dict.fromkeys(rest, False)}


def test_not_sure_has_its_follow_up_where_there_is_one(knowledge: Knowledge) -> None:
    given = {"pregnant": "unsure", "age": "unsure", "possibly_pregnant": False}
    assert list(follow_ups(given, knowledge)) == ["pregnant"]


def test_half_a_screen_can_be_answered_and_the_rest_is_asked_next(knowledge: Knowledge) -> None:
    case, ask = first_ask(knowledge, **START)
    first, *rest = ask.findings
    half = answer(case, ask, {first: False}, knowledge)
    again = next_screen(assess(half, knowledge), knowledge)
    assert again and again.screen == ask.screen
    assert set(again.findings) == set(rest)


def test_a_finding_known_on_one_side_is_answered_for_the_other(knowledge: Knowledge) -> None:
    case = read_case({**START, "leg_weakness.left": False}, knowledge)
    legs = Ask((Part("legs_new", "", ("leg_weakness",)),), "")
    after = answer(case, legs, {"leg_weakness": True}, knowledge)
    assert after.findings["leg_weakness.right"] is True
    assert "leg_weakness" not in after.findings


def test_an_impossible_answer_is_refused_in_the_words_of_read_case(knowledge: Knowledge) -> None:
    case, ask = first_ask(knowledge)
    with pytest.raises(CaseError, match="lies between"):
        answer(case, ask, {"age": 400}, knowledge)
    assert problem("age", 400, knowledge).startswith("400 is impossible: `age` lies between")
    assert problem("age", 40, knowledge) == ""
