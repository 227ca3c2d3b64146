"""What a clinician should confirm first: what moves urgency and plan most when it is left out.

Each red flag level, gate, indication, pathway, study and starting probability that nobody has
read at its source (and every alarm, as those need signatures whoever read them) is left out, or
moved to an end of its range, and made-up people are answered again. Only people whom a part can
touch are. The plan is read at the central values of the differential, without its draws.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from sacra.cohort.bordering import crowd, tested
from sacra.cohort.leaving_out import Variant, variants
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Confirmation, Fact, Mark
from sacra.kb.signing import enough, next_review, overdue_since, people_needed
from sacra.reasoning.case import Case
from sacra.reasoning.differential import (
    Likelihood,
    chances,
    population_shares,
    posteriors,
    used_answers,
)
from sacra.reasoning.evaluate import complete
from sacra.reasoning.gates import Judge, sheets
from sacra.reasoning.model import build_model
from sacra.reasoning.plan import Plan, holding_pathways, make_plan
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import Triage, rank, triage_case
from sacra.rules.language import Likely, leaves
from sacra.rules.readings import Reading

Tell = Callable[[int, int], None]
"""Called with how many parts are done, and of how many."""


class Moved(msgspec.Struct, frozen=True, gc=False):
    """How many people a part moves: their urgency, or what their plan offers."""

    part: str
    urgency: int
    plan: int
    weight: float


class Row(msgspec.Struct, frozen=True, gc=False):
    """One file to confirm, with its parts, the heaviest first."""

    fact: str
    mark: Mark
    weight: float
    moved: tuple[Moved, ...]
    sources: tuple[str, ...]
    confirmed: tuple[Confirmation, ...]
    needed: int
    enough: bool
    next_review: datetime.date | None
    overdue: bool


Offers = dict[str, tuple[str, ...]]
"""What is offered, each item with its changed forms and its warnings."""


@dataclass(frozen=True)
class Answered:
    """A person with what Sacra says of them; `weighed` when their tests move probabilities."""

    entered: Case
    case: Case
    triage: Triage
    answers: dict[str, bool]
    chances: tuple[Likelihood, ...]
    pathways: frozenset[str]
    populations: frozenset[str]
    weighed: bool

    @cached_property
    def reading(self) -> Reading:
        """Rules read against this person."""
        return Reading(self.case.findings, chances(self.chances))

    @cached_property
    def pressing(self) -> bool:
        """At same-day or above nothing is offered, whatever the gates say."""
        return rank(self.triage.urgency) >= rank("same_day")


def review(
    knowledge: Knowledge,
    files: Iterable[Case] = (),
    *,
    today: datetime.date,
    kind: str = "",
    tell: Tell = lambda _done, _of: None,
) -> list[Row]:
    """Every file (of one kind) that has something to confirm, the heaviest first.

    `files` are real cases, asked beside the made-up people; their open safety questions are taken
    as no.
    """
    every = [one for one in variants(knowledge) if one.fact.startswith(f"{kind}/" if kind else "")]
    desk = Desk(_people(every, files, knowledge), knowledge)
    moved: dict[str, list[Moved]] = {}
    for done, variant in enumerate(every, 1):
        moved.setdefault(variant.fact, []).append(desk.moved(variant))
        tell(done, len(every))
    rows = (_row(name, parts, knowledge, today) for name, parts in moved.items())
    return sorted(rows, key=lambda row: (-row.weight, row.fact))


def _people(every: list[Variant], files: Iterable[Case], knowledge: Knowledge) -> list[Answered]:
    """Whom to ask: for probabilities those whose tests vary, for rules those at their borders."""
    moves = {variant.moves for variant in every}
    weighed = [complete(case, knowledge) for case in files] if every else []
    weighed += tested(knowledge) if "chances" in moves else []
    at_borders = crowd(knowledge) if moves - {"chances"} else iter(())
    return [answered(case, knowledge, weighed=False) for case in at_borders] + [
        answered(case, knowledge, weighed=True) for case in weighed
    ]


def answered(case: Case, knowledge: Knowledge, *, weighed: bool) -> Answered:
    """What Sacra says of one person, at the central values."""
    settled = settle(case, knowledge)
    triage, answers = triage_case(settled, knowledge), used_answers(settled, knowledge)
    found = central(settled, knowledge, answers)
    names = holding_pathways(Reading(settled.findings, chances(found)), knowledge)
    pathways = frozenset(pathway.id for pathway in names)
    populations = frozenset(population_shares(settled, knowledge))
    return Answered(case, settled, triage, answers, found, pathways, populations, weighed)


def central(case: Case, knowledge: Knowledge, answers: dict[str, bool]) -> tuple[Likelihood, ...]:
    """The probabilities of a settled case at the central values, without draws or weights."""
    model = build_model(knowledge, draws=0)
    known = {name: value for name, value in answers.items() if name in model.column}
    (found,) = posteriors(model, known, case, knowledge)
    return tuple(
        Likelihood(name, p, p, p, serious=knowledge.conditions[name].serious, weights=())
        for name, p in zip(model.conditions, map(float, found), strict=True)
    )


class Desk:
    """People, and what they are told when a part of the knowledge is left out."""

    def __init__(self, people: list[Answered], knowledge: Knowledge) -> None:
        """Keep what does not change from part to part."""
        self.people, self.knowledge = people, knowledge
        self.policy = knowledge.policy("confirmation")
        self.thresholds = tuple(_thresholds(knowledge))
        self.called: dict[frozenset[str], frozenset[str]] = {}

    def moved(self, variant: Variant) -> Moved:
        """Whom a part moves; of its forms the one that moves most counts."""
        return max((self._count(variant, form) for form in variant.forms), key=lambda m: m.weight)

    def _count(self, variant: Variant, form: Knowledge) -> Moved:
        urgency, plan, weight = 0, 0, 0.0
        for person in self.people:
            if self._concerns(variant, person):
                triage, before, after = self._again(variant, form, person)
                urgency += triage.urgency != person.triage.urgency
                plan += before != after
                weight += self._urgency_weight(person.triage, triage)
                weight += self._plan_weight(before, after)
        return Moved(variant.part, urgency, plan, round(weight, 2))

    def _concerns(self, variant: Variant, person: Answered) -> bool:
        """Whether the part can say anything about this person."""
        if variant.moves == "triage":
            return person.case.flag_reading.decide(variant.rule) is not False
        if person.pressing:
            return False
        if variant.moves == "chances":
            return person.weighed and _weighs(variant, person)
        holds = person.reading.decide(variant.rule)
        return holds is not True if variant.moves == "indication" else holds is not False

    def _again(
        self, variant: Variant, form: Knowledge, person: Answered
    ) -> tuple[Triage, Offers, Offers]:
        """Urgency, and what is offered before and after; only what can change is worked out."""
        if variant.moves in ("gate", "indication"):
            before = self._items(variant, self.knowledge, person)
            return person.triage, before, self._items(variant, form, person)
        case, triage, found = person.case, person.triage, person.chances
        if variant.moves == "triage":
            case = settle(person.entered, form)
            triage = triage_case(case, form)
        elif variant.moves == "chances":
            found = central(case, form, person.answers)
            if self._sides(found) == self._sides(person.chances):
                return triage, {}, {}
        before = _offers(make_plan(person.case, person.triage, person.chances, self.knowledge))
        return triage, before, _offers(make_plan(case, triage, found, form))

    def _items(self, variant: Variant, form: Knowledge, person: Answered) -> Offers:
        """What is offered of the items that change, where a pathway calls for them."""
        judge = Judge(person.case, person.triage, person.reading, form)
        called = (sheets(form)[name] for name in variant.items if name in self._items_of(person))
        fits = (sheet for sheet in called if person.reading.decide(sheet.indication) is not False)
        judged = ((sheet.item.id, judge(sheet)) for sheet in fits)
        return {name: (*one.versions, *one.warnings) for name, one in judged if one.free}

    def _items_of(self, person: Answered) -> frozenset[str]:
        """The items that the pathways of a person call for, whether they are indicated or not."""
        if person.pathways not in self.called:
            items = self.knowledge.items.values()
            called = (i for i in items if not person.pathways.isdisjoint(i.indicated.pathways))
            self.called[person.pathways] = frozenset(item.id for item in called)
        return self.called[person.pathways]

    def _sides(self, found: tuple[Likelihood, ...]) -> tuple[bool | None, ...]:
        """On which side of each threshold of the knowledge these probabilities are."""
        reading = Reading({}, chances(found))
        return tuple(reading.decide(one) for one in self.thresholds)

    def _urgency_weight(self, before: Triage, after: Triage) -> float:
        if before.urgency == after.urgency:
            return 0.0
        urgent = max(before.urgency, after.urgency, key=rank)
        return self.policy.get(f"weight_{urgent}", self.policy["weight_routine"])

    def _plan_weight(self, before: Offers, after: Offers) -> float:
        """What is newly offered may harm; what is taken away or changed may be missed."""
        if before == after:
            return 0.0
        new = any(name not in before for name in after)
        return self.policy["weight_offered" if new else "weight_taken"]


def _weighs(variant: Variant, person: Answered) -> bool:
    """Whether a study or a starting probability enters what this person is told."""
    if variant.finding:
        return variant.finding in person.answers
    if variant.setting and variant.setting != person.case.findings.get("setting"):
        return False
    return variant.population in person.populations


def _offers(plan: Plan) -> Offers:
    found = {one.intervention: (one.version, *one.warnings) for one in plan.offered}
    return found | {one.exercise: (one.version, *one.warnings) for one in plan.exercises}


def _thresholds(knowledge: Knowledge) -> Iterator[Likely]:
    """Every question of how likely a condition is, in pathways and before items."""
    rules = [pathway.when for pathway in knowledge.pathways.values()]
    for sheet in sheets(knowledge).values():
        gates = (gate for every in sheet.by_effect.values() for gate in every)
        rules += [sheet.indication, *(gate.when for gate in gates)]
    found = (leaf for rule in rules for leaf in leaves(rule) if isinstance(leaf, Likely))
    return iter(dict.fromkeys(found))


# --- rows -------------------------------------------------------------------------------------


def _row(name: str, parts: list[Moved], knowledge: Knowledge, today: datetime.date) -> Row:
    kind, _, identity = name.partition("/")
    fact = getattr(knowledge, kind)[identity]
    heavy = sorted((p for p in parts if p.weight), key=lambda one: (-one.weight, one.part))
    total = sum(one.weight for one in parts)
    if fact.mark == "verified":  # alarms, which wait for their signatures all the same
        total *= knowledge.policy("confirmation")["share_verified"]
    return row_of(kind, fact, knowledge, today, round(total, 2), tuple(heavy))


def row_of(
    kind: str,
    fact: Fact,
    knowledge: Knowledge,
    today: datetime.date,
    weight: float = 0.0,
    moved: tuple[Moved, ...] = (),
) -> Row:
    """What the desk says of one file."""
    return Row(
        fact=f"{kind}/{fact.id}",
        mark=fact.mark,
        weight=weight,
        moved=moved,
        sources=fact.sources,
        confirmed=fact.confirmed,
        needed=people_needed(fact),
        enough=enough(fact),
        next_review=next_review(fact, knowledge),
        overdue=overdue_since(fact, knowledge, today) is not None,
    )


def overdue_rows(knowledge: Knowledge, today: datetime.date) -> list[Row]:
    """Every file whose review is overdue, the longest first."""
    facts = ((kind, fact) for kind, fact in knowledge.facts() if isinstance(fact, Fact))
    rows = [row_of(kind, fact, knowledge, today) for kind, fact in facts if fact.confirmed]
    return sorted((r for r in rows if r.overdue), key=lambda r: (r.next_review or today, r.fact))
