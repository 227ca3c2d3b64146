"""Help for the night: on the same-day page, on the card, and for who stops in the middle."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from sacra.kb.load import load_knowledge
from sacra.reasoning.assess import assess
from sacra.web.sitting import COOKIE, Sitting
from sacra.web.vault import seal
from tests.day import today
from tests.web.keeping import findings, seat

KNOWLEDGE = load_knowledge()
DOSES = [i.dose.text for i in KNOWLEDGE.interventions.values() if i.step == "medication" and i.dose]
WARM = "A warm pack helps some people"


def page(browser: Client, url: str, case: str = "desk_worker_off_work", **answers: Any) -> str:
    seat(browser, case, **answers)
    got = browser.get(url)
    assert got.status_code == 200, got.headers
    return words(got.content.decode())


def words(said: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", said.partition("<main")[2])).split())


def some(browser: Client, url: str, **answers: Any) -> str:
    """A check with these answers alone."""
    browser.cookies[COOKIE] = seal(Sitting(today(), findings=answers)).decode()
    got = browser.get(url)
    assert got.status_code == 200, got.headers
    return got.content.decode()


def test_same_day_says_how_to_get_through_the_night(browser: Client) -> None:
    said = page(browser, "/now/", calf_swelling=True)
    assert "Speak to someone today, tonight too." in said
    for part in ("How to get through tonight", "put a pillow between your knees", "Medicine: ask",
                 "What would change this", "What can wait", "Call 999"):  # fmt: skip
        assert part in said
    assert "Do no exercises" in said
    for name in KNOWLEDGE.exercises.values():
        assert name.plain not in said


def test_in_an_emergency_nothing_stands_between_the_person_and_the_call(browser: Client) -> None:
    said = page(browser, "/now/", saddle_numbness=True)
    assert "Get help now" in said
    assert "tonight" not in said.lower().replace("day or night", "")


def test_who_may_harm_themself_is_told_of_no_medicine(browser: Client) -> None:
    said = page(browser, "/now/", suicidal_thoughts=True)
    assert "Medicine" not in said
    assert "How to get through tonight" not in said


def test_warmth_is_named_only_where_nothing_stands_before_it(browser: Client) -> None:
    assert "Warmth can help, with care" in page(browser, "/now/", uveitis_now=True)
    numb = page(browser, "/now/", uveitis_now=True, sensation_reduced_at_site=True)
    assert "burn yourself" in numb
    clot = page(browser, "/now/", calf_swelling=True)
    assert "Held until you are seen" in clot
    unknown = some(browser, "/now/", age=44, region="gb", uveitis_now=True, buttock_pain=True)
    for said in (numb, clot, unknown):
        assert "Warmth: leave it out for now" in said or "Warmth" not in said
        assert "Warmth can help" not in said


def test_a_medicine_that_is_not_for_this_person_says_why(browser: Client) -> None:
    said = page(browser, "/now/", "pregnant_week_32_asks_about_ibuprofen", calf_swelling=True)
    assert "Not for you: Ibuprofen" in said
    assert "it can harm the baby" in said


@pytest.mark.parametrize("age", [12, 16, 17, None])
def test_under_18_or_of_unknown_age_there_is_no_amount(browser: Client, age: int | None) -> None:
    answers = findings(calf_swelling=True, age=age, onset_age=age)
    known = {name: value for name, value in answers.items() if value is not None}
    said = some(browser, "/now/", **known)
    assert "Speak to someone today" in said
    assert not [dose for dose in DOSES if dose in html.unescape(said)]


# --- cards ------------------------------------------------------------------------------------


def test_no_card_speaks_of_warmth_where_it_is_withheld(browser: Client) -> None:
    for url in ("/result/tonight/", "/plan/"):
        assert WARM in page(browser, url)
        assert WARM not in page(browser, url, sensation_reduced_at_site=True)


def test_no_card_says_to_walk_or_to_go_on_where_a_bone_may_be_cracked(browser: Client) -> None:
    said = page(browser, "/result/tonight/")
    assert "walk a little" in said
    assert "easier level" in said
    held = page(browser, "/result/tonight/", "runner_overuse", unable_to_bear_weight=False,
                hop_test=True)  # fmt: skip
    assert "walk a little" not in held
    assert "easier level" not in held


@pytest.mark.parametrize("card", sorted(KNOWLEDGE.cards))
def test_a_card_says_a_line_only_where_all_it_speaks_of_is_offered(card: str) -> None:
    one = KNOWLEDGE.cards[card]
    assert len(one.said()) == len(one.lines)
    for item in one.items:
        assert len(one.said((item,))) < len(one.lines)


def test_every_case_of_ours_hears_only_of_what_its_plan_offers() -> None:
    from sacra.reasoning.case import read_case
    from sacra.reasoning.plan import items_of

    for name in ("desk_worker_off_work", "runner_overuse", "pregnant_week_12"):
        plan = assess(read_case(findings(name), KNOWLEDGE), KNOWLEDGE).plan
        named = {item for card in KNOWLEDGE.cards.values() for item in card.items}
        assert set(plan.unsaid) == named - set(items_of(plan))


# --- left with questions open -----------------------------------------------------------------


def test_who_stops_is_told_what_is_open_and_whom_to_ring(browser: Client) -> None:
    said = some(browser, "/check/leave/", region="gb", age=44)
    assert "could not finish the safety questions" in said
    assert 'href="tel:111"' in said
    assert 'href="tel:999"' in said
    assert "If you are pregnant" in said


def test_who_is_pregnant_is_given_the_maternity_unit_first(browser: Client) -> None:
    said = some(browser, "/check/leave/", region="gb", age=31, pregnant=True)
    assert "the number on your maternity notes" in said
    assert "If you are pregnant" not in said
    assert 'href="tel:111"' not in said


def test_a_man_is_not_told_of_a_maternity_unit(browser: Client) -> None:
    said = some(browser, "/check/leave/", region="gb", age=44, sex="male", pregnant=False,
                recent_birth=False, recent_miscarriage=False)  # fmt: skip
    assert "maternity" not in said


def test_without_a_country_it_is_112_and_the_local_number(browser: Client) -> None:
    said = some(browser, "/check/leave/", age=44)
    assert 'href="tel:112"' in said
    assert "local emergency number" in said


def test_what_is_known_already_is_said_too(browser: Client) -> None:
    said = some(browser, "/check/leave/", region="gb", age=44, weight_loss=True)
    assert "See a doctor within five days" in said


def test_a_danger_comes_before_leaving(browser: Client) -> None:
    browser.cookies[COOKIE] = seal(Sitting(today(), findings={"saddle_numbness": True})).decode()
    assert browser.get("/check/leave/").headers["Location"] == "/now/"
