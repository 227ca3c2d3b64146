"""Another language: all of a page is in it, or the language is not offered at all."""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from sacra.kb.knowledge import Knowledge
from sacra.languages import offered, spoken
from sacra.web.urls import urlpatterns
from tests.pseudo import CODE, accented, build, english, seen
from tests.web.keeping import day, keep, seat, write
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
    if page.headers["Content-Type"].startswith("text/html"):
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
    for number in range(90):
        page = look(reader, "/check/", allowed)
        if page.status_code == 302:
            break
        html = page.content.decode()
        empty = look(reader, "/check/", allowed, asked="", age="x")
        assert empty.status_code == 200
        wrong = {**fill(html, {}), "none_of_these": "", "age": "2000", "pain_now": "x"}
        if number < 4:
            look(reader, "/check/", allowed, **wrong)
        assert reader.post("/check/", fill(html, ORDINARY)).status_code == 302
    assert page.headers["Location"] == "/result/"
    for path in plain_paths():
        look(reader, path, allowed)


@pytest.mark.parametrize(
    "name",
    [
        "desk_worker_off_work", "pregnant_week_32_asks_about_ibuprofen", "young_inflammatory_pain",
        "teenager_tennis", "runner_possible_stress_fracture", "cauda_equina", "woman_62_on_anticoagulant",
        "eight_weeks_after_birth", "hypermobile_woman",
    ],
)  # fmt: skip
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
        late = i > -4
        write(browser, day=day(i), pain_now="8" if late else "3", before="2", during="7" if late else "2",
              effort="3", **felt)  # fmt: skip
    look(reader, "/diary/", allowed, client=str(uuid.uuid4()), pain_now="77")
    look(reader, "/diary/", allowed, client=str(uuid.uuid4()), day="2999-01-01", pain_now="4")
    write(reader, pain_now="3", worse="yes")
    for path in ("/diary/?noted=1", f"/diary/?day={day(-1)}", "/progress/", "/progress/?taken=1",
                 "/session/", "/diary/safety/", "/keep/", "/keep/?new=1"):  # fmt: skip
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
