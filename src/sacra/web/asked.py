"""What a form of the check says it asks: signed, and good only for the answers before it.

So the answers of a screen are taken without working out once more which screen it was, which is
most of the work; and an old tab, a replay or a forged form is seen, because its mark is not that of
the check as it stands.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.core import signing

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.asking import Ask, Part
from sacra.web.sitting import Sitting

_SALT = "sacra.asked"


def token_of(ask: Ask, sitting: Sitting, knowledge: Knowledge) -> str:
    """For the form that asks this of a check that stands so."""
    parts = [[part.screen, *part.findings] for part in ask.parts]
    said = [_mark(sitting, knowledge), parts, ask.one_by_one, ask.may_skip, ask.choices, ask.way]
    return signing.dumps(said, salt=_SALT)


def asked_by(token: str, sitting: Sitting, knowledge: Knowledge) -> Ask | None:
    """What the form asked; None when it is not ours, or of another moment of the check."""
    try:
        mark, parts, one_by_one, may_skip, choices, way = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if mark != _mark(sitting, knowledge):
        return None
    screens = knowledge.screens
    asked = tuple(Part(name, screens[name].title, tuple(names)) for name, *names in parts)
    return Ask(asked, screens[asked[0].screen].none, one_by_one, may_skip, tuple(choices), way)


def _mark(sitting: Sitting, knowledge: Knowledge) -> str:
    """Names what the next screen follows from: the answers, the day, and the knowledge."""
    known: list[Any] = [knowledge.version, sitting.started, sitting.findings, sitting.put_aside]
    return hashlib.blake2b(msgspec.json.encode(known), digest_size=12).hexdigest()
