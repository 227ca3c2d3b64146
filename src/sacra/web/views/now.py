"""A danger: what to do now, whom to call, and what to show them. No probabilities, no exercise."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sacra.reasoning.assess import assess
from sacra.reasoning.interview import PRESSING
from sacra.web.languages import load_knowledge
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
    shown = {
        "now": assessment.plan.now,
        "emergency": assessment.triage.urgency == "emergency",
        "reasons": reasons,
        "private": any(reason.contact == "crisis" for reason in assessment.triage.reasons),
        "sitting": sitting,
    }
    return render(request, "sacra/now.html", shown)
