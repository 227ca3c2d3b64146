"""The knowledge without one of its parts: each part that nobody has read at its source.

A part is left out; a starting probability, which cannot be, is moved to either end of its range.
Red flags are left out level by level whoever read them, as every alarm needs two signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from sacra.kb.knowledge import Knowledge, reached
from sacra.kb.schema import Gate, Intervention, PriorCell
from sacra.reasoning.likelihood import input_studies
from sacra.rules.language import ALWAYS, Rule


@dataclass(frozen=True)
class Variant:
    """A part of a file, and the knowledge in each form without it.

    `moves` says what is worked out again. `rule` is that of the part: whom it does not concern is
    not asked again. `items` are those whose gates or indication change, `finding` the one whose
    study is left out, `setting` and `population` those whose starting probability is moved.
    """

    fact: str
    part: str
    forms: tuple[Knowledge, ...]
    moves: Literal["triage", "gate", "indication", "pathway", "chances"]
    rule: Rule = ALWAYS
    items: frozenset[str] = frozenset()
    finding: str = ""
    setting: str = ""
    population: str = ""


def variants(knowledge: Knowledge) -> Iterator[Variant]:
    """Every part to be confirmed, kind by kind."""
    yield from _levels(knowledge)
    yield from _gates(knowledge)
    yield from _class_gates(knowledge)
    yield from _indications(knowledge)
    yield from _pathways(knowledge)
    yield from _studies(knowledge)
    yield from _priors(knowledge)


def _with(knowledge: Knowledge, kind: str, fact: Any, **change: Any) -> Knowledge:
    """The knowledge in which one fact is changed."""
    changed = msgspec.structs.replace(fact, **change)
    form: dict[str, Any] = {kind: {**getattr(knowledge, kind), fact.id: changed}}
    return replace(knowledge, **form)


def _without(parts: tuple[Any, ...], i: int) -> tuple[Any, ...]:
    return parts[:i] + parts[i + 1 :]


def _levels(knowledge: Knowledge) -> Iterator[Variant]:
    for flag in knowledge.red_flags.values():
        for i, level in enumerate(flag.levels):
            form = _with(knowledge, "red_flags", flag, levels=_without(flag.levels, i))
            part = f"{level.urgency}: {level.say}"
            yield Variant(f"red_flags/{flag.id}", part, (form,), "triage", reached(flag, level))


def _gates(knowledge: Knowledge) -> Iterator[Variant]:
    for item in knowledge.items.values():
        kind, parts = kind_of(item, knowledge), _parts_of(item, knowledge)
        for i, gate in _unread(item.gates):
            form = _with(knowledge, kind, item, gates=_without(item.gates, i))
            name = f"{kind}/{item.id}"
            yield Variant(name, _told(gate), (form,), "gate", gate.when, parts)


def _class_gates(knowledge: Knowledge) -> Iterator[Variant]:
    for hazard in knowledge.hazards.values():
        carry = frozenset(i.id for i in knowledge.items.values() if hazard.id in i.classes)
        parts = frozenset[str]().union(*(_parts_of(knowledge.items[n], knowledge) for n in carry))
        for i, gate in _unread(hazard.gates):
            form = _with(knowledge, "hazards", hazard, gates=_without(hazard.gates, i))
            name = f"hazards/{hazard.id}"
            yield Variant(name, _told(gate), (form,), "gate", gate.when, parts)


def _unread(gates: tuple[Gate, ...]) -> Iterator[tuple[int, Gate]]:
    return ((i, gate) for i, gate in enumerate(gates) if gate.mark != "verified")


def _told(gate: Gate) -> str:
    return f"{gate.effect}: {gate.why}"


def _parts_of(item: Intervention, knowledge: Knowledge) -> frozenset[str]:
    """The item and all that are part of it: they inherit its gates."""
    found: set[str] = set()
    new = {item.id}
    while new:
        found |= new
        inside = (one for one in knowledge.items.values() if not new.isdisjoint(one.part_of))
        new = {one.id for one in inside} - found
    return frozenset(found)


def kind_of(item: Intervention, knowledge: Knowledge) -> str:
    """The folder of an item."""
    return "exercises" if item.id in knowledge.exercises else "interventions"


def _indications(knowledge: Knowledge) -> Iterator[Variant]:
    for item in knowledge.items.values():
        when = item.indicated.when
        if when is not None and item.mark != "verified":
            kind = kind_of(item, knowledge)
            free = msgspec.structs.replace(item.indicated, when=None)
            form = _with(knowledge, kind, item, indicated=free)
            name, items = f"{kind}/{item.id}", frozenset([item.id])
            yield Variant(name, "indication", (form,), "indication", when, items)


def _pathways(knowledge: Knowledge) -> Iterator[Variant]:
    for pathway in knowledge.pathways.values():
        if pathway.mark != "verified":
            others = {n: p for n, p in knowledge.pathways.items() if n != pathway.id}
            form = replace(knowledge, pathways=others)
            yield Variant(f"pathways/{pathway.id}", "pathway", (form,), "pathway", pathway.when)


def _studies(knowledge: Knowledge) -> Iterator[Variant]:
    for finding in knowledge.findings.values():
        for condition, studies in finding.likelihood.items():
            for study in input_studies(finding, condition):
                if study.mark != "verified":
                    others = tuple(one for one in studies if one is not study)
                    form = _with(
                        knowledge,
                        "findings",
                        finding,
                        likelihood={**finding.likelihood, condition: others},
                    )
                    part = f"study of {condition}: {', '.join(study.sources)}"
                    name = f"findings/{finding.id}"
                    yield Variant(name, part, (form,), "chances", finding=finding.id)


def _priors(knowledge: Knowledge) -> Iterator[Variant]:
    for condition in knowledge.conditions.values():
        prior = condition.prior
        if prior is None:
            continue
        for setting, cell in prior.general.items():
            every = ({**prior.general, setting: end} for end in _ends(cell))
            ends: list[dict[str, Any]] = [{"general": general} for general in every]
            yield _prior(knowledge, condition, ends, "general", setting)
        for population in ("pregnant", "postpartum"):
            ends = [{population: end} for end in _ends(getattr(prior, population))]
            yield _prior(knowledge, condition, ends, population)


def _ends(cell: PriorCell) -> Iterator[PriorCell]:
    return (msgspec.structs.replace(cell, value=end) for end in (cell.low, cell.high))


def _prior(
    knowledge: Knowledge,
    condition: Any,
    ends: list[dict[str, Any]],
    population: str,
    setting: str = "",
) -> Variant:
    priors = (msgspec.structs.replace(condition.prior, **end) for end in ends)
    return Variant(
        f"conditions/{condition.id}",
        " ".join(("starting probability,", population, setting)).rstrip(),
        tuple(_with(knowledge, "conditions", condition, prior=one) for one in priors),
        "chances",
        population=population,
        setting=setting,
    )
