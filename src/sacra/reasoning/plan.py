"""The plan: what can be done, what must be asked first, what stays out, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Claim, Exercise, Gate, Intervention, Line, Pathway
from sacra.reasoning.case import Case, questions_behind
from sacra.reasoning.differential import Likelihood, chances
from sacra.reasoning.triage import Triage, rank
from sacra.rules.language import ALWAYS, Rule, Test, both, either, findings_of
from sacra.rules.readings import ask, decide


class Now(msgspec.Struct, frozen=True):
    """What to do at once: the steps, whom to call, and what to tell them."""

    urgency: str
    do: tuple[str, ...]
    contact: str
    number: str | None
    say: str
    tell: tuple[str, ...]


class Offer(msgspec.Struct, frozen=True):
    """An intervention that fits; `version` is the changed form, if it is changed."""

    intervention: str
    step: str
    version: str
    why: str
    grade: str
    sources: tuple[str, ...]
    dose: str
    warnings: tuple[str, ...]
    optional: bool


class ExerciseOffer(msgspec.Struct, frozen=True):
    """An exercise that fits, at the level to start from."""

    exercise: str
    level: int
    version: str
    why: str
    warnings: tuple[str, ...]


class AskFirst(msgspec.Struct, frozen=True):
    """An item that waits for these answers."""

    intervention: str
    findings: tuple[str, ...]


class Because(msgspec.Struct, frozen=True):
    """An item that a clinician must agree to, or that stays out, and why."""

    intervention: str
    because: tuple[str, ...]


class Dispute(msgspec.Struct, frozen=True):
    """Where sources disagree about something in this plan."""

    claim: str
    topic: str
    appraisal: str
    say: str
    sources: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """All that the knowledge says about what to do for this person."""

    now: Now | None
    pathways: tuple[str, ...]
    offered: tuple[Offer, ...]
    exercises: tuple[ExerciseOffer, ...]
    ask_first: tuple[AskFirst, ...]
    with_clinician: tuple[Because, ...]
    withheld: tuple[Because, ...]
    disputes: tuple[Dispute, ...]
    review_in_days: int
    safety_net: str


class Verdict(msgspec.Struct, frozen=True):
    """What the gates of one item say; only one of the first three is ever filled."""

    withheld: tuple[str, ...] = ()
    ask_first: frozenset[str] = frozenset()
    with_clinician: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def make_plan(
    case: Case, triage: Triage, differential: tuple[Likelihood, ...], knowledge: Knowledge
) -> Plan:
    """Go through every item that these pathways call for, or that the person asks about."""
    odds = chances(differential)
    pathways = holding_pathways(case, odds, knowledge)
    verdicts = {
        item.id: judge(item, case, triage, odds, knowledge)
        for item in _called_for(case, pathways, odds, knowledge)
    }
    judged = [(knowledge.items[name], verdict) for name, verdict in verdicts.items()]
    return Plan(
        now=_now(case, triage, knowledge),
        pathways=tuple(p.id for p in pathways),
        offered=tuple(_offer(i, v) for i, v in judged if _free(v) and not isinstance(i, Exercise)),
        exercises=tuple(_exercise(i, v) for i, v in judged if _free(v) and isinstance(i, Exercise)),
        ask_first=tuple(_ask_first(i, v, case, knowledge) for i, v in judged if v.ask_first),
        with_clinician=tuple(Because(i.id, v.with_clinician) for i, v in judged if v.with_clinician),
        withheld=tuple(Because(i.id, v.withheld) for i, v in judged if v.withheld),
        disputes=_disputes(verdicts, knowledge),
        review_in_days=_review(triage, pathways, knowledge),
        safety_net=_safety_net(pathways),
    )


# --- whom an item is for ----------------------------------------------------------------------


def holding_pathways(
    case: Case, odds: Mapping[str, float], knowledge: Knowledge
) -> tuple[Pathway, ...]:
    """The pathways this person belongs to, the leading one first."""
    every = sorted(knowledge.pathways.values(), key=lambda p: (p.precedence, p.id))
    return tuple(p for p in every if decide(p.when, case.findings, odds))


def _called_for(
    case: Case, pathways: tuple[Pathway, ...], odds: Mapping[str, float], knowledge: Knowledge
) -> Iterator[Intervention]:
    names = {pathway.id for pathway in pathways}
    asked = case.findings.get("asks_about") or ()
    for item in sorted(knowledge.items.values(), key=lambda i: (_STEP_ORDER[i.step], i.id)):
        if item.id in asked or names & set(item.indicated.pathways):
            if item.id in asked or decide(indication(item), case.findings, odds) is not False:
                yield item


_STEP_ORDER = {
    step: order
    for order, step in enumerate(
        ["self_care", "support", "exercise", "physiotherapy", "referral", "medication", "workplace",
         "injection", "ablation", "surgery"]
    )
}  # fmt: skip
_PHASES: Mapping[str, Rule] = {p: Test(p, "eq", True) for p in ("acute", "subacute", "chronic")}


@lru_cache(maxsize=4096)
def _indication(phases: tuple[str, ...], when: Rule) -> Rule:
    any_phase = ALWAYS if len(phases) == len(_PHASES) else either(*(_PHASES[p] for p in phases))
    return both(any_phase, when)


def indication(item: Intervention) -> Rule:
    """In one of its phases, and whatever else it asks for."""
    return _indication(item.indicated.phases, item.indicated.when or ALWAYS)


# --- gates ------------------------------------------------------------------------------------


def judge(
    item: Intervention, case: Case, triage: Triage, odds: Mapping[str, float], knowledge: Knowledge
) -> Verdict:
    """Hold every gate of an item against what is known.

    A true block withholds; a clinician gate needs agreement; an unanswered one of either is asked
    first; a modify gate changes the version and a caution warns, known or not.
    """
    withheld = (*_refusals(item), *_held(item, triage, knowledge))
    gates = [(gate, decide(gate.when, case.findings, odds)) for gate in gates_of(item, knowledge)]
    withheld += tuple(_reason(gate) for gate, true in gates if true and gate.effect == "block")
    if withheld:
        return Verdict(withheld=tuple(dict.fromkeys(withheld)))
    hard = [gate for gate, true in gates if true is None and gate.effect in ("block", "clinician")]
    open_ = frozenset().union(*(ask(g.when, case.findings, odds) for g in hard))
    open_ |= ask(indication(item), case.findings, odds) | _unsure(hard, case)
    agreed = _agreement(item) + tuple(g.why for g, true in gates if true and g.effect == "clinician")
    if agreed:
        return Verdict(with_clinician=tuple(dict.fromkeys(agreed)))
    if open_ or hard:
        return Verdict(ask_first=open_)
    soft = [gate for gate, true in gates if true is not False]
    return Verdict(
        versions=tuple(dict.fromkeys(g.version for g in soft if g.effect == "modify")),
        warnings=tuple(dict.fromkeys(g.why for g in soft if g.effect == "caution")),
    )


def gates_of(item: Intervention, knowledge: Knowledge) -> tuple[Gate, ...]:
    """Its own gates, those of all it is part of, and the policies of every class it carries."""
    return _all_gates(knowledge)[item.id]


@lru_cache(maxsize=4)
def _all_gates(knowledge: Knowledge) -> dict[str, tuple[Gate, ...]]:
    return {item.id: tuple(_collect_gates(item, knowledge)) for item in knowledge.items.values()}


def _collect_gates(item: Intervention, knowledge: Knowledge) -> Iterator[Gate]:
    for one in (item, *_wholes(item, knowledge)):
        yield from one.gates
    for action in item.classes:
        if action in knowledge.hazards:
            yield from knowledge.hazards[action].gates


def _wholes(item: Intervention, knowledge: Knowledge) -> Iterator[Intervention]:
    """What an item is part of, and what that is part of."""
    for name in item.part_of:
        yield knowledge.interventions[name]
        yield from _wholes(knowledge.interventions[name], knowledge)


def _held(item: Intervention, triage: Triage, knowledge: Knowledge) -> tuple[str, ...]:
    """Why triage keeps an item back: the person must be seen first, or a red flag holds it."""
    if rank(triage.urgency) >= rank("same_day"):
        return ("Be seen first.",)
    flags = dict.fromkeys(f for action in item.classes for f in triage.holds.get(action, ()))
    return tuple(f"Held until you are seen: {knowledge.red_flags[f].name}." for f in flags)


def _refusals(item: Intervention) -> tuple[str, ...]:
    refused = item.recommend in ("do_not_offer", "advise_against")
    return (item.why_not,) if refused else ()


def _agreement(item: Intervention) -> tuple[str, ...]:
    return ("A specialist decides this with you.",) if item.recommend == "specialist" else ()


def _reason(gate: Gate) -> str:
    return f"{gate.why} Instead: {gate.swap}." if gate.swap else gate.why


def _unsure(gates: list[Gate], case: Case) -> frozenset[str]:
    """Findings answered "not sure" that keep a hard gate open: shown, though not asked again."""
    names = {name for gate in gates for name in findings_of(gate.when)}
    return frozenset(name for name in names if case.findings.get(name) == "unsure")


def _free(verdict: Verdict) -> bool:
    return not (verdict.withheld or verdict.ask_first or verdict.with_clinician)


# --- what the plan says -----------------------------------------------------------------------


def _offer(item: Intervention, verdict: Verdict) -> Offer:
    return Offer(
        intervention=item.id,
        step=item.step,
        version="; ".join(verdict.versions),
        why=item.say or item.what,
        grade=item.grade,
        sources=item.sources,
        dose=item.dose.text if item.dose else "",
        warnings=verdict.warnings,
        optional=item.recommend == "optional",
    )


def _exercise(item: Exercise, verdict: Verdict) -> ExerciseOffer:
    version = "; ".join(verdict.versions)
    return ExerciseOffer(item.id, 1, version, item.say or item.what, verdict.warnings)


def _ask_first(item: Intervention, verdict: Verdict, case: Case, knowledge: Knowledge) -> AskFirst:
    return AskFirst(item.id, tuple(sorted(questions_behind(verdict.ask_first, case, knowledge))))


def _disputes(verdicts: Mapping[str, Verdict], knowledge: Knowledge) -> tuple[Dispute, ...]:
    shown = {name for name, verdict in verdicts.items() if _free(verdict)}
    claims = (c for c in knowledge.claims.values() if shown & set(c.about) and _contested(c))
    return tuple(Dispute(c.id, c.topic, c.appraisal, c.say, c.sources) for c in claims)


def _contested(claim: Claim) -> bool:
    """Sources say different things: two or more positions and no plain support."""
    return len(claim.positions) > 1 and claim.appraisal not in ("supported", "not_supported")


def _review(triage: Triage, pathways: tuple[Pathway, ...], knowledge: Knowledge) -> int:
    days = [p.review_in_days for p in pathways]
    return min([*days, int(knowledge.policy("review").get(triage.urgency, 14))])


def _safety_net(pathways: tuple[Pathway, ...]) -> str:
    return " ".join(dict.fromkeys(p.safety_net for p in pathways[:1]))


def _now(case: Case, triage: Triage, knowledge: Knowledge) -> Now | None:
    """What to do at once; None when nothing presses."""
    if triage.urgency in ("routine", "self_care"):
        return None
    reasons = [r for r in triage.reasons if r.urgency == triage.at_least]
    if triage.urgency == "undetermined":
        do: tuple[str, ...] = ("Answer the safety questions first.",)
        kind = "out_of_hours"
    else:
        do = tuple(dict.fromkeys(r.do for r in reasons))
        kind = reasons[0].contact
    line = contact_line(case, kind, knowledge)
    tell = tuple(dict.fromkeys(r.say for r in triage.reasons))
    return Now(triage.urgency, do, kind, line.number, line.say, tell)


def contact_line(case: Case, kind: str, knowledge: Knowledge) -> Line:
    """Whom to call in the person's region; 112 and the local number where none is known."""
    region = case.findings.get("region")
    contact = knowledge.contacts[region if region in knowledge.contacts else "default"]
    lines = {
        "emergency": contact.emergency,
        "maternity": contact.maternity,
        "crisis": contact.crisis,
    }
    return lines.get(kind, contact.out_of_hours)


def items_of(plan: Plan) -> dict[str, Any]:
    """Every item the plan offers, by id."""
    return {
        **{offer.intervention: offer for offer in plan.offered},
        **{offer.exercise: offer for offer in plan.exercises},
    }
