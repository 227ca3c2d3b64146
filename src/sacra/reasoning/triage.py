"""Red flags come first and outrank every probability."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import URGENCIES, RedFlag, Urgency
from sacra.reasoning.case import Case
from sacra.reasoning.settle import questions_behind
from sacra.rules.language import Rule, findings_of
from sacra.rules.readings import UNSURE, Doubting, Reading, decide

Answer = Literal["emergency", "same_day", "within_days", "routine", "self_care", "undetermined"]


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One red flag that was met, and what met it."""

    red_flag: str
    urgency: Urgency
    because: tuple[str, ...]
    suspects: tuple[str, ...]
    contact: str
    say: str
    do: str
    unsure: bool = False


class Triage(msgspec.Struct, frozen=True, gc=False):
    """How urgent it is: `at_least` is what is known, `urgency` the answer.

    `unanswered` are the safety questions that still could make it same-day or an emergency;
    `unsure` the alarms answered "not sure" that decided something.
    """

    urgency: Answer
    at_least: Urgency
    reasons: tuple[Reason, ...]
    holds: dict[str, tuple[str, ...]]
    unanswered: tuple[str, ...]
    unsure: tuple[str, ...]


def rank(urgency: str) -> int:
    """0 for self-care to 4 for emergency; `undetermined` ranks as routine."""
    return _RANK.get(urgency, 1)


_RANK: dict[str, int] = {urgency: order for order, urgency in enumerate(URGENCIES)}


def triage_case(case: Case, knowledge: Knowledge) -> Triage:
    """Read every red flag on a settled case."""
    reasons = sorted(_reasons(case, knowledge), key=lambda r: (-rank(r.urgency), r.red_flag))
    at_least = max([r.urgency for r in reasons] + ["routine"], key=rank)
    unanswered = unanswered_questions(case, knowledge)
    return Triage(
        urgency=_urgency(at_least, bool(reasons), unanswered, case, knowledge),
        at_least=at_least,
        reasons=tuple(reasons),
        holds=_holds(reasons, knowledge),
        unanswered=unanswered,
        unsure=tuple(dict.fromkeys(n for r in reasons if r.unsure for n in r.because)),
    )


def with_reasons(
    triage: Triage, standing: Iterable[Reason], case: Case, knowledge: Knowledge
) -> Triage:
    """The triage with reasons from before that still stand; none of them lowers anything."""
    known = {reason.red_flag: reason for reason in triage.reasons}
    for reason in standing:
        now = known.get(reason.red_flag)
        if now is None or rank(now.urgency) < rank(reason.urgency):
            known[reason.red_flag] = reason
    reasons = sorted(known.values(), key=lambda r: (-rank(r.urgency), r.red_flag))
    at_least = max([r.urgency for r in reasons] + [triage.at_least], key=rank)
    return msgspec.structs.replace(
        triage,
        urgency=_urgency(at_least, bool(reasons), triage.unanswered, case, knowledge),
        at_least=at_least,
        reasons=tuple(reasons),
        holds=_holds(reasons, knowledge),
    )


def _urgency(
    at_least: Urgency, met: bool, unanswered: tuple[str, ...], case: Case, knowledge: Knowledge
) -> Answer:
    if unanswered and rank(at_least) < rank("same_day"):
        return "undetermined"
    self_care = knowledge.policies["self_care"].when
    if not met and self_care and decide(self_care, case.findings):
        return "self_care"
    return at_least


# --- reasons ----------------------------------------------------------------------------------


def _reasons(case: Case, knowledge: Knowledge) -> list[Reason]:
    values = case.for_red_flags
    doubts = {name for name, value in values.items() if value == UNSURE}
    read_by = _read_by(knowledge)
    found = []
    for flag in knowledge.red_flags.values():
        sure = _first_level(flag, case.flag_reading, knowledge)
        doubted = case.doubts if not doubts.isdisjoint(read_by[flag.id]) else None
        unsure = _unsure_level(flag, doubted, knowledge) if doubted else None
        if sure and (unsure is None or rank(sure.urgency) >= rank(unsure.urgency)):
            found.append(sure)
        elif unsure:
            found.append(_name_the_unsure(unsure, values))
    return found


@lru_cache(maxsize=4)
def _read_by(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """What each red flag reads; where none of it is in doubt, a doubt cannot raise it."""
    rules = knowledge.flag_rules
    return {flag: frozenset(n for _, rule in rules[flag] for n in findings_of(rule))
            for flag in knowledge.red_flags}  # fmt: skip


def _first_level(flag: RedFlag, reading: Reading, knowledge: Knowledge) -> Reason | None:
    """The most urgent level whose rule holds."""
    for level, rule in knowledge.flag_rules[flag.id]:
        if reading.decide(rule):
            because = tuple(sorted(reading.explain(rule)))
            contact, do = level.contact or flag.contact, level.do or flag.do
            return Reason(flag.id, level.urgency, because, flag.suspects, contact, level.say, do)
    return None


def _unsure_level(flag: RedFlag, doubts: Doubting, knowledge: Knowledge) -> Reason | None:
    """What the flag says when every "not sure" is read as the worse, at most `if_unsure`."""
    reason = _first_level(flag, doubts, knowledge) if flag.if_unsure else None
    if reason is None or flag.if_unsure is None:
        return None
    return msgspec.structs.replace(
        reason,
        urgency=min(reason.urgency, flag.if_unsure, key=rank),
        contact=reason.contact if reason.contact in ("maternity", "crisis") else "out_of_hours",
        do=knowledge.say(f"safety.unsure_{flag.if_unsure}"),
        unsure=True,
    )


def _name_the_unsure(reason: Reason, values: Mapping[str, Any]) -> Reason:
    unsure = tuple(name for name in reason.because if values.get(name) == UNSURE)
    return msgspec.structs.replace(reason, because=unsure or reason.because)


def _holds(reasons: list[Reason], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Each withheld class of action with the red flags that hold it."""
    holds: dict[str, tuple[str, ...]] = {}
    for reason in reasons:
        for action in knowledge.red_flags[reason.red_flag].holds:
            holds[action] = (*holds.get(action, ()), reason.red_flag)
    return holds


# --- what is still to be asked ----------------------------------------------------------------


def unanswered_questions(case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    """Questions a person can answer that may still raise the urgency to same-day or more."""
    levels = chain.from_iterable(knowledge.alarm_rules.values())
    names = _questions((rule for _level, rule in levels), case, knowledge)
    return tuple(sorted(n for n in names if knowledge.findings[n].by == "self"))


def flag_questions(flag: RedFlag, case: Case, knowledge: Knowledge) -> frozenset[str]:
    """What to ask, as it could still make this flag reach a level."""
    return _questions((rule for _level, rule in knowledge.flag_rules[flag.id]), case, knowledge)


def _questions(rules: Iterable[Rule], case: Case, knowledge: Knowledge) -> frozenset[str]:
    """What is open, also beside an answer of "not sure", which may be the worse one."""
    rules = [rule for rule in rules if case.flag_reading.decide(rule) is None]
    asked = [ask(rule) for rule in rules for ask in asks_of(case)]
    return frozenset().union(
        *[questions_behind(names, case, knowledge) for names in asked if names]
    )


def asks_of(case: Case) -> tuple[Callable[[Rule], frozenset[str]], ...]:
    """The ways to say what is open in a rule: as answered, and with each doubt as the worse."""
    return (case.flag_reading.ask, case.doubts.ask) if case.doubts else (case.flag_reading.ask,)
