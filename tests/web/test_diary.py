"""The diary in the browser: ten seconds a day; an alarm turns the page at once and stays."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from sacra.kb.knowledge import Knowledge
from sacra.web.models import DiaryEntry, Person
from sacra.web.record import add_entry, diary_of, episode_of
from tests.day import noon, today
from tests.web.keeping import day, keep, seat, write

pytestmark = pytest.mark.django_db


def entry(person: Person, knowledge: Knowledge, index: int = -1) -> Any:
    diary = diary_of(episode_of(person), knowledge)
    assert diary
    return diary.entries[index]


def lines(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'type="radio" name="(\w+)" value="yes"', page)))


def _said(line: str, said: Mapping[str, str]) -> str:
    """What is said of a line: of any of its signs, or no."""
    return next((said[name] for name in line.split("+") if name in said), "no")


def answer_safety(client: Client, **said: str) -> Any:
    """Answer every screen of the safety questions, with no but for what is said."""
    answer: Any = None
    for _ in range(12):
        page = client.get("/diary/safety/")
        if page.status_code != 200:
            return answer or page
        html = page.content.decode()
        asked = re.search(r'name="asked" value="([^"]+)"', html)
        assert asked
        names = dict.fromkeys(re.findall(r'name="([\w+]+)" value="yes"', html))
        form = {name: _said(name, said) for name in names}
        client_id = {"asked": asked.group(1), "client": str(uuid.uuid4())}
        answer = client.post("/diary/safety/", {**form, **client_id})
        assert answer.status_code == 302, answer.content.decode()
        if not answer.headers["Location"].startswith("/diary/safety/"):
            return answer
        if "follow" in answer.headers["Location"]:
            return answer
    raise AssertionError("the safety questions never end")


def test_a_visitor_without_a_record_is_asked_first(browser: Client) -> None:
    assert browser.get("/diary/").headers["Location"] == "/"
    assert seat(browser).get("/diary/").headers["Location"] == "/keep/"
    assert write(browser, pain_now="4").headers["Location"] == "/keep/"


def test_a_day_is_written_and_shown_again(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser)
    done = {"done-ex_bridge_seed": "part", "why-ex_bridge_seed": "time", "before": "3",
            "during": "4", "effort": "5", "sleep": "7", "note": "stairs", "worse": "no",
            "medicines": "1", "medicine": "acetaminophen"}  # fmt: skip
    write(browser, pain_now="4", **done)
    found = entry(person, knowledge)
    assert (found.pain_now, found.sleep, found.worse, found.note) == (4, 7, False, "stairs")
    assert found.medicine == ("acetaminophen",)
    (one,) = found.done
    assert (one.done, one.why_not, one.pain_before, one.effort) == ("part", "time", 3, 5)
    page = browser.get("/diary/").content.decode()
    assert 'name="pain_now" value="4" checked' in page
    assert 'value="part" checked' in page and 'value="stairs"' in page


def test_a_double_click_a_replay_and_a_second_tab_are_one_entry(
    browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser)
    form = {"client": str(uuid.uuid4()), "at": "", "pain_now": "4"}
    for _ in range(3):
        browser.post("/diary/", form)
    write(browser, pain_now="6", sleep="5")
    browser.post("/diary/", form)
    assert DiaryEntry.objects.count() == 1
    assert (entry(person, knowledge).pain_now, entry(person, knowledge).sleep) == (6, 5)


def test_the_day_is_that_of_the_persons_clock(browser: Client) -> None:
    keep(browser)
    zone = datetime.timezone(datetime.timedelta(hours=-10))
    there = datetime.datetime.now(zone)
    write(
        browser, pain_now="4", at=there.isoformat(timespec="seconds"), day=there.date().isoformat()
    )
    row = DiaryEntry.objects.get()
    assert (row.day, row.offset) == (there.date(), -600)
    assert browser.get("/progress/").status_code == 200  # though the check may be of tomorrow


def test_the_next_morning_is_added_to_yesterday(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser, days_ago=3)
    write(browser, day=day(-1), pain_now="4", **{"done-ex_bridge_seed": "yes"})
    assert "This morning" in browser.get("/diary/").content.decode()
    form = {"client": str(uuid.uuid4()), "at": "", "pain_now": "3", "morning": "6"}
    for _ in range(2):
        browser.post("/diary/", form)
    assert entry(person, knowledge, 0).done[0].pain_next_morning == 6
    assert "This morning" not in browser.get("/diary/").content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"pain_now": "11"},
        {"pain_now": "much"},
        {"pain_now": "nan"},
        {"day": "2099-01-01", "pain_now": "4"},
        {"day": "1999-01-01", "pain_now": "4"},
        {"done-ex_bridge_seed": "perhaps"},
    ],
)
def test_what_cannot_be_is_a_clear_page_and_keeps_the_form(
    sent: dict[str, str], browser: Client
) -> None:
    keep(browser)
    answer = write(browser, **sent)
    assert answer.status_code == 422
    assert "could not be written down" in answer.content.decode()
    assert not DiaryEntry.objects.exists()


def test_rubbish_is_ignored(browser: Client) -> None:
    keep(browser)
    answer = browser.post("/diary/", {"client": "x", "at": "x", "day": "x", "pain_now": "4"})
    assert answer.status_code == 302
    assert DiaryEntry.objects.get().day == today()


# --- alarms -----------------------------------------------------------------------------------


def test_worse_asks_the_safety_questions_each_with_its_own_answer(browser: Client) -> None:
    keep(browser)
    assert write(browser, pain_now="6", worse="yes").headers["Location"] == "/diary/safety/"
    page = browser.get("/diary/safety/").content.decode()
    asked = re.search(r'name="asked" value="([^"]+)"', page)
    assert asked and "saddle_numbness" in asked.group(1)
    assert browser.post("/diary/safety/", {"asked": asked.group(1)}).status_code == 422
    assert answer_safety(browser).headers["Location"] == "/diary/?noted=1"
    assert browser.get("/diary/safety/").headers["Location"] == "/diary/?noted=1"


def test_the_questions_are_due_again_after_a_week(browser: Client) -> None:
    keep(browser, days_ago=20)
    write(browser, day=day(), pain_now="4", worse="yes")
    answer_safety(browser)
    assert "due again" not in browser.get("/diary/").content.decode()
    row = DiaryEntry.objects.get()
    earlier = today() - datetime.timedelta(days=8)
    data = {**row.data, "day": earlier.isoformat()}
    row.day, row.data = earlier, data
    row.save()
    assert write(browser, day=day(), pain_now="4").headers["Location"] == "/diary/safety/"
    assert "due again" in browser.get("/diary/").content.decode()


def test_an_alarm_turns_the_page_at_once_and_a_better_day_does_not_turn_it_back(
    browser: Client,
) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    answer = answer_safety(browser, bowel_dysfunction="yes")
    assert answer.headers["Location"] == "/now/"
    assert browser.get("/now/").status_code == 200
    assert write(browser, pain_now="1", worse="no").headers["Location"] == "/now/"
    assert browser.get("/session/").headers["Location"] == "/now/"
    for url in ("/diary/", "/progress/"):
        page = browser.get(url).content.decode()
        assert "has to be looked at first" in page and "tel:" in page
        assert "bridge" not in page.lower()


def test_an_examination_lowers_it(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    answer_safety(browser, bowel_dysfunction="yes")
    browser.post("/diary/seen/", {"what": "examined"})
    assert "looked at first" not in browser.get("/diary/").content.decode()


def test_a_slip_of_the_finger_can_be_taken_back_today(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    answer_safety(browser, bowel_dysfunction="yes")
    browser.post("/diary/seen/", {"what": "slip"})
    assert "looked at first" not in browser.get("/diary/").content.decode()
    assert DiaryEntry.objects.get().data["answers"]["bowel_dysfunction"] is False


def test_not_sure_gets_its_follow_up_and_then_counts(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    answer = answer_safety(browser, bowel_dysfunction="unsure")
    assert answer.headers["Location"] == "/diary/safety/?follow=1"
    page = browser.get("/diary/safety/?follow=1")
    assert lines(page.content.decode()) == ["bowel_dysfunction"]
    after = browser.post("/diary/safety/?follow=1", {"bowel_dysfunction": "no"})
    assert after.headers["Location"] != "/now/"
    assert DiaryEntry.objects.get().data["answers"]["bowel_dysfunction"] is False


@pytest.mark.parametrize("still", ["unsure", "yes"])
def test_still_not_sure_or_yes_turns_the_page(browser: Client, still: str) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    answer_safety(browser, bowel_dysfunction="unsure")
    after = browser.post("/diary/safety/?follow=1", {"bowel_dysfunction": still})
    assert after.headers["Location"] == "/now/"


def test_a_line_of_several_signs_asks_which_of_them(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    assert answer_safety(browser, saddle_numbness="yes").headers["Location"].endswith("follow=1")
    page = browser.get("/diary/safety/?follow=1").content.decode()
    assert "Which of these is it?" in page
    assert lines(page) == ["saddle_numbness", "sexual_dysfunction"]
    said = {"saddle_numbness": "no", "sexual_dysfunction": "yes"}
    assert browser.post("/diary/safety/?follow=1", said).headers["Location"] == "/now/"


def test_who_leaves_before_the_follow_up_is_told_all_the_same(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    answer_safety(browser, bowel_dysfunction="unsure")
    assert "looked at first" in browser.get("/diary/").content.decode()
    assert browser.get("/diary/safety/").headers["Location"] == "/now/"


def test_a_sure_danger_is_not_kept_waiting_by_a_not_sure(browser: Client) -> None:
    keep(browser)
    write(browser, pain_now="6", worse="yes")
    said = {"bowel_dysfunction": "yes", "saddle_numbness": "unsure"}
    answer = answer_safety(browser, **said)
    assert browser.get(answer.headers["Location"]).headers["Location"] == "/now/"


def test_another_persons_check_beside_a_record_is_shown_as_theirs(browser: Client) -> None:
    """On a shared device: the session and the calendar belong to the plan that led to them."""
    keep(browser)
    assert "Write it down" in browser.get("/session/").content.decode()
    seat(browser, "home_si_pain_at_three_months")
    html = browser.get("/session/").content.decode()
    assert "Write it down" not in html
    assert "Nothing of this session is stored" in html
    assert re.search(r'"owner": ""', html)
    assert "How is it today?" in browser.get("/diary/").content.decode()  # that of the record


def test_the_page_says_that_nobody_reads_it_beside_the_numbers(browser: Client) -> None:
    keep(browser)
    page = browser.get("/diary/").content.decode()
    section = page[page.index("Nobody reads this") :]
    assert 'href="tel:' in section[:1200]
    assert "/keep/take/sacra.json" in page and "/keep/delete/" in page


def test_a_danger_fits_its_cookie_whatever_was_answered(
    browser: Client, knowledge: Knowledge
) -> None:
    keep(browser)
    yes_no = [f.id for f in knowledge.findings.values() if f.type == "yes_no" and f.by == "self"]
    plain = [n for n in yes_no if not knowledge.findings[n].derived]
    person = Person.objects.get()
    said = {name: False for name in plain if not knowledge.findings[name].applies_when}
    add_entry(person=person, client=uuid.uuid4(), at=noon(), knowledge=knowledge,
              entry={"answers": {**said, "saddle_numbness": True}})  # fmt: skip
    assert browser.get("/session/").headers["Location"] == "/now/"
    assert browser.get("/now/").status_code == 200
    assert browser.get("/diary/").status_code == 200
