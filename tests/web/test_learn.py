"""Learn: every claim and every source has its page, and links to what it rests on."""

from __future__ import annotations

import pytest
from django.test import Client

from sacra.kb.knowledge import Knowledge


def test_every_claim_is_listed_and_has_a_page(browser: Client, knowledge: Knowledge) -> None:
    index = browser.get("/learn/").content.decode()
    for claim in knowledge.claims.values():
        assert f'href="/learn/claim/{claim.id}/"' in index
        page = browser.get(f"/learn/claim/{claim.id}/")
        assert page.status_code == 200
        assert page.content.decode().count("/learn/source/") >= len(claim.positions)
    assert len(index.encode()) < 100_000


def test_every_source_that_has_an_address_links_to_it(
    browser: Client, knowledge: Knowledge
) -> None:
    for source in list(knowledge.sources.values())[::7]:
        page = browser.get(f"/learn/source/{source.id}/").content.decode()
        if source.url or source.doi or source.pmid:
            assert 'rel="noreferrer"' in page


@pytest.mark.parametrize("path", ["/learn/claim/nothing/", "/learn/source/nothing/"])
def test_what_is_unknown_is_not_found(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404
