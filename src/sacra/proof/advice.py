"""What triage and plan make of a case, in the solver's terms.

The same statements as `reasoning.triage` and `reasoning.gates`, over the sheets that the plan
itself uses; the tests hold both against each other, case by case. `policies` reads what must
hold of an item from the files alone, and is what the theorems are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property, lru_cache

import z3

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import URGENCIES, ActionClass, Effect, Intervention, RedFlag
from sacra.proof.logic import NO, Term
from sacra.proof.world import World
from sacra.reasoning.gates import Guarded, Sheet, guarded_tests, sheets
from sacra.reasoning.triage import rank
from sacra.rules.language import Rule, findings_of

HARD: tuple[Effect, ...] = ("block", "clinician")


class Advice:
    """Triage and plan of every case of a world.

    Args:
        world: the cases.
        beside: the advice of a world that shares terms with this one; what reads none of its own
            terms is taken from there.
    """

    def __init__(self, world: World, beside: Advice | None = None) -> None:
        self.world, self.knowledge, self.beside = world, world.knowledge, beside
        self.sheets = sheets(self.knowledge)
        self.tests = guarded_tests(self.knowledge)

    # --- triage -------------------------------------------------------------------------------

    @cached_property
    def reached(self) -> dict[str, dict[str, Term]]:
        """For each red flag and urgency: it asks for that urgency, or a higher one."""
        return {flag.id: self._reached(flag) for flag in self.knowledge.red_flags.values()}

    def _reached(self, flag: RedFlag) -> dict[str, Term]:
        reads = {n for _, rule in self.knowledge.flag_rules[flag.id] for n in findings_of(rule)}
        if self.beside and reads.isdisjoint(self.world.own):
            return self.beside.reached[flag.id]
        return dict(self._urgencies(flag))

    def _urgencies(self, flag: RedFlag) -> Iterator[tuple[str, Term]]:
        levels = self.knowledge.flag_rules[flag.id]
        doubts = [self.world.flags.known[n].unsure for _, rule in levels for n in findings_of(rule)]
        for urgency in URGENCIES:
            high = [rule for level, rule in levels if rank(level.urgency) >= rank(urgency)]
            sure = [self.world.flags.true(rule) for rule in high]
            capped = flag.if_unsure is not None and rank(flag.if_unsure) >= rank(urgency)
            maybe = [self.world.maybe.true(rule) for rule in high] if capped else []
            yield urgency, z3.Or(*sure, z3.And(z3.Or(*doubts), z3.Or(*maybe)))

    def at_least(self, urgency: str) -> Term:
        """What is known asks for this urgency or a higher one."""
        return self._at_least[urgency]

    @cached_property
    def _at_least(self) -> dict[str, Term]:
        every = self.reached.values()
        return {u: z3.Or(rank(u) <= rank("routine"), *(r[u] for r in every)) for u in URGENCIES}

    @property
    def pressing(self) -> Term:
        """Same-day or an emergency."""
        return self.at_least("same_day")

    def met(self, flag: str) -> Term:
        """The red flag is met, or may be."""
        return self.reached[flag][URGENCIES[0]]

    @cached_property
    def any_met(self) -> Term:
        """Any red flag is met."""
        return z3.Or(*map(self.met, self.knowledge.red_flags))

    @cache  # noqa: B019 - an Advice lives as long as its proof
    def held(self, action: ActionClass) -> Term:
        """A red flag that is met holds this class of action."""
        flags = self.knowledge.red_flags.values()
        return z3.Or(*(self.met(flag.id) for flag in flags if action in flag.holds))

    @cached_property
    def unanswered(self) -> Term:
        """A safety question is open whose answer could make it same-day or an emergency."""
        rules = [rule for levels in self.knowledge.alarm_rules.values() for _, rule in levels]
        return z3.Or(*map(self.waits, rules))

    def waits(self, rule: Rule) -> Term:
        """A red-flag rule is not decided, and answers that are not there could make it true."""
        world = self.world
        beside_a_doubt = z3.And(z3.Not(world.maybe.true(rule)), world.most_hopeful.true(rule))
        hope = z3.Or(world.hopeful.true(rule), beside_a_doubt)
        return z3.And(z3.Not(world.flags.decided(rule)), hope)

    @cached_property
    def self_care(self) -> Term:
        """Nobody needs to be seen."""
        rule = self.knowledge.policies["self_care"].when
        holds = self.world.facts.true(rule) if rule else NO
        return z3.And(holds, z3.Not(self.any_met), z3.Not(self.unanswered))

    # --- plan ---------------------------------------------------------------------------------

    @cached_property
    def offered(self) -> dict[str, Term]:
        """For each item: the plan offers it."""
        return {i: z3.And(self.called(i), self.free[i]) for i in self.knowledge.items}

    @cached_property
    def free(self) -> dict[str, Term]:
        """For each item: nothing stands before it, whether or not anything calls for it."""
        return {name: self._free(sheet) for name, sheet in self.sheets.items()}

    def free_test(self, screen: str) -> Term:
        """Nothing stands before a guided self-test."""
        return self._free(self.tests[screen])

    def _free(self, sheet: Guarded) -> Term:
        if sheet.refused or sheet.agreed:
            return NO
        gates = [gate for effect in HARD for gate in sheet.by_effect[effect]]
        return z3.And(
            z3.Not(self.pressing),
            *(z3.Not(self.held(action)) for action in sheet.classes),
            *(self.world.facts.false(gate.when) for gate in gates),
            self.world.facts.decided(sheet.indication),
        )

    def asks_first(self, name: str) -> Term:
        """The item waits for an answer to one of its gates."""
        sheet, facts = self.sheets[name], self.world.facts
        if sheet.refused or sheet.agreed:
            return NO
        gates = [gate for effect in HARD for gate in sheet.by_effect[effect]]
        stopped = [*(facts.true(g.when) for g in gates), *map(self.held, sheet.classes)]
        open_ = [z3.Not(facts.decided(g.when)) for g in gates]
        return z3.And(z3.Not(z3.Or(self.pressing, *stopped)), z3.Or(*open_))

    @cache  # noqa: B019 - as above
    def gates_read(self, name: str) -> frozenset[str]:
        """What the hard gates of an item read, and what these follow from."""
        gates = [gate for effect in HARD for gate in self.sheets[name].by_effect[effect]]
        return frozenset().union(
            *(behind(n, self.knowledge) for g in gates for n in findings_of(g.when))
        )

    def called(self, name: str) -> Term:
        """A pathway calls for the item, or the person asks about it."""
        sheet: Sheet = self.sheets[name]
        facts, item = self.world.facts, sheet.item
        for_them = z3.Or(*(self.on(pathway) for pathway in item.indicated.pathways))
        may = z3.Or(facts.true(sheet.indication), z3.Not(facts.decided(sheet.indication)))
        surely = facts.true(sheet.indication) if item.recommend == "specialist" else may
        return z3.Or(z3.And(for_them, surely), self.world.asks_about(name))

    def on(self, pathway: str) -> Term:
        """The person belongs to the pathway."""
        return self.world.facts.true(self.knowledge.pathways[pathway].when)


@lru_cache(maxsize=4096)
def behind(name: str, knowledge: Knowledge) -> frozenset[str]:
    """The finding, and all that it may be worked out from."""
    rule = knowledge.derived_rules.get(name)
    parts = findings_of(rule) if rule else ()
    return frozenset([name]).union(*(behind(part, knowledge) for part in parts))


def wholes(item: Intervention, knowledge: Knowledge) -> Iterator[Intervention]:
    """The item, what it is part of, and what that is part of; read from the files alone."""
    yield item
    for name in item.part_of:
        yield from wholes(knowledge.interventions[name], knowledge)
