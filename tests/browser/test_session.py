"""The session player: a faked clock, pause, skip, "it hurts", no network, and one entry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import PHONE, Server
from tests.browser.pages import sitting


@pytest.fixture
def phone(chrome: Browser, server: Server) -> Iterator[BrowserContext]:
    """A visitor who has finished a check, with several exercises in the plan."""
    context = chrome.new_context(
        viewport=ViewportSize(width=PHONE["width"], height=PHONE["height"]),
        base_url=server.url,
        locale="en-GB",
    )
    context.set_default_timeout(5000)
    context.add_cookies(
        [{"name": "sacra", "value": sitting(server, "pregnant_week_12"), "url": server.url}]
    )
    yield context
    context.close()


@pytest.fixture
def keeper(phone: BrowserContext) -> BrowserContext:
    """The same, who agreed to keep a diary."""
    page = phone.new_page()
    page.goto("/keep/")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Start my diary").click()
    expect(page).to_have_title("Diary · Sacra")
    page.close()
    return phone


def opened(context: BrowserContext, *, faked: bool = True) -> Page:
    page = context.new_page()
    if faked:
        page.clock.install()
    page.goto("/session/?when=morning")
    return page


def begun(page: Page, before: int = 2) -> Page:
    page.locator(f'label:has(input[name="before"][value="{before}"])').click()
    page.get_by_role("button", name="Start session").click()
    return page


def rate(page: Page, name: str, value: int) -> None:
    page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()


def finish(page: Page) -> None:
    page.get_by_role("button", name="End here").click()
    expect(page.locator("h1:visible")).to_have_text("That was the session.")


def entries(context: BrowserContext) -> list[dict[str, Any]]:
    """The diary, as its owner can take it away."""
    taken = context.request.get("/keep/take/sacra.json").json()
    return list(taken["episodes"][0]["diary"])


def steps(page: Page) -> list[dict[str, Any]]:
    return list(json.loads(page.locator("#player-data").inner_text())["steps"])


def test_a_whole_session_plays_by_itself_to_two_taps(keeper: BrowserContext) -> None:
    page = opened(keeper)
    plan = steps(page)
    begun(page)
    expect(page.locator("#doing")).to_have_text("Get ready")
    page.clock.run_for(1000 * plan[0]["seconds"] + 400)
    expect(page.locator("#doing")).not_to_have_text("Get ready")
    total = sum(step["seconds"] for step in plan)
    page.clock.run_for(1000 * (total - plan[0]["seconds"]) + 1000)
    expect(page.locator("h1:visible")).to_have_text("That was the session.")
    rate(page, "during", 3)
    rate(page, "effort", 4)
    expect(page.locator("#sent")).to_have_text("Written in your diary.")
    (entry,) = entries(keeper)
    assert {one["done"] for one in entry["done"]} == {"yes"}
    assert {one["effort"] for one in entry["done"]} == {4}
    assert {one["pain_before"] for one in entry["done"]} == {2}


def test_pause_stops_the_clock_and_skip_leaves_an_exercise(keeper: BrowserContext) -> None:
    page = begun(opened(keeper))
    page.clock.run_for(3000)
    page.get_by_role("button", name="Pause").click()
    left = page.locator("#seconds").inner_text()
    page.clock.run_for(60_000)
    expect(page.locator("#seconds")).to_have_text(left)
    page.get_by_role("button", name="Go on").click()
    first = page.locator("#what").inner_text()
    page.get_by_role("button", name="Skip wait").click()
    expect(page.locator("#what")).to_have_text(first)
    page.get_by_role("button", name="Skip this").click()
    expect(page.locator("#what")).not_to_have_text(first)
    finish(page)
    rate(page, "during", 1)
    rate(page, "effort", 2)
    expect(page.locator("#sent")).to_be_visible()
    assert {one["done"] for one in entries(keeper)[0]["done"]} == {"no"}


def test_a_device_that_slept_is_found_paused_where_it_was(keeper: BrowserContext) -> None:
    page = begun(opened(keeper))
    page.clock.run_for(2000)
    page.clock.fast_forward(600_000)
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    expect(page.locator("#doing")).to_have_text("Get ready")


def test_it_hurts_below_the_line_goes_on_and_above_it_stops_the_exercise(
    keeper: BrowserContext,
) -> None:
    page = begun(opened(keeper), before=2)
    page.get_by_role("button", name="Skip wait").click()
    page.clock.run_for(1500)
    first = page.locator("#what").inner_text()
    page.get_by_role("button", name="It hurts").click()
    page.locator('[data-pain="4"]').click()
    expect(page.locator("#said")).to_contain_text("below your stop line")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="It hurts").click()
    page.locator('[data-pain="5"]').click()
    expect(page.locator("#said")).to_contain_text(f"Stop {first} for today.")
    expect(page.locator("#what")).not_to_have_text(first)
    finish(page)
    rate(page, "during", 3)
    rate(page, "effort", 3)
    expect(page.locator("#sent")).to_be_visible()
    hurt = [one for one in entries(keeper)[0]["done"] if one.get("why_not") == "pain"]
    assert len(hurt) == 1 and hurt[0]["done"] in ("part", "no")


def test_offline_to_the_end_then_sent_once(keeper: BrowserContext) -> None:
    page = opened(keeper, faked=False)
    page.wait_for_function("() => document.documentElement.dataset.kept === 'yes'")
    keeper.set_offline(True)
    page.reload()  # the worker has the page
    begun(page)
    page.get_by_role("button", name="Skip wait").click()
    finish(page)
    rate(page, "during", 3)
    rate(page, "effort", 4)
    expect(page.locator("#sent")).to_contain_text("Kept on this device")
    assert entries(keeper) == []
    page.reload()
    keeper.set_offline(False)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.locator("#sent")).to_have_text("Written in your diary.")
    page.reload()
    page.wait_for_function("() => localStorage.getItem('sacra-outbox') === '[]'")
    assert len(entries(keeper)) == 1


def test_a_double_tap_is_one_message(keeper: BrowserContext) -> None:
    page = begun(opened(keeper))
    finish(page)
    rate(page, "during", 3)
    page.get_by_role("button", name="Write it down").dblclick()
    expect(page.locator("#sent")).to_have_text("Written in your diary.")
    assert len(entries(keeper)) == 1


def test_without_consent_nothing_is_kept_on_the_device(phone: BrowserContext) -> None:
    page = begun(opened(phone, faked=False))
    finish(page)
    expect(page.get_by_role("link", name="Keep a diary")).to_be_visible()
    kept = "async () => [localStorage.length, (await caches.keys()).length]"
    assert page.evaluate(kept) == [0, 0]


def test_deleting_everything_empties_the_device_too(keeper: BrowserContext) -> None:
    page = opened(keeper, faked=False)
    page.wait_for_function("() => document.documentElement.dataset.kept === 'yes'")
    page.goto("/diary/")
    page.get_by_text("Take or delete what is stored").click()
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name="Delete everything now").click()
    expect(page.locator("h1")).to_have_text("Everything is deleted.")
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    assert page.goto("/diary/").url.rstrip("/") == page.url.rstrip("/")  # type: ignore[union-attr]  # the page answers
    expect(page.get_by_role("button", name="Check my pain")).to_be_visible()


def test_the_voice_is_local_or_silent_and_the_text_is_there_anyway(keeper: BrowserContext) -> None:
    page = keeper.new_page()
    page.add_init_script("""
        window.said = [];
        const voice = (localService) => ({ localService, lang: 'en-GB' });
        SpeechSynthesisUtterance = function (text) { this.text = text; };
        speechSynthesis.getVoices = () => [voice(false), voice(true)];
        speechSynthesis.speak = (words) => window.said.push([words.text, words.voice.localService]);
        navigator.wakeLock.request = async () => { window.awake = (window.awake || 0) + 1; };
    """)
    page.clock.install()
    page.goto("/session/?when=morning")
    begun(page)
    expect(page.locator("#doing")).to_have_text("Get ready")
    (said, local) = page.evaluate("() => window.said[0]")
    assert said.endswith("Get ready") and local
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("() => window.awake") == 2
