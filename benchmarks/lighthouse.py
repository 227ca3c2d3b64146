"""Lighthouse on a phone, where npx is there to run it; nothing of it is kept in this repository.

Pages that belong to a visitor are opened with that visitor's cookies.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMES, FLAGS, Server
from tests.browser.pages import PAGES, cookies_of

WANTED = 0.95
SUBJECTS = ("performance", "accessibility", "best-practices")
NAMES = ("start", "emergency", "result", "plan", "exercise", "session before", "diary", "progress",
         "learn", "claim")  # fmt: skip
CHECK = "first screen of the check"


def headers(server: Server, chrome: str) -> dict[str, tuple[str, str]]:
    """For each page its address, and the cookies of who comes."""
    found: dict[str, tuple[str, str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
        for name in (*NAMES, CHECK):
            context = browser.new_context(base_url=server.url, locale="en-GB")
            if name == CHECK:
                page = context.new_page()
                page.goto("/")
                page.get_by_role("button", name="Check my pain").click()
                page.wait_for_url("**/check/")
                path, cookies = "/check/", list[Any](context.cookies())
            else:
                path, cookies = PAGES[name].path, cookies_of(PAGES[name].who, context, server)
            found[name] = path, "; ".join(f"{one['name']}={one['value']}" for one in cookies)
            context.close()
        browser.close()
    return found


def audit(url: str, cookie: str, chrome: str, folder: Path) -> dict[str, float]:
    """The score of one page in each subject."""
    extra = folder / "headers.json"
    extra.write_text(json.dumps({"Cookie": cookie}))
    words = ["npx", "--yes", "lighthouse@13", url, "--quiet", "--output=json",
             f"--only-categories={','.join(SUBJECTS)}", f"--extra-headers={extra}",
             "--chrome-flags=--headless --no-sandbox --disable-gpu"]  # fmt: skip
    run = subprocess.run(words, env={**os.environ, "CHROME_PATH": chrome}, capture_output=True)
    if run.returncode:
        raise RuntimeError(run.stderr.decode()[-1500:])
    report = json.loads(run.stdout)
    complain(report)
    return {name: report["categories"][name]["score"] for name in SUBJECTS}


def complain(report: dict[str, Any]) -> None:
    """Say which audits took points off, with what they measured."""
    for subject in report["categories"].values():
        for one in subject["auditRefs"]:
            audit = report["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < WANTED:
                print(f"        {audit['title']} {audit.get('displayValue', '')}")


def main() -> int:
    """Print the scores of every page and the least of all."""
    chrome = next(filter(None, map(shutil.which, CHROMES)), None)
    missing = [what for what, there in (("npx", shutil.which("npx")), ("a Chromium", chrome))
               if not there]  # fmt: skip
    if missing or chrome is None:
        print(f"Lighthouse was not run: {' and '.join(missing)} is not on this machine.")
        return 0
    scores: list[float] = []
    with tempfile.TemporaryDirectory(prefix="sacra-light-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), workers=2)
        try:
            for name, (path, cookie) in headers(server, chrome).items():
                found = audit(server.url + path, cookie, chrome, Path(folder))
                scores += found.values()
                print(f"{name}: " + ", ".join(f"{k} {v:.2f}" for k, v in found.items()), flush=True)
        finally:
            server.stop()
    print(f"Lighthouse, mobile: {min(scores):.2f} at least (wanted: {WANTED})")
    return int(min(scores) < WANTED)


if __name__ == "__main__":
    sys.exit(main())
