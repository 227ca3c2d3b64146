"""One screen of the check as a form: built from the knowledge, with no code for any question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.answering import choices_of, on_a_line, problem, ticked
from sacra.reasoning.asking import Ask, Part, shared_lines
from sacra.reasoning.case import SIDES
from sacra.reasoning.places import BOTH
from sacra.rules.readings import UNSURE
from sacra.web.places import places_answered

NONE = "none_of_these"
_SEEN_AT_ONCE = 8
_AND = "+"
"""Between the names of signs that share a line."""
SKIP = "skip"
"""A test that the person does not want to do: not known."""


@dataclass(frozen=True)
class Line:
    """One question on a screen, with what was chosen and what is wrong with it."""

    name: str
    question: str
    type: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: Mapping[str, str] | None = None
    sides: bool = False  # a yes says on which side
    chosen: Any = None
    wrong: str = ""

    @property
    def many(self) -> bool:
        """Whether there are too many to choose from to show them all at once."""
        return self.type == "choice" and len(self.choices or ()) > _SEEN_AT_ONCE

    @property
    def ticks(self) -> bool:
        """Whether it is answered yes or no."""
        return self.type == "yes_no"


def lines_of(ask: Ask, knowledge: Knowledge, given: QueryDict | None = None) -> list[list[Line]]:
    """The lines of each part of a screen, with what was sent before, if anything."""
    return [_lines(part, ask, knowledge, given) for part in ask.parts]


def _lines(part: Part, ask: Ask, knowledge: Knowledge, given: QueryDict | None) -> list[Line]:
    every = _names(part.findings, ask, knowledge)
    return [_line(names, part, ask, knowledge, given) for names in every]


def _names(
    findings: tuple[str, ...], ask: Ask, knowledge: Knowledge
) -> tuple[tuple[str, ...], ...]:
    """What stands on each line."""
    alone = tuple((name,) for name in findings)
    return alone if ask.way == "guide" else shared_lines(findings, knowledge)


def _line(
    names: tuple[str, ...], part: Part, ask: Ask, knowledge: Knowledge, given: QueryDict | None
) -> Line:
    if len(names) == 1:
        return _one(names[0], part, ask, knowledge, given)
    name = _AND.join(names)
    chosen = _yes_no(given.get(name, "")) if given is not None else None
    return Line(
        name=name,
        question=knowledge.together[names[0]].line,
        type="yes_no",
        chosen=chosen,
        wrong=_wrong(names[0], chosen, ask, knowledge) if given is not None else "",
    )


def _one(name: str, part: Part, ask: Ask, knowledge: Knowledge, given: QueryDict | None) -> Line:
    finding = knowledge.findings[name]
    chosen = _sent(name, ask, knowledge, given) if given is not None else None
    titled = bool(part.title) and ask.way != "guide"
    return Line(
        name=name,
        question=finding.under_title if titled else finding.question,
        type=finding.type,
        unit=knowledge.word(finding.unit),
        low=finding.min,
        high=finding.max,
        sides=ask.way == "guide" and finding.sided,
        choices=choices_of(ask, name, knowledge) if finding.type in ("choice", "list") else None,
        chosen=chosen,
        wrong=_wrong(name, chosen, ask, knowledge) if given is not None else "",
    )


def answers_of(ask: Ask, given: QueryDict, knowledge: Knowledge) -> dict[str, Any] | None:
    """What the form answers; None while a line lacks its answer or has an impossible one.

    A tick is a yes and a line left alone under "none" or beside ticks is a no; an alarm needs its
    own answer. A number, choice or wish left empty is not sure. Of a test to try, a line or a side
    left alone stays not known.
    """
    if ask.way in ("map", "point"):
        return places_answered(ask, given, knowledge)
    if ask.way == "guide":
        return _tried(ask, given, knowledge)
    sent = _all_sent(ask, given, knowledge)
    if any(_wrong(name, sent[name], ask, knowledge) for name in ask.findings):
        return None
    if ask.one_by_one:
        return sent
    ticks = [n for n in ask.findings if knowledge.findings[n].type == "yes_no"]
    if ticks and NONE not in given and not any(sent[n] is not None for n in ask.findings):
        return None
    answered = {n: value for n, value in sent.items() if value is not None}
    if ask.may_skip:
        return answered
    others = {n: UNSURE for n in ask.findings if n not in ticks and n not in answered}
    return {**ticked(ask, ()), **others, **answered}


def _all_sent(ask: Ask, given: QueryDict, knowledge: Knowledge) -> dict[str, Any]:
    """What was sent for each finding, if anything; a line of several signs says it of each."""
    sent: dict[str, Any] = {}
    for names in _names(ask.findings, ask, knowledge):
        alone = len(names) == 1
        said = given.get(_AND.join(names), "")
        sent |= on_a_line(names, _sent(names[0], ask, knowledge, given) if alone else _yes_no(said))
    return sent


def _tried(ask: Ask, given: QueryDict, knowledge: Knowledge) -> dict[str, Any] | None:
    answers: dict[str, Any] = {}
    for name in ask.findings:
        said = _sent(name, ask, knowledge, given)
        sided = [f"{name}.{side}" for side in SIDES if said in (side, BOTH)]
        answers |= dict.fromkeys(sided, True) if sided else {} if said is None else {name: said}
    return answers if answers or SKIP in given else None


def _sent(name: str, ask: Ask, knowledge: Knowledge, given: QueryDict) -> Any:
    kind = knowledge.findings[name].type
    raw = given.get(name, "").strip()
    if kind == "yes_no":
        sides = {word: word for word in (*SIDES, BOTH)} if ask.way == "guide" else {}
        sides = sides if knowledge.findings[name].sided else {}
        return sides.get(raw, _yes_no(raw))
    if raw == UNSURE:
        return UNSURE
    if kind == "list":
        return given.getlist(name) or None
    return number(raw) if kind == "number" and raw else raw or None


_YES_NO: dict[str, bool | str] = {"yes": True, "no": False, "unsure": UNSURE}


def _yes_no(raw: str) -> bool | str | None:
    return _YES_NO.get(raw)


def number(raw: str) -> Any:
    """A number with a point or a comma; anything else stays text, for its message."""
    try:
        value = float(raw.replace(",", "."))
    except ValueError:
        return raw
    return int(value) if value.is_integer() else value


def _wrong(name: str, value: Any, ask: Ask, knowledge: Knowledge) -> str:
    if value is None:
        return _("Please choose one.") if ask.one_by_one else ""
    told = isinstance(value, bool) or value in (UNSURE, *SIDES, BOTH)  # of what `_sent` knows
    if told or not problem(name, value, knowledge):
        return ""
    finding = knowledge.findings[name]
    if finding.type != "number":
        return _("Please choose from these.")
    ends = {"low": f"{finding.min:g}", "high": f"{finding.max:g}"}
    return _("Please write a number from %(low)s to %(high)s.") % ends


def stamp(ask: Ask) -> str:
    """What a form says it answers, so that an old tab or a replay is seen."""
    return ",".join(ask.findings)


def wrong_lines(lines: list[list[Line]]) -> Iterator[Line]:
    """The lines with something wrong, in their order."""
    return (line for part in lines for line in part if line.wrong)
