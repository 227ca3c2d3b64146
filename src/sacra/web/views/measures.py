"""Questionnaires: which are due, and their scores. No form's words are here but our own."""

from __future__ import annotations

import datetime
import uuid

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Measure
from sacra.web import measured, shown_measures, shown_plan
from sacra.web.entries import client_of
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import episode_of
from sacra.web.score_forms import LONGEST, rows_of, said_by, sentence
from sacra.web.scoring import add_score
from sacra.web.views.diary import care_to_keep
from sacra.web.whose import Care, local_now, moment, to_now


def _care(request: HttpRequest, knowledge: Knowledge) -> Care | HttpResponse:
    """A stored record in which nothing presses; else where to go."""
    care = care_to_keep(request, knowledge)
    if isinstance(care, Care) and care.danger:
        return to_now(request, care, knowledge)
    return care


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """What is due, every score so far, and the forms that somebody else may have given."""
    knowledge = load_knowledge()
    care = _care(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    waiting, later = shown_measures.waiting(care, knowledge)
    courses = shown_measures.courses(care, knowledge)
    named = {one.form.id for one in waiting} | {one.form.id for one in courses}
    named |= {form.id for form in later}
    page = {
        "waiting": waiting,
        "later": later,
        "courses": courses,
        "others": [
            form
            for form in knowledge.measures.values()
            if form.id not in named and not form.wording
        ],
    }
    return render(request, "sacra/measures.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One questionnaire: asked in full where its words are ours, else its numbers."""
    knowledge = load_knowledge()
    care = _care(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    if name not in knowledge.measures:
        raise Http404
    form = knowledge.measures[name]
    if request.method == "POST":
        return _write(request, care, form, knowledge)
    return _page(request, care, form, knowledge)


def _write(request: HttpRequest, care: Care, form: Measure, knowledge: Knowledge) -> HttpResponse:
    post = request.POST
    at = moment(post.get("at"), request)
    assert care.person
    try:
        said = said_by(post, form)
        add_score(person=care.person, client=client_of(post), at=at, measure=form.id,
                  day=_day(post, at.date()), values=said.values, words=said.words,
                  knowledge=knowledge)  # fmt: skip
    except CaseError as wrong:
        return _page(request, care, form, knowledge, wrong=sentence(wrong))
    except Person.DoesNotExist:
        return redirect("start")
    return _written(request, form, knowledge)


def _written(request: HttpRequest, form: Measure, knowledge: Knowledge) -> HttpResponse:
    """On to how it goes; but where a score of mood asks about safety, first to that."""
    if form.id == "phq2":
        care = _care(request, knowledge)
        if isinstance(care, Care) and care.review and care.review.ask:
            return redirect("mood")
    response = redirect("progress")
    response["Location"] += "?scored=1"
    return response


def _day(post: QueryDict, today: datetime.date) -> datetime.date:
    text = post.get("day", "")
    try:
        return datetime.date.fromisoformat(text) if text else today
    except ValueError:
        raise CaseError("day", _("that is not a date; write it like 2026-11-25")) from None


# --- the page ---------------------------------------------------------------------------------


def _page(
    request: HttpRequest, care: Care, form: Measure, knowledge: Knowledge, *, wrong: str = ""
) -> HttpResponse:
    given, today = request.POST, local_now(request).date().isoformat()
    page = {
        "form": form,
        "kind": shown_measures.kind_of(form),
        "wrong": wrong,
        "total": given.get("total", ""),
        "ticked": given.getlist("tick"),
        "items": _fields(given, form),
        "rows": _rows(given, care, form),
        "scale": _scale(form),
        "longest": LONGEST,
        "low": shown_measures.number(form.range[0]),
        "high": shown_measures.number(form.range[1]),
        "client": given.get("client") or uuid.uuid4(),
        "day": given.get("day") or today,
        "is_today": given.get("day", today) == today,
        "sources": shown_plan.sources_of(form.sources, knowledge),
        "due": form.due,
        "again": shown_measures.next_day(form, care, knowledge),
    }
    return render(request, "sacra/measure.html", page, status=422 if wrong else 200)


def _scale(form: Measure) -> list[int]:
    low, high = (int(end) for end in form.range)
    return [*range(low, high + 1)] if high - low <= 10 else []


def _fields(given: QueryDict, form: Measure) -> list[tuple[int, str]]:
    count = form.items.count if form.items else 0
    return [(n, given.get(f"item-{n}", "")) for n in range(1, count + 1)]


def _rows(given: QueryDict, care: Care, form: Measure) -> list[tuple[int, str, str]]:
    """The activities: as sent, else those of the last time, which are to be kept."""
    if shown_measures.kind_of(form) != "own":
        return []
    numbers = range(1, rows_of(form) + 1)
    if given:
        return [(n, given.get(f"word-{n}", ""), given.get(f"item-{n}", "")) for n in numbers]
    assert care.person
    before = [g for g in measured.given(episode_of(care.person)) if g.measure == form.id]
    words = before[-1].words if before else ()
    return [(n, words[n - 1] if n <= len(words) else "", "") for n in numbers]
