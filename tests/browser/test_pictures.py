"""The pictures of the README and the docs, taken from the app as it is.

SACRA_PICTURES=1 writes them to docs/pictures/. Every run takes them, and holds the words of the
README beside the page: what a picture is said to show is what its page says.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Server
from tests.browser.pages import PAGES, cookies_of
from tests.browser.walking import answer_screen
from tests.conftest import ROOT
from tests.web.walking import ORDINARY

KEPT = ROOT / "docs" / "pictures"
PICTURES = {
    "check": ("start", "h1"),
    "now": ("emergency of one alarm", "h1"),
    "result": ("result", "section:has(.bars) h2"),
    "plan": ("plan", "h1"),
    "session": ("session during", "h1:visible"),
    "progress": ("progress", "section:has(.sacra-trend) h2"),
    "joint": ("joint explorer", "h1"),
}
"""Each with its page, and the heading at its top."""
MOST_BYTES = 450_000
"""Of all pictures together: a clone brings them all."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return KEPT if os.environ.get("SACRA_PICTURES") else tmp_path


def shown(name: str, chrome: Browser, server: Server) -> Iterator[Page]:
    """The page of a picture, as it is shown at first."""
    one = PAGES[PICTURES[name][0]]
    context = chrome.new_context(viewport=PHONE, locale="en-GB", base_url=server.url)
    cookies_of(one.who, context, server)
    page = context.new_page()
    page.goto(one.path)
    if name == "check":
        page.get_by_role("button", name="Check my pain").click()
        for _ in range(2):
            answer_screen(page, ORDINARY)
    if name == "session" and one.act:
        one.act(page)
    if name == "joint":
        expect(page.get_by_text("The model is still starting")).to_have_count(0, timeout=120_000)
    if PICTURES[name][1].startswith("section"):
        page.locator(PICTURES[name][1]).evaluate("one => one.scrollIntoView()")
    yield page
    context.close()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_the_readme_says(
    name: str, chrome: Browser, server: Server, folder: Path
) -> None:
    for page in shown(name, chrome, server):
        page.screenshot(path=folder / f"{name}.png")
        heading = page.locator(PICTURES[name][1]).inner_text()
    said = re.search(
        rf"!\[([^\]]*)\]\(docs/pictures/{name}\.png\)", (ROOT / "README.md").read_text()
    )
    assert said, f"README.md does not show {name}.png"
    words = re.split(r"[\d:.]", heading)[0]  # a number may move; the words may not
    assert " ".join(words.split()) in said[1]


def test_the_kept_pictures_are_of_a_phone_and_small_together() -> None:
    kept = {path.stem: path.read_bytes() for path in KEPT.glob("*.png")}
    assert set(kept) == set(PICTURES)
    for data in kept.values():
        assert struct.unpack(">II", data[16:24]) == (PHONE["width"], PHONE["height"])
    assert sum(map(len, kept.values())) < MOST_BYTES
