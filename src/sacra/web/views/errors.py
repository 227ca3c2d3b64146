"""Pages for what went wrong: what happened, what is safe, what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sacra.web.sitting import Outgrown


def _sorry(request: HttpRequest, status: int, what: str, then: str) -> HttpResponse:
    return render(request, "sacra/sorry.html", {"what": what, "then": then}, status=status)


def forged(request: HttpRequest, reason: str = "", exception: Any = None) -> HttpResponse:
    """A form that did not come from our own page, or from one that is too old."""
    return _sorry(request, 403, "This form is out of date.",
                  "What you answered before is still there. Go on from there.")  # fmt: skip


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """An address that is none of ours."""
    return _sorry(request, 404, "There is no such page.", "Start again, or go on with your check.")


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Something too large or unreadable was sent."""
    too_much = isinstance(exception, Outgrown)
    what = "That is more than your browser can keep." if too_much else "That could not be read."
    kept = "What you answered before is still there. Go on from there."
    return _sorry(request, 400, what, kept)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """An address of ours, asked for in a way that it does not know."""
    return _sorry(request, 405, "This page does not work that way.",
                  "Nothing was changed. Go on from where you were.")  # fmt: skip


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault."""
    kept = "Your answers are kept by your browser. If you feel very unwell, call 112."
    return _sorry(request, 500, "Something on our side did not work.", kept)
