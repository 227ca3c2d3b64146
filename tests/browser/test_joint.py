"""The joint explorer in a real browser: it moves at once, and works without scripts too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, SIZES, Server
from tests.browser.looking import is_narrow_enough, violations

ADDRESS = "/learn/joint/"


@pytest.fixture
def warm(page: Page, server: Server) -> Iterator[Page]:
    """The explorer once the model is ready."""
    page.goto(f"{server.url}{ADDRESS}?posture=standing")
    expect(page.get_by_text("The model is still starting")).to_have_count(0, timeout=120_000)
    yield page


def test_it_moves_at_once_and_the_address_follows(warm: Page) -> None:
    page = warm
    before = page.locator("h1").inner_text()
    picture = page.locator("#picture").inner_html()
    page.get_by_label("What the person does").focus()
    page.get_by_label("What the person does").select_option("right_leg")
    expect(page.locator("h1")).not_to_have_text(before)
    expect(page.locator("h1")).to_contain_text("the right joint")
    assert page.locator("#picture").inner_html() != picture
    assert page.url.endswith("?posture=right_leg")
    assert page.locator(":focus").get_attribute("name") == "posture"  # nothing was taken away


def test_a_slider_by_keyboard(warm: Page) -> None:
    page = warm
    expect(page.get_by_label("How tight the belt is")).to_be_hidden()  # it would do nothing
    page.get_by_label("high", exact=True).check()
    expect(page.locator("#said")).to_contain_text("Belt around the pelvis: high")
    slider = page.get_by_label("How tight the belt is")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#o-pull").inner_text() == "60 N"
    expect(page.locator("#said")).to_contain_text("How tight the belt is: 60 N")
    page.wait_for_url(re.compile("pull=60"))
    page.reload()
    assert page.get_by_label("How tight the belt is").input_value() == "60"


def test_without_scripts_a_button_does_it(chrome: Browser, server: Server, warm: Page) -> None:
    context = chrome.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}{ADDRESS}")
    page.get_by_label("What the person does").select_option("sitting")
    page.get_by_role("button", name="Show it").click()
    assert "posture=sitting" in page.url
    assert "Sitting upright" in page.locator("#said").inner_text()
    assert is_narrow_enough(page)
    context.close()


def test_a_claim_says_by_itself_how_far_to_trust_the_model(warm: Page, server: Server) -> None:
    page = warm
    page.goto(f"{server.url}/learn/claim/cause_leg_length/")
    expect(page.locator("#held")).to_contain_text("agrees in all 2 comparisons", timeout=60_000)
    assert violations(page) == []
    page.get_by_role("link", name="Look at it in the joint explorer").first.click()
    assert page.get_by_label("How much shorter").input_value() == "10"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [*SIZES.values()], ids=[*SIZES])
def test_nothing_is_hard_to_read(
    chrome: Browser, server: Server, warm: Page, scheme: Any, size: Any
) -> None:
    context = chrome.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    for address in (f"{ADDRESS}?posture=lifting&firm=40&pull=900", "/learn/claim/belts/"):
        page.goto(server.url + address)
        page.evaluate("() => document.querySelectorAll('details').forEach((d) => (d.open = true))")
        assert violations(page) == []
        assert is_narrow_enough(page)
    context.close()


def test_at_twice_the_size_nothing_is_cut(chrome: Browser, server: Server, warm: Page) -> None:
    context = chrome.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    page = context.new_page()
    page.goto(f"{server.url}{ADDRESS}")
    assert is_narrow_enough(page)
    context.close()
