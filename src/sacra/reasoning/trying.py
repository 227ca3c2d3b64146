"""Tests that a person can try alone: whether they may, by the same gates as an exercise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Guide
from sacra.reasoning.assess import Assessment
from sacra.reasoning.differential import chances
from sacra.reasoning.gates import Judge, Verdict, guarded_tests
from sacra.reasoning.triage import Triage, rank
from sacra.rules.readings import Reading


def try_verdicts(assessment: Assessment, knowledge: Knowledge) -> dict[str, Verdict]:
    """For each guided screen what its gates say of this person."""
    case = assessment.case
    reading = Reading(case.findings, chances(assessment.differential))
    judge = Judge(case, assessment.triage, reading, knowledge)
    return {name: judge(guarded) for name, guarded in guarded_tests(knowledge).items()}


def screens_to_try(knowledge: Knowledge) -> tuple[str, ...]:
    """The guided screens that are tests to try, and not only a way to ask."""
    every = knowledge.screens.values()
    return tuple(s.id for s in every if s.guide and s.stage == "examination")


def free_tests(assessment: Assessment, knowledge: Knowledge) -> frozenset[str]:
    """The tests that nothing stands against; none at all while a red flag holds anything."""
    return free_by(try_verdicts(assessment, knowledge), assessment.triage, knowledge)


def free_by(
    verdicts: Mapping[str, Verdict], triage: Triage, knowledge: Knowledge
) -> frozenset[str]:
    """The same, from the verdicts."""
    if triage.holds or rank(triage.urgency) >= rank("same_day"):
        return frozenset()
    return frozenset(name for name in screens_to_try(knowledge) if verdicts[name].free)


def minutes_of(screens: Iterable[str], knowledge: Knowledge) -> int:
    """About how many whole minutes it takes to read these guides and to do what they say.

    Worked out from the assumptions of the policy `reading`, with each hold done on both sides.
    """
    guides = (knowledge.screens[name].guide for name in screens)
    return max(1, round(sum(_seconds(guide, knowledge) for guide in guides if guide) / 60))


def _seconds(guide: Guide, knowledge: Knowledge) -> float:
    policy = knowledge.policy("reading")
    lines = (guide.start_position, *guide.steps, *guide.stop_when, guide.say)
    words = sum(len(line.split()) for line in lines)
    doing = policy["seconds_a_step"] * len(guide.steps) + 2 * guide.hold_s
    return 60 * words / policy["words_a_minute"] + doing
