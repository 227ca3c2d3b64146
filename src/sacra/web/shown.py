"""What the page of the result shows: an assessment made ready, without words of its own.

Pure: numbers, names and keys for the templates, which hold the words. Dangerous conditions are
left out of all that shows how probable something is: the safety questions speak of those.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Any, Literal

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.assess import Assessment
from sacra.reasoning.case import Case
from sacra.reasoning.differential import Likelihood, Weight
from sacra.reasoning.triage import Reason
from sacra.rules.language import findings_of
from sacra.rules.readings import UNSURE
from sacra.web.amounts import amount

Band = Literal["child", "young", "adult", "unknown"]
SHAPES = ("disc", "square", "ring", "triangle", "cross")
"""One for each bar, told apart without colour."""
_FAINT, _MOST = 0.02, len(SHAPES)
"""A bar needs this probability; and there are at most so many."""


def band_of(case: Case) -> Band:
    """Which age rules hold; an age that is not known gets the careful ones of 16 and 17."""
    age = case.findings.get("age")
    if not isinstance(age, int | float):
        return "unknown"
    return "child" if age < 16 else "young" if age < 18 else "adult"


def lower_first(text: str) -> str:
    """The text inside a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


# --- how probable -----------------------------------------------------------------------------


class Bar(msgspec.Struct, frozen=True, gc=False):
    """One condition: how often in 10 or 100, its interval in percent, and its share of 100."""

    condition: str
    name: str
    term: str
    number: int
    of: int
    low: int
    high: int
    left: str
    dot: str
    right: str
    people: int
    shape: str


class Chances(msgspec.Struct, frozen=True, gc=False):
    """The bars, how many of 100 are left for all else, and how clear the first one is."""

    bars: tuple[Bar, ...]
    others: int
    clear: Literal["probably", "perhaps", "open"]

    @property
    def shapes(self) -> tuple[tuple[str, int, int], ...]:
        """One of 100 people each: its shape and its place, ten a row."""
        row = [bar.shape for bar in self.bars for _ in range(bar.people)] + ["dot"] * self.others
        return tuple((shape, 20 * (i % 10), 20 * (i // 10)) for i, shape in enumerate(row))


def chances_of(
    differential: Iterable[Likelihood], knowledge: Knowledge, named: Collection[str] = ()
) -> Chances:
    """The conditions without danger, as they stand; the rest is not shared out among them.

    What a red flag on the same page `named` has its bar however small, so that no page speaks of
    something and then leaves open how likely it is.
    """
    harmless = [one for one in differential if not one.serious]
    must = [one.condition for one in harmless if one.condition in named][:_MOST]
    likely = [one.condition for one in harmless if one.probability >= _FAINT]
    kept = {*must, *[c for c in likely if c not in must][: _MOST - len(must)]}
    shown = [one for one in harmless if one.condition in kept]
    shares = [one.probability for one in shown]
    people = _of_100([*shares, max(0.0, 1 - sum(shares))])
    bars = tuple(
        _bar(one, count, shape, knowledge)
        for one, count, shape in zip(shown, people[:-1], SHAPES, strict=False)
    )
    first = shares[0] if shares else 0
    return Chances(bars, people[-1], _clear(first))


def _clear(probability: float) -> Literal["probably", "perhaps", "open"]:
    """0.3 is where care for one source begins (DESIGN, Plan); half is what "probably" means."""
    return "probably" if probability >= 0.5 else "perhaps" if probability >= 0.3 else "open"


def _bar(one: Likelihood, people: int, shape: str, knowledge: Knowledge) -> Bar:
    number, of = _often(one.probability)
    left, dot, right = (f"{100 * x:.1f}%" for x in (one.low, one.probability, one.high))
    low, high = math.floor(100 * one.low), math.ceil(100 * one.high)
    plain, term = (getattr(knowledge.conditions[one.condition], key) for key in ("plain", "name"))
    return Bar(one.condition, plain, term, number, of, low, high, left, dot, right, people, shape)


def _often(probability: float) -> tuple[int, int]:
    """In tens where that says enough, in hundreds where it does not."""
    in_tens = 0.075 <= probability < 0.95
    return (round(10 * probability), 10) if in_tens else (round(100 * probability), 100)


def _of_100(shares: list[float]) -> list[int]:
    """Whole people for the shares, 100 in all: the largest remainders are rounded up."""
    exact = [100 * share for share in shares]
    whole = [math.floor(x) for x in exact]
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: 100 - sum(whole)]:
        whole[i] += 1
    return whole


# --- why --------------------------------------------------------------------------------------


class Why(msgspec.Struct, frozen=True, gc=False):
    """What one answer did to one condition, in keys for words."""

    answer: str
    yes: bool
    more: bool
    strength: Literal["little", "clearly", "strongly"]
    own: bool
    mark: str


class Reasons(msgspec.Struct, frozen=True, gc=False):
    """What made one condition more likely and what made it less likely."""

    condition: str
    name: str
    more: tuple[Why, ...]
    less: tuple[Why, ...]
    untold: int


_WORTH, _CLEARLY, _STRONGLY, _EACH_WAY = 1.0, 3.0, 7.0, 4
"""Decibans from which an answer is named, and its words: odds doubled, and times five (w)."""


def reasons_of(one: Likelihood, knowledge: Knowledge) -> Reasons:
    """The heaviest answers both ways."""
    heavy = [w for w in one.weights if abs(w.decibans) >= _WORTH]
    more = tuple(_why(w, knowledge) for w in heavy if w.decibans > 0)
    less = tuple(_why(w, knowledge) for w in heavy if w.decibans < 0)
    untold = len(more[_EACH_WAY:]) + len(less[_EACH_WAY:])
    name = knowledge.conditions[one.condition].plain
    return Reasons(one.condition, name, more[:_EACH_WAY], less[:_EACH_WAY], untold)


def _why(weight: Weight, knowledge: Knowledge) -> Why:
    size = abs(weight.decibans)
    strength: Literal["little", "clearly", "strongly"] = (
        "strongly" if size >= _STRONGLY else "clearly" if size >= _CLEARLY else "little"
    )
    label = knowledge.findings[weight.finding].label
    own = weight.origin == "own"
    return Why(label, weight.value, weight.decibans > 0, strength, own, weight.mark)


class Test(msgspec.Struct, frozen=True, gc=False):
    """A question or test that would tell more; one that costs much or has a risk comes late."""

    finding: str
    label: str
    question: str
    late: bool
    could_change: bool


_TELLING = 0.05
"""Bits below which a test is not worth naming."""


def screens_to_try(assessment: Assessment, knowledge: Knowledge, by: str) -> tuple[Test, ...]:
    """The three most useful things still to ask or test, by the clinician or the person."""
    useful = [
        q
        for q in assessment.enquiry
        if q.stage == "information" and q.by == by and q.bits >= _TELLING
    ]
    return tuple(
        Test(
            q.finding,
            knowledge.findings[q.finding].label,
            knowledge.findings[q.finding].question,
            q.cost.risk != "none" or q.cost.money == "high",
            any(change.startswith("threshold:") for change in q.changes),
        )
        for q in useful[:3]
    )


# --- for a clinician's eyes -------------------------------------------------------------------


class Answers(msgspec.Struct, frozen=True, gc=False):
    """What was answered, short enough for one page."""

    yes: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    no_safety: int
    no_other: int
    unsure: tuple[str, ...]
    unanswered: tuple[str, ...]


def answers_of(entered: Case, assessment: Assessment, knowledge: Knowledge) -> Answers:
    """The entered answers; without what somebody said about their own safety."""
    private = private_findings(knowledge) | _NOT_CLINICAL
    known = {k: v for k, v in entered.findings.items() if k.partition(".")[0] not in private}
    safety = {n for s in knowledge.screens.values() if s.stage == "alarms" for n in s.findings}
    said = {
        value: [k.partition(".")[0] for k in known if known[k] is value] for value in (True, False)
    }
    no = [name for name in dict.fromkeys(said[False]) if name not in said[True]]  # on either side
    values = [(k, v) for k, v in known.items() if not isinstance(v, bool) and v != UNSURE]
    return Answers(
        yes=tuple(label_of(key, knowledge) for key, value in known.items() if value is True),
        values=tuple((label_of(k, knowledge), value_of(k, v, knowledge)) for k, v in values),
        no_safety=sum(name in safety for name in no),
        no_other=sum(name not in safety for name in no),
        unsure=tuple(label_of(k, knowledge) for k, v in known.items() if v == UNSURE),
        unanswered=tuple(t.label for t in screens_to_try(assessment, knowledge, "self")),
    )


_NOT_CLINICAL = frozenset({"setting", "asks_about"})
"""What is asked for the conversation's sake and tells a clinician nothing."""


def private_findings(knowledge: Knowledge) -> frozenset[str]:
    """Findings of the red flags whose help is the crisis line: others may see a page."""
    flags = [f for f in knowledge.red_flags.values() if f.contact == "crisis"]
    return frozenset(n for f in flags for level in f.levels for n in findings_of(level.when))


class Met(msgspec.Struct, frozen=True, gc=False):
    """One red flag: what it says, from which findings, and whether it rests on "not sure"."""

    red_flag: str
    name: str
    urgency: str
    say: str
    do: str
    because: tuple[str, ...]
    unsure: bool


def met(reasons: Iterable[Reason], knowledge: Knowledge) -> tuple[Met, ...]:
    """The red flags that were met, without those of the crisis line: others may see the page."""
    return tuple(
        Met(
            one.red_flag,
            knowledge.red_flags[one.red_flag].name,
            one.urgency,
            one.say,
            one.do,
            tuple(label_of(key, knowledge) for key in one.because),
            one.unsure,
        )
        for one in reasons
        if one.contact != "crisis"
    )


def suspected(reasons: Iterable[Reason]) -> frozenset[str]:
    """The conditions that the red flags on a page think of."""
    return frozenset(name for one in reasons for name in one.suspects)


def label_of(key: str, knowledge: Knowledge) -> str:
    """The label of a finding, with its side."""
    name, _, side = key.partition(".")
    label = knowledge.findings[name].label
    return f"{label}, {knowledge.word(side)}" if side else label


def value_of(key: str, value: Any, knowledge: Knowledge) -> str:
    """A number with its unit, or the words of a choice."""
    finding = knowledge.findings[key.partition(".")[0]]
    if finding.choices_from == "contacts":
        return knowledge.contacts[value].region
    if isinstance(value, list | tuple):
        items = knowledge.items
        return ", ".join(items[v].plain if v in items else knowledge.word(v) for v in value)
    if isinstance(value, int | float):
        return amount(value, finding.unit, knowledge)
    return knowledge.word(str(value))
