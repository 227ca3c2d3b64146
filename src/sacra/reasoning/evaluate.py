"""How good the answers are: case files with an `expected` block, scored in two ways.

*Reported*: what the source does not say stays unknown. *Completed*: mandatory questions the
source does not report are taken as no, marked as assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import URGENCIES, ActionClass
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.plan import items_of
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import rank, triage_case, unanswered_questions
from sacra.rules.readings import UNSURE

NEXT = 5
"""The deciding question must be among so many."""


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a right answer to a case looks like."""

    urgency: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    forbid_minor: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    deciding: tuple[str, ...] = ()
    diagnosable: str = ""


@dataclass(frozen=True)
class CaseFile:
    """One case with its right answer; `id` is the file name."""

    id: str
    case: Case
    expected: Expected


class Item(msgspec.Struct, frozen=True, gc=False):
    """One item of one case."""

    case: str
    item: str


class Counts(msgspec.Struct, frozen=True, gc=False):
    """How much the plan of one case holds."""

    offered: int
    ask_first: int
    with_clinician: int
    withheld: int


class Score(msgspec.Struct):
    """Case ids for each outcome of one run: wrong (triage, plan) or right (top, suspects)."""

    grave_under_triage: list[str] = msgspec.field(default_factory=list)
    under_triage: list[str] = msgspec.field(default_factory=list)
    over_triage: list[str] = msgspec.field(default_factory=list)
    undetermined: list[str] = msgspec.field(default_factory=list)
    deciding_question_missing: list[str] = msgspec.field(default_factory=list)
    top1: list[str] = msgspec.field(default_factory=list)
    top3: list[str] = msgspec.field(default_factory=list)
    suspects_named: list[str] = msgspec.field(default_factory=list)
    suspect_list_length: float = 0.0
    forbidden: list[Item] = msgspec.field(default_factory=list)
    forbidden_minor: list[Item] = msgspec.field(default_factory=list)
    missing_offers: list[Item] = msgspec.field(default_factory=list)
    counts: dict[str, Counts] = msgspec.field(default_factory=dict)
    urgency: dict[str, str] = msgspec.field(default_factory=dict)


class Evaluation(msgspec.Struct):
    """Both runs over a set of cases. `scorable` is how many cases each outcome could be read on."""

    reported: Score
    completed: Score
    not_scored: list[dict[str, str]]
    n: int
    scorable: dict[str, int]


RESERVED = ("expected", "note", "source", "title", "wishes")


def read_case_file(name: str, data: Any, knowledge: Knowledge) -> CaseFile:
    """A case file: findings, and an `expected` block.

    Raises:
        CaseError: the case or its expected block is wrong.
    """
    if not isinstance(data, Mapping) or "expected" not in data:
        raise CaseError(name, "has no `expected` block, so it cannot be evaluated")
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    try:
        expected = msgspec.convert(data["expected"], Expected)
    except msgspec.ValidationError as problem:
        raise CaseError(f"{name}, expected", str(problem)) from None
    _check_expected(name, expected, knowledge)
    return CaseFile(name, read_case(findings, knowledge, name), expected)


def _check_expected(name: str, expected: Expected, knowledge: Knowledge) -> None:
    classes = ActionClass.__args__  # type: ignore[attr-defined]
    allowed: list[tuple[str, Sequence[str], Iterable[str]]] = [
        ("urgency", expected.urgency, URGENCIES),
        ("conditions", expected.conditions, knowledge.weighed),
        ("suspects", expected.suspects, knowledge.conditions),
        ("forbid", expected.forbid + expected.forbid_minor, [*knowledge.items, *classes]),
        ("offer", expected.offer, knowledge.items),
        ("deciding", expected.deciding, knowledge.findings),
    ]
    for key, values, known in allowed:
        for value in values:
            if value not in known:
                raise CaseError(
                    f"{name}, expected.{key}", f"unknown `{value}`{nearest(value, known)}"
                )


def evaluate(files: Sequence[CaseFile], knowledge: Knowledge) -> Evaluation:
    """Assess every case twice and score the answers."""
    reported, completed = _Run(knowledge), _Run(knowledge)
    for file in files:
        reported.add(file, assess(file.case, knowledge), known_only=True)
        completed.add(file, assess(complete(file.case, knowledge), knowledge), known_only=False)
    return Evaluation(
        reported=reported.finish(),
        completed=completed.finish(),
        not_scored=[row for file in files for row in _not_scored(file)],
        n=len(files),
        scorable={
            "urgency": len(files),
            "conditions": sum(bool(f.expected.conditions) for f in files),
            "suspects": sum(bool(f.expected.suspects) for f in files),
            "deciding": len(reported.should_ask),
        },
    )


def _not_scored(file: CaseFile) -> list[dict[str, str]]:
    missing = [k for k in ("conditions", "suspects") if not getattr(file.expected, k)]
    rows = [{"case": file.id, "what": key, "why": "none expected"} for key in missing]
    if file.expected.diagnosable == "no":
        rows.append({"case": file.id, "what": "diagnosis", "why": "not diagnosable at first visit"})
    return rows


# --- completing -------------------------------------------------------------------------------


def complete(case: Case, knowledge: Knowledge) -> Case:
    """Take every mandatory question without an answer as no, marked as assumed.

    Alarms that act alone come first, because a no to them closes most rules and leaves their
    modifiers unasked. A number nobody gave is "not sure", not zero.
    """
    alone = frozenset().union(*knowledge.acts_alone.values())
    while open_ := _still_open(case, knowledge):
        names = [name for name in open_ if name in alone] or list(open_)
        added = {name: _no(name, knowledge) for name in names}
        case = replace(
            case, findings={**case.findings, **added}, assumed=case.assumed | frozenset(added)
        )
    return case


def _still_open(case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    names = unanswered_questions(settle(case, knowledge), knowledge)
    return tuple(name for name in names if name not in case.findings)


def _no(name: str, knowledge: Knowledge) -> Any:
    return False if knowledge.findings[name].type == "yes_no" else UNSURE


# --- scoring ----------------------------------------------------------------------------------


@dataclass
class _Run:
    """Collects the score of one way of answering."""

    knowledge: Knowledge
    score: Score = field(default_factory=Score)
    list_lengths: list[int] = field(default_factory=list)
    should_ask: list[str] = field(default_factory=list)

    def add(self, file: CaseFile, answer: Assessment, *, known_only: bool) -> None:
        self._urgency(file, answer, known_only=known_only)
        self._differential(file, answer)
        self._plan(file, answer)

    def finish(self) -> Score:
        lengths = self.list_lengths
        self.score.suspect_list_length = round(sum(lengths) / len(lengths), 2) if lengths else 0.0
        return self.score

    def _urgency(self, file: CaseFile, answer: Assessment, *, known_only: bool) -> None:
        triage, name = answer.triage, file.id
        given = triage.at_least if known_only and triage.urgency != "self_care" else triage.urgency
        ranks = [rank(u) for u in file.expected.urgency]
        self.score.urgency[name] = triage.urgency
        if triage.urgency == "undetermined":
            self.score.undetermined.append(name)
        if rank(given) > max(ranks):
            self.score.over_triage.append(name)
        if rank(given) >= min(ranks):
            return
        self.score.under_triage.append(name)
        if min(ranks) >= rank("same_day") > rank(given):
            self.score.grave_under_triage.append(name)
        self.should_ask.append(name)
        if not deciding_question_is_near(file, answer, self.knowledge):
            self.score.deciding_question_missing.append(name)

    def _differential(self, file: CaseFile, answer: Assessment) -> None:
        ranked = [one.condition for one in answer.differential]
        right = set(file.expected.conditions)
        if right & set(ranked[:1]):
            self.score.top1.append(file.id)
        if right & set(ranked[:3]):
            self.score.top3.append(file.id)
        if file.expected.suspects:
            named = {name for reason in answer.triage.reasons for name in reason.suspects}
            self.list_lengths.append(len(named))
            if named & set(file.expected.suspects):
                self.score.suspects_named.append(file.id)

    def _plan(self, file: CaseFile, answer: Assessment) -> None:
        plan, score = answer.plan, self.score
        offered = items_of(plan)
        score.forbidden += self._offered_against(file.id, offered, file.expected.forbid)
        score.forbidden_minor += self._offered_against(file.id, offered, file.expected.forbid_minor)
        score.missing_offers += [Item(file.id, i) for i in file.expected.offer if i not in offered]
        score.counts[file.id] = Counts(
            len(offered), len(plan.ask_first), len(plan.with_clinician), len(plan.withheld)
        )

    def _offered_against(
        self, case: str, offered: Iterable[str], forbid: tuple[str, ...]
    ) -> list[Item]:
        """Offered items that are forbidden by name or by a class they carry."""
        items = self.knowledge.items
        return [Item(case, n) for n in offered if {n, *items[n].classes} & set(forbid)]


def deciding_question_is_near(file: CaseFile, answer: Assessment, knowledge: Knowledge) -> bool:
    """Whether one of the next questions is one whose answer would bring the right urgency.

    The case may name it under `deciding`; else any question counts whose "yes" alone does.
    """
    asked = [question.finding for question in answer.enquiry[:NEXT]]
    if file.expected.deciding:
        return bool(set(asked) & set(file.expected.deciding))
    needed = min(rank(u) for u in file.expected.urgency)
    return any(_raises_to(needed, name, answer.case, knowledge) for name in asked)


def _raises_to(needed: int, name: str, case: Case, knowledge: Knowledge) -> bool:
    if knowledge.findings[name].type != "yes_no":
        return False
    answered = settle(replace(case, findings={**case.findings, name: True}), knowledge)
    return rank(triage_case(answered, knowledge).at_least) >= needed


def interval(hits: int, of: int) -> tuple[float, float]:
    """The exact (Clopper-Pearson) 95 % interval of a share."""
    from scipy.special import betaincinv  # slow to import, and only needed here

    if of == 0:
        return 0.0, 1.0
    low = float(betaincinv(hits, of - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 0.975)) if hits < of else 1.0
    return low, high
