"""What of the knowledge rests on memory, on a working value, or on nobody's word yet: counted.

The clinical safety file prints these, so that no number in it is typed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Fact, Gate, PriorCell, Study
from sacra.kb.schema_safety import Doubt
from sacra.kb.signing import enough, is_alarm


class Share(NamedTuple):
    """How many of how many."""

    some: int
    of: int


def doubts(knowledge: Knowledge) -> dict[Doubt, Share]:
    """Every count, by its name."""
    return {name: _share(count(knowledge)) for name, count in _COUNTS.items()}


def _share(doubted: Iterable[bool]) -> Share:
    every = list(doubted)
    return Share(sum(every), len(every))


def _not_read(facts: Iterable[Any]) -> Iterator[bool]:
    """Of each fact, study, gate or prior whether nobody has read it at its source."""
    return (fact.mark != "verified" for fact in facts)


def _gates(knowledge: Knowledge) -> Iterator[Gate]:
    for item in knowledge.items.values():
        yield from item.gates
    for hazard in knowledge.hazards.values():
        yield from hazard.gates


def _studies(knowledge: Knowledge) -> Iterator[Study]:
    for finding in knowledge.findings.values():
        for studies in finding.likelihood.values():
            yield from (study for study in studies if study.use == "input")


def _priors(knowledge: Knowledge) -> Iterator[PriorCell]:
    for condition in knowledge.conditions.values():
        if condition.prior:
            general = condition.prior.general.values()
            yield from (*general, condition.prior.pregnant, condition.prior.postpartum)


def _facts(knowledge: Knowledge) -> Iterator[Fact]:
    every = (fact for kind, fact in knowledge.facts() if kind != "risks")
    return (fact for fact in every if isinstance(fact, Fact))


def _unconfirmed(facts: Iterable[Fact]) -> Iterator[bool]:
    return (not enough(fact) for fact in facts)


_COUNTS: dict[Doubt, Callable[[Knowledge], Iterator[bool]]] = {
    "recalled_alarms": lambda k: _not_read(f for f in k.red_flags.values() if is_alarm(f)),
    "recalled_red_flags": lambda k: _not_read(k.red_flags.values()),
    "recalled_gates": lambda k: _not_read(_gates(k)),
    "assumed_studies": lambda k: _not_read(_studies(k)),
    "assumed_priors": lambda k: _not_read(_priors(k)),
    "recalled_items": lambda k: _not_read(k.items.values()),
    "assumed_policies": lambda k: _not_read(k.policies.values()),
    "recalled_contacts": lambda k: _not_read(k.contacts.values()),
    "unconfirmed_alarms": lambda k: _unconfirmed(f for f in k.red_flags.values() if is_alarm(f)),
    "unconfirmed_facts": lambda k: _unconfirmed(_facts(k)),
}
