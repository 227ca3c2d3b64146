"""A copy that somebody took of their record, brought back where they have none.

Only what they said themselves comes back: answers and diary. What Sacra made of it is made again,
by today's knowledge, so that no file can put an exercise into a plan. Two checks are never mixed:
weeks and ages count from the day of each. A file is read by the same readers as a case or diary.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.diary import read_diary
from sacra.reasoning.diary_rows import EARLIEST
from sacra.reasoning.wishes import Wishes
from sacra.web.models import DiaryEntry, Episode, Observation, Person
from sacra.web.record import KEPT, agreeing, judge, known_of, note

LARGEST = 8_000_000
"""Of a file, in bytes."""
_LONGEST_NOTE = 200
_OURS = ("day", "at", "offset")
"""Of a day in the file: where and when, which the diary's reader does not want."""

Moment = Annotated[datetime.datetime, msgspec.Meta(tz=True)]


class _Observation(msgspec.Struct):
    finding: Annotated[str, msgspec.Meta(max_length=100)]
    value: Any
    at: Moment


class _Day(msgspec.Struct):
    day: datetime.date
    at: Moment
    offset: Annotated[int, msgspec.Meta(ge=-900, le=900)]
    said: dict[str, Any] = {}


class _Episode(msgspec.Struct):
    started: datetime.date
    ended: datetime.date | None = None
    observations: Annotated[list[_Observation], msgspec.Meta(max_length=5_000)] = []
    diary: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=5_000)] = []


class _File(msgspec.Struct):
    episodes: Annotated[list[_Episode], msgspec.Meta(min_length=1, max_length=100)]


class Stretch(NamedTuple):
    """One episode of the file, as far as today's knowledge can read it."""

    started: datetime.date
    ended: datetime.date | None
    case: Case
    observations: list[_Observation]
    days: list[_Day]


class Copy(NamedTuple):
    """What a file holds, the oldest first; the last one goes on."""

    stretches: list[Stretch]
    left_out: int
    """Answers and days of an older version, which cannot be read any more."""


# --- read -------------------------------------------------------------------------------------


def read_copy(raw: bytes, knowledge: Knowledge, *, today: datetime.date) -> Copy:
    """Read a file that `export` made.

    Raises:
        CaseError: it is something else, or nothing in it can be read.
    """
    try:
        found = msgspec.json.decode(raw, type=_File)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as wrong:
        said = _("it is not the file that Sacra makes under “Everything, as a file for computers”")
        raise CaseError("the file", said) from wrong
    episodes = sorted(found.episodes, key=lambda one: one.started)
    stretches = [_stretch(one, knowledge, today) for one in episodes]
    if not stretches[-1].case.findings:
        raise CaseError("the file", _("it holds no answers that this Sacra can read"))
    given = sum(len(one.observations) + len(one.diary) for one in episodes)
    kept = sum(len(one.observations) + len(one.days) for one in stretches)
    return Copy(stretches, given - kept)


def _stretch(episode: _Episode, knowledge: Knowledge, today: datetime.date) -> Stretch:
    if not EARLIEST <= episode.started <= today:
        said = _("a check of %(day)s cannot be: look at the year") % {"day": episode.started}
        raise CaseError("the file", said)
    ordered = sorted(episode.observations, key=lambda one: one.at)
    last = {one.finding: one.value for one in ordered}
    names = {k: v for k, v in last.items() if k.partition(".")[0] in knowledge.findings}
    findings = agreeing(names, knowledge)
    case = read_case({**findings, "as_of": episode.started}, knowledge)
    kept = [one for one in ordered if one.finding in findings]
    days = list(_days(episode, knowledge, today))
    return Stretch(episode.started, episode.ended, case, kept, days)


def _days(episode: _Episode, knowledge: Knowledge, today: datetime.date) -> Iterator[_Day]:
    """Each day once, as far as it can be read."""
    seen: set[datetime.date] = set()
    for raw in episode.diary:
        try:
            day = msgspec.convert(raw, _Day)
            said = {k: v for k, v in raw.items() if k not in _OURS}
            day.said = {"day": day.day.isoformat(), **_checked(day, said, knowledge, today)}
        except (msgspec.ValidationError, CaseError, TypeError, AttributeError, KeyError):
            continue
        if day.day not in seen:
            seen.add(day.day)
            yield day


def _checked(
    day: _Day, said: dict[str, Any], knowledge: Knowledge, today: datetime.date
) -> dict[str, Any]:
    if isinstance(said.get("note"), str):
        said["note"] = said["note"][:_LONGEST_NOTE]
    known = known_of(said, knowledge)
    read_diary({"entries": [{"day": day.day, **known}]}, knowledge, today=today)
    return {key: known[key] for key in said}


# --- keep -------------------------------------------------------------------------------------


@transaction.atomic
def bring(
    *, copy: Copy, episode_id: uuid.UUID, knowledge: Knowledge, today: datetime.date, user: Any
) -> Person:
    """Begin a record with what a copy holds.

    Args:
        copy: from `read_copy`.
        episode_id: made with the page that asked, so that a second click is seen.
        knowledge: what the plan is made with anew.
        today: the local day, from which the time of keeping counts.
        user: the account, if there is one.

    Raises:
        IntegrityError: the account has got a record since.
    """
    before = Episode.objects.filter(pk=episode_id).select_related("person").first()
    if before:
        return before.person
    person = Person.objects.create(user=user, kept_until=today + KEPT)
    *earlier, last = copy.stretches
    for one in earlier:
        ended = max(one.ended or last.started, one.started)
        _fill(Episode.objects.create(person=person, started=one.started, ended=ended), one)
    goes_on = Episode.objects.create(pk=episode_id, person=person, started=last.started)
    _fill(goes_on, last)
    judge(goes_on, last.case, Wishes(), knowledge)
    note(person, "brought back", user)
    return person


def _fill(episode: Episode, stretch: Stretch) -> None:
    now = timezone.now()
    observed = [Observation(episode=episode, at=min(o.at, now)) for o in stretch.observations]
    for row, one in zip(observed, stretch.observations, strict=True):
        row.data = {"finding": one.finding, "value": one.value}
    Observation.objects.bulk_create(observed)
    days = [
        DiaryEntry(
            episode=episode, client=uuid.uuid4(), day=d.day, at=min(d.at, now), offset=d.offset
        )
        for d in stretch.days
    ]
    for entry, day in zip(days, stretch.days, strict=True):
        entry.data = {**day.said, "sent": []}
    DiaryEntry.objects.bulk_create(days)
