"""The check as an interview: which screen to show next.

Pure, for the terminal and the web alike. After each screen the case is assessed again, so that
nothing is asked that no longer matters. Order: who is asked, the alarms, the other safety
questions, what tells most about the pain, what to look out for before doing anything at home,
tests to try, and what the person wants to know.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.reasoning.assess import Assessment
from sacra.reasoning.case import Case
from sacra.reasoning.enquiry import Question
from sacra.reasoning.gates import sheets
from sacra.reasoning.plan import items_of
from sacra.reasoning.settle import questions_behind
from sacra.reasoning.trying import free_tests
from sacra.rules.language import findings_of
from sacra.rules.readings import UNSURE

MOST = 8
"""Findings on one screen."""
PRESSING = ("emergency", "same_day")
"""Urgencies at which nothing more is asked."""
AT_HOME = ("self_care", "support", "exercise", "workplace")
"""What a person does without anybody's prescription: its gates are asked before it is offered."""
TO_TRY = ("self_test", "examination")
"""Kinds of finding that somebody must do something for; not done is not known."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """Findings of one screen, under its title."""

    screen: str
    title: str
    findings: tuple[str, ...]


class Ask(msgspec.Struct, frozen=True, gc=False):
    """One screen to show: a part, or a few small ones together.

    `one_by_one`: each line is an alarm and needs its own answer. `may_skip`: tests, which can be
    left undone. `choices` are the items to choose from, for a wish. `way`: line by line, as a test
    to try step by step, or (`sacra.reasoning.places`) on the body map or by pointing.
    """

    parts: tuple[Part, ...]
    none: str
    one_by_one: bool = False
    may_skip: bool = False
    choices: tuple[str, ...] = ()
    way: Literal["lines", "guide", "map", "point"] = "lines"

    @property
    def screen(self) -> str:
        """The id of its first part."""
        return self.parts[0].screen

    @property
    def findings(self) -> tuple[str, ...]:
        """All that is asked, in the order of the lines."""
        return tuple(name for part in self.parts for name in part.findings)


def next_screen(
    assessment: Assessment, knowledge: Knowledge, put_aside: Collection[str] = ()
) -> Ask | None:
    """The next screen to show, or None when nothing is left that is worth asking.

    Args:
        assessment: of the case as it is now.
        knowledge: what the assessment was made with.
        put_aside: ids of the screens that were shown in this sitting and left undone.
    """
    if assessment.triage.urgency in PRESSING:
        return None
    view = _View(assessment, knowledge, frozenset(put_aside))
    steps = (_opening, _alarms, _measured, _story, _gates, _tests, _wishes, _wished)
    return next((ask for step in steps if (ask := step(view))), None)


def guided(screen: str, case: Case, knowledge: Knowledge) -> Ask:
    """A test to try on a page of its own, with what it can still tell.

    That is what is not known, or what the person was asked before and could not tell untried.
    """
    of, known = knowledge.screens[screen], case.findings
    retold = {n for n in of.findings if knowledge.findings[n].kind not in TO_TRY}
    open_ = (None, UNSURE)
    names = tuple(n for n in of.findings if known.get(n) in (open_ if n in retold else (None,)))
    return Ask((Part(screen, of.title, names),), of.none, may_skip=True, way="guide")


# --- what can be asked ------------------------------------------------------------------------


@dataclass(frozen=True)
class _View:
    """An assessment, seen by somebody who chooses the next question."""

    assessment: Assessment
    knowledge: Knowledge
    put_aside: frozenset[str]

    @cached_property
    def open(self) -> dict[str, Question]:
        """What the enquiry ranks and this person can be asked, in its order.

        What does not apply is settled already, and the enquiry asks before it what decides that.
        """
        return {q.finding: q for q in self.assessment.enquiry if self._can_ask(q)}

    def _can_ask(self, question: Question) -> bool:
        finding = self.knowledge.findings[question.finding]
        placed = question.screen and question.screen not in self.put_aside
        fresh = self.assessment.case.findings.get(finding.id) is None and not finding.derived
        return bool(placed) and fresh and self._by(finding)

    def _by(self, finding: Finding) -> bool:
        """A clinician's own tests are for a clinician, there and then."""
        setting = self.assessment.case.findings.get("setting")
        at_hand = setting not in (None, UNSURE, "home") and finding.kind in TO_TRY
        return finding.by == "self" or at_hand

    @cached_property
    def gates(self) -> dict[str, float]:
        """What stands before things to do at home, and how many its answer would free.

        A thing that waits for three answers counts a third for each.
        """
        steps = {name: item.step for name, item in self.knowledge.items.items()}
        return self._waiting(lambda item: steps[item] in AT_HOME)

    @cached_property
    def before_home(self) -> dict[str, float]:
        """The gates, and what would change the form of many things at home: it is shown till asked.

        A changed thing counts for less than a freed one (policy `enquiry`).
        """
        policy = self.knowledge.policy("enquiry")
        least, weight = policy["changed_for_a_line"], policy["item_changed"]
        many = {n: weight * count for n, count in self._changed().items() if count >= least}
        return {n: self.gates.get(n, 0) + many.get(n, 0) for n in {**self.gates, **many}}

    def _changed(self) -> Counter[str]:
        """How many things at home an answer not given yet could change."""
        case, every, knowledge = self.assessment.case, sheets(self.knowledge), self.knowledge
        reading, found = case.flag_reading, Counter[str]()
        plan = self.assessment.plan
        for name in (*items_of(plan), *(one.intervention for one in plan.ask_first)):
            if knowledge.items[name].step in AT_HOME:
                rules = [gate.when for gate in every[name].by_effect["modify"]]
                asked = frozenset[str]().union(*map(reading.ask, rules))
                found.update(filter(self._fresh, questions_behind(asked, case, knowledge)))
        return found

    def _fresh(self, name: str) -> bool:
        """Whether it can be ticked on some screen and was not asked yet."""
        screen, finding = self.knowledge.screen_of.get(name, ""), self.knowledge.findings[name]
        placed = screen and screen not in self.put_aside and finding.type == "yes_no"
        return (
            bool(placed) and self.assessment.case.findings.get(name) is None and self._by(finding)
        )

    @cached_property
    def wished(self) -> dict[str, float]:
        """What stands before the treatments that the person asked about."""
        asked = self.assessment.case.findings.get("asks_about")
        return self._waiting(lambda item: isinstance(asked, tuple) and item in asked)

    def _waiting(self, wanted: Callable[[str], bool]) -> dict[str, float]:
        share: dict[str, float] = {}
        for item in self.assessment.plan.ask_first:
            if wanted(item.intervention):
                part = 1 / len(item.findings) if item.findings else 0.0
                for name in item.findings:
                    share[name] = share.get(name, 0.0) + part
        return {name: share[name] for name in self.open if name in share}

    def matters(self, name: str) -> bool:
        """Whether the answer could meet a red flag of any urgency, or tells much about the pain."""
        question = self.open.get(name)
        least = self.knowledge.policy("enquiry")["bits_for_a_line"]
        return question is not None and (question.bits >= least or _could_flag(question))

    def alone(self, question: Question) -> bool:
        """Whether a yes by itself could meet a red flag of any urgency."""
        acts = self.knowledge.acts_alone
        return any(question.finding in acts[flag] for flag in _flags(question))

    @cached_property
    def measured(self) -> frozenset[str]:
        """How long, how strong, which side: every plan starts from it, whatever it tells."""
        known, findings = self.assessment.case.findings, self.knowledge.findings
        placed = (findings[name] for name in self.knowledge.screen_of if known.get(name) is None)
        return frozenset(f.id for f in placed if f.kind == "symptom" and f.type != "yes_no")

    def is_test(self, name: str) -> bool:
        return self.knowledge.findings[name].kind in TO_TRY

    def safety(self) -> Iterator[Question]:
        return (q for q in self.open.values() if q.stage == "safety")

    def screen(self, screen: str) -> Ask:
        """The part of a screen that is worth asking now."""
        wanted = {n for n in self.knowledge.screens[screen].findings if self._belongs(n)}
        return self.lines(screen, wanted)

    def lines(self, screen: str, wanted: Collection[str]) -> Ask:
        """The lines of a screen that are wanted, and no others."""
        names = (n for n in self.knowledge.screens[screen].findings if n in wanted)
        return self.ask(screen, tuple(names)[:MOST])

    def _belongs(self, name: str) -> bool:
        if self.knowledge.findings[name].choices_from == "contacts":  # it decides whom to call
            return self.assessment.case.findings.get(name) is None
        frees = self.gates.get(name, 0) >= self.knowledge.policy("enquiry")["items_for_a_line"]
        return frees or name in self.wished or name in self.measured or self.matters(name)

    def ask(self, screen: str, names: tuple[str, ...], choices: tuple[str, ...] = ()) -> Ask:
        of = self.knowledge.screens[screen]
        alarms = alarms_of(self.knowledge)
        return Ask(
            (Part(screen, of.title, names),),
            of.none,
            one_by_one=of.stage == "alarms" and not alarms.isdisjoint(names),
            may_skip=any(self.is_test(name) for name in names),
            choices=choices,
        )

    def packed(self, screens: Iterable[str]) -> Ask | None:
        """The first of these screens, with as many others as fit whole beside it."""
        return self._pack([self.screen(screen) for screen in dict.fromkeys(screens)])

    def together(self, questions: Iterable[Question]) -> Ask | None:
        """Of the alarms' screens these questions and no others, packed in the same way."""
        screens = self.knowledge.screens
        wanted = {q.finding: q.screen for q in questions if screens[q.screen].stage == "alarms"}
        return self._pack([self.lines(name, wanted) for name in dict.fromkeys(wanted.values())])

    def _pack(self, asks: list[Ask]) -> Ask | None:
        first = asks[0] if asks else None
        for other in asks[1:]:
            if first and self._fits(first, other):
                first = msgspec.structs.replace(first, parts=first.parts + other.parts)
        return first

    def _fits(self, first: Ask, other: Ask) -> bool:
        both = (*first.findings, *other.findings)
        alike = (first.none, first.one_by_one, first.may_skip) == (
            other.none,
            other.one_by_one,
            other.may_skip,
        )
        ticks = all(self.knowledge.findings[name].type == "yes_no" for name in both)
        return alike and ticks and len(both) <= MOST


@lru_cache(maxsize=4)
def alarms_of(knowledge: Knowledge) -> frozenset[str]:
    """Symptoms that alone can mean: speak to someone today, or at once."""
    return frozenset(
        name
        for flag, levels in knowledge.alarm_rules.items()
        for _level, rule in levels
        for name in knowledge.acts_alone[flag].intersection(findings_of(rule))
    )


@lru_cache(maxsize=4)
def _openers(knowledge: Knowledge) -> frozenset[str]:
    """What decides which alarms apply: age, sex, pregnancy, birth, where the person is."""
    flags = knowledge.red_flags.values()
    named = {n for flag in flags if flag.applies_when for n in findings_of(flag.applies_when)}
    parts = {p for n in named if (d := knowledge.findings[n].derived) for p in d.parts}
    return frozenset(named | parts)


# --- the steps --------------------------------------------------------------------------------


def _opening(view: _View) -> Ask | None:
    openers = _openers(view.knowledge)
    question = next((q for q in view.safety() if q.finding in openers), None)
    return view.screen(question.screen) if question else None


def _alarms(view: _View) -> Ask | None:
    """Symptoms that alone can be an alarm; then what only adds to one that is still open.

    Most that adds to an alarm is settled once the alarm itself is answered, and is not asked.
    """
    first = [q for q in view.safety() if q.finding in alarms_of(view.knowledge)]
    then = [q for q in view.open.values() if q.stage == "safety" or view.alone(q)]
    return view.together(first) or view.together(then)


def _measured(view: _View) -> Ask | None:
    name = min(view.measured, default=None)
    return view.screen(view.knowledge.screen_of[name]) if name else None


def _story(view: _View) -> Ask | None:
    """The alarms that are left, then what tells most for its time, then what safety waits for."""
    worth = _worth(view, [n for n in view.open if not view.is_test(n)])
    alarms = [q.screen for q in view.safety() if view.alone(q)]
    telling = [screen for screen in worth if screen != _BEFORE]
    safety = [question.screen for question in view.safety()]
    return view.packed([*alarms, *telling, *safety])


def _tests(view: _View) -> Ask | None:
    """Tests to try come last, and only when no red flag holds anything and no gate is against."""
    tests = {screen.id for screen in view.knowledge.screens.values() if screen.guide}
    free = free_tests(view.assessment, view.knowledge) - view.put_aside
    worth = _worth(view, [n for n in view.open if view.is_test(n)])
    may = [name for name in worth if name not in tests or name in free]
    if not may or view.assessment.triage.holds:
        return None
    if may[0] in tests:
        return guided(may[0], view.assessment.case, view.knowledge)
    return view.packed(name for name in may if name not in tests)


def _worth(view: _View, names: list[str]) -> list[str]:
    """The screens worth their time, the best first.

    A red flag that could still be met is always worth it. What only adds to one comes late, as it
    is often settled by then.
    """
    policy = view.knowledge.policy("enquiry")
    worth: dict[str, float] = defaultdict(float)
    first: dict[str, float] = defaultdict(float)
    for question in (view.open[name] for name in names if view.matters(name)):
        flag = policy["bits_of_a_flag"] * _could_flag(question)
        effort = 1 + question.cost.seconds / 60 / policy["minutes_per_bit"]
        adds = 1 if view.alone(question) else policy["modifier"]
        worth[question.screen] += (question.bits + flag) / effort
        first[question.screen] += (question.bits + adds * flag) / effort
    good = [screen for screen in worth if worth[screen] >= policy["bits_for_a_screen"]]
    return sorted(good, key=lambda screen: (-first[screen], screen))


def _could_flag(question: Question) -> bool:
    return any(True for _ in _flags(question))


def _flags(question: Question) -> Iterator[str]:
    """The red flags that an answer could still meet."""
    named = (change.partition(":") for change in question.changes)
    return (flag for kind, _, flag in named if kind == "red_flag")


def _gates(view: _View) -> Ask | None:
    """What most things to do at home wait for, from whatever screens, on one."""
    findings, screen_of = view.knowledge.findings, view.knowledge.screen_of
    gates = view.before_home
    ranked = sorted(gates, key=lambda name: (-gates[name], name))
    if ranked and findings[ranked[0]].type != "yes_no":
        return view.screen(screen_of[ranked[0]])
    names = [name for name in ranked if findings[name].type == "yes_no"][:MOST]
    frees = sum(gates[name] for name in names)
    if frees < view.knowledge.policy("enquiry")["items_for_a_screen"]:
        return None
    screens = dict.fromkeys(screen_of[name] for name in names)
    asks = [view.ask(at, tuple(n for n in names if screen_of[n] == at)) for at in screens]
    parts = tuple(part for ask in asks for part in ask.parts)
    return Ask(parts, asks[0].none)


_BEFORE = "before_exercise"
"""The screen that is asked with the gates, whatever else it tells."""


def _wished(view: _View) -> Ask | None:
    """What stands before a treatment that the person asked about."""
    name = next(iter(view.wished), None)
    return view.screen(view.knowledge.screen_of[name]) if name else None


def _wishes(view: _View) -> Ask | None:
    """Medicines wait for many answers, so they are gone into only for who wants them."""
    if view.assessment.case.findings.get("asks_about") is not None:
        return None
    items = view.knowledge.items
    waiting = [a.intervention for a in view.assessment.plan.ask_first]
    medicines = tuple(n for n in waiting if items[n].step == "medication")
    screen = view.knowledge.screen_of["asks_about"]
    return view.ask(screen, ("asks_about",), medicines) if medicines else None
