"""Every page for everybody: axe, keyboard, reduced motion, 200 % zoom, forced colours.

Both sizes at night, the narrow one in every run; light and dark each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.conftest import PHONE, Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.pages import (
    BROKEN,
    PAGES,
    VISITORS,
    Cookies,
    Shown,
    cookies_of,
    screens,
    spoil,
)
from tests.browser.walking import said
from tests.conftest import NIGHTLY
from tests.web.walking import ORDINARY, places

SOME = ("start", "emergency", "result", "plan", "session during", "diary", "progress", "error 404")
"""For what is tried on every page at night, and on these in every run."""
WANTED = [*PAGES] if NIGHTLY else [*SOME]


class Cast:
    """Opens pages as the visitor of the table; who a visitor is, is made up once."""

    def __init__(self, chrome: Browser, server: Server) -> None:
        self.chrome, self.server = chrome, server
        self.jars: dict[str, Cookies] = {}
        self.screens: list[tuple[str, Cookies]] = []
        self.open: list[BrowserContext] = []

    def jar(self, who: str) -> Cookies:
        """What this visitor's browser holds."""
        if who not in self.jars:
            self.jars[who] = self._made_up(who)
        return self.jars[who]

    def _made_up(self, who: str) -> Cookies:
        context = self.context()
        cookies = cookies_of(who, context, self.server)
        context.close()
        return cookies

    def context(self, **how: Any) -> BrowserContext:
        """A browser of its own."""
        how = {"viewport": PHONE, "locale": "en-GB", "base_url": self.server.url, **how}
        context = self.chrome.new_context(**how)
        context.set_default_timeout(5000)
        self.open.append(context)
        return context

    def show(self, name: str, *, anew: bool = False, **how: Any) -> Page:
        """One page of the table, with what is done on it; `anew` for a visitor of its own."""
        shown: Shown = PAGES[name]
        context = self.context(**how)
        own = anew or name == BROKEN
        context.add_cookies(self._made_up(shown.who) if own else self.jar(shown.who))
        if name == BROKEN:
            spoil(self.server, context)
        page = context.new_page()
        page.goto(shown.path)
        if shown.act:
            shown.act(page)
        return page

    def kinds(self) -> list[tuple[str, Cookies]]:
        """Every kind of screen of the check."""
        if not self.screens:
            context = self.context()
            self.screens = [*screens(context, self.server)]
            context.close()
        return self.screens

    def show_screen(self, cookies: Cookies, **how: Any) -> Page:
        """One screen of the check."""
        context = self.context(**how)
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto("/check/")
        return page

    def leave(self) -> None:
        """Close every browser."""
        for context in self.open:
            context.close()
        self.open.clear()


@pytest.fixture(scope="module")
def company(chrome: Browser, server: Server) -> Cast:
    return Cast(chrome, server)


@pytest.fixture
def cast(company: Cast) -> Iterator[Cast]:
    yield company
    company.leave()


# --- axe ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, size: ViewportSize, cast: Cast) -> None:
    page = cast.show(name, viewport=size)
    assert violations(page) == []
    assert is_narrow_enough(page)


def test_axe_finds_nothing_on_any_kind_of_screen_of_the_check(
    size: ViewportSize, cast: Cast
) -> None:
    assert len(cast.kinds()) >= 6
    for kind, cookies in cast.kinds():
        page = cast.show_screen(cookies, viewport=size)
        assert (kind, violations(page)) == (kind, [])
        assert is_narrow_enough(page), kind


def test_the_table_has_every_visitor_and_reaches_what_it_says(cast: Cast) -> None:
    assert {one.who for one in PAGES.values()} == set(VISITORS)
    headings = {
        "error 400": "That could not be read.",
        "error 403": "This form is out of date.",
        "error 404": "There is no such page.",
        "error 500": "Something on our side did not work.",
        "diary not sure": "You were not sure. Try this.",
        "diary safety": "Has any of this begun, or got worse?",
        "session after": "That was the session.",
    }
    for name, heading in headings.items():
        assert cast.show(name).locator("h1:visible").inner_text() == heading


# --- keyboard -----------------------------------------------------------------------------------

FOCUSED = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const sign = here.matches(".eleven input, .two input, .three input, .choices input")
        ? here.nextElementSibling : here;
    const box = here.getBoundingClientRect();
    const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
    const top = document.elementFromPoint(x, box.y + box.height / 2);
    const style = getComputedStyle(sign);
    return {
        id: [...document.querySelectorAll("*")].indexOf(here),
        says: here.outerHTML.slice(0, 120),
        marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: Boolean(top) && (here.contains(top) || top.contains(here)
            || Boolean(top.closest("label")?.contains(here))),
    };
}"""
TABBABLE = """() => {
    const open = document.querySelector("dialog[open]") ?? document;
    const all = [...open.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const shown = all.filter((one) => !one.disabled && one.type !== "hidden" && one.tabIndex >= 0
        && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }));
    const forms = [...document.forms];
    const groups = new Set(shown.filter((one) => one.type === "radio")
        .map((one) => `${forms.indexOf(one.form)} ${one.name}`));
    return shown.filter((one) => one.type !== "radio").length + groups.size;
}"""


def tour(page: Page) -> list[dict[str, Any]]:
    """Everything that Tab stops at, once round, wherever it begins."""
    stops: dict[int, dict[str, Any]] = {}
    last = None
    for _ in range(400):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here and here["id"] != last and here["id"] in stops:
            return [*stops.values()]
        if here:  # else the end of the page, and Tab goes on at its start
            last = here["id"]
            stops.setdefault(last, here)  # a date has several stops of its own
    raise AssertionError("Tab never comes round")


@pytest.mark.parametrize("name", WANTED)
def test_tab_reaches_everything_and_is_seen_where_it_is(name: str, cast: Cast) -> None:
    page = cast.show(name)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    stops = tour(page)
    assert len(stops) == page.evaluate(TABBABLE)
    assert [one["says"] for one in stops if not one["marked"]] == []
    assert [one["says"] for one in stops if not one["seen"]] == []


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(120):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")


def answer_by_keys(page: Page, answers: Mapping[str, Any]) -> None:
    """Fill in a form as `walking.answer_screen` does, with Tab, arrows, Space and Enter alone."""
    for name in page.eval_on_selector_all(FIELDS_SHOWN, NAMES_OF):
        field = f"[name='{name}']"
        if name in ("place", "spot"):
            _mark_by_keys(page, name, answers)
            continue
        kind = page.locator(field).first.get_attribute("type")
        if kind == "text" and name in answers:
            tab_to(page, field)
            page.keyboard.type(str(answers[name]))
        elif kind in ("radio", "checkbox"):
            shared = any(answers.get(sign) is True for sign in name.split("+"))
            _choose_by_keys(page, field, said(answers.get(name, shared)))
    marked = page.locator("input[name=place]:checked, input[name=spot]:checked").count()
    nowhere = page.locator("[name=place]").count() and not marked
    tab_to(page, "[name=none_of_these]" if nowhere else "main button.main")
    with page.expect_navigation():
        page.keyboard.press("Enter")


FIELDS_SHOWN = "main input[name]:not([type=hidden])"
NAMES_OF = "all => [...new Set(all.filter((i) => i.checkVisibility()).map((i) => i.name))]"


def _mark_by_keys(page: Page, name: str, answers: Mapping[str, Any]) -> None:
    """Tick places in the list beside the body, or choose the worst one there."""
    values = page.eval_on_selector_all(f"[name={name}]", "all => all.map((one) => one.value)")
    wanted = places(values, answers)
    if name == "spot":
        _choose_by_keys(page, "[name=spot]", (wanted or ["elsewhere"])[0])
        return
    for value in wanted:
        tab_to(page, f"[name=place][value='{value}']")
        page.keyboard.press("Space")


def _choose_by_keys(page: Page, field: str, value: str) -> None:
    values = page.eval_on_selector_all(field, "all => all.map((one) => one.value)")
    if value not in values:
        return
    tab_to(page, field)
    for _ in range(values.index(value)):
        page.keyboard.press("ArrowDown")
    if values.index(value) == 0:
        page.keyboard.press("Space")
    assert page.locator(f"{field}[value='{value}']").is_checked()


def test_the_whole_check_by_keyboard_alone(cast: Cast) -> None:
    page = cast.show("start")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first stop skips to the content
    tab_to(page, "button[value=self]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    for _ in range(45):
        if "/check/" not in page.url:
            break
        answer_by_keys(page, ORDINARY)
    assert page.url.endswith("/result/")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    while "/check/" in page.url:
        answer_by_keys(page, ORDINARY)
    assert page.url.endswith("/plan/")


def test_a_day_of_the_diary_by_keyboard_alone(cast: Cast) -> None:
    page = cast.show("diary", anew=True)
    yes = dict.fromkeys(page.eval_on_selector_all("[name^=done-]", NAMES_OF), True)
    answer_by_keys(page, {**yes, "pain_now": "4", "note": "stairs", "effort": "3"})
    while "/diary/safety/" in page.url:
        answer_by_keys(page, {})
    assert page.url.endswith("/diary/?noted=1")
    assert page.locator("[name=pain_now][value='4']").is_checked()
    assert page.locator("[name=note]").input_value() == "stairs"


# --- motion, zoom, colours ----------------------------------------------------------------------

MOVING = """() => [
    ...document.getAnimations().filter((one) => one.playState === "running"
        && one.effect.getComputedTiming().duration > 1)
        .map((one) => one.effect.target.outerHTML.slice(0, 120)),
    ...[...document.querySelectorAll("animate, animateTransform, animateMotion, set")]
        .filter((one) => one.parentElement.checkVisibility())
        .map((one) => one.outerHTML.slice(0, 120)),
]"""
FIGURES = """() => [...document.querySelectorAll(".figure")].filter((one) => one.checkVisibility())
    .map((one) => [...one.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).length)"""


@pytest.mark.parametrize("name", WANTED)
def test_nothing_moves_for_who_wants_no_motion(name: str, cast: Cast) -> None:
    page = cast.show(name, reduced_motion="reduce")
    assert page.evaluate(MOVING) == []
    assert all(count == 1 for count in page.evaluate(FIGURES))


def test_a_figure_moves_for_everybody_else(cast: Cast) -> None:
    page = cast.show("exercise")
    assert page.evaluate(MOVING)
    assert page.evaluate(FIGURES) == [1]


CUT = """() => {
    const shown = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
        && !one.closest("svg, .unseen, .skip, option, select"));
    const rolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const inside = (one) => Boolean(one) && (rolls(one) || inside(one.parentElement));
    const texts = shown.filter((one) =>
        [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const off = texts.filter((one) => {
        const box = one.getBoundingClientRect();
        return !inside(one) && box.width && (box.right > innerWidth + 1 || box.left < -1);
    });
    const cut = shown.filter((one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX)
        && one.scrollWidth > one.clientWidth + 1);
    const spilled = texts.filter((one) =>
        one.matches("button, a.main, a.second, label span, th, td")
        && one.scrollWidth > one.clientWidth + 2 && one.clientWidth);
    return [...off, ...cut, ...spilled].map((one) => one.outerHTML.slice(0, 140));
}"""
COVERED = """() => Math.max(0, ...[...document.querySelectorAll(".bottom")]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).position === "sticky")
    .map((one) => one.getBoundingClientRect().height / innerHeight))"""
TWICE: dict[str, dict[str, Any]] = {
    "desktop at 200 %": {"viewport": {"width": 640, "height": 450}},
    "phone with large text": {"viewport": PHONE},
    "phone on its side": {"viewport": {"width": 740, "height": 360}},
    "desktop at 400 %": {"viewport": {"width": 320, "height": 256}},
}


@pytest.mark.parametrize("how", TWICE)
@pytest.mark.parametrize("name", WANTED)
def test_nothing_is_cut_off_or_covered_at_twice_the_size(name: str, how: str, cast: Cast) -> None:
    page = cast.show(name, **TWICE[how])
    if "large text" in how:
        page.evaluate("() => { document.documentElement.style.fontSize = '36px'; }")
    assert is_narrow_enough(page)
    assert page.evaluate(CUT) == []
    assert page.evaluate(COVERED) <= 0.4


DRAWN = """([selector, wanted]) => {
    const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).slice(0, 3).map((n) =>
        colour.startsWith("color(") ? Number(n) : Number(n) / 255);
    const light = (colour) => numbers(colour)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const canvas = light(getComputedStyle(document.body).backgroundColor);
    const contrast = (one) => {
        const [high, low] = [light(one), canvas].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
    };
    return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
        .map((one) => getComputedStyle(one)[wanted]).filter((colour) => colour !== "none")
        .map(contrast);
}"""
PICTURES = {
    "bars": ("result", ".bar .at", "fill"),
    "people": ("result", ".people .disc, .people .square", "fill"),
    "rings": ("result", ".people .ring, .people .cross", "stroke"),
    "trend": ("progress", ".sacra-trend .level", "stroke"),
    "words of the trend": ("progress", ".sacra-trend text", "fill"),
    "figure": ("exercise", ".moves .sacra-figure path[stroke]", "stroke"),
    "ring of the session": ("session during", "#ring", "stroke"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("what", PICTURES)
def test_pictures_stand_out_in_forced_colours(what: str, scheme: Any, cast: Cast) -> None:
    name, selector, paint = PICTURES[what]
    page = cast.show(name, forced_colors="active", color_scheme=scheme)
    drawn = page.evaluate(DRAWN, [selector, paint])
    assert drawn
    strong = [contrast for contrast in drawn if contrast >= 3]
    assert len(strong) == len(drawn) if what != "figure" else len(strong) >= len(drawn) / 2


def test_what_is_chosen_is_told_by_shape_in_forced_colours(cast: Cast) -> None:
    page = cast.show("diary", forced_colors="active")
    for name in ("pain_now", "worse", "done-ex_walking_interval", "medicine"):
        page.locator("label").filter(has=page.locator(f"[name='{name}']")).first.click()
        style = "one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).fontWeight]"
        spans = page.locator(f"[name='{name}'] + span")
        assert spans.first.evaluate(style) == ["solid", "650"]
        assert spans.last.evaluate(style) == ["none", "400"]
    assert (
        page.locator(".bottom").evaluate("one => getComputedStyle(one).backgroundImage") == "none"
    )
