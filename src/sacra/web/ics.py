"""The week as a calendar file: one event a session, weekly until the review.

Times float: 18:30 is 18:30 wherever the phone is. What a lock screen shows says nothing of health.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Alarm, Calendar, Event

from sacra.reasoning.session import day_of
from sacra.reasoning.standing import Programme
from sacra.reasoning.week import Session

TIMES = {
    "morning": datetime.time(8),
    "midday": datetime.time(12, 30),
    "evening": datetime.time(18, 30),
    "through the day": datetime.time(10),
}
"""When a session of each time of day begins, unless the person says otherwise."""
_WEEK = datetime.timedelta(weeks=1)


def review_day(programme: Programme) -> datetime.date | None:
    """The day to look back: so many days after the last look, or after the start."""
    since = programme.read_until or programme.started
    return since + datetime.timedelta(days=programme.review_in_days) if since else None


def title_of(minutes: float) -> str:
    """What the calendar, and the subject of a mail, say of a session."""
    whole = max(1, round(minutes))
    return ngettext("Sacra: %(n)d minute", "Sacra: %(n)d minutes", whole) % {"n": whole}


def calendar_file(
    programme: Programme,
    *,
    owner: str,
    address: str,
    now: datetime.datetime,
    times: Mapping[str, datetime.time],
    alarm: int | None = None,
) -> bytes:
    """The sessions from today to the day before the review, and the review; empty after that.

    Args:
        programme: the one in force, with its start.
        owner: what tells this record from others; it is in no event, only a code made from it.
        address: where Sacra is, for the link of an event.
        now: local; the file of a later time replaces that of an earlier one.
        times: when each time of day is.
        alarm: minutes before a session at which the calendar speaks up.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Sacra//Sacra//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Sacra")
    code = salted_hmac("sacra.calendar", owner).hexdigest()[:20]
    for event in _events(programme, now.date(), times, alarm, address):
        event["uid"] = f"{code}-{event['uid']}@sacra"
        event.add("dtstamp", now.astimezone(datetime.UTC))
        event.add("sequence", int(now.timestamp()) // 60)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(
    programme: Programme,
    today: datetime.date,
    times: Mapping[str, datetime.time],
    alarm: int | None,
    address: str,
) -> Iterator[Event]:
    until = review_day(programme)
    if until is None or until < today:
        return
    for offset in range(min(7, (until - today).days)):
        first = today + datetime.timedelta(days=offset)
        for session in programme.days[day_of(programme, first) - 1].sessions:
            start = datetime.datetime.combine(first, times[session.when])
            yield _session(session, start, until, alarm, address)
    yield _review(until, address)


def _session(
    session: Session,
    start: datetime.datetime,
    until: datetime.date,
    alarm: int | None,
    address: str,
) -> Event:
    """Weekly to the last time before the review."""
    event = Event()
    slot = session.when.replace(" ", "-")
    event["uid"] = f"{start.isoweekday()}-{slot}"
    event.add("summary", title_of(session.minutes))
    event.add("dtstart", start)
    event.add("dtend", start + datetime.timedelta(minutes=max(1, math.ceil(session.minutes))))
    count = math.ceil((until - start.date()) / _WEEK)
    if count > 1:
        event.add("rrule", {"freq": "WEEKLY", "count": count})
    event.add("url", f"{address}session/")
    if alarm is not None:
        event.add_component(_alarm(title_of(session.minutes), alarm))
    return event


def _alarm(title: str, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", datetime.timedelta(minutes=-minutes))
    return alarm


def _review(day: datetime.date, address: str) -> Event:
    event = Event()
    event["uid"] = "look-back"
    event.add("summary", _("Sacra: time to look back"))
    event.add("dtstart", day)
    event.add("dtend", day + datetime.timedelta(days=1))
    event.add("url", f"{address}progress/")
    return event
