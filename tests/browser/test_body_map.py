"""The body map, pointing and movements in a real browser: taps, keys, a faked clock, no motion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, SIZES, Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.walking import answer_screen
from tests.web.walking import ORDINARY

MARKS = {"map": "input[name=place]", "point": "input[name=spot]", "try": "button[name=skip]"}


@pytest.fixture(scope="module")
def jars(chrome: Browser, server: Server) -> dict[str, Any]:
    """The cookie with which each page comes, from one walk."""
    context = chrome.new_context(viewport=PHONE, locale="en-GB")
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Check my pain").click()
    found: dict[str, Any] = {}
    for _ in range(45):
        for name, mark in MARKS.items():
            if name not in found and page.locator(mark).count():
                found[name] = context.cookies()
        if len(found) == len(MARKS):
            break
        if page.evaluate("() => location.pathname") == "/result/":
            page.get_by_role("button", name="Go on to my plan").click()
            continue
        answer_screen(page, ORDINARY)
    context.close()
    return found


@pytest.fixture(params=[*SIZES])
def visitor(
    request: pytest.FixtureRequest, chrome: Browser, server: Server
) -> Iterator[BrowserContext]:
    """Somebody in the middle of a check, on a phone and at a desk."""
    context = chrome.new_context(
        viewport=SIZES[request.param], locale="en-GB", base_url=server.url,
        has_touch=request.param == "phone",
    )  # fmt: skip
    context.set_default_timeout(5000)
    yield context
    context.close()


def opened(
    context: BrowserContext, jars: dict[str, Any], name: str, *, faked: bool = False
) -> Page:
    context.add_cookies(jars[name])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    if faked:
        page.clock.install()
    page.goto("/check/")
    assert page.locator(MARKS[name]).count()
    return page


def place(page: Page, name: str, view: str = "back") -> Any:
    return page.locator(f"#view-{view} [data-place='{name}']")


def box(page: Page, name: str) -> Any:
    return page.locator(f"input[name=place][value='{name}']")


# --- the body map -----------------------------------------------------------------------------


def test_a_tap_marks_and_the_list_says_the_same_at_once(
    visitor: BrowserContext, jars: dict[str, Any]
) -> None:
    page = opened(visitor, jars, "map")
    expect(page.locator("#said")).to_have_text("Nothing marked yet.")
    place(page, "buttock.left").click(position=lower(page, "buttock.left"))
    expect(place(page, "buttock.left")).to_have_attribute("aria-pressed", "true")
    expect(box(page, "buttock.left")).to_be_checked()
    expect(page.locator("#said")).to_have_text("You marked: Left buttock.")
    page.locator("label").filter(has=box(page, "thigh.right")).click()
    page.get_by_role("button", name="Legs").click()
    for view in ("legs", "front", "back"):
        expect(place(page, "thigh.right", view)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#said")).to_have_text("You marked: Left buttock; Right thigh.")
    expect(page.locator("[data-view=back]")).to_have_text("Back (2)")
    page.locator("label").filter(has=box(page, "buttock.left")).click()
    expect(place(page, "buttock.left")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(MARKS["point"]).first).to_be_attached()


def lower(page: Page, name: str) -> Any:
    """A point of a buttock that no smaller place lies on."""
    size = place(page, name).bounding_box()
    return {"x": size["width"] * 0.25, "y": size["height"] * 0.52}


def test_left_is_left_from_behind_and_changes_sides_from_the_front(
    visitor: BrowserContext, jars: dict[str, Any]
) -> None:
    page = opened(visitor, jars, "map")
    one, two = (place(page, f"dimple.{side}").bounding_box() for side in ("left", "right"))
    assert one and two and one["x"] < two["x"]
    page.get_by_role("button", name="Front").click()
    one, two = (place(page, f"groin.{side}", "front").bounding_box() for side in ("left", "right"))
    assert one and two and one["x"] > two["x"]


def test_keys_do_all_that_a_finger_does(visitor: BrowserContext, jars: dict[str, Any]) -> None:
    page = opened(visitor, jars, "map")
    page.locator("[data-view=front]").focus()
    page.keyboard.press("Enter")
    place(page, "groin.right", "front").focus()
    page.keyboard.press("Space")
    expect(box(page, "groin.right")).to_be_checked()
    page.keyboard.press("Enter")
    expect(box(page, "groin.right")).not_to_be_checked()
    page.locator("[data-view=back]").focus()
    page.keyboard.press("Space")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => document.activeElement.dataset.place ?? ''"))
    assert {"dimple.left", "buttock.right", "tailbone", "low_back_high"} <= reached


def test_places_are_wide_enough_for_a_finger(chrome: Browser, server: Server, jars: Any) -> None:
    context = chrome.new_context(viewport=PHONE, base_url=server.url)
    page = opened(context, jars, "map")
    for view in ("back", "front", "legs"):
        page.locator(f"[data-view={view}]").click()
        for one in page.locator(f"#view-{view} .place").all():
            size = one.bounding_box()
            assert size and min(size["width"], size["height"]) >= 44, one.get_attribute(
                "data-place"
            )
    for label in page.locator(".ticks label").all():
        size = label.bounding_box()
        assert size and size["height"] >= 48
    context.close()


def test_marks_stay_when_the_person_comes_back(
    visitor: BrowserContext, jars: dict[str, Any]
) -> None:
    page = opened(visitor, jars, "map")
    place(page, "dimple.right").click()
    page.get_by_role("link", name="Stop here").click()
    page.go_back()
    expect(box(page, "dimple.right")).to_be_checked()
    expect(place(page, "dimple.right")).to_have_attribute("aria-pressed", "true")


# --- one finger -------------------------------------------------------------------------------


def centimetres(page: Page, x: float, y: float) -> dict[str, float]:
    """Where a point of the body lies on the picture, in pixels of the page."""
    return dict(
        page.evaluate(
            """([x, y]) => { const svg = document.querySelector("svg.body");
            svg.scrollIntoView({ block: "center" });
            const at = new DOMPoint(x * 10, -y * 10).matrixTransform(svg.getScreenCTM());
            return { x: at.x, y: at.y }; }""",
            [x, y],
        )
    )


def tap(page: Page, x: float, y: float) -> None:
    at = centimetres(page, x, y)
    page.mouse.click(at["x"], at["y"])


def spot(page: Page) -> str | None:
    chosen = page.locator("input[name=spot]:checked")
    return chosen.get_attribute("value") if chosen.count() else None


@pytest.mark.parametrize(
    ("away", "expected"), [(0, "dimple_spot.left"), (1.8, "dimple_spot.left"), (2.3, "elsewhere")]
)
def test_two_taps_within_two_centimetres_are_the_dimple(
    visitor: BrowserContext, jars: dict[str, Any], away: float, expected: str
) -> None:
    page = opened(visitor, jars, "point")
    tap(page, -4.5 - away, 97)
    assert spot(page) is None
    expect(page.locator("#said")).to_contain_text("One more time")
    tap(page, -4.5 - away, 97)
    assert spot(page) == expected
    expect(page.locator("#said")).to_contain_text("You pointed to:")
    assert page.locator(".finger").count() == 2


def test_two_different_spots_are_not_one(visitor: BrowserContext, jars: dict[str, Any]) -> None:
    page = opened(visitor, jars, "point")
    tap(page, -4.5, 97)
    tap(page, 9, 90)
    assert spot(page) == "unsure"
    expect(page.locator("#said")).to_contain_text("The second time it was another place")
    tap(page, 0, 106)  # and once more from the start
    tap(page, 0, 106)
    assert spot(page) == "low_back_middle"


def test_the_list_changes_what_was_pointed_to(
    visitor: BrowserContext, jars: dict[str, Any]
) -> None:
    page = opened(visitor, jars, "point")
    tap(page, 4.5, 97)
    tap(page, 4.5, 97)
    page.locator("label").filter(has=page.locator("[value='dimple_spot.both']")).click()
    assert page.locator(".place[aria-pressed=true]").count() == 2
    assert page.locator(".finger").count() == 0
    expect(page.locator("#said")).to_contain_text("You chose: Both sides")
    page.locator("[data-place='dimple_spot.left']").focus()
    page.keyboard.press("Enter")
    assert spot(page) == "dimple_spot.left"
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(MARKS["point"])).to_have_count(0)


def test_one_tap_is_not_enough(visitor: BrowserContext, jars: dict[str, Any]) -> None:
    page = opened(visitor, jars, "point")
    tap(page, 4.5, 97)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Point twice to the same spot")


# --- movements --------------------------------------------------------------------------------


def test_the_timer_gets_ready_holds_and_ends(visitor: BrowserContext, jars: dict[str, Any]) -> None:
    page = opened(visitor, jars, "try", faked=True)
    page.get_by_role("button", name="Time 3 seconds").click()
    expect(page.locator("#doing")).to_have_text("Get ready")
    page.clock.run_for(3_200)
    expect(page.locator("#doing")).to_have_text("Hold, and breathe")
    page.clock.run_for(1_400)
    expect(page.locator("#seconds")).to_have_text("2")
    page.clock.run_for(2_000)
    expect(page.locator("#doing")).to_have_text("Slowly back. Done.")
    expect(page.get_by_role("button", name="Time 3 seconds")).to_be_visible()


CUES = """
    window.said = []; window.tones = 0;
    const voice = (localService) => ({ localService, lang: 'en-GB' });
    SpeechSynthesisUtterance = function (text) { this.text = text; };
    speechSynthesis.getVoices = () => [voice(false), voice(true)];
    speechSynthesis.speak = (words) => window.said.push(words.text);
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        window.tones += 1;
        return make.call(this);
    };
"""


@pytest.mark.parametrize("off", ["", "tone", "voice"])
def test_text_tone_and_voice_each_go_without_the_others(
    visitor: BrowserContext, jars: dict[str, Any], off: str
) -> None:
    visitor.add_init_script(CUES)
    page = opened(visitor, jars, "try", faked=True)
    if off:
        page.locator(f"#{off}").uncheck()
    page.get_by_role("button", name="Time 3 seconds").click()
    page.clock.run_for(3_200)
    page.clock.run_for(3_400)
    expect(page.locator("#doing")).to_have_text("Slowly back. Done.")
    words = ["Get ready", "Hold, and breathe", "Slowly back. Done."]
    assert page.evaluate("() => window.said") == ([] if off == "voice" else words)
    tones = page.evaluate("() => window.tones")
    assert tones == 0 if off == "tone" else tones >= len(words)


def test_the_usual_pain_stops_it_and_asks(visitor: BrowserContext, jars: dict[str, Any]) -> None:
    page = opened(visitor, jars, "try", faked=True)
    page.get_by_role("button", name="Time 3 seconds").click()
    page.clock.run_for(4_000)
    page.get_by_role("button", name="My usual pain came. Stop").click()
    expect(page.locator("#doing")).to_contain_text("Stop here and rest")
    page.clock.run_for(10_000)
    expect(page.locator("#doing")).to_contain_text("Stop here and rest")
    assert page.evaluate("() => document.activeElement.id") == "answers"
    page.locator("label").filter(has=page.locator("[name=p4_self][value=left]")).click()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[name=p4_self]")).to_have_count(0)


def test_the_picture_can_be_halted(visitor: BrowserContext, jars: dict[str, Any]) -> None:
    page = opened(visitor, jars, "try")
    halted = "() => document.querySelector('.moving svg').animationsPaused()"
    page.get_by_role("button", name="Stop the picture").click()
    assert page.evaluate(halted) is True
    page.get_by_role("button", name="Let the picture move").click()
    assert page.evaluate(halted) is False


def test_nothing_moves_where_motion_is_unwanted(
    chrome: Browser, server: Server, jars: dict[str, Any]
) -> None:
    context = chrome.new_context(viewport=PHONE, reduced_motion="reduce", base_url=server.url)
    page = opened(context, jars, "try")
    expect(page.locator(".still svg").first).to_be_visible()
    expect(page.locator(".moving svg").first).to_be_hidden()
    expect(page.locator("#halt")).to_be_hidden()
    context.close()


# --- every page of them -----------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MARKS])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_can_read_it(
    chrome: Browser, server: Server, jars: dict[str, Any], scheme: Any, name: str
) -> None:
    for size in SIZES.values():
        context = chrome.new_context(viewport=size, color_scheme=scheme, base_url=server.url)
        page = opened(context, jars, name)
        if name == "map":
            place(page, "dimple.right").click()
        assert violations(page) == []
        assert is_narrow_enough(page)
        page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
        assert is_narrow_enough(page)
        context.close()


@pytest.mark.parametrize("name", [*MARKS])
def test_it_works_without_scripts(
    chrome: Browser, server: Server, jars: dict[str, Any], name: str
) -> None:
    context = chrome.new_context(viewport=PHONE, java_script_enabled=False, base_url=server.url)
    page = opened(context, jars, name)
    for dead in ("#atlas", "#timer", ".pausing"):
        if page.locator(dead).count():
            expect(page.locator(dead)).to_be_hidden()
    line = {"map": "place", "point": "spot", "try": "p4_self"}[name]
    page.locator(f"label:has(input[name={line}])").first.click()
    page.get_by_role("button", name="Continue").click()
    assert page.locator(".note").count() == 0
    expect(page.locator(MARKS[name])).to_have_count(1 if name == "try" else 0)
    context.close()
