"""Visitors who have finished a check, and those who keep a diary."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

from django.test import Client

from sacra.kb.text import read_file
from sacra.reasoning.evaluate import RESERVED
from sacra.web.models import Person
from sacra.web.sitting import COOKIE, Sitting
from sacra.web.vault import seal
from tests.conftest import ROOT
from tests.day import today


def findings(name: str = "desk_worker_off_work", **change: Any) -> dict[str, Any]:
    """What one of our own cases says."""
    data = read_file(ROOT / "tests" / "cases" / "own" / f"{name}.yaml")
    return {key: value for key, value in {**data, **change}.items() if key not in RESERVED}


def seat(
    client: Client, name: str = "desk_worker_off_work", *, days_ago: int = 0, **change: Any
) -> Client:
    """A visitor whose check is finished."""
    started = today() - datetime.timedelta(days=days_ago)
    client.cookies[COOKIE] = seal(Sitting(started, findings=findings(name, **change))).decode()
    return client


def token_of(client: Client) -> str:
    """The token of the page that asks for consent."""
    page = client.get("/keep/").content.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def keep(
    client: Client, name: str = "desk_worker_off_work", *, days_ago: int = 0, **change: Any
) -> Person:
    """A visitor who agreed to keep a diary, begun so many days ago."""
    seat(client, name, days_ago=days_ago, **change)
    answer = client.post("/keep/", {"token": token_of(client), "agree": "yes"})
    assert answer.headers["Location"] == "/diary/", answer.content.decode()
    return Person.objects.latest("created")


def day(offset: int = 0) -> str:
    """A day so many days from today, as a form writes it."""
    return (today() + datetime.timedelta(days=offset)).isoformat()


def write(client: Client, **said: Any) -> Any:
    """Send the form of a day."""
    return client.post("/diary/", {"client": str(uuid.uuid4()), "at": "", **said})
