"""What every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sacra.web.languages import load_knowledge


def every_page(_request: HttpRequest) -> dict[str, Any]:
    """The knowledge version, the languages to choose from, and how this server is set up."""
    return {
        "knowledge_version": load_knowledge().version,
        "local": settings.LOCAL,
        "languages": settings.LANGUAGES if len(settings.LANGUAGES) > 1 else [],
        "mail": settings.MAIL,
    }
