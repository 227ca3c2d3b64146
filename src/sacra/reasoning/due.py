"""Which measures are due: by the weeks and rules that stand with each measure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.rules.readings import decide


class DueMeasure(msgspec.Struct, frozen=True, gc=False):
    """A measure to fill in: from which day on, why, and whether it is the first time."""

    measure: str
    since: datetime.date
    why: str
    first: bool


def due_measures(
    case: Case,
    scored: Mapping[str, Collection[datetime.date]],
    begun: datetime.date,
    today: datetime.date,
    knowledge: Knowledge,
) -> tuple[DueMeasure, ...]:
    """What is due today, the longest waiting first. Pure.

    Args:
        case: settled; a measure whose rule is not known to hold is not asked for.
        scored: the days on which each measure has a score.
        begun: the day the plan began.
        today: the local day.
        knowledge: the measures, and the policy `measures_due`.
    """
    found = _due(case, scored, begun, today, knowledge)
    return tuple(sorted(found, key=lambda one: (one.since, one.measure)))


def _due(
    case: Case,
    scored: Mapping[str, Collection[datetime.date]],
    begun: datetime.date,
    today: datetime.date,
    knowledge: Knowledge,
) -> Iterator[DueMeasure]:
    early = datetime.timedelta(days=knowledge.policy("measures_due")["early_days"])
    for form in knowledge.measures.values():
        asked = form.due
        if asked is None or (asked.when and decide(asked.when, case.findings) is not True):
            continue
        days = [begun + datetime.timedelta(weeks=week) for week in asked.weeks]
        since = max((day for day in days if day <= today), default=None)
        given = scored.get(form.id, ())
        if since and not any(day >= since - early for day in given):
            yield DueMeasure(form.id, since, asked.why, not given)


def next_due(
    measure: str, begun: datetime.date, today: datetime.date, knowledge: Knowledge
) -> datetime.date | None:
    """The next day after today on which this measure comes; None where it comes no more."""
    asked = knowledge.measures[measure].due
    days = [begun + datetime.timedelta(weeks=week) for week in (asked.weeks if asked else ())]
    return min((day for day in days if day > today), default=None)
