"""Who has confirmed a fact, whether that is enough, and when it is to be looked at again.

A confirmation holds for the words that were read: it carries the digits of the file without its
confirmations, and a file that has changed since is refused.
"""

from __future__ import annotations

import calendar
import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Fact, RedFlag

_PRESSING = ("emergency", "same_day")


def is_alarm(fact: object) -> bool:
    """Whether it is a red flag with a level at same-day or above."""
    return isinstance(fact, RedFlag) and any(one.urgency in _PRESSING for one in fact.levels)


def people_needed(fact: object) -> int:
    """How many different people must confirm it before public use: two for an alarm."""
    return 2 if is_alarm(fact) else 1


def enough(fact: Fact) -> bool:
    """Whether as many different people as it takes have confirmed it."""
    return len({same_person(one.name) for one in fact.confirmed}) >= people_needed(fact)


def same_person(name: str) -> str:
    """A name without what does not tell two people apart: case, points, spaces."""
    return " ".join(name.casefold().replace(".", " ").split())


def fingerprint(data: Mapping[str, Any]) -> str:
    """12 hex digits of what a file says, without its confirmations."""
    said = {key: value for key, value in data.items() if key != "confirmed"}
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()[:12]


def next_review(fact: Fact, knowledge: Knowledge) -> datetime.date | None:
    """The day its earliest confirmation runs out; None while nobody has confirmed it."""
    policy = knowledge.policy("confirmation")
    months = int(policy["months_alarm" if is_alarm(fact) else "months"])
    return min((_later(one.day, months) for one in fact.confirmed), default=None)


def overdue_since(fact: Fact, knowledge: Knowledge, today: datetime.date) -> datetime.date | None:
    """The day since which it should have been looked at again; None when that is not so."""
    due = next_review(fact, knowledge)
    return due if due and due < today else None


def _later(day: datetime.date, months: int) -> datetime.date:
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))


def broken_confirmation(data: Mapping[str, Any]) -> str:
    """What is wrong with the confirmations of a file: of other words, or twice by one person."""
    seen: set[str] = set()
    for one in data.get("confirmed", ()):
        if same_person(one["name"]) in seen:
            return f"{one['name']} confirms it twice; keep the later one"
        seen.add(same_person(one["name"]))
        if one["of"] != fingerprint(data):
            said = f"has changed since {one['name']} confirmed it on {one['day']}"
            return f"{said}; take that confirmation out, or have it confirmed again"
    return ""
