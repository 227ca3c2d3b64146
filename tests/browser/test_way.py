"""The whole way in a real browser, on a phone and at a desk."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Server
from tests.browser.walking import answer_screen, walk
from tests.web.walking import INFLAMMATORY, ORDINARY, PREGNANT


def violations(page: Page) -> list[str]:
    """What axe finds on the page, in words."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def is_narrow_enough(page: Page) -> bool:
    """Nothing to scroll sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(
    "answers", [ORDINARY, PREGNANT, INFLAMMATORY], ids=["ordinary", "pregnant", "inflammatory"]
)
def test_from_the_first_page_to_a_plan(page: Page, answers: dict[str, Any]) -> None:
    assert violations(page) == []
    assert walk(page, answers) == "/result/"
    assert is_narrow_enough(page)
    assert violations(page) == []
    page.get_by_role("link", name="See your plan").click()
    assert page.locator("h1").inner_text()
    assert is_narrow_enough(page)
    assert violations(page) == []


def test_an_emergency_turns_the_page(page: Page) -> None:
    assert walk(page, {**ORDINARY, "saddle_numbness": True}) == "/now/"
    assert page.locator("h1").inner_text() == "Get help now, day or night."
    assert page.locator("a.call").get_attribute("href") == "tel:999"
    assert page.get_by_text("Do no exercises").is_visible()
    assert violations(page) == []
    assert is_narrow_enough(page)


def test_reload_back_and_a_new_tab_lose_nothing(page: Page, server: Server) -> None:
    page.get_by_role("button", name="Check my pain").click()
    for _ in range(4):
        answer_screen(page, ORDINARY)
    where = page.locator("h1").inner_text()
    page.reload()
    assert page.locator("h1").inner_text() == where
    other = page.context.new_page()
    other.goto(f"{server.url}/check/")
    assert other.locator("h1").inner_text() == where
    answer_screen(other, ORDINARY)
    answer_screen(page, ORDINARY)  # the old tab: nothing is answered twice
    page.get_by_role("button", name="Back").click()
    assert page.locator("h1").inner_text() != ""


def test_the_server_dies_in_the_middle_and_the_check_goes_on(page: Page, server: Server) -> None:
    page.get_by_role("button", name="Check my pain").click()
    for _ in range(3):
        answer_screen(page, ORDINARY)
    where = page.locator("h1").inner_text()
    server.kill()
    server.start()
    page.goto(f"{server.url}/check/")
    assert page.locator("h1").inner_text() == where


def test_the_whole_way_without_scripts(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Check my pain").click()
    assert page.locator("h1").inner_text()
    assert page.locator("script[src]").count() == 0
    context.close()


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.get_by_role("button", name="Check my pain").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("() => document.activeElement.name || document.activeElement.tagName")
        )
    assert "go" in seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_hard_to_read_in_the_dark(chrome: Browser, server: Server, scheme: Any) -> None:
    context = chrome.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(server.url)
    assert violations(page) == []
    page.get_by_role("button", name="Check my pain").click()
    assert violations(page) == []
    page.goto(f"{server.url}/learn/")
    assert violations(page) == []
    context.close()
