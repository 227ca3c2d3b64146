"""What every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sacra.kb.load import load_knowledge


def every_page(_request: HttpRequest) -> dict[str, Any]:
    """The version of the knowledge, in the foot of the page; and how this server is set up."""
    return {
        "knowledge_version": load_knowledge().version,
        "local": settings.LOCAL,
        "mail": settings.MAIL,
    }
