"""The entry point of the web server."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case
from sacra.web import warm
from sacra.web.languages import load_knowledge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sacra.web.settings")
application = get_wsgi_application()
assess(Case({}), load_knowledge())  # read before anybody comes: the first visitor does not wait


def _set_aside() -> None:
    """Looking through what stays for what can be freed takes 60 ms, and finds nothing."""
    gc.collect()
    gc.freeze()


def _make_ready() -> None:
    joint.make_ready()
    _set_aside()


_set_aside()
from sacra.web.views import joint  # noqa: E402  # a view needs the settings

warm.start(_make_ready)
