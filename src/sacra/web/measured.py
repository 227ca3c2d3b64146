"""The scores of questionnaires in the record: each stored as given, on the day it is about."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.measures import score
from sacra.web.models import Episode, Measure


class Given(msgspec.Struct, frozen=True, gc=False):
    """One score as it was given: a total, or items with None for one left empty.

    `words` are the person's own, as the activities of the patient-specific scale; `client` is the
    sender's id of the message.
    """

    measure: str
    day: datetime.date
    values: Any
    words: tuple[str, ...] = ()
    client: str = ""


def given(episode: Episode) -> Iterator[Given]:
    """Every score of an episode in the order of writing, in any version's shape."""
    for row in episode.measures.order_by("at", "pk"):
        yield msgspec.convert(row.data, Given)


def scores_of(episode: Episode, knowledge: Knowledge) -> list[Given]:
    """Those that this version of the knowledge can read, by day; the others stay stored.

    One that it cannot read is left out alone, so that it hides nothing else of its day.
    """
    return sorted((one for one in given(episode) if _reads(one, knowledge)), key=lambda g: g.day)


def _reads(one: Given, knowledge: Knowledge) -> bool:
    try:
        score(one.measure, one.values, knowledge)
    except CaseError:
        return False
    return True


def write(episode: Episode, one: Given, at: datetime.datetime) -> None:
    """Keep a score; the same message sent twice is kept once."""
    if any(other.client == one.client for other in given(episode)):
        return
    row = Measure(episode=episode, at=at)
    row.data = one
    row.save()
