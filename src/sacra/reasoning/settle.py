"""Settling a case: derived findings, implications, what does not apply; and what lies behind."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Bands, Finding, Implication
from sacra.reasoning.case import SIDES, Case
from sacra.rules.language import Rule, findings_of
from sacra.rules.readings import UNSURE, Doubting, Reading, Values, ask, decide

TESTED = ("examination", "imaging", "laboratory")
"""Kinds of finding that only an examiner or a machine can give."""


def settle(case: Case, knowledge: Knowledge) -> Case:
    """The case with all that follows: derived findings, implications, what does not apply.

    Nothing that was entered changes. Steps are taken in the order in which findings depend on
    each other, and again when something they read is new, until nothing is.
    """
    values = {**case.findings, **_either_side(case.findings)}
    unexamined = {name: False for name in _tested(knowledge) if name not in values}
    for_red_flags = {**unexamined, **values}
    _follow(values, for_red_flags, knowledge)
    return replace(
        case,
        findings=values,
        for_red_flags=for_red_flags,
        flag_reading=Reading(for_red_flags),
        doubts=Doubting(for_red_flags) if UNSURE in for_red_flags.values() else None,
        evidence=_evidence(case, values, knowledge),
        behind={**_with_nothing_behind(knowledge)},
    )


def _evidence(case: Case, values: Mapping[str, Any], knowledge: Knowledge) -> Mapping[str, Any]:
    if case.assumed:
        asked = {name: value for name, value in case.findings.items() if name not in case.assumed}
        return settle(Case(asked), knowledge).evidence
    given, rules = case.findings, _applying(knowledge)
    moot = {n for n, rule in rules if n not in given and decide(rule, values) is False}
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


def _follow(values: dict[str, Any], for_red_flags: dict[str, Any], knowledge: Knowledge) -> None:
    """Add to both views all that follows from them."""
    steps, readers = _steps(knowledge)
    queue = sorted({i for name in for_red_flags for i in readers.get(name, ())})
    waiting = set(queue)
    doubts = {name for name, value in values.items() if value == UNSURE}
    while queue:
        index = heapq.heappop(queue)
        waiting.discard(index)
        step = steps[index]
        if step.gives in values:
            continue
        value = step.work(values, for_red_flags)
        if value is None and step.rule and not doubts.isdisjoint(step.reads):
            value = UNSURE if _is_unsure(step.rule, for_red_flags) else None
        if value is None:
            continue
        if value == UNSURE:
            doubts.add(step.gives)
        values[step.gives] = for_red_flags[step.gives] = value
        for other in readers.get(step.gives, ()):
            if other not in waiting:
                heapq.heappush(queue, other)
                waiting.add(other)


class Step(NamedTuple):
    """One way in which a finding follows: what it gives, what it reads, and how.

    The work gets the findings known so far, and as the red flags read them for what does not
    wait for tests.
    """

    gives: str
    reads: tuple[str, ...]
    work: Callable[[Values, Values], Any]
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


def _decide(rule: Rule, facts: Values, _flags: Values) -> bool | None:
    return decide(rule, facts)


def _decide_flags(rule: Rule, _facts: Values, flags: Values) -> bool | None:
    return decide(rule, flags)


def _is_unsure(rule: Rule, known: Values) -> bool:
    """Open only because a part was answered "not sure": then it is not sure itself."""
    return not ask(rule, known)


def _false_unless(rule: Rule, facts: Values, _flags: Values) -> bool | None:
    return False if decide(rule, facts) is False else None


def _implied(implied: Implication, facts: Values, _flags: Values) -> Any:
    return implied.value if decide(implied.when, facts) else None


def _band(bands: Bands, facts: Values, _flags: Values) -> int | None:
    number = facts.get(bands.of)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return sum(number >= start for start in bands.starts)


def _count(names: tuple[str, ...], facts: Values, _flags: Values) -> int | None:
    answers = [facts.get(name) for name in names]
    return sum(map(bool, answers)) if all(isinstance(a, bool) for a in answers) else None


# --- open questions ---------------------------------------------------------------------------


def questions_behind(names: frozenset[str], case: Case, knowledge: Knowledge) -> frozenset[str]:
    """The findings to ask for these: a derived finding becomes its own open parts."""
    if names not in case.behind:
        case.behind[names] = _behind_all(names, case, knowledge)
    return case.behind[names]


def _behind_all(names: frozenset[str], case: Case, knowledge: Knowledge) -> frozenset[str]:
    known = case.behind
    every = [known.get(name) or _behind(name, case, knowledge) for name in names]
    return frozenset().union(*every)


@lru_cache(maxsize=4)
def _with_nothing_behind(knowledge: Knowledge) -> dict[str | frozenset[str], frozenset[str]]:
    """Findings that are asked as they are, whatever the case."""
    every = (f.id for f in knowledge.findings.values() if not f.derived)
    return {name: frozenset([name]) for name in every if name not in knowledge.asked_before}


def _behind(name: str, case: Case, knowledge: Knowledge) -> frozenset[str]:
    case.behind[name] = frozenset([name])  # stands while its parts are looked at
    if parts := _open_parts(name, case, knowledge):
        case.behind[name] = _behind_all(parts, case, knowledge)
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
