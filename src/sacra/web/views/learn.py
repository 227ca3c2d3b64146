"""Learn: what sources say about the joint, its pain and what helps; each claim with both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Claim, ModelCheck, Source
from sacra.web import shown_joint, warm
from sacra.web.languages import load_knowledge

PARTS = {
    "joint": _("The joint and its pain"),
    "cause": _("What starts it, and what makes it likelier"),
    "finding_out": _("Finding out, and when to get help"),
    "by_yourself": _("What you can do yourself"),
    "with_somebody": _("What others can do for you"),
    "medicine": _("Medicines, injections and surgery"),
}
APPRAISALS = {
    "supported": _("Studies support it"),
    "partly_supported": _("Studies support a part of it"),
    "disputed": _("Sources disagree"),
    "untested": _("Nobody has tested it"),
    "not_supported": _("Studies do not support it"),
    "contradicted": _("Studies speak against it"),
}


@require_safe
@gzip_page
def learn(request: HttpRequest) -> HttpResponse:
    """Every claim in its part, by its topic, with how it stands."""
    every = sorted(load_knowledge().claims.values(), key=lambda c: (c.topic.casefold(), c.id))
    parts: dict[str, tuple[Promise, list[tuple[Claim, Promise]]]]
    parts = {part: (name, []) for part, name in PARTS.items()}
    for claim in every:
        parts[claim.part][1].append((claim, APPRAISALS[claim.appraisal]))
    return render(request, "sacra/learn.html", {"parts": parts, "claims": every})


@require_safe
def claim(request: HttpRequest, name: str) -> HttpResponse:
    """One claim: what each source says, how it was weighed, and what Sacra does about it."""
    knowledge = load_knowledge()
    found = knowledge.claims.get(name)
    if found is None:
        raise Http404
    shown = {
        "claim": found,
        "appraisal": APPRAISALS[found.appraisal],
        "positions": [(knowledge.sources[p.source], p.says) for p in found.positions],
        "sources": list(_sources(found.sources, knowledge)),
        "about": [(i, knowledge.items[i].plain) for i in found.about if i in knowledge.items],
        **_model(knowledge.model_checks.get(name), knowledge),
    }
    return render(request, "sacra/learn_claim.html", shown)


@require_safe
def source(request: HttpRequest, name: str) -> HttpResponse:
    """One source, with the way to it and what Sacra takes from it."""
    knowledge = load_knowledge()
    found = knowledge.sources.get(name)
    if found is None:
        raise Http404
    claims = [c for c in knowledge.claims.values() if name in c.sources]
    shown = {"source": found, "link": _link(found), "claims": claims}
    return render(request, "sacra/learn_source.html", shown)


def _model(check: ModelCheck | None, knowledge: Knowledge) -> dict[str, Any]:
    """What the joint model says of this claim, if it can be asked."""
    if check is None:
        return {}
    coming = warm.is_coming()
    answers = [] if coming else shown_joint.answers_of(check, knowledge)
    model = {"limits": check.limits, "phenomena": check.phenomena, "answers": answers}
    return {"model": model, "coming": coming, "alone": not warm.is_fast()}


def _sources(names: Iterable[str], knowledge: Knowledge) -> Iterable[Source]:
    return (knowledge.sources[name] for name in names)


def _link(source: Source) -> str:
    """Where to read it: the page itself, else by its DOI or PubMed number."""
    if source.url:
        return source.url
    if source.doi:
        return f"https://doi.org/{source.doi}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else ""
