"""The result without scripts: what is said, and what is never said, to whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sacra.kb.load import load_knowledge
from sacra.reasoning.assess import assess
from sacra.reasoning.case import read_case
from sacra.reasoning.differential import Likelihood, danger_excluded
from sacra.web import shown
from tests.web.seating import seat
from tests.web.walking import ORDINARY, walk

KNOWLEDGE = load_knowledge()
SERIOUS = [c.plain for c in KNOWLEDGE.conditions.values() if c.serious]
PAGES = ("/result/", "/result/print/", "/result/tonight/", "/plan/")


def page(browser: Client, url: str, **answers: Any) -> str:
    seat(browser, **answers)
    got = browser.get(url)
    assert got.status_code == 200
    assert len(got.content) < 100_000
    return got.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_the_result_says_what_to_do_then_what_it_probably_is(browser: Client) -> None:
    said = words(page(browser, "/result/"))
    order = ["Have this looked at", "about", "Of 100 people", "Why:", "What would tell more"]
    assert [said.index(part) for part in order] == sorted(said.index(part) for part in order)
    assert "bars need not add up" in said
    assert re.search(r"(Strongly|Clearly|A little) (more|less) likely", said)
    assert re.search(r"\((checked|recalled|working value)", said)


def test_words_and_marks_of_punctuation_stay_together(browser: Client) -> None:
    for url in PAGES:
        text = re.sub(r"<[^>]+>", "", page(browser, url))
        assert not re.findall(r"\w\s+[,;:.](?=\s)", text), url


@pytest.mark.parametrize("url", PAGES)
def test_no_dangerous_condition_is_named_with_a_number(browser: Client, url: str) -> None:
    html = page(browser, url)
    assert not [name for name in SERIOUS if name in html]
    assert "style=" not in html
    assert "<style" not in html
    assert "<script" not in html.partition("<main")[2]


def test_within_days_comes_without_a_guess_and_with_a_number_to_call(browser: Client) -> None:
    html = page(browser, "/result/", age="55", onset_age="54", weight_loss=True)
    assert "See someone within five days." in html
    assert 'href="tel:' in html
    assert "about 4 in 10" not in html
    assert 'class="bars"' not in html


def test_under_16_there_is_no_guess_and_no_plan(browser: Client) -> None:
    html = page(browser, "/result/", age="13", onset_age="13")
    assert "together with an adult" in html
    assert 'href="tel:111"' in html
    assert 'class="bars"' not in html
    assert "/plan/" not in html
    assert browser.get("/plan/").headers["Location"] == "/result/"
    assert browser.get("/plan/exercise/ex_bird_dog/").headers["Location"] == "/result/"
    assert "credible" not in browser.get("/result/print/").content.decode()


@pytest.mark.parametrize("age", ["16", "17"])
def test_at_16_and_17_there_is_a_plan_but_no_guess(browser: Client, age: str) -> None:
    html = page(browser, "/result/", age=age, onset_age=age)
    assert 'class="bars"' not in html
    assert "/plan/" in html


def test_an_age_that_is_not_known_is_not_taken_for_an_adult(browser: Client) -> None:
    assert 'class="bars"' not in page(browser, "/result/", age="", onset_age="")
    assert "Sacra does not know your age" in browser.get("/plan/").content.decode()


def test_who_is_not_finished_or_in_danger_is_sent_there(browser: Client) -> None:
    for url in PAGES:
        assert browser.get(url).headers["Location"] == "/"
    browser.post("/begin/")
    for url in PAGES:
        assert browser.get(url).headers["Location"] == "/check/"
    walk(browser, {**ORDINARY, "saddle_numbness": True})
    for url in PAGES:
        assert browser.get(url).headers["Location"] == "/now/"


def test_the_page_for_a_clinician_holds_answers_flags_and_version(browser: Client) -> None:
    html = page(browser, "/result/print/", age="55", onset_age="54", weight_loss=True)
    said = words(html)
    assert "Weight loss without trying (within days): Weight loss without trying" in said
    assert re.search(r"No to \d+ safety questions", said)
    assert "Pain now, 0-10 4" in said
    assert KNOWLEDGE.version in said
    assert "If danger is excluded" in said


# --- pure -------------------------------------------------------------------------------------


def one(condition: str, probability: float, *, serious: bool = False) -> Likelihood:
    return Likelihood(condition, probability, probability / 2, (1 + probability) / 2, serious, ())


def test_a_hundred_people_are_a_hundred_and_danger_is_among_the_others() -> None:
    odds = [one("nslbp", 0.335), one("ces", 0.33, serious=True), one("facet", 0.335)]
    chances = shown.chances_of(odds, KNOWLEDGE)
    assert [bar.condition for bar in chances.bars] == ["nslbp", "facet"]
    assert sum(bar.people for bar in chances.bars) + chances.others == 100
    assert chances.others == 33  # nobody else's share grew
    assert len(chances.shapes) == 100


def test_if_danger_is_excluded_the_rest_makes_a_whole() -> None:
    odds = [one("nslbp", 0.3), one("ces", 0.4, serious=True), one("facet", 0.3)]
    left = danger_excluded(odds)
    assert [(each.condition, round(each.probability, 6)) for each in left] == [
        ("nslbp", 0.5),
        ("facet", 0.5),
    ]


def test_what_a_red_flag_names_has_its_bar_however_small() -> None:
    names = ["nslbp", "facet", "mech_sij", "hip", "discogenic"]
    odds = [*(one(name, 0.19) for name in names), one("axspa", 0.004)]
    shapes = [bar.condition for bar in shown.chances_of(odds, KNOWLEDGE, {"axspa"}).bars]
    assert shapes == [*names[:4], "axspa"]
    assert shown.chances_of(odds, KNOWLEDGE, {"axspa"}).bars[-1].number == 0


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.004, (0, 100)), (0.07, (7, 100)), (0.08, (1, 10)), (0.44, (4, 10)), (0.97, (97, 100))],
)
def test_small_and_large_chances_are_said_in_hundreds(
    probability: float, said: tuple[int, int]
) -> None:
    assert shown._often(probability) == said


def test_what_somebody_said_about_their_safety_is_on_no_page_for_others() -> None:
    private = shown.private_findings(KNOWLEDGE)
    assert private
    case = read_case({**dict.fromkeys(sorted(private), True), "buttock_pain": True}, KNOWLEDGE)
    answers = shown.answers_of(case, assess(case, KNOWLEDGE), KNOWLEDGE)
    assert answers.yes == ("Buttock pain",)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("duration_weeks", 1, "1 week"),
        ("duration_weeks", 14, "14 weeks"),
        ("duration_weeks", 0.5, "0.5 weeks"),
        ("duration_weeks", 0, "0 weeks"),
        ("age", 1, "1 year"),
        ("weight_kg", 80, "80 kg"),
    ],
)
def test_one_is_not_many(key: str, value: float, said: str) -> None:
    assert shown.value_of(key, value, KNOWLEDGE) == said
