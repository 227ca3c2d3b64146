"""From a form to the numbers of a questionnaire; whether they can be is for the scoring to say."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from sacra.kb.errors import CaseError
from sacra.kb.schema import Measure
from sacra.web.forms import number
from sacra.web.shown_measures import kind_of

LONGEST = 80
"""Of the name of an activity."""


class Said(NamedTuple):
    """What was sent: a total or the items, and the person's own words."""

    values: Any
    words: tuple[str, ...] = ()


def said_by(post: QueryDict, form: Measure) -> Said:
    """The numbers as they were sent.

    Raises:
        CaseError: nothing was sent, the total and the items both, or half of an activity.
    """
    kind = kind_of(form)
    if kind == "own":
        return _own(post, form)
    total = post.get("total", "").strip()
    items = _ticks(post, form) if kind == "ticks" else _numbers(post, form)
    if total and items:
        raise CaseError("total", _("write the total or the single items, not both"))
    if not (total or items):
        missing = _("nothing is filled in yet; write the total or the items")
        raise CaseError("total", _("choose a number") if kind == "scale" else missing)
    return Said(number(total) if total else items)


def _count(form: Measure) -> range:
    return range(1, (form.items.count if form.items else 0) + 1)


def _ticks(post: QueryDict, form: Measure) -> list[Any]:
    """One for each line that is ticked, none for the others; empty where none is."""
    ticked = post.getlist("tick")
    return [int(str(n) in ticked) for n in _count(form)] if ticked else []


def _numbers(post: QueryDict, form: Measure) -> list[Any]:
    """Every item in its place, None where it is left empty; empty where all are."""
    sent = [post.get(f"item-{n}", "").strip() for n in _count(form)]
    return [number(one) if one else None for one in sent] if any(sent) else []


def _own(post: QueryDict, form: Measure) -> Said:
    """The activities that have a name, each with its number."""
    rows = [(post.get(f"word-{n}", "").strip()[:LONGEST], post.get(f"item-{n}", "").strip())
            for n in range(1, rows_of(form) + 1)]  # fmt: skip
    for n, (word, said) in enumerate(rows, 1):
        if bool(word) != bool(said):
            what = _("it has no number yet") if word else _("the number has no activity yet")
            raise CaseError(f"activity {n}", what)
    given = [(word, number(said)) for word, said in rows if word]
    if len(given) < int(form.scoring["least_answered"]):
        raise CaseError("total", _("name at least three activities, each with its number"))
    return Said([said for _word, said in given], tuple(word for word, _said in given))


def rows_of(form: Measure) -> int:
    """How many activities the page has room for."""
    return int(form.scoring.get("most_items", form.items.count if form.items else 1))


def sentence(wrong: CaseError) -> str:
    """Where and what, without the name of the form and the entry, which the page shows."""
    *_form, where = wrong.where.split(", ")
    at = f"{where}: " if where.startswith(("item", "activity")) else ""
    return re.sub("`([^`]*)`", r"“\1”", f"{at}{wrong.what}")
