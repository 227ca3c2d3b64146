"""The main path: from a case to a triaged, weighed, sourced plan."""

from __future__ import annotations

from dataclasses import dataclass

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.differential import Likelihood, weigh
from sacra.reasoning.enquiry import Question, rank_questions
from sacra.reasoning.plan import Plan, make_plan
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import Triage, triage_case


@dataclass(frozen=True)
class Assessment:
    """All that Sacra says of one case, with the knowledge it was said by."""

    knowledge_version: str
    case: Case
    triage: Triage
    differential: tuple[Likelihood, ...]
    enquiry: tuple[Question, ...]
    plan: Plan


def assess(case: Case, knowledge: Knowledge) -> Assessment:
    """Assess one case; pure: the same case and knowledge give the same answer."""
    case = settle(case, knowledge)
    triage = triage_case(case, knowledge)
    differential = weigh(case, knowledge)
    plan = make_plan(case, triage, differential, knowledge)
    enquiry = rank_questions(case, triage, differential, plan, knowledge)
    return Assessment(knowledge.version, case, triage, differential, enquiry, plan)
