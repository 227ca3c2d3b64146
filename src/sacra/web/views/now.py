"""A danger: what to do now, whom to call, and what to show them. No probabilities, no exercise."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.asking import PRESSING
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.plan import contact_line, until_seen
from sacra.web.languages import load_knowledge
from sacra.web.shown import band_of
from sacra.web.shown_plan import night
from sacra.web.sitting import sitting_of


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """What to do at once; back to the check when nothing presses."""
    sitting = sitting_of(request)
    if sitting is None:
        return redirect("start")
    knowledge = load_knowledge()
    assessment = assess(sitting.case(knowledge), knowledge)
    if assessment.triage.urgency not in PRESSING or assessment.plan.now is None:
        return redirect("check")
    reasons = [r for r in assessment.triage.reasons if r.urgency == assessment.triage.at_least]
    shown: dict[str, Any] = {
        "now": assessment.plan.now,
        "emergency": assessment.triage.urgency == "emergency",
        "reasons": reasons,
        "private": any(reason.contact == "crisis" for reason in assessment.triage.reasons),
        "sitting": sitting,
        "ring": contact_line(assessment.case, "emergency", knowledge),
    }
    if not shown["emergency"] and not shown["private"]:
        shown |= _tonight(assessment, knowledge)
    return render(request, "sacra/now.html", shown)


def _tonight(one: Assessment, knowledge: Knowledge) -> dict[str, Any]:
    """How to get through the hours until somebody has been spoken to."""
    plan = until_seen(one.case, one.triage, one.differential, knowledge)
    return {"band": band_of(one.case), **night(plan, "until_seen", knowledge)}
