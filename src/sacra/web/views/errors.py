"""Pages for what went wrong: what happened, what is safe, what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _sorry(request: HttpRequest, status: int, what: str, then: str) -> HttpResponse:
    return render(request, "sacra/sorry.html", {"what": what, "then": then}, status=status)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or from one that is too old."""
    return _sorry(request, 403, _("This form is out of date."),
                  _("What you answered before is still there. Go on from there."))  # fmt: skip


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Something that this visitor may not do."""
    then = _("Nothing was changed. Sign in, or go on with your check.")
    return _sorry(request, 403, _("That is not open to you."), then)


def too_large(request: HttpRequest) -> HttpResponse:
    """More than any form or file of ours holds."""
    then = _("Nothing was changed. A file that Sacra made is smaller than 8 MB.")
    return _sorry(request, 413, _("That is too large."), then)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """An address that is none of ours."""
    return _sorry(
        request, 404, _("There is no such page."), _("Start again, or go on with your check.")
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Something too large or unreadable was sent."""
    return _sorry(request, 400, _("That could not be read."),
                  _("What you answered before is still there. Go on from there."))  # fmt: skip


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault."""
    kept = _("Your answers are kept by your browser. If you feel very unwell, call 112.")
    return _sorry(request, 500, _("Something on our side did not work."), kept)
