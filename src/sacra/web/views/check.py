"""The check: one screen at a time, alarms first; a danger turns the page at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.reasoning.assess import assess
from sacra.reasoning.interview import PRESSING, Ask, answer, follow_ups, next_screen
from sacra.rules.readings import UNSURE
from sacra.web import whose
from sacra.web.asked import asked_by, token_of
from sacra.web.forms import answers_of, lines_of
from sacra.web.sitting import Sitting, forget, keep, new_sitting, nothing_here, sitting_of

OLD_PAGE = "That page was from before. Nothing is lost: here is where you are now."
UNFINISHED = "One line still needs an answer."


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page: what Sacra is, what it is not, and one button."""
    shown = {
        "sitting": sitting_of(request),
        "keeps": whose.COOKIE in request.COOKIES,
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
    if request.method == "POST" and (
        asked := asked_by(request.POST.get("asked", ""), sitting, knowledge)
    ):
        return _take(request, sitting, asked, knowledge)
    return _page(request, sitting, knowledge, note=OLD_PAGE if request.method == "POST" else "")


def _take(request: HttpRequest, sitting: Sitting, ask: Ask, knowledge: Knowledge) -> HttpResponse:
    answers = answers_of(ask, request.POST, knowledge)
    if answers is None:
        return _page(request, sitting, knowledge, note=UNFINISHED, status=422)
    sitting.steps.append(len(sitting.findings))
    if ask.may_skip and not answers:
        sitting.put_aside += [part.screen for part in ask.parts]
    case = answer(sitting.case(knowledge), ask, answers, knowledge)
    sitting.findings = dict(case.findings)
    sitting.follow = list(follow_ups(answers, knowledge)) if ask.one_by_one else []
    return keep(redirect("check"), sitting)


def _page(
    request: HttpRequest,
    sitting: Sitting,
    knowledge: Knowledge,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    assessment = assess(sitting.case(knowledge), knowledge)
    ask = next_screen(assessment, knowledge, sitting.put_aside)
    if ask is None:
        return redirect("now" if assessment.triage.urgency in PRESSING else "result")
    given = request.POST if request.method == "POST" and status == 422 else None
    parts = list(zip(ask.parts, lines_of(ask, knowledge, given), strict=True))
    left = sum(question.stage == "safety" for question in assessment.enquiry)
    number = len(sitting.steps) + 1
    about = number + _screens_left(left)
    shown = {
        "ask": ask,
        "parts": parts,
        "asked": token_of(ask, sitting, knowledge),
        "note": note,
        "number": number,
        "about": about,
        "done": round(100 * (number - 1) / about),
        "safety_left": left,
        "ticks": any(line.ticks for _, lines in parts for line in lines),
        "can_go_back": bool(sitting.steps),
        "other": sitting.who == "other",
    }
    return render(request, "sacra/check.html", shown, status=status)


def _screens_left(safety_left: int) -> int:
    """About how many screens are still to come: a screen asks seven safety questions or so."""
    return -(-safety_left // _A_SCREEN) + _AFTER_SAFETY


_A_SCREEN = 7
_AFTER_SAFETY = 5


# --- "not sure" -------------------------------------------------------------------------------


def _follow(request: HttpRequest, sitting: Sitting, knowledge: Knowledge) -> HttpResponse:
    """The one concrete question behind each alarm that was answered "not sure"."""
    names = [name for name in sitting.follow if sitting.findings.get(name) == UNSURE]
    if request.method == "POST" and request.POST.get("asked") == ",".join(names):
        said = {name: request.POST.get(name) for name in names}
        if all(said.values()):
            sure = {name: said[name] == "yes" for name in names if said[name] in ("yes", "no")}
            sitting.findings = {**sitting.findings, **sure}
            sitting.follow = []
            return keep(redirect("check"), sitting)
    questions = [(name, knowledge.findings[name].follow_up) for name in names]
    return render(
        request, "sacra/follow_up.html", {"questions": questions, "asked": ",".join(names)}
    )


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
def stop(request: HttpRequest) -> HttpResponse:
    """Forget everything on this device."""
    return forget(redirect("start"))


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Left with questions open: what is not known, and whom to ring."""
    sitting = sitting_of(request)
    if sitting is None:
        return redirect("start")
    assessment = assess(sitting.case(load_knowledge()), load_knowledge())
    return render(
        request, "sacra/leave.html", {"assessment": assessment, "now": assessment.plan.now}
    )
