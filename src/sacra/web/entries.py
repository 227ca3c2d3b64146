"""From a form to a day of the diary, in the words of a diary file; nothing is judged here."""

from __future__ import annotations

import contextlib
import datetime
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import QueryDict

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.diary import Done, Entry
from sacra.reasoning.session import day_of
from sacra.reasoning.standing import Programme
from sacra.web.doses import dose_words
from sacra.web.whose import Care

_WHOLE = {"before": "pain_before", "during": "pain_during", "effort": "effort"}
"""Asked once for all that was done that day."""


class Line(NamedTuple):
    """One exercise on the form of a day, with what was said before."""

    exercise: str
    name: str
    dose: str
    done: str = ""
    why_not: str = ""


def entry_of(post: QueryDict, programme: Programme) -> dict[str, Any]:
    """What a form says of a day; what it leaves out is not touched."""
    scales = {name: number for name in ("pain_now", "sleep") if (number := _said(post, name))}
    entry: dict[str, Any] = {name: _value(number) for name, number in scales.items()}
    if post.get("worse") in ("yes", "no"):
        entry["worse"] = post["worse"] == "yes"
    if "note" in post:
        entry["note"] = _said(post, "note")[:200] or None
    if "medicines" in post:
        entry["medicine"] = post.getlist("medicine")
    if done := list(_done(post, programme)):
        entry["done"] = done
    return entry


def _done(post: QueryDict, programme: Programme) -> Iterator[dict[str, Any]]:
    levels = {one.exercise: one.level for one in programme.chosen}
    felt = {key: _value(said) for name, key in _WHOLE.items() if (said := _said(post, name))}
    for name in (key.removeprefix("done-") for key in post if key.startswith("done-")):
        done = post.get(f"done-{name}", "")
        one: dict[str, Any] = {"exercise": name, "done": done}
        if done != "yes":
            one["why_not"] = post.get(f"why-{name}") or None
        if done != "no":
            one |= felt
            if hurt := _said(post, f"hurt-{name}"):
                one["pain_during"] = _value(hurt)
        if name in levels:
            one["level"] = levels[name]
        yield {key: value for key, value in one.items() if value is not None}


def morning_after(post: QueryDict, before: Entry | None) -> dict[str, Any] | None:
    """How yesterday's exercises felt this morning, as an addition to yesterday."""
    said = _said(post, "morning")
    if not said or before is None:
        return None
    did = [{"exercise": one.exercise, "done": one.done} for one in before.done if one.done != "no"]
    return {"done": [{**one, "pain_next_morning": _value(said)} for one in did]}


def _said(post: QueryDict, name: str) -> str:
    return post.get(name, "").strip()


def _value(text: str) -> Any:
    """A number; anything else stays text, for the message of the diary."""
    with contextlib.suppress(ValueError):
        return float(text)
    return text


def client_of(post: QueryDict) -> uuid.UUID:
    """The id that the page gave to this message; a fresh one where it has none."""
    try:
        return uuid.UUID(post.get("client", ""))
    except ValueError:
        return uuid.uuid4()


def lines_of(care: Care, day: datetime.date, knowledge: Knowledge) -> list[Line]:
    """Today's exercises, each once, and whatever else was noted for that day."""
    entry = care.entry_on(day)
    said = {one.exercise: one for one in entry.done} if entry else {}
    today = care.programme.days[day_of(care.programme, day) - 1].sessions
    planned = dict.fromkeys(name for session in today for name in session.exercises)
    names = dict.fromkeys([*planned, *said])
    return [_line(name, said.get(name), care.programme, knowledge) for name in names]


def _line(name: str, said: Done | None, programme: Programme, knowledge: Knowledge) -> Line:
    chosen = next((one for one in programme.chosen if one.exercise == name), None)
    dose = dose_words(chosen.dose, each_side=chosen.each_side) if chosen else ""
    plain = knowledge.exercises[name].plain
    return Line(name, plain, dose, said.done if said else "", said.why_not if said else "")


def common(entry: Entry | None) -> dict[str, float]:
    """What was said of all the exercises alike, to be shown again."""
    found = {}
    for name, key in _WHOLE.items():
        values = {getattr(one, key) for one in entry.done if one.done != "no"} if entry else set()
        if len(values) == 1 and (value := values.pop()) is not None:
            found[name] = value
    return found
