"""The main path: from a case to a triaged, weighed, sourced plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.differential import Likelihood, weigh
from sacra.reasoning.enquiry import Question, rank_questions
from sacra.reasoning.plan import Plan, make_plan
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import Triage, triage_case


@dataclass(frozen=True)
class Assessment:
    """All that Sacra says of one case, with the knowledge it was said by.

    What a page does not look at is not worked out: most screens of a check come before the plan.
    """

    case: Case
    triage: Triage
    differential: tuple[Likelihood, ...]
    knowledge: Knowledge

    @cached_property
    def plan(self) -> Plan:
        """What to do, what must be asked first, and what stays out."""
        return make_plan(self.case, self.triage, self.differential, self.knowledge)

    @cached_property
    def enquiry(self) -> tuple[Question, ...]:
        """What to ask or test next, the most useful first."""
        return self._ranked(self.plan)

    @cached_property
    def enquiry_before_plan(self) -> tuple[Question, ...]:
        """The same without what only the plan waits for."""
        return self._ranked(None)

    def _ranked(self, plan: Plan | None) -> tuple[Question, ...]:
        return rank_questions(self.case, self.triage, self.differential, plan, self.knowledge)


def assess(case: Case, knowledge: Knowledge) -> Assessment:
    """Assess one case; pure: the same case and knowledge give the same answer."""
    case = settle(case, knowledge)
    triage = triage_case(case, knowledge)
    differential = weigh(case, knowledge)
    return Assessment(case, triage, differential, knowledge)  # plan and enquiry as they are read
