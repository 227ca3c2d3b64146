"""After a low score of mood: the questions about safety that belong to it, and whom to call."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.asking import Ask, Part
from sacra.reasoning.plan import contact_line
from sacra.web.entries import client_of
from sacra.web.forms import answers_of, lines_of
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import add_entry
from sacra.web.sitting import nothing_here
from sacra.web.views.diary import care_to_keep
from sacra.web.whose import Care, local_now, to_now

_SCREEN = "mood_and_safety"


@require_http_methods(["GET", "HEAD", "POST"])
def mood(request: HttpRequest) -> HttpResponse:
    """What a low score means, the line to call, and the questions; a danger turns the page."""
    knowledge = load_knowledge()
    care = care_to_keep(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    if care.danger:
        return to_now(request, care, knowledge)
    ask = _questions(care)
    if ask is None:
        return redirect("progress")
    if request.method != "POST":
        return _page(request, care, ask, knowledge)
    answers = answers_of(ask, request.POST, knowledge)
    if answers is None:
        return _page(request, care, ask, knowledge, given=request.POST)
    assert care.person
    try:
        add_entry(person=care.person, client=client_of(request.POST), at=local_now(request),
                  day=care.today, entry={"answers": answers}, knowledge=knowledge)  # fmt: skip
    except Person.DoesNotExist:
        return nothing_here(request)
    return _next(request, knowledge)


def _questions(care: Care) -> Ask | None:
    found = tuple(one.finding for one in care.review.ask) if care.review else ()
    return Ask((Part(_SCREEN, "", found),), none="", one_by_one=True) if found else None


def _next(request: HttpRequest, knowledge: Knowledge) -> HttpResponse:
    """Yes and "not sure" turn to what to do now; no goes on to how it goes."""
    care = care_to_keep(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    if care.danger:
        return to_now(request, care, knowledge)
    response = redirect("progress")
    response["Location"] += "?scored=1"
    return response


def _page(
    request: HttpRequest,
    care: Care,
    ask: Ask,
    knowledge: Knowledge,
    *,
    given: QueryDict | None = None,
) -> HttpResponse:
    page = {
        "lines": lines_of(ask, knowledge, given)[0],
        "say": knowledge.progression["low_mood"].say,
        "crisis": contact_line(care.now.case, "crisis", knowledge),
        "emergency": contact_line(care.now.case, "emergency", knowledge),
        "client": uuid.uuid4(),
        "unfinished": given is not None,
    }
    return render(request, "sacra/mood.html", page, status=422 if given else 200)
