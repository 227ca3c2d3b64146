"""The body map, pointing and movements to try without scripts: forms that are posted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sacra.kb.load import load_knowledge
from tests.web.seating import sitting
from tests.web.walking import ORDINARY, fill

AT = {"map": 'name="place"', "point": 'name="spot"', "try": 'name="skip"'}


def walk_to(browser: Client, what: str, answers: dict[str, Any] | None = None) -> str:
    """Answer until this page is there; the page."""
    browser.post("/begin/", {"who": "self"})
    for _ in range(60):
        page = browser.get("/check/")
        html = page.content.decode()
        if AT[what] in html:
            return html
        if page.status_code == 302:
            assert page.headers["Location"] == "/result/", f"the check ended before the {what}"
            browser.post("/check/onwards/")
            continue
        browser.post("/check/", fill(html, answers or ORDINARY))
    raise AssertionError(f"no {what}")


def send(browser: Client, html: str, **data: Any) -> Any:
    asked = re.search(r'name="asked" value="([^"]*)"', html)
    assert asked
    return browser.post("/check/", {"asked": asked[1], **data})


def findings(browser: Client) -> dict[str, Any]:
    return sitting(browser).findings


# --- the body map -----------------------------------------------------------------------------


def test_the_map_comes_after_every_alarm(browser: Client) -> None:
    browser.post("/begin/")
    alarms = {
        name
        for screen in load_knowledge().screens.values()
        if screen.stage == "alarms"
        for name in screen.findings
    }
    seen_map = False
    for _ in range(60):
        page = browser.get("/check/")
        if page.status_code == 302:
            break
        html = page.content.decode()
        seen_map |= AT["map"] in html
        asked = set(re.search(r'name="asked" value="([^"]*)"', html)[1].split(","))  # type: ignore[index]
        assert not (seen_map and asked & alarms), asked & alarms
        browser.post("/check/", fill(html, ORDINARY))
    assert seen_map


def test_the_list_alone_answers_the_map(browser: Client) -> None:
    html = walk_to(browser, "map")
    assert re.search(r'<div class="atlas" id="atlas" hidden', html)  # until a script shows it
    assert "Each place left free counts as: no pain there" in html
    assert send(browser, html, place=["buttock.left", "dimple.left"], go="on").status_code == 302
    known = findings(browser)
    assert known["buttock_pain.left"] is known["pain_over_sij.left"] is True
    assert known["buttock_pain.right"] is known["pain_over_sij.right"] is False
    assert known["groin_pain"] is False
    assert "one_finger" not in known


def test_continue_with_nothing_marked_asks_again(browser: Client) -> None:
    html = walk_to(browser, "map")
    before = findings(browser)
    page = send(browser, html, go="on")
    assert page.status_code == 422
    assert "Mark a place, or choose" in page.content.decode()
    assert findings(browser) == before


def test_none_of_these_is_a_no_to_each(browser: Client) -> None:
    html = walk_to(browser, "map")
    send(browser, html, none_of_these="1")
    assert findings(browser)["buttock_pain"] is findings(browser)["knee_pain"] is False
    assert AT["point"] not in browser.get("/check/").content.decode()


def test_not_sure_of_the_rest_stays_not_sure(browser: Client) -> None:
    html = walk_to(browser, "map")
    send(browser, html, place=["groin.right"], not_sure="1")
    known = findings(browser)
    assert known["groin_pain.right"] is True
    assert known["buttock_pain"] == known["groin_pain.left"] == "unsure"
    assert not [key for key, value in known.items() if value is False and key == "thigh_pain"]


@pytest.mark.parametrize(
    "forged", [["nowhere"], ["buttock"], ["buttock.up", "<script>"], ["x"] * 99]
)
def test_a_forged_place_is_no_place(browser: Client, forged: list[str]) -> None:
    html = walk_to(browser, "map")
    page = send(browser, html, place=forged, go="on")
    assert page.status_code == 422
    assert "<script>" not in page.content.decode()


def test_back_undoes_the_map(browser: Client) -> None:
    html = walk_to(browser, "map")
    before = findings(browser)
    send(browser, html, place=["buttock.left"], go="on")
    browser.post("/check/back/")
    assert findings(browser) == before
    assert AT["map"] in browser.get("/check/").content.decode()


def test_a_helper_answers_for_somebody_else(browser: Client) -> None:
    browser.post("/begin/", {"who": "other"})
    for _ in range(40):
        html = browser.get("/check/").content.decode()
        if AT["map"] in html:
            break
        browser.post("/check/", fill(html, ORDINARY))
    assert "Where does it hurt them?" in html


# --- pointing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spot", "said"),
    [
        ("dimple_spot.left", {"one_finger.left": True, "one_finger.right": False}),
        ("dimple_spot.both", {"one_finger.left": True, "one_finger.right": True}),
        ("low_back_middle", {"one_finger": False, "dominant_lumbar_pain": True}),
        ("elsewhere", {"one_finger": False, "dominant_lumbar_pain": False}),
        ("unsure", {"one_finger": "unsure", "dominant_lumbar_pain": "unsure"}),
    ],
)
def test_a_line_of_the_list_is_the_worst_spot(
    browser: Client, spot: str, said: dict[str, Any]
) -> None:
    html = walk_to(browser, "point")
    assert send(browser, html, spot=spot, go="on").status_code == 302
    known = findings(browser)
    assert {key: known.get(key) for key in said} == said


@pytest.mark.parametrize("spot", ["", "nowhere", "dimple_spot", "dimple_spot.up"])
def test_no_spot_asks_again(browser: Client, spot: str) -> None:
    html = walk_to(browser, "point")
    page = send(browser, html, spot=spot, go="on")
    assert page.status_code == 422
    assert "Point twice to the same spot, or choose a line" in page.content.decode()


def test_i_am_not_sure_where(browser: Client) -> None:
    html = walk_to(browser, "point")
    send(browser, html, not_sure="1")
    assert findings(browser)["one_finger"] == "unsure"


# --- movements to try -------------------------------------------------------------------------


def test_a_movement_says_how_when_to_stop_and_whom_to_call(browser: Client) -> None:
    html = walk_to(browser, "try")
    assert "Push the thigh gently down into the bed" in html
    assert "Stop as soon as you feel your usual pain" in html
    assert "for 3 seconds" in html  # also without the timer
    assert re.search(r'id="timer" hidden', html)
    assert 'href="tel:999"' in html and 'href="tel:112"' in html
    assert html.count('class="sacra-figure"') == 2  # one that moves, one at rest
    assert "Movement 1 of 5" in html
    assert not re.search(r"\bstyle=|<style|\bon\w+=\"", html)


def test_one_side_is_a_yes_there_and_nothing_is_said_of_the_other(browser: Client) -> None:
    html = walk_to(browser, "try")
    assert send(browser, html, p4_self="left", go="on").status_code == 302
    known = findings(browser)
    assert known["p4_self.left"] is True
    assert "p4_self.right" not in known
    assert "Movement 2 of 5" in browser.get("/check/").content.decode()


def test_what_is_left_out_is_not_known_and_does_not_come_again(browser: Client) -> None:
    html = walk_to(browser, "try")
    before = findings(browser)
    send(browser, html, skip="1")
    assert findings(browser) == before
    after = browser.get("/check/").content.decode()
    assert AT["try"] in after and "p4_self" not in after
    browser.post("/check/back/")
    assert "p4_self" in browser.get("/check/").content.decode()


def test_half_a_movement_leaves_the_rest_not_known(browser: Client) -> None:
    html = walk_to(browser, "try")
    send(browser, html, skip="1")
    html = browser.get("/check/").content.decode()
    send(browser, html, aslr="no", go="on")
    assert findings(browser)["aslr"] is False
    assert "aslr_better_with_compression" not in findings(browser)


def test_continue_without_an_answer_asks_again(browser: Client) -> None:
    html = walk_to(browser, "try")
    page = send(browser, html, go="on")
    assert page.status_code == 422
    assert "I do not want to do this one" in page.content.decode()


@pytest.mark.parametrize("forged", ["maybe", "yes", "up", "<b>"])
def test_a_forged_side_is_no_answer(browser: Client, forged: str) -> None:
    html = walk_to(browser, "try")
    page = send(browser, html, p4_self=forged, go="on")
    assert page.status_code in (302, 422)
    assert findings(browser).get("p4_self") in (None, True)


def test_all_can_be_left_out_at_once_and_back_brings_them_again(browser: Client) -> None:
    html = walk_to(browser, "try")
    before = findings(browser)
    send(browser, html, skip_all="1")
    assert findings(browser) == before
    assert browser.get("/check/").headers["Location"] == "/plan/"
    assert "Go on to my plan" not in browser.get("/result/").content.decode()
    browser.post("/check/back/")
    assert "p4_self" in browser.get("/check/").content.decode()


def test_a_hold_leaves_no_movement_to_try(browser: Client) -> None:
    browser.post("/begin/")
    held = {**ORDINARY, "cancer_history": True, "night_pain_constant": True, "new_pain": True}
    for _ in range(60):
        page = browser.get("/check/")
        if page.status_code == 302:
            break
        assert AT["try"] not in page.content.decode()
        browser.post("/check/", fill(page.content.decode(), held))


def test_strong_pain_is_not_stirred_up(browser: Client) -> None:
    browser.post("/begin/")
    for _ in range(60):
        page = browser.get("/check/")
        if page.status_code == 302:
            break
        assert AT["try"] not in page.content.decode()
        browser.post("/check/", fill(page.content.decode(), {**ORDINARY, "pain_now": "8"}))


def test_in_later_pregnancy_it_is_drawn_and_told_another_way(browser: Client) -> None:
    pregnant = {
        **ORDINARY, "sex": "female", "age": "31", "pregnant": True, "pregnancy_weeks": "24",
        "duration_weeks": "5", "onset_age": "31",
    }  # fmt: skip
    html = walk_to(browser, "try", pregnant)
    assert "Prop your head and back up on firm pillows" in html
    assert re.search(r'id="fig-self_[a-z_]+(-far)?-p-t"', html)


def test_a_sitting_with_places_and_tests_fits_its_cookie(browser: Client) -> None:
    everywhere = {
        f.id: True for f in load_knowledge().findings.values() if f.areas or f.kind == "self_test"
    }
    html = walk_to(browser, "map", {**ORDINARY, **everywhere})
    send(browser, html, **fill(html, {**ORDINARY, **everywhere}))
    for _ in range(40):
        page = browser.get("/check/")
        if page.status_code == 302:
            break
        browser.post("/check/", fill(page.content.decode(), {**ORDINARY, **everywhere}))
    assert len(browser.cookies["sacra"].value) < 3_000
