"""The guided session: today's exercises, second by second; the page alone can play it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.session import SessionStep, day_of, session_steps, stop_lines
from sacra.reasoning.standing import Chosen
from sacra.web import shown, shown_plan
from sacra.web.doses import dose_words
from sacra.web.entries import client_of, entry_of
from sacra.web.languages import load_knowledge
from sacra.web.models import Person
from sacra.web.record import add_entry
from sacra.web.views.diary import SCALE, after_writing
from sacra.web.whose import Care, care_of, local_now, moment, own_care, tag_of, to_now

_WORKER = Path(__file__).parent.parent / "static" / "sacra" / "sw.js"


@require_http_methods(["GET", "HEAD", "POST"])
@gzip_page
def session(request: HttpRequest) -> HttpResponse:
    """The session of now, or of a chosen time of day; a POST brings how it felt."""
    knowledge = load_knowledge()
    if request.method == "POST":
        return _felt(request, care_of(request, knowledge), knowledge)
    care = own_care(request, knowledge)
    if care is None:
        return redirect("start")
    if care.danger:
        return to_now(request, care, knowledge)
    if care.now.triage.urgency == "undetermined" or shown.band_of(care.case) == "child":
        return redirect("result")
    return render(request, "sacra/session.html", _page(request, care, knowledge))


def _page(request: HttpRequest, care: Care, knowledge: Knowledge) -> dict[str, Any]:
    day = day_of(care.programme, care.today)
    slots = [one.when for one in care.programme.days[day - 1].sessions]
    when = request.GET.get("when", "")
    when = when if when in slots else _slot(slots, local_now(request).hour)
    steps = session_steps(care.programme, day, when, knowledge)
    exercises = _exercises(care, steps, knowledge)
    page: dict[str, Any] = {
        "care": care,
        "when": when,
        "others": [(slot, _slots()[slot]) for slot in slots if slot != when],
        "exercises": exercises,
        "minutes": max(1, round(sum(step.seconds for step in steps) / 60)),
        "stops": shown_plan.shared_stops(care.programme, knowledge),
        "client": uuid.uuid4(),
        "scale": SCALE,
        "safety_net": care.programme.safety_net,
    }
    page["player"] = {
        "steps": msgspec.to_builtins(steps),
        "names": {one["id"]: one["name"] for one in exercises},
        "easier": {one["id"]: one["easier"] for one in exercises},
        "stop": stop_lines(knowledge),
        "owner": tag_of(care.person) if care.person else "",
        "day": care.today,
        "words": _words(),
    }
    return page


_HOURS = {"morning": 11, "midday": 16, "evening": 24}


def _slot(slots: Sequence[str], hour: int) -> str:
    """The session for this time of day: the next that is not over, else the last."""
    return next((s for s in slots if hour < _HOURS.get(s, 24)), slots[-1] if slots else "")


def _slots() -> dict[str, str]:
    return {
        "morning": _("this morning"),
        "midday": _("at midday"),
        "evening": _("this evening"),
        "through the day": _("through the day"),
    }


def _exercises(
    care: Care, steps: Sequence[SessionStep], knowledge: Knowledge
) -> list[dict[str, Any]]:
    """What the list shows of each exercise, in the order of the session."""
    shared = set(shown_plan.shared_stops(care.programme, knowledge))
    chosen = {one.exercise: one for one in care.programme.chosen}
    names = dict.fromkeys(step.exercise for step in steps)
    return [_exercise(chosen[name], care, steps, shared, knowledge) for name in names]


def _exercise(
    one: Chosen, care: Care, steps: Sequence[SessionStep], shared: set[str], knowledge: Knowledge
) -> dict[str, Any]:
    exercise, case = knowledge.exercises[one.exercise], care.now.case
    pictures = {
        name: mark_safe(
            shown_plan.figure_of(exercise, case, one.first_side, knowledge, still=still)
        )
        for name, still in (("moving", False), ("still", True))
    }
    own = [step for step in steps if step.exercise == one.exercise]
    return {
        "id": one.exercise,
        "name": exercise.plain,
        "dose": dose_words(one.dose, each_side=one.each_side),
        "change": one.change,
        "start": exercise.start_position,
        "do": exercise.steps,
        "easier": exercise.easier,
        "version": one.version,
        "warnings": one.warnings,
        "stops": [rule for rule in exercise.stop_when if rule not in shared],
        "seconds": round(sum(step.seconds for step in own)),
        "steps": [(_said(step), round(step.seconds)) for step in own],
        **pictures,
    }


def _said(step: SessionStep) -> str:
    """One step in words, for the list."""
    words = _words()
    said = [words[step.doing].replace("{reps}", str(step.reps))]
    if step.side:
        said.append(words[step.side])
    if step.sets > 1:
        said.append(words["set"].format(n=step.set, all=step.sets))
    if step.reps > 1 and step.doing in ("lift", "hold", "lower"):
        said.append(words["rep"].format(n=step.rep, all=step.reps))
    return ", ".join(said)


def _words() -> dict[str, str]:
    """Every word that the player says; it has none of its own."""
    return {
        "ready": _("Get ready"),
        "go": _("Go on, calmly"),
        "lift": _("Slowly into it"),
        "hold": _("Hold, and breathe"),
        "lower": _("Slowly back"),
        "repeat": _("{reps} times, slowly"),
        "rest": _("Rest"),
        "left": _("left side"),
        "right": _("right side"),
        "one": _("one side"),
        "other": _("the other side"),
        "set": _("round {n} of {all}"),
        "rep": _("{n} of {all}"),
        "next": _("Next: {what}"),
        "left_over": _("{time} left"),
        "skip_wait": _("Skip wait"),
        "skip_exercise": _("Skip this"),
        "pause": _("Pause"),
        "go_on": _("Go on"),
        "paused": _("Paused"),
        "end": _("That was the session."),
        "stopped": _("Stop {name} for today."),
        "instead": _("Next time try this: {easier}"),
        "lower_pain": _("That is below your stop line. Do it smaller and slower, or skip it."),
        "sent": _("Written in your diary."),
        "waiting": _("Kept on this device. It is sent when you are online again."),
        "gone": _("Your record has been deleted, so this was not kept."),
        "refused": _("This could not be written down. Write it in the diary instead."),
        "old": _("This is the session of {day}. Open the page again when you are online."),
    }


# --- how it felt ------------------------------------------------------------------------------


def _felt(request: HttpRequest, care: Care | None, knowledge: Knowledge) -> HttpResponse:
    """Write a session into its day; sent again, now or next week, it changes nothing."""
    post, by_script = request.POST, request.headers.get("Accept") == "application/json"
    if care is None or care.person is None:
        return _answer({"kept": False}, 410) if by_script else redirect("keep")
    if post.get("owner") != tag_of(care.person):
        return _answer({"kept": False}, 409) if by_script else redirect("session")
    at = moment(post.get("at"), request)
    try:
        add_entry(person=care.person, client=client_of(post), at=at, knowledge=knowledge,
                  entry=entry_of(post, care.programme))  # fmt: skip
    except CaseError as wrong:
        return _answer({"kept": False, "why": wrong.what}, 422)
    except Person.DoesNotExist:
        return _answer({"kept": False}, 410)
    return _answer({"kept": True}, 200) if by_script else after_writing(request, knowledge)


def _answer(data: dict[str, Any], status: int) -> HttpResponse:
    return JsonResponse(data, status=status)


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, from here so that it may look after this page and no other."""
    response = HttpResponse(_WORKER.read_text(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
