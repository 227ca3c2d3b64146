"""The body map and pointing: places become the same findings as lines do, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.answering import answer
from sacra.reasoning.asking import Ask, Part, alarms_of
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case
from sacra.reasoning.interview import next_screen
from sacra.reasoning.places import (
    ELSEWHERE,
    areas_of,
    marked,
    on_the_body,
    places_of,
    pointed,
    worst_place,
)
from tests.unit.test_interview import START

NO_PLACE = {"hip_stiffness"}
"""Asked beside places, and not a place itself."""


@pytest.fixture
def map_of(knowledge: Knowledge) -> Ask:
    """The whole map, from a screen that asks for one place."""
    return on_the_body(lines("where_pelvis", "buttock_pain"), known(knowledge), knowledge)


@pytest.fixture
def point(knowledge: Knowledge) -> Ask:
    """The worst spot of somebody who marked a buttock."""
    asked = worst_place(after_the_map(knowledge, ["buttock.right"]), knowledge)
    assert asked
    return asked


def lines(screen: str, *names: str) -> Ask:
    return Ask((Part(screen, "", names),), "None of these")


def known(knowledge: Knowledge, **more: Any) -> Assessment:
    return assess(read_case({**START, **more}, knowledge), knowledge)


def after_the_map(knowledge: Knowledge, places: list[str]) -> Assessment:
    case = read_case(START, knowledge)
    ask = on_the_body(lines("where_pelvis", "buttock_pain"), known(knowledge), knowledge)
    return assess(answer(case, ask, marked(ask, places, knowledge), knowledge), knowledge)


# --- what is asked ----------------------------------------------------------------------------


def test_every_place_that_a_screen_asks_for_is_on_the_body(knowledge: Knowledge) -> None:
    screens = [s for s in knowledge.screens.values() if s.id.startswith("where_")]
    asked = {name for screen in screens for name in screen.findings} - NO_PLACE
    placed = {f.id for f in knowledge.findings.values() if f.areas or f.worst_spot}
    assert len(placed) == 18
    assert placed == asked


def test_one_place_brings_the_whole_map(map_of: Ask) -> None:
    assert map_of.way == "map"
    assert {"buttock_pain", "groin_pain", "knee_pain", "coccyx_pain"} <= set(map_of.findings)
    assert "one_finger" not in map_of.findings


def test_what_is_known_already_is_not_asked_again(knowledge: Knowledge) -> None:
    ask = on_the_body(
        lines("where_pelvis", "buttock_pain"), known(knowledge, knee_pain=False), knowledge
    )
    assert "knee_pain" not in ask.findings


def test_alarms_tests_and_other_lines_stay_as_they_are(knowledge: Knowledge) -> None:
    alarm = Ask((Part("legs_new", "", ("leg_weakness",)),), "", one_by_one=True)
    tried = Ask((Part("self_leg_raise", "", ("aslr",)),), "", may_skip=True, way="guide")
    other = lines("what_brings_it_on", "stairs")
    for ask in (alarm, tried, other):
        assert on_the_body(ask, known(knowledge), knowledge) == ask


def test_no_place_is_marked_while_an_alarm_screen_is_open(knowledge: Knowledge) -> None:
    """An alarm has a line of its own; the places that can alarm in a setting come after those."""
    alarm_screens = {s.id for s in knowledge.screens.values() if s.stage == "alarms"}
    placed = {f.id for f in knowledge.findings.values() if f.areas or f.worst_spot}
    assert not any(knowledge.screen_of[name] in alarm_screens for name in placed)
    case, seen_map = read_case(START, knowledge), False
    for _ in range(60):
        assessment = assess(case, knowledge)
        ask = next_screen(assessment, knowledge)
        if ask is None or ask.may_skip:
            break
        ask = on_the_body(ask, assessment, knowledge)
        seen_map |= ask.way == "map"
        assert not (seen_map and ask.one_by_one and set(ask.findings) & alarms_of(knowledge))
        plain = {n: False for n in ask.findings if knowledge.findings[n].type == "yes_no"}
        rest = {n: [] if n == "asks_about" else "unsure" for n in ask.findings if n not in plain}
        case = answer(case, ask, {**rest, **plain}, knowledge)
    assert seen_map


def test_the_worst_spot_is_asked_only_when_something_hurts(knowledge: Knowledge) -> None:
    assert worst_place(after_the_map(knowledge, []), knowledge) is None
    assert worst_place(known(knowledge), knowledge) is None
    asked = worst_place(after_the_map(knowledge, ["knee.left"]), knowledge)
    assert asked and set(asked.findings) == {"one_finger", "dominant_lumbar_pain"}


# --- what a mark answers ----------------------------------------------------------------------


def test_a_mark_is_a_yes_on_its_side_and_what_is_free_is_a_no(
    knowledge: Knowledge, map_of: Ask
) -> None:
    answers = marked(map_of, ["buttock.left"], knowledge)
    assert answers["buttock_pain.left"] is True
    assert answers["buttock_pain.right"] is False
    assert answers["groin_pain"] is False
    assert {answers[key] for key in answers if not key.startswith("buttock")} == {False}


def test_one_mark_may_answer_several_findings(knowledge: Knowledge, map_of: Ask) -> None:
    answers = marked(map_of, ["lower_leg.right"], knowledge)
    yes = {key for key, value in answers.items() if value is True}
    assert yes == {"leg_pain.right", "leg_pain_below_knee.right"}


def test_the_belt_line_parts_the_low_back(knowledge: Knowledge, map_of: Ask) -> None:
    high, low = (marked(map_of, [p], knowledge) for p in ("low_back_high", "low_back_low"))
    assert high["low_back_pain"] is low["low_back_pain"] is True
    assert (high["pain_above_l5"], low["pain_above_l5"]) == (True, False)


def test_not_sure_of_the_rest_is_never_a_no(knowledge: Knowledge, map_of: Ask) -> None:
    answers = marked(map_of, ["groin.right"], knowledge, rest="unsure")
    assert False not in answers.values()
    assert answers["groin_pain.right"] is True
    assert answers["groin_pain.left"] == answers["knee_pain"] == "unsure"


def test_nothing_marked_is_a_no_to_each(knowledge: Knowledge, map_of: Ask) -> None:
    assert marked(map_of, [], knowledge) == dict.fromkeys(map_of.findings, False)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (["tailbone"], True),  # the only place is the worst one
        (["buttock.left"], False),  # no pain there at all
        (["tailbone", "buttock.left"], None),  # pointing will tell
    ],
)
def test_the_main_pain_is_in_the_tailbone(
    knowledge: Knowledge, map_of: Ask, places: list[str], said: bool | None
) -> None:
    assert marked(map_of, places, knowledge).get("coccyx_pain") is said


def test_marks_weigh_as_the_same_lines_do(knowledge: Knowledge, map_of: Ask) -> None:
    case = read_case({**START, "pain_side": "left"}, knowledge)
    on_map = answer(
        case, map_of, marked(map_of, ["buttock.left", "dimple.left"], knowledge), knowledge
    )
    said = {n: n in ("buttock_pain", "pain_over_sij") for n in map_of.findings}
    by_lines = answer(case, map_of, said, knowledge)
    one, two = (assess(c, knowledge).differential for c in (on_map, by_lines))
    assert {x.condition: x.probability for x in one} == {x.condition: x.probability for x in two}


# --- pointing ---------------------------------------------------------------------------------


def test_the_dimple_is_the_one_finger_sign_on_its_side(knowledge: Knowledge, point: Ask) -> None:
    answers = pointed(point, "dimple_spot.left", knowledge)
    assert answers == {
        "one_finger.left": True,
        "one_finger.right": False,
        "dominant_lumbar_pain": False,
    }
    both = pointed(point, "dimple_spot.both", knowledge)
    assert both["one_finger.left"] is both["one_finger.right"] is True


def test_another_spot_is_a_no_and_not_sure_stays_not_sure(knowledge: Knowledge, point: Ask) -> None:
    assert pointed(point, ELSEWHERE, knowledge) == dict.fromkeys(point.findings, False)
    assert pointed(point, "unsure", knowledge) == dict.fromkeys(point.findings, "unsure")
    middle = pointed(point, "low_back_middle", knowledge)
    assert middle == {"one_finger": False, "dominant_lumbar_pain": True}


def test_the_spot_is_as_wide_as_its_source_says(knowledge: Knowledge) -> None:
    (outline,) = knowledge.areas["dimple_spot"].outlines
    assert outline.within == 2
    assert "2 cm" in knowledge.findings["one_finger"].definition
    assert "murakami2008" in knowledge.areas["dimple_spot"].sources


def test_each_place_has_words_of_its_own(knowledge: Knowledge, map_of: Ask, point: Ask) -> None:
    for ask in (map_of, point):
        words = [said for area in areas_of(ask, knowledge) for said in places_of(area).values()]
        assert len(words) == len(set(words))
