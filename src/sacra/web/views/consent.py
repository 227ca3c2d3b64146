"""Consent in plain words before anything is stored; and taking everything away, or deleting it."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from sacra.web import shown, shown_plan, whose
from sacra.web.accounts import delete_account
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import create_person, delete, diary_of, episode_of, export
from sacra.web.sitting import forget
from sacra.web.tables import diary_rows
from sacra.web.views.result import finished
from sacra.web.whose import local_now, person_of, remember

_DAY = 86_400
_SALT = "sacra.keep"
ALL_STORED = '"cache", "storage"'
"""What a browser is told to forget: the saved session page and what waits to be sent."""
View = Callable[..., HttpResponse]


def asks_again(view: View) -> View:
    """Who is signed in says once more who they are; without an account nothing more is known."""
    checked: View = reauthentication_required(view, enabled=lambda r: r.user.is_authenticated)
    return checked


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Ask before anything is stored; with a record, say what is kept and how to end it."""
    person, again = person_of(request), "new" in request.GET
    if person and not again and request.method != "POST":
        return render(request, "sacra/consent_kept.html", {"person": person})
    done = finished(request)
    if isinstance(done, HttpResponse):
        return done
    if shown.band_of(done[1].case) == "child":
        return redirect("result")
    if request.method != "POST":
        return _ask(request, person)
    episode_id = read_token(request.POST.get("token", ""))
    if episode_id is None or request.POST.get("agree") != "yes":
        return _ask(request, person, missing=True)
    sitting, _, knowledge = done
    kept = create_person(
        episode_id=episode_id,
        case=sitting.case(knowledge),
        wishes=shown_plan.wishes_of(sitting.wishes, knowledge),
        knowledge=knowledge,
        today=local_now(request).date(),
        person=person,
        user=request.user if request.user.is_authenticated else None,
    )
    return remember(redirect("diary"), kept)


def _ask(request: HttpRequest, person: Person | None, *, missing: bool = False) -> HttpResponse:
    page = {
        "token": new_token(),
        "missing": missing,
        "person": person,
    }
    return render(request, "sacra/consent.html", page, status=422 if missing else 200)


def new_token() -> str:
    """An id for what is about to be kept, so that a second click is seen."""
    return signing.dumps(str(uuid.uuid4()), salt=_SALT)


def read_token(text: str) -> uuid.UUID | None:
    """The id that a page of consent carried; None when it is not ours or a day old."""
    try:
        return uuid.UUID(signing.loads(text, salt=_SALT, max_age=_DAY))
    except signing.BadSignature:
        return None


# --- take away --------------------------------------------------------------------------------


@require_safe
@asks_again
def take(request: HttpRequest, name: str) -> HttpResponse:
    """Everything as JSON; or the diary, or the answers, as a table."""
    person = person_of(request)
    if person is None:
        return redirect("start")
    if name not in _FILES:
        raise Http404
    kind, make = _FILES[name]
    response = HttpResponse(make(person), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _json(person: Person) -> bytes:
    return msgspec.json.format(msgspec.json.encode(export(person=person)), indent=2)


def _diary_csv(person: Person) -> str:
    export(person=person)  # so that the taking is noted, whatever the form
    diary = diary_of(episode_of(person), load_knowledge())
    return table(diary_rows(diary) if diary else [])


def _answers_csv(person: Person) -> str:
    episodes = export(person=person)["episodes"]
    rows = ({"started": e["started"], **o} for e in episodes for o in e["observations"])
    return table(rows, ("started", "at", "finding", "value"))


_FILES = {
    "sacra.json": ("application/json", _json),
    "diary.csv": ("text/csv", _diary_csv),
    "answers.csv": ("text/csv", _answers_csv),
}


def table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ("day",)) -> str:
    """Rows as CSV under the columns that occur; text is never left to look like a formula."""
    rows = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    file = io.StringIO()
    writer = csv.DictWriter(file, names, restval="")
    writer.writeheader()
    writer.writerows({name: _cell(row.get(name)) for name in row} for row in rows)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


# --- delete -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def erase(request: HttpRequest) -> HttpResponse:
    """Delete everything, the account too, once it has been said twice."""
    person, user = person_of(request), request.user
    if person is None and not user.is_authenticated:
        return redirect("start")
    if request.POST.get("sure") != "yes":
        return render(request, "sacra/consent_erase.html", {"person": person})
    if user.is_authenticated:
        delete_account(user)
        logout(request)
    elif person:
        delete(person=person)
    response = forget(render(request, "sacra/consent_gone.html"))
    if person and person.user_id is None:
        response.delete_cookie(whose.COOKIE)
    response["Clear-Site-Data"] = ALL_STORED
    return response
