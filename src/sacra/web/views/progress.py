"""Progress: is it working, what changes and why, what comes next; and the plan for bad days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sacra.chart import trend_sentence, trend_svg, trend_table
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.diary import Diary
from sacra.reasoning.ladder import Move
from sacra.reasoning.plan import contact_line
from sacra.reasoning.review import Review
from sacra.reasoning.standing import Programme
from sacra.web import shown_measures
from sacra.web.doses import dose_words
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import save_programme
from sacra.web.shown_plan import cards
from sacra.web.views.diary import care_to_keep, pressing
from sacra.web.whose import Care

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
"""The policy allows no style inside a page; `diary.css` says the same in the page's colours."""


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """The review in words, with its picture and table; a POST takes the new programme."""
    knowledge = load_knowledge()
    care = care_to_keep(request, knowledge)
    if isinstance(care, HttpResponse):
        return care
    review = care.review
    if request.method == "POST":
        return _take(request, care, review, knowledge)
    page = {
        "care": care,
        "review": review,
        "reasons": pressing(care),
        "waiting": shown_measures.waiting(care, knowledge).now,
        "courses": shown_measures.courses(care, knowledge),
        **_shown(care, review, knowledge),
    }
    return render(request, "sacra/progress.html", page)


def _take(
    request: HttpRequest, care: Care, review: Review | None, knowledge: Knowledge
) -> HttpResponse:
    """Put the next programme in force, if it was made from the one that still is."""
    given = request.POST.get("replaces", "")
    if care.person and review and review.next_programme and given.isdigit():
        try:
            save_programme(person=care.person, programme=review.next_programme,
                           replaces=int(given), knowledge=knowledge)  # fmt: skip
        except Person.DoesNotExist:
            return redirect("start")
    response = redirect("progress")
    response["Location"] += "?taken=1"
    return response


# --- what the page shows ----------------------------------------------------------------------


def _shown(care: Care, review: Review | None, knowledge: Knowledge) -> dict[str, Any]:
    page: dict[str, Any] = {"flare": cards(care.now.plan, ("flare",), knowledge)}
    if review is None or care.diary is None:
        return page
    after = review.next_programme
    return page | {
        "trend": _trend(review, care.diary, knowledge),
        "moves": [(knowledge.exercises[m.exercise].plain, _words(m), m) for m in review.moves],
        "soon": [r.say for r in review.reasons if r.urgency == "within_days"],
        "steps": _once((*review.advice, *review.care)),
        "withdrawn": list(_withdrawn(review, knowledge)),
        "crisis": contact_line(care.now.case, "crisis", knowledge) if review.ask else None,
        "changes": list(_changes(care.programme, after, knowledge)) if after else [],
        "milestones": list(_milestones(care.diary, review, knowledge)),
        "entries": len(care.diary.entries),
    }


def _once(steps: tuple[Any, ...]) -> list[str]:
    """What to do, each sentence once, whichever rules say it."""
    return list(dict.fromkeys(step.say for step in steps))


def _trend(review: Review, diary: Diary, knowledge: Knowledge) -> dict[str, Any] | None:
    trend, start, words = review.trend, review.started, knowledge.words["trend"].say
    if trend is None:
        return None
    noted = [e for e in diary.entries if e.pain_now is not None]
    points = [((e.on - start).days, e.pain_now) for e in noted if e.pain_now is not None]
    marks = [((e.on - start).days, e.note) for e in noted if e.note]
    svg = trend_svg(trend, points, words, title=_("Pain at rest, 0 to 10"), marks=marks[-4:])
    return {
        "sentence": trend_sentence(trend, words),
        "svg": mark_safe(_STYLE.sub("", svg)),
        "rows": trend_table(trend, points),
    }


def _words(move: Move) -> str:
    """What a move does to its exercise, in words."""
    return {
        "progress": _("goes up to level %(level)d"),
        "hold": _("stays at level %(level)d"),
        "regress": _("goes down to level %(level)d"),
        "stop": _("is left out"),
    }[move.decision] % {"level": move.to_level}


def _withdrawn(review: Review, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for item in review.withdrawn:
        why = next(iter(item.because), _("Nothing calls for it now."))
        if why in knowledge.findings:
            why = _("A question has to be answered first.")
        yield knowledge.items[item.intervention].plain, why


def _changes(before: Programme, after: Programme, knowledge: Knowledge) -> Iterator[str]:
    """What the next programme does otherwise than this one."""
    old = {one.exercise: one for one in before.chosen}
    new = {one.exercise: one for one in after.chosen}
    for name, one in new.items():
        said = {
            "name": knowledge.exercises[name].plain,
            "dose": dose_words(one.dose, each_side=one.each_side),
        }
        if name not in old:
            yield _("New: %(name)s, %(dose)s.") % said
        elif (one.dose, one.days) != (old[name].dose, old[name].days):
            yield _("%(name)s: from now on %(dose)s.") % said
    for name in old.keys() - new.keys():
        yield _("No longer: %(name)s.") % {"name": knowledge.exercises[name].plain}


def _milestones(diary: Diary, review: Review, knowledge: Knowledge) -> Iterator[str]:
    """Facts that only ever grow; no streaks, nothing that a bad week takes away."""
    days = len(diary.entries)
    yield ngettext("%(n)d day written down", "%(n)d days written down", days) % {"n": days}
    did = sum(any(one.done != "no" for one in entry.done) for entry in diary.entries)
    if did:
        yield ngettext("%(n)d day with exercise", "%(n)d days with exercise", did) % {"n": did}
    reached: dict[str, int] = {}
    for move in review.history:
        reached[move.exercise] = max(reached.get(move.exercise, 1), move.to_level)
    for name, level in reached.items():
        if level > 1:
            plain = knowledge.exercises[name].plain
            yield _("%(name)s: level %(level)d reached") % {"name": plain, "level": level}
