"""Accounts: what was answered before stays, nobody else gets in, and bad input does no harm."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from sacra.kb.knowledge import Knowledge
from sacra.web import whose
from sacra.web.models import AuditEvent, DiaryEntry, Episode, Person
from sacra.web.record import KEPT, episode_of
from sacra.web.sitting import COOKIE
from tests.conftest import ROOT
from tests.day import today
from tests.web.keeping import day, keep, seat, write
from tests.web.signing import EMAIL, PASSWORD, again, code_of, sign_in, sign_up, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def owner(browser: Client) -> Client:
    """Somebody with a diary of one day in their account."""
    keep(browser, days_ago=3)
    write(browser, day=day(), pain_now="4", note="after the stairs")
    assert sign_up(browser).headers["Location"] == "/account/arrive/"
    return browser


# --- signing up, in and out -------------------------------------------------------------------


def test_signing_up_takes_the_record_of_this_device_along(owner: Client) -> None:
    person = Person.objects.get()
    assert person.user == User.objects.get(email=EMAIL)
    assert owner.cookies[whose.COOKIE].value == ""
    assert "after the stairs" in owner.get("/diary/").content.decode()
    assert owner.get("/account/arrive/").headers["Location"] == "/diary/"


def test_another_device_opens_the_same_record(owner: Client) -> None:
    phone = visitor()
    sign_in(phone)
    assert "after the stairs" in phone.get("/diary/").content.decode()
    write(phone, day=day(-1), pain_now="6")
    assert DiaryEntry.objects.count() == 2
    assert "after the stairs" not in visitor().get("/diary/", follow=True).content.decode()


def test_the_check_under_way_lives_through_signing_in(browser: Client) -> None:
    seat(browser)
    before = browser.cookies[COOKIE].value
    sign_up(browser)
    assert browser.cookies[COOKIE].value == before
    assert browser.get("/account/arrive/").headers["Location"] == "/account/"
    page = browser.get("/keep/").content.decode()
    assert "wherever you sign in" in page


def test_a_danger_comes_before_the_account(browser: Client) -> None:
    seat(browser, "cauda_equina")
    sign_up(browser)
    assert browser.get("/account/arrive/").headers["Location"] == "/now/"


def test_a_danger_in_the_diary_comes_before_the_question_about_two_diaries(owner: Client) -> None:
    write(owner, day=day(), worse="yes")
    owner.post("/account/logout/")
    keep(owner)
    sign_in(owner)
    person = Person.objects.get(user__isnull=False)
    entry = DiaryEntry.objects.get(episode__person=person)
    entry.data = {**entry.data, "answers": {"saddle_numbness": True}}
    entry.save()
    for url in ("/account/arrive/", "/account/join/"):
        assert owner.get(url).headers["Location"] == "/now/"
    owner.post("/account/join/", {"mine": "yes"})
    assert Person.objects.count() == 2


def test_a_record_of_somebody_else_on_this_device_is_not_taken_unasked(owner: Client) -> None:
    tablet = visitor()
    theirs = keep(tablet, days_ago=9)
    write(tablet, day=day(), pain_now="9", note="of somebody else")
    sign_in(tablet)
    assert Person.objects.get(pk=theirs.pk).user is None
    assert tablet.get("/account/arrive/").headers["Location"] == "/account/join/"
    assert "Is it yours?" in tablet.get("/account/join/").content.decode()
    tablet.post("/account/join/", {"mine": "no"})
    assert "of somebody else" not in tablet.get("/diary/").content.decode()
    tablet.post("/account/logout/")
    assert "still on this device" in tablet.get("/account/signed-out/").content.decode()
    assert "of somebody else" in tablet.get("/diary/").content.decode()


@pytest.mark.parametrize(("days_ago", "goes_on"), [(9, "mine"), (1, "theirs")])
def test_two_records_of_one_person_become_one_and_the_later_check_goes_on(
    owner: Client, days_ago: int, goes_on: str
) -> None:
    mine = episode_of(Person.objects.get())
    tablet = visitor()
    theirs = episode_of(keep(tablet, days_ago=days_ago))
    sign_in(tablet)
    tablet.post("/account/join/", {"mine": "yes"})
    person = Person.objects.get()
    assert episode_of(person) == {"mine": mine, "theirs": theirs}[goes_on]
    assert person.episodes.count() == 2
    assert tablet.get("/account/join/").headers["Location"] == "/diary/"


def test_a_danger_on_the_device_is_not_put_aside_by_a_later_check(owner: Client) -> None:
    tablet = visitor()
    theirs = keep(tablet, days_ago=9)
    write(tablet, day=day(), pain_now="5")
    entry = DiaryEntry.objects.get(episode__person=theirs)
    entry.data = {**entry.data, "answers": {"saddle_numbness": True}}
    entry.save()
    danger = episode_of(theirs)
    sign_in(tablet)
    tablet.post("/account/join/", {"mine": "yes"})
    assert episode_of(Person.objects.get()) == danger


def test_signing_out_leaves_nothing_readable_on_the_device(owner: Client) -> None:
    seat(owner)
    assert "This device forgets it" in owner.get("/account/logout/").content.decode()
    answer = owner.post("/account/logout/")
    assert answer.headers["Location"] == "/account/signed-out/"
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert {name for name, cookie in owner.cookies.items() if cookie.value} <= {
        "csrftoken", "messages"}  # fmt: skip
    assert owner.get("/diary/").headers["Location"] == "/"
    assert owner.get("/result/").headers["Location"] == "/"
    assert owner.get("/account/").headers["Location"].startswith("/account/login/")


def test_a_session_ends_with_the_browser_unless_asked_otherwise(browser: Client) -> None:
    sign_up(browser)
    cookie = browser.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    own = visitor()
    sign_in(own, remember="on")
    assert own.cookies["sessionid"]["max-age"] == 90 * 86_400


def test_the_session_gets_a_new_name_when_somebody_signs_in(owner: Client) -> None:
    phone = visitor()
    sign_in(phone)
    first = phone.cookies["sessionid"].value
    sign_in(phone)
    phone.post("/account/logout/")
    sign_in(phone)
    assert phone.cookies["sessionid"].value != first


def test_a_new_password_signs_other_devices_out(owner: Client) -> None:
    phone = visitor()
    sign_in(phone)
    fresh = "four grey geese fly"
    sent = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert owner.post("/account/password/change/", sent).status_code == 302
    assert owner.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302
    assert sign_in(visitor()).status_code == 422


def test_no_user_name_is_made_of_the_address(browser: Client) -> None:
    sign_up(browser)
    assert re.fullmatch(r"[0-9a-f]{32}", User.objects.get().username)


def test_somebody_under_16_gets_no_account(browser: Client) -> None:
    seat(browser, "teenager_tennis")
    assert "nothing of anybody under 16" in browser.get("/account/signup/").content.decode()
    sign_up(browser)
    assert not User.objects.exists()


def test_nothing_is_stored_without_consent(browser: Client) -> None:
    page = sign_up(browser, agree="")
    assert page.status_code == 422
    assert "Tick the box" in page.content.decode()
    assert not User.objects.exists()


# --- who may know and who may try -------------------------------------------------------------


def test_nobody_learns_which_addresses_have_an_account(owner: Client) -> None:
    def answer(email: str) -> tuple[Any, ...]:
        guest = visitor()
        wrong = sign_in(guest, email, "not the password")
        up = sign_up(guest, email, "another long password")
        reset = visitor().post("/account/password/reset/", {"email": email})
        return wrong.status_code, up.status_code, up.headers["Location"], reset.status_code

    assert answer(EMAIL) == answer("nobody@example.org")


def test_the_same_address_with_another_password_opens_nothing_of_its_owner(owner: Client) -> None:
    guest = visitor()
    sign_up(guest, password="another long password")
    assert User.objects.count() == 2
    assert guest.get("/account/arrive/").headers["Location"] == "/account/"
    assert guest.get("/keep/take/sacra.json").status_code == 302
    sign_in(owner)
    assert Person.objects.get().user == User.objects.order_by("pk").first()


def test_a_second_click_makes_no_second_account(browser: Client) -> None:
    keep(browser)
    twin = visitor()
    twin.cookies[whose.COOKIE] = browser.cookies[whose.COOKIE].value
    for client in (browser, twin):
        assert sign_up(client).headers["Location"] == "/account/arrive/"
        assert client.get("/diary/").status_code == 200
    assert (User.objects.count(), Person.objects.count()) == (1, 1)


def test_guessing_a_password_is_slowed_down(owner: Client) -> None:
    guest = visitor()
    pages = [sign_in(guest, password=f"guess number {n}") for n in range(6)]
    assert "do not belong together" in pages[0].content.decode()
    assert "Too many tries" in pages[-1].content.decode()
    assert sign_in(guest).status_code == 422  # the right one too, for five minutes


def test_too_many_accounts_in_a_minute_are_told_to_wait(browser: Client) -> None:
    for n in range(21):
        page = sign_up(visitor(), f"somebody{n}@example.org")
    assert page.status_code == 429
    assert "Wait a minute" in page.content.decode()


@pytest.mark.parametrize(
    "url",
    ["/account/email/", "/account/second/totp/activate/", "/account/second/webauthn/add/",
     "/account/second/recovery-codes/generate/", "/keep/delete/", "/keep/take/sacra.json",
     "/keep/take/diary.csv"],
)  # fmt: skip
def test_what_matters_asks_once_more_who_it_is(owner: Client, url: str) -> None:
    answer = owner.get(url)
    then = "/account/" if "take" in url else url
    assert answer.headers["Location"].startswith("/account/reauthenticate/?next=")
    assert answer.headers["Location"].endswith(then.replace("/", "%2F"))
    assert again(owner, "not the password").status_code == 422
    assert owner.get(url).status_code == 302
    again(owner)
    assert owner.get(url).status_code == 200


def test_an_interrupted_form_is_not_kept_in_the_session(owner: Client) -> None:
    seat(owner)
    owner.post("/keep/delete/", {"sure": "yes"})
    (session,) = Session.objects.all()
    assert "sure" not in str(session.get_decoded())
    assert owner.cookies[COOKIE].value not in str(session.get_decoded())
    again(owner)
    assert User.objects.exists()  # a deletion is never done by the way


# --- the second step --------------------------------------------------------------------------


@pytest.fixture
def locked(owner: Client) -> tuple[Client, str]:
    """The owner, with codes from an app; and the key of the app."""
    again(owner)
    page = owner.get("/account/second/totp/activate/").content.decode()
    (secret,) = re.findall(r"<code>(\w{32})</code>", page)
    answer = owner.post("/account/second/totp/activate/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/account/second/recovery-codes/"
    return owner, secret


def test_a_password_alone_is_not_enough_any_more(locked: tuple[Client, str]) -> None:
    _, secret = locked
    phone = visitor()
    assert sign_in(phone).headers["Location"] == "/account/second/authenticate/"
    assert phone.get("/diary/").headers["Location"] == "/"
    wrong = phone.post("/account/second/authenticate/", {"code": "000000"})
    assert "not right" in wrong.content.decode() and wrong.status_code == 422
    right = phone.post("/account/second/authenticate/", {"code": code_of(secret)})
    assert right.headers["Location"] == "/account/arrive/"
    assert "after the stairs" in phone.get("/diary/").content.decode()


def test_a_code_works_once(locked: tuple[Client, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = locked
    monkeypatch.setattr("time.time", lambda: 1_800_000_001.0)  # no new code in between
    code = code_of(secret, 1_800_000_001)
    for expected in (302, 422):
        phone = visitor()
        sign_in(phone)
        answer = phone.post("/account/second/authenticate/", {"code": code})
        assert answer.status_code == expected


def test_spare_codes_are_shown_and_each_works_once(locked: tuple[Client, str]) -> None:
    owner, _ = locked
    page = owner.get("/account/second/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>(\w+)</code>", page)
    assert len(codes) == 10
    file = owner.get("/account/second/recovery-codes/download/")
    assert file.content.decode().split() == codes
    for expected in (302, 422):
        phone = visitor()
        sign_in(phone)
        answer = phone.post("/account/second/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected


def test_secrets_are_not_readable_in_the_database(locked: tuple[Client, str]) -> None:
    _, secret = locked
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows and "gAAAA" in rows


def test_switching_the_second_step_off(locked: tuple[Client, str]) -> None:
    owner, _ = locked
    assert "Switch off" in owner.get("/account/second/totp/deactivate/").content.decode()
    owner.post("/account/second/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert sign_in(visitor()).headers["Location"] == "/account/arrive/"


# --- passwords and addresses ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "says"),
    [("short", "too short"), ("password123", "too common"), ("12345678901", "numeric"),
     ("ada@example.org", "too similar"), ("", "required")],
)  # fmt: skip
def test_weak_passwords_are_refused_in_words(browser: Client, password: str, says: str) -> None:
    page = sign_up(browser, password=password)
    assert page.status_code == 422
    assert says in page.content.decode()
    assert f'value="{EMAIL}"' in page.content.decode()  # nothing has to be typed again


def test_the_link_for_a_new_password(owner: Client) -> None:
    owner.post("/account/logout/")
    guest = visitor()
    done = guest.post("/account/password/reset/", {"email": EMAIL}, follow=True)
    assert "window in which Sacra was started" in done.content.decode()
    (message,) = mail.outbox
    assert message.subject == "Sacra: A new password" and "pain" not in message.body
    (path,) = re.findall(r"https?://[^/]+(/\S+)", str(message.body))
    form = guest.get(path, follow=True)
    fresh = "four grey geese fly"
    sent = {"password1": fresh, "password2": fresh}
    guest.post(form.redirect_chain[-1][0], sent)
    assert "used up" in visitor().get(path, follow=True).content.decode()
    assert sign_in(visitor(), password=fresh).status_code == 302


def test_the_address_changes_at_once_where_no_mail_is_sent(owner: Client) -> None:
    again(owner)
    owner.post("/account/email/", {"email": "new@example.org", "action_add": "yes"})
    assert sign_in(visitor()).status_code == 422
    assert sign_in(visitor(), "new@example.org").status_code == 302
    (address,) = EmailAddress.objects.all()
    assert (address.email, address.primary) == ("new@example.org", True)
    assert User.objects.get().email == "new@example.org"


# --- take, delete, time -----------------------------------------------------------------------


def test_deleting_takes_the_account_the_record_and_every_session(owner: Client) -> None:
    phone, stranger = visitor(), visitor()
    sign_in(phone)
    sign_up(stranger, "stranger@example.org")
    again(owner)
    assert "signed out on every device" in owner.get("/keep/delete/").content.decode()
    answer = owner.post("/keep/delete/", {"sure": "yes"})
    assert "Everything is deleted" in answer.content.decode()
    assert [user.email for user in User.objects.all()] == ["stranger@example.org"]
    for model in (Person, Episode, DiaryEntry, AuditEvent):
        assert not model._default_manager.exists()
    assert EmailAddress.objects.count() == 1
    assert not any(EMAIL in str(s.get_decoded()) for s in Session.objects.all())
    assert phone.get("/account/").headers["Location"].startswith("/account/login/")
    assert stranger.get("/account/").status_code == 200


def test_what_is_over_is_deleted_and_no_account(owner: Client, capsys: Any) -> None:
    sign_up(visitor(), "empty@example.org")
    Person.objects.update(kept_until=today() - datetime.timedelta(days=1))
    Session.objects.filter(pk=owner.cookies["sessionid"].value).update(
        expire_date=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    )
    call_command("forget_expired")
    assert capsys.readouterr().out == (
        "Deleted 1 records and 1 sessions.\n"
        "2 accounts have no record; they stay until their owners go.\n"
    )
    assert (Person.objects.count(), User.objects.count()) == (0, 2)


def test_an_expired_session_leads_to_signing_in_and_back(owner: Client) -> None:
    Session.objects.all().delete()
    assert owner.get("/account/").headers["Location"] == "/account/login/?next=/account/"
    page = owner.get("/account/login/?next=/account/").content.decode()
    assert 'name="next" value="/account/"' in page
    assert sign_in(owner, next="/account/").headers["Location"] == "/account/"
    assert sign_in(visitor(), next="https://evil.example/").headers["Location"] != (
        "https://evil.example/"
    )


# --- bringing back a copy ---------------------------------------------------------------------


def token_of(client: Client) -> str:
    page = client.get("/account/bring/").content.decode()
    (token,) = re.findall(r'name="token" value="([^"]+)"', page)
    return str(token)


def upload(client: Client, raw: bytes, **more: Any) -> Any:
    file = BytesIO(raw)
    file.name = "sacra.json"
    sent = {"token": token_of(client), "agree": "yes", "file": file, **more}
    return client.post("/account/bring/", sent)


def copy_of(client: Client) -> bytes:
    again(client)
    return bytes(client.get("/keep/take/sacra.json").content)


def said(raw: bytes) -> Any:
    """What the person gave, without what Sacra made of it and where it lay."""
    return [
        {
            "started": one["started"],
            "answers": {o["finding"]: (o["value"], o["at"]) for o in one["observations"]},
            "diary": one["diary"],
        }
        for one in msgspec.json.decode(raw)["episodes"]
    ]


@pytest.mark.parametrize("with_account", [False, True])
def test_a_copy_comes_back_as_it_was(owner: Client, with_account: bool) -> None:
    raw, elsewhere = copy_of(owner), visitor()
    if with_account:
        sign_up(elsewhere, "elsewhere@example.org")
    answer = upload(elsewhere, raw)
    assert "1 day of your diary" in answer.content.decode()
    assert "could not be read" not in answer.content.decode()
    assert "after the stairs" in elsewhere.get("/diary/").content.decode()
    assert elsewhere.get("/progress/").status_code == 200
    assert said(copy_of(elsewhere)) == said(raw)
    again_ = Person.objects.latest("created")
    assert again_.kept_until == today() + KEPT
    assert AuditEvent.objects.filter(person=again_, what="brought back").exists()


def test_a_second_click_brings_it_back_once(owner: Client) -> None:
    raw, elsewhere = copy_of(owner), visitor()
    token = token_of(elsewhere)
    twin = visitor()
    for client in (elsewhere, twin, elsewhere):
        file = BytesIO(raw)
        client.post("/account/bring/", {"token": token, "agree": "yes", "file": file})
    assert Person.objects.count() == 2
    assert twin.get("/diary/").status_code == 200


def test_nothing_is_written_over(owner: Client) -> None:
    raw = copy_of(owner)
    assert "already" in owner.get("/account/bring/").content.decode()
    other = visitor()
    keep(other)
    before = msgspec.json.encode(said(copy_of(other)))
    file = BytesIO(raw)
    answer = other.post("/account/bring/", {"agree": "yes", "file": file})
    assert answer.status_code == 409
    assert msgspec.json.encode(said(copy_of(other))) == before


def test_no_file_can_put_an_exercise_into_a_plan(owner: Client) -> None:
    data = msgspec.json.decode(copy_of(owner))
    real = data["episodes"][0]["programmes"][0]["programme"]["chosen"]
    data["episodes"][0]["programmes"][0]["programme"]["chosen"] = real[:1] * 40
    elsewhere = visitor()
    upload(elsewhere, msgspec.json.encode(data))
    plan = episode_of(Person.objects.latest("created")).programmes.get().data
    assert [one["exercise"] for one in plan["chosen"]] == [one["exercise"] for one in real]


def test_what_cannot_be_read_any_more_is_left_out_and_said(owner: Client) -> None:
    data = msgspec.json.decode(copy_of(owner))
    (episode,), at = data["episodes"], f"{day(-1)}T08:00:00Z"
    episode["observations"].append({"finding": "retired", "value": 1, "at": "2026-01-01T00:00:00Z"})
    episode["diary"] += [{"day": "2199-01-01", "at": "2199-01-01T00:00:00Z", "offset": 0},
                         {"day": day(-1), "at": at, "offset": 0, "pain_now": 99},
                         {"day": day(), "at": at, "offset": 0, "pain_now": 1},
                         {"day": "yesterday"}]  # fmt: skip
    elsewhere = visitor()
    page = upload(elsewhere, msgspec.json.encode(data)).content.decode()
    assert "5 answers or days could not be read" in page
    assert DiaryEntry.objects.filter(episode__person=Person.objects.latest("created")).count() == 1


NASTY = [
    b"", b"\x00", b"\xff\xfe\x00", b"null", b"[]", b"{}", b"7", b'"x"', b"not json", b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"episodes": []}', b'{"episodes": [{}]}',
    b'{"episodes": {"started": 1}}', b'{"episodes": [{"started": "2026-13-40"}]}',
    b'{"episodes": [{"started": "0001-01-01"}]}', b'{"episodes": [{"started": "2999-01-01"}]}',
    b'{"episodes": [{"started": "2026-11-01"}]}', b"PK\x03\x04 a zip", b"<html></html>",
]  # fmt: skip
VALUES: list[Any] = [
    None, {}, [], [[]], {"a": [1]}, "x" * 9_999, "\x00", "\ud7ff", 1e308, -1, 10**18, 0.1, ["yes"],
    [{}], True, "unsure",
]  # fmt: skip


@pytest.mark.parametrize("raw", NASTY, ids=range(len(NASTY)))
def test_a_wrong_file_is_refused_in_words_and_stores_nothing(browser: Client, raw: bytes) -> None:
    page = upload(browser, raw)
    assert page.status_code == 422
    assert re.search("Nothing was stored|Choose the file", page.content.decode())
    assert not Person.objects.exists()


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_strange_answers_in_a_file_do_no_harm(
    browser: Client, knowledge: Knowledge, value: Any
) -> None:
    at = f"{day(-2)}T00:00:00Z"
    observed = [{"finding": name, "value": value, "at": at} for name in knowledge.findings]
    diary = [{"day": day(-1), "at": at, "offset": 0, key: value}
             for key in ("pain_now", "done", "answers", "medicine", "measures", "note", "worse",
                         "started", "entries", "sent", "examined", "said")]  # fmt: skip
    diary += [{"day": day(-1), "at": at, "offset": 0, "done": [{"exercise": value}]}]
    file = {"episodes": [{"started": day(-3), "observations": observed, "diary": diary}]}
    page = upload(browser, msgspec.json.encode(file))
    assert page.status_code in (200, 422)
    for url in ("/diary/", "/progress/", "/plan/", "/keep/"):
        assert browser.get(url).status_code in (200, 302)


def test_a_copy_of_a_child_is_not_kept(browser: Client) -> None:
    at = f"{day()}T00:00:00Z"
    file = {"episodes": [{"started": day(), "observations": [
        {"finding": "age", "value": 13, "at": at}]}]}  # fmt: skip
    page = upload(browser, msgspec.json.encode(file))
    assert "under 16" in page.content.decode()
    assert not Person.objects.exists()


def test_a_file_that_is_too_large_is_refused(browser: Client) -> None:
    assert upload(browser, b"x" * 8_500_000).status_code == 413
    page = upload(browser, b"x" * 10_000_000)
    assert page.status_code == 413
    assert "too large" in page.content.decode()


def test_a_forged_or_missing_token_brings_nothing(owner: Client) -> None:
    raw, elsewhere = copy_of(owner), visitor()
    for more in ({"token": "forged"}, {"token": ""}, {"agree": ""}):
        assert upload(elsewhere, raw, **more).status_code == 422
    assert Person.objects.count() == 1


# --- bad input --------------------------------------------------------------------------------


def test_forged_forms_are_refused() -> None:
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    for url in ("/account/login/", "/account/signup/", "/account/logout/", "/account/bring/",
                "/account/join/", "/keep/delete/", "/account/second/webauthn/login/"):  # fmt: skip
        page = strict.post(url, {"email": EMAIL})
        assert page.status_code == 403
        assert "out of date" in page.content.decode()


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@x.org", "a b@x.org", "a@x", "ä" * 300 + "@x.org", "a\x00@x.org",
              "a@x.org\nBcc: b@x.org", "<script>@x.org", "'; DROP TABLE--@x.org"]
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_everywhere(browser: Client, email: str) -> None:
    for url, name in (("/account/signup/", "email"), ("/account/login/", "login"),
                      ("/account/password/reset/", "email")):  # fmt: skip
        both = {"password1": PASSWORD, "password2": PASSWORD, "password": PASSWORD}
        page = browser.post(url, {name: email, **both, "agree": "yes"})
        assert page.status_code == 422
        assert "<script>@" not in page.content.decode()
    assert not User.objects.exists() and not mail.outbox


CREDENTIALS = [
    "", "null", "[]", "7", '"x"', "{}", "{", '{"id":1}', '{"response":[]}', '{"response":null}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA",'
    '"authenticatorData":"AA","signature":"AA","userHandle":"AA"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA",'
    '"attestationObject":"AA"}}',
    '{"id":"AA","rawId":"AA","response":{"clientDataJSON":"e30","authenticatorData":"' + "A" * 60
    + '","signature":"AA","userHandle":"MQ"}}', "[" * 5_000, "9" * 5_000, "x" * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("credential", CREDENTIALS, ids=range(len(CREDENTIALS)))
def test_a_passkey_that_is_none_opens_nothing(locked: Any, credential: str) -> None:
    owner, _ = locked
    guest, half = visitor(), visitor()
    sign_in(half)
    for client, url in (
        (guest, "/account/second/webauthn/login/"),
        (half, "/account/second/authenticate/"),
        (owner, "/account/second/webauthn/add/"),
        (owner, "/account/second/webauthn/reauthenticate/"),
    ):
        client.get(url, headers={"accept": "application/json"})
        answer = client.post(url, {"credential": credential, "name": "x"})
        assert answer.status_code in (200, 302, 400, 422), url
    assert Authenticator.objects.filter(type="webauthn").count() == 0
    assert guest.get("/account/").status_code == half.get("/account/").status_code == 302


def test_the_passkey_of_another_account_is_not_there(owner: Client) -> None:
    stranger = User.objects.create(username="stranger")
    key = Authenticator.objects.create(user=stranger, type="webauthn", data={"name": "theirs"})
    again(owner)
    for what in ("edit", "remove"):
        url = f"/account/second/webauthn/keys/{key.pk}/{what}/"
        assert owner.get(url).status_code == owner.post(url).status_code == 404
        assert owner.get(f"/account/second/webauthn/keys/{10**30}/{what}/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_another_accounts_record_is_never_opened(owner: Client) -> None:
    mine = Person.objects.get()
    stranger = visitor()
    sign_up(stranger, "stranger@example.org")
    forged = Client(headers={"host": "localhost"})
    for client in (stranger, forged):
        client.cookies[whose.COOKIE] = str(mine.pk)
        for url in ("/diary/", "/progress/", "/keep/take/sacra.json", "/account/join/"):
            assert client.get(url).status_code == 302
    # a cookie that was right before the record went into an account opens nothing either
    signed = visitor()
    whose_ = keep(signed)
    cookie = signed.cookies[whose.COOKIE].value
    sign_up(signed, "third@example.org")
    forged.cookies[whose.COOKIE] = cookie
    assert Person.objects.get(pk=whose_.pk).user is not None
    assert forged.get("/diary/").headers["Location"] == "/"


def test_two_tabs_at_once_lose_nothing(owner: Client) -> None:
    form = {"client": str(uuid.uuid4()), "at": "", "day": day(-1), "pain_now": "7"}
    owner.post("/account/logout/")
    gone = owner.post("/diary/", form).headers["Location"]  # signed out in the other tab
    assert gone == "/?gone=1"
    sign_in(owner)
    sign_in(owner)  # the other tab again
    assert "/diary/" in owner.post("/diary/", form).headers["Location"]
    assert DiaryEntry.objects.count() == 2


BEHIND = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
from allauth.core.internal.httpkit import get_client_ip
from django.test import RequestFactory
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
said = {"host": "localhost", "x-forwarded-proto": "https",
        "x-forwarded-for": "6.6.6.6, 203.0.113.9"}
client = Client(headers=said, enforce_csrf_checks=True)
client.get("/account/login/")
sent = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "login": "a@x.org",
        "password": "x"}
own = {"origin": "https://localhost", "referer": "https://localhost/account/login/"}
print(client.post("/account/login/", sent, headers=own).status_code)
print(get_client_ip(RequestFactory().get("/", headers=said)))
"""


@pytest.mark.parametrize(
    ("proxies", "says"), [("1", "422 203.0.113.9"), ("", "403 127.0.0.1")], ids=["told", "not told"]
)
def test_behind_a_proxy_forms_pass_and_visitors_are_told_apart(
    proxies: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "static").mkdir()
    static = "from django.conf import settings; settings.STORAGES = {'staticfiles': {'BACKEND': " \
             "'django.contrib.staticfiles.storage.StaticFilesStorage'}}\n"  # fmt: skip
    here = {**os.environ, "SACRA_DATA": str(tmp_path), "SACRA_PROXIES": proxies}
    here.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", static + BEHIND]
    run = subprocess.run(command, env=here, cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == says.split(), run.stderr[-2000:]


PAGES = [
    "login", "signup", "logout", "reauthenticate", "email", "password/change", "password/set",
    "password/reset", "password/reset/done", "password/reset/key/1-x", "password/reset/key/done",
    "confirm-email", "confirm-email/x", "inactive", "login/code/confirm", "second",
    "second/authenticate", "second/reauthenticate", "second/totp/activate",
    "second/totp/deactivate", "second/recovery-codes", "second/recovery-codes/generate",
    "second/recovery-codes/download", "second/webauthn", "second/webauthn/add",
    "second/webauthn/login", "second/webauthn/reauthenticate", "signed-out", "bring", "join",
    "arrive", "nowhere", "signup/passkey",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_ours_whoever_asks(page: str, locked: Any) -> None:
    owner, _ = locked
    plain = visitor()
    sign_up(plain, "plain@example.org")
    again(plain)
    for client in (visitor(), owner, plain):
        for ask in (client.get, client.post):
            if page == "logout" and ask == client.post:
                continue
            answer = ask(f"/account/{page}/")
            assert answer.status_code in (200, 302, 403, 404, 405, 409, 422)
            html = answer.content.decode()
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                assert 'class="brand"' in html and "{%" not in html
                assert not re.search(r"<style|\bstyle=|\son\w+=|<script>", html)
                inline = re.findall(r"<script[^>]*>", html)
                assert all("src=" in one or "application/json" in one for one in inline)
