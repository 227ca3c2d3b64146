"""Visitors with an account."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import Any

from django.test import Client

EMAIL = "ada@example.org"
PASSWORD = "three brown owls"


def visitor() -> Client:
    """Another device."""
    return Client(headers={"host": "localhost"})


def sign_up(client: Client, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> Any:
    """Send the form of a new account."""
    both = {"password1": password, "password2": password}
    return client.post("/account/signup/", {"email": email, **both, "agree": "yes", **more})


def sign_in(client: Client, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> Any:
    """Send the form of signing in."""
    return client.post("/account/login/", {"login": email, "password": password, **more})


def again(client: Client, password: str = PASSWORD) -> Any:
    """Say once more who it is."""
    return client.post("/account/reauthenticate/", {"password": password, "next": "/account/"})


def code_of(secret: str, at: float | None = None) -> str:
    """What an app for codes shows (RFC 6238), worked out on its own."""
    counter = int(time.time() if at is None else at) // 30
    key = base64.b32decode(secret)
    mac = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    start = mac[-1] & 15
    value = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{value % 1_000_000:06d}"
