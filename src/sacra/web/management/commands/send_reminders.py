"""`django-admin send_reminders`: for cron or a timer, every ten minutes or so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sacra.web.languages import load_knowledge
from sacra.web.reminders import send_due


class Command(BaseCommand):
    """Send the reminders that are due; run twice, or twice at once, it sends each once."""

    help = "Send the e-mail reminders that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many went; exit code 1 when one failed."""
        went = send_due(timezone.now(), load_knowledge())
        self.stdout.write(f"{went.sent} sent, {went.failed} failed")
        if went.failed:
            raise CommandError("some mails were not sent; they are tried again in an hour")
