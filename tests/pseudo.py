"""A language made in the test: every letter with an accent. Plain letters on a page are English."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from django.utils import dates

from tools.words import CATALOGUES, alarm_texts, page_texts

CODE, LOCALE = "en-xa", "en_XA"
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀćďéƒǵĥíĵķĺɱńóƥɋŕśťúѵŵẋýźÁƁĆĎÉƑǴĤÍĴĶĹḾŃÓƤɊŔŚŤÚѴŴẊÝŹ"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_KEPT = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;")
"""Parts that are filled in, and marks of a page."""


def accented(text: str) -> str:
    """The text as this language says it."""
    kept, between = _KEPT.findall(text), _KEPT.split(text)
    said = [part.translate(_ACCENTS) for part in between]
    return "".join(part + one for part, one in zip(said, [*kept, ""], strict=True))


def build(
    folder: Path,
    *,
    without: Callable[[str, str], bool] = lambda _domain, _english: False,
    change: Mapping[str, str] = {},
) -> None:
    """Write the language into a folder.

    `without` leaves texts out, by domain and English; `change` says others in its own way.
    """
    inside = folder / LOCALE / "LC_MESSAGES"
    inside.mkdir(parents=True, exist_ok=True)
    for domain, make in CATALOGUES.items():
        catalogue = make()
        for message in catalogue:
            if message.id and not without(domain, first(message)):
                message.string = change.get(first(message)) or _said(message.id)
        if domain == "django":
            _add_days(catalogue)
        file = io.BytesIO()
        write_mo(file, catalogue)  # as any tool would: what is wrong in it is met at run time
        (inside / f"{domain}.mo").write_bytes(file.getvalue())
    alarms(folder)


def alarms(folder: Path) -> None:
    """Beside it the list of what no language may lack, as of now."""
    (folder / "alarms.json").write_bytes(msgspec.json.encode(alarm_texts(page_texts())))


def first(message: Message) -> str:
    """The English of a message, in the singular."""
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def _said(english: Any) -> Any:
    if isinstance(english, tuple):
        return tuple(accented(one) for one in english)
    return accented(english)


def _add_days(catalogue: Catalog) -> None:
    """Django's own names of days and months, which a real language brings with Django."""
    named = (dates.WEEKDAYS, dates.WEEKDAYS_ABBR, dates.MONTHS, dates.MONTHS_3)
    for names in named:
        for name in names.values():
            catalogue.add(str(name), accented(str(name)))


class _Seen(HTMLParser):
    """What a person sees or hears of a page: its texts, and attributes that are read out.

    What is marked as English is meant to be: the detail of a form that no page of ours sends.
    """

    SPOKEN = ("aria-label", "title", "alt", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in self.SPOKEN and value]
        if tag in ("script", "style") or (tag == "span" and ("lang", "en") in attrs):
            self.hidden = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.hidden:
            self.hidden = ""

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.texts.append(data.strip())


def seen(html: str) -> list[str]:
    """Every text of a page."""
    page = _Seen()
    page.feed(html)
    return page.texts


def english(text: str, allowed: set[str]) -> str:
    """What of a text is still English; empty where all of it is translated."""
    for name in sorted(allowed, key=len, reverse=True):
        text = text.replace(name, "")
    return " ".join(re.findall(r"[A-Za-z]+", text))
