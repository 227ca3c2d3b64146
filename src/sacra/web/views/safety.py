"""What could harm somebody through Sacra: in plain words, then the hazard log for clinicians."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from sacra.web import shown_safety
from sacra.web.languages import load_knowledge


@require_safe
@gzip_page
def safety(request: HttpRequest) -> HttpResponse:
    """The hazards of the software, from the same files as ``docs/safety/hazard-log.md``."""
    knowledge = load_knowledge()
    hazards = shown_safety.hazards(knowledge)
    page = {
        "first": [one.risk.plain for one in hazards if one.risk.plain],
        "waiting": [one for one in hazards if one.risk.is_open],
        "settled": [one for one in hazards if not one.risk.is_open],
        "total": len(hazards),
        "chances": shown_safety.CHANCE.values(),
        "matrix": shown_safety.matrix(knowledge),
        "doubts": shown_safety.in_doubt(knowledge),
    }
    return render(request, "sacra/safety.html", page)
