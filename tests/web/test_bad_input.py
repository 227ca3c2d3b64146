"""Bad input at the edge: a clear page with what to do next, nothing lost, and never our fault.

The test client raises what a view raises, so that any 500 fails a test by itself.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.load import load_knowledge
from sacra.web import whose
from sacra.web.models import Person
from sacra.web.sitting import COOKIE, Sitting
from sacra.web.urls import urlpatterns
from sacra.web.vault import seal, unseal
from tests.conftest import NIGHTLY
from tests.day import today
from tests.web.keeping import day, findings, keep, seat, token_of, write
from tests.web.walking import ORDINARY, fill

pytestmark = pytest.mark.django_db
KNOWLEDGE = load_knowledge()
ARGUMENTS = {"exercise": "ex_bridge_seed", "take": "sacra.json", "claim": "muscle_energy",
             "source": sorted(KNOWLEDGE.sources)[0], "other": "ex_bridge_seed",
             "measure": "psfs", "confirm_reminders": "x", "stop_reminders": "x",
             "claim_held": "belts"}  # fmt: skip
OWN = [one for one in urlpatterns if isinstance(one, URLPattern)]
NAMES = [one.name for one in OWN if one.name]


def address(name: str) -> str:
    return reverse(name, args=[ARGUMENTS[name]] if name in ARGUMENTS else [])


def fresh() -> Client:
    return Client(headers={"host": "localhost"})


# --- who comes --------------------------------------------------------------------------------


def asked() -> Client:
    """In the middle of the check."""
    client = fresh()
    client.post("/begin/")
    for _ in range(3):
        client.post("/check/", fill(client.get("/check/").content.decode(), ORDINARY))
    return client


def unsure() -> Client:
    """With a question behind a "not sure"."""
    client = asked()
    sitting = Sitting(today(), findings={"saddle_numbness": "unsure"}, follow=["saddle_numbness"])
    client.cookies[COOKIE] = seal(sitting).decode()
    return client


def keeper() -> Client:
    """With a diary of two days."""
    client = fresh()
    keep(client, days_ago=3)
    write(client, day=day(-1), pain_now="4", **{"done-ex_bridge_seed": "yes"})
    write(client, day=day(), pain_now="5", worse="yes")
    return client


VISITORS: dict[str, Callable[[], Client]] = {
    "nobody": fresh,
    "asked": asked,
    "unsure": unsure,
    "finished": lambda: seat(fresh()),
    "in danger": lambda: seat(fresh(), "cauda_equina"),
    "keeper": keeper,
}


@pytest.fixture(params=VISITORS)
def visitor(request: pytest.FixtureRequest) -> Client:
    return VISITORS[request.param]()


def again(client: Client) -> Client:
    """The same visitor in a browser of their own, so that one request does not spoil the next."""
    copy = fresh()
    copy.cookies = SimpleCookie({name: one.value for name, one in client.cookies.items()})
    return copy


def is_clear(page: Any) -> None:
    """A page of ours that says what happened and where to go on."""
    html = page.content.decode()
    assert re.search(r"<h1[^>]*>\s*\S", html), html[:500]
    assert re.search(r'<a class="main"|<button|<a href="/', html.partition("<main")[2])
    assert "Traceback" not in html
    assert "Content-Security-Policy" in page.headers


def answers(client: Client) -> dict[str, Any]:
    """What this browser holds."""
    held = client.cookies.get(COOKIE)
    data = unseal(held.value.encode()) if held and held.value else None
    return dict(data["findings"]) if data else {}


# --- every address, every method --------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_no_visitor_breaks_an_address(name: str, visitor: Client) -> None:
    for method in ("get", "post"):
        page = getattr(again(visitor), method)(address(name))
        assert page.status_code < 500
        if page.status_code >= 400:
            is_clear(page)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace", "head"])
def test_a_wrong_method_is_said_so(method: str) -> None:
    for name in NAMES:
        page = getattr(fresh(), method)(address(name))
        assert page.status_code in (200, 302, 405) or (
            page.status_code == 404 and name in FROM_A_MAIL
        )
        if page.status_code == 405 and method != "head":
            is_clear(page)
            assert page.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    ["/check/%00/", "/%ff%fe/", "/learn/claim/%2e%2e/", "/keep/take/..%2fhealth.key",
     "/plan/exercise/ex_%00/", "/static/../settings.py", "/" + "x" * 5000, "/check//", "/é/"],
)  # fmt: skip
def test_a_strange_address_is_no_such_page(path: str) -> None:
    for client in (fresh(), keeper()):
        page = client.get(path)
        assert page.status_code == 404
        is_clear(page)


# --- too much, or in the wrong form -----------------------------------------------------------

FILE = (
    b'--b\r\nContent-Disposition: form-data; name="asked"; filename="a.exe"\r\n'
    b"Content-Type: application/x-msdownload\r\n\r\n" + bytes(range(256)) * 40 + b"\r\n--b--\r\n"
)
BODIES: dict[str, tuple[bytes, str]] = {
    "ten megabytes": (b"age=" + b"4" * 10_000_000, "application/x-www-form-urlencoded"),
    "5000 fields": (
        "&".join(f"f{i}=1" for i in range(5000)).encode(),
        "application/x-www-form-urlencoded",
    ),
    "5000 times one field": (b"&".join([b"age=4"] * 5000), "application/x-www-form-urlencoded"),
    "not UTF-8": (b"asked=\xff\xfe&age=\xc3\x28&day=%ff", "application/x-www-form-urlencoded"),
    "null bytes": (b"asked=%00&age=4%00&day=\x00&client=%00", "application/x-www-form-urlencoded"),
    "another charset": (b"\xff\xfea\x00", "application/x-www-form-urlencoded; charset=utf-16"),
    "no charset at all": (b"age=4", "application/x-www-form-urlencoded; charset=nonsense"),
    "json": (b'{"age": 44}', "application/json"),
    "a file": (FILE, "multipart/form-data; boundary=b"),
    "a file cut short": (FILE[:200], "multipart/form-data; boundary=b"),
    "no boundary": (FILE, "multipart/form-data"),
    "a boundary of nonsense": (FILE, "multipart/form-data; boundary=\xe9\xe9"),
    "xml": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "text/xml"),
    "nothing": (b"", "application/x-www-form-urlencoded"),
}
POSTED = ["begin", "check", "back", "onwards", "stop", "wish", "keep", "erase", "diary",
          "diary_safety", "diary_seen", "progress", "session", "measure", "reminders", "join",
          "confirm_reminders", "stop_reminders", "bring", "account_logout", "devices",
          "mood"]  # fmt: skip
FROM_A_MAIL = {"confirm_reminders", "stop_reminders"}
"""Addresses that only the link of a letter opens; without it there is no such page."""


@pytest.mark.parametrize("who", VISITORS if NIGHTLY else ["nobody", "asked", "keeper"])
@pytest.mark.parametrize("body", BODIES)
def test_what_is_no_form_of_ours_loses_nothing(body: str, who: str) -> None:
    (sent, kind), visitor = BODIES[body], VISITORS[who]()
    before = answers(visitor)
    for name in POSTED:
        client = again(visitor)
        page = client.generic("POST", address(name), sent, content_type=kind)
        assert page.status_code < 500, name
        if page.status_code >= 400:
            is_clear(page)
        if name not in ("begin", "back", "stop"):
            assert answers(client).items() >= before.items() or page.status_code == 302
    assert Person.objects.count() == ("sacra_record" in visitor.cookies)


def test_every_address_that_takes_a_form_is_swept() -> None:
    takers = {name for name in NAMES if fresh().options(address(name)).status_code in (200, 405)}
    allowing = {n for n in takers if "POST" in _allowed(address(n))}
    assert allowing == set(POSTED)


def _allowed(path: str) -> str:
    return fresh().put(path).headers.get("Allow", "")


# --- forged, replayed, another's, expired ------------------------------------------------------


def test_a_replayed_answer_changes_nothing(browser: Client) -> None:
    browser.post("/begin/")
    sent = fill(browser.get("/check/").content.decode(), ORDINARY)
    browser.post("/check/", sent)
    before = answers(browser)
    for _ in range(3):
        page = browser.post("/check/", sent)
        assert "That page was from before" in page.content.decode()
    assert answers(browser) == before


def test_a_form_of_another_check_answers_nothing_here() -> None:
    mine, other = asked(), seat(fresh())
    sent = fill(mine.get("/check/").content.decode(), ORDINARY)
    before = answers(other)
    other.post("/check/", sent)
    assert answers(other) == before
    beginner = fresh()
    beginner.post("/begin/")
    assert "from before" in beginner.post("/check/", sent).content.decode()
    assert answers(beginner) == {"setting": "home"}


@pytest.mark.parametrize("change", ["", "x", "{0}x", "x{0}", "age,sex", "\x00", "{0}:{0}"])
def test_a_forged_form_is_an_old_page(change: str, browser: Client) -> None:
    browser.post("/begin/")
    sent = fill(browser.get("/check/").content.decode(), ORDINARY)
    page = browser.post("/check/", {**sent, "asked": change.format(sent["asked"])})
    assert page.status_code == 200
    assert "from before" in page.content.decode()
    assert answers(browser) == {"setting": "home"}


def test_consent_of_one_browser_opens_nothing_in_another() -> None:
    mine, other = seat(fresh()), seat(fresh())
    token = token_of(mine)
    mine.post("/keep/", {"token": token, "agree": "yes"})
    page = other.post("/keep/", {"token": token, "agree": "yes"})
    assert page.status_code == 422
    assert whose.COOKIE not in other.cookies
    assert Person.objects.count() == 1


def test_a_message_id_of_another_diary_is_refused_and_kept_in_the_form() -> None:
    mine, other = fresh(), fresh()
    keep(mine), keep(other)
    form = {"client": str(uuid.uuid4()), "at": "", "pain_now": "4", "note": "stairs"}
    mine.post("/diary/", form)
    page = other.post("/diary/", form)
    assert page.status_code == 422
    assert 'value="stairs"' in page.content.decode()


def test_a_check_that_has_expired_says_so_and_where_to_begin(browser: Client) -> None:
    browser.cookies[COOKIE] = "gAAAAA" + "x" * 60
    gone = browser.post("/check/", {"asked": "x", "age": "44"}, follow=True)
    assert "not in this browser any more" in gone.content.decode()
    is_clear(gone)


def test_a_diary_that_has_expired_says_so(browser: Client) -> None:
    person = keep(browser)
    browser.cookies.pop(COOKIE)
    person.kept_until = today() - datetime.timedelta(days=1)
    person.save()
    for path in ("/diary/", "/progress/"):
        gone = browser.post(path, {"pain_now": "4"}, follow=True)
        assert "not in this browser any more" in gone.content.decode()
        is_clear(gone)


def test_a_form_without_its_token_is_out_of_date_and_loses_nothing(visitor: Client) -> None:
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    strict.cookies = again(visitor).cookies
    before = answers(strict)
    for name in POSTED:
        page = strict.post(address(name), {"csrfmiddlewaretoken": "x" * 64, "age": "44"})
        assert page.status_code == (404 if name == "stop_reminders" else 403), name
        is_clear(page)
    assert answers(strict) == before


def test_a_check_too_large_for_its_cookie_keeps_what_it_had(browser: Client) -> None:
    full = Sitting(today(), findings=findings(), put_aside=[uuid.uuid4().hex for _ in range(120)])
    browser.cookies[COOKIE] = before = seal(full).decode()
    page = browser.post("/plan/wish/", {"minutes": "10"})
    assert page.status_code == 422
    assert "this browser cannot keep more choices" in page.content.decode()
    is_clear(page)
    assert browser.cookies[COOKIE].value == before


# --- clocks -----------------------------------------------------------------------------------

TIMES = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00+00:00",
         "2038-01-19T03:14:08+00:00", "2024-02-30T00:00:00+00:00", "now", "12:00",
         "2026-11-25T12:00:00+23:59", "2026-11-25T12:00:00"]  # fmt: skip
DAYS = ["0001-01-01", "9999-12-31", "1969-12-31", "2024-02-30", "25.11.2026", "20261125", "-1"]


@pytest.mark.parametrize("at", TIMES)
def test_no_clock_breaks_the_diary(at: str, browser: Client) -> None:
    keep(browser, days_ago=2)
    page = write(browser, at=at, pain_now="4")
    assert page.status_code in (302, 422)
    form = {"client": str(uuid.uuid4()), "at": at, "owner": "x", "during": "4"}
    assert browser.post("/session/", form).status_code < 500
    assert browser.get("/diary/").status_code in (200, 302)


@pytest.mark.parametrize("said", DAYS)
def test_no_day_breaks_the_diary(said: str, browser: Client) -> None:
    keep(browser, days_ago=2)
    assert browser.get("/diary/", {"day": said}).status_code == 200
    page = write(browser, day=said, pain_now="4")
    assert page.status_code in (302, 422)


@pytest.mark.parametrize("offset", ["99999", "-99999", "x", "9" * 6000, "", "1e9", "-0"])
def test_no_offset_breaks_a_page(offset: str, browser: Client) -> None:
    keep(browser)
    browser.cookies["sacra_offset"] = offset
    for path in ("/diary/", "/progress/", "/session/", "/keep/"):
        assert browser.get(path).status_code in (200, 302)


def test_a_check_begun_tomorrow_is_still_a_check(browser: Client) -> None:
    seat(browser, days_ago=-1)
    for path in ("/result/", "/plan/", "/session/", "/result/print/", "/result/tonight/"):
        assert browser.get(path).status_code == 200


# --- whatever -----------------------------------------------------------------------------------

FIELD_NAMES = (
    "asked who token agree sure client at day owner pain_now sleep worse note medicine medicines "
    "before during effort morning what replaces without back said minutes floor equipment go "
    "none_of_these done-ex_bridge_seed done-nothing done- why-ex_bridge_seed hurt-ex_bridge_seed "
    "age sex region saddle_numbness pain_worst taken noted follow when new gone"
)
FIELDS = FIELD_NAMES.split()
PLAIN = (
    "yes no unsure 0 4 -1 11 1e308 nan inf 1_0 4,5 4.5.6 ex_bridge_seed examined slip true [] male "
    "gb ../.. <script> 0001-01-01 9999-12-31"
)
JUNK = [
    *PLAIN.split(),
    *("", "\x00", "a\x00b", "\u0664", "\ufffd", "\u202egnp", "\U0001f600" * 50, "x" * 2000),
    *("'; DROP TABLE", "{{ 7*7 }}", *TIMES[:2]),
]
VALUES = st.one_of(
    st.sampled_from(JUNK), st.text(max_size=30), st.floats().map(str), st.builds(today).map(str)
)
FORMS = st.dictionaries(
    st.one_of(st.sampled_from(FIELDS), st.text(min_size=1, max_size=12)),
    st.one_of(VALUES, st.lists(VALUES, max_size=3)),
    max_size=9,
)
KEEPS = {"begin", "back", "stop", "erase"}
"""What is meant to forget something."""


@pytest.fixture
def crowd() -> Iterator[dict[str, Client]]:
    yield {name: make() for name, make in VISITORS.items()}


@settings(max_examples=10_000 if NIGHTLY else 500)
@given(
    who=st.sampled_from([*VISITORS]), name=st.sampled_from(POSTED), form=FORMS, real=st.booleans()
)
def test_no_form_whatever_breaks_a_page_or_loses_an_answer(
    who: str, name: str, form: dict[str, Any], real: bool, crowd: dict[str, Client]
) -> None:
    client = again(crowd[who])
    before = answers(client)
    if real and name == "check" and who == "asked":  # past the first door
        form["asked"] = fill(client.get("/check/").content.decode(), {})["asked"]
    page = client.post(address(name), _sendable(form))
    assert page.status_code < 500
    if page.status_code >= 400:
        is_clear(page)
    if name not in KEEPS and page.status_code != 302:
        assert answers(client).items() >= before.items()


def _sendable(form: dict[str, Any]) -> dict[str, Any]:
    """As bytes that a browser could send; a lone surrogate is none."""

    def plain(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    return {
        plain(key): [plain(v) for v in value] if isinstance(value, list) else plain(value)
        for key, value in form.items()
    }


QUERIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3)


@settings(max_examples=3_000 if NIGHTLY else 150)
@given(who=st.sampled_from([*VISITORS]), name=st.sampled_from(NAMES), query=QUERIES)
def test_no_query_whatever_breaks_a_page(
    who: str, name: str, query: dict[str, Any], crowd: dict[str, Client]
) -> None:
    page = again(crowd[who]).get(address(name), _sendable(query))
    assert page.status_code < 500
    if page.status_code >= 400:
        is_clear(page)
