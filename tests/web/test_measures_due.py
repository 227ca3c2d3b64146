"""Questionnaires: due by the weeks on file, entered by number, read by the review, never copied."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

import msgspec
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.table import read_table_text
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.diary import read_diary
from sacra.reasoning.due import due_measures, next_due
from sacra.reasoning.settle import settle
from sacra.web.models import Measure, Person
from sacra.web.record import add_entry, delete, diary_of, episode_of, export
from sacra.web.scoring import add_score
from sacra.web.whose import care_of_record
from tests.day import today
from tests.web.keeping import day, findings, keep, seat

pytestmark = pytest.mark.django_db
BEGUN = datetime.date(2026, 11, 2)
KNOWLEDGE = load_knowledge()


def settled(**change: Any) -> Case:
    return settle(read_case(findings(**change), KNOWLEDGE), KNOWLEDGE)


def due_on(days: int, scored: dict[str, list[int]], **change: Any) -> dict[str, bool]:
    """The measures that are due so many days into the plan, and whether for the first time."""
    on = BEGUN + datetime.timedelta(days=days)
    given = {
        name: [BEGUN + datetime.timedelta(days=n) for n in days] for name, days in scored.items()
    }
    found = due_measures(settled(**change), given, BEGUN, on, KNOWLEDGE)
    return {one.measure: one.first for one in found}


def enter(browser: Client, measure: str, **said: Any) -> Any:
    """Send the form of a questionnaire."""
    form = {"client": str(uuid.uuid4()), "at": "", **said}
    return browser.post(f"/measures/{measure}/", form)


# --- which are due ----------------------------------------------------------------------------


def test_at_the_start_what_later_is_compared_with() -> None:
    assert due_on(0, {}) == {"nprs": True, "psfs": True, "rmdq": True}


@pytest.mark.parametrize(
    ("days", "scored", "is_due"),
    [
        (13, {"rmdq": [0]}, False),  # two weeks are not over
        (14, {"rmdq": [0]}, True),
        (14, {"rmdq": [0, 11]}, False),  # three days early counts
        (14, {"rmdq": [0, 10]}, True),
        (41, {"rmdq": [0, 14]}, False),
        (42, {"rmdq": [0, 14]}, True),
        (400, {"rmdq": [0, 14, 42, 84, 182, 364]}, False),
    ],
)
def test_the_weeks_are_those_on_file(days: int, scored: dict[str, list[int]], is_due: bool) -> None:
    assert ("rmdq" in due_on(days, scored)) is is_due


def test_better_or_worse_is_not_asked_before_there_is_a_before() -> None:
    assert "groc" not in due_on(41, {}) and "groc" in due_on(42, {})


def test_in_pregnancy_and_after_a_birth_it_is_the_pelvis_questionnaire() -> None:
    pregnant = {"sex": "female", "age": 31, "pregnant": True, "pregnancy_weeks": 20}
    assert {"pgq"} == due_on(0, {}, **pregnant).keys() & {"pgq", "rmdq"}


def test_not_known_is_not_asked_for() -> None:
    found = due_measures(Case({}), {}, BEGUN, BEGUN, KNOWLEDGE)
    assert {one.measure for one in found} == {"nprs", "psfs"}


def test_nothing_is_due_before_the_plan_begins() -> None:
    assert due_on(-1, {}) == {}


@given(st.integers(0, 500), st.lists(st.integers(0, 500), max_size=6))
def test_a_score_of_today_ends_the_waiting(days: int, earlier: list[int]) -> None:
    assert "nprs" not in due_on(days, {"nprs": [*earlier, days]})
    comes = next_due("nprs", BEGUN, BEGUN + datetime.timedelta(days=days), KNOWLEDGE)
    assert comes is None or comes > BEGUN + datetime.timedelta(days=days)


def test_every_interval_says_that_no_study_gives_it() -> None:
    asked = [form.due for form in KNOWLEDGE.measures.values() if form.due]
    assert asked and all(due.mark == "working_value" and due.sources for due in asked)
    assert KNOWLEDGE.policies["measures_due"].mark == "working_value"


# --- on the pages -----------------------------------------------------------------------------


def test_the_progress_page_says_what_is_due_and_why(browser: Client) -> None:
    keep(browser)
    page = browser.get("/progress/").content.decode()
    assert "Questionnaires that are due" in page
    for name in ("nprs", "psfs"):
        assert f'href="/measures/{name}/"' in page
        due = KNOWLEDGE.measures[name].due
        assert due and due.why in page
    assert 'href="/measures/rmdq/"' not in page, "two in a week are enough"
    later = browser.get("/measures/").content.decode()
    assert 'href="/measures/rmdq/"' in later.split("These can wait")[1].split("</p>")[0]


def test_what_could_wait_has_its_turn_the_week_after(browser: Client) -> None:
    keep(browser, days_ago=7)
    words = {"word-1": "put on socks", "word-2": "carry shopping", "word-3": "sit an hour"}
    enter(browser, "psfs", **words, **{f"item-{n}": "3" for n in (1, 2, 3)}, day=day(-7))
    enter(browser, "nprs", total="5", day=day(-7))
    page = browser.get("/progress/").content.decode()
    assert 'href="/measures/rmdq/"' in page.split('id="measures"')[1].split("</ul>")[0]
    assert "You need its form, from elsewhere." in page


def test_a_form_is_asked_in_full_only_where_its_words_are_ours(browser: Client) -> None:
    keep(browser)
    for form in KNOWLEDGE.measures.values():
        page = browser.get(f"/measures/{form.id}/").content.decode()
        assert (form.wording in page) if form.wording else ("they belong to those" in page)
        assert form.form_from.split(",")[0] in page or form.wording
        for source in form.sources:
            assert f'href="/learn/source/{source}/"' in page


def test_a_total_is_stored_shown_and_no_longer_due(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser)
    assert enter(browser, "rmdq", total="14").headers["Location"] == "/progress/?scored=1"
    diary = diary_of(episode_of(person), knowledge)
    assert diary and diary.entries[-1].measures["rmdq"].value == 14
    page = browser.get("/progress/?scored=1").content.decode()
    assert "Your score is written down." in page
    assert "Roland-Morris Disability Questionnaire (24 items): 14" in page
    assert "A second score shows the change." in page
    assert 'href="/measures/rmdq/"' not in page.split('id="measures"')[1].split("</ul>")[0]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("14", "6", ("better by 8, now 6", "That is a change that matters", "more than chance")),
        (
            "20",
            "15",
            ("better by 5, now 15", "less than a change that matters", "more than chance"),
        ),
        ("14", "12", ("better by 2, now 12", "less than a change that matters", "still be chance")),
        ("6", "14", ("worse by 8, now 14", "That is a change that matters", "more than chance")),
        ("9", "9", ("as at the start, 9",)),
    ],
)
def test_a_change_is_told_in_words_whichever_way_it_went(
    before: str, after: str, says: tuple[str, ...], browser: Client
) -> None:
    keep(browser, days_ago=14)
    enter(browser, "rmdq", total=before, day=day(-14))
    enter(browser, "rmdq", total=after)
    page = re.sub(r"\s+", " ", browser.get("/progress/").content.decode())
    for said in says if isinstance(says, tuple) else (says,):
        assert said in page, said


def test_two_scores_are_a_picture_with_its_line_and_its_table(browser: Client) -> None:
    keep(browser, days_ago=14)
    enter(browser, "rmdq", total="14", day=day(-14))
    enter(browser, "rmdq", total="6")
    for path in ("/progress/", "/measures/"):
        page = browser.get(path).content.decode()
        (picture,) = re.findall(
            r'<svg[^>]*class="sacra-trend sacra-scores".*?</svg>', page, re.DOTALL
        )
        assert 'class="matters"' in picture and "9 or less: a change that matters" in picture
        assert "better by 8, now 6</desc>" in picture and "style=" not in picture
        table = page.split(picture)[1].split("</table>")[0]
        assert "<td>14</td>" in table and "<td>6</td>" in table


def test_a_picture_without_a_known_limit_says_so_and_draws_none(browser: Client) -> None:
    keep(browser, days_ago=14)
    enter(browser, "phq2", total="2", day=day(-14))
    enter(browser, "phq2", total="1")
    page = browser.get("/measures/").content.decode()
    assert "<svg" in page.split('class="course"')[1] and 'class="matters"' not in page
    assert "How large a change has to be to matter is not known." in page


def test_a_limit_that_lies_beyond_the_scale_is_told_in_words(browser: Client) -> None:
    keep(browser, days_ago=14)
    enter(browser, "rmdq", total="4", day=day(-14))
    enter(browser, "rmdq", total="2")
    page = browser.get("/measures/").content.decode()
    assert 'class="matters"' not in page
    assert "no change for the better can reach that limit" in page


def test_a_risk_group_is_told_where_it_is_known(browser: Client) -> None:
    keep(browser)
    enter(browser, "startback", total="6")
    assert (
        "From the total alone the group is not known." in browser.get("/measures/").content.decode()
    )
    enter(browser, "startback", tick=["1", "2", "5", "6", "7", "8"])
    page = browser.get("/progress/").content.decode()
    assert "The group on this form: high." in page
    assert "Ask for a physiotherapist who also helps with worry, mood and sleep." in page


def test_what_nobody_has_published_is_said_to_be_unknown(browser: Client) -> None:
    keep(browser, days_ago=14)
    enter(browser, "phq2", total="1", day=day(-14))
    enter(browser, "phq2", total="2")
    page = browser.get("/progress/").content.decode()
    assert "How large a change has to be to matter is not known." in page
    assert "How much it goes up and down by chance is not known." in page


def test_better_or_worse_is_itself_a_change(browser: Client) -> None:
    keep(browser, days_ago=42)
    assert "+3" in browser.get("/measures/groc/").content.decode()
    enter(browser, "groc", total="3")
    page = browser.get("/progress/").content.decode()
    assert "better by 3, now 3" in page and "That is a change that matters: at least 2." in page
    enter(browser, "groc", total="-2")
    assert "worse by 2, now -2" in browser.get("/progress/").content.decode()


def test_the_items_give_the_score(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser)
    items = {f"item-{n}": "2" for n in range(1, 26)}
    enter(browser, "pgq", **{**items, "item-25": ""})
    enter(browser, "rmdq", tick=["1", "3", "24"])
    enter(browser, "basdai", **{f"item-{n}": "4,5" for n in range(1, 7)})
    diary = diary_of(episode_of(person), knowledge)
    assert diary
    scores = diary.entries[-1].measures
    assert round(scores["pgq"].value or 0) == 67 and scores["pgq"].answered == 24
    assert (scores["rmdq"].value, scores["basdai"].value) == (3, 4.5)


def test_own_activities_come_back_the_next_time(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser, days_ago=14)
    words = {"word-1": "put on socks", "word-2": "carry <b>shopping</b>", "word-3": "sit an hour"}
    enter(browser, "psfs", **words, **{"item-1": "3", "item-2": "2", "item-3": "4"}, day=day(-14))
    page = browser.get("/measures/psfs/").content.decode()
    assert 'value="put on socks"' in page and "<b>shopping" not in page
    enter(browser, "psfs", **words, **{"item-1": "6", "item-2": "6", "item-3": "6"})
    diary = diary_of(episode_of(person), knowledge)
    assert diary and [e.measures["psfs"].value for e in diary.entries] == [3, 6]
    assert "better by 3, now 6" in browser.get("/progress/").content.decode()


def test_a_low_mood_asks_about_safety_at_once(browser: Client) -> None:
    keep(browser)
    page = browser.get(enter(browser, "phq2", total="4").headers["Location"]).content.decode()
    assert KNOWLEDGE.findings["suicidal_thoughts"].question in page


def test_a_low_mood_leads_to_words_a_number_to_call_and_on_to_the_danger(browser: Client) -> None:
    keep(browser, region="gb")
    assert enter(browser, "phq2", total="3").headers["Location"] == "/measures/safety/"
    page = browser.get("/measures/safety/").content.decode()
    assert "Tell your doctor that your mood is low" in page
    assert 'href="tel:116123"' in page and 'href="tel:999"' in page
    for name in ("suicidal_thoughts", "suicidal_intent"):
        assert KNOWLEDGE.findings[name].question in page
    progress = browser.get("/progress/").content.decode()
    assert 'href="/measures/safety/"' in progress and 'href="tel:116123"' in progress
    assert KNOWLEDGE.findings["suicidal_thoughts"].question not in progress, "others may look on"
    answer = browser.post("/measures/safety/", {"client": str(uuid.uuid4()),
                          "suicidal_thoughts": "yes", "suicidal_intent": "no"})  # fmt: skip
    assert answer.headers["Location"] == "/now/"
    assert "116 123" in browser.get("/now/").content.decode()


def test_a_low_mood_without_such_thoughts_goes_on_to_how_it_goes(browser: Client) -> None:
    keep(browser)
    enter(browser, "phq2", total="6")
    sent = {"client": str(uuid.uuid4()), "suicidal_thoughts": "no"}
    answer = browser.post("/measures/safety/", sent)
    assert answer.status_code == 422 and "still needs an answer" in answer.content.decode()
    answer = browser.post("/measures/safety/", {**sent, "suicidal_intent": "no"})
    assert answer.headers["Location"] == "/progress/?scored=1"
    page = browser.get("/progress/").content.decode()
    assert "/measures/safety/" not in page and "Tell your doctor that your mood is low" in page
    assert browser.get("/measures/safety/").headers["Location"] == "/progress/"


def test_a_score_that_was_entered_later_reaches_the_plan_the_review_and_the_result(
    browser: Client,
) -> None:
    person = keep(browser, days_ago=10, startback="low")
    caution = "If you have felt low lately, tell your doctor too"
    assert caution not in browser.get("/plan/").content.decode()
    enter(browser, "phq2", total="4")
    enter(browser, "startback", tick=[*range(1, 10)])
    care = care_of_record(person, today(), KNOWLEDGE)
    assert care.now.case.findings["phq2"] == 4
    assert care.now.case.findings["startback"] == "high"
    assert caution in browser.get("/plan/").content.decode()
    assert "Tell your doctor that your mood is low" in browser.get("/progress/").content.decode()
    assert "PHQ-2" in browser.get("/result/print/").content.decode()


def test_not_sure_about_such_thoughts_is_a_reason_to_speak_to_someone_today(
    browser: Client,
) -> None:
    keep(browser)
    enter(browser, "phq2", total="4")
    sent = {"client": str(uuid.uuid4()), "suicidal_thoughts": "unsure", "suicidal_intent": "no"}
    page = browser.post("/measures/safety/", sent, follow=True).content.decode()
    assert "You were not sure. Ring and talk it through today" in page


def test_a_mood_that_is_not_low_asks_nothing(browser: Client) -> None:
    keep(browser)
    assert enter(browser, "phq2", total="2").headers["Location"] == "/progress/?scored=1"
    assert browser.get("/measures/safety/").headers["Location"] == "/progress/"


def test_without_a_record_the_mood_page_has_nothing_to_ask(browser: Client) -> None:
    assert browser.get("/measures/safety/").headers["Location"] == "/"


def test_under_a_danger_the_mood_page_does_not_get_in_the_way(browser: Client) -> None:
    person = keep(browser)
    enter(browser, "phq2", total="4")
    add_entry(person=person, client=uuid.uuid4(), at=datetime.datetime.now(datetime.UTC),
              entry={"answers": {"saddle_numbness": True}}, knowledge=KNOWLEDGE)  # fmt: skip
    assert browser.get("/measures/safety/").headers["Location"] == "/now/"


def test_only_a_score_and_no_diary_yet(browser: Client) -> None:
    keep(browser)
    enter(browser, "nprs", total="5")
    for path in ("/progress/", "/diary/", "/measures/", "/session/"):
        assert browser.get(path).status_code == 200


def test_under_a_danger_no_questionnaire_gets_in_the_way(
    browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser)
    add_entry(person=person, client=uuid.uuid4(), at=datetime.datetime.now(datetime.UTC),
              entry={"answers": {"saddle_numbness": True}}, knowledge=knowledge)  # fmt: skip
    for path in ("/measures/", "/measures/nprs/"):
        assert browser.get(path).headers["Location"] in ("/now/", "/diary/")
    assert enter(browser, "nprs", total="5").headers["Location"] in ("/now/", "/diary/")
    assert not Measure.objects.exists()
    assert "/measures/" not in browser.get("/progress/").content.decode()


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "sent", "words"),
    [
        ("rmdq", {"total": "25"}, "25 is impossible: the score lies between 0 and 24"),
        ("rmdq", {"total": "3.5"}, "3.5 is impossible: the score is a whole number"),
        ("rmdq", {"total": "a lot"}, "“a lot” is not a score; write a number from 0 to 24"),
        ("rmdq", {"total": "nan"}, "is not a score"),
        ("rmdq", {"total": "1e999"}, "is not a score"),
        ("rmdq", {}, "nothing is filled in yet"),
        ("rmdq", {"total": "3", "tick": ["1"]}, "the total or the single items, not both"),
        ("pgq", {"item-3": "4"}, "item 3: “4” is impossible; write a whole number from 0 to 3"),
        ("pgq", {"item-3": "x"}, "item 3: “x” is impossible"),
        ("pgq", {"item-3": "2"}, "not scored: 20 answered items are needed, not 1"),
        ("nprs", {}, "choose a number"),
        ("nprs", {"total": "11"}, "11 is impossible: the score lies between 0 and 10"),
        ("groc", {"total": "-6"}, "-6 is impossible: the score lies between -5 and 5"),
        ("promis", {"total": "19"}, "the score lies between 20 and 80"),
        ("psfs", {}, "name at least three activities"),
        ("psfs", {"word-1": "walk"}, "activity 1: it has no number yet"),
        ("psfs", {"item-2": "4"}, "activity 2: the number has no activity yet"),
        ("psfs", {"word-1": "walk", "item-1": "3"}, "name at least three activities"),
        ("nprs", {"total": "5", "day": "2099-01-01"}, "is in the future"),
        ("nprs", {"total": "5", "day": "2020-01-01"}, "before the plan began"),
        ("nprs", {"total": "5", "day": "yesterday"}, "write it like 2026-11-25"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence_and_keeps_the_form(
    measure: str, sent: dict[str, Any], words: str, browser: Client
) -> None:
    keep(browser)
    answer = enter(browser, measure, **sent)
    page = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422, page
    assert words in page
    assert not Measure.objects.exists()
    for name, value in sent.items():
        if name.startswith(("total", "item", "word")) and measure not in ("nprs", "groc"):
            assert f'name="{name}"' in page and f'value="{value}"' in page


def test_a_name_that_nobody_knows_is_not_found(browser: Client) -> None:
    keep(browser)
    assert browser.get("/measures/sf36/").status_code == 404
    assert enter(browser, "sf36", total="3").status_code == 404


def test_without_a_record_there_is_nothing_to_write_to(browser: Client) -> None:
    assert browser.get("/measures/").headers["Location"] == "/"
    seat(browser)
    assert enter(browser, "nprs", total="5").headers["Location"] == "/keep/"
    assert not Measure.objects.exists()


def test_a_double_click_is_one_score_and_a_correction_counts(
    browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser)
    client = str(uuid.uuid4())
    for _ in range(3):
        enter(browser, "rmdq", total="14", client=client)
    assert Measure.objects.count() == 1
    enter(browser, "rmdq", total="13")
    enter(browser, "rmdq", total="14", client=client)
    diary = diary_of(episode_of(person), knowledge)
    assert diary and diary.entries[-1].measures["rmdq"].value == 13


def test_the_day_is_that_of_the_persons_clock(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser)
    there = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=-10)))
    enter(browser, "nprs", total="5", at=there.isoformat(timespec="seconds"))
    diary = diary_of(episode_of(person), knowledge)
    assert diary and diary.entries[0].on == there.date()


# --- kept, taken away, deleted ----------------------------------------------------------------


def scored(person: Person, **more: Any) -> None:
    said = {"measure": "rmdq", "values": 14, "knowledge": KNOWLEDGE, "day": today(), **more}
    add_score(person=person, client=uuid.uuid4(), at=datetime.datetime.now(datetime.UTC), **said)


def test_scores_are_sealed_exported_and_deleted(browser: Client) -> None:
    person = keep(browser)
    scored(person, measure="psfs", values=[3, None, 4, 5], words=("socks", "stairs", "sit", "run"))
    assert b"socks" not in bytes(Measure.objects.get().payload)
    taken = msgspec.json.decode(msgspec.json.encode(export(person=person)))
    (one,) = taken["episodes"][0]["measures"]
    assert (one["measure"], one["values"]) == ("psfs", [3, None, 4, 5]) and "client" not in one
    assert "stairs" in browser.get("/keep/take/sacra.json").content.decode()
    delete(person=person)
    assert not Measure.objects.exists()
    with pytest.raises(Person.DoesNotExist):
        scored(person)


def test_the_table_of_the_diary_reads_back(browser: Client, knowledge: Knowledge) -> None:
    person = keep(browser)
    scored(person, measure="psfs", values=[3, None, 4, 5.5])
    scored(person)
    text = browser.get("/keep/take/diary.csv").content
    again = read_diary(read_table_text(text, "diary.csv"), knowledge, today=today())
    assert again.entries[-1].measures == diary_entry(person, knowledge)


def diary_entry(person: Person, knowledge: Knowledge) -> Any:
    diary = diary_of(episode_of(person), knowledge)
    assert diary
    return diary.entries[-1].measures


def test_a_score_that_a_later_version_cannot_read_hides_nothing_else_of_its_day(
    browser: Client, knowledge: Knowledge
) -> None:
    person = keep(browser)
    scored(person)
    for values, name in ((14, "retired_form"), (99, "rmdq"), ([1, 2], "pgq")):
        row = Measure(episode=episode_of(person), at=datetime.datetime.now(datetime.UTC))
        row.data = {"measure": name, "day": today(), "values": values}
        row.save()
    add_entry(person=person, client=uuid.uuid4(), at=datetime.datetime.now(datetime.UTC),
              entry={"answers": {"saddle_numbness": True}}, knowledge=knowledge)  # fmt: skip
    assert diary_entry(person, knowledge).keys() == {"rmdq"}
    assert "looked at first" in browser.get("/progress/").content.decode()
    assert Measure.objects.count() == 4


def test_too_few_items_are_refused_before_anything_is_stored(browser: Client) -> None:
    person = keep(browser)
    with pytest.raises(CaseError, match="answered items are needed"):
        scored(person, measure="phq2", values=[1, None])
    assert not Measure.objects.exists()
