"""A fixed crowd of made-up people, made so that each rule of the knowledge meets somebody.

For each rule that moves urgency or plan there is a person for whom it holds and who says no to
all else; further people answer tests at random. They are no sample of anybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from sacra.kb.knowledge import Knowledge
from sacra.kb.reach import witness
from sacra.reasoning.case import Case
from sacra.rules.language import Rule, both, findings_of
from sacra.rules.readings import decide

_ADULT: dict[str, Any] = {
    "setting": "home", "region": "gb", "age": 42, "sex": "female", "onset_age": 41,
    "weight_kg": 70, "duration_weeks": 20, "pain_now": 4, "pain_worst": 5, "pain_side": "right",
    "conservative_months": 2, "buttock_pain": True, "pain_over_sij": True, "one_finger": True,
    "unilateral_pain": True,
}  # fmt: skip
PROFILES: tuple[dict[str, Any], ...] = (
    _ADULT,
    {**_ADULT, "duration_weeks": 3, "onset_age": 42},
    {**_ADULT, "age": 31, "onset_age": 31, "duration_weeks": 8, "pregnant": True,
     "pregnancy_weeks": 26},
    {**_ADULT, "age": 33, "onset_age": 33, "duration_weeks": 10, "recent_birth": True,
     "postpartum_weeks": 10},
    {**_ADULT, "age": 72, "onset_age": 71, "sex": "male", "setting": "primary_care"},
    {**_ADULT, "setting": "spine_clinic", "duration_weeks": 60, "conservative_months": 12},
)  # fmt: skip
"""Whom a rule meets: an adult, the same for a short time, in pregnancy, after a birth, older, and
at a clinic."""
_SEED = 20261125
_AT_RANDOM = 240
_POSITIVE = 0.35
_DEEP = 3
"""How far to follow what a finding applies to, and what that applies to."""


def crowd(knowledge: Knowledge) -> Iterator[Case]:
    """People at the borders of rules, each rule on two profiles; the same every time."""
    rules = list(dict.fromkeys(_rules(knowledge)))
    for i, rule in enumerate(rules):
        said = _values_for(rule, knowledge)
        for profile in dict.fromkeys((0, 1 + i % (len(PROFILES) - 1))):
            yield _person({**PROFILES[profile], **said}, knowledge)


def tested(knowledge: Knowledge) -> list[Case]:
    """People whose tests and symptoms are answered at random, for what moves probabilities."""
    rng = random.Random(_SEED)
    alarming = set(_alarming(knowledge))
    scored = [f for f in knowledge.findings.values() if f.scored and f.likelihood]
    entered = [f.id for f in scored if not f.derived and f.id not in alarming]
    people = []
    for i in range(_AT_RANDOM):
        said = {name: rng.random() < _POSITIVE for name in entered if rng.random() < 0.5}
        people.append(_person({**said, **PROFILES[i % len(PROFILES)]}, knowledge))
    return people


def _alarming(knowledge: Knowledge) -> Iterator[str]:
    """Every finding that a red flag reads, and those that it is worked out from."""
    waiting = [
        n for rules in knowledge.flag_rules.values() for _, r in rules for n in findings_of(r)
    ]
    while waiting:
        yield (name := waiting.pop())
        derived = knowledge.findings[name].derived
        waiting += derived.parts if derived else ()


def _rules(knowledge: Knowledge) -> Iterator[Rule]:
    """Every rule of a red flag, a gate, an indication or a pathway."""
    for rules in knowledge.flag_rules.values():
        yield from (rule for _, rule in rules)
    for pathway in knowledge.pathways.values():
        yield pathway.when
    for item in knowledge.items.values():
        here = [item.indicated.when] if item.indicated.when else []
        yield from here
        yield from (both(*here, gate.when) for gate in item.gates)
    for hazard in knowledge.hazards.values():
        yield from (gate.when for gate in hazard.gates)


def _values_for(rule: Rule, knowledge: Knowledge) -> dict[str, Any]:
    """Values for which the rule holds and each of which applies to the person who says them."""
    values: dict[str, Any] = {}
    for _ in range(_DEEP):
        values = witness(rule, knowledge) or values
        said = (knowledge.findings[name] for name, value in values.items() if value is not False)
        rule = both(rule, *(finding.applies_when for finding in said if finding.applies_when))
    return values


def _person(said: Mapping[str, Any], knowledge: Knowledge) -> Case:
    """Somebody who says this and no to everything else that a person can answer."""
    asked = (f for f in knowledge.findings.values() if f.type == "yes_no" and f.by == "self")
    no = {f.id: False for f in asked if not f.derived and f.kind != "diary"}
    known = {name: v for name, v in said.items() if not knowledge.findings[name].derived}
    return Case(_that_apply({**no, **known}, knowledge))


def _that_apply(said: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The answers without those that the others say do not apply."""
    while True:
        moot = [n for n, value in said.items() if value is not False and _moot(n, said, knowledge)]
        if not moot:
            return said
        said = {name: value for name, value in said.items() if name not in moot}


def _moot(name: str, said: Mapping[str, Any], knowledge: Knowledge) -> bool:
    rule = knowledge.findings[name].applies_when
    return rule is not None and decide(rule, said) is False
