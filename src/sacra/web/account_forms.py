"""The two forms of accounts that are more than allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm, SignupForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress, Login
from allauth.core import context
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse


class SignUp(SignupForm):  # type: ignore[misc] # has no types
    """Consent, and no second account by a second click.

    Who gives the e-mail and the password of an account that exists is its owner, and is signed in.
    Anybody else cannot tell from the answer, nor from how long it takes, that it exists.
    """

    agree = forms.BooleanField(required=True)
    owner: Any = None

    def clean(self) -> dict[str, Any]:
        """Whose account it is, if there is one already."""
        data: dict[str, Any] = super().clean()
        if not self.errors and (password := data.get("password1")):
            self.owner = _owner(data["email"], password)
        return data

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """The new account; or the answer to one that exists."""
        if self.owner is None:
            made: tuple[Any, HttpResponse | None] = super().try_save(request)
            return made
        login = Login(user=self.owner, email=self.cleaned_data["email"])
        return self.owner, perform_password_login(request, {"email": login.email}, login)


def _owner(email: str, password: str) -> Any:
    if not filter_users_by_email(email):
        return None
    try:
        return get_adapter().authenticate(context.request, email=email, password=password)
    except ValidationError:  # too many tries: as if it were not the owner
        return None


class NewEmail(AddEmailForm):  # type: ignore[misc] # has no types
    """Another address; where no e-mail is sent to confirm it, it counts at once."""

    @transaction.atomic
    def save(self, request: HttpRequest) -> Any:
        """The address, confirmed or not."""
        if settings.MAIL:
            return super().save(request)
        email = self.cleaned_data["email"]
        EmailAddress.objects.filter(user=self.user).exclude(email=email).delete()
        address, _ = EmailAddress.objects.get_or_create(user=self.user, email=email)
        address.set_as_primary()
        return address
