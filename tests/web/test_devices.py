"""Where somebody is signed in: seen, signed out, and no more kept of it than is needed."""

from __future__ import annotations

import datetime
import json

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from sacra.web.devices import NOWHERE
from tests.web.signing import EMAIL, sign_in, sign_up, visitor

pytestmark = pytest.mark.django_db

PHONE = ("Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A.250105.002) AppleWebKit/537.36 "
         "(KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36")  # fmt: skip


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def owner(browser: Client) -> Client:
    sign_up(browser)
    return browser


def device(agent: str = PHONE) -> Client:
    """Another device that signs in to the same account."""
    other = Client(headers={"host": "localhost", "user-agent": agent}, REMOTE_ADDR="203.0.113.7")
    sign_in(other)
    return other


def page(client: Client) -> str:
    return client.get("/account/devices/").content.decode()


def test_alone_it_is_this_device_only(owner: Client) -> None:
    assert "You are signed in on this device only." in page(owner)
    assert "Sign it out" not in page(owner) and "everywhere else" not in page(owner)


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        (PHONE, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
         "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1 FxiOS/133.0 Safari",
         "Firefox on iPad"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
         "Firefox on Mac"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/26.0 Chrome/122",
         "Samsung Internet on Android"),
        ("curl/8.5.0", "Another device"),
        ("", "Another device"),
        ("<script>alert(1)</script> Linux", "Linux"),
        ("x" * 5000, "Another device"),
    ],
)  # fmt: skip
def test_a_device_is_called_by_its_kind(owner: Client, agent: str, called: str) -> None:
    device(agent)
    assert "You are signed in on 2 devices." in page(owner)
    assert f"<strong>{called}</strong>" in page(owner)


def test_neither_the_address_nor_the_whole_name_of_the_browser_is_kept(owner: Client) -> None:
    phone = device()
    phone.get("/account/")
    rows = list(UserSession.objects.values("ip", "user_agent", "data"))
    assert {row["ip"] for row in rows} == {NOWHERE}
    assert {"Chrome Android"} < {row["user_agent"] for row in rows}
    sealed = json.dumps([session.get_decoded() for session in Session.objects.all()])
    for told in ("203.0.113.7", "Pixel", "AP4A"):
        assert told not in json.dumps(rows) and told not in sealed


def test_one_device_is_signed_out_and_the_others_stay(owner: Client) -> None:
    phone, tablet = device(), device()
    row = UserSession.objects.get(session_key=phone.session.session_key)
    answer = owner.post("/account/devices/", {"one": str(row.pk)}, follow=True)
    assert "A device that is signed out shows nothing any more." in answer.content.decode()
    assert phone.get("/account/").status_code == 302
    assert tablet.get("/account/").status_code == owner.get("/account/").status_code == 200
    assert "You are signed in on 2 devices." in page(owner)


def test_everywhere_else_takes_those_too_that_the_list_does_not_know(owner: Client) -> None:
    phone, old = device(), device()
    UserSession.objects.filter(session_key=old.session.session_key).delete()
    assert owner.post("/account/devices/", {"others": "yes"}).status_code == 302
    assert phone.get("/account/").status_code == old.get("/account/").status_code == 302
    assert "on this device only" in page(owner)


def test_one_from_before_the_list_is_in_it_as_soon_as_it_is_used(owner: Client) -> None:
    UserSession.objects.all().delete()
    assert "on this device only" in page(owner)
    assert UserSession.objects.count() == 1


def test_nobody_signs_out_somebody_else(owner: Client) -> None:
    other = visitor()
    sign_up(other, "bo@example.org")
    theirs = UserSession.objects.get(user__email="bo@example.org")
    for sent in ({"one": str(theirs.pk)}, {"one": "-1"}, {"one": "x" * 300}, {"one": "9" * 40},
                 {"others": "yes"}, {}):  # fmt: skip
        assert owner.post("/account/devices/", sent).status_code == 302
    assert other.get("/account/").status_code == 200 == owner.get("/account/").status_code


def test_a_wrong_name_of_a_device_signs_out_nothing(owner: Client) -> None:
    phone = device()
    for sent in ({"one": "0"}, {"one": ""}, {"one": "²"}, {}):
        owner.post("/account/devices/", sent)
        assert phone.get("/account/").status_code == 200, sent


def test_it_is_for_those_who_are_signed_in_and_for_real_forms(owner: Client) -> None:
    assert visitor().get("/account/devices/").headers["Location"].startswith("/account/login/")
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = owner.cookies
    assert strict.post("/account/devices/", {"others": "yes"}).status_code == 403


def test_when_a_device_was_last_used_is_noted_once_an_hour(owner: Client) -> None:
    row = UserSession.objects.get()
    UserSession.objects.update(last_seen_at=timezone.now() - datetime.timedelta(days=3))
    owner.get("/account/")
    seen = UserSession.objects.get().last_seen_at
    assert timezone.now() - seen < datetime.timedelta(minutes=1)
    owner.get("/account/")
    assert UserSession.objects.get().last_seen_at == seen and UserSession.objects.get().pk == row.pk


def test_what_is_over_is_forgotten(owner: Client) -> None:
    phone = device()
    phone.post("/account/logout/")
    call_command("forget_expired")
    assert UserSession.objects.count() == 1
    User.objects.get(email=EMAIL).delete()
    assert not UserSession.objects.exists()
