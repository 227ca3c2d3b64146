"""Reminders: a calendar file of the week, and e-mails that end when asked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from sacra.kb.knowledge import Knowledge
from sacra.web import reminders as action
from sacra.web import shown
from sacra.web.ics import TIMES, calendar_file, review_day
from sacra.web.languages import load_knowledge
from sacra.web.models import Person, Reminder
from sacra.web.nudges import is_still_offered
from sacra.web.reminders import UNANSWERED, Wanted, wanted_of, zone_of
from sacra.web.sitting import sitting_of
from sacra.web.whose import Care, care_of, local_now, own_care, to_now

ALARMS = (0, 10, 30)
"""Minutes before a session at which a calendar may speak up."""
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?", re.ASCII)
_LONGEST = 254
"""Of an e-mail address, by RFC 5321."""
_QUARTER, _DAY = 15, 24 * 60
_WEST = 11 * 60
"""A clock alone cannot tell the two sides of the date line apart."""


def _ready(request: HttpRequest, knowledge: Knowledge) -> Care | HttpResponse:
    """A care with something to be reminded of; else where to go first.

    What is sent belongs to the record; what is shown to the plan that led here.
    """
    find = care_of if request.method == "POST" else own_care
    care = find(request, knowledge)
    if care is None:
        return redirect("start")
    if care.danger:
        return to_now(request, care, knowledge)
    if care.now.triage.urgency == "undetermined" or shown.band_of(care.case) == "child":
        return redirect("result")
    return care


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """What reminds, and what could; a POST sets the e-mails or ends them."""
    knowledge = load_knowledge()
    care = _ready(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    if request.method != "POST":
        return _page(request, care)
    if care.person is None:
        return redirect("keep")
    if request.POST.get("what") == "stop":
        Reminder.objects.filter(person=care.person).delete()
        return _back("stopped")
    return _set(request, care, care.person)


def _back(what: str) -> HttpResponse:
    response = redirect("reminders")
    response["Location"] += f"?{what}=1"
    return response


def _set(request: HttpRequest, care: Care, person: Person) -> HttpResponse:
    """Keep what was asked for, and ask the owner of the address first."""
    wrong = _wrong(request)
    wanted = None if wrong else _wanted(request)
    if wanted is None:
        return _page(request, care, wrong=wrong, status=422)
    try:
        mail = action.ask(person=person, wanted=wanted, now=timezone.now())
        if mail:
            mail.send()
    except Person.DoesNotExist:
        return redirect("start")
    except action.AskedTooOftenError:
        said = _("This address was asked several times today. Try again tomorrow.")
        return _page(request, care, wrong={"email": said}, status=429)
    except OSError:
        said = _("The mail could not be sent just now. Try again in some minutes.")
        return _page(request, care, wrong={"email": said}, status=503)
    return _back("asked" if mail else "set")


# --- what a form says -------------------------------------------------------------------------


def _wrong(request: HttpRequest) -> dict[str, str]:
    """What is wrong with the form, by field, each in one sentence."""
    post, wrong = request.POST, {}
    if not _is_address(post.get("email", "").strip()):
        wrong["email"] = _("That is not an e-mail address. Write it like name@example.org.")
    for field in ("time", *(["clock"] if post.get("clock") else [])):
        if clock_of(post.get(field, "")) is None:
            wrong[field] = not_a_time(post.get(field, ""))
    if post.get("agree") != "yes":
        wrong["agree"] = _("Nothing is stored yet. Tick the box if you agree.")
    return wrong


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST


def not_a_time(text: str) -> str:
    """One sentence on something that is no time of day."""
    if not text:
        return _("The time is missing. Write it like 18:30.")
    return _("%(text)s is not a time of day. Write it like 18:30.") % {"text": text[:20]}


def clock_of(text: str) -> datetime.time | None:
    """A time of day as a form writes it; None for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    return datetime.time(int(found[1]), int(found[2])) if found else None


def _wanted(request: HttpRequest) -> Wanted:
    post, at = request.POST, clock_of(request.POST.get("time", ""))
    assert at, "see `_wrong`"
    zone = post.get("zone", "")
    return Wanted(
        email=post.get("email", "").strip(),
        at=at,
        zone=zone if zone_of(zone) else "",
        offset=_offset(request),
        address=address_of(request),
        language=get_language() or settings.LANGUAGE_CODE,
        agreed=timezone.now(),
    )


def _offset(request: HttpRequest) -> int:
    """Minutes east of Greenwich: by the clock that was typed in, else by the browser's."""
    clock = clock_of(request.POST.get("clock", ""))
    if clock is None:
        offset = local_now(request).utcoffset() or datetime.timedelta()
        return int(offset.total_seconds() // 60)
    now = timezone.now()
    ahead = (clock.hour - now.hour) * 60 + clock.minute - now.minute
    return (round(ahead / _QUARTER) * _QUARTER + _WEST) % _DAY - _WEST


def address_of(request: HttpRequest) -> str:
    """Where this Sacra is, for links that are opened later."""
    return f"{'http' if settings.LOCAL else 'https'}://{request.get_host()}/"


# --- the page ---------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    care: Care,
    *,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = Reminder.objects.filter(person=care.person).first() if care.person else None
    wanted = wanted_of(row) if row else None
    given = request.POST or request.GET
    page: dict[str, Any] = {
        "care": care,
        "wanted": wanted,
        "paused": wanted is not None and wanted.unanswered >= UNANSWERED,
        "late": row is not None and action.is_late(row, timezone.now()),
        "most": UNANSWERED,
        "wrong": wrong or {},
        "email": given.get("email") or (wanted.email if wanted else _own_address(request)),
        "time": given.get("time") or f"{wanted.at if wanted else TIMES['evening']:%H:%M}",
        "unsent": settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
        **_calendar(care, given),
    }
    return render(request, "sacra/reminders.html", page, status=status)


def _own_address(request: HttpRequest) -> str:
    """That of the account, for somebody signed in; it is confirmed like any other."""
    return getattr(request.user, "email", "") if request.user.is_authenticated else ""


def _calendar(care: Care, given: Mapping[str, str]) -> dict[str, Any]:
    """What the form of the calendar shows: the times of day that occur in this week."""
    words = {"morning": _("Morning"), "midday": _("Midday"), "evening": _("Evening"),
             "through the day": _("Through the day, beginning at")}  # fmt: skip
    used = {one.when for day in care.programme.days for one in day.sessions}
    until = review_day(care.programme)
    return {
        "slots": [
            (name, words[slot], given.get(name) or f"{time:%H:%M}")
            for slot, time in TIMES.items()
            if slot in used and (name := slot.replace(" ", "_"))
        ],
        "alarms": ALARMS,
        "alarm": given.get("alarm", "10"),
        "until": until,
        "over": _is_over(care),
        "waiting": bool(care.waiting),
    }


def _is_over(care: Care) -> bool:
    """Whether there is something to look back at before a week is put into a calendar."""
    until = review_day(care.programme)
    return until is None or until <= care.today or not is_still_offered(care)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar file; times that cannot be are a page that says so."""
    care = _ready(request, load_knowledge())
    if isinstance(care, HttpResponse):
        return care
    if _is_over(care):
        return redirect("reminders")
    said = {slot: request.GET.get(slot.replace(" ", "_")) for slot in TIMES}
    wrong = {slot.replace(" ", "_"): not_a_time(text) for slot, text in said.items()
             if text is not None and clock_of(text) is None}  # fmt: skip
    alarm = request.GET.get("alarm", "")
    if wrong or alarm not in ("", *map(str, ALARMS)):
        return _page(request, care, wrong=wrong, status=422)
    times = {slot: clock_of(text or "") or TIMES[slot] for slot, text in said.items()}
    file = calendar_file(
        care.programme,
        owner=_owner(request, care),
        address=address_of(request),
        now=local_now(request),
        times=times,
        alarm=int(alarm) if alarm else None,
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sacra.ics"'
    response["Cache-Control"] = "no-store"
    return response


def _owner(request: HttpRequest, care: Care) -> str:
    """What stays the same from one download to the next, and differs from anybody else's."""
    sitting = sitting_of(request)
    if care.person or sitting is None:
        return str(care.person.pk) if care.person else ""
    return repr((sitting.started, sorted(sitting.findings.items(), key=str)))


# --- links in mails ---------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The owner of an address says yes, with a button: mail programs open links by themselves."""
    sure = request.method == "POST"
    wanted = action.confirm(token, timezone.now(), sure=sure)
    what = "bad" if wanted is None else "confirmed" if wanted.confirmed else "confirm"
    return _link(request, what, wanted=wanted)


@csrf_exempt  # mail programs send it, and the signed link is its own proof
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the e-mails, without signing in; sent by a mail program too (RFC 8058)."""
    if request.method == "POST":
        return _link(request, "stopped" if action.stop(token) else "bad")
    return _link(request, "stop" if action.is_stop(token) else "bad")


def _link(request: HttpRequest, what: str, **more: Any) -> HttpResponse:
    status = 404 if what == "bad" else 200
    return render(request, "sacra/reminders_link.html", {"what": what, **more}, status=status)
