"""The page on safety: plain words first, then every hazard, the highest first."""

from __future__ import annotations

import re

from django.test import Client

from sacra.kb.doubts import doubts
from sacra.kb.knowledge import Knowledge


def test_it_says_what_to_know_then_every_hazard_the_highest_first(
    browser: Client, knowledge: Knowledge
) -> None:
    page = browser.get("/safety/").content.decode()
    order = re.findall(r'<details class="hazard" id="(\w+)">', page)
    assert set(order) == set(knowledge.risks)
    risks = [knowledge.risks[name] for name in order]
    waiting = [risk for risk in risks if risk.is_open]
    assert risks[: len(waiting)] == waiting
    for group in (waiting, risks[len(waiting) :]):
        assert [r.residual for r in group] == sorted((r.residual for r in group), reverse=True)
    plain = [risk.plain for risk in risks if risk.plain]
    assert len(plain) >= 8
    assert max(map(page.index, plain)) < page.index("For clinicians")
    assert page.index('href="tel:112"') < page.index(plain[0])


def test_counts_are_those_of_the_knowledge(browser: Client, knowledge: Knowledge) -> None:
    page = browser.get("/safety/").content.decode()
    for share in doubts(knowledge).values():
        assert f"{share.some} of {share.of}" in page
    in_matrix = sum(map(int, re.findall(r"<b>(\d+)</b> <small>", page)))
    assert in_matrix == len(knowledge.risks)


def test_every_page_leads_to_it_at_its_foot(browser: Client) -> None:
    for path in ("/", "/learn/", "/safety/"):
        assert 'href="/safety/"' in browser.get(path).content.decode().partition("<footer")[2]
