"""The plan without scripts: what is in it, for whom, and how wishes change it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sacra.kb.load import load_knowledge
from tests.web.seating import seat

KNOWLEDGE = load_knowledge()
PREGNANT = {"sex": "female", "age": "31", "onset_age": "31", "pregnant": True,
            "pregnancy_weeks": "24"}  # fmt: skip


def planned(browser: Client, **answers: Any) -> str:
    seat(browser, **answers)
    return plan(browser)


def plan(browser: Client, url: str = "/plan/") -> str:
    got = browser.get(url)
    assert got.status_code == 200
    assert len(got.content) < 100_000
    return got.content.decode()


def exercises(html: str) -> list[str]:
    return re.findall(r'<article class="exercise" id="(\w+)"', html)


def test_the_plan_says_today_the_week_when_to_stop_and_when_to_look_back(browser: Client) -> None:
    html = planned(browser)
    assert re.search(r"<h1>Today: about \d+ minutes\.</h1>|<h1>Today is a day of rest", html)
    assert len(exercises(html)) >= 3
    for part in ("Your week", "Stop rules", "Medicines", "left out, and why", "Look back on"):
        assert part in html
    assert html.count('class="sacra-figure"') == len(exercises(html))
    assert re.search(r"hold \d+ seconds|rounds of", html)


def test_every_exercise_of_the_plan_has_its_page(browser: Client) -> None:
    for name in exercises(planned(browser)):
        html = plan(browser, f"/plan/exercise/{name}/")
        for part in ("How to do it", "Make it easier", "When to stop", "Your levels"):
            assert part in html
        assert html.count("you are here") == 1


def test_what_is_held_has_a_page_with_the_reason_and_without_steps(browser: Client) -> None:
    planned(browser, **PREGNANT)
    html = plan(browser, "/plan/exercise/ex_bridge_seed/")
    assert "is not in your plan" in html
    assert "From week 14 lying flat is best avoided" in html
    assert KNOWLEDGE.exercises["ex_bridge_seed"].steps[1] not in html
    assert "sacra-figure" not in html


def test_medicines_come_with_the_reason_against_for_this_person(browser: Client) -> None:
    html = planned(browser, **PREGNANT)
    assert "From 20 weeks of pregnancy it can harm the baby" in html


@pytest.mark.parametrize("name", ["nsaid_ibuprofen", "opioids", "kava"])
def test_no_amount_of_what_is_not_recommended(browser: Client, name: str) -> None:
    html = planned(browser, **PREGNANT)
    dose = KNOWLEDGE.interventions[name].dose
    assert dose is None or dose.text not in html


def test_at_16_everything_is_level_1_and_no_medicine_has_an_amount(browser: Client) -> None:
    html = planned(browser, age="16", onset_age="16")
    assert "stays at level 1" in html
    assert not re.search(r"Level \d of \d", html)
    for item in KNOWLEDGE.interventions.values():
        if item.step == "medication" and item.dose:
            assert item.dose.text not in html
    for name in exercises(html):
        assert "Level 2" not in plan(browser, f"/plan/exercise/{name}/")


def test_who_should_be_seen_first_gets_no_exercise_that_is_held(browser: Client) -> None:
    html = planned(browser, age="55", onset_age="54", weight_loss=True)
    assert "You should be seen within five days" in html
    assert "Held until you are seen" in html
    held = {"ex_bridge_seed", "ex_squat", "ex_bird_dog"}
    assert held.isdisjoint(exercises(html))


# --- wishes -----------------------------------------------------------------------------------


def test_a_swap_puts_another_in_its_place_and_can_be_taken_back(browser: Client) -> None:
    before = exercises(planned(browser))
    got = browser.post("/plan/wish/", {"without": before[0]})
    assert got.status_code == 302
    after = plan(browser)
    assert before[0] not in exercises(after)
    assert exercises(after)
    browser.post("/plan/wish/", {"back": before[0]})
    assert exercises(plan(browser)) == before


def test_declining_with_a_reason_is_answered(browser: Client) -> None:
    name = exercises(planned(browser))[0]
    got = browser.post("/plan/wish/", {"without": name, "said": "pain"})
    assert got.headers["Location"] == "/plan/?said=pain#noted"
    assert "Tell a physiotherapist what hurt" in plan(browser, "/plan/?said=pain")


def test_who_cannot_get_down_on_the_floor_gets_nothing_there(browser: Client) -> None:
    planned(browser)
    browser.post("/plan/wish/", {"minutes": "30", "floor": "no", "equipment": ["band"]})
    chosen = exercises(plan(browser))
    assert chosen
    for name in chosen:
        assert {"sitting", "standing"} & set(KNOWLEDGE.exercises[name].positions)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"minutes": "0"}, "`0` is not a whole number from 1 to 240"),
        ({"minutes": "many"}, "`many` is not a whole number"),
        ({"minutes": "9" * 6000}, "is not a whole number"),
        ({"minutes": "15", "equipment": ["bend"]}, "unknown `bend`"),
        ({"without": "ex_squad"}, "did you mean `ex_squat`"),
        ({"without": "<script>"}, "unknown `&lt;script&gt;`"),
    ],
)
def test_a_wrong_wish_changes_nothing_and_says_why(
    browser: Client, sent: dict[str, Any], sentence: str
) -> None:
    before = exercises(planned(browser))
    got = browser.post("/plan/wish/", sent)
    assert got.status_code == 422
    assert sentence in got.content.decode().replace("&#x27;", "'")
    assert exercises(plan(browser)) == before


def test_no_such_exercise_is_no_such_page(browser: Client) -> None:
    planned(browser)
    assert browser.get("/plan/exercise/ex_nothing/").status_code == 404
    assert browser.get("/plan/wish/").status_code == 405
