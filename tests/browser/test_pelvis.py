"""The pelvis in three dimensions: it draws, turns and follows; the flat pictures stay behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from scipy.spatial.transform import Rotation

from tests.browser.conftest import PHONE, Server
from tests.browser.looking import is_narrow_enough, violations

ADDRESS = "/learn/joint/?posture=right_leg"
_DRAWN = """() => {
    const at = document.getElementById("pelvis");
    const all = at.getContext("2d").getImageData(0, 0, at.width, at.height).data;
    let filled = 0, sum = 0;
    for (let i = 3; i < all.length; i += 4) filled += all[i] > 0;
    for (let i = 0; i < all.length; i += 1) sum = (31 * sum + all[i]) % 1000000007;
    return [filled / (at.width * at.height), sum];
}"""


_WEIGHT = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .reduce((sum, one) => sum + one.transferSize, 0)"""


def drawn(page: Page) -> tuple[float, int]:
    """How much of the picture is filled, and a sum of its pixels, once it is at rest."""
    page.wait_for_selector("#pelvis[aria-busy=false]")
    filled, total = page.evaluate(_DRAWN)
    return filled, total


def drawn_anew(page: Page, last: int) -> int:
    """The sum once it is another than the last one, and at rest."""
    busy = "document.getElementById('pelvis').ariaBusy"
    page.wait_for_function(f"(last) => {busy} === 'false' && ({_DRAWN})()[1] !== last", arg=last)
    return drawn(page)[1]


def drag(page: Page, dx: float, dy: float) -> None:
    at = page.locator("#pelvis").bounding_box()
    assert at
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()


def test_it_draws_and_every_way_to_turn_it_changes_it(page: Page, server: Server) -> None:
    page.goto(server.url + ADDRESS)
    expect(page.locator("#pelvis")).to_be_visible()
    filled, first = drawn(page)
    assert 0.15 < filled < 0.8
    assert page.evaluate(_WEIGHT) < 100_000
    seen = {first}
    ways: list[Callable[[], Any]] = [
        lambda: drag(page, 60, 0),
        lambda: drag(page, 0, 60),
        lambda: page.locator("#pelvis").press("ArrowLeft"),
        lambda: page.locator("#pelvis").press("ArrowUp"),
        *(page.get_by_role("button", name=name, exact=True).click
          for name in ("Front", "Side", "Back", "Top")),
    ]  # fmt: skip
    for turn in ways:
        turn()
        seen.add(drawn(page)[1])
    assert len(seen) == 1 + len(ways)
    top = page.get_by_role("button", name="Top", exact=True)
    assert top.get_attribute("aria-pressed") == "true"
    assert page.locator("#pelvis-said").inner_text() == "seen from above"


def test_it_follows_the_settings_and_how_large_motion_is_shown(page: Page, server: Server) -> None:
    page.goto(server.url + ADDRESS)
    seen = [drawn(page)[1]]
    assert page.locator("#o-larger").inner_text() == "10 times larger"
    page.locator("#larger").fill("20")
    assert page.locator("#o-larger").inner_text() == "20 times larger"
    seen.append(drawn(page)[1])
    page.get_by_role("button", name="Before the load").click()
    seen.append(drawn(page)[1])
    page.get_by_role("button", name="Before the load").click()
    assert drawn(page)[1] == seen[1]
    page.get_by_label("What the person does").select_option("sitting")
    seen.append(drawn_anew(page, seen[1]))
    page.emulate_media(color_scheme="dark")
    seen.append(drawn_anew(page, seen[-1]))
    assert len(set(seen)) == len(seen)
    assert page.locator("#larger").input_value() == "20"


def test_a_touch_names_a_ligament(page: Page, server: Server) -> None:
    page.goto(server.url + ADDRESS)
    page.get_by_role("button", name="Back", exact=True).click()
    drawn(page)
    at = page.locator("#pelvis").bounding_box()
    assert at
    said = set()
    for i in range(4):
        for j in range(5):
            x, y = 0.38 + 0.05 * i, 0.4 + 0.08 * j
            page.locator("#pelvis").click(position={"x": x * at["width"], "y": y * at["height"]})
            said.add(page.locator("#pelvis-said").inner_text())
    assert "sacrum" in said
    assert any("ligament" in one and "stretched by" in one for one in said)


def test_a_finger_turns_it(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(server.url + ADDRESS)
    page.locator("#pelvis").scroll_into_view_if_needed()
    _, first = drawn(page)
    at = page.locator("#pelvis").bounding_box()
    assert at
    touch = context.new_cdp_session(page)
    for kind, dx in (("Start", 0), ("Move", 30), ("Move", 60), ("Move", 90), ("End", 90)):
        fingers = [{"x": at["x"] + 100 + dx, "y": at["y"] + 100}] if kind != "End" else []
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": fingers})
    assert drawn_anew(page, first) != first
    context.close()


@pytest.mark.parametrize("calm", [True, False], ids=["calm", "moving"])
def test_a_change_is_shown_at_once_where_motion_is_reduced(
    calm: bool, chrome: Browser, server: Server
) -> None:
    context = chrome.new_context(
        viewport=PHONE, reduced_motion="reduce" if calm else "no-preference"
    )
    page = context.new_page()
    page.add_init_script("""
        window.frames_asked = 0;
        const ask = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (then) => { window.frames_asked += 1; return ask(then); };
    """)
    page.goto(server.url + ADDRESS)
    drawn(page)
    before = page.evaluate("window.frames_asked")
    page.get_by_role("button", name="Before the load").click()
    drawn(page)
    asked = page.evaluate("window.frames_asked") - before
    assert asked == 1 if calm else asked > 1
    context.close()


def test_in_colours_of_the_reader_and_on_a_fine_screen(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(viewport=PHONE, forced_colors="active", device_scale_factor=3)
    page = context.new_page()
    page.goto(server.url + ADDRESS)
    assert drawn(page)[0] > 0.15
    assert page.evaluate("document.getElementById('pelvis').width") == 3 * page.evaluate(
        "document.getElementById('pelvis').clientWidth"
    )
    assert is_narrow_enough(page)
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["no canvas", "no scripts"])
def test_without_a_canvas_or_scripts_the_flat_pictures_stay(
    scripts: bool, chrome: Browser, server: Server
) -> None:
    context = chrome.new_context(viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(server.url + ADDRESS)
    expect(page.locator(".views svg").first).to_be_visible()
    expect(page.locator("#turned")).to_be_hidden()
    assert wrong == []
    context.close()


def test_flat_pictures_on_wish(page: Page, server: Server) -> None:
    page.goto(server.url + ADDRESS)
    expect(page.locator(".views")).to_be_hidden()
    page.get_by_role("button", name="Flat pictures").click()
    expect(page.locator(".views")).to_be_visible()
    expect(page.locator("#pelvis")).to_be_hidden()


def test_bones_move_as_the_model_says(page: Page, server: Server) -> None:
    """The browser's turning of a bone, made larger, beside SciPy's."""
    page.goto(server.url + ADDRESS)
    move = [-20.0, 100, 3, 0.5, -1.5, 0.3, -0.01, 0.02, -0.05]
    [found] = page.evaluate(
        "async (move) => (await import('/static/sacra/pelvis_scene.js')).motionsOf([move], 12)",
        move,
    )
    turn = Rotation.from_rotvec(12 * np.array(move[6:])).as_matrix()
    at = np.array(move[:3])
    np.testing.assert_allclose(found["m"], turn.ravel(), atol=1e-12)
    np.testing.assert_allclose(found["off"], at + 12 * np.array(move[3:6]) - turn @ at, atol=1e-9)
