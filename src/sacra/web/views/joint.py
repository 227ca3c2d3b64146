"""The joint explorer: settings in the address, and at once what they do in the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from sacra.joint_picture import CLASSES, legend
from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Scenario
from sacra.web import explorer as settings_of
from sacra.web import shown_joint, warm
from sacra.web.languages import load_knowledge


@require_safe
@gzip_page
def explorer(request: HttpRequest) -> HttpResponse:
    """The explorer; a setting that cannot be is said, and replaced by the nearest that can."""
    shown = _shown(request.GET)
    status = 400 if shown["problems"] else 200
    response = render(request, "sacra/joint.html", shown, status=status)
    here = f"{request.path}?{shown['address']}"
    return replace_url(response, here) if request.headers.get("HX-Request") else response


def make_ready() -> None:
    """Work out what a first visit shows, and read its templates: a third of a second."""
    render_to_string("sacra/joint.html", _shown({}))


def _shown(given: Mapping[str, str]) -> dict[str, Any]:
    """What the page shows for the settings of an address."""
    knowledge = load_knowledge()
    fields = settings_of.fields_of(knowledge)
    settings, problems = settings_of.read(given, fields)
    scenario = settings_of.scenario_of(settings, knowledge)
    address = settings_of.short_address(settings, fields)
    rows = [(name, field, settings[name]) for name, field in fields.items()]
    more = [row for row in rows if row[0] not in settings_of.FIRST]
    return {
        "fields": [row for row in rows if row[0] in settings_of.FIRST],
        "more": more,
        "more_open": any(value != settings_of.usual(field) for _, field, value in more),
        "set": settings_of.said_of(settings, fields),
        "problems": problems,
        "level": settings_of.is_level(settings, knowledge),
        "address": address,
        "views": shown_joint.VIEWS,
        "words": knowledge.words["joint"].say,
        "signs": legend(knowledge.words["joint"].say)[: len(CLASSES)],
        "claims": [knowledge.claims[name] for name in knowledge.model_checks],
        "coming": warm.is_coming(),
        "alone": not warm.is_fast(),
        **_results(scenario, knowledge),
    }


def _results(scenario: Scenario, knowledge: Knowledge) -> dict[str, Any]:
    try:
        rows = shown_joint.rows_of(scenario, knowledge)
        picture = shown_joint.picture_of(scenario, knowledge)
    except CaseError:
        return {"beyond": True}
    return {
        "rows": rows,
        "lead": shown_joint.lead_of(rows),
        "picture": picture,
        "posture": knowledge.postures[scenario.posture],
        "cautions": shown_joint.cautions_of(scenario, knowledge),
    }


@require_safe
def held(request: HttpRequest, name: str) -> HttpResponse:
    """How the model fares against measurements of what a claim is about."""
    knowledge = load_knowledge()
    check = knowledge.model_checks.get(name)
    if check is None:
        raise Http404
    found = None if warm.is_coming() or not warm.HAS_KERNEL else shown_joint.held_against(
        check.phenomena, knowledge
    )  # fmt: skip
    shown = {"claim": knowledge.claims[name], "held": found, "coming": warm.is_coming()}
    return render(request, "sacra/joint_held.html", shown)
