"""Saying yes or no to the items of a plan: accept, swap, decline with a reason, take back."""

from __future__ import annotations

from collections.abc import Container

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Exercise, Intervention
from sacra.reasoning.in_force import same_job
from sacra.reasoning.plan import Plan, items_of
from sacra.reasoning.wishes import REASONS, Wishes, plain_wishes, read_wishes
from sacra.reasoning.wishing import agree, clear, decline, swap, take_back
from sacra.web import shown_wishes
from sacra.web.languages import load_knowledge
from sacra.web.record_wishes import wish_otherwise
from sacra.web.sitting import fits, keep, sitting_of
from sacra.web.views.guard import given
from sacra.web.views.plan import plan_page, planned
from sacra.web.whose import Care


@require_safe
@given(planned)
def other(request: HttpRequest, care: Care, name: str) -> HttpResponse:
    """Not this one: what does the same job, or why it is left out."""
    knowledge, plan = load_knowledge(), care.now.plan
    if name not in items_of(plan) and name not in _to_be_agreed(plan, knowledge):
        raise Http404
    item = knowledge.items[name]
    page = {"item": item, "reasons": shown_wishes.reasons_for(item)}
    if isinstance(item, Exercise):
        choices, not_now = shown_wishes.choices_for(
            name, care.programme, care.now.case, plan, knowledge
        )
        page |= {"is_exercise": True, "choices": choices, "not_now": not_now}
    return render(request, "sacra/plan_other.html", page)


@require_POST
@given(planned)
def wish(request: HttpRequest, care: Care) -> HttpResponse:
    """Take over what was said of one item, or of minutes, floor and things at hand."""
    knowledge, post = load_knowledge(), request.POST
    try:
        wishes = _wished(care, post, knowledge)
    except CaseError as wrong:
        return plan_page(request, care, wrong=wrong.what, status=422)
    response = redirect("plan")
    response["Location"] += _where(post)
    if care.person:
        wish_otherwise(person=care.person, wishes=wishes, plan=care.now.plan, today=care.today,
                       knowledge=knowledge)  # fmt: skip
        return response
    sitting = sitting_of(request)
    assert sitting, "a plan without a record is that of a check"
    sitting.wishes = plain_wishes(wishes)
    if not fits(sitting):
        full = _("this browser cannot keep more choices; take one back, or start a diary")
        return plan_page(request, care, wrong=full, status=422)
    return keep(response, sitting)


def _where(post: QueryDict) -> str:
    """The place on the page where it shows."""
    if named := post.get("agree") or post.get("cleared"):
        return f"#{named}"
    said = post.get("said", "")
    return f"?said={said}#noted" if said in REASONS else "#exercises"


def _wished(care: Care, post: QueryDict, knowledge: Knowledge) -> Wishes:
    """The wishes with what this form says."""
    wishes = care.programme.wishes
    if "agree" in post:
        return agree(wishes, _item(post, "agree", items_of(care.now.plan), knowledge))
    if "cleared" in post:
        medicine = _item(post, "cleared", _to_be_agreed(care.now.plan, knowledge), knowledge)
        return clear(wishes, medicine, care.today)
    if "back" in post:
        said = (*wishes.without, *wishes.agreed, *wishes.cleared)
        return take_back(wishes, _item(post, "back", said, knowledge))
    if "instead" in post:
        return _swapped(care, post, knowledge)
    if "without" in post:
        why = next((reason for reason in REASONS if reason == post.get("said")), None)
        return decline(wishes, _item(post, "without", knowledge.items, knowledge), why)  # type: ignore[arg-type]  # one of REASONS
    return _fitted(wishes, post, knowledge)


def _to_be_agreed(plan: Plan, knowledge: Knowledge) -> frozenset[str]:
    """The medicines that wait for a doctor or pharmacist."""
    names = (one.intervention for one in plan.with_clinician)
    return frozenset(name for name in names if knowledge.items[name].step == "medication")


def _swapped(care: Care, post: QueryDict, knowledge: Knowledge) -> Wishes:
    """One exercise for another that is offered, does the same job and is barred by no wish."""
    old = _item(post, "without", knowledge.exercises, knowledge)
    choices, _barred = same_job(old.id, care.programme, care.now.plan, knowledge)
    new = _item(post, "instead", choices, knowledge)
    assert isinstance(old, Exercise)
    assert isinstance(new, Exercise)
    return swap(care.programme.wishes, old, new)


def _item(post: QueryDict, key: str, among: Container[str], knowledge: Knowledge) -> Intervention:
    name = post.get(key, "")
    if name not in knowledge.items:
        raise CaseError("wishes", f"unknown `{name}`{nearest(name, knowledge.items)}")
    if name not in among:
        plain = knowledge.items[name].plain
        raise CaseError(
            "wishes", _("“%(name)s” is not among what can be chosen now") % {"name": plain}
        )
    return knowledge.items[name]


def _fitted(wishes: Wishes, post: QueryDict, knowledge: Knowledge) -> Wishes:
    """Minutes, floor and things; or only a shorter day."""
    if "shorter" in post:
        minutes = read_wishes({"minutes": _whole(post.get("shorter", ""))}, knowledge).minutes
        return replace(wishes, minutes=minutes)
    said = {
        "minutes": _whole(post.get("minutes", "")),
        "floor": post.get("floor") != "no",
        "equipment": list(dict.fromkeys(post.getlist("equipment"))),
    }
    read = read_wishes(said, knowledge)
    return replace(wishes, minutes=read.minutes, positions=read.positions, equipment=read.equipment)


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text
