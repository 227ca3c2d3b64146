"""One screen of the check: what it asks, and what can be asked of this person now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.reasoning.assess import Assessment
from sacra.reasoning.enquiry import Question
from sacra.reasoning.gates import sheets
from sacra.reasoning.plan import items_of
from sacra.reasoning.ruling_out import Asking, fewest_questions
from sacra.reasoning.settle import questions_behind
from sacra.rules.language import findings_of
from sacra.rules.readings import UNSURE

MOST = 8
"""Lines on one screen."""
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
    to try step by step, or (`sacra.reasoning.places`) on the body map or by pointing. `beyond`: it
    no longer changes how urgent it is or what it probably is, only what may be done about it.
    """

    parts: tuple[Part, ...]
    none: str
    one_by_one: bool = False
    may_skip: bool = False
    choices: tuple[str, ...] = ()
    way: Literal["lines", "guide", "map", "point"] = "lines"
    beyond: bool = False

    @property
    def screen(self) -> str:
        """The id of its first part."""
        return self.parts[0].screen

    @property
    def findings(self) -> tuple[str, ...]:
        """All that is asked, in the order of the lines."""
        return tuple(name for part in self.parts for name in part.findings)


def shared_lines(names: Iterable[str], knowledge: Knowledge) -> tuple[tuple[str, ...], ...]:
    """What is answered on one line each: signs that go together where all are asked, or one."""
    groups, asked = knowledge.together, dict.fromkeys(names)

    def line(name: str) -> tuple[str, ...]:
        group = groups[name].findings if name in groups else ()
        return group if group and asked.keys() >= set(group) else (name,)

    return tuple(dict.fromkeys(map(line, asked)))


@dataclass(frozen=True)
class View:
    """An assessment, seen by somebody who chooses the next question.

    `beyond`: of what a plan waits for, too.
    """

    assessment: Assessment
    knowledge: Knowledge
    put_aside: frozenset[str]
    beyond: bool = False

    @cached_property
    def open(self) -> dict[str, Question]:
        """What the enquiry ranks and this person can be asked, in its order.

        What does not apply is settled already, and the enquiry asks before it what decides that.
        """
        of = self.assessment
        every = of.enquiry if self.beyond else of.enquiry_before_plan
        return {q.finding: q for q in every if self._can_ask(q)}

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

    @cached_property
    def settling(self) -> frozenset[str]:
        """What could rule out every red flag that is still open, with what is asked anyway.

        And what decides whether somebody has to be seen at all, when none is met.
        """
        case, least = self.assessment.case, self.knowledge.policy("enquiry")["bits_for_a_line"]
        self_care = self.knowledge.policies["self_care"].when
        alone = case.flag_reading.ask(self_care) if self_care else frozenset[str]()
        telling = frozenset(q.finding for q in self.open.values() if q.bits >= least)
        return fewest_questions(Asking(case, self.knowledge, frozenset(self.open)), telling | alone)

    def matters(self, name: str) -> bool:
        """Whether the answer could meet a red flag of any urgency, or tells much about the pain."""
        question = self.open.get(name)
        least = self.knowledge.policy("enquiry")["bits_for_a_line"]
        return question is not None and (question.bits >= least or name in self.settling)

    def alone(self, question: Question) -> bool:
        """Whether a yes by itself could meet a red flag of any urgency."""
        acts, name = self.knowledge.acts_alone, question.finding
        return name in self.settling and any(name in acts[flag] for flag in _flags(question))

    @cached_property
    def measured(self) -> frozenset[str]:
        """How long, how strong, which side: every plan starts from it, whatever it tells."""
        known, findings = self.assessment.case.findings, self.knowledge.findings
        placed = (findings[name] for name in self.knowledge.screen_of if known.get(name) is None)
        return frozenset(f.id for f in placed if f.kind == "symptom" and f.type != "yes_no")

    def is_test(self, name: str) -> bool:
        """Whether somebody must do something to know it."""
        return self.knowledge.findings[name].kind in TO_TRY

    def safety(self) -> Iterator[Question]:
        """What has to be asked before anything can be said to be safe."""
        needed = (q for q in self.open.values() if q.stage == "safety")
        return (q for q in needed if q.finding in self.settling)

    def around(self, name: str) -> Ask:
        """A finding, with what else of its screen is worth asking now."""
        return self.screen(self.knowledge.screen_of[name], name)

    def screen(self, screen: str, *names: str) -> Ask:
        """The part of a screen that is worth asking now, and these of it in any case."""
        every = self.knowledge.screens[screen].findings
        wanted = {*names, *(n for n in every if self._belongs(n))}
        return self.lines(screen, wanted.union(*map(self._beside, wanted)))

    def lines(self, screen: str, wanted: Collection[str]) -> Ask:
        """The lines of a screen that are wanted, and no others."""
        names = (n for n in self.knowledge.screens[screen].findings if n in wanted)
        lines = shared_lines(names, self.knowledge)[:MOST]
        return self.ask(screen, tuple(name for line in lines for name in line))

    def _belongs(self, name: str) -> bool:
        if self.knowledge.findings[name].choices_from == "contacts":  # it decides whom to call
            return self.assessment.case.findings.get(name) is None
        return self.matters(name) or name in self.measured or (self.beyond and self._frees(name))

    def _frees(self, name: str) -> bool:
        """Whether things at home, or a treatment that was asked about, wait for it."""
        least = self.knowledge.policy("enquiry")["items_for_a_line"]
        return self.gates.get(name, 0) >= least or name in self.wished

    def ask(self, screen: str, names: tuple[str, ...], choices: tuple[str, ...] = ()) -> Ask:
        """These findings of one screen, as it is to be answered."""
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
        wanted |= {other: screen for name, screen in wanted.items() for other in self._beside(name)}
        return self._pack([self.lines(name, wanted) for name in dict.fromkeys(wanted.values())])

    def _beside(self, name: str) -> tuple[str, ...]:
        """The signs that share its line, when none of them is known yet."""
        group = self.knowledge.together.get(name)
        names, known = group.findings if group else (), self.assessment.case.findings
        return names if all(known.get(other) is None for other in names) else ()

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
        return alike and ticks and len(shared_lines(both, self.knowledge)) <= MOST


@lru_cache(maxsize=4)
def alarms_of(knowledge: Knowledge) -> frozenset[str]:
    """Symptoms that alone can mean: speak to someone today, or at once."""
    return frozenset(
        name
        for flag, levels in knowledge.alarm_rules.items()
        for _level, rule in levels
        for name in knowledge.acts_alone[flag].intersection(findings_of(rule))
    )


def _flags(question: Question) -> Iterator[str]:
    """The red flags that an answer could still meet."""
    named = (change.partition(":") for change in question.changes)
    return (flag for kind, _, flag in named if kind == "red_flag")
