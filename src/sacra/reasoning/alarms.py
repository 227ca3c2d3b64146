"""What the diary says about danger, folded into the case: what was once yes stays yes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import SIDES, Case, case_on
from sacra.reasoning.diary import Diary, Entry
from sacra.reasoning.measures import answered
from sacra.reasoning.settle import settle
from sacra.reasoning.triage import Reason, Triage, rank, triage_case, with_reasons
from sacra.rules.language import findings_of
from sacra.rules.readings import UNSURE

_WORSE = {False: 0, UNSURE: 1, True: 2}


def case_after(case: Case, diary: Diary, today: datetime.date, knowledge: Knowledge) -> Case:
    """The entered case with all that the diary adds until today, as it stands today.

    A symptom of danger that was answered yes, or not sure, is lowered only by an entry that
    records an examination: feeling better is no examination. A questionnaire that was filled in
    answers the finding of its name, for as long as such an answer holds.
    """
    started = case.as_of or diary.started or (diary.entries[0].on if diary.entries else today)
    findings = dict(case_on(Case(case.findings, started, case.assumed), today, knowledge).findings)
    for entry in diary.entries:
        if entry.on <= today:
            for key, value in entry.answers.items():
                _add(findings, key, value, entry, knowledge)
            _score(findings, entry, today, knowledge)
            _give_birth(findings, entry, today)
            if entry.pain_now is not None:
                findings["pain_now"] = entry.pain_now
    return Case(findings, today, case.assumed - findings.keys())


def _add(
    findings: dict[str, Any], key: str, value: Any, entry: Entry, knowledge: Knowledge
) -> None:
    """One answer: whatever side it names, and whatever was worked out from it before."""
    name = key.partition(".")[0]
    known = {k: findings[k] for k in _forms(name) if k in findings}
    stays = name in alarm_findings(knowledge) and not entry.examined
    if stays and max(map(_gravity, known.values()), default=0) > _gravity(value):
        return
    if name == key:  # said as a whole
        for form in known:
            findings.pop(form)
    elif name in known:  # said for one side: what was said as a whole now stands for the other
        other = next(form for form in _forms(name) if form not in (name, key))
        findings.setdefault(other, findings.pop(name))
    findings[key] = value
    for whole in _worked_out_from(name, knowledge):
        findings.pop(whole, None)


def _score(
    findings: dict[str, Any], entry: Entry, today: datetime.date, knowledge: Knowledge
) -> None:
    """What the questionnaires of a day came to; after its time that is not known any more."""
    for name, value in answered(entry.measures, knowledge).items():
        _add(findings, name, value, entry, knowledge)
        holds = knowledge.findings[name].valid_for_days
        if holds is not None and (today - entry.on).days > holds:
            del findings[name]


def _forms(name: str) -> tuple[str, ...]:
    return (name, *(f"{name}.{side}" for side in SIDES))


def _gravity(value: Any) -> int:
    return _WORSE.get(value, 0) if isinstance(value, bool | str) else 0


def _give_birth(findings: dict[str, Any], entry: Entry, today: datetime.date) -> None:
    """A birth ends a pregnancy, and its weeks count from the day it was written down."""
    was = findings.get("pregnant") is True or "pregnancy_weeks" in findings
    if entry.answers.get("recent_birth") is True and was:
        for name in ("pregnancy_weeks", "trimester"):
            findings.pop(name, None)
        findings["pregnant"] = False
        findings["postpartum_weeks"] = (today - entry.on).days // 7


@lru_cache(maxsize=4)
def alarm_findings(knowledge: Knowledge) -> frozenset[str]:
    """Symptoms and events that a red flag reads, with the parts of those that are worked out.

    Who somebody is, and what they take, can change by itself.
    """
    named = {n for rules in knowledge.flag_rules.values() for _, r in rules for n in findings_of(r)}
    every = named | {part for name in named for part in _parts(name, knowledge)}
    findings = knowledge.findings
    return frozenset(n for n in every if findings[n].kind not in ("profile", "medicine"))


def _parts(name: str, knowledge: Knowledge) -> Iterator[str]:
    derived = knowledge.findings[name].derived
    for part in derived.parts if derived else ():
        yield part
        yield from _parts(part, knowledge)


def _worked_out_from(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    return _wholes(knowledge).get(name, ())


@lru_cache(maxsize=4)
def _wholes(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """For each finding those that are worked out from it: entered, they hide what is newer."""
    found: dict[str, tuple[str, ...]] = {}
    for whole in knowledge.findings.values():
        for part in dict.fromkeys(_parts(whole.id, knowledge)):
            found[part] = (*found.get(part, ()), whole.id)
    return found


# --- reasons that stand -----------------------------------------------------------------------


def triage_after(case: Case, settled: Case, diary: Diary, knowledge: Knowledge) -> Triage:
    """The triage of today, with every reason that arose on an earlier day and still stands.

    A reason stands until an entry that records an examination answers one of its findings with no:
    that weeks have passed, or that the pain is less, lowers nothing.

    Args:
        case: as entered at the start.
        settled: the case of today, settled.
        diary: everything written down.
        knowledge: the red flags.
    """
    standing: dict[str, Reason] = {}
    worst: float = STRONG
    if case.as_of and settled.as_of and case.as_of < settled.as_of:
        standing = _reasons_on(case, Diary(()), case.as_of, knowledge)
    for entry in diary.entries:
        if entry.answers:
            worst = STRONG
        if entry.examined:
            cleared = _cleared(case, diary, entry, knowledge)
            standing = {f: r for f, r in standing.items() if cleared.isdisjoint(r.because)}
        stronger = entry.pain_now is not None and entry.pain_now >= worst
        if stronger or any(map(_gravity, entry.answers.values())):
            standing |= _reasons_on(case, diary, entry.on, knowledge)
        worst = max(worst, (entry.pain_now or 0) + 1) if stronger else worst
    return with_reasons(triage_case(settled, knowledge), standing.values(), settled, knowledge)


STRONG = 7
"""Pain from which a red flag may read its strength (see the rules that read `pain_now`)."""


def _cleared(case: Case, diary: Diary, entry: Entry, knowledge: Knowledge) -> set[str]:
    """What was answered no, on every side, with all that is worked out from it."""
    said = {k.partition(".")[0] for k, v in entry.answers.items() if v is False}
    then = settle(case_after(case, diary, entry.on, knowledge), knowledge).findings
    every = said | {whole for name in said for whole in _worked_out_from(name, knowledge)}
    return {name for name in every if then.get(name) is not True}


def _reasons_on(
    case: Case, diary: Diary, day: datetime.date, knowledge: Knowledge
) -> dict[str, Reason]:
    settled = settle(case_after(case, diary, day, knowledge), knowledge)
    reasons = triage_case(settled, knowledge).reasons
    return {r.red_flag: r for r in reasons if rank(r.urgency) >= rank("within_days")}


# --- asked again ------------------------------------------------------------------------------


def recheck_due(diary: Diary, today: datetime.date, knowledge: Knowledge) -> bool:
    """Whether the safety questions are to be asked again: weekly, and after any "worse".

    An entry counts as a check when it answers enough questions that act as alarms alone (policy
    `review_status`).
    """
    policy = knowledge.policy("review_status")
    alone = frozenset[str]().union(*knowledge.acts_alone.values())
    checks = [
        e.on for e in diary.entries if len(alone & _names(e.answers)) >= policy["recheck_questions"]
    ]
    worse = [entry.on for entry in diary.entries if entry.worse]
    if not diary.entries:
        return False
    last = max(checks, default=None)
    if last is None:
        return True
    return (today - last).days >= policy["recheck_days"] or bool(worse and max(worse) > last)


def _names(answers: Mapping[str, Any]) -> set[str]:
    return {key.partition(".")[0] for key in answers}
