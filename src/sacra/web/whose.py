"""Whose record this browser may open, and all that a page needs to know of it.

Without an account a signed cookie names the person, for a year; with one the account does.
"""

from __future__ import annotations

import datetime
import uuid
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.alarms import alarm_findings, case_after
from sacra.reasoning.asking import PRESSING
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, case_on
from sacra.reasoning.diary import Diary, Entry
from sacra.reasoning.gap import Gap, gap_after
from sacra.reasoning.in_force import still_open
from sacra.reasoning.programme import build_programme, worded
from sacra.reasoning.review import Review, review_diary
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes
from sacra.web import shown, shown_plan
from sacra.web.models import Person
from sacra.web.record import agreeing, case_of, diary_of, episode_of, programme_of
from sacra.web.sitting import Sitting, keep, new_sitting, sitting_of
from sacra.web.vault import seal

COOKIE = "sacra_record"
_YEAR = 365 * 86_400
_ROOM = 3_800
"""Of one cookie, in bytes; see `sitting`."""
_OFFSET = "sacra_offset"


class Care(NamedTuple):
    """A person's care as it stands: of the record, or of the check when nothing is stored.

    `case` is as entered at the start and `start` its assessment; `now` that of today, with all that
    the diary adds, and `review` what the diary comes to, if there is one. `number` is that of the
    programme in force, which is shown without the exercises that are `waiting`.
    """

    person: Person | None
    number: int
    case: Case
    start: Assessment
    now: Assessment
    programme: Programme
    diary: Diary | None
    review: Review | None
    today: datetime.date
    waiting: tuple[str, ...] = ()
    gap: Gap | None = None
    """Weeks with nothing written down: of the review, or since the start."""

    @property
    def danger(self) -> bool:
        """Whether something must be looked at before anything else; the diary remembers it."""
        urgency = self.review.urgency if self.review else self.now.triage.urgency
        return urgency in PRESSING

    def entry_on(self, day: datetime.date) -> Entry | None:
        """What the diary says of a day."""
        return next((e for e in self.diary.entries if e.on == day), None) if self.diary else None


# --- whose ------------------------------------------------------------------------------------


def person_of(request: HttpRequest) -> Person | None:
    """The person whose record this is; None when there is none, or its time is over."""
    if (user := getattr(request, "user", None)) and user.is_authenticated:
        return Person.objects.filter(user=user, kept_until__gte=timezone.now().date()).first()
    return on_device(request)


def on_device(request: HttpRequest) -> Person | None:
    """The person whose record this browser opens without an account."""
    token = request.get_signed_cookie(COOKIE, default="", max_age=_YEAR) or ""
    if (pk := _uuid(token)) is None:
        return None
    own = Person.objects.filter(pk=pk, user=None)
    return own.filter(kept_until__gte=timezone.now().date()).first()


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def remember(response: HttpResponse, person: Person) -> HttpResponse:
    """Let this browser open the record again, for a year from now."""
    if person.user_id is None:
        response.set_signed_cookie(
            COOKIE,
            str(person.pk),
            max_age=_YEAR,
            secure=not settings.LOCAL,
            httponly=True,
            samesite="Lax",
        )
    return response


def tag_of(person: Person) -> str:
    """Names the owner of messages that wait on a device, without giving the record's id away."""
    return salted_hmac("sacra.outbox", str(person.pk)).hexdigest()[:20]


# --- when -------------------------------------------------------------------------------------


def local_now(request: HttpRequest) -> datetime.datetime:
    """The time where the person is, by the offset that their browser noted; else UTC."""
    try:
        minutes = int(request.COOKIES.get(_OFFSET, "0"))
    except ValueError:
        minutes = 0
    zone = datetime.timezone(datetime.timedelta(minutes=max(-14 * 60, min(minutes, 14 * 60))))
    return timezone.now().astimezone(zone)


def moment(text: str | None, request: HttpRequest) -> datetime.datetime:
    """The local time that a page sent; ours when it sent none, or its clock is wrong."""
    now = local_now(request)
    try:
        at = datetime.datetime.fromisoformat(text or "")
    except ValueError:
        return now
    if at.tzinfo is None:
        return now
    late, early = now + datetime.timedelta(minutes=10), now - datetime.timedelta(seconds=_YEAR)
    return at if early < at < late else now.astimezone(at.tzinfo)


# --- what -------------------------------------------------------------------------------------


def care_of(request: HttpRequest, knowledge: Knowledge) -> Care | None:
    """What is known: from the record if there is one, else from the check under way."""
    today, person = local_now(request).date(), person_of(request)
    if person:
        return care_of_record(person, today, knowledge)
    sitting = sitting_of(request)
    return _under_way(sitting, today, knowledge) if sitting else None


def own_care(request: HttpRequest, knowledge: Knowledge) -> Care | None:
    """What the plan is about: the record, or a new check that is not kept yet."""
    care, sitting = care_of(request, knowledge), sitting_of(request)
    if care is None or care.person is None or sitting is None or sitting.carried:
        return care
    same = sitting.case(knowledge).findings == care.case.findings
    return care if same else _under_way(sitting, local_now(request).date(), knowledge)


def care_of_record(person: Person, today: datetime.date, knowledge: Knowledge) -> Care:
    """A stored record as it stands on a day."""
    episode = episode_of(person)
    case = case_of(episode, knowledge)
    number, programme = programme_of(episode)
    diary = diary_of(episode, knowledge)
    if programme is None:  # of an older version that cannot be read any more
        made = build_programme(assess(case, knowledge).plan, Wishes(), None, knowledge)
        programme = msgspec.structs.replace(made, started=episode.started)
    if diary:  # clocks differ: a first entry may lie a day before the check
        first, last = diary.entries[0].on, diary.entries[-1].on
        began = min(programme.started or first, first)
        programme = msgspec.structs.replace(programme, started=began)
        case, today = Case(case.findings, min(began, case.as_of or began)), max(today, last)
    if shown.band_of(case) != "adult":
        programme = _first_level(programme)
    start = assess(case, knowledge)
    programme = worded(programme, start.plan, knowledge)
    if diary is None:
        now = assess(case_on(case, today, knowledge), knowledge)
        gap = gap_after(programme.started or today, today, knowledge.policy("review_status"))
        care = Care(person, number, case, start, now, programme, None, None, today, gap=gap)
        return _open(care)
    after = assess(case_after(case, diary, today, knowledge), knowledge)
    review = review_diary(case, start.plan, programme, diary, knowledge, today=today)
    care = Care(person, number, case, start, after, programme, diary, review, today)
    return _open(care._replace(gap=review.gap))


def _open(care: Care) -> Care:
    """Without the exercises that today's plan does not offer."""
    left = still_open(care.programme, care.now.plan, care.today)
    gone = {one.exercise for one in care.programme.chosen} - {one.exercise for one in left.chosen}
    return care._replace(programme=left, waiting=tuple(sorted(gone)))


def _first_level(programme: Programme) -> Programme:
    """Under 18 nothing goes up by itself: somebody who sees the person decides that."""
    capped = [msgspec.structs.replace(one, top=1) for one in programme.chosen]
    return msgspec.structs.replace(programme, chosen=tuple(capped))


def _under_way(sitting: Sitting, today: datetime.date, knowledge: Knowledge) -> Care:
    case = sitting.case(knowledge)
    answer = assess(case, knowledge)
    made = build_programme(
        answer.plan, shown_plan.wishes_of(sitting.wishes, knowledge), None, knowledge
    )
    made = msgspec.structs.replace(made, started=sitting.started)
    return Care(None, 0, case, answer, answer, made, None, None, max(today, sitting.started))


# --- to the page of a danger ------------------------------------------------------------------


def to_now(request: HttpRequest, care: Care, knowledge: Knowledge) -> HttpResponse:
    """Turn to what to do now; where only the diary remembers the danger, it says what to do."""
    carried = carry(request, care, knowledge)
    return keep(redirect("now" if presses(carried, knowledge) else "diary"), carried)


def presses(sitting: Sitting, knowledge: Knowledge) -> bool:
    """Whether the page of a danger has something to say of this check."""
    return assess(sitting.case(knowledge), knowledge).triage.urgency in PRESSING


def carry(request: HttpRequest, care: Care, knowledge: Knowledge) -> Sitting:
    """The case as it stands, for the browser to bring to the page of a danger."""
    before = sitting_of(request) or new_sitting()
    entries = care.diary.entries if care.diary else ()
    answers = {key for e in entries for key in (*e.answers, *e.measures)}
    entered = {*care.case.findings, *answers, "pain_now"}
    found = agreeing({k: v for k, v in care.now.case.findings.items() if k in entered}, knowledge)
    fresh = Sitting(care.today, before.who, found, wishes=before.wishes, kept=before.kept)
    fresh.carried = care.person is not None
    if len(seal(fresh)) > _ROOM:  # what is no does not press: that page needs the rest
        fresh.findings = {k: v for k, v in found.items() if v is not False}
    if len(seal(fresh)) > _ROOM:  # more than a check asks, but a copy that came back may hold it
        alarms = alarm_findings(knowledge)
        pressing = {k: v for k, v in fresh.findings.items() if k.partition(".")[0] in alarms}
        fresh.findings = pressing
    return fresh
