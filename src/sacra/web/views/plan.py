"""The plan: today, this week, what else helps, what stays out and why."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from sacra.reasoning.interview import next_screen
from sacra.reasoning.wishes import POSITIONS, REASONS
from sacra.web import shown, shown_plan, shown_wishes
from sacra.web.languages import load_knowledge
from sacra.web.sitting import sitting_of
from sacra.web.views.guard import given
from sacra.web.views.result import finished
from sacra.web.whose import Care, own_care, to_now

MINUTES = (5, 10, 15, 20, 30, 45, 60)


def planned(request: HttpRequest) -> Care | HttpResponse:
    """What a plan is made from; a child's is made by whoever examines the child."""
    knowledge = load_knowledge()
    care = own_care(request, knowledge)
    if care is None or care.person is None:
        done = finished(request)
        if isinstance(done, HttpResponse):
            return done
    assert care, "a finished check is a care under way"
    if care.danger:
        return to_now(request, care, knowledge)
    if care.now.triage.urgency == "undetermined":
        return redirect("diary_safety")
    return redirect("result") if shown.band_of(care.case) == "child" else care


@require_safe
@gzip_page
@given(planned)
def plan(request: HttpRequest, care: Care) -> HttpResponse:
    """The whole plan, today first."""
    said = request.GET.get("said", "")
    return plan_page(request, care, said=said if said in REASONS else "")


def plan_page(
    request: HttpRequest, care: Care, *, said: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    """The plan, with what was just declined or could not be taken over."""
    knowledge, plan, programme = load_knowledge(), care.now.plan, care.programme
    wishes = programme.wishes
    page = {
        "care": care,
        "band": shown.band_of(care.case),
        "soon": care.now.triage.urgency == "within_days",
        "now": plan.now,
        "plan": plan,
        "programme": programme,
        "doings": shown_plan.doings(programme, care.now.case, knowledge),
        "stops": shown_plan.shared_stops(programme, knowledge),
        **_dates(care),
        "rows": shown_plan.week_rows(programme, knowledge),
        "sections": shown_plan.sections(plan, knowledge, wishes.without),
        "medicines": shown_plan.medicines(plan, knowledge, wishes.without),
        "left": shown_plan.left_out(plan, programme, knowledge),
        "waiting": any(a.intervention in knowledge.exercises for a in plan.ask_first),
        "unfinished": _unfinished(request, care),
        "unmet": [knowledge.needs[one.need].name for one in programme.unmet],
        "declined": shown_wishes.declined_of(wishes, knowledge),
        "unheard": [*shown_wishes.unheard_of(programme, knowledge)],
        "pathways": [knowledge.pathways[name] for name in plan.pathways],
        "cards": shown_plan.cards(plan, ("programme", "flare"), knowledge),
        "minutes": sorted({*MINUTES, wishes.minutes}),
        "shorter": [n for n in MINUTES if n < wishes.minutes],
        "floor": wishes.positions == POSITIONS,
        "things": [
            (t, knowledge.word(t), t in wishes.equipment) for t in shown_plan.things_of(knowledge)
        ],
        "said": said,
        "wrong": wrong,
    }
    return render(request, "sacra/plan.html", page, status=status)


def _unfinished(request: HttpRequest, care: Care) -> bool:
    """Whether a check in this browser has more to ask; a record is asked in its diary."""
    sitting = None if care.person else sitting_of(request)
    put_aside = sitting.put_aside if sitting else ()
    return bool(sitting) and next_screen(care.now, load_knowledge(), put_aside) is not None


def _dates(care: Care) -> dict[str, Any]:
    """The days of this week of the programme, which one is today, and when to look back."""
    programme, today = care.programme, care.today
    started = programme.started or today
    at = shown_plan.day_of(started, today)
    first = today - datetime.timedelta(days=at)
    review = started + datetime.timedelta(days=programme.review_in_days)
    if care.review:
        review = today + datetime.timedelta(days=care.review.review_in_days)
    return {
        "today": programme.days[at],
        "today_at": at,
        "today_minutes": round(programme.days[at].minutes),
        "dates": [first + datetime.timedelta(days=i) for i in range(7)],
        "review": max(review, today),
    }


@require_safe
@given(planned)
def exercise(request: HttpRequest, care: Care, name: str) -> HttpResponse:
    """One exercise: the large picture, the steps, how much, easier and harder, when to stop."""
    knowledge, plan, programme = load_knowledge(), care.now.plan, care.programme
    if name not in knowledge.exercises:
        raise Http404
    found, case = knowledge.exercises[name], care.now.case
    offer = shown_plan.offer_of(name, plan)
    side = plan.side if found.each_side else ""
    page: dict[str, Any] = {"exercise": found, "offer": offer, "side": side}
    if offer is None:
        page["because"] = shown_plan.refusal_of(name, plan)
    else:
        page |= {
            "moving": shown_plan.figure_of(found, case, side, knowledge, still=False),
            "still": shown_plan.figure_of(found, case, side, knowledge, still=True),
            "ladder": shown_plan.ladder_of(found, plan, programme, case, knowledge),
            "chosen": next((c for c in programme.chosen if c.exercise == name), None),
        }
    page["things"] = [knowledge.word(thing) for thing in found.equipment]
    page["sources"] = shown_plan.sources_of(found.sources, knowledge)
    return render(request, "sacra/exercise.html", page)
