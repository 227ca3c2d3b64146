"""The pictures of the README and the docs, taken from the app as it is.

SACRA_PICTURES=1 writes them to docs/pictures/; every run takes them and looks at their size.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, Server
from tests.browser.walking import answer_screen, walk
from tests.conftest import ROOT
from tests.web.walking import ORDINARY


def test_the_pictures_show_the_app(chrome: Browser, server: Server, tmp_path: Path) -> None:
    folder = ROOT / "docs" / "pictures" if os.environ.get("SACRA_PICTURES") else tmp_path
    context = chrome.new_context(viewport=PHONE, locale="en-GB")
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Check my pain").click()
    for _ in range(3):
        answer_screen(page, ORDINARY)
    page.screenshot(path=folder / "check.png")
    page.goto(server.url)
    walk(page, {**ORDINARY, "saddle_numbness": True})
    page.screenshot(path=folder / "now.png")
    page.goto(server.url)
    walk(page, ORDINARY)
    page.screenshot(path=folder / "result.png")
    page.goto(f"{server.url}/plan/")
    page.screenshot(path=folder / "plan.png")
    page.goto(f"{server.url}/learn/joint/")
    expect(page.get_by_text("The model is still starting")).to_have_count(0, timeout=120_000)
    page.screenshot(path=folder / "joint.png")
    context.close()
    for name in ("check", "now", "result", "plan", "joint"):
        assert (folder / f"{name}.png").stat().st_size > 10_000
