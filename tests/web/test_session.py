"""The session without scripts: a plain list, and a form that is sent once however often."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.test import Client

from sacra.web.models import DiaryEntry, Person
from sacra.web.whose import tag_of
from tests.web.keeping import keep, seat

pytestmark = pytest.mark.django_db


def player(page: str) -> dict[str, object]:
    found = re.search(r'id="player-data" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found.group(1))  # type: ignore[no-any-return]


def felt(person: Person, **said: str) -> dict[str, str]:
    return {"client": str(uuid.uuid4()), "owner": tag_of(person), "at": "", **said}


def test_the_plan_of_the_session_is_a_list_without_scripts(browser: Client) -> None:
    page = seat(browser).get("/session/").content.decode()
    assert re.search(r"<h1>\d exercises?, about \d+ minutes\.</h1>", page)
    assert "Get ready: 20 s" in page and "When to stop" in page
    assert page.count('class="sacra-figure"') == 2 * page.count('<section class="one"')
    assert not re.search(r"<style|style=|<script>", page)
    assert "Nothing of this session is stored" in page and "webmanifest" not in page


def test_the_player_has_its_steps_words_and_stop_line_with_it(browser: Client) -> None:
    keep(browser)
    data = player(browser.get("/session/").content.decode())
    assert data["stop"] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11]
    assert data["owner"] and data["steps"] and data["words"]
    assert not seat(Client(headers={"host": "localhost"})).get("/progress/").content


def test_no_session_for_a_danger_a_child_or_nobody(browser: Client) -> None:
    assert browser.get("/session/").headers["Location"] == "/"
    assert seat(browser, "cauda_equina").get("/session/").headers["Location"] == "/now/"
    assert seat(browser, "teenager_tennis").get("/session/").headers["Location"] == "/result/"


def test_how_it_felt_is_written_once_however_often_it_is_sent(browser: Client) -> None:
    person = keep(browser)
    said = {"before": "2", "during": "4", "effort": "5", "done-ex_bird_dog": "yes",
            "done-ex_bridge_seed": "part", "why-ex_bridge_seed": "pain",
            "hurt-ex_bridge_seed": "7"}  # fmt: skip
    body = felt(person, **said)
    for _ in range(3):
        answer = browser.post("/session/", body, headers={"accept": "application/json"})
        assert answer.json() == {"kept": True}
    (row,) = DiaryEntry.objects.all()
    done = {one["exercise"]: one for one in row.data["done"]}
    assert done["ex_bird_dog"]["pain_during"] == 4
    assert (done["ex_bridge_seed"]["pain_during"], done["ex_bridge_seed"]["why_not"]) == (7, "pain")
    assert browser.post("/session/", body).headers["Location"].startswith("/diary/")


def test_a_message_of_another_owner_or_of_a_deleted_record_is_not_taken(browser: Client) -> None:
    person = keep(browser)
    json_headers = {"accept": "application/json"}
    wrong = {**felt(person), "owner": "somebody", "done-ex_bird_dog": "yes"}
    assert browser.post("/session/", wrong, headers=json_headers).status_code == 409
    body = felt(person, **{"during": "many", "done-ex_bird_dog": "yes"})
    assert browser.post("/session/", body, headers=json_headers).status_code == 422
    browser.post("/keep/delete/", {"sure": "yes"})
    assert browser.post("/session/", felt(person), headers=json_headers).status_code == 410
    assert not DiaryEntry.objects.exists()


def test_another_time_of_day_can_be_chosen_and_nonsense_is_not(browser: Client) -> None:
    seat(browser)
    page = browser.get("/session/").content.decode()
    for when in re.findall(r'href="\?when=([^"]+)"', page):
        assert browser.get(f"/session/?when={when}").status_code == 200
    assert browser.get("/session/?when=<script>").status_code == 200


def test_the_worker_looks_after_this_page_only(browser: Client) -> None:
    answer = browser.get("/session/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer.headers
