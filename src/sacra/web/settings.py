"""Settings: what a deployment may change comes from the environment, the rest is decided here.

SACRA_DATA     folder of the database and the keys (default: ~/.local/share/sacra)
DATABASE_URL   another database, such as postgresql://...; default: SQLite in that folder
SACRA_HOSTS    host names, separated by commas; default: this machine only
SACRA_KEYS     keys of the health payloads, newest first, separated by commas; else a key file
SACRA_SMTP     where mails go out: smtp://name:password@host (smtps:// for port 465); default:
               they appear in the window of the server
SACRA_FROM     the address that mails come from
SACRA_INSECURE set to 1 when there is no HTTPS in front (as on this machine)
SACRA_PROXIES  how many proxies stand in front and say for whom they ask; default: none
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.conf.locale import LANG_INFO

from sacra import languages
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "sacra.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sacra.web.middleware.headers",
    "sacra.web.middleware.small_enough",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sacra.web.middleware.devices",
    "sacra.web.middleware.Accounts",
    "sacra.web.middleware.refusals",
]
ROOT_URLCONF = "sacra.web.urls"
WSGI_APPLICATION = "sacra.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
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
LOCALE_PATHS = [languages.FOLDER]
FORMAT_MODULE_PATH = "sacra.web.formats"
LANGUAGES = [
    (code, LANG_INFO.get(code, {}).get("name_local", code)) for code in ("en", *languages.offered())
]
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = not LOCAL, True, "Lax"
LANGUAGE_COOKIE_AGE = 365 * 86_400
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sacra.web.static_files.ModuleStorage"},
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
_SMTP = urlsplit(os.environ.get("SACRA_SMTP", ""))
EMAIL_BACKEND = os.environ.get(
    "SACRA_EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if _SMTP.hostname else 'console'}.EmailBackend",
)
EMAIL_HOST = _SMTP.hostname or "localhost"
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_HOST not in ("localhost", "127.0.0.1")
EMAIL_PORT = _SMTP.port or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("SACRA_FROM", "Sacra <sacra@localhost>")
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- behind proxies ---------------------------------------------------------------------------

PROXIES = int(os.environ.get("SACRA_PROXIES") or 0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# --- accounts; see docs/decisions/2026-11-25-accounts.md --------------------------------------

MAIL = not EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend"))
"""Whether an e-mail reaches anybody: only then can it prove whose an address is."""

CACHES = {
    "default": {  # counts attempts and used codes: every worker and server must see the same
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sacra_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # unless somebody asks to stay signed in
SESSION_COOKIE_AGE = 90 * 86_400
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "arrive"
ACCOUNT_LOGOUT_REDIRECT_URL = "signed_out"
ACCOUNT_ADAPTER = "sacra.web.account_adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "sacra.web.account_forms.SignUp",
    "add_email": "sacra.web.account_forms.NewEmail",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
if not MAIL:  # nobody could mend a slip of the finger
    ACCOUNT_SIGNUP_FIELDS.append("password2*")
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = MAIL
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = MAIL
ACCOUNT_EMAIL_NOTIFICATIONS = MAIL
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Sacra: "
ACCOUNT_PREVENT_ENUMERATION = True if MAIL else "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USER_DISPLAY = "sacra.web.account_adapters.shown_as"
MFA_ADAPTER = "sacra.web.account_adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ALLOW_UNVERIFIED_EMAIL = not MAIL
MFA_TOTP_ISSUER = "Sacra"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = MAIL  # without a password the mailbox is the only way back
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
