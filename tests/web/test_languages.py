"""Another language: all of a page is in it, or the language is not offered at all."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern

from sacra.cli import main
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.languages import blocked, offered, spoken
from sacra.reasoning.assess import assess
from sacra.reasoning.case import read_case
from sacra.web.urls import urlpatterns
from tests.pseudo import CODE, accented, alarms, build, english, seen
from tests.web.keeping import day, findings, keep, seat, write
from tests.web.signing import EMAIL, sign_in, sign_up
from tests.web.walking import ORDINARY, fill

pytestmark = pytest.mark.django_db
FORMATS = {"Sacra", "JSON", "CSV", "PDF"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("locale")
    build(made)
    return made


@pytest.fixture
def reader(folder: Path, settings: Any) -> Client:
    """A visitor whose browser asks for the language of the test."""
    settings.LOCALE_PATHS = [folder]
    settings.LANGUAGES = [("en", "English"), (CODE, accented("Accented"))]
    return Client(headers={"host": "localhost", "accept-language": CODE})


@pytest.fixture(scope="session")
def allowed(knowledge: Knowledge) -> set[str]:
    """Names that no language changes: sources as they are printed, versions, formats."""
    found = {knowledge.version, "English", *FORMATS}
    for source in knowledge.sources.values():
        found |= {source.title, source.authors, source.journal}
    return found - {""}


def left_in_english(page: Any, allowed: set[str]) -> list[str]:
    html = page.content.decode()
    texts = [*seen(html), *_spoken_by_scripts(html)]
    return [text for text in texts if english(text, allowed)]


def _spoken_by_scripts(html: str) -> Iterator[str]:
    """The words that scripts get with the page."""
    for data in re.findall(r'type="application/json">(.*?)</script>', html, re.DOTALL):
        words = json.loads(data)
        for part in ("words", "names", "easier"):
            for said in words.get(part, {}).values():
                yield re.sub(r"\{\w+\}", "", said)


def look(reader: Client, path: str, allowed: set[str], **sent: Any) -> Any:
    """The page, or where it leads, and nothing on it in English."""
    page = reader.post(path, sent) if sent else reader.get(path)
    if page.status_code in (301, 302):
        return page
    if page.content and page.headers["Content-Type"].startswith("text/html"):
        assert f'<html lang="{CODE}"' in page.content.decode()
        left = left_in_english(page, allowed)
        assert not left, f"{path}: {left}"
    return page


def plain_paths() -> list[str]:
    """Every address of our own that takes no argument."""
    own = [p for p in urlpatterns if isinstance(p, URLPattern) and "<" not in str(p.pattern)]
    return [f"/{p.pattern}" for p in own if p.callback.__module__.startswith("sacra.")]


def test_every_screen_of_the_check_is_in_the_language(reader: Client, allowed: set[str]) -> None:
    look(reader, "/", allowed)
    reader.post("/begin/", {"who": "other"})
    for _ in range(90):
        page = look(reader, "/check/", allowed)
        if page.status_code == 302:
            break
        look(reader, "/check/", allowed, asked="of another page")
        asked = fill(page.content.decode(), {})["asked"]
        wrong = {"asked": asked, "age": "2000", "sex": "x", "region": "x", "pain_now": "x"}
        assert look(reader, "/check/", allowed, **wrong).status_code in (302, 422)
        html = reader.get("/check/").content.decode()
        if html:  # what was wrong above was right for a screen without such lines
            reader.post("/check/", fill(html, ORDINARY))
    assert page.headers["Location"] == "/result/"
    for path in plain_paths():
        look(reader, path, allowed)


PEOPLE = (
    "desk_worker_off_work",
    "pregnant_week_32_asks_about_ibuprofen",
    "young_inflammatory_pain",
    "teenager_tennis",
    "runner_possible_stress_fracture",
    "cauda_equina",
    "woman_62_on_anticoagulant",
    "eight_weeks_after_birth",
    "hypermobile_woman",
)


@pytest.mark.parametrize("name", PEOPLE)
def test_what_follows_a_check_is_in_the_language(
    reader: Client, allowed: set[str], name: str
) -> None:
    seat(reader, name)
    for path in (
        "/now/",
        "/check/leave/",
        "/result/",
        "/result/print/",
        "/result/tonight/",
        "/keep/",
    ):
        look(reader, path, allowed)
    plan = look(reader, "/plan/", allowed)
    for path in sorted(set(re.findall(r'"(/plan/exercise/\w+/)"', plan.content.decode()))):
        look(reader, path, allowed)
    look(reader, "/plan/exercise/no_such/", allowed)
    look(reader, "/plan/wish/", allowed, minutes="x")
    reader.post("/plan/wish/", {"minutes": "5", "floor": "no"})
    look(reader, "/plan/?said=floor", allowed)
    look(reader, "/session/", allowed)


def test_not_sure_and_its_question_are_in_the_language(reader: Client, allowed: set[str]) -> None:
    reader.post("/begin/")
    for _ in range(30):
        page = look(reader, "/check/", allowed)
        if page.status_code == 302:
            break
        form = fill(page.content.decode(), ORDINARY)
        unsure = {name: "unsure" for name, said in form.items() if said == "no"}
        if 'name="follow' in page.content.decode() or "none_of_these" not in page.content.decode():
            form |= unsure
        reader.post("/check/", form)
    look(reader, "/now/", allowed)
    look(reader, "/check/leave/", allowed)


def test_the_diary_is_in_the_language_also_of_a_record_begun_in_english(
    reader: Client, browser: Client, allowed: set[str], knowledge: Knowledge
) -> None:
    keep(browser, days_ago=21)
    reader.cookies = browser.cookies
    for path in ("/progress/", "/diary/", "/session/", "/keep/"):
        look(reader, path, allowed)
    lines = re.findall(r'name="done-(\w+)" value="yes"', reader.get("/diary/").content.decode())
    for i in range(-20, 0):
        felt = {f"done-{name}": "yes" for name in lines[:3]} | {f"done-{lines[-1]}": "no"}
        pain, during = ("8", "7") if i > -4 else ("3", "2")  # the last days are bad
        said = {"pain_now": pain, "before": "2", "during": during, "effort": "3", **felt}
        write(browser, day=day(i), **said)
    look(reader, "/diary/", allowed, client=str(uuid.uuid4()), pain_now="77")
    look(reader, "/diary/", allowed, client=str(uuid.uuid4()), day="2999-01-01", pain_now="4")
    write(reader, pain_now="3", worse="yes")
    for path in ("/diary/?noted=1", f"/diary/?day={day(-1)}", "/progress/", "/progress/?taken=1",
                 "/session/", "/diary/safety/", "/keep/", "/keep/?new=1"):  # fmt: skip
        look(reader, path, allowed)
    for name, total, ago in (("rmdq", 4, 14), ("rmdq", 2, 0), ("promis", 60, 3), ("promis", 55, 0),
                             ("startback", 6, 0), ("psfs", "x", 0), ("phq2", 4, 0)):  # fmt: skip
        sent = {"client": str(uuid.uuid4()), "total": str(total), "day": day(-ago)}
        look(reader, f"/measures/{name}/", allowed, **sent)
    look(reader, "/measures/safety/", allowed)
    look(reader, "/measures/safety/", allowed, suicidal_intent="no")
    for path in ("/measures/", "/progress/", "/progress/?scored=1"):
        look(reader, path, allowed)
    look(reader, "/keep/delete/", allowed, sure="")
    look(reader, "/keep/delete/", allowed, sure="yes")


def test_a_danger_in_the_diary_is_in_the_language(reader: Client, allowed: set[str]) -> None:
    keep(reader, days_ago=3)
    write(reader, pain_now="5", worse="yes")
    for said in ("unsure", "yes"):
        html = look(reader, "/diary/safety/", allowed).content.decode()
        asked = re.search(r'name="asked" value="([^"]+)"', html)
        assert asked
        look(reader, "/diary/safety/", allowed, asked=asked[1])  # nothing answered
        answers = dict.fromkeys(asked[1].split(","), said)
        reader.post("/diary/safety/", {**answers, "asked": asked[1], "client": str(uuid.uuid4())})
        look(reader, "/diary/safety/?follow=1", allowed)
        if reader.get("/diary/safety/").status_code == 302:
            break
    for path in ("/now/", "/diary/", "/progress/"):
        look(reader, path, allowed)


def test_learn_is_in_the_language(reader: Client, allowed: set[str], knowledge: Knowledge) -> None:
    look(reader, "/learn/", allowed)
    for name in [*knowledge.claims][::4]:
        look(reader, f"/learn/claim/{name}/", allowed)
    for name in [*knowledge.sources][::12]:
        look(reader, f"/learn/source/{name}/", allowed)


def test_what_goes_wrong_is_in_the_language(reader: Client, allowed: set[str]) -> None:
    assert look(reader, "/nowhere/", allowed).status_code == 404
    reader.post("/begin/")
    assert look(reader, "/check/", allowed, asked="x" * 300_000).status_code == 400
    asks = {"host": "localhost", "accept-language": CODE}
    strict = Client(headers=asks, enforce_csrf_checks=True)
    assert look(strict, "/begin/", allowed, who="self").status_code == 403


# --- which languages --------------------------------------------------------------------------


def test_one_english_word_on_a_page_is_found(allowed: set[str]) -> None:
    said = accented("Not for you")
    fine = f'<p title="{said}">{said} · Sacra 112</p><script>let plain;</script>'
    assert not any(english(text, allowed) for text in seen(fine))
    for planted in (f"<p>{said}: Heat.</p>", '<i title="Heat">1</i>', '<i aria-label="Heat"></i>'):
        assert next(english(text, allowed) for text in seen(planted)) == "Heat"


def test_a_language_in_which_every_alarm_is_translated_is_offered(folder: Path) -> None:
    assert offered(folder) == [CODE]
    assert list(blocked(folder)) == []


LEFT_OUT = {
    "an alarm's question": ("knowledge", "has the feeling changed between your legs"),
    "its question when not sure": ("knowledge", "does either side feel duller"),
    "what to do": ("knowledge", "You were not sure. Ring and talk it through today"),
    "whom to call": ("knowledge", "Call 112 and ask for the ambulance service."),
    "the page of a danger": ("django", "Get help now, day or night."),
    "a number to call": ("django", "Call %(number)s"),
    "an answer": ("django", "Not sure"),
}


@pytest.mark.parametrize(("domain", "text"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_language_that_lacks_a_word_of_an_alarm_is_not_offered(
    tmp_path: Path, domain: str, text: str
) -> None:
    build(tmp_path, without=lambda of, said: of == domain and text in said)
    assert offered(tmp_path) == []
    sentence = "".join(blocked(tmp_path))
    assert sentence.startswith(f"the language `{CODE}` is not offered: ")
    assert text in sentence


def test_a_language_is_offered_as_soon_as_it_is_finished(tmp_path: Path) -> None:
    build(tmp_path, without=lambda _, said: said == "Not sure")
    assert offered(tmp_path) == []
    build(tmp_path)
    assert offered(tmp_path) == [CODE]


def test_what_is_no_alarm_stays_english_and_blocks_nothing(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    claim = knowledge.claims["massage"]
    build(tmp_path, without=lambda _, said: said in (claim.say, "Your plan"))
    assert offered(tmp_path) == [CODE]
    told = spoken(CODE, tmp_path).claims["massage"]
    assert (told.say, told.claim) == (claim.say, accented(claim.claim))


def test_a_folder_without_compiled_words_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    alarms(tmp_path)
    assert offered(tmp_path) == []
    assert "`de`" in "".join(blocked(tmp_path))


def test_a_translation_that_loses_its_parts_is_not_used(tmp_path: Path) -> None:
    build(tmp_path, change={"Held until you are seen: {name}.": "Ĥéĺď: {who}."})
    assert offered(tmp_path) == []
    assert spoken(CODE, tmp_path).say("safety.held", name="x") == "Held until you are seen: x."


def test_the_check_of_the_knowledge_says_what_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    alarms(tmp_path)
    monkeypatch.setattr(blocked, "__defaults__", (tmp_path,))
    said = CliRunner().invoke(main, ["knowledge", "check"])
    assert said.exit_code == 0
    assert "sacra: the language `de` is not offered: " in said.stderr


def test_translated_knowledge_has_the_same_facts_and_answers(
    folder: Path, knowledge: Knowledge
) -> None:
    told = spoken(CODE, folder)
    assert told.version == knowledge.version
    case = read_case(findings("desk_worker_off_work"), knowledge)
    one, other = assess(case, knowledge), assess(case, told)
    assert one.differential == other.differential
    assert one.triage.urgency == other.triage.urgency
    assert [o.exercise for o in one.plan.exercises] == [o.exercise for o in other.plan.exercises]
    assert spoken("en", folder) is load_knowledge()


# --- choosing ---------------------------------------------------------------------------------


def test_with_one_language_there_is_nothing_to_choose(browser: Client) -> None:
    page = browser.get("/").content.decode()
    assert 'name="language"' not in page and '<html lang="en">' in page


def test_a_language_is_chosen_on_any_page_and_stays(reader: Client) -> None:
    english_reader = Client(headers={"host": "localhost"})
    page = english_reader.get("/learn/").content.decode()
    assert f'name="language" value="{CODE}" lang="{CODE}"' in page
    wrong = seat(english_reader).post("/plan/wish/", {"minutes": "x"})
    assert wrong.status_code == 422
    assert 'name="language"' not in wrong.content.decode()  # its address opens by a form alone
    chosen = english_reader.post("/language/", {"language": CODE, "next": "/learn/"})
    assert chosen.headers["Location"] == "/learn/"
    assert f'<html lang="{CODE}"' in english_reader.get("/learn/").content.decode()
    back = english_reader.post("/language/", {"language": "en", "next": "https://example.org/"})
    assert back.headers["Location"] == "/"
    assert '<html lang="en"' in english_reader.get("/").content.decode()
    english_reader.post("/language/", {"language": "xx", "next": "/"})
    assert '<html lang="en"' in english_reader.get("/").content.decode()


def test_the_devices_of_an_account_are_in_the_language(reader: Client, allowed: set[str]) -> None:
    cache.clear()
    sign_up(reader)
    look(reader, "/account/devices/", allowed | {EMAIL})
    sign_in(Client(headers={"host": "localhost", "user-agent": ""}))
    for path in ("/account/devices/?done=1", "/account/"):
        look(reader, path, allowed | {EMAIL})
