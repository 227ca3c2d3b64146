"""Progress in words: the review of what is stored, what changes, and the plan for bad days."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import sacra.chart
from sacra.kb.knowledge import Knowledge
from sacra.web.models import Person, ProgrammeVersion
from sacra.web.record import add_entry, episode_of, programme_of
from sacra.web.whose import care_of_record
from tests.conftest import ROOT
from tests.day import today
from tests.web.keeping import day, keep, write

pytestmark = pytest.mark.django_db
CSS = ROOT / "src" / "sacra" / "web" / "static" / "sacra" / "diary.css"


def month(
    client: Client,
    knowledge: Knowledge,
    pain: Callable[[int], float],
    days: int = 21,
    **change: Any,
) -> Person:
    """Somebody who did everything for so many days, with this pain on each."""
    person = keep(client, days_ago=days, **change)
    programme = programme_of(episode_of(person))[1]
    assert programme
    felt = {"pain_before": 2, "pain_during": 2, "pain_next_morning": 1, "effort": 3}
    done = [{"exercise": one.exercise, "done": "yes", **felt} for one in programme.chosen]
    for i in range(days):
        on = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days - i)
        entry = {"pain_now": pain(i), "done": done}
        add_entry(person=person, client=uuid.uuid4(), at=on, entry=entry, knowledge=knowledge)
    return person


def test_nothing_yet_points_to_the_first_entry(browser: Client) -> None:
    keep(browser)
    page = browser.get("/progress/").content.decode()
    assert "Nothing is written down yet" in page and 'href="/diary/"' in page
    assert "Today is a bad day" in page


def test_one_entry_is_too_early_to_say(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="5")
    page = browser.get("/progress/").content.decode()
    assert "too early to say" in page and "1 day written down" in page


@pytest.mark.parametrize("path", ["/progress/", "/plan/", "/session/"])
def test_after_weeks_with_nothing_written_sacra_does_not_know_how_things_are(
    path: str, browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser, days_ago=60)
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=56)
    add_entry(person=person, client=uuid.uuid4(), at=at, entry={"pain_now": 5}, knowledge=knowledge)
    page = browser.get(path, follow=True).content.decode()
    assert "Nothing is written down for 8 weeks, so Sacra does not know how you are." in page
    assert 'href="/diary/safety/"' in page and "start gently" in page and "Do a new check" in page
    assert "Go on as planned" not in page and "You are on track" not in page
    write(browser, pain_now="3")
    assert "does not know how you are" not in browser.get(path, follow=True).content.decode()


def test_a_diary_that_was_never_begun_is_not_known_either(browser: Client) -> None:
    keep(browser, days_ago=400)
    for path in ("/progress/", "/plan/"):
        page = browser.get(path).content.decode()
        assert "Nothing is written down for 57 weeks" in page and 'href="/"' in page


def test_to_be_seen_within_days_comes_before_how_it_goes(
    browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser, days_ago=3)
    at = datetime.datetime.now(datetime.UTC)
    entry = {"pain_now": 5, "answers": {"unable_to_bear_weight": True}}
    add_entry(person=person, client=uuid.uuid4(), at=at, entry=entry, knowledge=knowledge)
    page = browser.get("/progress/").content.decode()
    assert "<h1>See someone within five days.</h1>" in page
    assert "Go on as planned" not in page


def test_weeks_of_pregnancy_go_on_before_the_first_entry(
    browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser, "pregnant_week_12", days_ago=70)
    care = care_of_record(person, today(), knowledge)
    assert care.case.findings["pregnancy_weeks"] == 12
    assert care.now.case.findings["pregnancy_weeks"] == 22


def test_getting_better_is_said_with_trend_table_moves_and_reasons(
    browser: Client, knowledge: Knowledge
) -> None:
    month(browser, knowledge, lambda i: round(7 - i / 4))
    page = browser.get("/progress/").content.decode()
    assert "You are on track." in page
    assert "Your pain has gone from about" in page
    assert page.count("<tr>") > 20 and 'class="sacra-trend"' in page
    assert "<style" not in page and "style=" not in page
    assert "Each exercise, and why" in page and "you did every exercise that" in page
    assert "!" not in re.sub(r"<!doctype|<!--", "", page)


def test_every_decision_says_after_which_session_it_was_made(
    browser: Client, knowledge: Knowledge
) -> None:
    """Sessions above the level say nothing about it, so the last decision may be weeks old."""
    person = month(browser, knowledge, lambda _: 4, 5)
    programme = programme_of(episode_of(person))[1]
    assert programme
    above = [{"exercise": one.exercise, "done": "yes", "level": 2} for one in programme.chosen]
    on = datetime.datetime.now(datetime.UTC)
    add_entry(person=person, client=uuid.uuid4(), at=on, entry={"done": above}, knowledge=knowledge)
    page = browser.get("/progress/").content.decode()
    yesterday = on.date() - datetime.timedelta(days=1)
    assert f"After the session of {yesterday:%B} {yesterday.day}" in page or (
        f"After the session of {yesterday.day} {yesterday:%B}" in page
    )
    assert f"After the session of {on.day} {on:%B}" not in page


def test_getting_worse_says_so_and_what_to_do(browser: Client, knowledge: Knowledge) -> None:
    month(browser, knowledge, lambda i: round(3 + i / 5), 14)
    page = browser.get("/progress/").content.decode()
    assert "It is getting worse." in page and "What to do about it" in page


def test_the_new_programme_is_taken_once(browser: Client, knowledge: Knowledge) -> None:
    person = month(browser, knowledge, lambda i: round(6 - i / 4))
    page = browser.get("/progress/").content.decode()
    assert "Take the new programme" in page
    for _ in range(2):
        browser.post("/progress/", {"replaces": "1"})
    assert ProgrammeVersion.objects.count() == 2
    after = programme_of(episode_of(person))[1]
    assert after and after.week == 3
    assert browser.get("/progress/?taken=1").status_code == 200
    assert browser.get("/session/").status_code == 200
    assert browser.get("/diary/").status_code == 200


def test_the_flare_plan_is_one_tap_away_and_open_in_a_flare(
    browser: Client, knowledge: Knowledge
) -> None:
    month(browser, knowledge, lambda i: 2 if i < 18 else 7)
    page = browser.get("/progress/").content.decode()
    assert '<details class="flare" open>' in page
    assert "Use the flare plan" in page


def test_milestones_only_grow(browser: Client, knowledge: Knowledge) -> None:
    month(browser, knowledge, lambda i: 5, 8)
    before = re.findall(r"(\d+) days? (?:written|with)", browser.get("/progress/").content.decode())
    write(browser, day=day(), pain_now="8", **{"done-ex_bird_dog": "no"})
    after = re.findall(r"(\d+) days? (?:written|with)", browser.get("/progress/").content.decode())
    assert [int(n) for n in after] >= [int(n) for n in before] == [8, 8]


def test_the_style_sheet_knows_every_part_of_the_picture() -> None:
    source = Path(sacra.chart.__file__).read_text()
    parts = set(re.findall(r"\.sacra-trend \.(\w+)", source))
    styled = set(re.findall(r"\.sacra-trend \.(\w+)", CSS.read_text()))
    assert parts <= styled


@pytest.mark.parametrize(("age", "goes_up"), [(45, True), (17, False)])
def test_under_18_nothing_goes_up_by_itself(
    age: int, goes_up: bool, browser: Client, knowledge: Knowledge
) -> None:
    month(browser, knowledge, lambda i: 2, age=age)
    page = browser.get("/progress/").content.decode()
    assert "Each exercise, and why" in page
    assert ("goes up to level" in page) is goes_up
