"""The model is the program: what the terms say of a case is what a run of it says.

The solver makes cases on the edges of rules: a number at each threshold, and just beside it. Each
is run, and everything that a proof rests on is compared. The tests do the same with many
generated cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import z3

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import URGENCIES
from sacra.proof.logic import Known, Term
from sacra.proof.prover import CaseData, Obligation, Plainly, Property, Prover
from sacra.proof.world import Reader, likely_tests, rules_with_chances
from sacra.reasoning.assess import Assessment
from sacra.reasoning.differential import chances
from sacra.reasoning.plan import items_of
from sacra.reasoning.triage import rank
from sacra.rules.language import Rule, Test, leaves
from sacra.rules.readings import Reading


def _readings_agree(prover: Prover) -> Iterator[Obligation]:
    for case in edge_cases(prover):
        wrong = list(differences(case, prover))
        says = f"the terms and the run differ in {', '.join(wrong[:3])}"
        yield Plainly("an edge case", says, not wrong, case)


def edge_cases(prover: Prover) -> Iterator[CaseData]:
    """Cases with as many numbers as can be on a threshold, or just below one; each comes once."""
    edges = _edges(prover.knowledge)
    for turn in range(max(map(len, edges.values()))):
        for below in (False, True):
            yield _on_edges({n: at[turn % len(at)] for n, at in edges.items()}, below, prover)


def _on_edges(values: dict[str, float], below: bool, prover: Prover) -> CaseData:
    terms: list[Term] = []
    for name, value in values.items():
        known = prover.world.entered.known[name]
        near = (
            z3.And(known.value < value, known.value > value - 1) if below else known.value == value
        )
        if prover.model(*terms, known.given, near) is not None:
            terms += [known.given, near]
    return Reader(prover.world, prover.model(*terms)).case()


def _edges(knowledge: Knowledge) -> dict[str, list[float]]:
    """For each number that can be entered, those with which a rule compares it."""
    found: dict[str, set[float]] = {}
    for test in (leaf for rule in every_rule(knowledge) for leaf in leaves(rule)):
        if isinstance(test, Test) and type(test.value) in (int, float):
            finding = knowledge.findings[test.finding]
            if not finding.derived and finding.kind != "diary":
                found.setdefault(test.finding, set()).add(float(test.value))  # type: ignore[arg-type]  # a number, as tested above
    return {name: sorted(found[name]) for name in sorted(found)}


def every_rule(knowledge: Knowledge) -> Iterator[Rule]:
    """Rules of red flags, pathways, items, gates and derived findings."""
    yield from (rule for levels in knowledge.flag_rules.values() for _, rule in levels)
    yield from rules_with_chances(knowledge)
    yield from knowledge.derived_rules.values()


def differences(case: CaseData, prover: Prover) -> Iterator[str]:
    """Where the terms and a run of the case part; names of findings, red flags and items."""
    run = prover.run(case)
    if prover.solver.check(*entered_terms(case, prover), *chance_terms(run, prover)) != z3.sat:
        yield "that it can be at all"
        return
    model = prover.solver.model()
    for name, term, said in (*_settled(run, prover), *_advised(run, prover)):
        if z3.is_true(model.eval(term, model_completion=True)) != said:
            yield name


Compared = Iterator[tuple[str, Term, bool]]
"""Something by name: the term that says so, and whether the run does."""


def _settled(run: Assessment, prover: Prover) -> Compared:
    for name, known in prover.world.facts.known.items():
        said = state(run.case.findings.get(name))
        yield from ((name, term, so) for term, so in zip(states(known), said, strict=True))


def _advised(run: Assessment, prover: Prover) -> Compared:
    advice, offered = prover.advice, items_of(run.plan)
    reached = rank(run.triage.at_least)
    for urgency in URGENCIES:
        yield f"urgency {urgency}", advice.at_least(urgency), reached >= rank(urgency)
    yield "self-care", advice.self_care, run.triage.urgency == "self_care"
    yield from ((name, term, name in offered) for name, term in advice.offered.items())


def states(known: Known) -> tuple[Term, Term, Term, Term]:
    """Yes, no, not sure, another value."""
    return known.yes, known.no, known.unsure, known.given


def state(value: Any) -> tuple[bool, bool, bool, bool]:
    """The same of a value of the program."""
    other = value is not None and value != "unsure" and not isinstance(value, bool)
    return value is True, value is False, value == "unsure", other and not isinstance(value, tuple)


def entered_terms(case: CaseData, prover: Prover) -> Iterator[Term]:
    """That this is what was answered, and nothing else."""
    for name, known in prover.world.entered.known.items():
        value = case.get(name)
        yield from (
            term == z3.BoolVal(on) for term, on in zip(states(known), state(value), strict=True)
        )
        if state(value)[3]:
            yield known.value == (known.choices.index(value) if known.choices else value)
    asked = case.get("asks_about", ())
    for item in prover.knowledge.items:
        yield prover.world.asks_about(item) == z3.BoolVal(item in asked)


def chance_terms(run: Assessment, prover: Prover) -> Iterator[Term]:
    """That the probabilities came out as they did."""
    reading = Reading(run.case.findings, chances(run.differential))
    for test in likely_tests(prover.knowledge):
        yield prover.world.likely(test) == z3.BoolVal(bool(reading.decide(test)))


PROPERTIES = (
    Property(
        "readings_agree",
        "on the edges of all rules a run says what the terms say: the model is the program",
        _readings_agree,
    ),
)
