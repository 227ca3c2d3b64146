"""Whether an item fits a person: its indication, and every gate that stands before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import get_args

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import ActionClass, Effect, Gate, Guide, Intervention
from sacra.reasoning.case import Case
from sacra.reasoning.settle import questions_behind
from sacra.reasoning.triage import Triage, rank
from sacra.rules.language import ALWAYS, Rule, Test, both, either, findings_of
from sacra.rules.readings import Reading


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the gates of one item say; at most one of the first three is filled.

    `ask_first` is None when nothing is open; else the findings it waits for.
    """

    withheld: tuple[str, ...] = ()
    ask_first: tuple[str, ...] | None = None
    with_clinician: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    days_a_level: int = 0

    @property
    def free(self) -> bool:
        """Nothing stands before the item."""
        return not self.withheld and not self.with_clinician and self.ask_first is None


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """All that must hold before something is done, put together once per knowledge.

    `refused` says why nobody is offered it, `agreed` who must agree to it for everybody.
    """

    classes: tuple[ActionClass, ...]
    by_effect: dict[Effect, tuple[Gate, ...]]
    indication: Rule = ALWAYS
    refused: str = ""
    agreed: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet(Guarded):
    """An item of the plan with all that must hold for it."""

    item: Intervention


@lru_cache(maxsize=4)
def sheets(knowledge: Knowledge) -> dict[str, Sheet]:
    """The sheet of every item, by id."""
    return {item.id: _sheet(item, knowledge) for item in knowledge.items.values()}


def _sheet(item: Intervention, knowledge: Knowledge) -> Sheet:
    refused = item.recommend in ("do_not_offer", "advise_against")
    decided = knowledge.say("plan.specialist")
    return Sheet(
        item=item,
        classes=item.classes,
        by_effect=_by_effect(_collect_gates(item, knowledge)),
        indication=_indication(item),
        refused=item.why_not if refused else "",
        agreed=decided if item.recommend == "specialist" else "",
    )


@lru_cache(maxsize=4)
def guarded_tests(knowledge: Knowledge) -> dict[str, Guarded]:
    """What must hold for each test to try, by the screen that guides through it."""
    guides = {screen.id: screen.guide for screen in knowledge.screens.values() if screen.guide}
    return {name: _guarded(guide, knowledge) for name, guide in guides.items()}


def _guarded(guide: Guide, knowledge: Knowledge) -> Guarded:
    gates = chain(guide.gates, _class_gates(guide.classes, knowledge))
    return Guarded(classes=guide.classes, by_effect=_by_effect(gates))


def _by_effect(gates: Iterator[Gate]) -> dict[Effect, tuple[Gate, ...]]:
    every, effects = _distinct(gates), get_args(Effect)
    return {effect: tuple(g for g in every if g.effect == effect) for effect in effects}


def _distinct(gates: Iterator[Gate]) -> tuple[Gate, ...]:
    """Each rule and effect once, in the item's own words where it has any, at the slowest pace."""
    found: dict[tuple[Rule, str], Gate] = {}
    for gate in gates:
        first = found.setdefault((gate.when, gate.effect), gate)
        if gate.days_a_level > first.days_a_level:
            slower = msgspec.structs.replace(first, days_a_level=gate.days_a_level)
            found[gate.when, gate.effect] = slower
    return tuple(found.values())


_PHASES = {p: Test(p, "eq", True) for p in ("acute", "subacute", "chronic")}


def _indication(item: Intervention) -> Rule:
    """In one of its phases, and whatever else it asks for."""
    phases, when = item.indicated.phases, item.indicated.when
    rules = [either(*(_PHASES[p] for p in phases))] if len(phases) < len(_PHASES) else []
    rules += [when] if when else []
    return both(*rules) if rules else ALWAYS


def _collect_gates(item: Intervention, knowledge: Knowledge) -> Iterator[Gate]:
    """Its own gates, those of all it is part of, and the policies of every class it carries."""
    for one in (item, *_wholes(item, knowledge)):
        yield from one.gates
    yield from _class_gates(item.classes, knowledge)


def _class_gates(classes: tuple[ActionClass, ...], knowledge: Knowledge) -> Iterator[Gate]:
    for action in classes:
        if action in knowledge.hazards:
            yield from knowledge.hazards[action].gates


def _wholes(item: Intervention, knowledge: Knowledge) -> Iterator[Intervention]:
    """What an item is part of, and what that is part of."""
    for name in item.part_of:
        yield knowledge.interventions[name]
        yield from _wholes(knowledge.interventions[name], knowledge)


@lru_cache(maxsize=4)
def _every_gate(knowledge: Knowledge) -> frozenset[Rule]:
    """The rules of every gate; a tenth as many as gates, as classes share them."""
    every = chain(sheets(knowledge).values(), guarded_tests(knowledge).values())
    gates = (gates for guarded in every for gates in guarded.by_effect.values())
    return frozenset(gate.when for gate in chain.from_iterable(gates))


Read = list[tuple[Gate, bool | None]]


@dataclass(frozen=True)
class Judge:
    """Holds items against one case. The questions behind equal sets of open gates are kept."""

    case: Case
    triage: Triage
    reading: Reading
    knowledge: Knowledge
    memo: dict[tuple[Rule, ...], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def stands(self) -> dict[Rule, bool | None]:
        """The rules of gates that are true or not known: those that are false stand in no way."""
        read = ((rule, self.reading.decide(rule)) for rule in _every_gate(self.knowledge))
        return {rule: true for rule, true in read if true is not False}

    def __call__(self, sheet: Guarded) -> Verdict:
        """The verdict on one item.

        A true block withholds; a clinician gate needs agreement; an unanswered one of either is
        asked first; a modify gate changes the version and a caution warns, known or not.
        """
        if rank(self.triage.urgency) >= rank("same_day"):
            return Verdict(withheld=(self.knowledge.say("safety.be_seen_first"),))
        blocks, clinicians = self._read(sheet, "block"), self._read(sheet, "clinician")
        if withheld := self._withheld(sheet, blocks):
            return Verdict(withheld=withheld)
        if agreed := _agreement(sheet, clinicians):
            return Verdict(with_clinician=agreed)
        if hard := self._open(sheet, blocks + clinicians):
            return Verdict(ask_first=self._questions(hard))
        changes = [gate for gate, _ in self._read(sheet, "modify")]
        return Verdict(
            versions=tuple(dict.fromkeys(gate.version for gate in changes)),
            warnings=tuple(dict.fromkeys(gate.why for gate, _ in self._read(sheet, "caution"))),
            days_a_level=max((gate.days_a_level for gate in changes), default=0),
        )

    def _read(self, sheet: Guarded, effect: Effect) -> Read:
        """Its gates of this effect that stand."""
        stands = self.stands
        return [(g, stands[g.when]) for g in sheet.by_effect[effect] if g.when in stands]

    def _withheld(self, sheet: Guarded, blocks: Read) -> tuple[str, ...]:
        refused = [sheet.refused] if sheet.refused else []
        blocked = [_reason(gate, self.knowledge) for gate, true in blocks if true]
        return tuple(dict.fromkeys([*refused, *self._held(sheet), *blocked]))

    def _held(self, sheet: Guarded) -> list[str]:
        """The red flags that hold a class of action which it carries."""
        holds = self.triage.holds
        if holds.keys().isdisjoint(sheet.classes):
            return []
        flags = dict.fromkeys(flag for action in sheet.classes for flag in holds.get(action, ()))
        names = (self.knowledge.red_flags[flag].name for flag in flags)
        return [self.knowledge.say("safety.held", name=name) for name in names]

    def _open(self, sheet: Guarded, hard: Read) -> list[Rule]:
        """Hard gates, and the indication, that are not decided."""
        rules = [gate.when for gate, true in hard if true is None]
        undecided = self.reading.decide(sheet.indication) is None
        return [*rules, sheet.indication] if undecided else rules

    def _questions(self, rules: list[Rule]) -> tuple[str, ...]:
        """What to ask for these; once all is asked, the answers that were "not sure"."""
        key = tuple(dict.fromkeys(rules))
        if key not in self.memo:
            asked = [names for rule in key if (names := self.reading.ask(rule))]
            behind = [self._behind(names) for names in asked or [self._unsure(rules)]]
            self.memo[key] = tuple(sorted(frozenset().union(*behind)))
        return self.memo[key]

    def _behind(self, names: frozenset[str]) -> frozenset[str]:
        return questions_behind(names, self.case, self.knowledge)

    def _unsure(self, rules: list[Rule]) -> frozenset[str]:
        names = (name for rule in rules for name in findings_of(rule))
        return frozenset(name for name in names if self.reading.unsure(name))


def _agreement(sheet: Guarded, clinicians: Read) -> tuple[str, ...]:
    decided = [sheet.agreed] if sheet.agreed else []
    return tuple(dict.fromkeys([*decided, *(gate.why for gate, true in clinicians if true)]))


def _reason(gate: Gate, knowledge: Knowledge) -> str:
    if not gate.swap:
        return gate.why
    return knowledge.say("plan.instead", why=gate.why, name=knowledge.items[gate.swap].plain)
