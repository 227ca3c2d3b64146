"""`django-admin forget_expired`: delete what Sacra promised to keep no longer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sacra.web.accounts import tidy


class Command(BaseCommand):
    """To be run every night."""

    help = "Delete records, sessions and counts of attempts whose time is over; no account."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Delete, and say how much."""
        done = tidy(timezone.now().date())
        self.stdout.write(f"Deleted {done.records} records and {done.sessions} sessions.")
        stay = done.accounts_without_record
        self.stdout.write(f"{stay} accounts have no record; they stay until their owners go.")
