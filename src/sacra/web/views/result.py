"""The result: how urgent, what it probably is, why, what would tell more; and a page to hand on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.asking import PRESSING
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.differential import danger_excluded
from sacra.reasoning.interview import next_screen
from sacra.reasoning.plan import contact_line
from sacra.web import shown, shown_plan, shown_wishes
from sacra.web.languages import load_knowledge
from sacra.web.sitting import Sitting, keep, nothing_here, sitting_of
from sacra.web.views.guard import given
from sacra.web.whose import care_of, carry, own_care, to_now

Finished = tuple[Sitting, Assessment, Knowledge]


def finished(request: HttpRequest) -> Finished | HttpResponse:
    """The assessment of a check that may show its result; else where to go instead."""
    sitting = sitting_of(request)
    return _finish(sitting, load_knowledge()) if sitting else nothing_here(request)


def standing(request: HttpRequest) -> Finished | HttpResponse:
    """The same; without a check in this browser, that of the record as it stands today."""
    knowledge = load_knowledge()
    if sitting_of(request) or (care := care_of(request, knowledge)) is None:
        return finished(request)
    if care.danger:
        return to_now(request, care, knowledge)
    return _finish(carry(request, care, knowledge), knowledge)


def _finish(sitting: Sitting, knowledge: Knowledge) -> Finished | HttpResponse:
    if sitting.follow:
        return redirect("check")
    assessment = assess(sitting.case(knowledge), knowledge)
    if assessment.triage.urgency in PRESSING:
        return redirect("now")
    if assessment.triage.urgency == "undetermined":
        more = next_screen(assessment, knowledge, sitting.put_aside)
        return keep(redirect("check" if more else "leave"), sitting)
    return sitting, assessment, knowledge


@require_safe
@given(standing)
def result(request: HttpRequest, done: Finished) -> HttpResponse:
    """How urgent it is, then what it probably is and why."""
    sitting, assessment, knowledge = done
    more = next_screen(assessment, knowledge, sitting.put_aside)
    page = {**_urgency(*done), "unfinished": more is not None and not more.beyond}
    page["for_a_plan"] = more is not None and more.beyond and page["band"] != "child"
    if page["band"] == "adult" and not page["soon"]:
        page |= _probably(assessment, knowledge)
    return render(request, "sacra/result.html", page)


def _urgency(sitting: Sitting, assessment: Assessment, knowledge: Knowledge) -> dict[str, Any]:
    """What every page of the result says first."""
    return {
        "band": shown.band_of(assessment.case),
        "soon": assessment.triage.urgency == "within_days",
        "urgency": assessment.triage.urgency,
        "red_flags": shown.met(assessment.triage.reasons, knowledge),
        "now": assessment.plan.now,
        "ring": contact_line(assessment.case, "out_of_hours", knowledge),
        "plan": assessment.plan,
        "other": sitting.who == "other",
    }


def _probably(assessment: Assessment, knowledge: Knowledge) -> dict[str, Any]:
    chances = _chances(assessment, knowledge)
    first = [bar.condition for bar in chances.bars[:2]]
    return {
        "chances": chances,
        "first": shown.lower_first(chances.bars[0].name) if chances.bars else "",
        "whys": [
            shown.reasons_of(one, knowledge)
            for one in assessment.differential
            if one.condition in first
        ],
        "tests": shown.screens_to_try(assessment, knowledge, "clinician"),
        "limits": [knowledge.claims[name] for name in _LIMITS],
    }


def _chances(assessment: Assessment, knowledge: Knowledge) -> shown.Chances:
    """As they stand; while a danger waits to be looked at, as if it were excluded."""
    suspects = shown.suspected(assessment.triage.reasons)
    soon = assessment.triage.urgency == "within_days"
    every = assessment.differential
    return shown.chances_of(danger_excluded(every) if soon else every, knowledge, suspects)


_LIMITS = ("joint_is_a_pain_source", "provocation_tests", "mri_proves_inflammation")
"""What sources say about how far this kind of answer can be trusted."""


@require_safe
@given(standing)
def handover(request: HttpRequest, done: Finished) -> HttpResponse:
    """One page to print or save for a doctor or physiotherapist."""
    sitting, assessment, knowledge = done
    page = {
        **_urgency(*done),
        "today": timezone.localdate(),
        "started": sitting.started,
        "answers": shown.answers_of(sitting.case(knowledge), assessment, knowledge),
        "tests": shown.screens_to_try(assessment, knowledge, "clinician"),
        "pathways": [knowledge.pathways[name].name for name in assessment.plan.pathways],
        "version": assessment.knowledge.version,
    }
    care = own_care(request, knowledge)
    if care and page["band"] != "child":
        page |= shown_wishes.said(care.programme.wishes, assessment.plan, knowledge)
    if page["band"] == "adult":
        page["chances"] = _chances(assessment, knowledge)
    return render(request, "sacra/result_print.html", page)


@require_safe
@given(standing)
def tonight(request: HttpRequest, done: Finished) -> HttpResponse:
    """For a night with pain and no emergency: how to lie, what helps, whom to ring, what waits."""
    _, assessment, knowledge = done
    page = {
        **_urgency(*done),
        **shown_plan.night(assessment.plan, "bad_night", knowledge),
        "emergency": contact_line(assessment.case, "emergency", knowledge),
        "crisis": contact_line(assessment.case, "crisis", knowledge),
    }
    return render(request, "sacra/result_tonight.html", page)
