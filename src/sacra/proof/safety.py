"""What no advice may ever do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import z3

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Effect, Gate, Hazard, Interaction, Intervention
from sacra.proof.advice import HARD, Advice, wholes
from sacra.proof.logic import YES, Known, Term
from sacra.proof.prover import CaseData, Never, Obligation, Plainly, Property, Prover, Sometimes
from sacra.reasoning.assess import Assessment
from sacra.reasoning.plan import items_of
from sacra.reasoning.triage import rank
from sacra.rules.language import findings_of

_STRENGTH: tuple[Effect, ...] = ("caution", "modify", "clinician", "block")


def _offers(item: str, _case: CaseData, assessment: Assessment) -> bool:
    return item in items_of(assessment.plan)


# --- gates ------------------------------------------------------------------------------------


def _gates_respected(prover: Prover) -> Iterator[Obligation]:
    facts = prover.world.facts
    for item in prover.knowledge.items.values():
        free = prover.advice.free[item.id]
        for gate in (g for one in wholes(item, prover.knowledge) for g in one.gates):
            if gate.effect in HARD:
                broken = z3.And(free, z3.Not(facts.false(gate.when)))
                yield _never(item, f"offered although: {gate.why}", broken, prover)
        for action in item.classes:
            held = z3.And(free, prover.advice.held(action))
            yield _never(item, f"offered although a red flag holds {action}", held, prover)


def _never(item: Intervention, says: str, broken: Term, prover: Prover) -> Never:
    """Asked about, as `broken` hangs on nothing that calls for the item; a run then shows it."""
    asked = z3.And(broken, prover.world.asks_about(item.id))
    return Never(item.id, says, asked, partial(_offers, item.id))


# --- hazards: class policies, written without looking at the items ------------------------------


def _hazards_respected(prover: Prover) -> Iterator[Obligation]:
    for hazard in prover.knowledge.hazards.values():
        for item in prover.knowledge.items.values():
            if falls_under(item, hazard):
                yield from _obeys(item, hazard, prover)


def falls_under(item: Intervention, hazard: Hazard) -> bool:
    """The item carries the class, or is of the kind that the policy itself describes."""
    return hazard.id in item.classes or _is_described(item, hazard)


def _is_described(item: Intervention, hazard: Hazard) -> bool:
    by, name = hazard.carried_by, f"{item.name} {item.plain}".casefold()
    if by is None or item.id in by.but_not:
        return False
    positions, goal = getattr(item, "positions", ()), getattr(item, "goal", "")
    return (
        item.step in by.steps
        or goal in by.goals
        or (bool(positions) and set(positions) <= set(by.positions))
        or any(re.search(rf"\b{re.escape(word)}", name) for word in by.words)
    )


def _obeys(item: Intervention, hazard: Hazard, prover: Prover) -> Iterator[Never]:
    """Each gate of the policy is met by a gate of the item that says as much, or more."""
    facts, free = prover.world.facts, prover.advice.free[item.id]
    for gate in hazard.gates:
        says = f"is {hazard.id}, and disregards: {gate.why}"
        unheeded = z3.Not(z3.Or(*_heeding(item, gate, prover)))
        broken = z3.And(free, z3.Not(facts.false(gate.when)), unheeded)
        yield _never(item, says, broken, prover)


def _heeding(item: Intervention, policy: Gate | Interaction, prover: Prover) -> Iterator[Term]:
    """Soft gates of the item that speak where the policy does; a hard one is in `free` already."""
    facts, sheet = prover.world.facts, prover.advice.sheets[item.id]
    strong = _STRENGTH[_STRENGTH.index(policy.effect) : _STRENGTH.index("clinician")]
    for effect in strong:
        yield from (z3.Not(facts.false(g.when)) for g in sheet.by_effect[effect])


def _held_by_their_flags(prover: Prover) -> Iterator[Obligation]:
    """A red flag that holds a class holds every item that the policy of the class describes."""
    advice = prover.advice
    for hazard in prover.knowledge.hazards.values():
        for item in prover.knowledge.items.values():
            if _is_described(item, hazard):
                broken = z3.And(advice.free[item.id], advice.held(hazard.id))
                says = f"is {hazard.id}, and offered while a red flag holds it"
                yield _never(item, says, broken, prover)


# --- what the research names ------------------------------------------------------------------


def _named_interactions(prover: Prover) -> Iterator[Obligation]:
    """Each is heeded by every item it names; and one case shows it at work."""
    facts, advice = prover.world.facts, prover.advice
    for one in prover.knowledge.interactions.values():
        for name in one.items:
            item = prover.knowledge.items[name]
            unheeded = z3.Not(z3.Or(*_heeding(item, one, prover)))
            broken = z3.And(advice.free[name], z3.Not(facts.false(one.when)), unheeded)
            yield _never(item, f"disregards {one.id}: {one.name}", broken, prover)
        asked = one.items[0]
        done = z3.And(advice.world.asks_about(asked), facts.true(one.when), z3.Not(advice.pressing))
        yield Sometimes(asked, f"a case shows {one.id}", done, partial(_heeds, one, asked))


def _heeds(one: Interaction, item: str, _case: CaseData, assessment: Assessment) -> bool:
    """The item is not offered, or only waits for other answers; or it says what to mind."""
    plan = assessment.plan
    stopped = {b.intervention for b in (*plan.withheld, *plan.with_clinician)}
    if one.effect in HARD or item in stopped:
        return item in stopped
    offer = items_of(plan).get(item)
    return offer is None or bool(offer.version or offer.warnings)


# --- urgency ----------------------------------------------------------------------------------


def _pressing_means_no_exercise(prover: Prover) -> Iterator[Obligation]:
    advice, knowledge = prover.advice, prover.knowledge
    for name in knowledge.items:
        broken = z3.And(advice.offered[name], advice.pressing)
        yield Never(name, "offered before being seen", broken, partial(_offers, name))
    for screen in advice.tests:
        broken = z3.And(advice.free_test(screen), advice.pressing)
        yield Never(screen, "a test to try before being seen", broken, _is_pressing)
    yield from _says_what_to_do(knowledge)


def _is_pressing(_case: CaseData, assessment: Assessment) -> bool:
    return rank(assessment.triage.urgency) >= rank("same_day")


def _says_what_to_do(knowledge: Knowledge) -> Iterator[Plainly]:
    """Each level says what to do and whom to turn to, and every region has a line for it."""
    for flag in knowledge.red_flags.values():
        for level in flag.levels:
            do, contact = level.do or flag.do, level.contact or flag.contact
            yield Plainly(flag.id, f"{level.urgency} says what to do", bool(do and level.say))
            for region in knowledge.contacts.values():
                line = getattr(region, contact, region.out_of_hours)
                says = f"{region.id} says whom to turn to ({contact})"
                yield Plainly(flag.id, says, bool(line.say))


def _red_flag_never_lowers(prover: Prover) -> Iterator[Obligation]:
    """Answering yes to an alarm, in place of anything else, lowers nothing."""
    for name in sorted(alarms(prover.knowledge)):
        lower = _lowered(name, prover)
        yield Never(
            name, "a yes in its place lowers the urgency", lower, partial(_lowers, prover, name)
        )


def alarms(knowledge: Knowledge) -> frozenset[str]:
    """Symptoms that can by themselves reach same-day or more, in one with the background for it."""
    rules = [rule for levels in knowledge.alarm_rules.values() for _, rule in levels]
    return frozenset(n for rule in rules for n in findings_of(rule) if knowledge.reaches(rule, n))


def _lowered(name: str, prover: Prover) -> Term:
    """The same answers but for this one, which is yes; and the urgency is lower."""
    before = prover.world.entered.known[name]
    world = prover.world.when(name, Known(yes=YES))
    after = Advice(world, beside=prover.advice)
    lower = [z3.And(prover.advice.at_least(u), z3.Not(after.at_least(u)))
             for u in ("within_days", "same_day", "emergency")]  # fmt: skip
    return z3.And(*world.bounds, z3.Not(before.yes), z3.Or(*lower))


def _lowers(prover: Prover, name: str, case: CaseData, assessment: Assessment) -> bool:
    """Two runs, one without the answer and one with yes."""
    after = prover.run({**case, name: True})
    return rank(after.triage.at_least) < rank(assessment.triage.at_least)


def _no_self_care_while_open(prover: Prover) -> Iterator[Obligation]:
    flags, advice = prover.world.flags, prover.advice
    for flag, levels in prover.knowledge.alarm_rules.items():
        for level, rule in levels:
            says = f"self-care while {level.urgency} is not ruled out"
            broken = z3.And(advice.self_care, z3.Not(flags.false(rule)))
            yield Never(flag, says, broken, _is_self_care)


def _is_self_care(_case: CaseData, assessment: Assessment) -> bool:
    return assessment.triage.urgency == "self_care"


# --- every case gets something -----------------------------------------------------------------


def _always_an_action(prover: Prover) -> Iterator[Obligation]:
    advice, knowledge = prover.advice, prover.knowledge
    none = z3.Not(z3.Or(*map(advice.on, knowledge.pathways)))
    yield Never("pathways", "no pathway, so no safety net", none, _has_no_net)
    calm = z3.Not(advice.at_least("within_days"))
    nothing = z3.And(calm, z3.Not(z3.Or(*advice.offered.values())), z3.Not(advice.unanswered))
    yield Never("plan", "nothing to do at all", nothing, _is_empty)
    for pathway in knowledge.pathways.values():
        net = bool(pathway.safety_net and pathway.review_in_days > 0)
        yield Plainly(pathway.id, "has a safety net and a review date", net)


def _has_no_net(_case: CaseData, assessment: Assessment) -> bool:
    return not assessment.plan.safety_net


def _is_empty(_case: CaseData, assessment: Assessment) -> bool:
    return not assessment.plan.offered and assessment.plan.now is None


# --- pathways ---------------------------------------------------------------------------------


def _pathways_agree(prover: Prover) -> Iterator[Obligation]:
    yield from _avoided(prover)
    every = sorted(prover.knowledge.pathways.values(), key=lambda p: (p.precedence, p.id))
    for i, one in enumerate(every):
        for other in every[i + 1 :]:
            if one.precedence == other.precedence:
                both = z3.And(prover.advice.on(one.id), prover.advice.on(other.id))
                says = f"leads no more and no less than {other.id}"
                yield Never(one.id, says, both, partial(_on_both, one.id, other.id))


def _avoided(prover: Prover) -> Iterator[Never]:
    """What one pathway avoids is not offered on it, but changed, or where one that leads gives it.

    `precedence` declares who leads.
    """
    advice, facts = prover.advice, prover.world.facts
    for pathway in prover.knowledge.pathways.values():
        for item in prover.knowledge.items.values():
            if not {item.id, *item.classes}.isdisjoint(pathway.avoids):
                changes = advice.sheets[item.id].by_effect["modify"]
                unchanged = (facts.false(gate.when) for gate in changes)
                given = [
                    advice.on(p.id)
                    for p in prover.knowledge.pathways.values()
                    if p.precedence < pathway.precedence and p.id in item.indicated.pathways
                ]
                broken = z3.And(
                    advice.offered[item.id],
                    advice.on(pathway.id),
                    *unchanged,
                    z3.Not(z3.Or(*given)),
                )
                says = f"offered unchanged on {pathway.id}, which avoids it"
                yield Never(item.id, says, broken, partial(_offers, item.id))


def _on_both(one: str, other: str, _case: CaseData, assessment: Assessment) -> bool:
    return {one, other} <= set(assessment.plan.pathways)


PROPERTIES = (
    Property(
        "gates_respected",
        "nothing is offered while one of its block or clinician gates is true or not known, "
        "or a red flag holds it",
        _gates_respected,
    ),
    Property(
        "hazards_respected",
        "every item obeys the policy of every class that it carries or is described by",
        _hazards_respected,
    ),
    Property(
        "items_carry_their_classes",
        "a red flag that holds a class holds every item that is of it",
        _held_by_their_flags,
    ),
    Property(
        "named_interactions",
        "each interaction with age, pregnancy, allergy or a medicine that the research names is "
        "heeded by every item it names, and a case shows it",
        _named_interactions,
    ),
    Property(
        "pressing_means_no_exercise",
        "same-day and emergency: no exercise, no test to try; always what to do and whom to call",
        _pressing_means_no_exercise,
    ),
    Property(
        "red_flag_never_lowers",
        "a yes to an alarm, in place of no, not sure or no answer, never lowers the urgency",
        _red_flag_never_lowers,
    ),
    Property(
        "no_self_care_while_open",
        "self-care is never said while an alarm is not ruled out",
        _no_self_care_while_open,
    ),
    Property(
        "always_an_action",
        "every case gets something to do, a review date and a safety net",
        _always_an_action,
    ),
    Property(
        "pathways_agree",
        "what one pathway avoids, no other gives to the same person; of two, one leads",
        _pathways_agree,
    ),
)
