"""Accounts in a real browser: two devices, a second step, passkeys, no scripts, no barriers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE, Server
from tests.browser.looking import is_narrow_enough, violations
from tests.browser.mailbox import code_in, letters
from tests.browser.pages import sitting
from tests.conftest import NIGHTLY
from tests.web.signing import PASSWORD, code_of

Device = Callable[..., BrowserContext]


def named(server: Server) -> str:
    """Its address with a name: passkeys do not work on numbers."""
    return f"http://localhost:{server.port}"


@pytest.fixture
def device(chrome: Browser, server: Server) -> Iterator[Device]:
    """Makes phones and computers of visitors who have finished a check."""
    made: list[BrowserContext] = []

    def make(of: Server = server, *, answered: bool = True, **more: Any) -> BrowserContext:
        more.setdefault("viewport", PHONE)
        context = chrome.new_context(base_url=named(of), **more)
        context.set_default_timeout(10_000)
        if answered:
            cookie = {"name": "sacra", "value": sitting(of, "pregnant_week_12"), "url": named(of)}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a dict is what it takes
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="module")
def posting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose e-mail arrives."""
    before = os.environ.get("SACRA_EMAIL_BACKEND")
    os.environ["SACRA_EMAIL_BACKEND"] = "tests.browser.mailbox.EmailBackend"
    started = Server(tmp_path_factory.mktemp("posting"))
    yield started
    started.stop()
    os.environ.pop("SACRA_EMAIL_BACKEND")
    if before:
        os.environ["SACRA_EMAIL_BACKEND"] = before


def email_of(request: pytest.FixtureRequest) -> str:
    """An address that no other test uses."""
    return f"{abs(hash(request.node.name))}@example.org"


def keep_a_diary(page: Page, pain: int = 7) -> None:
    """Agree, and write down today."""
    page.goto("/keep/")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Start my diary").click()
    page.locator(f'label:has(input[name="pain_now"][value="{pain}"])').first.click()
    page.locator("button.main").last.click()
    page.wait_for_url("**/diary/**")


def sign_up(page: Page, email: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    if page.get_by_label("The same password again").count():
        page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Make my account").click()


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_password_again(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").click()


def pain_today(page: Page) -> str:
    page.goto("/diary/")
    return page.locator('input[name="pain_now"]:checked').first.get_attribute("value") or ""


def with_passkeys(page: Page) -> Any:
    """A finger that is always there; the answer adds and removes it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True,
                     "automaticPresenceSimulation": True}},
    )  # fmt: skip
    return tools


# --- two devices ------------------------------------------------------------------------------


def test_the_same_diary_on_a_second_device_behind_a_second_step(
    device: Device, request: pytest.FixtureRequest
) -> None:
    email, page = email_of(request), device().new_page()
    keep_a_diary(page, 7)
    page.goto("/keep/")
    with page.expect_navigation():
        page.get_by_role("link", name="Make an account").click()
    assert violations(page) == []
    sign_up(page, email)
    page.wait_for_url("**/diary/")
    assert pain_today(page) == "7"

    page.goto("/account/")
    page.get_by_role("link", name="Switch it on").click()
    page.get_by_role("link", name="Switch it on").click()
    give_password_again(page)
    secret = page.locator(".secret code").inner_text()
    page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 0")
    page.get_by_label("Which code does the app show now?").fill(code_of(secret))
    page.get_by_role("button", name="Switch the second step on").click()
    spare = page.locator(".codes li").all_inner_texts()
    assert len(spare) == 10
    page.get_by_role("link", name="I have them").click()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("You are signed out.")
    page.goto("/diary/")
    assert page.url.endswith("/")  # the first page, and nothing of the diary

    other = device(answered=False, viewport=DESKTOP).new_page()
    sign_in(other, email)
    expect(other.locator("h1")).to_have_text("One more step: the code from your app")
    assert violations(other) == []
    other.get_by_label("Code").fill(code_of(secret))
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/diary/")
    assert pain_today(other) == "7"

    sign_in(page, email)
    page.get_by_label("Code").fill(spare[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/diary/")


def test_two_clicks_on_make_my_account_are_one_account(
    device: Device, request: pytest.FixtureRequest
) -> None:
    email, page = email_of(request), device().new_page()
    keep_a_diary(page)
    page.goto("/account/signup/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Make my account").dblclick()
    page.wait_for_url("**/diary/")
    other = device(answered=False).new_page()
    sign_in(other, email)
    assert pain_today(other) == "7"


def test_a_copy_is_taken_and_brought_back(
    device: Device, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    page = device().new_page()
    keep_a_diary(page, 6)
    sign_up(page, email_of(request))
    page.goto("/account/")
    page.get_by_role("link", name="Everything, as a file").click()
    give_password_again(page)
    expect(page).to_have_title("My account · Sacra")
    with page.expect_download() as download:
        page.get_by_role("link", name="Everything, as a file").click()
    file = tmp_path / "sacra.json"
    download.value.save_as(file)

    other = device(answered=False).new_page()
    other.goto("/account/bring/")
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    for path in (wrong, file):
        other.get_by_label("The file").set_input_files(path)
        other.get_by_label("I agree").check()
        other.get_by_role("button", name="Bring it back").click()
        if path == wrong:
            expect(other.get_by_role("alert")).to_contain_text("Nothing was stored")
            assert violations(other) == []
    expect(other.locator("h1")).to_have_text("Your answers are back.")
    assert pain_today(other) == "6"


def test_ten_megabytes_get_an_answer(device: Device, tmp_path: Path) -> None:
    page = device(answered=False).new_page()
    page.goto("/account/bring/")
    large = tmp_path / "large.json"
    large.write_bytes(b"x" * 10_000_000)
    page.get_by_label("The file").set_input_files(large)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("h1")).to_have_text("That is too large.")


def test_deleting_the_account_deletes_it(device: Device, request: pytest.FixtureRequest) -> None:
    email, page = email_of(request), device().new_page()
    keep_a_diary(page)
    sign_up(page, email)
    page.goto("/account/")
    with page.expect_navigation():
        page.get_by_role("link", name="Delete everything").click()
    give_password_again(page)
    assert violations(page) == []
    page.get_by_role("button", name="Delete everything now").click()
    expect(page.locator("h1")).to_have_text("Everything is deleted.")
    sign_in(page, email)
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")


# --- passkeys ---------------------------------------------------------------------------------


def test_a_passkey_is_added_used_and_taken_away(
    device: Device, request: pytest.FixtureRequest
) -> None:
    email, page = email_of(request), device().new_page()
    with_passkeys(page)
    keep_a_diary(page, 5)
    sign_up(page, email)
    page.goto("/account/second/webauthn/add/")
    give_password_again(page)
    assert violations(page) == []
    page.get_by_label("How shall it be called?").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("h1")).to_have_text("Write down your spare codes")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/diary/")
    assert pain_today(page) == "5"

    other = device(answered=False).new_page()  # the password alone is not enough any more
    sign_in(other, email)
    expect(other).to_have_title("Second step · Sacra")

    page.goto("/account/second/webauthn/")
    expect(page.locator(".keys")).to_contain_text("My phone")
    assert violations(page) == []
    page.get_by_role("link", name="Take it away").click()
    page.get_by_role("link", name="Use a passkey").click()  # says who it is with the key itself
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Take it away").click()
    expect(page.locator("h1")).to_have_text("You have 0 passkeys.")


def test_without_a_passkey_the_page_says_what_else_to_do(device: Device) -> None:
    page = device(answered=False).new_page()
    with_passkeys(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("sign in with your password")


def test_an_address_of_numbers_names_the_one_that_works(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/account/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    link = page.get_by_role("link", name=named(server))
    assert link.get_attribute("href") == f"{named(server)}/account/login/"


# --- with e-mail ------------------------------------------------------------------------------


def test_an_account_with_a_passkey_alone(
    device: Device, posting: Server, request: pytest.FixtureRequest
) -> None:
    page = device(posting).new_page()
    with_passkeys(page)
    keep_a_diary(page, 4)
    page.goto("/account/signup/")
    with page.expect_navigation():
        page.get_by_role("link", name="Use a passkey instead").click()
    assert violations(page) == []
    page.get_by_label("E-mail").fill(email_of(request))
    page.get_by_label("I agree").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Send me the code").click()
    assert violations(page) == []
    page.get_by_label("Code").fill("WRONG1")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".why")).to_contain_text("not right")
    page.get_by_label("Code").fill(code_in(letters(posting.folder)[-1]))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make my passkey").click()
    page.wait_for_url("**/diary/")
    assert pain_today(page) == "4"
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/diary/")


def test_an_address_is_confirmed_and_never_given_away(
    device: Device, posting: Server, request: pytest.FixtureRequest
) -> None:
    email, page = email_of(request), device(posting).new_page()
    keep_a_diary(page, 3)
    sign_up(page, email)
    expect(page.locator("h1")).to_contain_text("Which code is in it?")
    asked = page.locator("main").inner_text()
    code = code_in(letters(posting.folder)[-1])
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/diary/")
    assert pain_today(page) == "3"

    stranger = device(posting).new_page()
    stranger.wait_for_timeout(10_500)  # an address gets one code in ten seconds, whoever asks
    stranger.goto("/account/signup/")
    stranger.get_by_label("E-mail").fill(email)
    stranger.get_by_label("Password", exact=True).fill("quite another password")
    stranger.get_by_label("I agree").check()
    stranger.get_by_role("button", name="Make my account").click()
    assert stranger.locator("main").inner_text() == asked
    assert "has one already" in letters(posting.folder)[-1]
    stranger.get_by_label("Code").fill(code)
    stranger.get_by_role("button", name="Go on").click()
    expect(stranger.locator(".why")).to_contain_text("not right")


# --- for everybody ----------------------------------------------------------------------------


def test_signing_up_and_in_without_scripts(device: Device, request: pytest.FixtureRequest) -> None:
    email, page = email_of(request), device(java_script_enabled=False).new_page()
    keep_a_diary(page, 2)
    sign_up(page, email)
    assert pain_today(page) == "2"
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    assert page.get_by_text("Passkeys do not work here").is_visible()
    assert page.get_by_role("button", name="Sign in with a passkey").is_hidden()
    sign_in(page, email)
    assert pain_today(page) == "2"


OPEN = ("account/login", "account/signup", "account/password/reset", "account/password/reset/done",
        "account/password/reset/key/1-x", "account/signed-out", "account/bring")  # fmt: skip
OWN = ("account", "account/logout", "account/password/change", "account/email", "account/second",
       "account/second/totp/activate", "account/second/webauthn/add", "keep/delete",
       "account/bring", "keep", "progress")  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESKTOP] if NIGHTLY else [PHONE], ids=str)
def test_no_page_has_a_barrier(
    device: Device, size: ViewportSize, request: pytest.FixtureRequest
) -> None:
    page = device(viewport=size).new_page()

    def look(paths: tuple[str, ...]) -> None:
        for path in paths:
            page.goto(f"/{path}/")
            assert (path, violations(page)) == (path, [])
            assert is_narrow_enough(page), path

    look(OPEN)
    keep_a_diary(page)
    sign_up(page, email_of(request))
    page.goto("/account/email/")
    assert violations(page) == []
    give_password_again(page)
    look(OWN)


def test_a_mistake_is_said_beside_its_line_and_nothing_is_typed_twice(device: Device) -> None:
    page = device(answered=False).new_page()
    page.goto("/account/signup/")
    page.get_by_label("E-mail").fill("somebody@example.org")
    page.get_by_label("Password", exact=True).fill("password12")
    page.get_by_label("The same password again").fill("password12")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator(".why")).to_contain_text("too common")
    assert page.get_by_label("E-mail").input_value() == "somebody@example.org"
    assert page.get_by_label("I agree").is_checked()
    assert violations(page) == []
