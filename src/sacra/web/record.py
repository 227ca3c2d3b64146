"""The actions on a record: begin, write, move on, take away, delete. Each is one transaction.

Nothing reaches the database before consent, and what a person wrote is never lost: a day is
merged, never replaced, and the same message sent twice changes nothing.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.diary import Diary, read_diary
from sacra.reasoning.programme import build_programme
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes
from sacra.rules.readings import UNSURE
from sacra.web.measured import scores_of
from sacra.web.models import (
    Assessment,
    AuditEvent,
    DiaryEntry,
    Episode,
    Observation,
    Person,
    ProgrammeVersion,
    Reminder,
)

KEPT = datetime.timedelta(days=365)
"""From the last entry on; the consent page says so."""
AHEAD = datetime.timedelta(hours=14)
"""The earliest clock on earth."""


# --- begin ------------------------------------------------------------------------------------


@transaction.atomic
def create_person(
    *,
    episode_id: uuid.UUID,
    case: Case,
    wishes: Wishes,
    knowledge: Knowledge,
    today: datetime.date,
    person: Person | None = None,
    user: Any = None,
) -> Person:
    """Keep a check that its owner agreed to have kept, and its programme.

    Args:
        episode_id: made with the page that asked for consent, so that a second click is seen.
        case: as entered; `as_of` becomes the start of the episode.
        wishes: those of the programme.
        knowledge: what the assessment and programme are made with.
        today: the local day, from which the time of keeping counts.
        person: who has a record already and begins a new episode.
        user: the account, if there is one.
    """
    forget_expired(today)
    before = Episode.objects.filter(pk=episode_id).select_related("person").first()
    if before:
        return before.person
    person = person or Person.objects.create(user=user, kept_until=today + KEPT)
    person.episodes.filter(ended=None).update(ended=today)
    started = case.as_of or today
    episode = Episode.objects.create(pk=episode_id, person=person, started=started)
    _observe(episode, case)
    judge(episode, case, wishes, knowledge)
    note(person, "begun")
    return person


def judge(episode: Episode, case: Case, wishes: Wishes, knowledge: Knowledge) -> None:
    """Keep what Sacra says of the case an episode begins with, and the programme for it."""
    answer = assess(case, knowledge)
    said = {"triage": answer.triage, "differential": answer.differential, "plan": answer.plan}
    kept = Assessment(episode=episode, knowledge_version=knowledge.version)
    kept.data = {"case": dict(case.findings), "as_of": episode.started, "result": said}
    kept.save()
    programme = build_programme(answer.plan, wishes, None, knowledge)
    programme = msgspec.structs.replace(programme, started=episode.started)
    next_version(episode, programme, knowledge)


@transaction.atomic
def claim(*, person: Person, user: Any, goes_on: Episode | None = None) -> Person:
    """Give what was kept without an account to the account that now signs in.

    Args:
        person: the record without an account.
        user: whose it is now.
        goes_on: the episode that stays open where both have one; else the one begun last.

    Raises:
        PermissionError: the record is another account's.
    """
    if person.user_id not in (None, user.pk):
        raise PermissionError("this record belongs to another account")
    own = Person.objects.select_for_update().filter(user=user).first()
    if own is None:
        Person.objects.filter(pk=person.pk, user=None).update(user=user)
        own = Person.objects.get(pk=person.pk)
        if own.user_id != user.pk:
            raise PermissionError("this record belongs to another account")
    elif own.pk != person.pk and person.user_id is None:
        both = sorted((episode_of(own), episode_of(person)), key=lambda one: one.started)
        person.episodes.update(person=own)
        if not Reminder.objects.filter(person=own).exists():
            Reminder.objects.filter(person=person).update(person=own)
        last = goes_on or both[-1]
        own.episodes.filter(ended=None).exclude(pk=last.pk).update(ended=timezone.now().date())
        own.kept_until = max(own.kept_until, person.kept_until)
        own.save(update_fields=["kept_until"])
        person.delete()
    note(own, "claimed", user)
    return own


def _observe(episode: Episode, case: Case) -> None:
    now, rows = timezone.now(), []
    for finding, value in case.findings.items():
        row = Observation(episode=episode, at=now)
        row.data = {"finding": finding, "value": value}
        rows.append(row)
    Observation.objects.bulk_create(rows)


def note(person: Person, what: str, by: Any = None) -> None:
    """Write into the trail that the record was opened or changed."""
    AuditEvent.objects.create(person=person, what=what, by=by)


# --- read -------------------------------------------------------------------------------------


def episode_of(person: Person) -> Episode:
    """The episode that is going on."""
    return person.episodes.filter(ended=None).latest("started")


def case_of(episode: Episode, knowledge: Knowledge) -> Case:
    """The case as the observations tell it; of one finding the latest counts."""
    rows = [row.data for row in episode.observations.order_by("at", "pk")]
    known = {row["finding"]: row["value"] for row in rows}
    kept = {k: v for k, v in known.items() if k.partition(".")[0] in knowledge.findings}
    return read_case({**agreeing(kept, knowledge), "as_of": episode.started}, knowledge)


def agreeing(findings: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """What the case says without what no longer applies, as weeks off work after going back."""
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in findings.items()}
    while True:
        try:
            read_case(plain, knowledge)
        except CaseError as wrong:
            said = f"`{wrong.where}` {wrong.what.split(' is ')[0]}"
            name = next((n for n in plain if f"`{n}`" in said), None)
            if name is None:
                return {k: v for k, v in plain.items() if v is True}
            del plain[name]
        else:
            return plain


def programme_of(episode: Episode) -> tuple[int, Programme | None]:
    """The programme in force, with its number; None where its shape is of an older version."""
    latest = episode.programmes.latest("number")
    try:
        return latest.number, msgspec.convert(latest.data, Programme, str_keys=True)
    except msgspec.ValidationError:
        return latest.number, None


def diary_of(episode: Episode, knowledge: Knowledge) -> Diary | None:
    """The diary, every day in its order; None while nothing is in it.

    What a later version of the knowledge no longer has stays stored and is left out here.
    """
    days = _days(episode, knowledge)
    if not days:
        return None
    last = datetime.date.fromisoformat(days[-1]["day"])
    try:
        return read_diary({"entries": days}, knowledge, today=last)
    except CaseError:  # a day that today's knowledge cannot read; the others can be
        some = [day for day in days if _reads(day, knowledge)]
        return read_diary({"entries": some}, knowledge, today=last) if some else None


def _days(episode: Episode, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Each day with what was written and scored on it."""
    days = {row.day.isoformat(): known_of(row.data, knowledge) for row in episode.diary.all()}
    for score in scores_of(episode, knowledge):
        day = days.setdefault(score.day.isoformat(), {"day": score.day.isoformat()})
        day.setdefault("measures", {})[score.measure] = score.values
    return [days[day] for day in sorted(days)]


def _reads(day: Mapping[str, Any], knowledge: Knowledge) -> bool:
    on = datetime.date.fromisoformat(day["day"])
    try:
        return bool(read_diary({"entries": [day]}, knowledge, today=on))
    except CaseError:
        return False


def known_of(day: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """A kept day without the names that this knowledge no longer has."""
    answers = day.get("answers", {})
    known = {k: v for k, v in answers.items() if k.partition(".")[0] in knowledge.findings}
    return {
        **{key: value for key, value in day.items() if key != "sent"},
        "done": [one for one in day.get("done", ()) if one["exercise"] in knowledge.exercises],
        "answers": known,
        "medicine": [name for name in day.get("medicine", ()) if name in knowledge.interventions],
    }


# --- write ------------------------------------------------------------------------------------


@transaction.atomic
def add_entry(
    *,
    person: Person,
    client: uuid.UUID,
    at: datetime.datetime,
    entry: Mapping[str, Any],
    knowledge: Knowledge,
    day: datetime.date | None = None,
    settles: Collection[str] = (),
) -> DiaryEntry:
    """Write down a day, or add to what it says already.

    Args:
        person: whose diary.
        client: the sender's id of this message; sent again, it changes nothing.
        at: when it was written, with the offset there.
        entry: keys of a diary file; None takes a value back.
        knowledge: what it is checked with.
        day: the local day, if it is not that of `at`.
        settles: alarms whose earlier "not sure", or slip of the finger, this answers.

    Raises:
        CaseError: a value is impossible, or the day is before the plan or in the future.
        Person.DoesNotExist: the record has been deleted.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    episode, day = episode_of(person), day or at.date()
    if replayed := DiaryEntry.objects.filter(client=client).select_related("episode").first():
        if replayed.episode.person_id != person.pk:
            raise CaseError("the diary", "that message belongs to another record")
        return replayed
    row = episode.diary.filter(day=day).first()
    old = row.data if row else {"day": day.isoformat(), "sent": []}
    if row and str(client) in old["sent"]:
        return row
    new = _merged(old, entry, not row or at >= row.at, settles)
    new["sent"] = [*old["sent"], str(client)]
    _check(new, day, episode, knowledge)
    row = row or DiaryEntry(episode=episode, client=client, day=day, at=at)
    offset = at.utcoffset() or datetime.timedelta()
    row.at, row.offset = max(row.at, at), int(offset.total_seconds() // 60)
    row.data = new
    row.save()
    Person.objects.filter(pk=person.pk).update(kept_until=max(person.kept_until, day + KEPT))
    return row


def _check(entry: Mapping[str, Any], day: datetime.date, episode: Episode, k: Knowledge) -> None:
    """By the rules of every diary; a plan may have begun one day ahead of the local clock."""
    latest = (timezone.now() + AHEAD).date()
    started = episode.started - datetime.timedelta(days=1)
    read_diary({"started": started, "entries": [known_of(entry, k)]}, k, today=latest)


def _merged(
    old: Mapping[str, Any], new: Mapping[str, Any], newer: bool, settles: Collection[str]
) -> dict[str, Any]:
    """Both, field by field: the later written counts; an alarm is not taken back by the way."""
    both = _over(old, new, newer)
    done = {one["exercise"]: one for one in old.get("done", ())}
    for one in new.get("done") or ():
        done[one["exercise"]] = _over(done.get(one["exercise"], {}), one, newer)
    answers = dict(old.get("answers", {}))
    for key, value in (new.get("answers") or {}).items():
        if key in settles or new.get("examined") or not _graver(answers.get(key), value):
            answers[key] = value
    return {**both, "done": [_whole(one) for one in done.values()], "answers": answers}


def _over(old: Mapping[str, Any], new: Mapping[str, Any], newer: bool) -> dict[str, Any]:
    both = {**old, **new} if newer else {**new, **old}
    return {key: value for key, value in both.items() if value is not None}


def _whole(done: dict[str, Any]) -> dict[str, Any]:
    """A reason for leaving out goes when the exercise was done after all."""
    return {k: v for k, v in done.items() if k != "why_not" or done.get("done") != "yes"}


def _graver(before: Any, after: Any) -> bool:
    return before is True or (before == UNSURE and after is False)


@transaction.atomic
def save_programme(
    *, person: Person, programme: Programme, replaces: int, knowledge: Knowledge
) -> int:
    """Put a new programme in force; a second click, or an old tab, changes nothing.

    Args:
        person: whose.
        programme: the new one.
        replaces: the number that it was made from.
        knowledge: its version is noted.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    episode = episode_of(person)
    number = episode.programmes.latest("number").number
    if number != replaces:
        return number
    return next_version(episode, programme, knowledge)


def next_version(episode: Episode, programme: Programme, knowledge: Knowledge) -> int:
    """Keep a programme as the latest one; its number."""
    number = episode.programmes.count() + 1
    version = ProgrammeVersion(episode=episode, number=number, knowledge_version=knowledge.version)
    version.data = programme
    version.save()
    return number


# --- take away, delete ------------------------------------------------------------------------


@transaction.atomic
def export(*, person: Person, by: Any = None) -> dict[str, Any]:
    """Everything that is kept, in plain words and numbers; that it was taken is noted."""
    note(person, "exported", by)
    return {
        "person": {"id": person.pk, "created": person.created, "kept_until": person.kept_until},
        "episodes": [_exported(one) for one in person.episodes.order_by("started", "pk")],
        "reminders": [one.data for one in Reminder.objects.filter(person=person)],
        "grants": [
            {"reader": one.reader_id, "given": one.given, "withdrawn": one.withdrawn}
            for one in person.grants.order_by("pk")
        ],
        "audit": [{"at": one.at, "what": one.what} for one in person.audit.order_by("pk")],
    }


def _exported(episode: Episode) -> dict[str, Any]:
    return {
        "started": episode.started,
        "ended": episode.ended,
        "observations": [{"at": o.at, **o.data} for o in episode.observations.order_by("at", "pk")],
        "assessments": [
            {"at": a.at, "knowledge_version": a.knowledge_version, **a.data}
            for a in episode.assessments.order_by("at")
        ],
        "programmes": [
            {"number": p.number, "at": p.at, "knowledge_version": p.knowledge_version,
             "programme": p.data}
            for p in episode.programmes.all()
        ],
        "diary": [
            {"at": d.at, "offset": d.offset, **{k: v for k, v in d.data.items() if k != "sent"}}
            for d in episode.diary.all()
        ],
        "measures": [
            {"at": m.at, **{k: v for k, v in m.data.items() if k != "client"}}
            for m in episode.measures.order_by("at", "pk")
        ],
    }  # fmt: skip


def delete(*, person: Person) -> None:
    """Everything of this person, the audit too; nothing is left that says they were here."""
    with transaction.atomic():
        person.delete()


def forget_expired(today: datetime.date) -> None:
    """Delete the records whose time is over."""
    Person.objects.filter(kept_until__lt=today).delete()
