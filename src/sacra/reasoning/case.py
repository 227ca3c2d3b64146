"""A case: what is known about a person, and all that follows from it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.rules.language import Rule
from sacra.rules.readings import UNSURE, Doubting, Reading, decide

SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
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

    flag_reading: Reading = field(default_factory=lambda: Reading({}), repr=False)
    """Rules read against `for_red_flags`."""
    doubts: Doubting | None = field(default=None, repr=False)
    """The same where "not sure" makes a rule true if it can; None where nobody was unsure."""
    behind: dict[str | frozenset[str], frozenset[str]] = field(default_factory=dict, repr=False)
    """Memo of `questions_behind`: of one finding, and of sets that are asked for together."""


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
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value)
    raise CaseError(
        f"{where}, as_of" if where else "as_of", f"`{value}` is not a date like 2026-11-21"
    )


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
    if finding.kind == "diary":
        raise CaseError(at, "is worked out from the diary; keep one instead")
    if value == UNSURE:
        return UNSURE
    problem = _VALUE_PROBLEM[finding.type](finding, value, knowledge)
    if problem:
        raise CaseError(at, problem)
    return tuple(value) if isinstance(value, list) else value


def _yes_no_problem(finding: Finding, value: Any, _knowledge: Knowledge) -> str:
    if isinstance(value, bool):
        return ""
    said = str(value).lower()
    if value is None:
        return "has no value; write true, false or unsure, or leave the line out"
    if said in ("true", "false", "yes", "no", "unsure"):
        return f"write {_PLAIN_ANSWER.get(said, said)}, without quotes and in small letters"
    if finding.sided and (said in SIDES or isinstance(value, Mapping)):
        side = said if said in SIDES else "left"
        return f"a side is part of the key; write `{finding.id}.{side}: true`"
    return f"`{value}` is not an answer: `{finding.id}` is true, false or unsure"


_PLAIN_ANSWER = {"yes": "true", "no": "false"}


def _number_problem(finding: Finding, value: Any, _knowledge: Knowledge) -> str:
    unit = f" of {finding.unit}" if finding.unit else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"`{value}` is not a number{unit}; write the number alone"
    low, high = finding.min or 0, finding.max or 0
    if not low <= value <= high:
        within = f"between {low:g} and {high:g} {finding.unit}".rstrip()
        return f"{value} is impossible: `{finding.id}` lies {within}"
    return ""


def _choice_problem(finding: Finding, value: Any, knowledge: Knowledge) -> str:
    choices = _choices(finding, knowledge)
    if value in choices:
        return ""
    if isinstance(value, bool) and (word := "yes" if value else "no") in choices:
        return f'without quotes `{word}` means {str(value).lower()}; write "{word}"'
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
        stated = value is not False and value != UNSURE  # 0 weeks are stated, and equal False
        if finding.applies_when and stated:
            yield from _does_not_apply(name, finding.applies_when, findings)


def _does_not_apply(name: str, rule: Rule, findings: Mapping[str, Any]) -> Iterator[str]:
    if decide(rule, findings) is False:
        because = ", ".join(sorted(Reading(findings).explain(rule)))
        yield f"`{name}` is given but does not apply; it contradicts {because}"


# --- time ------------------------------------------------------------------------------------


def case_on(case: Case, day: datetime.date, knowledge: Knowledge) -> Case:
    """The entered case as it stands on a later day: times since something have grown.

    What would leave its range (week 45 of a pregnancy) is no longer known. Nothing else changes:
    what was true stays true until somebody says otherwise.
    """
    passed = (day - case.as_of).days if case.as_of else 0
    if passed <= 0:
        return case
    later = {name: _later(name, value, passed, knowledge) for name, value in case.findings.items()}
    kept = {name: value for name, value in later.items() if value is not None}
    return Case(kept, day, case.assumed)


def _later(key: str, value: Any, passed: int, knowledge: Knowledge) -> Any:
    finding = knowledge.findings[key.partition(".")[0]]
    if not finding.advances or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    grown = value + (passed // 7 if finding.unit == "weeks" else passed)
    return grown if finding.max is None or grown <= finding.max else None
