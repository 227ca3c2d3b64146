"""The result: how urgent, what it probably is, why, what would tell more; and a page to hand on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.differential import danger_excluded
from sacra.reasoning.interview import PRESSING, next_screen
from sacra.reasoning.plan import contact_line
from sacra.web import shown, shown_plan
from sacra.web.sitting import Sitting, nothing_here, sitting_of

Finished = tuple[Sitting, Assessment, Knowledge]


def finished(request: HttpRequest) -> Finished | HttpResponse:
    """The assessment of a check that may show its result; else where to go instead."""
    sitting = sitting_of(request)
    if sitting is None:
        return nothing_here(request)
    if sitting.follow:
        return redirect("check")
    knowledge = load_knowledge()
    assessment = assess(sitting.case(knowledge), knowledge)
    if assessment.triage.urgency in PRESSING:
        return redirect("now")
    if assessment.triage.urgency == "undetermined":
        more = next_screen(assessment, knowledge, sitting.put_aside)
        return redirect("check" if more else "leave")
    return sitting, assessment, knowledge


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """How urgent it is, then what it probably is and why."""
    done = finished(request)
    if isinstance(done, HttpResponse):
        return done
    sitting, assessment, knowledge = done
    more = next_screen(assessment, knowledge, sitting.put_aside)
    page = {**_urgency(*done), "unfinished": more is not None}
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
        "tests": shown.tests_of(assessment, knowledge, "clinician"),
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
def handover(request: HttpRequest) -> HttpResponse:
    """One page to print or save for a doctor or physiotherapist."""
    done = finished(request)
    if isinstance(done, HttpResponse):
        return done
    sitting, assessment, knowledge = done
    page = {
        **_urgency(*done),
        "today": timezone.localdate(),
        "started": sitting.started,
        "answers": shown.answers_of(sitting.case(knowledge), assessment, knowledge),
        "tests": shown.tests_of(assessment, knowledge, "clinician"),
        "pathways": [knowledge.pathways[name].name for name in assessment.plan.pathways],
        "version": assessment.knowledge_version,
    }
    if page["band"] == "adult":
        page["chances"] = _chances(assessment, knowledge)
    return render(request, "sacra/result_print.html", page)


@require_safe
def tonight(request: HttpRequest) -> HttpResponse:
    """For a night with pain and no emergency: how to lie, what helps, whom to ring, what waits."""
    done = finished(request)
    if isinstance(done, HttpResponse):
        return done
    _, assessment, knowledge = done
    page = {
        **_urgency(*done),
        "card": knowledge.cards["bad_night"],
        "heat": shown_plan.help_of("heat", assessment.plan, knowledge),
        "medicines": [
            m
            for m in shown_plan.medicines(assessment.plan, knowledge)
            if m.state in ("offered", "held")
        ],
        "emergency": contact_line(assessment.case, "emergency", knowledge),
        "crisis": contact_line(assessment.case, "crisis", knowledge),
        "danger": knowledge.claims["alarm_signs"].say,
    }
    return render(request, "sacra/result_tonight.html", page)
