"""On paper: whom to call stays readable, what needs a screen goes, headings keep their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Server
from tests.browser.pages import PAGES, cookies_of

OnPaper = Callable[[str], Page]
_FAINT = """() => [...document.querySelectorAll("main a[href^='tel:']")].filter((one) =>
    !one.checkVisibility() || getComputedStyle(one).color === "rgb(255, 255, 255)"
).map((one) => one.outerHTML)"""
_ALONE = """() => [...document.querySelectorAll("main :is(h1, h2, h3, summary, dt)")].filter(
    (one) =>
    one.checkVisibility() && getComputedStyle(one).breakAfter !== "avoid"
).map((one) => one.outerHTML)"""
_OF_A_SCREEN = (
    "main :is(button, input, nav, .actions a:not([href^='tel:'])):visible, .foot a:visible"
)


@pytest.fixture
def on_paper(chrome: Browser, server: Server) -> Iterator[OnPaper]:
    """A page of ours as a printer gets it."""
    context = chrome.new_context(viewport=PHONE, locale="en-GB", base_url=server.url)
    page = context.new_page()

    def open_page(name: str) -> Page:
        cookies_of(PAGES[name].who, context, server)
        page.goto(PAGES[name].path)
        page.emulate_media(media="print")
        return page

    yield open_page
    context.close()


@pytest.mark.parametrize("name", ["tonight", "diary", "emergency", "low mood"])
def test_whom_to_call_is_readable_on_paper(name: str, on_paper: OnPaper) -> None:
    page = on_paper(name)
    assert page.locator("main a[href^='tel:']").count()
    assert page.evaluate(_FAINT) == []


@pytest.mark.parametrize("name", ["plan", "result", "progress of a year", "print page"])
def test_nothing_of_a_screen_is_printed_and_no_heading_stands_alone(
    name: str, on_paper: OnPaper
) -> None:
    page = on_paper(name)
    assert page.locator(_OF_A_SCREEN).count() == 0
    assert page.evaluate(_ALONE) == []
