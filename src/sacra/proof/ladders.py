"""What a programme and a ladder may never do: leave what is eligible, or pass a stop rule."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import z3

from sacra.kb.knowledge import Knowledge
from sacra.proof.logic import NO, Known, Term, View
from sacra.proof.prover import CaseData, Obligation, Plainly, Property, Prover, Unless
from sacra.reasoning.assess import Assessment
from sacra.reasoning.dose import rungs
from sacra.reasoning.ladder import rules_of
from sacra.reasoning.programme import build_programme
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes


def _within_eligible(prover: Prover) -> Iterator[Obligation]:
    yield from _choices(prover)
    yield from _rungs(prover)
    yield from _decisions(prover.knowledge)


# --- programmes, seen in runs of cases that the solver makes --------------------------------------


def _choices(prover: Prover) -> Iterator[Unless]:
    """An exercise that is called for and may not be offered is in no programme."""
    advice = prover.advice
    for name in prover.knowledge.exercises:
        barred = z3.And(advice.called(name), z3.Not(advice.free[name]), z3.Not(advice.pressing))
        says = "is in a programme though nothing offers it"
        yield Unless(name, says, barred, partial(_stays_out, prover.knowledge, name))


def _stays_out(knowledge: Knowledge, name: str, _case: CaseData, assessment: Assessment) -> bool:
    eligible = {offer.exercise for offer in assessment.plan.exercises}
    chosen = {one.exercise for one in _programme(assessment, knowledge).chosen}
    return name not in eligible and chosen <= eligible


def _programme(assessment: Assessment, knowledge: Knowledge) -> Programme:
    """With everything at hand and time for all, so that only gates keep an exercise out."""
    things = {thing for e in knowledge.exercises.values() for thing in _takes(e)}
    wishes = Wishes(minutes=240, equipment=tuple(sorted(things)))
    return build_programme(assessment.plan, wishes, None, knowledge)


def _takes(exercise: Any) -> set[str]:
    return {*exercise.equipment, *(t for step in exercise.ladder for t in step.equipment)}


def _rungs(prover: Prover) -> Iterator[Unless]:
    """A rung that turns into another exercise is closed while that one is not offered."""
    advice = prover.advice
    for exercise in prover.knowledge.exercises.values():
        for rung in (r for r in rungs(exercise) if r.becomes):
            says = f"may climb to {rung.becomes}, which is not offered"
            closed = z3.And(advice.offered[exercise.id], z3.Not(advice.offered[rung.becomes]),
                            prover.world.asks_about(exercise.id))  # fmt: skip
            below = partial(_stays_below, prover.knowledge, exercise.id, rung.level)
            yield Unless(exercise.id, says, closed, below)


def _stays_below(
    knowledge: Knowledge, name: str, level: int, _case: CaseData, assessment: Assessment
) -> bool:
    programme = _programme(assessment, knowledge)
    return all(one.top < level for one in programme.chosen if one.exercise == name)


# --- decisions about one exercise, over everything that a diary can say -----------------------


def _decisions(knowledge: Knowledge) -> Iterator[Plainly]:
    """Something is always decided, and never to go up while a reason to stop is not ruled out."""
    rules, solver, view = rules_of(knowledge), z3.Solver(), _diary(knowledge)
    solver.add(*_bounds(view, knowledge), *_clean(view, knowledge))
    yield Plainly("ladder", "some rule always decides", not _can(solver, z3.Not(z3.Or(
        *(view.true(rule.when) for rule in rules)))))  # fmt: skip
    for i, up in enumerate(rules):
        if up.decision == "progress":
            first = z3.And(view.true(up.when), *(z3.Not(view.true(r.when)) for r in rules[:i]))
            for rule in rules:
                if rule.decision in ("stop", "regress"):
                    says = f"goes up although “{rule.name}” is not ruled out"
                    passed = z3.And(first, z3.Not(view.false(rule.when)))
                    yield Plainly(up.id, says, not _can(solver, passed))


def _can(solver: Any, term: Term) -> bool:
    return bool(solver.check(term) == z3.sat)


def _diary(knowledge: Knowledge) -> View:
    """A number, or nothing known, for each finding of a diary."""
    names = [f.id for f in knowledge.findings.values() if f.kind == "diary"]
    return View({n: Known(NO, NO, NO, z3.Bool(f"{n}:given"), z3.Real(n)) for n in names})


def _bounds(view: View, knowledge: Knowledge) -> Iterator[Term]:
    for name, known in view.known.items():
        finding = knowledge.findings[name]
        if finding.min is not None and finding.max is not None:
            yield z3.And(known.value >= finding.min, known.value <= finding.max)
    yield from _said(view)


def _said(view: View) -> Iterator[Term]:
    """What a session always says, and what follows from what; see `ladder._said` and `_stood`."""
    known = view.known
    before, during, rise = (
        known[f"diary_{n}"] for n in ("pain_before", "pain_during", "rise_during")
    )
    yield from (known["diary_level"].given, before.given, rise.given == during.given)
    yield z3.Implies(rise.given, rise.value == during.value - before.value)


def _clean(view: View, knowledge: Knowledge) -> Iterator[Term]:
    """A session that is not clean ends the row; see `ladder._step`."""
    rule, row = knowledge.policies["clean_session"].when, view.known["diary_clean_in_a_row"]
    if rule is not None:
        yield z3.Implies(z3.And(row.given, row.value >= 1), view.true(rule))


PROPERTIES = (
    Property(
        "programme_within_eligible",
        "a programme and its ladders stay within what is offered, and pass no reason to stop",
        _within_eligible,
    ),
)
