"""Settings: what a deployment may change comes from the environment, the rest is decided here.

SACRA_DATA     folder of the database and the keys (default: ~/.local/share/sacra)
DATABASE_URL   another database, such as postgresql://...; default: SQLite in that folder
SACRA_HOSTS    host names, separated by commas; default: this machine only
SACRA_KEYS     keys of the health payloads, newest first, separated by commas; else a key file
SACRA_INSECURE set to 1 when there is no HTTPS in front (as on this machine)
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from sacra.web.keys import key_file

DATA = Path(os.environ.get("SACRA_DATA") or Path.home() / ".local" / "share" / "sacra")
HERE = Path(__file__).resolve().parent

DEBUG = False
SECRET_KEY = key_file(DATA / "secret.key")
HEALTH_KEYS = os.environ.get("SACRA_KEYS", "").split(",") if os.environ.get("SACRA_KEYS") else [
    key_file(DATA / "health.key")
]  # fmt: skip
ALLOWED_HOSTS = [*filter(None, os.environ.get("SACRA_HOSTS", "").split(",")), "localhost",
                 "127.0.0.1", "[::1]"]  # fmt: skip
LOCAL = os.environ.get("SACRA_INSECURE") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "sacra.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sacra.web.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sacra.web.middleware.refusals",
]
ROOT_URLCONF = "sacra.web.urls"
WSGI_APPLICATION = "sacra.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sacra.web.context.every_page",
            ],
        },
    }
]
DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{DATA / 'sacra.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        "timeout": 5,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sacra.web.views.errors.forged"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
EMAIL_BACKEND = os.environ.get(
    "SACRA_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
