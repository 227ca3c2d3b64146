"""The words of the knowledge for language files: what they are, and the knowledge in another one.

A message is found by its context (the kind of file and the field, such as `findings.question`) and
its English text, so that one sentence in forty exercises is translated once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import KINDS, WORDS
from sacra.rules.language import findings_of

Translate = Callable[[str, str], str]
"""From context and English text to what is read instead; the text itself where there is nothing."""


class Message(NamedTuple):
    """One text to translate, and the file that holds it."""

    context: str
    english: str
    where: str


def translated(knowledge: Knowledge, translate: Translate) -> Knowledge:
    """The same facts, ids, numbers and version, with every text that a person reads translated."""
    facts: Any = {
        kind: {
            name: _told(fact, kind, translate) for name, fact in getattr(knowledge, kind).items()
        }
        for kind in KINDS
    }
    return Knowledge(version=knowledge.version, **facts)


def messages(knowledge: Knowledge) -> Iterator[Message]:
    """Every text that a person reads, in the order of the files; equal ones come again."""
    for kind, fact in knowledge.facts():
        found: list[tuple[str, str]] = []

        def note(context: str, english: str, found: list[tuple[str, str]] = found) -> str:
            found.append((context, english))
            return english

        _told(fact, kind, note)
        yield from (Message(*one, f"{kind}/{fact.id}.yaml") for one in found)


def alarm_files(knowledge: Knowledge) -> frozenset[str]:
    """The files whose words nobody may be left to read in a language they do not understand.

    All red flags and contacts, what is asked for them, the screens that ask it, and what the
    reasoning itself says of danger.
    """
    asked = _asked_for_alarms(knowledge)
    screens = knowledge.screens.values()
    kinds: dict[str, Iterable[str]] = {
        "red_flags": knowledge.red_flags,
        "contacts": knowledge.contacts,
        "findings": asked,
        "screens": [screen.id for screen in screens if not asked.isdisjoint(screen.findings)],
        "words": ("safety", "names"),
        "claims": ("alarm_signs",),
    }
    return frozenset(f"{kind}/{name}.yaml" for kind, names in kinds.items() for name in names)


def _asked_for_alarms(knowledge: Knowledge) -> set[str]:
    """What red flags read and alarm screens ask, with all that it is worked out from."""
    screens = (screen for screen in knowledge.screens.values() if screen.stage == "alarms")
    waiting = [name for screen in screens for name in screen.findings]
    for levels in knowledge.flag_rules.values():
        waiting += [name for _, rule in levels for name in findings_of(rule)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        derived = knowledge.findings[name].derived
        if derived and name not in found:
            waiting += derived.parts
        found.add(name)
    return found


# --- walking through a fact -------------------------------------------------------------------


def _told(value: Any, context: str, translate: Translate, shown: bool = False) -> Any:
    """The value with its words translated; the very same object where nothing changes."""
    if isinstance(value, str):
        return translate(context, value) if shown and value else value
    if isinstance(value, tuple):
        new = tuple(_told(one, context, translate, shown) for one in value)
        return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
    if isinstance(value, dict):
        return {k: _told(v, f"{context}.{k}", translate, shown) for k, v in value.items()}
    return _struct(value, context, translate) if isinstance(value, msgspec.Struct) else value


def _struct(value: Any, context: str, translate: Translate) -> Any:
    struct: Any = type(value)
    words = _words_of(struct)
    changed = {}
    for name in struct.__struct_fields__:
        old = getattr(value, name)
        new = _told(old, f"{context}.{name}", translate, name in words)
        if new is not old and new != old:
            changed[name] = new
    return msgspec.structs.replace(value, **changed) if changed else value


@cache
def _words_of(struct: type) -> frozenset[str]:
    """The fields of a struct that are marked as `Words`, alone or in a list or mapping."""
    hints = get_type_hints(struct, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_words(hint))


def _is_words(hint: Any) -> bool:
    inside = [*getattr(hint, "__metadata__", ()), *get_args(hint)]
    return any(one is WORDS or _is_words(one) for one in inside)
