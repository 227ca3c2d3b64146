"""What the diary says about danger, folded into the case: what was once yes stays yes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case, case_on
from sacra.reasoning.diary import Diary, Entry
from sacra.rules.language import findings_of
from sacra.rules.readings import UNSURE


def case_after(case: Case, diary: Diary, today: datetime.date, knowledge: Knowledge) -> Case:
    """The entered case with all that the diary adds, as it stands today.

    A danger that was answered yes, or not sure, is lowered only by an entry that records an
    examination: feeling better is no examination.
    """
    started = case.as_of or diary.started or (diary.entries[0].on if diary.entries else today)
    begun = Case(case.findings, started, case.assumed)
    findings = dict(case_on(begun, today, knowledge).findings)
    for entry in diary.entries:
        findings.update(_lasting(entry, findings, knowledge))
        if entry.pain_now is not None:
            findings["pain_now"] = entry.pain_now
    return Case(findings, today, case.assumed - findings.keys())


def _lasting(
    entry: Entry, known: Mapping[str, Any], knowledge: Knowledge
) -> Iterator[tuple[str, Any]]:
    for key, value in entry.answers.items():
        name = key.partition(".")[0]
        stays = name in alarm_findings(knowledge) and known.get(key) in (True, UNSURE)
        if not stays or entry.examined or _graver(value, known[key]):
            yield key, value


def _graver(value: Any, before: Any) -> bool:
    return value is True or (value == UNSURE and before is not True)


@lru_cache(maxsize=4)
def alarm_findings(knowledge: Knowledge) -> frozenset[str]:
    """Every finding that a red flag reads, with the parts of those that are worked out."""
    named = {n for rules in knowledge.flag_rules.values() for _, r in rules for n in findings_of(r)}
    return frozenset(named | {part for name in named for part in _parts(name, knowledge)})


def _parts(name: str, knowledge: Knowledge) -> Iterator[str]:
    derived = knowledge.findings[name].derived
    for part in derived.parts if derived else ():
        yield part
        yield from _parts(part, knowledge)


def recheck_due(diary: Diary, today: datetime.date, days: int) -> bool:
    """Whether the safety questions are to be asked again: weekly, and after any "worse"."""
    asked = [entry.on for entry in diary.entries if entry.answers]
    worse = [entry.on for entry in diary.entries if entry.worse]
    if not diary.entries:
        return False
    last = max(asked, default=None)
    if last is None:
        return True
    return (today - last).days >= days or bool(worse and max(worse) > last)
