"""What some case must be able to do: nothing in the knowledge is out of everybody's reach."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

import z3

from sacra.kb.knowledge import Knowledge
from sacra.proof.advice import behind
from sacra.proof.logic import Term
from sacra.proof.prover import CaseData, Obligation, Plainly, Possibly, Property, Prover, Sometimes
from sacra.reasoning.answering import answer
from sacra.reasoning.asking import Ask
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case
from sacra.reasoning.interview import next_screen
from sacra.reasoning.plan import items_of
from sacra.reasoning.programme import build_programme
from sacra.reasoning.triage import rank
from sacra.reasoning.wishes import Wishes
from sacra.rules.language import Likely, Rule, findings_of, leaves

# --- rules, items and pathways ------------------------------------------------------------------


def _everything_reachable(prover: Prover) -> Iterator[Obligation]:
    yield from _levels(prover)
    yield from _items(prover)
    yield from _pathways(prover)
    yield from _questions(prover)


def _levels(prover: Prover) -> Iterator[Sometimes]:
    """Each level of a red flag decides some case: it holds, and none above it does."""
    flags = prover.world.flags
    for name, levels in prover.knowledge.flag_rules.items():
        for i, (level, rule) in enumerate(levels):
            above = [flags.true(other) for _, other in levels[:i]]
            done = z3.And(flags.true(rule), z3.Not(z3.Or(*above)))
            says = f"no case is {level.urgency} by this rule"
            yield Sometimes(name, says, done, partial(_decides, name, level.urgency))


def _decides(flag: str, urgency: str, _case: CaseData, assessment: Assessment) -> bool:
    reasons = assessment.triage.reasons
    return any(r.red_flag == flag and rank(r.urgency) >= rank(urgency) for r in reasons)


def _items(prover: Prover) -> Iterator[Obligation]:
    """Whatever is to be offered is offered to somebody, and for somebody a pathway calls for it."""
    advice = prover.advice
    for item in prover.knowledge.items.values():
        if item.recommend in ("offer", "optional"):
            asked = z3.And(advice.offered[item.id], prover.world.asks_about(item.id))
            yield Sometimes(item.id, "is offered to nobody", asked, partial(_offers, item.id))
            unasked = z3.And(advice.offered[item.id], z3.Not(prover.world.asks_about(item.id)))
            yield Possibly(item.id, "no pathway calls for it", unasked)


def _offers(item: str, _case: CaseData, assessment: Assessment) -> bool:
    return item in items_of(assessment.plan)


def _pathways(prover: Prover) -> Iterator[Plainly]:
    for pathway in prover.knowledge.pathways:
        case = on_pathway(pathway, prover)
        yield Plainly(pathway, "no case is on this pathway", case is not None)


def on_pathway(pathway: str, prover: Prover, *terms: Term) -> CaseData | None:
    """A plain case of which these hold and that the program puts on the pathway.

    First without the help of a probability, then with the answers that speak for or against one.
    """
    rule = prover.knowledge.pathways[pathway].when
    chances = [leaf for leaf in leaves(rule) if isinstance(leaf, Likely)]
    entered = prover.world.entered.known
    unlikely = [z3.Not(prover.world.likely(leaf)) for leaf in chances]
    typical = [entered[n] for leaf in chances for n in _typical(leaf, prover.knowledge)]
    for ways in (unlikely, [known.yes for known in typical], [known.no for known in typical]):
        case = prover.plain(prover.advice.on(pathway), *ways, *terms)
        if case is not None and pathway in prover.run(case).plan.pathways:
            return case
    return None


def _typical(leaf: Likely, knowledge: Knowledge) -> Iterator[str]:
    """Findings that tell much of a condition."""
    inflamed = leaf.conditions == ("axspa",)
    for finding in knowledge.findings.values():
        tells = finding.group == "inflammatory" if inflamed else finding.about == ("sij",)
        if tells and not finding.derived and finding.type == "yes_no":
            yield finding.id


# --- questions ----------------------------------------------------------------------------------


def _questions(prover: Prover) -> Iterator[Plainly]:
    """Each question to the person that decides something is ranked by the enquiry of some case."""
    seen = _ranked({}, prover).union(*(walk.ranked for walk in walks(prover).values()))
    seen |= {question.finding for _, run in prover.made for question in run.enquiry}
    for name in sorted(prover.knowledge.screen_of):
        if prover.knowledge.findings[name].by == "self" and _decides_something(name, prover):
            cases = _asking(name, prover)
            while name not in seen and (case := next(cases, None)) is not None:
                seen |= _ranked(case, prover)
            known = name in seen or name in _LEFT_TO_OTHERS
            yield Plainly(name, "no case asks this question", known)


_LEFT_TO_OTHERS = {
    "asthma_nsaid": "asthma already sends these medicines to a clinician, who asks it",
    "ckd_severe": "kidney disease already sends these medicines to a clinician, who asks it",
}
"""Questions that decide something when they are answered, and that no check needs to ask."""


def _decides_something(name: str, prover: Prover) -> bool:
    """A red flag reads it, or a hard gate of what is offered; a warning is said unasked."""
    offered = (
        i.id for i in prover.knowledge.items.values() if i.recommend in ("offer", "optional")
    )
    gated = any(name in prover.advice.gates_read(item) for item in offered)
    return gated or any(True for _ in _rules_that_read(name, prover.knowledge))


def _asking(name: str, prover: Prover) -> Iterator[CaseData]:
    """Small cases in which it is open and what is asked before it is known."""
    advice, facts = prover.advice, prover.world.facts
    before = [facts.decided(rule) for rule in prover.knowledge.asked_before.get(name, ())]
    open_ = [z3.Not(facts.known[name].answered), *before]
    waits = [advice.waits(rule) for rule in _rules_that_read(name, prover.knowledge)]
    waits += [z3.And(advice.asks_first(item), prover.world.asks_about(item))
              for item in prover.knowledge.items if name in advice.gates_read(item)]  # fmt: skip
    found = (prover.small(*open_, *wait) for wait in ([], *([one] for one in waits)))
    yield from (case for case in found if case is not None)


def _rules_that_read(name: str, knowledge: Knowledge) -> Iterator[Rule]:
    yield from (rule for rule, read in _alarms_read(knowledge) if name in read)


@lru_cache(maxsize=4)
def _alarms_read(knowledge: Knowledge) -> tuple[tuple[Rule, frozenset[str]], ...]:
    """Each rule of a red flag with what it reads, and what that follows from."""
    rules = [rule for levels in knowledge.flag_rules.values() for _, rule in levels]
    return tuple((rule, frozenset().union(*(behind(n, knowledge) for n in findings_of(rule))))
                 for rule in rules)  # fmt: skip


def _ranked(case: CaseData, prover: Prover) -> set[str]:
    return {question.finding for question in prover.run(case).enquiry}


# --- the check ------------------------------------------------------------------------------------


def _no_dead_end(prover: Prover) -> Iterator[Plainly]:
    for pathway, walk in walks(prover).items():
        yield Plainly(pathway, "the check does not end", walk.ended, walk.case)


class Walk(NamedTuple):
    """A check of somebody who answers as the case says, and no to the rest.

    `ranked` is every question that the enquiry ranked on the way.
    """

    case: CaseData
    ended: bool
    ranked: frozenset[str]


@lru_cache(maxsize=1)
def walks(prover: Prover) -> dict[str, Walk]:
    """For each pathway a walk through the check of somebody who is on it."""
    cases = ((name, on_pathway(name, prover)) for name in prover.knowledge.pathways)
    return {name: _walk(case, prover.knowledge) for name, case in cases if case is not None}


def _walk(said: CaseData, knowledge: Knowledge) -> Walk:
    case, asked, ranked = Case({}), set[str](), set[str]()
    while (ask := next_screen(one := assess(case, knowledge), knowledge)) is not None:
        ranked |= {question.finding for question in one.enquiry}
        if not asked.isdisjoint(ask.findings):
            return Walk(said, ended=False, ranked=frozenset(ranked))
        asked |= set(ask.findings)
        case = answer(case, ask, dict(_answers(ask, said, knowledge)), knowledge)
    return Walk(said, one.triage.urgency != "undetermined", frozenset(ranked))


def _answers(ask: Ask, said: CaseData, knowledge: Knowledge) -> Iterator[tuple[str, Any]]:
    for name in ask.findings:
        finding = knowledge.findings[name]
        if name in said:
            yield name, said[name]
        elif finding.type == "yes_no":
            yield name, False
        else:
            yield name, [] if finding.type == "list" else "unsure"


# --- safe, and of use -----------------------------------------------------------------------------


def _core_programme(prover: Prover) -> Iterator[Plainly]:
    """For each pathway the plainest person on it, everything answered, has a programme."""
    for pathway in prover.knowledge.pathways.values():
        case = plainest(pathway.id, prover)
        why = _what_empties(case, prover) if case else "nobody can be on it without a red flag"
        yield Plainly(pathway.id, f"no programme: {why}", not why, case or {})


def plainest(pathway: str, prover: Prover) -> CaseData | None:
    """Somebody on a pathway: the fewest answers that put them there, every other one no.

    Without a red flag, or where the pathway itself takes one, without any that presses.
    """
    entered = prover.world.entered.known
    told = z3.And(*(entered[name].given for name in ("age", "duration_weeks", "pain_now")))
    for calm in (z3.Not(prover.advice.any_met), z3.Not(prover.advice.pressing)):
        if (case := on_pathway(pathway, prover, told, calm)) is not None:
            return _filled(case, prover)
    return None


def _filled(few: CaseData, prover: Prover) -> CaseData:
    """The case with a no to every other question that takes one."""
    case = dict(few)
    for name in prover.knowledge.screen_of:
        finding = prover.knowledge.findings[name]
        open_ = finding.type == "yes_no" and name not in case and not finding.derived
        if open_ and prover.is_a_case({**case, name: False}):
            case[name] = False
    return case


def _what_empties(case: CaseData, prover: Prover) -> str:
    """Empty where the programme holds an exercise; else what keeps most exercises out."""
    assessment = prover.run(case)
    plan = assessment.plan
    programme = build_programme(plan, Wishes(), None, prover.knowledge)
    if programme.chosen:
        return ""
    stays = [why for b in (*plan.withheld, *plan.with_clinician) for why in b.because]
    waits = [f"{a.intervention} waits for {', '.join(a.findings)}" for a in plan.ask_first]
    return max(stays, key=stays.count) if stays else "; ".join(waits[:2]) or "nothing is called for"


PROPERTIES = (
    Property(
        "everything_reachable",
        "each level of a red flag, each item, pathway and question is reached by some case",
        _everything_reachable,
    ),
    Property("no_dead_end", "the check ends, for somebody on each pathway", _no_dead_end),
    Property(
        "core_programme",
        "a plain case on each pathway, fully answered, is offered a programme",
        _core_programme,
    ),
)
