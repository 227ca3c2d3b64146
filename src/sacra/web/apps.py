"""The app of the person in pain."""

from __future__ import annotations

import importlib

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Named so that its tables stay the same when the folder moves."""

    name = "sacra.web"
    label = "sacra"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen before the first device is written down."""
        importlib.import_module("sacra.web.devices")
