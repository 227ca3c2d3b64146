"""The plan: what can be done, what must be asked first, what stays out, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import (
    Card,
    Claim,
    Exercise,
    Help,
    Intervention,
    Line,
    Mark,
    Need,
    Pathway,
)
from sacra.reasoning.case import SIDES, Case
from sacra.reasoning.differential import Likelihood, chances
from sacra.reasoning.gates import Judge, Sheet, Verdict, sheets
from sacra.reasoning.triage import Triage, rank
from sacra.rules.readings import Reading


class Now(msgspec.Struct, frozen=True, gc=False):
    """What to do at once: the steps, whom to call, and what to tell them."""

    urgency: str
    do: tuple[str, ...]
    contact: str
    number: str | None
    say: str
    tell: tuple[str, ...]


class Offer(msgspec.Struct, frozen=True, gc=False):
    """An intervention that fits; `version` is the changed form, if it is changed.

    `mark` and `dose_mark` say how well item and dose were checked at their sources.
    """

    intervention: str
    step: str
    version: str
    why: str
    grade: str
    sources: tuple[str, ...]
    mark: Mark
    dose: str
    dose_mark: Mark | None
    warnings: tuple[str, ...]
    optional: bool


class ExerciseOffer(msgspec.Struct, frozen=True, gc=False):
    """An exercise that fits, at the level to start from, and the least days on each level."""

    exercise: str
    level: int
    days_a_level: int
    version: str
    why: str
    mark: Mark
    warnings: tuple[str, ...]


class AskFirst(msgspec.Struct, frozen=True, gc=False):
    """An item that waits for these answers."""

    intervention: str
    findings: tuple[str, ...]


class Because(msgspec.Struct, frozen=True, gc=False):
    """An item that a clinician must agree to, or that stays out, and why."""

    intervention: str
    because: tuple[str, ...]


class Dispute(msgspec.Struct, frozen=True, gc=False):
    """Where sources disagree about something in this plan."""

    claim: str
    topic: str
    appraisal: str
    say: str
    sources: tuple[str, ...]
    mark: Mark


class Plan(msgspec.Struct, frozen=True, gc=False):
    """All that the knowledge says about what to do for this person.

    `needs` is what a programme made from it should hold, `cards` the pages to keep beside it,
    `unsaid` the items that these name and the plan does not offer, and `side` the painful side
    where it is known.
    """

    now: Now | None
    pathways: tuple[str, ...]
    offered: tuple[Offer, ...]
    exercises: tuple[ExerciseOffer, ...]
    ask_first: tuple[AskFirst, ...]
    with_clinician: tuple[Because, ...]
    withheld: tuple[Because, ...]
    disputes: tuple[Dispute, ...]
    needs: tuple[str, ...]
    cards: tuple[str, ...]
    unsaid: tuple[str, ...]
    side: str
    review_in_days: int
    safety_net: str


def make_plan(
    case: Case, triage: Triage, differential: tuple[Likelihood, ...], knowledge: Knowledge
) -> Plan:
    """Go through every item that these pathways call for, or that the person asks about."""
    reading = Reading(case.findings, chances(differential))
    pathways = holding_pathways(reading, knowledge)
    judge = Judge(case, triage, reading, knowledge)
    judged = [(s.item, judge(s)) for s in _called_for(reading, pathways, knowledge)]
    free = [(item, verdict) for item, verdict in judged if verdict.free]
    return Plan(
        now=_now(case, triage, knowledge),
        pathways=tuple(p.id for p in pathways),
        offered=tuple(_offer(i, v) for i, v in free if not isinstance(i, Exercise)),
        exercises=tuple(_exercise(i, v) for i, v in free if isinstance(i, Exercise)),
        ask_first=tuple(AskFirst(i.id, v.ask_first) for i, v in judged if v.ask_first is not None),
        with_clinician=tuple(
            Because(i.id, v.with_clinician) for i, v in judged if v.with_clinician
        ),
        withheld=tuple(Because(i.id, v.withheld) for i, v in judged if v.withheld),
        disputes=_disputes({item.id for item, _ in free}, knowledge),
        needs=_that_hold(knowledge.needs, reading),
        cards=_that_hold(knowledge.cards, reading),
        unsaid=_unsaid({item.id for item, _ in free}, knowledge),
        side=side if (side := case.findings.get("pain_side")) in SIDES else "",
        review_in_days=_review(triage, pathways, knowledge),
        safety_net=pathways[0].safety_net if pathways else "",
    )


def until_seen(
    case: Case, triage: Triage, differential: tuple[Likelihood, ...], knowledge: Knowledge
) -> Plan:
    """What gates and holds leave open for the hours before somebody is spoken to.

    At same-day urgency the plan itself holds everything; this is not that plan, and no exercise
    is taken from it. It says what eases a night, and what must not be taken.
    """
    only_holds = msgspec.structs.replace(triage, urgency="routine")  # they stand at every urgency
    return make_plan(case, only_holds, differential, knowledge)


# --- whom an item is for ----------------------------------------------------------------------


def holding_pathways(reading: Reading, knowledge: Knowledge) -> tuple[Pathway, ...]:
    """The pathways this person belongs to, the leading one first."""
    every = sorted(knowledge.pathways.values(), key=lambda p: (p.precedence, p.id))
    return tuple(p for p in every if reading.decide(p.when))


def _called_for(
    reading: Reading, pathways: tuple[Pathway, ...], knowledge: Knowledge
) -> Iterator[Sheet]:
    """Items of these pathways that are, or may be, indicated; and what the person asks about.

    A specialist's treatment is named only when its indication is known to hold.
    """
    names = {pathway.id for pathway in pathways}
    asked = reading.values.get("asks_about")
    for sheet in _in_order(knowledge):
        wanted = not names.isdisjoint(sheet.item.indicated.pathways)
        asked_about = isinstance(asked, tuple) and sheet.item.id in asked
        if asked_about or (wanted and _may_be_indicated(sheet, reading)):
            yield sheet


def _may_be_indicated(sheet: Sheet, reading: Reading) -> bool:
    indicated = reading.decide(sheet.indication)
    return bool(indicated) or (indicated is None and sheet.item.recommend != "specialist")


@lru_cache(maxsize=4)
def _in_order(knowledge: Knowledge) -> tuple[Sheet, ...]:
    every = sheets(knowledge).values()
    return tuple(sorted(every, key=lambda s: (_STEP_ORDER[s.item.step], s.item.id)))


_STEP_ORDER = {
    step: order
    for order, step in enumerate(
        ["self_care", "support", "exercise", "physiotherapy", "referral", "medication", "workplace",
         "injection", "ablation", "surgery"]
    )
}  # fmt: skip


# --- what the plan says -----------------------------------------------------------------------


def _why(item: Intervention, verdict: Verdict) -> str:
    """What it does, in words to the person; a changed version is described, not promised."""
    return item.what if verdict.versions else item.say or item.what


def _offer(item: Intervention, verdict: Verdict) -> Offer:
    return Offer(
        intervention=item.id,
        step=item.step,
        version=" ".join(verdict.versions),
        why=_why(item, verdict),
        grade=item.grade,
        sources=item.sources,
        mark=item.mark,
        dose=item.dose.text if item.dose else "",
        dose_mark=item.dose.mark if item.dose else None,
        warnings=verdict.warnings,
        optional=item.recommend == "optional",
    )


def _exercise(item: Exercise, verdict: Verdict) -> ExerciseOffer:
    version = " ".join(verdict.versions)
    return ExerciseOffer(
        exercise=item.id,
        level=1,
        days_a_level=verdict.days_a_level,
        version=version,
        why=_why(item, verdict),
        mark=item.mark,
        warnings=verdict.warnings,
    )


def _disputes(shown: set[str], knowledge: Knowledge) -> tuple[Dispute, ...]:
    claims = (c for c in _contested(knowledge) if not shown.isdisjoint(c.about))
    return tuple(Dispute(c.id, c.topic, c.appraisal, c.say, c.sources, c.mark) for c in claims)


@lru_cache(maxsize=4)
def _contested(knowledge: Knowledge) -> tuple[Claim, ...]:
    """Claims on which sources say different things and the evidence does not settle it."""
    settled = ("supported", "not_supported")
    every = knowledge.claims.values()
    return tuple(c for c in every if len(c.positions) > 1 and c.appraisal not in settled)


def _that_hold(facts: Mapping[str, Need | Card], reading: Reading) -> tuple[str, ...]:
    """Those whose rule is known to hold; else the exercises themselves are asked first."""
    return tuple(f.id for f in facts.values() if not f.when or reading.decide(f.when))


def _unsaid(offered: set[str], knowledge: Knowledge) -> tuple[str, ...]:
    """What no card may speak of: a gate or a hold stands before it, or nothing calls for it."""
    named = {name for card in knowledge.cards.values() for name in card.items}
    return tuple(sorted(named - offered))


def _review(triage: Triage, pathways: tuple[Pathway, ...], knowledge: Knowledge) -> int:
    days = [p.review_in_days for p in pathways]
    return min([*days, int(knowledge.policy("review").get(triage.urgency, 14))])


def _now(case: Case, triage: Triage, knowledge: Knowledge) -> Now | None:
    """What to do at once; None when nothing presses."""
    if triage.urgency in ("routine", "self_care"):
        return None
    reasons = [r for r in triage.reasons if r.urgency == triage.at_least]
    if triage.urgency == "undetermined":
        known = [r.do for r in triage.reasons if rank(r.urgency) >= rank("within_days")]
        do = _each_once([knowledge.say("safety.answer_first"), *known])
        kind = "out_of_hours"
    else:
        do = _each_once(r.do for r in reasons)
        kind = min((r.contact for r in reasons), key=_HELP.index)
    line = contact_line(case, kind, knowledge)
    # what somebody said about their safety is not printed on a summary that others may see
    tell = tuple(dict.fromkeys(r.say for r in triage.reasons if r.contact != "crisis"))
    return Now(triage.urgency, do, kind, line.number, line.say, tell)


_HELP: tuple[str, ...] = get_args(Help)


def _each_once(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines without sentences that a line before has said: who is in danger reads little."""
    said: dict[str, None] = {}
    fresh = []
    for line in lines:
        new = [one for one in re.split(r"(?<=[.!?]) ", line) if one not in said]
        said |= dict.fromkeys(new)
        fresh.append(" ".join(new))
    return tuple(filter(None, fresh))


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
