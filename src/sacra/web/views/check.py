"""The check: one screen at a time, alarms first; a danger turns the page at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.answering import answer, follow_ups, surely_presses
from sacra.reasoning.asking import PRESSING, Ask
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case
from sacra.reasoning.interview import next_screen
from sacra.reasoning.movements import movements
from sacra.reasoning.places import on_the_body, worst_place
from sacra.reasoning.plan import contact_line
from sacra.reasoning.trying import minutes_of, screens_to_try
from sacra.rules.readings import UNSURE
from sacra.web import whose
from sacra.web.asked import asked_by, token_of
from sacra.web.forms import answers_of, lines_of
from sacra.web.languages import load_knowledge
from sacra.web.places import atlas_of
from sacra.web.sitting import Sitting, forget, keep, new_sitting, nothing_here, sitting_of
from sacra.web.trials import trials_of

PAGES = {
    "lines": "sacra/check.html",
    "guide": "sacra/check_try.html",
    "map": "sacra/check_map.html",
    "point": "sacra/check_point.html",
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page: what Sacra is, what it is not, and one button."""
    shown = {
        "sitting": sitting_of(request),
        "keeps": whose.person_of(request),
        "gone": "gone" in request.GET,
    }
    return render(request, "sacra/start.html", shown)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new check, for oneself or for somebody else."""
    who = "other" if request.POST.get("who") == "other" else "self"
    return keep(redirect("check"), new_sitting(who))


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show the next screen, or take the answers of the one that was shown."""
    sitting = sitting_of(request)
    if sitting is None:
        return nothing_here(request)
    knowledge = load_knowledge()
    if sitting.follow:
        return _follow(request, sitting, knowledge)
    if request.method != "POST":
        return _page(request, sitting, knowledge)
    if asked := asked_by(request.POST.get("asked", ""), sitting, knowledge):
        return _take(request, sitting, asked, knowledge)
    old = _("That page was from before. Nothing is lost: here is where you are now.")
    return _page(request, sitting, knowledge, note=old)


def _next(sitting: Sitting, assessment: Assessment, knowledge: Knowledge) -> Ask | None:
    """The next screen: places are asked on a body; the movements to try come last, in one go."""
    tests = set(screens_to_try(knowledge))
    ask = next_screen(assessment, knowledge, {*sitting.put_aside, *tests})
    if assessment.triage.urgency in PRESSING or (ask and ask.one_by_one):
        return ask
    if worst := worst_place(assessment, knowledge):
        return worst
    begun = not tests.isdisjoint(sitting.put_aside)
    if (begun or ask is None) and (left := movements(assessment, knowledge, sitting.put_aside)):
        return msgspec.structs.replace(left[0], beyond=True)
    return on_the_body(ask, assessment, knowledge) if ask else None


def _take(request: HttpRequest, sitting: Sitting, ask: Ask, knowledge: Knowledge) -> HttpResponse:
    answers = answers_of(ask, request.POST, knowledge)
    if "skip_all" in request.POST and ask.way == "guide":
        sitting.step()
        sitting.put_aside += screens_to_try(knowledge)
        return keep(redirect("check"), sitting)
    if answers is None:
        return _page(request, sitting, knowledge, note=_what_is_missing(ask), status=422)
    sitting.step(answers)
    if ask.way == "guide" or (ask.may_skip and not answers):
        sitting.put_aside += [part.screen for part in ask.parts]
    case = answer(sitting.case(knowledge), ask, answers, knowledge)
    sitting.findings = dict(case.findings)
    sitting.follow = _follow_ups(ask, answers, case, knowledge)
    return keep(redirect("check"), sitting)


def _follow_ups(
    ask: Ask, answers: Mapping[str, Any], case: Case, knowledge: Knowledge
) -> list[str]:
    """The alarms and the signs of one line to ask about once more.

    None where another answer is a danger for sure.
    """
    every = follow_ups(answers, knowledge).items()
    names = [name for name, once in every if ask.one_by_one or once.shared]
    sure = names and surely_presses(assess(case, knowledge).triage.reasons)
    return [] if sure else names


def _what_is_missing(ask: Ask) -> str:
    return {
        "lines": _("One line still needs an answer."),
        "guide": _("Give at least one answer, or choose “I do not want to do this one”."),
        "map": _("Mark a place, or choose “None of these” or “Not sure of the rest”."),
        "point": _("Point twice to the same spot, or choose a line of the list."),
    }[ask.way]


def _page(
    request: HttpRequest,
    sitting: Sitting,
    knowledge: Knowledge,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    assessment = assess(sitting.case(knowledge), knowledge)
    ask = _next(sitting, assessment, knowledge)
    if ask is None or (ask.beyond and sitting.beyond is None):
        return redirect(_end(sitting, assessment))
    given = request.POST if request.method == "POST" and status == 422 else None
    parts = list(zip(ask.parts, lines_of(ask, knowledge, given), strict=True))
    number, about, left = _progress(sitting, assessment, ask, knowledge)
    shown = {
        "ask": ask,
        "parts": parts,
        "asked": token_of(ask, sitting, knowledge),
        "note": note,
        "number": number,
        "about": about,
        "done": round(100 * (number - 1) / about),
        "safety_left": left,
        "ticks": any(line.ticks for _part, lines in parts for line in lines),
        "can_go_back": bool(sitting.steps),
        "other": sitting.who == "other",
        "atlas": atlas_of(ask, knowledge, given) if ask.way in ("map", "point") else None,
        "trials": trials_of(ask, assessment, knowledge) if ask.way in ("guide", "point") else [],
        "minutes_left": _minutes_left(sitting, assessment, ask, knowledge),
        "emergency": _emergency_numbers(assessment, knowledge),
    }
    return render(request, PAGES[ask.way], shown, status=status)


def _end(sitting: Sitting, assessment: Assessment) -> str:
    """Where a check ends: what to do now; what it probably is; or the plan of who asked for it."""
    if assessment.triage.urgency in PRESSING:
        return "now"
    return "result" if sitting.beyond is None else "plan"


def _emergency_numbers(assessment: Assessment, knowledge: Knowledge) -> list[str]:
    """The number of the person's region, and 112, which most mobile phones know anywhere."""
    number = contact_line(assessment.case, "emergency", knowledge).number
    return [*dict.fromkeys([number or "112", "112"])]


def _progress(
    sitting: Sitting, assessment: Assessment, ask: Ask, knowledge: Knowledge
) -> tuple[int, int, int]:
    """Which screen, of about how many; and how many safety questions are left."""
    if ask.way == "guide":
        asks = movements(assessment, knowledge, sitting.put_aside)
        done = len(set(sitting.put_aside) & set(screens_to_try(knowledge)))
        return done + 1, done + sum(one.way == "guide" for one in asks), 0
    if ask.beyond:
        number = len(sitting.steps) - (sitting.beyond or 0) + 1
        return number, max(number, _FOR_A_PLAN), 0
    left = sum(question.stage == "safety" for question in assessment.enquiry_before_plan)
    number = len(sitting.steps) + 1
    return number, number + _screens_left(left), left


def _minutes_left(sitting: Sitting, assessment: Assessment, ask: Ask, knowledge: Knowledge) -> int:
    """About how long all movements that are still to come take together."""
    if ask.way != "guide":
        return 0
    asks = movements(assessment, knowledge, sitting.put_aside)
    return minutes_of((one.screen for one in asks if one.way == "guide"), knowledge)


def _screens_left(safety_left: int) -> int:
    """About how many screens are still to come: a screen settles nine safety questions or so."""
    return -(-safety_left // _A_SCREEN) + _AFTER_SAFETY


_A_SCREEN = 9
_AFTER_SAFETY = 2
_FOR_A_PLAN = 4


# --- "not sure" -------------------------------------------------------------------------------


def _follow(request: HttpRequest, sitting: Sitting, knowledge: Knowledge) -> HttpResponse:
    """What is asked once more behind a "not sure", and behind a line that holds several signs."""
    names = [name for name in sitting.follow if sitting.findings.get(name) == UNSURE]
    if request.method == "POST" and request.POST.get("asked") == ",".join(names):
        said = {name: request.POST.get(name) for name in names}
        if all(said.values()):
            sure = {name: said[name] == "yes" for name in names if said[name] in ("yes", "no")}
            sitting.findings = {**sitting.findings, **sure}
            sitting.follow = []
            return keep(redirect("check"), sitting)
    questions = follow_ups(dict.fromkeys(names, UNSURE), knowledge)
    shared = any(question.shared for question in questions.values())
    page = {"questions": questions.items(), "asked": ",".join(names), "shared": shared}
    return render(request, "sacra/follow_up.html", page)


# --- ways out ---------------------------------------------------------------------------------


@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Undo the last screen."""
    sitting = sitting_of(request)
    if sitting is None:
        return nothing_here(request)
    sitting.back()
    return keep(redirect("check" if sitting.findings or sitting.steps else "start"), sitting)


@require_POST
def onwards(request: HttpRequest) -> HttpResponse:
    """From the result on: what a plan waits for, then the plan."""
    sitting = sitting_of(request)
    if sitting is None:
        return nothing_here(request)
    sitting.beyond = len(sitting.steps)
    return keep(redirect("check"), sitting)


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Forget everything on this device."""
    return forget(redirect("start"))


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Left with questions open: what is not known, what is, and whom to ring."""
    sitting = sitting_of(request)
    if sitting is None:
        return redirect("start")
    knowledge = load_knowledge()
    one = assess(sitting.case(knowledge), knowledge)
    if one.triage.urgency in PRESSING:
        return redirect("now")
    expecting = one.case.findings.get("pregnant"), one.case.findings.get("birth_within_6w")
    kinds = ("maternity",) if True in expecting else ("out_of_hours", "maternity")
    lines = {kind: contact_line(one.case, kind, knowledge) for kind in kinds}
    page = {
        "open": bool(one.triage.unanswered),
        "known": [r for r in one.triage.reasons if r.urgency == "within_days"],
        "first": lines[kinds[0]],
        "maternity": lines["maternity"] if expecting.count(False) < 2 else None,
        "emergency": contact_line(one.case, "emergency", knowledge),
    }
    return render(request, "sacra/leave.html", page)
