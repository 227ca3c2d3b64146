"""Which languages Sacra can be read in: English, and those in which every alarm is translated.

``locale/<language>/LC_MESSAGES/`` holds `django.po` for the pages and `knowledge.po` for what the
knowledge says; ``./dev words`` makes the compiled files beside them, which alone are read here.
"""

from __future__ import annotations

import gettext
import re
import string
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.words import alarm_files, messages, translated

FOLDER = Path(__file__).parent / "locale"
ALARMS = "alarms.json"
"""In that folder: what the pages that an alarm passes through say, as (context, one, many)."""


def offered(folder: Path = FOLDER) -> list[str]:
    """The codes of the languages to offer besides English, such as `de` or `pt-br`."""
    return [code for code in _codes(folder) if next(untranslated(code, folder), None) is None]


def blocked(folder: Path = FOLDER) -> Iterator[str]:
    """One sentence for each language that is not offered, with what it lacks."""
    for code in _codes(folder):
        if lacking := list(untranslated(code, folder)):
            yield (
                f"the language `{code}` is not offered: {len(lacking)} messages about danger are "
                f"not translated, the first: “{lacking[0]}”"
            )


def untranslated(code: str, folder: Path = FOLDER) -> Iterator[str]:
    """What pages and knowledge say about danger and this language does not, in English."""
    pages, knowledge = catalogue("django", code, folder), catalogue("knowledge", code, folder)
    pages.add_fallback(_Nothing())
    knowledge.add_fallback(_Nothing())
    for context, one, many in msgspec.json.decode((folder / ALARMS).read_bytes()):
        if not _has(pages, context, one, many):
            yield one
    for context, english in _alarms_of(load_knowledge()):
        if not _has(knowledge, context, english, ""):
            yield english


def spoken(code: str, folder: Path = FOLDER) -> Knowledge:
    """The knowledge in this language; what it does not translate stays English."""
    return load_knowledge() if code not in _codes(folder) else _spoken(code, folder)


@lru_cache(maxsize=8)
def _spoken(code: str, folder: Path) -> Knowledge:
    words = catalogue("knowledge", code, folder)

    def translate(context: str, english: str) -> str:
        said = words.pgettext(context, english)
        return said if keeps_parts(said, english) else english

    return translated(load_knowledge(), translate)


def catalogue(domain: str, code: str, folder: Path) -> gettext.NullTranslations:
    """The compiled words of one language, as they are now; empty where they are not there."""
    path = gettext.find(domain, str(folder), [_locale(code)])
    if path is None:
        return gettext.NullTranslations()
    with Path(path).open("rb") as file:
        return gettext.GNUTranslations(file)


# --- codes, messages, gaps --------------------------------------------------------------------


@lru_cache(maxsize=8)
def _codes(folder: Path) -> tuple[str, ...]:
    """The languages that have a folder; English is the source and has none."""
    names = sorted(path.parent.name for path in folder.glob("*/LC_MESSAGES"))
    return tuple(name.replace("_", "-").lower() for name in names)


def _locale(code: str) -> str:
    """The name of its folder: `pt-br` is `pt_BR`, `zh-hans` is `zh_Hans`."""
    language, _, rest = code.partition("-")
    return f"{language}_{rest.title() if len(rest) > 2 else rest.upper()}" if rest else language


@lru_cache(maxsize=4)
def _alarms_of(knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    files = alarm_files(knowledge)
    found = ((m.context, m.english) for m in messages(knowledge) if m.where in files)
    return tuple(dict.fromkeys(found))


class _Nothing(gettext.NullTranslations):
    """What is asked when a catalogue has no translation."""

    def gettext(self, message: str) -> NoReturn:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(msgid1)

    def pgettext(self, context: str, message: str) -> NoReturn:
        raise KeyError(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(msgid1)


def _has(words: gettext.NullTranslations, context: str, one: str, many: str) -> bool:
    """Whether there is a translation of this message, in every number, that keeps its parts."""
    try:
        if many:
            said = (
                words.npgettext(context, one, many, 1) if context else words.ngettext(one, many, 1)
            )
        else:
            said = words.pgettext(context, one) if context else words.gettext(one)
    except KeyError:
        return False
    return bool(said) and keeps_parts(said, one, many)


def keeps_parts(said: str, english: str, many: str = "") -> bool:
    """Whether a translation has the same parts to fill in; a plural form may leave some out."""
    return (
        _parts(said) <= _parts(english) | _parts(many) if many else _parts(said) == _parts(english)
    )


def _parts(text: str) -> set[str | None]:
    """The parts that are filled in, `{name}` or `%(name)s`; a text that cannot be is its own."""
    try:
        braces = {name for _, name, _, _ in string.Formatter().parse(text)} - {None}
    except ValueError:
        return {text}
    return braces | set(re.findall(r"%\(\w+\)[sd]", text))
