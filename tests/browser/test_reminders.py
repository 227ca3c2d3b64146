"""Reminders and questionnaires in a real browser, with its own clock and scripts."""

from __future__ import annotations

from pathlib import Path

from icalendar import Calendar
from playwright.sync_api import Page

from tests.browser.conftest import Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.walking import onwards, walk
from tests.web.walking import ORDINARY


def keep(page: Page, server: Server) -> None:
    """Finish a check and start a diary."""
    walk(page, ORDINARY)
    assert onwards(page, ORDINARY) == "/plan/"
    page.goto(f"{server.url}/keep/")
    page.locator("label.tick").click()
    page.get_by_role("button", name="Start my diary").click()
    page.wait_for_url("**/diary/")


def is_fine(page: Page) -> None:
    assert violations(page) == []
    assert is_narrow_enough(page)


def test_reminders_are_asked_for_and_stopped_and_the_calendar_is_taken(
    page: Page, server: Server, tmp_path: Path
) -> None:
    keep(page, server)
    page.goto(f"{server.url}/reminders/")
    is_fine(page)
    zone = page.evaluate("() => Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert page.locator("input[name=zone]").input_value() == zone
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.locator("label.tick").click()
    page.get_by_role("button", name="Send me a link to confirm").click()
    page.wait_for_url("**/reminders/?asked=1*")
    assert page.locator("h1").inner_text() == "Open the link in the mail to somebody@example.org."
    is_fine(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the calendar file").click()
    download.value.save_as(tmp_path / "sacra.ics")
    assert download.value.suggested_filename == "sacra.ics"
    assert len(Calendar.from_ical((tmp_path / "sacra.ics").read_text()).walk("VEVENT")) > 7
    page.get_by_role("button", name="Stop the mails").click()
    page.wait_for_url("**/reminders/?stopped=1")
    assert page.get_by_text("Your address is deleted.").is_visible()
    page.goto(f"{server.url}/reminders/stop/forged/")
    is_fine(page)


def test_a_score_is_written_down_by_keyboard_and_the_next_is_compared(
    page: Page, server: Server
) -> None:
    keep(page, server)
    page.goto(f"{server.url}/progress/")
    is_fine(page)
    with page.expect_navigation():
        page.get_by_role("link", name="My own activities").click()
    is_fine(page)
    for n, (word, score) in enumerate((("socks", 3), ("stairs", 4), ("sitting", 2)), 1):
        page.locator(f"input[name=word-{n}]").fill(word)
        page.locator(f"input[name=item-{n}]").fill(str(score))
    page.keyboard.press("Enter")
    page.wait_for_url("**/progress/?scored=1")
    assert page.get_by_text("My own activities (patient-specific scale): 3").is_visible()
    is_fine(page)
    page.goto(f"{server.url}/measures/")
    is_fine(page)
    for name in ("nprs", "rmdq", "pgq"):
        page.goto(f"{server.url}/measures/{name}/")
        for more in page.locator("form summary").all():
            more.click()
        is_fine(page)
