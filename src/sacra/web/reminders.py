"""Reminders by e-mail: ask for them, confirm the address, stop; and send those that are due.

Every change replaces the sealed payload, whose bytes differ each time: an update that names the
bytes it was made from is done once, however many send at the same time.
"""

from __future__ import annotations

import datetime
import logging
import uuid
import zoneinfo
from typing import NamedTuple

import msgspec
from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.crypto import salted_hmac

from sacra.kb.knowledge import Knowledge
from sacra.web import letters
from sacra.web.models import DiaryEntry, Measure, Person, ProgrammeVersion, Reminder
from sacra.web.nudges import nudge_of
from sacra.web.record import forget_expired
from sacra.web.vault import seal
from sacra.web.whose import care_of_record

UNANSWERED = 7
"""So many mails without a sign of life, and they pause until there is one."""
TO_CONFIRM = datetime.timedelta(days=3)
"""How long an address waits for its owner's yes; then it is deleted."""
MOST_ASKED = 3
_AT_ONCE = datetime.timedelta(minutes=2)
"""A second click within this time sends no second mail."""
_TOO_LATE = datetime.timedelta(hours=3)
"""After a long stop nobody is reminded of the morning in the evening."""
_AGAIN = datetime.timedelta(hours=1)
"""When the mail server is tried again."""
_CONFIRM, _STOP = "sacra.reminder.confirm", "sacra.reminder.stop"
_log = logging.getLogger(__name__)


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """What somebody wants, as it is sealed.

    `zone` is a name such as Europe/Paris, or empty where only `offset`, in minutes east of
    Greenwich, is known; `address` is where Sacra is, for the links; `sent` is the last mail, and
    `unanswered` counts those since the last sign of life.
    """

    email: str
    at: datetime.time
    zone: str
    offset: int
    address: str
    language: str
    agreed: datetime.datetime
    confirmed: bool = False
    sent: datetime.datetime | None = None
    unanswered: int = 0

    def local(self, moment: datetime.datetime) -> datetime.datetime:
        """A moment on this person's clock."""
        return moment.astimezone(zone_of(self.zone) or _fixed(self.offset))

    def next_after(self, moment: datetime.datetime) -> datetime.datetime:
        """The next time after a moment at which the clock shows `at`."""
        there = self.local(moment)
        for days in range(3):
            day = there.date() + datetime.timedelta(days=days)
            then = datetime.datetime.combine(day, self.at, there.tzinfo)
            if (due := then.astimezone(datetime.UTC)) > moment:
                return due
        raise AssertionError("a day has 24 hours")


def zone_of(name: str) -> datetime.tzinfo | None:
    """The time zone of a name; None for a name that this machine does not know."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


def _fixed(minutes: int) -> datetime.timezone:
    return datetime.timezone(datetime.timedelta(minutes=minutes))


def wanted_of(reminder: Reminder) -> Wanted:
    """What a stored reminder says."""
    return msgspec.convert(reminder.data, Wanted)


# --- ask, confirm, stop -----------------------------------------------------------------------


class AskedTooOftenError(Exception):
    """The owner of an address was asked several times today already."""


def _may_ask(email: str) -> bool:
    """Nobody gets more than a few mails a day that ask, whoever types the address.

    Counted in the cache, for a day and under a code; no list of addresses is kept.
    """
    key = f"sacra.asked.{salted_hmac('sacra.asked', email.lower()).hexdigest()}"
    cache.add(key, 0, 86_400)
    try:
        return cache.incr(key) <= MOST_ASKED
    except ValueError:  # thrown out of a full memory just now
        return True


@transaction.atomic
def ask(*, person: Person, wanted: Wanted, now: datetime.datetime) -> EmailMessage | None:
    """Keep what somebody agreed to; the mail that asks the owner of a new address, to be sent.

    None where the address is confirmed already, or was asked a moment ago.

    Raises:
        Person.DoesNotExist: the record has been deleted.
        AskedTooOftenError: nothing is changed then.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    row = Reminder.objects.filter(person=person).first()
    before = wanted_of(row) if row else None
    if row is None or before is None or before.email != wanted.email:
        Reminder.objects.filter(person=person).delete()
        row, before = Reminder(person=person), None
    asked = before is not None and not before.confirmed and now - before.agreed < _AT_ONCE
    if before and before.confirmed:
        wanted = msgspec.structs.replace(wanted, confirmed=True, sent=before.sent)
    row.data = wanted
    row.due = wanted.next_after(now) if wanted.confirmed else now + TO_CONFIRM
    row.save()
    if wanted.confirmed or asked:
        return None
    if not _may_ask(wanted.email):
        raise AskedTooOftenError
    link = f"{wanted.address}reminders/confirm/{signing.dumps(str(row.pk), salt=_CONFIRM)}/"
    return letters.asking(wanted.email, wanted.at, wanted.address, link)


@transaction.atomic
def confirm(token: str, now: datetime.datetime, *, sure: bool) -> Wanted | None:
    """What the owner of an address says yes to; None for a link that is forged, old or over.

    Only when `sure` is anything changed: programs that look into mails open links too.
    """
    pk = _named(token, _CONFIRM, TO_CONFIRM)
    row = Reminder.objects.select_for_update().filter(pk=pk).first() if pk else None
    if row is None:
        return None
    wanted = wanted_of(row)
    if sure and not wanted.confirmed:
        wanted = msgspec.structs.replace(wanted, confirmed=True, agreed=now)
        row.data, row.due = wanted, wanted.next_after(now)
        row.save()
    return wanted


def is_stop(token: str) -> bool:
    """Whether a link that ends reminders is ours; it never grows old."""
    return _named(token, _STOP) is not None


def stop(token: str) -> bool:
    """End the reminders that a link names, and forget the address; False for a forged link."""
    pk = _named(token, _STOP)
    Reminder.objects.filter(pk=pk).delete()
    return pk is not None


def _named(token: str, salt: str, max_age: datetime.timedelta | None = None) -> uuid.UUID | None:
    try:
        return uuid.UUID(signing.loads(token, salt=salt, max_age=max_age))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


# --- send -------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """How one run went."""

    sent: int
    failed: int


def send_due(now: datetime.datetime, knowledge: Knowledge) -> Sent:
    """Send every reminder that is due; whatever fails for one person stops no other."""
    forget_expired(now.date())
    due = Reminder.objects.filter(due__lte=now).order_by("due").values_list("pk", flat=True)
    went = [_tried(pk, now, knowledge) for pk in [*due]]
    return Sent(went.count(True), went.count(None))


def _tried(pk: uuid.UUID, now: datetime.datetime, knowledge: Knowledge) -> bool | None:
    """Whether a mail went; None where something failed, which is tried again in an hour."""
    row = Reminder.objects.select_related("person").filter(pk=pk).first()
    try:
        return _turn(row, now, knowledge) if row else False
    except Exception as error:  # the next person's reminder goes out all the same
        _log.error("reminder %s failed: %s", pk, type(error).__name__)  # its words may be private
        Reminder.objects.filter(pk=pk).update(due=now + _AGAIN)
        return None


def _turn(row: Reminder, now: datetime.datetime, knowledge: Knowledge) -> bool:
    wanted, own = wanted_of(row), Reminder.objects.filter(pk=row.pk, payload=bytes(row.payload))
    if not wanted.confirmed:
        own.delete()
        return False
    after, mail = _next(row, wanted, now, knowledge)
    sealed = seal(after)
    taken = own.update(payload=sealed, due=wanted.next_after(now))
    if not (mail and taken):  # where it was not taken, another run has it
        return False
    try:
        mail.send()
    except Exception:  # as if this turn had not been
        Reminder.objects.filter(pk=row.pk, payload=sealed).update(payload=bytes(row.payload))
        raise
    return True


def _next(
    row: Reminder, wanted: Wanted, now: datetime.datetime, knowledge: Knowledge
) -> tuple[Wanted, EmailMessage | None]:
    """The reminder after this turn, and its mail if there is one."""
    there, life = wanted.local(now), _sign_of_life(row.person, wanted)
    sent = wanted.sent
    unanswered = wanted.unanswered if sent and life <= sent else 0
    wanted = msgspec.structs.replace(wanted, unanswered=unanswered)
    if unanswered >= UNANSWERED or not _in_time(wanted, there):
        return wanted, None
    since = wanted.local(wanted.agreed).date()
    nudge = nudge_of(care_of_record(row.person, there.date(), knowledge), there.date(), since)
    if nudge is None:
        return wanted, None
    last = unanswered + 1 == UNANSWERED
    link = stop_link(row, wanted)
    with translation.override(wanted.language):
        mail = letters.reminding(wanted.email, nudge, wanted.address, link, last=last)
    return msgspec.structs.replace(wanted, sent=now, unanswered=unanswered + 1), mail


def stop_link(row: Reminder, wanted: Wanted) -> str:
    """The link that ends these reminders, without signing in."""
    return f"{wanted.address}reminders/stop/{signing.dumps(str(row.pk), salt=_STOP)}/"


def _in_time(wanted: Wanted, there: datetime.datetime) -> bool:
    """Whether it is the hour, and the day has had no mail yet."""
    planned = datetime.datetime.combine(there.date(), wanted.at, there.tzinfo)
    had = wanted.sent is not None and wanted.local(wanted.sent).date() == there.date()
    return not had and datetime.timedelta() <= there - planned <= _TOO_LATE


def _sign_of_life(person: Person, wanted: Wanted) -> datetime.datetime:
    """When anything was written, scored, taken over or asked for last."""
    mine = {"episode__person": person}
    times: list[datetime.datetime | None] = [
        DiaryEntry.objects.filter(**mine).aggregate(at=Max("received"))["at"],
        Measure.objects.filter(**mine).aggregate(at=Max("at"))["at"],
        ProgrammeVersion.objects.filter(**mine).aggregate(at=Max("at"))["at"],
    ]
    return max([wanted.agreed, *filter(None, times)])


def is_late(row: Reminder, now: datetime.datetime) -> bool:
    """Whether nothing sends the mails here: one should have gone out long ago."""
    return row.due < now - _AGAIN
