"""What people are asked: short questions, and one concrete follow-up for "not sure"."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema import Finding
from sacra.rules.language import findings_of

PRESSING = ("emergency", "same_day")
FINDINGS = load_knowledge().findings


def pressing(knowledge: Knowledge) -> set[str]:
    """Every finding that a pressing level reads, directly or through a derived finding."""
    flags = knowledge.red_flags.values()
    levels = [level for flag in flags for level in flag.levels if level.urgency in PRESSING]
    return with_parts((name for level in levels for name in findings_of(level.when)), knowledge)


def with_parts(names: Iterable[str], knowledge: Knowledge) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += parts(knowledge.findings[name], knowledge)
    return found


def parts(finding: Finding, knowledge: Knowledge) -> list[str]:
    if not finding.derived:
        return []
    fired = [knowledge.red_flags[flag].levels for flag in finding.derived.fires]
    read = [name for levels in fired for level in levels for name in findings_of(level.when)]
    return [*finding.derived.parts, *read]


def is_asked(finding: Finding) -> bool:
    return finding.by == "self" and finding.derived is None


def test_not_sure_about_a_pressing_symptom_has_a_follow_up(knowledge: Knowledge) -> None:
    read = [knowledge.findings[name] for name in sorted(pressing(knowledge))]
    symptoms = [f for f in read if is_asked(f) and f.kind == "symptom" and f.type == "yes_no"]
    assert len(symptoms) > 80
    assert [f.id for f in symptoms if not f.follow_up] == []


@pytest.mark.parametrize("name", sorted(name for name, f in FINDINGS.items() if f.follow_up))
def test_a_follow_up_is_one_short_question(name: str) -> None:
    follow_up = FINDINGS[name].follow_up
    assert follow_up.endswith("?")
    assert follow_up.count("?") == 1
    assert len(follow_up.split()) < 25


@pytest.mark.parametrize("name", sorted(name for name, f in FINDINGS.items() if is_asked(f)))
def test_a_question_is_short_and_ends(name: str) -> None:
    question = FINDINGS[name].question
    assert question.endswith(("?", "."))
    assert len(question.split()) <= 45


def test_a_shared_line_is_short_and_of_one_danger(knowledge: Knowledge) -> None:
    groups = [group for screen in knowledge.screens.values() for group in screen.together]
    assert len(groups) > 8
    for group in groups:
        assert 2 <= len(group.findings) <= 3
        assert len(group.line.split()) <= 22
        assert len({knowledge.screen_of[name] for name in group.findings}) == 1


@pytest.mark.parametrize("name", sorted(name for name, f in FINDINGS.items() if f.line))
def test_a_line_under_a_title_is_shorter_than_the_question(name: str) -> None:
    line = FINDINGS[name].line
    assert line[0].isupper()
    assert line[-1] not in "?."
    assert len(line.split()) < len(FINDINGS[name].question.split())


NOT_SHORTER = {"asthma", "gout"}
"""Four words that need their "do you have": the titles above them ask for what was ever so."""


def test_what_is_ticked_under_a_title_has_a_line(knowledge: Knowledge) -> None:
    stages = {"about_you", "pain", "story", "medicines"}
    screens = [s for s in knowledge.screens.values() if s.stage in stages and not s.guide]
    asked = [knowledge.findings[name] for screen in screens for name in screen.findings]
    ticked = [finding for finding in asked if is_asked(finding) and finding.type == "yes_no"]
    assert {finding.id for finding in ticked if not finding.line} == NOT_SHORTER
