"""Looking at a page as its gates do."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.conftest import NIGHTLY

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
_EVERY_RULE: dict[str, object] = {"resultTypes": ["violations"]}
_COLOURS = {**_EVERY_RULE, "runOnly": ["color-contrast"]}
"""Light and dark differ in colours alone; at night all rules are run on both."""
_OF = {"light": _EVERY_RULE, "dark": _EVERY_RULE if NIGHTLY else _COLOURS}


def violations(page: Page) -> list[str]:
    """What axe finds on the page, in light and in dark, in words."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for one in Axe().run(page, options=_OF[scheme]).response["violations"]:
            found += [f"{scheme} {one['id']}: {one['nodes'][0]['html'][:160]}"]
    return found


def is_narrow_enough(page: Page) -> bool:
    """Nothing to scroll sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
