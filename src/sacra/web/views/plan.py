"""The plan: today, this week, what else helps, what stays out and why; and what is wished of it."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from sacra.kb.errors import CaseError
from sacra.reasoning.interview import next_screen
from sacra.reasoning.programme import build_programme
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import read_wishes
from sacra.web import shown, shown_plan
from sacra.web.sitting import keep
from sacra.web.views.result import Finished, finished

MINUTES = (5, 10, 15, 20, 30, 45, 60)
ADVICE = ("pain", "floor", "dislike")
"""Why somebody does not want an exercise; each has its own answer on the page."""


def planned(request: HttpRequest) -> Finished | HttpResponse:
    """What a plan is made from; a child's is made by whoever examines the child."""
    done = finished(request)
    if isinstance(done, HttpResponse):
        return done
    return redirect("result") if shown.band_of(done[1].case) == "child" else done


@require_safe
@gzip_page
def plan(request: HttpRequest) -> HttpResponse:
    """The whole plan, today first."""
    done = planned(request)
    if isinstance(done, HttpResponse):
        return done
    said = request.GET.get("said", "")
    return _page(request, done, said=said if said in ADVICE else "")


def _page(
    request: HttpRequest, done: Finished, *, said: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    sitting, assessment, knowledge = done
    wishes = shown_plan.wishes_of(sitting.wishes, knowledge)
    programme = build_programme(assessment.plan, wishes, None, knowledge)
    page = {
        "band": shown.band_of(assessment.case),
        "soon": assessment.triage.urgency == "within_days",
        "now": assessment.plan.now,
        "plan": assessment.plan,
        "programme": programme,
        "doings": shown_plan.doings(programme, assessment.case, knowledge),
        "stops": shown_plan.shared_stops(programme, knowledge),
        **_dates(sitting.started, programme),
        "rows": shown_plan.week_rows(programme, knowledge),
        "sections": shown_plan.sections(assessment.plan, knowledge),
        "medicines": shown_plan.medicines(assessment.plan, knowledge),
        "left": shown_plan.left_out(assessment.plan, programme, knowledge),
        "waiting": any(a.intervention in knowledge.exercises for a in assessment.plan.ask_first),
        "unfinished": next_screen(assessment, knowledge, sitting.put_aside) is not None,
        "unmet": [knowledge.needs[one.need].name for one in programme.unmet],
        "declined": [knowledge.exercises[name] for name in wishes.without],
        "pathways": [knowledge.pathways[name] for name in assessment.plan.pathways],
        "cards": [c for n in programme.cards if (c := knowledge.cards[n]).shown_with in _BESIDE],
        "minutes": sorted({*MINUTES, wishes.minutes}),
        "floor": sitting.wishes.get("floor", True),
        "things": [(t, t in wishes.equipment) for t in shown_plan.things_of(knowledge)],
        "said": said,
        "wrong": wrong,
    }
    return render(request, "sacra/plan.html", page, status=status)


_BESIDE = ("programme", "flare")
"""Cards to keep from the start; the last ones belong to the end of the care."""


def _dates(started: datetime.date, programme: Programme) -> dict[str, Any]:
    """The days of this week of the programme, which one is today, and when to look back."""
    today = timezone.localdate()
    at = shown_plan.day_of(started, today)
    first = today - datetime.timedelta(days=at)
    return {
        "today": programme.days[at],
        "today_at": at,
        "today_minutes": round(programme.days[at].minutes),
        "dates": [first + datetime.timedelta(days=i) for i in range(7)],
        "review": max(started + datetime.timedelta(days=programme.review_in_days), today),
    }


@require_safe
def exercise(request: HttpRequest, name: str) -> HttpResponse:
    """One exercise: the large picture, the steps, how much, easier and harder, when to stop."""
    done = planned(request)
    if isinstance(done, HttpResponse):
        return done
    sitting, assessment, knowledge = done
    if name not in knowledge.exercises:
        raise Http404
    found, case = knowledge.exercises[name], assessment.case
    wishes = shown_plan.wishes_of(sitting.wishes, knowledge)
    programme = build_programme(assessment.plan, wishes, None, knowledge)
    offer = shown_plan.offer_of(name, assessment.plan)
    side = assessment.plan.side if found.each_side else ""
    page: dict[str, Any] = {"exercise": found, "offer": offer, "side": side}
    if offer is None:
        page["because"] = shown_plan.refusal_of(name, assessment.plan)
    else:
        page |= {
            "moving": shown_plan.figure_of(found, case, side, knowledge, still=False),
            "still": shown_plan.figure_of(found, case, side, knowledge, still=True),
            "ladder": shown_plan.ladder_of(found, assessment.plan, programme, case, knowledge),
            "chosen": next((c for c in programme.chosen if c.exercise == name), None),
        }
    page["sources"] = shown_plan.sources_of(found.sources, knowledge)
    return render(request, "sacra/exercise.html", page)


# --- wishes -----------------------------------------------------------------------------------


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Swap, decline or take back an exercise; minutes, floor and things at hand."""
    done = planned(request)
    if isinstance(done, HttpResponse):
        return done
    sitting, _, knowledge = done
    wishes = _wished(sitting.wishes, request.POST)
    try:
        read_wishes(wishes, knowledge)
    except CaseError as wrong:
        return _page(request, done, wrong=wrong.what, status=422)
    sitting = msgspec.structs.replace(sitting, wishes=wishes)
    said = request.POST.get("said", "")
    response = redirect("plan")
    response["Location"] += f"?said={said}#noted" if said in ADVICE else "#exercises"
    return keep(response, sitting)


def _wished(before: dict[str, Any], post: QueryDict) -> dict[str, Any]:
    """The wishes with what this form says; nothing is checked yet."""
    wishes = dict(before)
    without = [name for name in wishes.get("without", []) if name != post.get("back")]
    if post.get("said") == "floor" and wishes.get("floor", True):
        wishes["floor"] = False  # it says more than that this one is not wanted
    elif "without" in post:
        without = list(dict.fromkeys([*without, post.get("without")]))
    wishes["without"] = without
    if "minutes" in post:
        wishes["minutes"] = _whole(post.get("minutes", ""))
        wishes["floor"] = post.get("floor") != "no"
        wishes["equipment"] = list(dict.fromkeys(post.getlist("equipment")))
    return wishes


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text
