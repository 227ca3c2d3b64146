"""What is done with whole accounts: delete one, and tidy up what is over."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from sacra.web.devices import forget_ended, sessions_of
from sacra.web.models import Person
from sacra.web.record import forget_expired


@transaction.atomic
def delete_account(user: Any) -> None:
    """The account with its record, ways to sign in and sessions on every device."""
    for session in sessions_of(user):
        session.delete()
    user.delete()


class Tidied(NamedTuple):
    """How much was over; and the accounts without a record, which stay."""

    records: int
    sessions: int
    accounts_without_record: int


def tidy(today: datetime.date) -> Tidied:
    """Delete records, sessions and counts of attempts whose time is over; never an account."""
    before = Person.objects.count()
    forget_expired(today)
    sessions, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    forget_ended()
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])
    empty = get_user_model().objects.filter(person=None).count()
    return Tidied(before - Person.objects.count(), sessions, empty)
