"""Health payloads at rest: JSON, packed, encrypted and signed; the newest key writes, all read."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@lru_cache(maxsize=1)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(data: Any) -> bytes:
    """Pack and encrypt plain data."""
    packed = zlib.compress(msgspec.json.encode(data), 9)
    return _fernet(tuple(settings.HEALTH_KEYS)).encrypt(packed)


def unseal(token: bytes, *, ttl: int | None = None) -> Any:
    """The data of `seal`; None when it was tampered with, is too old or has another key."""
    try:
        packed = _fernet(tuple(settings.HEALTH_KEYS)).decrypt(token, ttl)
    except InvalidToken:
        return None
    return msgspec.json.decode(zlib.decompress(packed))
