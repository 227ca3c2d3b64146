"""Write down the score of a questionnaire: checked, dated, kept once."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.diary import read_diary
from sacra.reasoning.measures import score
from sacra.web import measured
from sacra.web.measured import Given
from sacra.web.models import Person
from sacra.web.record import AHEAD, KEPT, episode_of


@transaction.atomic
def add_score(
    *,
    person: Person,
    client: uuid.UUID,
    at: datetime.datetime,
    day: datetime.date,
    measure: str,
    values: Any,
    knowledge: Knowledge,
    words: tuple[str, ...] = (),
) -> None:
    """Keep what a form came to, on the day it is about; of one day the latest counts.

    Args:
        person: whose.
        client: the sender's id of this message; sent again, it changes nothing.
        at: when it was written.
        day: the local day on which the form was filled in.
        measure: its id.
        values: a total, or every item with None for one left empty.
        knowledge: ranges and scoring.
        words: the person's own, as the activities of the patient-specific scale.

    Raises:
        CaseError: an impossible value or day, or too few items for a score.
        Person.DoesNotExist: the record has been deleted.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    episode = episode_of(person)
    scored = score(measure, values, knowledge)
    if scored.value is None:
        raise CaseError(measure, scored.note)
    started = episode.started - datetime.timedelta(days=1)  # clocks differ, as in the diary
    whole = {"started": started, "entries": [{"day": day.isoformat()}]}
    read_diary(whole, knowledge, today=(timezone.now() + AHEAD).date())
    measured.write(episode, Given(measure, day, values, words, str(client)), at)
    kept = max(person.kept_until, day + KEPT)
    Person.objects.filter(pk=person.pk).update(kept_until=kept)
