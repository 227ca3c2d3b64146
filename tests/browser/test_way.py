"""The whole way in a real browser, on a phone and at a desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.walking import answer_screen, onwards, walk
from tests.web.walking import INFLAMMATORY, ORDINARY, PREGNANT


@pytest.mark.parametrize(
    "answers", [ORDINARY, PREGNANT, INFLAMMATORY], ids=["ordinary", "pregnant", "inflammatory"]
)
def test_from_the_first_page_to_a_plan(page: Page, answers: dict[str, Any]) -> None:
    assert violations(page) == []
    assert walk(page, answers) == "/result/"
    assert is_narrow_enough(page)
    assert violations(page) == []
    assert onwards(page, answers) == "/plan/"
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


def test_the_whole_way_without_scripts(chrome: Browser, server: Server, size: ViewportSize) -> None:
    context = chrome.new_context(viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    assert walk(page, ORDINARY) == "/result/"
    assert onwards(page, ORDINARY) == "/plan/"
    left_out = page.locator("article.exercise h3").first.inner_text()
    page.get_by_role("link", name="Swap it, or leave it out").first.click()
    page.get_by_role("button", name="I do not want it").click()
    assert left_out not in page.locator("article.exercise h3").all_inner_texts()
    page.get_by_role("link", name="Start session").click()
    page.get_by_role("link", name="Keep a diary").click()
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Start my diary").click()
    page.locator("label").filter(has=page.locator("[name=pain_now][value='4']")).click()
    page.get_by_role("button", name="Write it down").click()
    page.goto(f"{server.url}/progress/")
    assert page.locator("h1").inner_text() == "It is too early to say. Go on as planned."
    context.close()
