"""Reminders: a calendar file that others read, and mails that fire, repeat and stop."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
import uuid
import zoneinfo
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # has no types
from django.core import mail, signing
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from icalendar import Calendar

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.session import day_of
from sacra.reasoning.standing import Programme
from sacra.web import reminders
from sacra.web.ics import calendar_file, review_day
from sacra.web.models import DiaryEntry, Person, ProgrammeVersion, Reminder
from sacra.web.record import add_entry, claim, delete, episode_of, export, programme_of
from sacra.web.reminders import MOST_ASKED, UNANSWERED, Wanted, send_due, wanted_of
from sacra.web.vault import seal
from tests.day import today
from tests.web.keeping import keep, seat

pytestmark = pytest.mark.django_db
EMAIL = "somebody@example.org"
AT = datetime.time(18, 0)
LEAST_SAID = re.compile(
    r"pain|sacroiliac|joint|exercise|health|back\b|hurt|doctor|symptom", re.IGNORECASE
)
"""What no mail and no calendar entry says; "look back" is the one that may."""


@pytest.fixture(autouse=True)
def nobody_was_asked_yet(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def moment(days: int = 0, at: str = "18:05") -> datetime.datetime:
    """A time in UTC, so many days from today."""
    day = today() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time.fromisoformat(at), datetime.UTC)


def ask(client: Client, email: str = EMAIL, at: str = "18:00", **more: str) -> Any:
    form = {"what": "set", "email": email, "time": at, "agree": "yes", **more}
    return client.post("/reminders/", form)


def link_in(message: mail.EmailMessage, what: str) -> str:
    found = re.search(rf"http://localhost(/reminders/{what}/\S+/)", str(message.body))
    assert found, message.body
    return found.group(1)


def reminded(client: Client, name: str = "hypermobile_woman", **more: str) -> Person:
    """Somebody who keeps a diary and has confirmed the address, with an empty outbox."""
    person = keep(client, name)
    ask(client, **more)
    Client(headers={"host": "localhost"}).post(link_in(mail.outbox[-1], "confirm"))
    Reminder.objects.update(due=moment(0, "18:00"))  # whatever the clock says while this runs
    row = Reminder.objects.get()
    row.data = {**row.data, "agreed": moment(0, "00:00")}
    row.save()
    ProgrammeVersion.objects.update(at=moment(0, "00:00"))
    mail.outbox.clear()
    return person


def programme(person: Person) -> Programme:
    found = programme_of(episode_of(person))[1]
    assert found
    return found


def days_with(person: Person, exercises: bool) -> list[int]:
    """Days from today on that have exercises, or none, within the first week."""
    week = programme(person).days
    return [day.day - 1 for day in week if bool(day.sessions) is exercises]


def sent_on(knowledge: Knowledge, day: int, at: str = "18:05") -> list[mail.EmailMessage]:
    """The mails of one run."""
    before = len(mail.outbox)
    send_due(moment(day, at), knowledge)
    return [*mail.outbox[before:]]


def wrote(person: Person, day: int, **entry: Any) -> None:
    """An entry of any day, as if it had been written then."""
    at = moment(day, "12:00")
    row = DiaryEntry(
        episode=episode_of(person), client=uuid.uuid4(), day=at.date(), at=at, offset=0
    )
    row.data = {"day": at.date().isoformat(), "sent": [], **(entry or {"pain_now": 3})}
    row.save()
    DiaryEntry.objects.filter(pk=row.pk).update(received=at)


# --- ask and confirm --------------------------------------------------------------------------


def test_nothing_goes_to_an_address_before_its_owner_says_yes(
    browser: Client, knowledge: Knowledge
) -> None:
    keep(browser)
    assert ask(browser).headers["Location"] == "/reminders/?asked=1"
    (asking,) = mail.outbox
    assert asking.to == [EMAIL] and "If it was not you" in str(asking.body)
    assert not LEAST_SAID.search(f"{asking.subject} {asking.body}")
    assert send_due(moment(1), knowledge) == (0, 0) and len(mail.outbox) == 1
    assert "Open the link in the mail" in browser.get("/reminders/").content.decode()


def test_a_link_opened_by_a_program_confirms_nothing(browser: Client) -> None:
    keep(browser)
    ask(browser)
    link, stranger = link_in(mail.outbox[0], "confirm"), Client(headers={"host": "localhost"})
    page = stranger.get(link)
    assert page.status_code == 200 and "Yes, send them" in page.content.decode()
    assert wanted_of(Reminder.objects.get()).confirmed is False
    for _ in range(2):
        assert "A mail reminds you at 18:00" in stranger.post(link).content.decode()
    assert wanted_of(Reminder.objects.get()).confirmed is True


def test_an_address_without_a_yes_is_deleted_after_three_days(
    browser: Client, knowledge: Knowledge
) -> None:
    keep(browser)
    ask(browser)
    send_due(moment(2), knowledge)
    assert Reminder.objects.exists()
    send_due(moment(4), knowledge)
    assert not Reminder.objects.exists() and len(mail.outbox) == 1
    page = browser.post(link_in(mail.outbox[0], "confirm"))
    assert page.status_code == 404 and "does not work any more" in page.content.decode()


def test_a_double_click_asks_once_and_an_address_is_asked_a_few_times_a_day(
    browser: Client,
) -> None:
    keep(browser)
    for _ in range(3):
        assert ask(browser).status_code == 302
    assert len(mail.outbox) == 1
    for _ in range(MOST_ASKED - 1):
        browser.post("/reminders/", {"what": "stop"})
        assert ask(browser).status_code == 302
    browser.post("/reminders/", {"what": "stop"})
    refused = ask(browser)
    assert refused.status_code == 429 and "Try again tomorrow" in refused.content.decode()
    assert len(mail.outbox) == MOST_ASKED and not Reminder.objects.exists()


def test_another_address_is_another_reminder_and_the_old_links_are_over(browser: Client) -> None:
    reminded(browser)
    old = Reminder.objects.get().pk
    ask(browser, email="other@example.org")
    row = Reminder.objects.get()
    assert row.pk != old and wanted_of(row).confirmed is False
    ask(browser, email="third@example.org")
    assert browser.post(link_in(mail.outbox[0], "confirm")).status_code == 404


def test_the_time_can_be_changed_without_a_new_yes(browser: Client) -> None:
    reminded(browser)
    assert ask(browser, at="07:15").headers["Location"] == "/reminders/?set=1"
    wanted = wanted_of(Reminder.objects.get())
    assert (wanted.confirmed, wanted.at) == (True, datetime.time(7, 15))
    assert mail.outbox == []
    assert "A mail reminds you at 07:15" in browser.get("/reminders/?set=1").content.decode()


def test_the_mail_server_is_down(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(browser)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    answer = ask(browser)
    assert answer.status_code == 503 and "Try again in some minutes" in answer.content.decode()


def refuse(*_: Any) -> int:
    raise ConnectionRefusedError("no mail today")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"email": "nobody"}, "not an e-mail address"),
        ({"email": ""}, "not an e-mail address"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "not an e-mail address"),
        ({"email": f"{'a' * 300}@example.org"}, "not an e-mail address"),
        ({"time": "25:00"}, "25:00 is not a time of day. Write it like 18:30."),
        ({"time": "18:60"}, "not a time of day"),
        ({"time": "\u0661\u0668:\u0660\u0660"}, "not a time of day"),
        ({"time": ""}, "The time is missing"),
        ({"agree": ""}, "Tick the box if you agree"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_stores_nothing(
    sent: dict[str, str], words: str, browser: Client
) -> None:
    keep(browser)
    answer = ask(browser, **sent)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Reminder.objects.exists() and mail.outbox == []


def test_what_was_typed_is_still_there_after_a_mistake(browser: Client) -> None:
    keep(browser)
    page = ask(browser, at="25:00").content.decode()
    assert f'value="{EMAIL}"' in page


def test_only_a_record_has_mails_and_a_danger_comes_first(
    browser: Client, knowledge: Knowledge
) -> None:
    assert browser.get("/reminders/").headers["Location"] == "/"
    seat(browser)
    assert "Sacra has to keep your plan" in browser.get("/reminders/").content.decode()
    assert ask(browser).headers["Location"] == "/keep/"
    add_entry(person=keep(browser), client=uuid.uuid4(), at=datetime.datetime.now(datetime.UTC),
              entry={"answers": {"saddle_numbness": True}}, knowledge=knowledge)  # fmt: skip
    assert browser.get("/reminders/").headers["Location"] in ("/now/", "/diary/")
    assert browser.get("/reminders/sacra.ics").headers["Location"] in ("/now/", "/diary/")


# --- fire, repeat, stop -----------------------------------------------------------------------


def test_a_day_with_exercises_has_one_mail(browser: Client, knowledge: Knowledge) -> None:
    person = reminded(browser)
    first = days_with(person, exercises=True)[0]
    (message,) = sent_on(knowledge, first)
    minutes = round(programme(person).days[first].minutes)
    assert message.subject == f"Sacra: {minutes} minutes" and message.to == [EMAIL]
    for at in ("18:05", "18:15", "20:55", "23:59"):
        assert sent_on(knowledge, first, at) == []


def test_no_mail_says_anything_of_health_and_each_can_be_stopped(
    browser: Client, knowledge: Knowledge
) -> None:
    reminded(browser)
    for day in range(UNANSWERED + 1):
        sent_on(knowledge, day)
    assert len(mail.outbox) == UNANSWERED
    for message in mail.outbox:
        text = f"{message.subject}\n{message.body}".replace("look back", "")
        assert not LEAST_SAID.search(text), text
        link = link_in(message, "stop")
        assert message.extra_headers["List-Unsubscribe"] == f"<http://localhost{link}>"
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_written_needs_no_reminder(browser: Client, knowledge: Knowledge) -> None:
    person = reminded(browser)
    wrote(person, 0)
    assert sent_on(knowledge, 0) == []
    assert Reminder.objects.get().due == moment(1, "18:00")


def test_on_a_rest_day_a_mail_comes_only_when_nothing_was_written(
    browser: Client, knowledge: Knowledge
) -> None:
    person = reminded(browser)
    rest = next(day for day in days_with(person, exercises=False) if day)
    (message,) = sent_on(knowledge, rest)
    assert message.subject == "Sacra: one line"


def test_a_rest_day_after_a_written_day_is_quiet(browser: Client, knowledge: Knowledge) -> None:
    person = reminded(browser)
    rest = next(day for day in days_with(person, exercises=False) if day)
    wrote(person, rest - 1)
    assert sent_on(knowledge, rest) == []


def test_they_pause_without_a_sign_of_life_and_go_on_with_one(
    browser: Client, knowledge: Knowledge
) -> None:
    person = reminded(browser)
    for day in range(20):
        sent_on(knowledge, day)
    assert len(mail.outbox) == UNANSWERED
    assert "This is the last mail for now" in str(mail.outbox[-1].body)
    assert not any("last mail" in str(one.body) for one in mail.outbox[:-1])
    assert "The mails pause until" in browser.get("/reminders/").content.decode()
    wrote(person, 20)
    assert sum(len(sent_on(knowledge, day)) for day in range(20, 25)) >= 2


def test_when_it_is_time_to_look_back_the_mail_says_so(
    browser: Client, knowledge: Knowledge
) -> None:
    person = reminded(browser)
    until = review_day(programme(person))
    assert until
    day = (until - today()).days
    (message,) = sent_on(knowledge, day)
    assert "look back" in str(message.body) and "/progress/" in str(message.body)
    assert "look back" not in str(sent_on(knowledge, day - 1))


def test_a_danger_ends_the_call_to_exercise(browser: Client, knowledge: Knowledge) -> None:
    wrote(reminded(browser), -1, answers={"saddle_numbness": True})
    messages = [one for day in range(4) for one in sent_on(knowledge, day)]
    assert {message.subject for message in messages} == {"Sacra"}
    for message in messages:
        text = str(message.body)
        assert text.startswith("Please open Sacra today: http://localhost/diary/")
        assert "session" not in text and "minute" not in text and "numb" not in text


def test_nobody_is_called_to_exercises_that_wait_since(
    browser: Client, knowledge: Knowledge
) -> None:
    wrote(reminded(browser), 0, answers={"unable_to_bear_weight": True})  # seen within days: a hold
    first, second = (sent_on(knowledge, day)[0] for day in (1, 2))
    assert {first.subject, second.subject} == {"Sacra"}
    assert browser.get("/reminders/sacra.ics").headers["Location"] == "/reminders/"
    assert "time to look back first" in browser.get("/reminders/").content.decode()


def test_after_a_long_stop_nobody_is_reminded_of_the_morning_in_the_evening(
    browser: Client, knowledge: Knowledge
) -> None:
    reminded(browser, at="08:00")
    Reminder.objects.update(due=moment(1, "08:00"))
    assert sent_on(knowledge, 1, "15:00") == []
    assert Reminder.objects.get().due == moment(2, "08:00")


def test_a_clock_that_went_wrong_sends_no_second_mail_a_day_and_none_too_early(
    browser: Client, knowledge: Knowledge
) -> None:
    reminded(browser)
    assert len(sent_on(knowledge, 0)) == 1
    Reminder.objects.update(due=moment(0, "18:00"))
    assert sent_on(knowledge, 0, "18:30") == []
    assert sent_on(knowledge, 0, "12:00") == []
    Reminder.objects.update(due=moment(1, "09:00"))
    assert sent_on(knowledge, 1, "12:00") == []
    assert Reminder.objects.get().due == moment(1, "18:00")


# --- nothing twice, nobody else's trouble -----------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_runs_at_once_send_one_mail(browser: Client, knowledge: Knowledge) -> None:
    reminded(browser)

    def run(_: int) -> int:
        try:
            return send_due(moment(0), knowledge).sent
        except OperationalError:  # the tests' database in memory does not wait for its lock
            return run(_)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("change", [{"what": "stop"}, {"time": "20:00"}, {"email": "c@d.org"}])
def test_what_the_person_changes_meanwhile_wins(
    change: dict[str, str], browser: Client, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminded(browser)
    turn = reminders._next

    def slow(row: Reminder, *more: Any) -> Any:
        found = turn(row, *more)
        form = {"what": "set", "email": EMAIL, "time": "18:00", "agree": "yes", **change}
        browser.post("/reminders/", form)
        return found

    monkeypatch.setattr(reminders, "_next", slow)
    assert send_due(moment(0), knowledge) == (0, 0)
    assert not any("session" in str(message.body) for message in mail.outbox)
    left = [wanted_of(row) for row in Reminder.objects.all()]
    assert [one.at.hour for one in left] == (
        [] if "what" in change else [20 if "time" in change else 18]
    )


def test_a_mail_that_fails_is_tried_again_and_stops_nobody_else(
    browser: Client, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminded(browser)
    other = Client(headers={"host": "localhost"})
    keep(other)
    ask(other, email="b@example.org")
    other.post(link_in(mail.outbox[-1], "confirm"))
    mail.outbox.clear()
    first = Reminder.objects.order_by("pk").first()
    assert first
    Reminder.objects.update(due=moment(0, "18:00"))
    bad = wanted_of(first).email
    send = EmailBackend.send_messages

    def one_is_down(self: Any, messages: Any) -> Any:
        if messages[0].to == [bad]:
            raise ConnectionRefusedError("no mail today")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", one_is_down)
    assert send_due(moment(0), knowledge) == (1, 1)
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    assert send_due(moment(0, "18:30"), knowledge) == (0, 0)
    assert send_due(moment(0, "19:10"), knowledge) == (1, 0)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([EMAIL, "b@example.org"])


def test_what_no_key_opens_stops_nobody_else(
    browser: Client, knowledge: Knowledge, caplog: pytest.LogCaptureFixture
) -> None:
    reminded(browser)
    other = Client(headers={"host": "localhost"})
    keep(other)
    ask(other, email="b@example.org")
    Reminder.objects.exclude(person__reminder__due=moment(0, "18:00")).update(
        payload=b"gAAAAbroken", due=moment(0, "17:00")
    )
    mail.outbox.clear()
    assert send_due(moment(0), knowledge) == (1, 1)
    assert "ValueError" in caplog.text and EMAIL not in caplog.text


def test_the_command_says_how_it_went(
    browser: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reminded(browser)
    call_command("send_reminders")
    assert capsys.readouterr().out.endswith("0 failed\n")
    Reminder.objects.update(payload=b"gAAAAbroken", due=moment(-1))
    with pytest.raises(CommandError, match="tried again"):
        call_command("send_reminders")


def test_a_deleted_or_expired_record_has_no_mails(browser: Client, knowledge: Knowledge) -> None:
    person = reminded(browser)
    Person.objects.update(kept_until=today() - datetime.timedelta(days=1))
    assert sent_on(knowledge, 0) == [] and not Person.objects.exists()
    person = reminded(browser)
    delete(person=person)
    assert sent_on(knowledge, 0) == [] and not Reminder.objects.exists()


# --- stop -------------------------------------------------------------------------------------


def test_the_link_in_a_mail_stops_them_without_signing_in_and_again(
    browser: Client, knowledge: Knowledge
) -> None:
    reminded(browser)
    (message,) = sent_on(knowledge, 0)
    link = link_in(message, "stop")
    stranger = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert "Stop the reminders?" in stranger.get(link).content.decode()
    assert Reminder.objects.exists()
    for _ in range(2):
        answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "No more mails will come" in answer.content.decode()
    assert not Reminder.objects.exists()
    assert sent_on(knowledge, 1) == []
    assert Person.objects.count() == 1 and browser.get("/diary/").status_code == 200


def test_the_page_stops_them_too(browser: Client) -> None:
    reminded(browser)
    answer = browser.post("/reminders/", {"what": "stop"})
    assert answer.headers["Location"] == "/reminders/?stopped=1"
    assert not Reminder.objects.exists()
    assert "Your address is deleted" in browser.get("/reminders/?stopped=1").content.decode()


def test_a_forged_link_is_a_clear_page_and_stops_nothing(browser: Client) -> None:
    reminded(browser)
    pk = str(Reminder.objects.get().pk)
    forged = [
        pk,
        f"{pk}:1sabc:AAAA",
        signing.dumps(pk, salt="sacra.reminder.confirm"),
        signing.dumps({"pk": pk}, salt="sacra.reminder.stop"),
        signing.dumps("not-an-id", salt="sacra.reminder.stop"),
        "x" * 2000,
    ]
    for token in forged:
        for send in (browser.get, browser.post):
            answer = send(f"/reminders/stop/{token}/")
            assert answer.status_code == 404
            assert "does not work any more" in answer.content.decode()
    assert Reminder.objects.exists()


def test_nobody_reaches_another_persons_reminder(browser: Client) -> None:
    reminded(browser)
    other = Client(headers={"host": "localhost"})
    keep(other)
    page = other.get("/reminders/").content.decode()
    assert EMAIL not in page
    other.post("/reminders/", {"what": "stop", "id": str(Reminder.objects.get().pk)})
    assert Reminder.objects.count() == 1


# --- kept and taken away ----------------------------------------------------------------------


def test_the_address_is_sealed_exported_and_deleted(browser: Client) -> None:
    person = reminded(browser)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{Reminder._meta.db_table}"')
        row = repr([bytes(c) if isinstance(c, memoryview) else c for c in cursor.fetchall()[0]])
    assert EMAIL not in row and "18:00:00" not in row.split("datetime")[0]
    assert export(person=person)["reminders"][0]["email"] == EMAIL
    assert EMAIL in browser.get("/keep/take/sacra.json").content.decode()
    browser.post("/keep/delete/", {"sure": "yes"})
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("had_its_own", [False, True])
def test_signing_in_keeps_one_reminder(
    had_its_own: bool, browser: Client, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("somebody")
    account = Client(headers={"host": "localhost"})
    own = keep(account)
    Person.objects.filter(pk=own.pk).update(user=user)
    if had_its_own:
        Reminder.objects.create(person=own, due=moment(), payload=seal({}))
    wanted = Reminder.objects.first()
    person = reminded_by_hand(browser)
    owner = claim(person=person, user=user)
    (left,) = Reminder.objects.all()
    assert left.person == owner == own
    assert (left == wanted) is had_its_own


def reminded_by_hand(client: Client) -> Person:
    person = keep(client)
    Reminder.objects.create(person=person, due=moment(), payload=seal({"here": True}))
    return person


# --- whose clock ------------------------------------------------------------------------------


def wanted(**more: Any) -> Wanted:
    given: dict[str, Any] = {
        "email": EMAIL, "at": AT, "zone": "", "offset": 0, "address": "http://localhost/",
        "language": "en", "agreed": moment(), **more,
    }  # fmt: skip
    return Wanted(**given)


def test_the_hour_stays_the_same_when_the_clocks_change() -> None:
    paris = wanted(zone="Europe/Paris")
    spring = datetime.datetime(2027, 3, 27, 17, 0, tzinfo=datetime.UTC)  # 18:00 there
    assert paris.next_after(spring) == datetime.datetime(2027, 3, 28, 16, 0, tzinfo=datetime.UTC)
    never = wanted(zone="Europe/Paris", at=datetime.time(2, 30))  # does not exist on the 28th
    due = never.next_after(spring)
    assert due.date() == datetime.date(2027, 3, 28)
    assert never.next_after(due).date() == datetime.date(2027, 3, 29)


@pytest.mark.parametrize("zone", ["", "Nowhere/Atall", "../../etc/passwd", "Europe", "\0"])
def test_a_zone_that_nobody_knows_falls_back_on_the_offset(zone: str) -> None:
    due = wanted(zone=zone, offset=-300).next_after(moment(0, "00:00"))
    assert due == moment(0, "23:00")


def test_without_scripts_the_clock_is_typed_in(browser: Client) -> None:
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Kathmandu"))  # 5 h 45 min ahead
    person = keep(browser)
    ask(browser, clock=f"{now:%H:%M}")
    assert wanted_of(Reminder.objects.get(person=person)).offset == 345
    page = ask(browser, clock="25:00")
    assert page.status_code == 422


def test_a_script_says_the_zone(browser: Client) -> None:
    keep(browser)
    ask(browser, zone="America/Lima")
    assert wanted_of(Reminder.objects.get()).zone == "America/Lima"
    ask(browser, zone="../etc/passwd")
    assert wanted_of(Reminder.objects.get()).zone == ""


def test_the_page_says_when_nothing_sends_the_mails(browser: Client) -> None:
    reminded(browser)
    Reminder.objects.update(due=datetime.datetime.now(datetime.UTC))
    assert "more than an hour late" not in browser.get("/reminders/").content.decode()
    Reminder.objects.update(due=datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=2))
    assert "more than an hour late" in browser.get("/reminders/").content.decode()


def test_the_mail_service_is_one_setting() -> None:
    code = """from sacra.web import settings as s
print(s.EMAIL_BACKEND.split(".")[-2], s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER,
      s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"""
    said = {
        "smtp://me%40x:p%3As@mail.example.org": "smtp mail.example.org 587 me@x p:s True False",
        "smtps://a:b@mail.example.org": "smtp mail.example.org 465 a b False True",
        "": "console localhost 25   False False",
    }
    for address, wanted in said.items():
        here = {**os.environ, "SACRA_SMTP": address}
        run = subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True)
        assert run.stdout.strip() == wanted, run.stderr


# --- the calendar file ------------------------------------------------------------------------


def events(client: Client, **query: str) -> list[Any]:
    """The events of the file, each as icalendar reads it; its types are unions of all there are."""
    answer = client.get("/reminders/sacra.ics", query)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return [*Calendar.from_ical(answer.content.decode()).walk("VEVENT")]


def starts(event: Any) -> list[datetime.datetime]:
    """Every time at which an event happens."""
    start = event.decoded("dtstart")
    if "rrule" not in event:
        return [start]
    return [*rrulestr(event["rrule"].to_ical().decode(), dtstart=start)]


def sessions(found: list[Any]) -> list[datetime.datetime]:
    timed = [one for one in found if isinstance(one.decoded("dtstart"), datetime.datetime)]
    return sorted(at for one in timed for at in starts(one))


@pytest.mark.parametrize("name", ["hypermobile_woman", "desk_worker_off_work", "pregnant_week_12"])
@pytest.mark.parametrize("days_ago", [0, 3, 10])
def test_every_session_is_there_none_on_rest_days_and_none_after_the_end(
    name: str, days_ago: int, browser: Client
) -> None:
    person = keep(browser, name, days_ago=days_ago)
    plan = programme(person)
    until = review_day(plan)
    assert until and plan.started
    found = events(browser, morning="07:15", midday="13:00", evening="20:30")
    hours = {"morning": datetime.time(7, 15), "midday": datetime.time(13), "evening":
             datetime.time(20, 30), "through the day": datetime.time(10)}  # fmt: skip
    days = [today() + datetime.timedelta(days=i) for i in range((until - today()).days)]
    wanted = [
        datetime.datetime.combine(day, hours[session.when])
        for day in days
        for session in plan.days[day_of(plan, day) - 1].sessions
    ]
    assert sessions(found) == sorted(wanted)
    (review,) = [one for one in found if str(one["summary"]) == "Sacra: time to look back"]
    assert review.decoded("dtstart") == until


def test_the_file_is_what_calendars_take(browser: Client) -> None:
    keep(browser)
    answer = browser.get("/reminders/sacra.ics", {"alarm": "10"})
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n") and "\nBEGIN:VTIMEZONE" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar: Any = Calendar.from_ical(text)
    assert {"PRODID", "VERSION", "METHOD"} <= calendar.keys()
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE"} <= event.keys()
        start = event.decoded("dtstart")
        assert not isinstance(start, datetime.datetime) or start.tzinfo is None  # floating
        assert event.decoded("dtend") > start
        assert not LEAST_SAID.search(str(event["summary"]).replace("look back", ""))
        assert re.fullmatch(r"Sacra: (\d+ minutes?|time to look back)", str(event["summary"]))


def test_an_alarm_only_for_who_wants_one(browser: Client) -> None:
    keep(browser)
    assert all(not event.walk("VALARM") for event in events(browser))
    timed = [e for e in events(browser, alarm="30") if "rrule" in e or e.walk("VALARM")]
    assert timed
    for event in timed:
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == datetime.timedelta(minutes=-30)
        assert str(alarm["description"]) == str(event["summary"])


def test_a_new_download_replaces_the_old(browser: Client) -> None:
    person = keep(browser)
    now = datetime.datetime.now(datetime.UTC)
    files: list[Any] = [
        Calendar.from_ical(
            calendar_file(
                programme(person),
                owner=str(person.pk),
                address="http://localhost/",
                now=now + datetime.timedelta(hours=hours),
                times={
                    slot: datetime.time(9)
                    for slot in ("morning", "midday", "evening", "through the day")
                },
            )
        )
        for hours in (0, 1)
    ]
    old, new = ({str(e["uid"]): e for e in file.walk("VEVENT")} for file in files)
    assert old.keys() == new.keys() and len(old) > 7
    assert all(new[uid]["sequence"] > old[uid]["sequence"] for uid in old)
    other = Client(headers={"host": "localhost"})
    keep(other)
    assert {str(e["uid"]) for e in events(browser)} == old.keys()
    assert old.keys().isdisjoint(str(e["uid"]) for e in events(other))
    assert all(str(person.pk) not in uid for uid in old)


def test_a_check_that_is_not_kept_has_a_calendar_too_and_nothing_is_stored(
    browser: Client,
) -> None:
    seat(browser)
    first, again = events(browser), events(browser)
    assert [str(e["uid"]) for e in first] == [str(e["uid"]) for e in again] and sessions(first)
    assert not Person.objects.exists()


@pytest.mark.parametrize("query", [{"morning": "25:00"}, {"evening": ""}, {"alarm": "9999999"}])
def test_a_time_that_cannot_be_is_a_clear_page(query: dict[str, str], browser: Client) -> None:
    keep(browser)
    answer = browser.get("/reminders/sacra.ics", query)
    assert answer.status_code == 422
    if "alarm" not in query:
        assert "Write it like 18:30." in answer.content.decode()


def test_after_the_review_day_there_is_first_a_look_back(browser: Client) -> None:
    keep(browser, days_ago=20)
    assert browser.get("/reminders/sacra.ics").headers["Location"] == "/reminders/"
    page = browser.get("/reminders/").content.decode()
    assert "time to look back first" in page and 'action="/reminders/sacra.ics"' not in page
