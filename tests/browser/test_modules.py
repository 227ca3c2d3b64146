"""Scripts under names that hold their content, so that a change reaches everybody at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Server
from tests.browser.pages import sitting

_IMPORT = re.compile(r'\b(?:from|import)\s*\(?"\./([^"]+)"')
_HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.mark.parametrize(
    ("path", "imported"),
    [("/session/?when=morning", {"cues", "local_time"}),
     ("/learn/joint/", {"pelvis_paint", "pelvis_scene", "pelvis_mesh"})],
)  # fmt: skip
def test_a_page_runs_with_modules_that_import_hashed_names(
    path: str, imported: set[str], page: Page, server: Server
) -> None:
    value = sitting(server, "home_si_pain_at_three_months")
    page.context.add_cookies([{"name": "sacra", "value": value, "url": server.url}])
    asked: list[str] = []
    page.on("response", lambda r: asked.append(r.url) if r.ok and ".js" in r.url else None)
    answer = page.goto(server.url + path, wait_until="networkidle")
    assert answer and "script-src 'self'" in answer.headers["content-security-policy"]
    names = [url.rsplit("/", 1)[1] for url in asked]
    assert [name for name in names if not _HASHED.search(name)] == []
    assert imported <= {name.partition(".")[0] for name in names}
    assert page.locator("#start:visible, #pelvis:visible").count() == 1, "it runs"


def test_no_built_module_imports_a_name_without_its_hash(server: Server) -> None:
    built = [one for one in (server.folder / "static").rglob("*.js") if _HASHED.search(one.name)]
    found = {one.name: _IMPORT.findall(one.read_text()) for one in built}
    assert sum(map(len, found.values())) >= 6
    assert [n for names in found.values() for n in names if not _HASHED.search(n)] == []
