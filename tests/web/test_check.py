"""The check without scripts: the whole way, and what a tired or a hostile visitor does."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.interview import guided
from sacra.web.forms import lines_of
from tests.web.reading import minutes, read
from tests.web.seating import sitting
from tests.web.walking import ORDINARY, fill, walk


def test_an_ordinary_check_ends_at_the_result(browser: Client) -> None:
    assert walk(browser, ORDINARY, onwards=False) == "/result/"


def test_from_the_result_on_a_few_more_questions_lead_to_the_plan(browser: Client) -> None:
    walk(browser, ORDINARY, onwards=False)
    assert "Go on to my plan" in browser.get("/result/").content.decode()
    assert "Exercises wait for answers" in browser.get("/plan/").content.decode()
    browser.post("/check/onwards/")
    page = browser.get("/check/").content.decode()
    assert "For your plan. Screen 1 of about 4" in page
    browser.post("/check/", fill(page, ORDINARY))
    for _ in range(2):  # back over the first of them is back at the result
        browser.post("/check/back/")
    assert "For your plan" not in browser.get("/check/").content.decode()
    assert walk(browser, ORDINARY) == "/plan/"


def test_the_first_page_says_truly_how_long_it_takes(browser: Client) -> None:
    """By counted words and taps and the assumptions of the policy `reading`; nobody is timed."""
    screens = list(read(ORDINARY))
    assert len(screens) <= 15
    assert sum(screen.lines for screen in screens) <= 75
    assert 4.5 < minutes(screens) < 5.5
    assert len(first := [screen for screen in screens if screen.first]) == 2
    assert 0.75 < minutes(first) < 1.25
    assert screens.index(first[0]) <= 2  # only who is asked comes before
    assert 2 < minutes([screen for screen in screens if screen.alarms]) < 3
    html = browser.get("/").content.decode()
    assert "about five minutes in all" in html
    assert "help at once: about a minute" in html


def test_what_only_adds_to_an_alarm_is_asked_when_one_is_still_open(browser: Client) -> None:
    """Weak bones add to a fall: who did not fall is asked after the alarms, if at all."""
    browser.post("/begin/")
    asked: list[str] = []
    while "pain_now" not in asked:
        form = fill(browser.get("/check/").content.decode(), ORDINARY)
        asked += [name for line in form for name in line.split("+")]
        browser.post("/check/", form)
    assert {"low_fall", "saddle_numbness", "fever_chills"} <= {*asked}
    assert not {"steroid_use", "rheumatoid_arthritis", "diabetes", "tuberculosis"} & {*asked}


def test_screens_that_ask_the_same_share_their_title(browser: Client) -> None:
    browser.post("/begin/")
    shared = 0
    for _ in range(60):
        page = browser.get("/check/")
        if page.status_code == 302:
            browser.post("/check/onwards/")
            continue
        html = page.content.decode()
        if 'name="skip_all"' in html:
            break
        titles = re.findall(r"<h[12]>(.+?)</h[12]>", html)
        assert all(one != next_ for one, next_ in pairwise(titles))
        shared += html.count('class="part"') - len(titles)
        browser.post("/check/", fill(html, ORDINARY))
    assert shared > 0


def test_a_movement_to_try_is_asked_about_in_full(knowledge: Knowledge) -> None:
    """Its title says what to do, so a line under it would not say what is asked."""
    finding = knowledge.findings["rising_from_sitting"]
    ask = guided("self_chair", Case({}), knowledge)
    [[line]] = lines_of(ask, knowledge)
    assert finding.line
    assert line.question == finding.question


@pytest.mark.parametrize("alarm", ["saddle_numbness", "cannot_pass_urine", "fever_chills"])
def test_an_alarm_turns_the_page_at_once(browser: Client, alarm: str) -> None:
    assert walk(browser, {**ORDINARY, alarm: True}) == "/now/"
    page = browser.get("/now/").content.decode()
    assert 'href="tel:' in page
    assert "exercises for this pain" in page
    assert "%" not in re.sub(r"<style.*?</style>", "", page)


def test_the_page_of_a_danger_says_each_thing_once(browser: Client) -> None:
    """Three alarms on one screen; and one that asks for somebody today."""
    three = ("saddle_numbness", "cannot_pass_urine", "bowel_dysfunction")
    for alarms in (three, ("fever_chills", "feels_very_unwell")):
        walk(browser, {**ORDINARY, **dict.fromkeys(alarms, True)})
        html = browser.get("/now/").content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        parts = re.findall(r"<(?:p|li)[ >].*?</(?:p|li)>", main)
        texts = [re.sub(r"<[^>]+>", "", part) for part in parts]
        said = [s for text in texts for s in re.split(r"(?<=[.!?]) ", text.strip()) if len(s) > 25]
        assert len(said) == len(set(said)), [one for one in said if said.count(one) > 1]


def test_a_mistake_can_be_undone(browser: Client) -> None:
    walk(browser, {**ORDINARY, "saddle_numbness": True})
    assert browser.post("/check/back/").headers["Location"] == "/check/"
    assert browser.get("/now/").headers["Location"] == "/check/"


def test_not_sure_asks_its_one_question_and_then_goes_on(browser: Client) -> None:
    browser.post("/begin/")
    for _ in range(30):
        html = browser.get("/check/").content.decode()
        data = fill(html, ORDINARY)
        if "bowel_dysfunction" in data:
            data["bowel_dysfunction"] = "unsure"
        browser.post("/check/", data)
        html = browser.get("/check/").content.decode()
        if "You were not sure" in html:
            break
    asked = re.search(r'name="asked" value="([^"]*)"', html)
    assert asked
    assert asked[1] == "bowel_dysfunction"
    said = dict.fromkeys(asked[1].split(","), "unsure")
    assert browser.post("/check/", {"asked": asked[1], **said}).status_code == 302
    assert browser.get("/check/").headers["Location"] == "/now/"  # an alarm that stays unsure
    assert "Speak to someone today" in browser.get("/now/").content.decode()


def first_alarms(browser: Client) -> tuple[str, dict[str, Any]]:
    """The page with the first alarms, and an answer of no to every line of it."""
    browser.post("/begin/")
    for _ in range(9):
        html = browser.get("/check/").content.decode()
        if "saddle_numbness" in (sent := fill(html, ORDINARY)) or SHARED in sent:
            return html, sent
        browser.post("/check/", sent)
    raise AssertionError("no alarms")


SHARED = "saddle_numbness+sexual_dysfunction"


def test_no_to_a_line_of_several_signs_is_no_to_each(browser: Client) -> None:
    _html, sent = first_alarms(browser)
    browser.post("/check/", sent)
    known = sitting(browser).findings
    assert known["saddle_numbness"] is known["sexual_dysfunction"] is False


@pytest.mark.parametrize("said", ["yes", "unsure"])
def test_any_other_answer_to_it_asks_each_sign_by_itself(browser: Client, said: str) -> None:
    _html, sent = first_alarms(browser)
    browser.post("/check/", {**sent, SHARED: said})
    html = browser.get("/check/").content.decode()
    assert "Which of these is it?" in html
    assert "has the feeling changed between your legs" in html
    assert "either side feel duller" in html  # what helps to tell stands beside the question
    browser.post("/check/", {**fill(html, {}), "sexual_dysfunction": "no", "saddle_numbness": "no"})
    assert browser.get("/check/").status_code == 200


def test_who_leaves_before_the_signs_are_told_apart_is_told_what_to_do(browser: Client) -> None:
    _html, sent = first_alarms(browser)
    browser.post("/check/", {**sent, SHARED: "yes"})
    assert browser.get("/check/leave/").headers["Location"] == "/now/"


def test_a_sure_danger_is_not_kept_waiting_by_a_not_sure(browser: Client) -> None:
    browser.post("/begin/")
    said = {**ORDINARY, "bowel_dysfunction": True}
    for _ in range(30):
        page = browser.get("/check/")
        if page.status_code == 302:
            break
        data = fill(page.content.decode(), said)
        if SHARED in data:
            data[SHARED] = "unsure"
        browser.post("/check/", data)
    assert page.headers["Location"] == "/now/"


def test_nothing_is_stored_on_the_server(browser: Client) -> None:
    walk(browser, ORDINARY)
    assert set(browser.cookies) <= {"sacra", "csrftoken"}
    assert len(browser.cookies["sacra"].value) < 3_900
    assert browser.cookies["sacra"]["httponly"]
    assert not browser.cookies["sacra"]["max-age"]
    assert "saddle" not in browser.cookies["sacra"].value


# --- tired and hostile visitors ---------------------------------------------------------------


def test_an_empty_form_says_what_is_missing_and_loses_nothing(browser: Client) -> None:
    browser.post("/begin/")
    first = browser.get("/check/").content.decode()
    asked = fill(first, {})["asked"]
    page = browser.post("/check/", {"asked": asked, "age": "abc"})
    assert page.status_code == 422
    assert "abc" in page.content.decode()


@pytest.mark.parametrize("age", ["340", "-1", "ten", "1e9", "\uff14\uff10", "<script>"])
def test_an_impossible_age_gets_a_sentence(browser: Client, age: str) -> None:
    browser.post("/begin/")
    html = browser.get("/check/").content.decode()
    page = browser.post("/check/", {**fill(html, ORDINARY), "age": age})
    assert page.status_code in (302, 422)
    if page.status_code == 422:
        assert 'class="why"' in page.content.decode()
        assert "<script>" not in page.content.decode()


def test_a_second_tab_does_not_answer_the_wrong_screen(browser: Client) -> None:
    browser.post("/begin/")
    old = fill(browser.get("/check/").content.decode(), ORDINARY)
    browser.post("/check/", old)
    page = browser.post("/check/", old)
    assert page.status_code == 200
    assert "That page was from before" in page.content.decode()


@pytest.mark.parametrize("cookie", ["", "nonsense", "gAAAAAB" + "x" * 200, "é"])
def test_a_forged_sitting_is_no_sitting(browser: Client, cookie: str) -> None:
    browser.cookies["sacra"] = cookie
    for path in ("/check/", "/now/", "/check/leave/"):
        assert browser.get(path).headers["Location"] == "/"


def test_a_form_from_elsewhere_is_refused() -> None:
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    page = strict.post("/begin/")
    assert page.status_code == 403
    assert "out of date" in page.content.decode()


def test_ten_megabytes_are_refused_kindly(browser: Client) -> None:
    browser.post("/begin/")
    page = browser.post("/check/", {"asked": "x" * 10_000_000})
    assert page.status_code == 413
    assert "too large" in page.content.decode()
    page = browser.post("/check/", {"asked": "x" * 1_000_000})
    assert page.status_code == 400
    assert "could not be read" in page.content.decode()


def test_what_is_not_there_says_so(browser: Client) -> None:
    page = browser.get("/nowhere/")
    assert page.status_code == 404
    assert "no such page" in page.content.decode()


def test_every_page_carries_its_policy(browser: Client) -> None:
    page = browser.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    html = page.content.decode()
    assert not re.search(r"<(script|style)\b|\bstyle=|\bon\w+=", html)
    assert 'lang="en"' in html


def test_stopping_names_whom_to_ring(browser: Client) -> None:
    browser.post("/begin/")
    page = browser.get("/check/leave/").content.decode()
    assert "could not finish the safety questions" in page
    gone = browser.post("/stop/")
    assert gone.cookies["sacra"].value == ""
