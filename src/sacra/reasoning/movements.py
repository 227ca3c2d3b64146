"""All the movements that a person can try alone, at the end of the check, one at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.asking import MOST, Ask, Part
from sacra.reasoning.assess import Assessment
from sacra.reasoning.gates import Verdict
from sacra.reasoning.interview import guided
from sacra.reasoning.trying import free_by, try_verdicts


def movements(
    assessment: Assessment, knowledge: Knowledge, put_aside: Collection[str] = ()
) -> tuple[Ask, ...]:
    """Each test that is still open and that nothing stands against, what tells most first.

    Last comes one screen of questions that further tests wait for, if there are any. There is no
    test while a red flag holds anything or wants the person seen soon.
    """
    verdicts = try_verdicts(assessment, knowledge)
    free = free_by(verdicts, assessment.triage, knowledge)
    if not free:
        return ()
    places = {question.finding: at for at, question in enumerate(assessment.enquiry)}
    asks = [guided(name, assessment.case, knowledge) for name in sorted(free - set(put_aside))]
    open_ = [ask for ask in asks if ask.findings]
    open_.sort(key=lambda ask: min(places.get(name, len(places)) for name in ask.findings))
    return (*open_, *_waited_for(verdicts, assessment, knowledge, put_aside))


def _waited_for(
    verdicts: Mapping[str, Verdict],
    assessment: Assessment,
    knowledge: Knowledge,
    put_aside: Collection[str],
) -> Iterator[Ask]:
    """The questions behind the tests that are not free yet, unless they were asked."""
    waiting = [
        name
        for screen, verdict in verdicts.items()
        for name in verdict.ask_first or ()
        if screen not in put_aside
    ]
    known, findings = assessment.case.findings, knowledge.findings
    ticks = (n for n in dict.fromkeys(waiting) if findings[n].type == "yes_no")
    names = [n for n in ticks if known.get(n) is None and n in knowledge.screen_of][:MOST]
    screens = dict.fromkeys(knowledge.screen_of[name] for name in names)
    parts = (
        Part(s, knowledge.screens[s].title, tuple(n for n in names if knowledge.screen_of[n] == s))
        for s in screens
    )
    if names:
        yield Ask(tuple(parts), knowledge.screens[next(iter(screens))].none)
