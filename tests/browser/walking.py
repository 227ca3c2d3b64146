"""Answering the check in a browser, as a person would: by the words on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from tests.web.walking import places


def said(value: Any) -> str:
    """A value as the field of a form has it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def answer_screen(page: Page, answers: Mapping[str, Any]) -> None:
    """Fill in what is asked and go on: the answers that are known, "no" to the rest."""
    names = page.eval_on_selector_all(
        "input[name]:not([type=hidden])", "all => [...new Set(all.map(i => i.name))]"
    )
    for name in names:
        if name in ("place", "spot"):
            _mark(page, name, answers)
            continue
        first = page.locator(f"input[name='{name}']").first
        if first.get_attribute("type") == "text":
            if name in answers:
                first.fill(str(answers[name]))
            continue
        value = answers.get(name, any(answers.get(sign) is True for sign in name.split("+")))
        wanted = said(value)
        if value is True and page.locator(f"input[name='{name}'][value=both]").count():
            wanted = "both"
        box = page.locator(f"input[name='{name}'][value='{wanted}']")
        if box.count():
            page.locator("label").filter(has=box.first).click()
    _choose(page, answers)
    marked = page.locator("input[name=place]:checked").count()
    on = "go" if marked or "place" not in names else "none_of_these"
    page.locator(f"button.main, button[name={on}]").last.click()
    page.wait_for_load_state()


def _choose(page: Page, answers: Mapping[str, Any]) -> None:
    """Choose from the lists that open."""
    for select in page.locator("select[name]").all():
        if (name := select.get_attribute("name") or "") in answers:
            select.select_option(str(answers[name]))


def _mark(page: Page, name: str, answers: Mapping[str, Any]) -> None:
    """Tick in the list where it hurts, or choose the worst spot."""
    boxes = page.locator(f"input[name='{name}']")
    values = boxes.evaluate_all("all => all.map(box => box.value)")
    wanted = places(values, answers)
    for value in wanted if name == "place" else (wanted or ["elsewhere"])[:1]:
        box = page.locator(f"input[name='{name}'][value='{value}']")
        if not box.is_checked():
            page.locator("label").filter(has=box).click()


def onwards(page: Page, answers: Mapping[str, Any]) -> str:
    """From the result to the plan, with the answers it waits for and no movement; where it ends."""
    page.get_by_role("button", name="Go on to my plan").click()
    while page.evaluate("() => location.pathname") == "/check/":
        if page.locator("[name=skip_all]").count():
            page.locator("[name=skip_all]").click()
        else:
            answer_screen(page, answers)
    return str(page.evaluate("() => location.pathname"))


def walk(page: Page, answers: Mapping[str, Any], most: int = 45) -> str:
    """From the first page to the end of the check; the path it ends at."""
    page.get_by_role("button", name="Check my pain").click()
    for _ in range(most):
        path = page.evaluate("() => location.pathname")
        if path != "/check/":
            return str(path)
        answer_screen(page, answers)
    raise AssertionError(f"the check does not end: {page.locator('h1').inner_text()}")
