"""A real server and a real browser: `sacra serve`, and Debian's Chromium through Playwright."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.conftest import NIGHTLY

CHROMES = ("chromium-headless-shell", "chromium", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


class Server:
    """`sacra serve` on a free port, with its own folder; it can be killed and started again."""

    def __init__(self, folder: Path, workers: int = 1) -> None:
        self.folder, self.workers = folder, workers
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        words = ["-m", "sacra", "serve", "--port", str(self.port), "--workers", str(self.workers)]
        self.process = subprocess.Popen(
            [sys.executable, *words],
            env={**os.environ, "SACRA_DATA": str(self.folder), "SACRA_INSECURE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that its worker can be ended with it
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """End it and its worker without a word, as a crash of the machine would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of the pages."""
    started = Server(tmp_path_factory.mktemp("sacra"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """The browser; none on this machine fails under CI and skips elsewhere."""
    path = next(filter(None, map(shutil.which, CHROMES)), None)
    if path is None:
        why = "no Chromium; run: sudo apt-get install chromium-headless-shell"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


SIZES = {"phone": PHONE, "desktop": DESKTOP} if NIGHTLY else {"phone": PHONE}
"""Both sizes at night, the narrow one in every run."""


@pytest.fixture(params=[*SIZES.values()], ids=[*SIZES])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """A phone, and a desk."""
    return request.param  # type: ignore[no-any-return]  # pytest has no type for it


@pytest.fixture
def context(size: ViewportSize, chrome: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor, on a phone and at a desk."""
    fresh = chrome.new_context(viewport=size, locale="en-GB")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """A page that fails the test when the browser complains, or asks anybody else for anything."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith((server.url, "data:", "blob:"))
            else wrong.append(f"asked {r.url}"))  # fmt: skip
    page.goto(server.url)
    yield page
    unwanted = [what for what in wrong if "net::ERR" not in what and "status of 4" not in what]
    assert unwanted == []
