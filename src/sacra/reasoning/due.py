"""Which measures are due, and which of them are asked for in a week: never more than a few."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Due, Measure
from sacra.reasoning.case import Case
from sacra.rules.readings import decide

Scored = Mapping[str, Collection[datetime.date]]


class DueMeasure(msgspec.Struct, frozen=True, gc=False):
    """A measure to fill in: from which day on, why, and whether it is the first time."""

    measure: str
    since: datetime.date
    why: str
    first: bool


def asked_now(
    case: Case, scored: Scored, begun: datetime.date, today: datetime.date, knowledge: Knowledge
) -> tuple[DueMeasure, ...]:
    """What is asked for in this week of the plan, of all that is due. Pure.

    Those that can be filled in here come first; what finds no room has its turn in a later week,
    answered or not, so that a form that nobody has at hand holds up no other. Arguments as in
    `due_measures`.
    """
    week = (today - begun).days // 7
    first_day = begun + datetime.timedelta(weeks=week)
    before = {name: [day for day in days if day < first_day] for name, days in scored.items()}
    waiting = due_measures(case, before, begun, first_day, knowledge)
    in_turn = sorted(waiting, key=lambda one: not knowledge.measures[one.measure].wording)
    room = int(knowledge.policy("measures_due")["at_once"])
    start = room * week % max(len(in_turn), 1)
    turn = [one.measure for one in (*in_turn[start:], *in_turn[:start])][:room]
    still = due_measures(case, scored, begun, today, knowledge)
    return tuple(
        sorted((d for d in still if d.measure in turn), key=lambda d: turn.index(d.measure))
    )


def due_measures(
    case: Case, scored: Scored, begun: datetime.date, today: datetime.date, knowledge: Knowledge
) -> tuple[DueMeasure, ...]:
    """What is due today, the longest waiting first. Pure.

    Args:
        case: settled; a measure whose rule is not known to hold is not asked for, nor one whose
            result the case has already.
        scored: the days on which each measure has a score.
        begun: the day the plan began.
        today: the local day.
        knowledge: the measures, and the policy `measures_due`.
    """
    found = _due(case, scored, begun, today, knowledge)
    return tuple(sorted(found, key=lambda one: (one.since, one.measure)))


def _due(
    case: Case, scored: Scored, begun: datetime.date, today: datetime.date, knowledge: Knowledge
) -> Iterator[DueMeasure]:
    early = datetime.timedelta(days=knowledge.policy("measures_due")["early_days"])
    for form, asked in _asked_for(case, scored, knowledge):
        since = _since(asked, begun, today)
        given = scored.get(form.id, ())
        if since and not any(day >= since - early for day in given):
            yield DueMeasure(form.id, since, asked.why, not given)


def _asked_for(case: Case, scored: Scored, knowledge: Knowledge) -> Iterator[tuple[Measure, Due]]:
    """Who is asked for what, whenever: of the forms that ask the same, one."""
    forms = [(form, form.due) for form in knowledge.measures.values() if form.due]
    suits = [(form, asked) for form, asked in forms if _suits(form, asked, case)]
    given = sorted((max(scored[f.id]), f.id, due.asks) for f, due in suits if scored.get(f.id))
    goes_on = {asks: name for _, name, asks in given if asks}
    for form, asked in suits:
        begun = asked.asks in goes_on
        if (form.id == goes_on[asked.asks]) if begun else not asked.only_begun:
            yield form, asked


def _suits(form: Measure, asked: Due, case: Case) -> bool:
    known = form.id in case.findings  # somebody had the form in hand at the check
    return not known and (asked.when is None or decide(asked.when, case.findings) is True)


def _since(asked: Due, begun: datetime.date, today: datetime.date) -> datetime.date | None:
    """The last of its days, unless it is too long ago to be worth asking."""
    days = (begun + datetime.timedelta(weeks=week) for week in asked.weeks)
    since = max((day for day in days if day <= today), default=None)
    if since is None or asked.for_weeks is None:
        return since
    return since if today < since + datetime.timedelta(weeks=asked.for_weeks) else None


def next_due(
    measure: str, begun: datetime.date, today: datetime.date, knowledge: Knowledge
) -> datetime.date | None:
    """The next day after today on which this measure comes; None where it comes no more."""
    asked = knowledge.measures[measure].due
    days = [begun + datetime.timedelta(weeks=week) for week in (asked.weeks if asked else ())]
    return min((day for day in days if day > today), default=None)
