"""A case: what is known about a person, and all that follows from it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.rules.language import Rule
from sacra.rules.readings import UNSURE, ask, decide, explain

SIDES = ("left", "right")
TESTED = ("examination", "imaging", "laboratory")
"""Kinds of finding that only an examiner or a machine can give."""


@dataclass(frozen=True)
class Case:
    """Findings known of one person; what is not in it is not known, never "no".

    `findings` maps ids (or ``id.left``, ``id.right``) to values; `unsure` is a stored answer.
    `assumed` names the findings that somebody set without asking.
    """

    findings: Mapping[str, Any]
    as_of: datetime.date | None = None
    assumed: frozenset[str] = frozenset()
    for_red_flags: Mapping[str, Any] = field(default_factory=dict)
    """After `settle`: the findings, with tests nobody has done read as not showing a danger.

    No red flag waits for an examination: a person at home could never finish. The differential
    and the gates of treatments never use this view.
    """
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """After `settle`: the findings that may weigh in the differential.

    Without what was only assumed, and without what is false because it does not apply: that a man
    has no pain since the birth says nothing about his joint.
    """


def read_case(data: Mapping[str, Any], knowledge: Knowledge, where: str = "") -> Case:
    """Check plain data, one finding a key, and make it a case.

    Raises:
        CaseError: an unknown finding, a wrong type, an impossible or a contradicting value.
    """
    if not isinstance(data, Mapping):
        raise CaseError(where, "a case is a list of `finding: value` lines")
    entered = dict(data)
    as_of = _read_date(entered.pop("as_of", None), where)
    findings = {str(key): _read(str(key), entered[key], knowledge, where) for key in entered}
    for problem in _contradictions(findings, knowledge):
        raise CaseError(where, problem)
    return Case(findings, as_of)


def _read_date(value: Any, where: str) -> datetime.date | None:
    if value is None or isinstance(value, datetime.date):
        return value
    raise CaseError(f"{where}, as_of" if where else "as_of", f"`{value}` is not a date like 2026-11-21")


def _read(key: str, value: Any, knowledge: Knowledge, where: str) -> Any:
    name, _, side = key.partition(".")
    at = f"{where}, {key}" if where else key
    finding = knowledge.findings.get(name)
    if finding is None:
        raise CaseError(at, f"unknown finding{nearest(name, knowledge.findings)}")
    if side and not (finding.sided and side in SIDES):
        sided = "left or right" if finding.sided else "no side"
        raise CaseError(at, f"`{name}` has {sided}, not `{side}`")
    if finding.derived and finding.derived.fires:
        raise CaseError(at, "is worked out from the red flags; enter the findings behind it")
    if value == UNSURE:
        return UNSURE
    problem = _VALUE_PROBLEM[finding.type](finding, value, knowledge)
    if problem:
        raise CaseError(at, problem)
    return tuple(value) if isinstance(value, list) else value


def _yes_no_problem(finding: Finding, value: Any, _knowledge: Knowledge) -> str:
    if isinstance(value, bool):
        return ""
    return f"`{value}` is not an answer: `{finding.id}` is true, false or unsure"


def _number_problem(finding: Finding, value: Any, _knowledge: Knowledge) -> str:
    unit = f" of {finding.unit}" if finding.unit else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"`{value}` is not a number{unit}; write the number alone"
    low, high = finding.min or 0, finding.max or 0
    if not low <= value <= high:
        return f"{value} is impossible: `{finding.id}` lies between {low:g} and {high:g}{unit and ' ' + finding.unit}"
    return ""


def _choice_problem(finding: Finding, value: Any, knowledge: Knowledge) -> str:
    choices = _choices(finding, knowledge)
    if value in choices:
        return ""
    return f"`{value}` is not one of {_some(choices)}{nearest(str(value), choices)}"


def _list_problem(finding: Finding, value: Any, knowledge: Knowledge) -> str:
    if not isinstance(value, list):
        return f"`{value}` is not a list; write [{value}]"
    wrong = [item for item in value if item not in _choices(finding, knowledge)]
    return _choice_problem(finding, wrong[0], knowledge) if wrong else ""


def _choices(finding: Finding, knowledge: Knowledge) -> tuple[str, ...]:
    if finding.choices_from == "contacts":
        return tuple(knowledge.contacts)
    return tuple(knowledge.items) if finding.choices_from else finding.choices


def _some(choices: tuple[str, ...]) -> str:
    shown = ", ".join(choices[:8])
    return shown + (" …" if len(choices) > 8 else "")


_VALUE_PROBLEM = {
    "yes_no": _yes_no_problem,
    "number": _number_problem,
    "choice": _choice_problem,
    "list": _list_problem,
}


def _contradictions(findings: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    for key, value in findings.items():
        name = key.partition(".")[0]
        finding = knowledge.findings[name]
        if key != name and name in findings:
            yield f"`{name}` is given with and without a side; keep one"
        for part in finding.derived.parts if finding.derived else ():
            if part in findings:
                yield f"`{name}` is worked out from `{part}`, which is given too; keep one"
        if finding.applies_when and value not in (False, UNSURE):
            yield from _does_not_apply(name, finding.applies_when, findings)


def _does_not_apply(name: str, rule: Rule, findings: Mapping[str, Any]) -> Iterator[str]:
    if decide(rule, findings) is False:
        because = ", ".join(sorted(explain(rule, findings)))
        yield f"`{name}` is given but does not apply; it contradicts {because}"


# --- settle -----------------------------------------------------------------------------------


def settle(case: Case, knowledge: Knowledge) -> Case:
    """The case with all that follows: derived findings, implications, what does not apply.

    Nothing that was entered changes. Steps repeat until none adds anything, because one derived
    finding may be part of another.
    """
    values = {**case.findings, **_either_side(case.findings)}
    unexamined = {name: False for name in _tested(knowledge) if name not in values}
    pending = [step for step in _steps(knowledge) if step[0] not in values]
    while added := _pass(pending, {**unexamined, **values}):
        values.update(added)
        pending = [step for step in pending if step[0] not in values]
    return replace(
        case,
        findings=values,
        for_red_flags={**unexamined, **values},
        evidence=_evidence(case, values, knowledge),
    )


def _evidence(case: Case, values: Mapping[str, Any], knowledge: Knowledge) -> Mapping[str, Any]:
    if case.assumed:
        asked = {name: value for name, value in case.findings.items() if name not in case.assumed}
        return settle(Case(asked), knowledge).evidence
    moot = {name for name, rule in _applying(knowledge) if decide(rule, values) is False}
    return {name: value for name, value in values.items() if name not in moot}


def _either_side(findings: Mapping[str, Any]) -> dict[str, Any]:
    """An unsided finding is either side: true if one is, false only if both are."""
    names = dict.fromkeys(key.partition(".")[0] for key in findings if "." in key)
    return {name: value for name in names if (value := _one_side(findings, name)) is not None}


def _one_side(findings: Mapping[str, Any], name: str) -> Any:
    left, right = (findings.get(f"{name}.{side}") for side in SIDES)
    if left is True or right is True:
        return True
    return UNSURE if UNSURE in (left, right) else False if left is right is False else None


def _pass(pending: list[Step], values: Mapping[str, Any]) -> dict[str, Any]:
    added: dict[str, Any] = {}
    for name, work in pending:
        if name not in added and (value := work(values)) is not None:
            added[name] = value
    return added


Step = tuple[str, Any]


@lru_cache(maxsize=4)
def _tested(knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(f.id for f in knowledge.findings.values() if f.kind in TESTED and not f.derived)


@lru_cache(maxsize=4)
def _applying(knowledge: Knowledge) -> tuple[tuple[str, Rule], ...]:
    every = knowledge.findings.values()
    return tuple((f.id, f.applies_when) for f in every if f.applies_when is not None)


@lru_cache(maxsize=4)
def _steps(knowledge: Knowledge) -> tuple[Step, ...]:
    return tuple(step for f in knowledge.findings.values() for step in _steps_of(f, knowledge))


def _steps_of(finding: Finding, knowledge: Knowledge) -> Iterator[Step]:
    if finding.applies_when:
        yield finding.id, _false_unless(finding.applies_when)
    if rule := knowledge.derived_rules.get(finding.id):
        yield finding.id, lambda values: decide(rule, values)
    if finding.derived and finding.derived.bands:
        yield finding.id, _band(finding.derived.bands.of, finding.derived.bands.starts)
    if finding.derived and finding.derived.count:
        yield finding.id, _count(finding.derived.count)
    for implication in finding.implied:
        yield finding.id, _value_when(implication.when, implication.value)


def _false_unless(rule: Rule) -> Any:
    return lambda values: False if decide(rule, values) is False else None


def _value_when(rule: Rule, value: Any) -> Any:
    return lambda values: value if decide(rule, values) else None


def _band(of: str, starts: tuple[int, ...]) -> Any:
    def work(values: Mapping[str, Any]) -> int | None:
        number = values.get(of)
        known = isinstance(number, int | float) and not isinstance(number, bool)
        return sum(number >= start for start in starts) if known else None

    return work


def _count(names: tuple[str, ...]) -> Any:
    def work(values: Mapping[str, Any]) -> int | None:
        answers = [values.get(name) for name in names]
        known = all(isinstance(answer, bool) for answer in answers)
        return sum(map(bool, answers)) if known else None

    return work


# --- open questions ---------------------------------------------------------------------------


def questions_behind(names: frozenset[str], case: Case, knowledge: Knowledge) -> frozenset[str]:
    """The findings to ask for these: a derived finding becomes its own open parts."""
    found: set[str] = set()
    todo, seen = list(names), set(names)
    while todo:
        name = todo.pop()
        parts = _open_parts(name, case, knowledge)
        found |= set() if parts else {name}
        todo += [part for part in parts if part not in seen]
        seen |= parts
    return frozenset(found)


def _open_parts(name: str, case: Case, knowledge: Knowledge) -> frozenset[str]:
    finding = knowledge.findings[name]
    rule = knowledge.derived_rules.get(name)
    if rule:
        return ask(rule, case.for_red_flags)
    parts = finding.derived.parts if finding.derived else ()
    return frozenset(part for part in parts if case.findings.get(part) is None)
