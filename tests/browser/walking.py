"""Answering the check in a browser, as a person would: by the words on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page


def said(value: Any) -> str:
    """A value as the field of a form has it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def answer_screen(page: Page, answers: Mapping[str, Any]) -> None:
    """Fill in what is asked and go on: the answers that are known, "no" to the rest."""
    names = page.eval_on_selector_all(
        "input[name]:not([type=hidden])", "all => [...new Set(all.map(i => i.name))]"
    )
    for name in names:
        first = page.locator(f"input[name='{name}']").first
        if first.get_attribute("type") == "text":
            if name in answers:
                first.fill(str(answers[name]))
            continue
        box = page.locator(f"input[name='{name}'][value='{said(answers.get(name, False))}']")
        if box.count():
            page.locator("label").filter(has=box.first).click()
    page.locator("button.main, button[name=go]").last.click()
    page.wait_for_load_state()


def walk(page: Page, answers: Mapping[str, Any], most: int = 45) -> str:
    """From the first page to the end of the check; the path it ends at."""
    page.get_by_role("button", name="Check my pain").click()
    for _ in range(most):
        path = page.evaluate("() => location.pathname")
        if path != "/check/":
            return str(path)
        answer_screen(page, answers)
    raise AssertionError(f"the check does not end: {page.locator('h1').inner_text()}")
