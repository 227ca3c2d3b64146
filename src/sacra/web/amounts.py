"""A number with its unit, in the plural form that the reader's language asks for."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from django.utils.translation import ngettext

from sacra.kb.knowledge import Knowledge

_FORMS: dict[str, Callable[[int], str]] = {
    "days": lambda n: ngettext("%(n)s day", "%(n)s days", n),
    "weeks": lambda n: ngettext("%(n)s week", "%(n)s weeks", n),
    "months": lambda n: ngettext("%(n)s month", "%(n)s months", n),
    "years": lambda n: ngettext("%(n)s year", "%(n)s years", n),
    "levels": lambda n: ngettext("%(n)s level", "%(n)s levels", n),
    "points": lambda n: ngettext("%(n)s point", "%(n)s points", n),
    "sessions": lambda n: ngettext("%(n)s session", "%(n)s sessions", n),
    "times": lambda n: ngettext("%(n)s time", "%(n)s times", n),
}


def amount(value: float, unit: str, knowledge: Knowledge) -> str:
    """Such as "1 week" or "1.5 weeks"; a unit that is not counted follows as it is."""
    if form := _FORMS.get(unit):
        return form(ceil(value) if value > 1 else 1 if value == 1 else 0) % {"n": f"{value:g}"}
    return f"{value:g} {knowledge.word(unit)}".rstrip()
