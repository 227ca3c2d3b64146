"""The knowledge in the language of the page that is being made."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from sacra.kb.knowledge import Knowledge
from sacra.languages import spoken


def load_knowledge() -> Knowledge:
    """All that Sacra knows, in the words of whoever reads this page."""
    return spoken(get_language() or "en", settings.LOCALE_PATHS[0])
