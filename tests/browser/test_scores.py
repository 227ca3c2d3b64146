"""Questionnaires and devices in a real browser: words apart in its own type, and for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from sacra.chart import trend_svg
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.trend import fit_trend
from tests.browser.conftest import Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.pages import PAGES, cookies_of

MEETING = """() => [...document.querySelectorAll("svg.sacra-trend")].flatMap((svg) => {
    const all = [...svg.querySelectorAll("text")].map((one) => [one.textContent, one.getBBox()]);
    const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
        && a.y + 3 < b.y + b.height - 3 && b.y + 3 < a.y + a.height - 3;
    const view = svg.viewBox.baseVal;
    const out = all.filter(([, box]) => box.x < 0 || box.x + box.width > view.width);
    const over = all.flatMap(([a, box], i) =>
        all.slice(i + 1).filter(([, other]) => meet(box, other)).map(([b]) => `${a} / ${b}`));
    return [...over, ...out.map(([a]) => `${a} outside`)];
})"""


@pytest.fixture
def guest(size: ViewportSize, chrome: Browser, server: Server) -> Iterator[BrowserContext]:
    fresh = chrome.new_context(viewport=size, locale="en-GB", base_url=server.url)
    fresh.set_default_timeout(5000)
    yield fresh
    fresh.close()


def show(name: str, guest: BrowserContext, server: Server) -> Page:
    one = PAGES[name]
    guest.add_cookies(cookies_of(one.who, guest, server))
    page = guest.new_page()
    page.goto(one.path)
    if one.act:
        one.act(page)
    return page


def test_a_year_of_scores_is_readable_on_the_screen_and_on_paper(
    guest: BrowserContext, server: Server
) -> None:
    page = show("questionnaires of a year", guest, server)
    assert page.locator("svg.sacra-scores").count() == 4
    assert page.evaluate(MEETING) == []
    assert violations(page) == [] and is_narrow_enough(page)
    page.goto("/progress/")
    assert page.evaluate(MEETING) == [] and is_narrow_enough(page)
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("svg.sacra-scores").first.is_visible()
    assert page.locator("svg.sacra-scores").first.bounding_box()["width"] > 200  # type: ignore[index]


def diaries() -> Iterator[list[tuple[int, float]]]:
    """Steady, steep, sparse and short ones, up and down."""
    for last in (1, 6, 20, 60, 365):
        for first, then in ((8.0, 2.0), (2.0, 8.0), (5.0, 5.0), (0.0, 10.0)):
            days = sorted({0, last // 3, last // 2, last})
            yield [(day, first if day < last / 2 else then) for day in days]


def test_the_words_of_a_trend_are_apart_in_the_type_of_this_browser(
    guest: BrowserContext, knowledge: Knowledge
) -> None:
    page, words = guest.new_page(), knowledge.words["trend"].say
    pictures = []
    for points in diaries():
        days, values = [day for day, _ in points], [value for _, value in points]
        trend = fit_trend(days, values, policy=knowledge.policy("trend"),
                          important_points=2, important_percent=30)  # fmt: skip
        marks = [(days[0], "the long car ride to my sister"), (days[-1], "back at the desk")]
        if trend:
            pictures += [trend_svg(trend, points, words, title="Pain at rest", marks=marks)]
    assert len(pictures) > 15
    page.set_content("".join(pictures))
    assert page.evaluate(MEETING) == []


def test_a_low_mood_is_for_everybody_and_leads_on(guest: BrowserContext, server: Server) -> None:
    page = show("low mood", guest, server)
    assert violations(page) == [] and is_narrow_enough(page)
    call = page.get_by_role("link", name="Call 116 123")
    assert call.get_attribute("href") == "tel:116123"
    assert call.bounding_box()["height"] >= 48  # type: ignore[index]
    for line in page.get_by_role("group").all():
        line.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/progress/?scored=1")


def test_another_device_is_signed_out(guest: BrowserContext, server: Server) -> None:
    page = show("devices", guest, server)
    assert "You are signed in on 3 devices." in page.locator("h1").inner_text()
    assert violations(page) == [] and is_narrow_enough(page)
    page.get_by_role("button", name="Sign it out Safari Mac").click()
    assert "You are signed in on 2 devices." in page.locator("h1").inner_text()
    page.get_by_role("button", name="Sign out everywhere else").click()
    assert "on this device only" in page.locator("h1").inner_text()
    assert page.goto("/diary/").status == 200  # type: ignore[union-attr]
