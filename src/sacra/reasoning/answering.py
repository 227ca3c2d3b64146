"""What the answers to a screen of the interview add to the case, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.reasoning.asking import PRESSING, Ask, shared_lines
from sacra.reasoning.case import SIDES, Case, read_case
from sacra.reasoning.triage import Reason
from sacra.rules.readings import UNSURE


def ticked(ask: Ask, yes: Iterable[str], unsure: Iterable[str] = ()) -> dict[str, Any]:
    """The answers of a screen on which these were marked: every other line is a no."""
    answers: dict[str, Any] = dict.fromkeys(ask.findings, False)
    return {**answers, **dict.fromkeys(unsure, UNSURE), **dict.fromkeys(yes, True)}


class FollowUp(NamedTuple):
    """What is asked once more, and what helps to tell; `shared` of a line of several signs."""

    question: str
    help: str = ""
    shared: bool = False


def follow_ups(answers: Mapping[str, Any], knowledge: Knowledge) -> dict[str, FollowUp]:
    """For each "not sure" what to ask once instead; its answer takes its place.

    That is one concrete question; of signs that shared a line, each its own.
    """
    said = (name for name, value in answers.items() if value == UNSURE)
    unsure = [name for name in said if name in knowledge.findings]  # not of one side only
    shared = {name for line in shared_lines(unsure, knowledge) if len(line) > 1 for name in line}
    asked = [knowledge.findings[name] for name in unsure]
    return {f.id: _follow_up(f, f.id in shared) for f in asked if f.follow_up or f.id in shared}


def _follow_up(finding: Finding, shared: bool) -> FollowUp:
    if shared:
        return FollowUp(finding.question, finding.follow_up, shared)
    return FollowUp(finding.follow_up)


def on_a_line(names: tuple[str, ...], said: Any) -> dict[str, Any]:
    """What an answer to one line says of each sign on it: of several, only a no says it of all."""
    apart = len(names) > 1 and said in (True, UNSURE)
    return dict.fromkeys(names, UNSURE if apart else said)


def surely_presses(reasons: Iterable[Reason]) -> bool:
    """Whether help is needed today whatever a "not sure" turns out to be: then nothing is asked."""
    return any(reason.urgency in PRESSING and not reason.unsure for reason in reasons)


def choices_of(ask: Ask, name: str, knowledge: Knowledge) -> dict[str, str]:
    """What a choice or a list can be answered with, each with its plain words."""
    finding = knowledge.findings[name]
    if finding.choices_from == "contacts":
        every = sorted(knowledge.contacts.values(), key=lambda c: (c.id == "default", c.region))
        return {contact.id: contact.region for contact in every}
    if finding.choices_from:
        return {item: knowledge.items[item].plain for item in ask.choices}
    return {choice: knowledge.word(choice) for choice in finding.choices}


def answer(case: Case, ask: Ask, answers: Mapping[str, Any], knowledge: Knowledge) -> Case:
    """The case with these answers, which may name a side; a screen may be answered in part.

    Raises:
        CaseError: a value is impossible, or contradicts what the case says.
    """
    given = [key for name in ask.findings for key in (name, *_sided(name)) if key in answers]
    added = {key: answers[g] for g in given for key in ((g,) if "." in g else _keys(g, case))}
    known = {**{k: v for k, v in case.findings.items() if k not in added}, **added}
    checked = read_case({key: _plain(known[key]) for key in known}, knowledge)
    return Case(checked.findings, case.as_of, case.assumed)


def _keys(name: str, case: Case) -> tuple[str, ...]:
    """A finding known on one side only is answered for the other; else without a side."""
    sides = _sided(name)
    if any(key in case.findings for key in sides):
        return tuple(key for key in sides if key not in case.findings)
    return (name,)


def _sided(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.{side}" for side in SIDES)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def problem(name: str, value: Any, knowledge: Knowledge) -> str:
    """What is wrong with one value, in the words of `read_case`; nothing when it is right."""
    try:
        read_case({name: value}, knowledge)
    except CaseError as wrong:
        return wrong.what
    return ""
