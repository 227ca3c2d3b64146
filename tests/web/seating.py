"""A visitor at the end of a check; equal answers are walked through once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from django.test import Client

from sacra.web.sitting import COOKIE, Sitting
from sacra.web.vault import unseal
from tests.web.walking import ORDINARY, walk


def seat(browser: Client, **answers: Any) -> None:
    """Give the browser the sitting of an ordinary check with these answers."""
    browser.cookies[COOKIE] = _cookie(tuple(sorted(answers.items())))


@lru_cache(maxsize=32)
def _cookie(answers: tuple[tuple[str, Any], ...]) -> str:
    browser = Client(headers={"host": "localhost"})
    assert walk(browser, {**ORDINARY, **dict(answers)}, most=90) == "/plan/"
    return browser.cookies[COOKIE].value


def sitting(browser: Client) -> Sitting:
    """What the browser keeps."""
    return msgspec.convert(unseal(browser.cookies[COOKIE].value.encode()), Sitting)
