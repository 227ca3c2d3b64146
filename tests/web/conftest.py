"""Django for the tests: a folder of its own, no HTTPS, plain static files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SACRA_DATA", tempfile.mkdtemp(prefix="sacra-tests-"))
os.environ.setdefault("SACRA_INSECURE", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sacra.web.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop in the same process

Path(os.environ["SACRA_DATA"], "static").mkdir(exist_ok=True)

import django
import pytest
from django.conf import settings
from django.test import Client

settings.STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, here only
django.setup()


@pytest.fixture
def browser() -> Client:
    """A visitor without scripts."""
    return Client(headers={"host": "localhost"})
