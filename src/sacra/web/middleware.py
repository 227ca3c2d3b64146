"""Headers that every answer carries; and what is too large, or asks who somebody is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from sacra.web.devices import note_use
from sacra.web.views.errors import bad_request, not_allowed, too_large

CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from anywhere else, and no script or style inside a page."""


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Content policy; and pages with answers are kept by no cache on the way."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return with_headers


MOST = 9_000_000
"""Of one message, in bytes: more than the file of ten years, and no more than a server can bear."""


def small_enough(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Refuse what is too large before any of it is read."""

    def refuse_large(request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdigit() and int(said) > MOST:
            return too_large(request)
        return get_response(request)

    return refuse_large


_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class Accounts:
    """What the pages of accounts, which are not ours, do otherwise than the rest of Sacra.

    They would keep an interrupted form, with every cookie, in the session, where it lies in clear:
    here a form is sent once more after the visitor has said who they are. And they answer a form
    with a mistake in it by 200, which a password manager takes for success.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Ask who it is, then go on with the page; after a download, with the account."""
        if isinstance(error, _UNREADABLE) and "credential" in request.POST:
            return bad_request(request)  # allauth reads a forged passkey without looking first
        if not isinstance(error, ReauthenticationRequired):
            return None
        ways = get_adapter().get_reauthentication_methods(request.user)
        taken = request.resolver_match and request.resolver_match.url_name == "take"
        then = resolve_url("account") if taken else request.path
        return redirect(f"{ways[0]['url'] if ways else resolve_url('account_login')}?"
                        f"{urlencode({'next': then})}")  # fmt: skip

    def process_template_response(self, _request: HttpRequest, response: Any) -> HttpResponse:
        """A form that has to be mended is no success."""
        form = (response.context_data or {}).get("form")
        if response.status_code == 200 and form is not None and form.is_bound and form.errors:
            response.status_code = 422
        answer: HttpResponse = response
        return answer


def devices(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Note when each device that is signed in was last used."""

    def noted(request: HttpRequest) -> HttpResponse:
        note_use(request)
        return get_response(request)

    return noted


def refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for a method that an address does not take; Django leaves it empty."""

    def with_page(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return with_page
