"""What a person says of their plan, kept with the programme that comes of it."""

from __future__ import annotations

import datetime

import msgspec
from django.db import transaction

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.in_force import under
from sacra.reasoning.plan import Plan
from sacra.reasoning.programme import build_programme
from sacra.reasoning.wishes import Wishes
from sacra.web.models import Person
from sacra.web.record import episode_of, next_version, programme_of


@transaction.atomic
def wish_otherwise(
    *, person: Person, wishes: Wishes, plan: Plan, today: datetime.date, knowledge: Knowledge
) -> int:
    """Put the programme in force under other wishes, from today on.

    Args:
        person: whose.
        wishes: all of them, with what was agreed and declined and why.
        plan: today's.
        today: the local day.
        knowledge: its version is noted.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    episode = episode_of(person)
    _, before = programme_of(episode)
    if before and episode.diary.exists():
        made = under(wishes, before, plan, today, knowledge)
    else:  # nothing has been done yet: it is made as on the first day
        made = build_programme(plan, wishes, None, knowledge)
        made = msgspec.structs.replace(made, started=episode.started)
    return next_version(episode, made, knowledge)
