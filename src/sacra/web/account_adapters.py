"""How Sacra's accounts differ from allauth's: no user name, plain words, secrets kept encrypted."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sacra.web import shown, whose
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import claim
from sacra.web.sitting import sitting_of
from sacra.web.vault import seal, unseal

WORDS = {
    "account_inactive": _("This account is switched off."),
    "duplicate_email": _("That is already your e-mail address."),
    "email_password_mismatch": _("This e-mail and password do not belong together. Check both."),
    "enter_current_password": _("This is not your present password."),
    "incorrect_code": _("This code is not right. Wait for the next one, or check each digit."),
    "incorrect_password": _("This is not your password."),
    "invalid_password_reset": _("This link is used up or too old. Ask for a new one."),
    "rate_limited": _("That was often in a short time. Wait a minute, then try again."),
    "same_as_current": _("That is already your e-mail address."),
    "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
    "unverified_email": _("Confirm your e-mail address first."),
}
"""What went wrong and what to do, in the words of the rest of Sacra."""


def shown_as(user: Any) -> str:
    """How an account is called to its owner: by its e-mail address."""
    return str(user.email)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # has no types
    """Signing up, in and out."""

    error_messages: ClassVar[dict[str, Any]] = {**DefaultAccountAdapter.error_messages, **WORDS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not to somebody under 16, whose check says so: nothing is kept of them."""
        sitting = sitting_of(request)
        return not (sitting and shown.band_of(sitting.case(load_knowledge())) == "child")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """A name nobody sees; one made from the address would give it away."""
        user.username = uuid.uuid4().hex

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse | None:
        """The session ends with the browser, unless it is to be kept on this device."""
        kept = settings.SESSION_COOKIE_AGE if request.POST.get("remember") else 0
        request.session.set_expiry(kept)
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        return answer

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """What this device kept without an account goes into one that has no record yet."""
        response: HttpResponse = super().post_login(request, user, **more)
        here = whose.on_device(request)
        if here and not Person.objects.filter(user=user).exists():
            with contextlib.suppress(PermissionError):  # another tab was quicker
                claim(person=here, user=user)
            response.delete_cookie(whose.COOKIE)
        return response


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # has no types
    """The second step and passkeys."""

    error_messages: ClassVar[dict[str, Any]] = {**DefaultMFAAdapter.error_messages, **WORDS}

    def encrypt(self, text: str) -> str:
        """Secrets lie in the database as health does: under the same keys."""
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` kept; an unknown key opens nothing, so that no code fits."""
        return str(unseal(encrypted_text.encode()) or "")

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """How a passkey is called until its owner calls it otherwise."""
        return gettext("My device")
