"""Where somebody is signed in: what kind of device, since when, when last used; and signing it out.

The sessions are allauth's, which would keep the network address and the whole name of the browser
as well. Here no address is kept, and of the name two words.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

NOWHERE = "0.0.0.0"
"""What stands in the place of a network address, which allauth wants."""
ANEW = datetime.timedelta(hours=1)
"""So exactly it is known when a device was last used; a page that is opened seldom writes."""

BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "FxiOS": "Firefox",
    "Firefox": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
    "Macintosh": "Mac", "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip
"""The word in the name that a browser gives itself, and ours; the first that fits counts."""


class Device(NamedTuple):
    """One place of being signed in; `browser` and `system` are empty where nobody knows them."""

    pk: int
    browser: str
    system: str
    since: datetime.datetime
    last: datetime.datetime
    here: bool


@receiver(pre_save, sender=UserSession)
def forget_who(instance: UserSession, **_: Any) -> None:
    """Keep neither the address nor more of the browser's name than its kind."""
    said = instance.user_agent
    instance.ip = NOWHERE
    instance.user_agent = f"{_word(said, BROWSERS)} {_word(said, SYSTEMS)}".strip()


def _word(said: str, words: Iterable[str]) -> str:
    return next((word for word in words if word in said), "")


def note_use(request: HttpRequest) -> None:
    """Write down that this device is used, at most once an hour."""
    if request.session.session_key is None or not request.user.is_authenticated:
        return
    row = UserSession.objects.filter(session_key=request.session.session_key).first()
    if row is None:  # signed in before Sacra kept this list
        UserSession.objects.create_from_request(request)
    elif timezone.now() - row.last_seen_at >= ANEW:
        row.last_seen_at = timezone.now()
        row.save(update_fields=["last_seen_at"])


def signed_in(user: Any, key: str | None) -> list[Device]:
    """Every device, this one (whose session has this key) first, then the last used ones."""
    rows = UserSession.objects.purge_and_list(user)
    found = [_device(row, key) for row in rows]
    return sorted(found, key=lambda one: (one.here, one.last), reverse=True)


def _device(row: UserSession, key: str | None) -> Device:
    said = row.user_agent
    browser = BROWSERS.get(_word(said, BROWSERS), "")
    system = SYSTEMS.get(_word(said, SYSTEMS), "")
    here = row.session_key == key
    return Device(row.pk, browser, system, row.created_at, row.last_seen_at, here)


def sign_out_one(user: Any, pk: str) -> None:
    """Sign a device out; one that is not theirs, or is signed out already, is left alone."""
    if pk.isdecimal() and (row := UserSession.objects.filter(user=user, pk=int(pk)).first()):
        row.end()


def sign_out_others(user: Any, key: str | None) -> None:
    """Sign every other device out, those that the list does not know too."""
    for session in sessions_of(user):
        if session.session_key != key:
            session.delete()
    UserSession.objects.filter(user=user).exclude(session_key=key).delete()


def sessions_of(user: Any) -> Iterator[Session]:
    """Every session in which somebody is signed in; whose it is stands inside it."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def forget_ended() -> None:
    """Delete what is kept of devices whose session is over."""
    alive = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()
