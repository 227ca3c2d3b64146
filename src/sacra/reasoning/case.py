"""A case: what is known about a person, and all that follows from it."""

from __future__ import annotations

import contextlib
import datetime
import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Bands, Finding, Implication
from sacra.rules.language import Rule, findings_of
from sacra.rules.readings import UNSURE, Reading, decide

SIDES = ("left", "right")
TESTED = ("examination", "imaging", "laboratory")
"""Kinds of finding that only an examiner or a machine can give."""


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
    behind: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """Memo of `questions_behind`."""


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
        if finding.applies_when and value not in (False, UNSURE):
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


# --- settle -----------------------------------------------------------------------------------


def settle(case: Case, knowledge: Knowledge) -> Case:
    """The case with all that follows: derived findings, implications, what does not apply.

    Nothing that was entered changes. Steps are taken in the order in which findings depend on
    each other, and again when something they read is new, until nothing is.
    """
    values = {**case.findings, **_either_side(case.findings)}
    unexamined = {name: False for name in _tested(knowledge) if name not in values}
    for_red_flags = {**unexamined, **values}
    flag_reading = _follow(values, for_red_flags, knowledge)
    return replace(
        case,
        findings=values,
        for_red_flags=for_red_flags,
        flag_reading=flag_reading,
        evidence=_evidence(case, values, knowledge),
        behind={},
    )


def _evidence(case: Case, values: Mapping[str, Any], knowledge: Knowledge) -> Mapping[str, Any]:
    if case.assumed:
        asked = {name: value for name, value in case.findings.items() if name not in case.assumed}
        return settle(Case(asked), knowledge).evidence
    given, applies = case.findings, Reading(values).decide
    moot = {n for n, rule in _applying(knowledge) if n not in given and applies(rule) is False}
    return {n: v for n, v in values.items() if n not in moot} | _painful_side(values)


def _painful_side(values: Mapping[str, Any]) -> dict[str, Any]:
    """A sided test counts once in the differential: on the painful side, when that is known."""
    side = values.get("pain_side")
    ending = f".{side}"
    return {key.removesuffix(ending): v for key, v in values.items() if key.endswith(ending)}


def _either_side(findings: Mapping[str, Any]) -> dict[str, Any]:
    """An unsided finding is either side: true if one is, false only if both are."""
    names = dict.fromkeys(key.partition(".")[0] for key in findings if "." in key)
    return {name: value for name in names if (value := _one_side(findings, name)) is not None}


def _one_side(findings: Mapping[str, Any], name: str) -> Any:
    left, right = (findings.get(f"{name}.{side}") for side in SIDES)
    if left is True or right is True:
        return True
    return UNSURE if UNSURE in (left, right) else False if left is right is False else None


def _follow(values: dict[str, Any], for_red_flags: dict[str, Any], knowledge: Knowledge) -> Reading:
    """Add to both views all that follows from them; gives back the red flags as read at the end.

    What fires comes last in the order, and no red flag reads it (`kb.check`), so that one reading
    serves for all of it.
    """
    steps, readers = _steps(knowledge)
    queue = sorted({i for name in for_red_flags for i in readers.get(name, ())})
    waiting = set(queue)
    facts, flags = Reading(values), Reading(for_red_flags)
    doubts = {name for name, value in values.items() if value == UNSURE}
    while queue:
        index = heapq.heappop(queue)
        waiting.discard(index)
        step = steps[index]
        if step.gives in values:
            continue
        value = step.work(facts, flags)
        if value is None and step.rule and not doubts.isdisjoint(step.reads):
            value = UNSURE if _is_unsure(step.rule, for_red_flags) else None
        if value is None:
            continue
        if value == UNSURE:
            doubts.add(step.gives)
        values[step.gives] = for_red_flags[step.gives] = value
        facts = Reading(values)
        flags = flags if step.fires else Reading(for_red_flags)
        for other in set(readers.get(step.gives, ())) - waiting:
            heapq.heappush(queue, other)
            waiting.add(other)
    return flags


class Step(NamedTuple):
    """One way in which a finding follows: what it gives, what it reads, and how.

    The work gets the findings as read so far, and as the red flags read them for what does not
    wait for tests.
    """

    gives: str
    reads: tuple[str, ...]
    work: Callable[[Reading, Reading], Any]
    fires: bool = False
    rule: Rule | None = None


@lru_cache(maxsize=4)
def _tested(knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(f.id for f in knowledge.findings.values() if f.kind in TESTED and not f.derived)


@lru_cache(maxsize=4)
def _applying(knowledge: Knowledge) -> tuple[tuple[str, Rule], ...]:
    every = knowledge.findings.values()
    return tuple((f.id, f.applies_when) for f in every if f.applies_when is not None)


@lru_cache(maxsize=4)
def _steps(knowledge: Knowledge) -> tuple[tuple[Step, ...], dict[str, tuple[int, ...]]]:
    """All steps, what they read before what they give; and for each finding who reads it."""
    every = [step for f in knowledge.findings.values() for step in _steps_of(f, knowledge)]
    reads: dict[str, set[str]] = {}
    for step in every:
        reads.setdefault(step.gives, set()).update(step.reads)
    depth = {name: _depth(name, reads, ()) for name in reads}
    steps = tuple(sorted(every, key=lambda step: (step.fires, depth[step.gives])))
    readers: dict[str, list[int]] = {}
    for index, step in enumerate(steps):
        for name in step.reads:
            readers.setdefault(name, []).append(index)
    return steps, {name: tuple(found) for name, found in readers.items()}


def _depth(name: str, reads: Mapping[str, set[str]], path: tuple[str, ...]) -> int:
    """How many steps lie under a finding; a circle (pregnant, its weeks) counts once."""
    below = (n for n in reads.get(name, ()) if n not in path and n != name)
    return 1 + max((_depth(n, reads, (*path, name)) for n in below), default=0)


def _steps_of(finding: Finding, knowledge: Knowledge) -> Iterator[Step]:
    name, derived = finding.id, finding.derived
    if rule := finding.applies_when:
        yield Step(name, findings_of(rule), partial(_false_unless, rule))
    if derived and (rule := knowledge.derived_rules.get(name)):
        tested = derived.waits_for_tests and not derived.fires
        work = partial(_decide if tested else _decide_flags, rule)
        yield Step(name, findings_of(rule), work, bool(derived.fires), rule)
    if derived and (bands := derived.bands):
        yield Step(name, (bands.of,), partial(_band, bands))
    if derived and (names := derived.count):
        yield Step(name, names, partial(_count, names))
    for implied in finding.implied:
        yield Step(name, findings_of(implied.when), partial(_implied, implied))


def _decide(rule: Rule, facts: Reading, _flags: Reading) -> bool | None:
    return facts.decide(rule)


def _decide_flags(rule: Rule, _facts: Reading, flags: Reading) -> bool | None:
    return flags.decide(rule)


def _is_unsure(rule: Rule, known: Mapping[str, Any]) -> bool:
    """Open only because a part was answered "not sure": then it is not sure itself."""
    return not Reading(known).ask(rule)


def _false_unless(rule: Rule, facts: Reading, _flags: Reading) -> bool | None:
    return False if facts.decide(rule) is False else None


def _implied(implied: Implication, facts: Reading, _flags: Reading) -> Any:
    return implied.value if facts.decide(implied.when) else None


def _band(bands: Bands, facts: Reading, _flags: Reading) -> int | None:
    number = facts.values.get(bands.of)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return sum(number >= start for start in bands.starts)


def _count(names: tuple[str, ...], facts: Reading, _flags: Reading) -> int | None:
    answers = [facts.values.get(name) for name in names]
    return sum(map(bool, answers)) if all(isinstance(a, bool) for a in answers) else None


# --- open questions ---------------------------------------------------------------------------


def questions_behind(names: frozenset[str], case: Case, knowledge: Knowledge) -> frozenset[str]:
    """The findings to ask for these: a derived finding becomes its own open parts."""
    return frozenset().union(*(_behind(name, case, knowledge) for name in names))


def _behind(name: str, case: Case, knowledge: Knowledge) -> frozenset[str]:
    if name not in case.behind:
        case.behind[name] = frozenset([name])  # stands while its parts are looked at
        parts = _open_parts(name, case, knowledge)
        if parts:
            case.behind[name] = questions_behind(parts, case, knowledge)
    return case.behind[name]


def _first(name: str, case: Case, knowledge: Knowledge) -> frozenset[str]:
    """What to ask before: "is it there" before "is it getting worse", "do you train" before how."""
    rules, ask = knowledge.asked_before.get(name, ()), case.flag_reading.ask
    return frozenset().union(*map(ask, rules)) - {name} if rules else frozenset()


def _open_parts(name: str, case: Case, knowledge: Knowledge) -> frozenset[str]:
    if first := _first(name, case, knowledge):
        return first
    rule = knowledge.derived_rules.get(name)
    if rule:
        reading = case.flag_reading
        return reading.ask(rule) or frozenset(filter(reading.unsure, findings_of(rule)))
    derived = knowledge.findings[name].derived
    parts = derived.parts if derived else ()
    return frozenset(part for part in parts if case.findings.get(part) is None)
