"""What nobody has looked at for too long says so, quietly, on the page that uses it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from django.test import Client

import sacra.languages
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema import Confirmation
from tests.web.seating import seat
from tests.web.walking import ORDINARY, walk

OVERDUE = "The review of this advice is overdue since"
KINDS = ("red_flags", "interventions", "exercises", "claims")


def confirmed(on: datetime.date) -> Knowledge:
    """The knowledge with every red flag, item and claim confirmed on one day."""
    known = load_knowledge()
    said = Confirmation(name="Dr A", role="physician", day=on, of="")
    changed: dict[str, Any] = {
        kind: {
            name: msgspec.structs.replace(fact, confirmed=(said,))
            for name, fact in getattr(known, kind).items()
        }
        for kind in KINDS
    }
    return replace(known, **changed)


def shown(browser: Client, path: str, known: Knowledge, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sacra.languages, "load_knowledge", lambda: known)
    return browser.get(path).content.decode()


@pytest.fixture
def patient(browser: Client) -> Client:
    """Somebody who is to be seen within days, and has a plan all the same."""
    seat(browser, weight_loss=True)
    return browser


@pytest.mark.parametrize(
    "path",
    ["/result/", "/plan/", "/plan/exercise/ex_diaphragm_breathing/", "/learn/claim/rest/"],
)
def test_an_overdue_review_is_said_on_the_page_that_uses_it(
    path: str, patient: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shown(patient, path, confirmed(datetime.date(2020, 1, 1)), monkeypatch)
    assert OVERDUE in old
    fresh = shown(patient, path, confirmed(datetime.date.today()), monkeypatch)
    assert OVERDUE not in fresh
    assert OVERDUE not in shown(patient, path, load_knowledge(), monkeypatch)


def test_a_claim_says_who_confirmed_it(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/learn/claim/rest/"
    page = shown(browser, path, confirmed(datetime.date(2020, 1, 1)), monkeypatch)
    assert "Confirmed by Dr A, physician, on 1 January 2020" in page
    page = shown(browser, path, load_knowledge(), monkeypatch)
    assert "No clinician has confirmed this yet." in page


def test_nothing_about_reviews_stands_on_the_page_for_a_danger(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert walk(browser, {**ORDINARY, "saddle_numbness": True}) == "/now/"
    page = shown(browser, "/now/", confirmed(datetime.date(2020, 1, 1)), monkeypatch)
    assert "Get help now" in page
    assert OVERDUE not in page
