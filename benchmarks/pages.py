"""The first visit of every page: what goes over the wire, and when its largest part is painted.

With an empty cache, on a phone of a quarter of this machine's speed, on slow 4G as the developer
tools of Chromium slow it down. Bytes are those the network layer counted, headers included.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, CDPSession, sync_playwright

from tests.browser.conftest import CHROMES, FLAGS, PHONE, Server
from tests.browser.pages import BROKEN, PAGES, VISITORS, Cookies, cookies_of, screens

WANTED_KB, WANTED_S = 100, 1.5
SLOWER = 4
NETWORK = {"offline": False, "latency": 562.5, "downloadThroughput": 1_440_000 / 8,
           "uploadThroughput": 675_000 / 8}  # fmt: skip
PAINT = """() => new Promise((done) => {
    let last = 0;
    new PerformanceObserver((list) => { last = list.getEntries().at(-1).startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(last), 300);
})"""


class Visit(NamedTuple):
    """One page, first seen."""

    name: str
    kilobytes: float
    seconds: float


def measure(name: str, path: str, cookies: Cookies, chrome: Browser, url: str) -> Visit:
    """Open one page as nobody's cache knows it."""
    context = chrome.new_context(viewport=PHONE, base_url=url, locale="en-GB", is_mobile=True)
    context.add_cookies(cookies)
    page = context.new_page()
    received = _counted(context.new_cdp_session(page))
    page.goto(path, wait_until="networkidle")
    painted = page.evaluate(PAINT)
    context.close()
    return Visit(name, sum(received) / 1000, painted / 1000)


def _counted(session: CDPSession) -> list[float]:
    """Slow everything down, and note what every finished request took."""
    received: list[float] = []

    def finished(event: dict[str, Any]) -> None:
        received.append(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return received


def visits(chrome: Browser, server: Server) -> Iterator[Visit]:
    """Every page of the table that an address shows, and every kind of screen of the check."""
    jars: dict[str, Cookies] = {}
    for who in VISITORS:
        context = _context(chrome, server)
        jars[who] = cookies_of(who, context, server)
        context.close()
    addresses: dict[tuple[str, str], str] = {}
    for name, shown in PAGES.items():
        if name != BROKEN:
            addresses.setdefault((shown.who, shown.path), name)
    for (who, path), name in addresses.items():
        yield measure(name, path, jars[who], chrome, server.url)
    for number, (_, cookies) in enumerate(screens(_context(chrome, server), server), 1):
        yield measure(f"screen of the check, kind {number}", "/check/", cookies, chrome, server.url)


def _context(chrome: Browser, server: Server) -> BrowserContext:
    return chrome.new_context(base_url=server.url, locale="en-GB")


def main() -> int:
    """Print every page, the heaviest first; failing when one is too heavy or too late."""
    path = next(filter(None, map(shutil.which, CHROMES)), None)
    if path is None:
        print("No Chromium to open pages with; run: sudo apt-get install chromium-headless-shell")
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="sacra-pages-", ignore_cleanup_errors=True) as folder,
        sync_playwright() as playwright,
    ):
        server = Server(Path(folder), workers=2)
        try:
            chrome = playwright.chromium.launch(executable_path=path, args=FLAGS)
            found = sorted(visits(chrome, server), key=lambda visit: -visit.kilobytes)
            chrome.close()
        finally:
            server.stop()
    for visit in found:
        print(f"{visit.kilobytes:6.1f} kB  {visit.seconds:5.2f} s  {visit.name}")
    heaviest = max(visit.kilobytes for visit in found)
    latest = max(visit.seconds for visit in found)
    print(f"{len(found)} pages: at most {heaviest:.0f} kB (wanted: {WANTED_KB}), "
          f"largest paint after at most {latest:.2f} s (wanted: {WANTED_S})")  # fmt: skip
    return int(heaviest > WANTED_KB or latest > WANTED_S)


if __name__ == "__main__":
    sys.exit(main())
