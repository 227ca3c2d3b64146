"""Every page of the app, and who has to come for it to be shown."""

from __future__ import annotations

import datetime
import json
import sqlite3
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from playwright.sync_api import BrowserContext, Page

from sacra.kb.text import read_file
from sacra.reasoning.evaluate import RESERVED
from tests.browser.conftest import Server
from tests.conftest import ROOT
from tests.day import today
from tests.web.walking import INFLAMMATORY, ORDINARY, PREGNANT, fill

Cookies = list[Any]
"""As Playwright gives and takes them, in two types of its own."""

# --- who comes --------------------------------------------------------------------------------


def sitting(server: Server, name: str, *, days_ago: int = 0, **change: Any) -> str:
    """The answers of one of our own cases, as the check would have left them in the browser."""
    data = read_file(ROOT / "tests" / "cases" / "own" / f"{name}.yaml")
    follow = change.pop("follow", [])
    findings = {k: v for k, v in {**data, **change}.items() if k not in RESERVED}
    started = (today() - datetime.timedelta(days=days_ago)).isoformat()
    held = {"started": started, "findings": findings, "follow": follow}
    key = (server.folder / "health.key").read_bytes().strip()
    return Fernet(key).encrypt(zlib.compress(json.dumps(held).encode())).decode()


def send(context: BrowserContext, path: str, form: dict[str, Any]) -> str:
    """Send a form as a page of ours would; the page that comes back."""
    tokens = [one["value"] for one in context.cookies() if one["name"] == "csrftoken"]
    answer = context.request.post(path, form={**form, "csrfmiddlewaretoken": tokens[0]})
    assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"
    return answer.text()


def agree(context: BrowserContext) -> None:
    """Begin a diary."""
    page = context.request.get("/keep/").text()
    send(context, "/keep/", {**_hidden(page), "agree": "yes"})


def _hidden(page: str) -> dict[str, str]:
    token = page.partition('name="token" value="')[2].partition('"')[0]
    return {"token": token}


def write(context: BrowserContext, days_ago: int, **said: Any) -> None:
    """Write one day of a diary."""
    day = (today() - datetime.timedelta(days=days_ago)).isoformat()
    send(context, "/diary/", {"client": str(uuid.uuid4()), "day": day, **said})


def _month(context: BrowserContext) -> None:
    agree(context)
    felt = {"before": "2", "during": "2", "effort": "3", "morning": "1", "sleep": "6"}
    done = {"done-ex_bridge_seed": "yes", "done-ex_bird_dog": "yes"}
    for ago in range(21, 0, -1):
        note = {"note": "back at the desk"} if ago == 9 else {}
        write(context, ago, pain_now=str(round(3 + ago / 6)), **felt, **done, **note)


def _gap(context: BrowserContext) -> None:
    agree(context)
    write(context, 56, pain_now="4")


def _worse(context: BrowserContext) -> None:
    agree(context)
    write(context, 0, pain_now="6", worse="yes")


SCORES = {
    "rmdq": ((364, 17), (350, 15), (280, 9), (0, 3)),
    "groc": ((322, 1), (182, -1)),
    "promis": ((357, 66), (180, 61.5)),
    "phq2": ((357, 3), (182, 1)),
    "startback": ((357, 6),),
}
"""A year of questionnaires: so many days ago, and the score."""


def _year(context: BrowserContext) -> None:
    agree(context)
    for name, scores in SCORES.items():
        for ago, total in scores:
            _score(context, name, total, ago)


def _score(context: BrowserContext, name: str, total: object, ago: int, **more: Any) -> None:
    day = (today() - datetime.timedelta(days=ago)).isoformat()
    form = {"client": str(uuid.uuid4()), "at": "", "day": day, "total": str(total), **more}
    send(context, f"/measures/{name}/", form)


def _low_mood(context: BrowserContext) -> None:
    agree(context)
    _score(context, "phq2", 4, 0)


def _sign_up(context: BrowserContext) -> None:
    agree(context)
    known = {"email": f"{uuid.uuid4().hex[:12]}@example.org", "password1": "three brown owls"}
    context.request.get("/account/signup/")
    send(context, "/account/signup/", {**known, "password2": known["password1"], "agree": "yes"})
    for agent in ("Linux; Android 15) Chrome/142.0 Safari", "Macintosh) Version/18 Safari"):
        assert context.browser
        address = context.request.get("/").url
        other = context.browser.new_context(user_agent=agent, base_url=address)
        other.request.get("/account/login/")
        send(other, "/account/login/", {"login": known["email"], "password": known["password1"]})
        other.close()


def _answer(alarm: str, said: str) -> Callable[[BrowserContext], None]:
    """Worse, and this of the safety questions."""

    def before(context: BrowserContext) -> None:
        _worse(context)
        for _ in range(4):
            page = context.request.get("/diary/safety/").text()
            form = {**fill(page, {}), "client": str(uuid.uuid4())}
            if found := alarm in form:
                form[alarm] = said
            send(context, "/diary/safety/", form)
            if found:
                return
        raise AssertionError(f"{alarm} is not asked")

    return before


@dataclass(frozen=True)
class Visitor:
    """One of our own cases with a change, and what was done before the page."""

    case: str = ""
    days_ago: int = 0
    change: tuple[tuple[str, Any], ...] = ()
    before: Callable[[BrowserContext], None] | None = None


DESK = "desk_worker_off_work"
VISITORS = {
    "nobody": Visitor(),
    "finished": Visitor("home_si_pain_at_three_months"),
    "pregnant": Visitor("pregnant_week_32_asks_about_ibuprofen"),
    "within days": Visitor("runner_possible_stress_fracture"),
    "child": Visitor("teenager_tennis", change=(("age", 13),)),
    "teenager": Visitor("teenager_tennis", change=(("age", 16),)),
    "unsure": Visitor(
        DESK, change=(("saddle_numbness", "unsure"), ("follow", ["saddle_numbness"]))
    ),
    "yes to several signs": Visitor(
        DESK,
        change=(
            ("saddle_numbness", "unsure"),
            ("sexual_dysfunction", "unsure"),
            ("follow", ["saddle_numbness", "sexual_dysfunction"]),
        ),
    ),
    "same day": Visitor(DESK, change=(("saddle_numbness", "unsure"),)),
    "emergency": Visitor("cauda_equina"),
    "one alarm": Visitor(DESK, change=(("saddle_numbness", True),)),
    "keeper": Visitor(DESK, before=agree),
    "month": Visitor(DESK, days_ago=22, before=_month),
    "away": Visitor(DESK, days_ago=60, before=_gap),
    "year": Visitor(DESK, days_ago=364, before=_year),
    "low mood": Visitor(DESK, change=(("region", "gb"),), before=_low_mood),
    "signed in": Visitor(DESK, before=_sign_up),
    "worse": Visitor(DESK, before=_worse),
    "not sure": Visitor(DESK, before=_answer("bowel_dysfunction", "unsure")),
    "in danger": Visitor(DESK, before=_answer("bowel_dysfunction", "yes")),
}


def cookies_of(name: str, context: BrowserContext, server: Server) -> Cookies:
    """What the browser of this visitor holds, after all that they did before."""
    visitor = VISITORS[name]
    if visitor.case:
        value = sitting(server, visitor.case, days_ago=visitor.days_ago, **dict(visitor.change))
        context.add_cookies([{"name": "sacra", "value": value, "url": server.url}])
        context.request.get("/")  # brings the token of forms
    if visitor.before:
        visitor.before(context)
    return list(context.cookies())


# --- what is done on a page -------------------------------------------------------------------


def _begin_session(page: Page) -> None:
    page.get_by_role("button", name="Start session").click()
    page.locator("#player").wait_for()


def _end_session(page: Page) -> None:
    _begin_session(page)
    page.get_by_role("button", name="End here").click()


def _it_hurts(page: Page) -> None:
    _begin_session(page)
    page.get_by_role("button", name="It hurts").click()


def _open_all(page: Page) -> None:
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button.main").click()


def _send_nothing(page: Page) -> None:
    page.eval_on_selector_all("form", "all => all.forEach((one) => { one.noValidate = true; })")
    _send(page)


def _forge(page: Page) -> None:
    page.locator("input[name=csrfmiddlewaretoken]").first.evaluate("one => one.remove()")
    _send(page)


def _send_too_much(page: Page) -> None:
    page.locator("form").first.evaluate("""form => {
        for (let i = 0; i < 500; i += 1) {
            const more = document.createElement("input");
            more.type = "hidden"; more.name = `more${i}`;
            form.append(more);
        }
    }""")
    _send(page)


def _delete(page: Page) -> None:
    _open_all(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Delete everything").click()


@dataclass(frozen=True)
class Shown:
    """One page: who comes, where to, and what is done there."""

    who: str
    path: str
    act: Callable[[Page], None] | None = None


PAGES = {
    "start": Shown("nobody", "/"),
    "start again": Shown("keeper", "/"),
    "follow-up": Shown("unsure", "/check/"),
    "which of these": Shown("yes to several signs", "/check/"),
    "stopped": Shown("finished", "/check/leave/"),
    "emergency": Shown("emergency", "/now/"),
    "emergency of one alarm": Shown("one alarm", "/now/"),
    "same day": Shown("same day", "/now/"),
    "result": Shown("finished", "/result/", _open_all),
    "result within days": Shown("within days", "/result/"),
    "result of a child": Shown("child", "/result/"),
    "result at 16": Shown("teenager", "/result/"),
    "print page": Shown("finished", "/result/print/"),
    "tonight": Shown("finished", "/result/tonight/", _open_all),
    "plan": Shown("finished", "/plan/", _open_all),
    "plan in pregnancy": Shown("pregnant", "/plan/", _open_all),
    "exercise": Shown("finished", "/plan/exercise/ex_bridge_seed/"),
    "exercise left out": Shown("pregnant", "/plan/exercise/ex_bridge_seed/"),
    "session before": Shown("finished", "/session/?when=morning", _open_all),
    "session to keep": Shown("keeper", "/session/?when=morning"),
    "session during": Shown("finished", "/session/?when=morning", _begin_session),
    "session hurts": Shown("finished", "/session/?when=morning", _it_hurts),
    "session after": Shown("keeper", "/session/?when=morning", _end_session),
    "consent": Shown("finished", "/keep/"),
    "consent missing": Shown("finished", "/keep/", _send_nothing),
    "consent given": Shown("keeper", "/keep/"),
    "deleting": Shown("keeper", "/diary/", _delete),
    "diary": Shown("keeper", "/diary/", _open_all),
    "diary of a month": Shown("month", "/diary/", _open_all),
    "diary safety": Shown("worse", "/diary/safety/"),
    "diary not sure": Shown("not sure", "/diary/safety/?follow=1"),
    "diary in danger": Shown("in danger", "/diary/"),
    "progress, nothing yet": Shown("keeper", "/progress/"),
    "progress": Shown("month", "/progress/", _open_all),
    "progress in danger": Shown("in danger", "/progress/"),
    "progress after a gap": Shown("away", "/progress/"),
    "plan after a gap": Shown("away", "/plan/"),
    "reminders": Shown("keeper", "/reminders/", _open_all),
    "questionnaires": Shown("month", "/measures/", _open_all),
    "questionnaires of a year": Shown("year", "/measures/", _open_all),
    "progress of a year": Shown("year", "/progress/", _open_all),
    "questionnaire, numbers": Shown("month", "/measures/rmdq/", _open_all),
    "questionnaire, own words": Shown("month", "/measures/psfs/"),
    "low mood": Shown("low mood", "/measures/safety/"),
    "progress with a low mood": Shown("low mood", "/progress/"),
    "account": Shown("signed in", "/account/"),
    "devices": Shown("signed in", "/account/devices/"),
    "bringing back": Shown("nobody", "/account/bring/"),
    "sign in": Shown("nobody", "/account/login/"),
    "sign up": Shown("finished", "/account/signup/"),
    "swap or leave out": Shown("finished", "/plan/other/ex_bridge_seed/", _open_all),
    "learn": Shown("nobody", "/learn/"),
    "safety": Shown("nobody", "/safety/", _open_all),
    "claim": Shown("nobody", "/learn/claim/acupuncture/"),
    "joint explorer": Shown("nobody", "/learn/joint/", _open_all),
    "claim with a model": Shown("nobody", "/learn/claim/belts/", _open_all),
    "source": Shown("nobody", "/learn/source/laslett2005/"),
    "error 400": Shown("nobody", "/", _send_too_much),
    "error 403": Shown("nobody", "/", _forge),
    "error 404": Shown("nobody", "/nowhere/"),
    "error 500": Shown("keeper", "/diary/"),
}
BROKEN = "error 500"
"""Comes from a diary that no key opens; see `spoil`."""


def spoil(server: Server, context: BrowserContext) -> None:
    """Make the first day of this visitor's diary one that nobody can read."""
    write(context, 0, pain_now="4")
    with sqlite3.connect(server.folder / "sacra.sqlite3", timeout=10) as database:
        database.execute("UPDATE sacra_diaryentry SET payload = 'x' WHERE id = ("
                         "SELECT max(id) FROM sacra_diaryentry)")  # fmt: skip


# --- the screens of the check -----------------------------------------------------------------


def screens(context: BrowserContext, server: Server) -> Iterator[tuple[str, Cookies]]:
    """One screen of the check of every kind, with the cookies that show it."""
    seen: set[str] = set()
    for answers in (ORDINARY, PREGNANT, INFLAMMATORY):
        context.clear_cookies()
        context.request.get("/")
        send(context, "/begin/", {"who": "self" if seen else "other"})
        beyond = False
        while True:
            page = context.request.get("/check/")
            if "/result/" in page.url and not beyond:
                send(context, "/check/onwards/", {})
                beyond = True
                continue
            if "/check/" not in page.url:
                break
            kind = kind_of(page.text())
            if kind not in seen:
                seen.add(kind)
                yield kind, list(context.cookies())
            send(context, "/check/", fill(page.text(), answers))


MARKS = {
    "number": 'class="number"', "each": 'class="three"', "boxes": 'type="checkbox"',
    "choices": 'class="choices"', "none": "none_of_these", "picture": "<figure", "parts": "<h2",
}  # fmt: skip


def kind_of(html: str) -> str:
    """What a screen is built from, in the words of its mark-up."""
    form = html.partition("<main")[2].partition("<footer")[0]
    return " ".join(name for name, mark in MARKS.items() if mark in form)
