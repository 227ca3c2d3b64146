"""Saying yes and no to the plan on a phone, by the words on the buttons, also without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.walking import onwards, walk
from tests.web.walking import ORDINARY


def names(page: Page) -> list[str]:
    return page.locator("article.exercise h3").all_inner_texts()


def choose(page: Page, server: Server) -> None:
    """Yes to one, a swap of another, no to a third thing, and back again."""
    page.goto(f"{server.url}/plan/")
    page.get_by_role("button", name="Yes, I will do this").first.click()
    expect(page.get_by_text("You said yes.").first).to_be_visible()
    before = names(page)
    page.get_by_role("link", name=re.compile(f"leave it out.*{before[1]}")).click()
    taken = names(page)[0]
    page.get_by_role("button", name=re.compile(f"Take this one.*{taken}")).click()
    assert taken in names(page)
    assert before[1] not in names(page)
    page.get_by_role("link", name=re.compile(f"leave it out.*{before[0]}")).click()
    page.get_by_role("button", name="I have no time for it").click()
    expect(page.get_by_role("status")).to_contain_text("It is out of your plan.")
    page.get_by_role("button", name="10 minutes a day").click()
    expect(page.locator(".taken li").first).to_contain_text(re.compile("swapped for|no time"))
    for _ in range(2):
        page.get_by_role("button", name="Allow it again").first.click()
    assert page.locator(".taken li").count() == 0


def test_yes_no_and_swap_by_their_words(page: Page, server: Server) -> None:
    walk(page, ORDINARY)
    assert onwards(page, ORDINARY) == "/plan/"
    assert violations(page) == []
    with page.expect_navigation():
        page.get_by_role("link", name="Swap it, or leave it out").first.click()
    assert violations(page) == []
    assert is_narrow_enough(page)
    for button in page.locator("main button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 48
    choose(page, server)
    assert is_narrow_enough(page)


def test_yes_no_and_swap_without_scripts(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    scripted = chrome.new_context(viewport=PHONE)
    walker = scripted.new_page()
    walker.goto(server.url)
    walk(walker, ORDINARY)
    onwards(walker, ORDINARY)
    context.add_cookies([c for c in scripted.cookies() if c.get("name") == "sacra"])  # type: ignore[misc]  # as a browser gave it
    choose(page, server)
    scripted.close()
    context.close()


def test_the_same_day_page_helps_through_the_night(page: Page) -> None:
    assert walk(page, {**ORDINARY, "calf_swelling": True}) == "/now/"
    assert page.get_by_role("heading", name="How to get through tonight").is_visible()
    assert page.get_by_role("heading", name="What can wait").is_visible()
    assert violations(page) == []
    assert is_narrow_enough(page)
