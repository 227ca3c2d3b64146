"""The diary: ten seconds a day; an alarm in it turns the page at once."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.alarms import alarm_findings, case_after
from sacra.reasoning.answering import FollowUp, follow_ups, surely_presses
from sacra.reasoning.asking import PRESSING, Ask
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case
from sacra.reasoning.interview import next_screen
from sacra.reasoning.plan import contact_line
from sacra.rules.readings import UNSURE
from sacra.web.entries import client_of, common, entry_of, lines_of, morning_after
from sacra.web.forms import answers_of, stamp
from sacra.web.forms import lines_of as ask_lines
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import add_entry
from sacra.web.sitting import keep, nothing_here
from sacra.web.views.guard import given
from sacra.web.whose import Care, care_of, carry, local_now, moment, presses, remember, to_now

SCALE = range(11)


def care_to_keep(request: HttpRequest, knowledge: Knowledge) -> Care | HttpResponse:
    """The care of a stored record; else where to go for one."""
    care = care_of(request, knowledge)
    if care is None:
        return nothing_here(request)
    return care if care.person else redirect("keep")


def kept(request: HttpRequest) -> Care | HttpResponse:
    """The same, for the guard of a view: of the record, whoever has a check open beside it."""
    return care_to_keep(request, load_knowledge())


@require_http_methods(["GET", "HEAD", "POST"])
@given(kept)
def diary(request: HttpRequest, care: Care) -> HttpResponse:
    """Show a day, or write it down."""
    knowledge = load_knowledge()
    if request.method == "POST":
        return _write(request, care, knowledge)
    day = _day(request.GET.get("day"), local_now(request).date())
    response = _page(request, care, day, knowledge)
    assert care.person
    return remember(response, care.person)


def _write(request: HttpRequest, care: Care, knowledge: Knowledge) -> HttpResponse:
    post, at, client = (
        request.POST,
        moment(request.POST.get("at"), request),
        client_of(request.POST),
    )
    day = _day(post.get("day"), at.date())
    assert care.person
    before = day - datetime.timedelta(days=1)
    try:
        add_entry(person=care.person, client=client, at=at, day=day, knowledge=knowledge,
                  entry=entry_of(post, care.programme))  # fmt: skip
        if morning := morning_after(post, care.entry_on(before)):
            add_entry(person=care.person, client=uuid.uuid5(client, "morning"), at=at, day=before,
                      knowledge=knowledge, entry=morning)  # fmt: skip
    except CaseError:
        return _page(request, care, day, knowledge, wrong=_why_not(day, care), given=post)
    except Person.DoesNotExist:
        return nothing_here(request)
    return after_writing(request, knowledge)


def _why_not(day: datetime.date, care: Care) -> str:
    """What speaks against a day as it was sent; the rest is offered on the page, to be chosen."""
    if day > care.today:
        return _("that day is still to come; choose today or a day before it")
    if care.programme.started and day < care.programme.started:
        return _("that day is before your plan began; choose a later one")
    return _("take each answer from the page; numbers go from 0 to 10")


def after_writing(request: HttpRequest, knowledge: Knowledge) -> HttpResponse:
    """What to do now, where an alarm says so; then open safety questions; else the diary."""
    care = care_to_keep(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    if care.danger:
        return to_now(request, care, knowledge)
    return redirect("diary_safety") if _questions(care, knowledge) else _noted()


def _noted() -> HttpResponse:
    response = redirect("diary")
    response["Location"] += "?noted=1"
    return response


def _day(text: str | None, today: datetime.date) -> datetime.date:
    """The day that was named, where it has a day before it; else today."""
    try:
        day = datetime.date.fromisoformat(text or "")
    except ValueError:
        return today
    return today if day == datetime.date.min else day


def _page(
    request: HttpRequest,
    care: Care,
    day: datetime.date,
    knowledge: Knowledge,
    *,
    wrong: str = "",
    given: QueryDict | None = None,
) -> HttpResponse:
    entry, today = care.entry_on(day), local_now(request).date()
    yesterday = care.entry_on(day - datetime.timedelta(days=1))
    asks_morning = yesterday and any(
        one.done != "no" and one.pain_next_morning is None for one in yesterday.done
    )
    said = given or _said(entry)
    carried = carry(request, care, knowledge) if care.danger else None
    page = {
        "care": care,
        "day": day,
        "is_today": day == today,
        "before": day - datetime.timedelta(days=1),
        "client": uuid.uuid4(),
        "scale": SCALE,
        "said": {name: str(value).removesuffix(".0") for name, value in said.items()},
        "lines": [] if care.danger else lines_of(care, day, knowledge),
        "medicines": _medicines(entry.medicine if entry else (), knowledge),
        "asks_morning": asks_morning,
        "noted": "noted" in request.GET,
        "wrong": wrong,
        "safety_open": bool(_questions(care, knowledge)),
        "call": contact_line(care.now.case, "out_of_hours", knowledge),
        "emergency": contact_line(care.now.case, "emergency", knowledge),
        "reasons": pressing(care),
        "now": care.review.now if care.review and care.danger else None,
        "has_page": bool(carried and presses(carried, knowledge)),
    }
    response = render(request, "sacra/diary.html", page, status=422 if wrong else 200)
    return keep(response, carried) if carried else response


def pressing(care: Care) -> list[str]:
    """What has to be looked at; thoughts of suicide are not named to who looks on."""
    reasons = care.review.reasons if care.review and care.danger else ()
    return [r.say for r in reasons if r.urgency in PRESSING and r.contact != "crisis"]


def _said(entry: Any) -> dict[str, Any]:
    """What the day says already, by the names of the form."""
    if entry is None:
        return {}
    named = {"pain_now": entry.pain_now, "sleep": entry.sleep, "note": entry.note or None}
    worse = {True: "yes", False: "no"}.get(entry.worse)
    every = {**named, "worse": worse, **common(entry)}
    return {name: value for name, value in every.items() if value is not None}


def _medicines(taken: tuple[str, ...], knowledge: Knowledge) -> list[tuple[str, str, bool]]:
    """What somebody may have taken: medicines that are worth writing down, and what was."""
    items = knowledge.interventions.values()
    known = [i for i in items if i.step == "medication" and i.recommend not in _NOT_TAKEN]
    return [(i.id, i.plain, i.id in taken) for i in known if i.id != "pharmacist_advice"]


_NOT_TAKEN = ("advise_against", "do_not_offer")
"""Nobody is reminded of what does not help."""


# --- the safety questions again ---------------------------------------------------------------


def _questions(care: Care, knowledge: Knowledge) -> Ask | None:
    """The next screen of alarms that is due again, less what was answered today."""
    if care.diary is None or care.review is None or care.danger:
        return None
    entry = care.entry_on(care.today)
    answers: Mapping[str, Any] = entry.answers if entry else {}
    if not answers and not care.review.recheck_due:
        return None
    known = case_after(care.case, care.diary, care.today, knowledge)
    fresh = {k: v for k, v in known.findings.items() if not _is_alarm(k, knowledge)}
    ask = next_screen(assess(Case({**fresh, **answers}, care.today), knowledge), knowledge)
    alarms = ask and all(knowledge.screens[part.screen].stage == "alarms" for part in ask.parts)
    return ask if alarms else None


def _is_alarm(key: str, knowledge: Knowledge) -> bool:
    screen = knowledge.screen_of.get(key.partition(".")[0])
    return screen is not None and knowledge.screens[screen].stage == "alarms"


@require_http_methods(["GET", "HEAD", "POST"])
@given(kept)
def safety(request: HttpRequest, care: Care) -> HttpResponse:
    """The alarms, asked again weekly and after "worse"; each needs its own answer."""
    knowledge = load_knowledge()
    if "follow" in request.GET and (unsure := _unsure(care, knowledge)):
        return _follow(request, care, unsure, knowledge)
    if care.danger:
        return to_now(request, care, knowledge)
    ask = _questions(care, knowledge)
    if ask is None:
        return _noted()
    if request.method != "POST" or request.POST.get("asked") != stamp(ask):
        return _safety_page(request, ask, knowledge)
    answers = answers_of(ask, request.POST, knowledge)
    if answers is None:
        return _safety_page(request, ask, knowledge, given=request.POST)
    _answer(request, care, answers, knowledge)
    response = after_writing(request, knowledge)
    if follow_ups(answers, knowledge):
        response = redirect("diary_safety")
        response["Location"] += "?follow=1"
    return response


def _answer(
    request: HttpRequest,
    care: Care,
    answers: Mapping[str, Any],
    knowledge: Knowledge,
    **more: Any,
) -> None:
    """Write answers into today."""
    entry = {"answers": dict(answers), **more.pop("also", {})}
    assert care.person
    add_entry(person=care.person, client=client_of(request.POST), at=local_now(request),
              day=care.today, entry=entry, knowledge=knowledge, **more)  # fmt: skip


def _safety_page(
    request: HttpRequest, ask: Ask, knowledge: Knowledge, *, given: QueryDict | None = None
) -> HttpResponse:
    page = {
        "parts": list(zip(ask.parts, ask_lines(ask, knowledge, given), strict=True)),
        "asked": stamp(ask),
        "client": uuid.uuid4(),
        "unfinished": given is not None,
    }
    return render(request, "sacra/diary_safety.html", page, status=422 if given else 200)


def _unsure(care: Care, knowledge: Knowledge) -> dict[str, FollowUp]:
    """What to ask behind a "not sure" of today; nothing where a danger is sure already."""
    entry = care.entry_on(care.today)
    reasons = care.review.reasons if care.review else ()
    return follow_ups(entry.answers, knowledge) if entry and not surely_presses(reasons) else {}


def _follow(
    request: HttpRequest, care: Care, unsure: Mapping[str, FollowUp], knowledge: Knowledge
) -> HttpResponse:
    """What is asked once more behind each "not sure"."""
    said = {name: request.POST.get(name) for name in unsure}
    if request.method == "POST" and all(said.values()):
        sure = {name: said[name] == "yes" for name in unsure if said[name] in ("yes", "no")}
        if sure:
            _answer(request, care, sure, knowledge, settles=tuple(sure))
        return after_writing(request, knowledge)
    shared = any(question.shared for question in unsure.values())
    page = {"questions": unsure.items(), "client": uuid.uuid4(), "shared": shared}
    return render(request, "sacra/diary_follow_up.html", page)


@require_POST
@given(kept)
def seen(request: HttpRequest, care: Care) -> HttpResponse:
    """A danger has been looked at by a clinician; or today's answer was a slip of the finger."""
    knowledge = load_knowledge()
    today = care.entry_on(care.today)
    if request.POST.get("what") == "examined":
        answers = dict.fromkeys(_looked_at(care, knowledge), False)
        _answer(request, care, answers, knowledge, also={"examined": True})
    elif request.POST.get("what") == "slip" and today:
        slips = dict.fromkeys(_said_yes(today), False)
        _answer(request, care, slips, knowledge, settles=tuple(slips))
    return after_writing(request, knowledge)


def _looked_at(care: Care, knowledge: Knowledge) -> list[str]:
    """What an examination answers: the symptoms behind the reasons, and all that was said yes."""
    reasons = care.review.reasons if care.review else ()
    behind = {name for reason in reasons for name in reason.because}
    can = {n for n in alarm_findings(knowledge) if knowledge.findings[n].type == "yes_no"
           and not knowledge.findings[n].derived}  # fmt: skip
    said = {key for e in (care.diary.entries if care.diary else ()) for key in _said_yes(e)}
    return sorted(said | (behind & can))


def _said_yes(entry: Any) -> list[str]:
    return [key for key, value in entry.answers.items() if value in (True, UNSURE)]
