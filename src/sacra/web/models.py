"""The record: what a person agreed to have kept.

Everything about health lies in one encrypted column of each row (`vault.seal`). In clear stand only
ids, times and versions, so that a copy of the database says when somebody wrote, never what.
"""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from sacra.web.vault import seal, unseal

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Sealed(models.Model):
    """A row with one encrypted column."""

    payload: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:  # noqa: D106 - options that Django reads
        abstract = True

    @property
    def data(self) -> Any:
        """What the payload says.

        Raises:
            ValueError: none of the keys opens it; it is never taken for empty.
        """
        data = unseal(bytes(self.payload))
        if data is None:
            raise ValueError(f"no key opens {type(self).__name__} {self.pk}")
        return data

    @data.setter
    def data(self, value: Any) -> None:
        self.payload = seal(value)


class Person(models.Model):
    """Somebody with a record; without `user` it is opened by a signed cookie alone."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    user: models.OneToOneField[Any, Any] = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="person",
    )
    created: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        default=timezone.now, editable=False
    )
    kept_until: models.DateField[datetime.date, datetime.date] = models.DateField(db_index=True)

    user_id: int | None
    episodes: RelatedManager[Episode]
    grants: RelatedManager[Grant]
    audit: RelatedManager[AuditEvent]


class Episode(models.Model):
    """One stretch of pain, from the check that began it."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="episodes"
    )
    started: models.DateField[datetime.date, datetime.date] = models.DateField()
    ended: models.DateField[datetime.date | None, datetime.date | None] = models.DateField(
        null=True, blank=True
    )

    person_id: uuid.UUID
    observations: RelatedManager[Observation]
    assessments: RelatedManager[Assessment]
    programmes: RelatedManager[ProgrammeVersion]
    diary: RelatedManager[DiaryEntry]
    measures: RelatedManager[Measure]


class Observation(Sealed):
    """A finding and its value, as somebody gave it at a time; later ones do not replace it."""

    episode: models.ForeignKey[Episode, Episode] = models.ForeignKey(
        Episode, on_delete=models.CASCADE, related_name="observations"
    )
    at: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField()
    by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The clinician who gave it; None is the person."""


class Assessment(Sealed):
    """What Sacra said of a case, with the version it was said by; never changed."""

    episode: models.ForeignKey[Episode, Episode] = models.ForeignKey(
        Episode, on_delete=models.CASCADE, related_name="assessments"
    )
    at: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        default=timezone.now
    )
    knowledge_version: models.CharField[str, str] = models.CharField(max_length=64)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever inserted."""
        if not self._state.adding:
            raise TypeError("an assessment is never changed; make another")
        super().save(*args, **kwargs)


class ProgrammeVersion(Sealed):
    """A programme in force until the next number."""

    episode: models.ForeignKey[Episode, Episode] = models.ForeignKey(
        Episode, on_delete=models.CASCADE, related_name="programmes"
    )
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    at: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        default=timezone.now
    )
    knowledge_version: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:  # noqa: D106 - options that Django reads
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["episode", "number"], name="one_programme_a_number")
        ]


class DiaryEntry(Sealed):
    """One local day; `client` is the id that the sender gave to what began it."""

    episode: models.ForeignKey[Episode, Episode] = models.ForeignKey(
        Episode, on_delete=models.CASCADE, related_name="diary"
    )
    client: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(unique=True)
    day: models.DateField[datetime.date, datetime.date] = models.DateField()
    at: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField()
    offset: models.SmallIntegerField[int, int] = models.SmallIntegerField()
    """Minutes east of Greenwich, there and then."""
    received: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        auto_now=True
    )

    class Meta:  # noqa: D106 - options that Django reads
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["episode", "day"], name="one_entry_a_day")
        ]


class Measure(Sealed):
    """The score of a questionnaire, on a day."""

    episode: models.ForeignKey[Episode, Episode] = models.ForeignKey(
        Episode, on_delete=models.CASCADE, related_name="measures"
    )
    at: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField()


class Reminder(Sealed):
    """What somebody wants to be reminded of by e-mail, sealed with the address."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    """In the links of its mails; another address is another reminder."""
    person: models.OneToOneField[Person, Person] = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="reminder"
    )
    due: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        db_index=True
    )
    """When to look at it next."""

    person_id: uuid.UUID


class Grant(models.Model):
    """Leave to read a record, which its owner sees and can withdraw."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="grants"
    )
    reader: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants"
    )
    reader_id: int
    given: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        default=timezone.now
    )
    until: models.DateField[datetime.date | None, datetime.date | None] = models.DateField(
        null=True, blank=True
    )
    withdrawn: models.DateTimeField[datetime.datetime | None, datetime.datetime | None] = (
        models.DateTimeField(null=True, blank=True)
    )


class AuditEvent(models.Model):
    """Who opened or changed a record, and when; nothing of what is in it."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="audit"
    )
    at: models.DateTimeField[datetime.datetime, datetime.datetime] = models.DateTimeField(
        default=timezone.now
    )
    by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    what: models.CharField[str, str] = models.CharField(max_length=40)
