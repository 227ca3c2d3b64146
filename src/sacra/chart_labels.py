"""Words in a picture that never lie on each other: measured, and placed one after another.

No font is known before somebody looks, so that widths are estimates on the wide side, per kind of
character, after the widest of the usual system fonts (DejaVu Sans).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import NamedTuple

WIDTH = 320
"""Of every chart: readable on a phone; it grows with the page."""
LINE = 15
"""From one line of text to the next."""
_APART, _EDGE = 6.0, 2.0
"""Space between two texts beside each other, and to the edge of the picture."""

_NARROW, _WIDE = frozenset(" .,:;!|'’()[]/-fijlrtI"), frozenset("mwMW@%&—…")
_EM = {"narrow": 0.42, "usual": 0.65, "large": 0.86, "wide": 1.05}


def width_of(text: str, size: float, *, strong: bool = False) -> float:
    """About how wide a text is, rather too much than too little."""
    em = sum(_EM[_kind(character)] for character in text if not unicodedata.combining(character))
    return size * em * (1.13 if strong else 1)


def _kind(character: str) -> str:
    if character in _NARROW:
        return "narrow"
    if character in _WIDE or unicodedata.east_asian_width(character) in "WF":
        return "wide"
    return "large" if character.isupper() else "usual"


class Text(NamedTuple):
    """A line of text that stays inside the picture; `y` is its base line."""

    x: float
    y: float
    text: str
    classes: str = ""
    anchor: str = "start"

    @property
    def size(self) -> float:
        """Of the type, as the style sheets have it."""
        return 14 if "title" in self.classes else 12

    @property
    def span(self) -> tuple[float, float]:
        """From left to right, moved inside where it would stand out."""
        width = width_of(self.text, self.size, strong=self.classes in ("title", "strong"))
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        left = max(_EDGE, min(left, WIDTH - _EDGE - width))
        return left, left + width

    def meets(self, other: Text) -> bool:
        """Whether the two would touch."""
        (left, right), (a, b) = self.span, other.span
        beside = right + _APART <= a or b + _APART <= left
        return not beside and abs(self.y - other.y) < LINE - 1

    def svg(self) -> str:
        """The element; its anchor is kept, so that a narrower font still stands right."""
        left, right = self.span
        x = {"start": left, "middle": (left + right) / 2, "end": right}[self.anchor]
        return (
            f'<text x="{x:.1f}" y="{self.y:.1f}" text-anchor="{self.anchor}"'
            f' class="{self.classes}">{escape(self.text)}</text>'
        )


class Board:
    """The texts of one picture: whoever comes first stays, and nobody is laid on another."""

    def __init__(self) -> None:
        self.texts: list[Text] = []

    def is_free(self, text: Text) -> bool:
        """Whether nothing lies there yet."""
        return not any(text.meets(other) for other in self.texts)

    def put(self, *places: Text) -> Text | None:
        """Take the first place that is free; None, and nothing is drawn, where none is."""
        place = next(filter(self.is_free, places), None)
        if place:
            self.texts.append(place)
        return place

    def put_best(self, places: Iterable[Text], cost: Callable[[Text], float]) -> Text | None:
        """Take the free place that hides least."""
        free = [place for place in places if self.is_free(place)]
        return self.put(min(free, key=cost)) if free else None

    def put_below(self, text: Text) -> Text:
        """Give a text that must be there a line of its own, under all that is there already."""
        lowest = max((other.y for other in self.texts), default=0.0)
        place = text._replace(y=max(text.y, lowest + LINE))
        self.texts.append(place)
        return place


def wrapped(text: str, width: float, *, classes: str = "") -> list[str]:
    """The lines of a text that are no wider than this; a word that is wider is broken."""
    lines: list[str] = []
    for word in _pieces(text.split(), width, classes):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _wide(longer, classes) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _wide(text: str, classes: str) -> float:
    left, right = Text(0, 0, text, classes).span
    return right - left


def _pieces(words: Iterable[str], width: float, classes: str) -> Iterator[str]:
    for word in words:
        piece = ""
        for character in word:
            if piece and _wide(piece + character, classes) > width:
                yield piece
                piece = ""
            piece += character
        yield piece
