"""The account, which nobody needs: where signing in leads, what it holds, and bringing back a copy.

Signing up, in and out, passwords, passkeys and the second step are allauth's, in our own pages.
"""

from __future__ import annotations

import uuid

from allauth.account import views as allauth_views
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sacra.kb.errors import CaseError
from sacra.web import shown, whose
from sacra.web.bringing import LARGEST, Copy, bring, read_copy
from sacra.web.devices import sign_out_one, sign_out_others, signed_in
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import claim, episode_of
from sacra.web.sitting import forget, sitting_of
from sacra.web.views.consent import ALL_STORED, asks_again, new_token, read_token
from sacra.web.whose import care_of, local_now, on_device, person_of, presses, remember, to_now

email = asks_again(allauth_views.email)
set_password = asks_again(allauth_views.password_set)


@require_safe
@login_required
def arrive(request: HttpRequest) -> HttpResponse:
    """Where signing in leads: a danger first, then the diary, else the account."""
    knowledge = load_knowledge()
    sitting = sitting_of(request)
    if sitting and presses(sitting, knowledge):
        return redirect("now")
    care = care_of(request, knowledge)
    if care is None or care.person is None:
        return redirect("account")
    if care.danger:
        return to_now(request, care, knowledge)
    return redirect("join" if on_device(request) else "diary")


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What is kept, how to sign in, and how to end it."""
    ways = Authenticator.objects.filter(user=request.user)
    page = {
        "person": person_of(request),
        "here": on_device(request),
        "passkeys": ways.filter(type=Authenticator.Type.WEBAUTHN).count(),
        "app": ways.filter(type=Authenticator.Type.TOTP).exists(),
    }
    return render(request, "sacra/account.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def join(request: HttpRequest) -> HttpResponse:
    """Two records: is the one that this device kept without an account theirs as well?"""
    here, knowledge = on_device(request), load_knowledge()
    if here is None:
        return redirect("diary" if person_of(request) else "account")
    care = care_of(request, knowledge)
    if care and care.danger:
        return to_now(request, care, knowledge)
    if request.method != "POST":
        return render(request, "sacra/account_join.html", {"here": here})
    if request.POST.get("mine") != "yes":
        return redirect("diary")
    danger = whose.care_of_record(here, local_now(request).date(), knowledge).danger
    claim(person=here, user=request.user, goes_on=episode_of(here) if danger else None)
    response = redirect("diary")
    response.delete_cookie(whose.COOKIE)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; what this device still holds of the visitor goes too."""
    leaves = request.method == "POST" and request.user.is_authenticated
    response: HttpResponse = allauth_views.logout(request)
    if leaves:
        forget(response)
        response["Clear-Site-Data"] = ALL_STORED
    return response


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """What is left on this device, and what is not."""
    return render(request, "sacra/account_signed_out.html", {"here": on_device(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """Where this account is signed in; each other device can be signed out."""
    here, sent = request.session.session_key, request.POST
    if request.method == "POST":
        if "others" in sent:
            sign_out_others(request.user, here)
        else:
            sign_out_one(request.user, sent.get("one", ""))
        response = redirect("devices")
        response["Location"] += "?done=1"
        return response
    page = {"devices": signed_in(request.user, here)}
    return render(request, "sacra/account_devices.html", page)


# --- bring back -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: HttpRequest) -> HttpResponse:
    """Upload a copy; it comes only into an empty place, and over nothing."""
    sent = read_token(request.POST.get("token", ""), request) if request.method == "POST" else None
    if person := person_of(request):
        began = sent and person.episodes.filter(pk=sent).exists()  # a second click
        return redirect("diary") if began else _full(request, person)
    if request.method != "POST":
        return _ask(request)
    file = request.FILES.get("file")
    if sent is None or file is None or request.POST.get("agree") != "yes":
        return _ask(request, wrong=_("Choose the file, and tick the box if you agree."))
    if file.size is None or file.size > LARGEST:
        return _ask(request, wrong=_("That file is too large to be one of ours."), status=413)
    return _bring(request, sent, file.read())


def _bring(request: HttpRequest, episode_id: uuid.UUID, raw: bytes) -> HttpResponse:
    knowledge, today = load_knowledge(), local_now(request).date()
    try:
        copy = read_copy(raw, knowledge, today=today)
    except CaseError as wrong:
        return _ask(request, wrong=wrong.what)
    if shown.band_of(copy.stretches[-1].case) == "child":
        return _ask(request, wrong=_("Sacra keeps nothing of anybody under 16."))
    user = request.user if request.user.is_authenticated else None
    try:
        person = bring(
            copy=copy, episode_id=episode_id, knowledge=knowledge, today=today, user=user
        )
    except IntegrityError:  # another tab was quicker
        return redirect("diary")
    return remember(_brought(request, copy), person)


def _brought(request: HttpRequest, copy: Copy) -> HttpResponse:
    page = {"days": sum(len(one.days) for one in copy.stretches), "left_out": copy.left_out}
    return render(request, "sacra/account_brought.html", page)


def _ask(request: HttpRequest, *, wrong: str = "", status: int = 422) -> HttpResponse:
    page = {"token": new_token(request), "wrong": wrong}
    return render(request, "sacra/account_bring.html", page, status=status if wrong else 200)


def _full(request: HttpRequest, person: Person) -> HttpResponse:
    page = {"person": person}
    status = 409 if request.method == "POST" else 200
    return render(request, "sacra/account_bring.html", page, status=status)
