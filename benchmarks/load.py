"""The check under load: 200 requests a second from people who answer it, on loopback.

People come as they please (gaps are random, with a fixed seed), whether or not the server keeps
up, and a request is timed from the moment at which it was due. The server is `sacra serve` with
two workers; beside it, in the same run, a bare Django view behind the same server.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from benchmarks._http import Answer, Browser
from tests.browser.conftest import Server
from tests.web.walking import INFLAMMATORY, ORDINARY, PREGNANT, fill

RATE, SECONDS, WORKERS, PEOPLE, SEED = 200, 20, 2, 240, 4
WANTED_MS = 100
Script = Sequence[Mapping[str, str]]
_HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


# --- people -----------------------------------------------------------------------------------


class Visitor(Protocol):
    """Whoever sends requests, one after the other."""

    browser: Browser
    stays: bool

    async def arrive(self) -> None:
        """What comes before the first request that counts."""

    async def go_on(self) -> bool:
        """One request; whether it was answered as it should be."""


class Person:
    """Somebody in the middle of the check, who knows what to answer to each screen."""

    def __init__(self, port: int, script: Script = ()) -> None:
        self.browser, self.script, self.at, self.stays = Browser(port), script, 0, True
        self.hidden: dict[str, str] = {}

    async def arrive(self) -> None:
        """Open the first page and begin."""
        await self.look("/")
        await self.send("/begin/", {"who": "self"})

    async def look(self, path: str) -> Answer:
        """Open a page, and keep what is hidden in its form."""
        answer = await self.browser.ask(path)
        self.hidden = dict(_HIDDEN.findall(answer.body.decode()))
        return answer

    async def send(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send the form of the page that is open."""
        form, self.hidden = {**form, **self.hidden}, {}
        return await self.browser.ask(path, form)

    async def go_on(self) -> bool:
        """Ask for a screen, or answer the one that was shown."""
        if not self.hidden:
            return (await self.look("/check/")).status == 200
        answer = await self.send("/check/", self.script[self.at])
        self.at += 1
        self.stays = self.at < len(self.script)
        return answer.status == 302


class Passer:
    """Somebody who looks at the bare view as often as others at the check."""

    def __init__(self, port: int) -> None:
        self.browser, self.stays = Browser(port), True

    async def arrive(self) -> None:
        """Nothing comes before."""

    async def go_on(self) -> bool:
        """Look at it."""
        return (await self.browser.ask("/")).status == 200


async def record(port: int, answers: Mapping[str, Any]) -> Script:
    """Walk the check once and note what was answered to each screen."""
    person, script = Person(port), list[Mapping[str, str]]()
    await person.arrive()
    while (page := await person.look("/check/")).status == 200:
        script.append(fill(page.body.decode(), answers))
        await person.send("/check/", script[-1])
    person.browser.close()
    return script


class Crowd:
    """People on the way; as many as it takes for one to be ready whenever a request is due."""

    def __init__(self, visitors: Sequence[Visitor]) -> None:
        self.coming, self.ready = deque(visitors), deque[Visitor]()

    async def gather(self, count: int) -> None:
        """People who are there before the clock starts, each somewhere on the way.

        As many as it takes for nobody to arrive while it runs: the first page is no check page.
        """
        for i in range(count):
            self.ready.append(visitor := await self._newcomer())
            for _ in range(i % 20):
                await visitor.go_on()

    async def go_on(self) -> bool:
        """One request of whoever is next."""
        visitor = self.ready.popleft() if self.ready else await self._newcomer()
        good = await visitor.go_on()
        if visitor.stays and good:
            self.ready.append(visitor)
        else:
            visitor.browser.close()
        return good

    async def _newcomer(self) -> Visitor:
        visitor = self.coming.popleft()
        await visitor.arrive()
        return visitor


# --- the clock --------------------------------------------------------------------------------


class Tally(NamedTuple):
    """What became of a run."""

    rate: float
    median: float
    p99: float
    errors: int


async def drive(crowd: Crowd) -> Tally:
    """Send requests when they are due, whatever became of those before."""
    gaps, clock = random.Random(SEED), asyncio.get_running_loop().time
    times, errors, tasks = list[float](), list[float](), list[asyncio.Task[None]]()

    async def one(due: float) -> None:
        try:
            good = await crowd.go_on()
        except (OSError, asyncio.IncompleteReadError):
            good = False
        (times if good else errors).append(1000 * (clock() - due))

    start = due = clock()
    while due < start + SECONDS:
        await asyncio.sleep(due - clock())
        tasks.append(asyncio.create_task(one(due)))
        due += gaps.expovariate(RATE)
    await asyncio.wait_for(asyncio.gather(*tasks), 60)
    p99 = statistics.quantiles(times, n=100)[98]
    return Tally(len(times) / (clock() - start), statistics.median(times), p99, len(errors))


async def load_check(port: int) -> Tally:
    """People answering the check."""
    scripts = [await record(port, answers) for answers in (ORDINARY, PREGNANT, INFLAMMATORY)]
    crowd = Crowd([Person(port, scripts[i % 3]) for i in range(RATE * SECONDS)])
    await crowd.gather(PEOPLE)
    return await drive(crowd)


async def load_bare(port: int) -> Tally:
    """The same clock on the bare view."""
    crowd = Crowd([Passer(port) for _ in range(RATE * SECONDS)])
    await crowd.gather(PEOPLE)
    return await drive(crowd)


# --- both -------------------------------------------------------------------------------------


def check() -> Tally:
    """Start the app, load it, end it."""
    with tempfile.TemporaryDirectory(prefix="sacra-load-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), workers=WORKERS)
        try:
            return asyncio.run(load_check(server.port))
        finally:
            server.stop()


def bare() -> Tally:
    """Start the bare view, load it, end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["granian", "--interface", "wsgi", "--port", str(port), "--workers", str(WORKERS),
             "--blocking-threads", "2", "benchmarks._bare:application"]  # fmt: skip
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL) as process:
        try:
            _await(port)
            return asyncio.run(load_bare(port))
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the bare view does not answer")


def main() -> int:
    """Print both, and how they compare; failing when an answer was wrong or too late."""
    if (busy := os.getloadavg()[0]) > 0.5:
        print(f"Other work is going on here (load {busy:.1f}): what follows measures that too.")
    app, peer = check(), bare()
    print(f"check pages, {RATE} requests/s for {SECONDS} s on {WORKERS} workers: "
          f"{app.rate:.0f}/s answered, median {app.median:.1f} ms, p99 {app.p99:.0f} ms "
          f"(wanted: under {WANTED_MS}), {app.errors} errors (wanted: 0)")  # fmt: skip
    print(f"bare Django view, same clock: {peer.rate:.0f}/s, median {peer.median:.1f} ms, "
          f"p99 {peer.p99:.0f} ms, {peer.errors} errors; a check page takes "
          f"{app.median / peer.median:.1f} times as long")  # fmt: skip
    return int(bool(app.errors) or app.p99 >= WANTED_MS)


if __name__ == "__main__":
    sys.exit(main())
