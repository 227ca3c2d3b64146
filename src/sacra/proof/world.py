"""What a case can be: every answer that somebody can enter, and all that settling makes of it.

The terms are made by the same steps as `reasoning.settle` takes, each finding once, from what it
reads at the end. Where findings depend on each other in a circle (pregnant, its weeks) the terms
may allow more cases than the program makes, never fewer: what is proved of them holds for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import z3

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.proof.logic import NO, YES, Known, Term, View
from sacra.reasoning.settle import TESTED
from sacra.rules.language import Likely, Rule, findings_of, leaves
from sacra.rules.readings import UNSURE

Given = list[tuple[Term, Any]]
"""Conditions with the value that each gives, the first that holds counts."""


class World:
    """Terms for every finding, in the views that the program reads, with what binds them.

    Attributes:
        entered: what somebody answered.
        facts: after settling; what plan and gates read, with probabilities free.
        flags: the same with tests nobody has done read as no; what red flags read.
        maybe: that where "not sure" makes a rule true if it can.
        open: flags with everything that is not answered as it helps.
        hopeful, most_hopeful: flags, and maybe, with every question that is open to the person
            answered as it helps; what could still be true.
    """

    def __init__(
        self, knowledge: Knowledge, mark: str = "", entered: Mapping[str, Known] | None = None,
        settled: Mapping[str, Known] | None = None,
    ) -> None:  # fmt: skip
        """Make the terms, but for those that are shared with another world.

        Args:
            knowledge: what can be known.
            mark: tells the terms of two worlds apart that one question is about.
            entered: answers, in place of new terms.
            settled: findings that need no terms of their own.
        """
        self.knowledge, self.mark = knowledge, mark
        names, shared = knowledge.findings, settled or {}
        self.entered = View(entered or {n: self._state("entered", f) for n, f in names.items()})
        self.own = frozenset(n for n in names if n not in shared)
        known = {**shared, **{n: self._state("settled", names[n]) for n in names if n in self.own}}
        self.facts = View(known, self.likely)
        in_flags = {name: _untested(names[name], one) for name, one in known.items()}
        self.flags = View(in_flags)
        self.maybe = View(in_flags, doubts_hold=True)
        hopes = _askable(knowledge)
        self.open = View(in_flags, hopes=dict.fromkeys(names))
        self.hopeful = View(in_flags, hopes=hopes)
        self.most_hopeful = View(in_flags, doubts_hold=True, hopes=hopes)

    def when(self, name: str, answer: Known) -> World:
        """The same answers but for one, with new terms only for what follows from it."""
        entered = {**self.entered.known, name: answer}
        touched = following(name, self.knowledge)
        same = {n: known for n, known in self.facts.known.items() if n not in touched}
        return World(self.knowledge, f"when {name}: ", entered, same)

    def asks_about(self, item: str) -> Term:
        """The person asks about this item."""
        return z3.Bool(f"{self.mark}asks:{item}")

    def likely(self, test: Likely) -> Term:
        """A probability is above its threshold; any that suits, so that a proof fits them all."""
        return z3.Bool(f"{self.mark}likely:{'+'.join(test.conditions)}>{test.above}")

    def _state(self, view: str, finding: Finding) -> Known:
        at = f"{self.mark}{view}:{finding.id}"
        terms = {part: z3.Bool(f"{at}:{part}") for part in ("yes", "no", "unsure", "given")}
        if finding.type == "yes_no":
            return Known(**{**terms, "given": NO})
        sort = z3.Real if finding.type == "number" else z3.Int
        choices = finding.choices or tuple(self.knowledge.contacts)
        return Known(**{**terms, "yes": NO}, value=sort(f"{at}:value"),
                     choices=choices if finding.type == "choice" else ())  # fmt: skip

    @cached_property
    def bounds(self) -> tuple[Term, ...]:
        """All that is true of every case."""
        every = [f for f in self.knowledge.findings.values() if f.id in self.own]
        return (*self._thresholds(), *(term for f in every for term in self._of(f)))

    def _of(self, finding: Finding) -> Iterator[Term]:
        entered, settled = self.entered.known[finding.id], self.facts.known[finding.id]
        for known in (entered, settled):
            yield _at_most_one(known)
        yield from self._enterable(finding, entered)
        yield from self._settled(finding, entered, settled)

    def _thresholds(self) -> Iterator[Term]:
        """What is above a higher threshold is above a lower one."""
        for tests in _alike(self.knowledge):
            for lower, higher in pairwise(tests):
                yield z3.Implies(self.likely(higher), self.likely(lower))

    # --- what can be entered ------------------------------------------------------------------

    def _enterable(self, finding: Finding, entered: Known) -> Iterator[Term]:
        """See `case.read_case`: ranges, and what contradicts itself."""
        derived = finding.derived
        if (derived and derived.fires) or finding.kind == "diary" or finding.type == "list":
            yield z3.Not(entered.answered)
        if finding.type != "yes_no":
            yield z3.Not(entered.no)
        if finding.type == "number":
            low, high = finding.min or 0, finding.max or 0
            yield z3.And(entered.value >= low, entered.value <= high)
        elif finding.type == "choice":
            yield z3.And(entered.value >= 0, entered.value < max(1, len(entered.choices)))
        for part in derived.parts if derived else ():
            yield z3.Not(z3.And(entered.answered, self.entered.known[part].answered))
        if finding.applies_when is not None:
            stated = z3.Or(entered.yes, entered.given)
            yield z3.Not(z3.And(stated, self.entered.false(finding.applies_when)))

    # --- what follows -------------------------------------------------------------------------

    def _settled(self, finding: Finding, entered: Known, settled: Known) -> Iterator[Term]:
        given: Given = [(entered.unsure, UNSURE), (entered.yes, True), (entered.no, False)]
        ways = [*given, (entered.given, entered.value), *self._ways(finding)]
        states: dict[Any, list[Term]] = {True: [], False: [], UNSURE: [], None: []}
        open_ = YES
        for holds, value in ways:
            state = value if isinstance(value, bool) or value is UNSURE else None
            states[state].append(z3.And(open_, holds))
            if state is None and settled.value is not None:
                same = settled.value == _number(value, settled)
                yield z3.Implies(z3.And(open_, holds), same)
            open_ = z3.And(open_, z3.Not(holds))
        yield from (settled.yes == z3.Or(*states[True]), settled.no == z3.Or(*states[False]))
        yield settled.unsure == z3.Or(*states[UNSURE])
        if settled.value is not None:
            yield settled.given == z3.Or(*states[None])

    def _ways(self, finding: Finding) -> Given:
        """How its value can follow, in the order in which `settle` tries them."""
        ways: Given = []
        if finding.applies_when is not None:
            ways.append((self.facts.false(finding.applies_when), False))
        ways += self._derived(finding)
        ways += [(self.facts.true(implied.when), implied.value) for implied in finding.implied]
        return ways

    def _derived(self, finding: Finding) -> Given:
        derived, rule = finding.derived, self.knowledge.derived_rules.get(finding.id)
        if derived is None:
            return []
        if rule is not None:
            view = self.facts if derived.waits_for_tests and not derived.fires else self.flags
            true, false = view.read(rule)
            return [(true, True), (false, False), (self._in_doubt(rule), UNSURE)]
        known = self.facts.known
        if derived.bands:
            of = known[derived.bands.of]
            return [(of.given, z3.Sum(*(z3.If(of.value >= s, 1, 0) for s in derived.bands.starts)))]
        parts = [known[name] for name in derived.count]
        answered = z3.And(*(z3.Or(part.yes, part.no) for part in parts))
        return [(answered, z3.Sum(*(z3.If(part.yes, 1, 0) for part in parts)))]

    def _in_doubt(self, rule: Rule) -> Term:
        """Open only because a part was answered "not sure": then it is not sure itself."""
        doubts = [self.flags.known[name].unsure for name in findings_of(rule)]
        asks = z3.And(z3.Not(self.flags.decided(rule)), self.open.true(rule))
        return z3.And(z3.Or(*doubts), z3.Not(asks))


@lru_cache(maxsize=4)
def _askable(knowledge: Knowledge) -> dict[str, Rule | None]:
    """What the person can be asked, and the rule of what follows from such answers."""
    rules = knowledge.derived_rules
    return {f.id: rules.get(f.id) for f in knowledge.findings.values()
            if f.by == "self" or f.id in rules}  # fmt: skip


def following(name: str, knowledge: Knowledge) -> frozenset[str]:
    """The finding, and all whose value may hang on it."""
    found, new = frozenset[str](), frozenset([name])
    while new:
        found |= new
        new = frozenset(n for other in new for n in _readers(knowledge).get(other, ())) - found
    return found


@lru_cache(maxsize=4)
def _readers(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For each finding those that read it."""
    found: dict[str, set[str]] = {}
    for finding in knowledge.findings.values():
        rules = [finding.applies_when, knowledge.derived_rules.get(finding.id)]
        rules += [implied.when for implied in finding.implied]
        parts = finding.derived.parts if finding.derived else ()
        for name in (*parts, *(n for rule in rules if rule for n in findings_of(rule))):
            found.setdefault(name, set()).add(finding.id)
    return {name: frozenset(names) for name, names in found.items()}


def _at_most_one(known: Known) -> Term:
    return z3.AtMost(known.yes, known.no, known.unsure, known.given, 1)


def _untested(finding: Finding, known: Known) -> Known:
    """As red flags read it: a test that nobody has done shows nothing."""
    if finding.kind not in TESTED or finding.derived:
        return known
    not_done = z3.Not(known.answered)
    return Known(known.yes, z3.Or(known.no, not_done), known.unsure, known.given, known.value,
                 known.choices)  # fmt: skip


def _number(value: Any, known: Known) -> Any:
    if isinstance(value, str):
        return known.choices.index(value)
    return z3.ToReal(value) if z3.is_int(value) else value


def _alike(knowledge: Knowledge) -> Iterator[list[Likely]]:
    """The tests of equal probabilities, the lowest threshold first."""
    found: dict[tuple[str, ...], list[Likely]] = {}
    for test in likely_tests(knowledge):
        found.setdefault(test.conditions, []).append(test)
    yield from (sorted(tests, key=lambda test: test.above) for tests in found.values())


def likely_tests(knowledge: Knowledge) -> tuple[Likely, ...]:
    """Each test of a probability, once."""
    every = (leaf for rule in rules_with_chances(knowledge) for leaf in leaves(rule))
    return tuple({(t.conditions, t.above): t for t in every if isinstance(t, Likely)}.values())


def rules_with_chances(knowledge: Knowledge) -> Iterator[Rule]:
    """Every rule that may read a probability: whom a pathway or an item is for, and gates."""
    yield from (pathway.when for pathway in knowledge.pathways.values())
    for item in knowledge.items.values():
        yield from (gate.when for gate in item.gates)
        if item.indicated.when:
            yield item.indicated.when
    yield from (gate.when for hazard in knowledge.hazards.values() for gate in hazard.gates)


# --- from the solver back to a case -----------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """Reads what was entered out of a model of the solver."""

    world: World
    model: Any

    def case(self) -> dict[str, Any]:
        """The plain data of a case file."""
        found = {name: self._value(known) for name, known in self.world.entered.known.items()}
        asked = [
            item for item in self.world.knowledge.items if self._is(self.world.asks_about(item))
        ]
        data = {name: value for name, value in found.items() if value is not None}
        return {**data, "asks_about": asked} if asked else data

    def _is(self, term: Term) -> bool:
        return bool(z3.is_true(self.model.eval(term, model_completion=False)))

    def _value(self, known: Known) -> Any:
        if self._is(known.unsure):
            return "unsure"
        if self._is(known.yes) or self._is(known.no):
            return self._is(known.yes)
        return self._number(known) if self._is(known.given) else None

    def _number(self, known: Known) -> Any:
        value = self.model.eval(known.value, model_completion=True)
        if known.choices:
            return known.choices[value.as_long()]
        number = Fraction(value.numerator_as_long(), value.denominator_as_long())
        return int(number) if number.denominator == 1 else float(number)
