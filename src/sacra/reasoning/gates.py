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

    `hard` are the rules of its block and clinician gates. `refused` says why nobody is offered it,
    `agreed` who must agree to it for everybody.
    """

    classes: tuple[ActionClass, ...]
    by_effect: dict[Effect, tuple[Gate, ...]]
    hard: frozenset[Rule]
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
    by_effect = _by_effect(_collect_gates(item, knowledge))
    return Sheet(
        item=item,
        classes=item.classes,
        by_effect=by_effect,
        hard=_hard(by_effect),
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
    by_effect = _by_effect(gates)
    return Guarded(classes=guide.classes, by_effect=by_effect, hard=_hard(by_effect))


def _hard(by_effect: dict[Effect, tuple[Gate, ...]]) -> frozenset[Rule]:
    return frozenset(gate.when for gate in (*by_effect["block"], *by_effect["clinician"]))


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


@dataclass(frozen=True)
class Judge:
    """Holds items against one case. The questions behind equal sets of open gates are kept."""

    case: Case
    triage: Triage
    reading: Reading
    knowledge: Knowledge
    memo: dict[frozenset[Rule], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def met(self) -> frozenset[Rule]:
        """The rules of gates that hold."""
        return frozenset(r for r in _every_gate(self.knowledge) if self.reading.decide(r))

    @cached_property
    def open(self) -> frozenset[Rule]:
        """The rules of gates that are not known; a gate that is known to be false is no gate."""
        decide = self.reading.decide
        return frozenset(r for r in _every_gate(self.knowledge) if decide(r) is None)

    def __call__(self, sheet: Guarded) -> Verdict:
        """The verdict on one item.

        A true block withholds; a clinician gate needs agreement; an unanswered one of either is
        asked first; a modify gate changes the version and a caution warns, known or not.
        """
        if rank(self.triage.urgency) >= rank("same_day"):
            return Verdict(withheld=(self.knowledge.say("safety.be_seen_first"),))
        if withheld := self._withheld(sheet):
            return Verdict(withheld=withheld)
        if agreed := self._agreement(sheet):
            return Verdict(with_clinician=agreed)
        if undecided := self._undecided(sheet):
            return Verdict(ask_first=self._questions(undecided))
        changes = self._stand(sheet, "modify")
        return Verdict(
            versions=tuple(dict.fromkeys(gate.version for gate in changes)),
            warnings=tuple(dict.fromkeys(gate.why for gate in self._stand(sheet, "caution"))),
            days_a_level=max((gate.days_a_level for gate in changes), default=0),
        )

    def _met(self, sheet: Guarded, effect: Effect) -> list[Gate]:
        return [gate for gate in sheet.by_effect[effect] if gate.when in self.met]

    def _stand(self, sheet: Guarded, effect: Effect) -> list[Gate]:
        """Gates that hold, or may hold."""
        gates = sheet.by_effect[effect]
        return [gate for gate in gates if gate.when in self.met or gate.when in self.open]

    def _withheld(self, sheet: Guarded) -> tuple[str, ...]:
        refused = [sheet.refused] if sheet.refused else []
        blocked = [_reason(gate, self.knowledge) for gate in self._met(sheet, "block")]
        return tuple(dict.fromkeys([*refused, *self._held(sheet), *blocked]))

    def _agreement(self, sheet: Guarded) -> tuple[str, ...]:
        decided = [sheet.agreed] if sheet.agreed else []
        return tuple(dict.fromkeys([*decided, *(g.why for g in self._met(sheet, "clinician"))]))

    def _held(self, sheet: Guarded) -> list[str]:
        """The red flags that hold a class of action which it carries."""
        holds = self.triage.holds
        if holds.keys().isdisjoint(sheet.classes):
            return []
        flags = dict.fromkeys(flag for action in sheet.classes for flag in holds.get(action, ()))
        names = (self.knowledge.red_flags[flag].name for flag in flags)
        return [self.knowledge.say("safety.held", name=name) for name in names]

    def _undecided(self, sheet: Guarded) -> frozenset[Rule]:
        """Hard gates, and the indication, that are not decided."""
        rules = sheet.hard & self.open
        indicated = self.reading.decide(sheet.indication) is not None
        return rules if indicated else rules | {sheet.indication}

    def _questions(self, rules: frozenset[Rule]) -> tuple[str, ...]:
        """What to ask for these; once all is asked, the answers that were "not sure"."""
        if rules not in self.memo:
            asked = [names for rule in rules if (names := self.reading.ask(rule))]
            behind = [self._behind(names) for names in asked or [self._unsure(rules)]]
            self.memo[rules] = tuple(sorted(frozenset().union(*behind)))
        return self.memo[rules]

    def _behind(self, names: frozenset[str]) -> frozenset[str]:
        return questions_behind(names, self.case, self.knowledge)

    def _unsure(self, rules: frozenset[Rule]) -> frozenset[str]:
        names = (name for rule in rules for name in findings_of(rule))
        return frozenset(name for name in names if self.reading.unsure(name))


def _reason(gate: Gate, knowledge: Knowledge) -> str:
    if not gate.swap:
        return gate.why
    return knowledge.say("plan.instead", why=gate.why, name=knowledge.items[gate.swap].plain)
