"""The picture of a questionnaire over time: its scores, and the line of a change that matters."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from sacra.chart_labels import WIDTH, Board, Text, wrapped

_LEFT, _RIGHT, _TOP, _PLOT = 34, 22, 24, 120
"""Space beside and above the plot, and its height."""


class Point(NamedTuple):
    """A score on a day, counted from any one, with the words for both."""

    day: int
    value: float
    on: str
    said: str


class Scale(NamedTuple):
    """The ends of a questionnaire with their words, and the level of a change that matters.

    `matters` is None where no such change is on file, or its level lies outside the scale.
    """

    least: float
    most: float
    ends: tuple[str, str]
    matters: float | None = None
    matters_said: str = ""


def score_svg(points: Sequence[Point], scale: Scale, *, title: str, sentence: str) -> str:
    """The picture of at least two days; its style is that of the trend (`sacra-trend`).

    Args:
        points: the scores in the order of their days.
        scale: of the questionnaire.
        title: names it.
        sentence: what the picture says, for those who do not see it.
    """
    plot = _Plot(points[0].day, points[-1].day, scale)
    board = _labelled(points, scale, plot)
    height = max(text.y for text in board.texts) + 7
    key = zlib.crc32(f"{title}{sentence}{points}".encode())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sacra-trend" role="img"'
        f' viewBox="0 0 {WIDTH} {height:.0f}" aria-labelledby="t{key} d{key}">',
        f'<title id="t{key}">{escape(title)}</title>',
        f'<desc id="d{key}">{escape(sentence)}</desc>',
        *_drawn(points, scale, plot),
        *(text.svg() for text in board.texts),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def score_words(points: Sequence[Point], scale: Scale) -> list[Text]:
    """Every text of the picture with its place, as `score_svg` draws it."""
    return _labelled(points, scale, _Plot(points[0].day, points[-1].day, scale)).texts


class _Plot(NamedTuple):
    first: int
    last: int
    scale: Scale

    def x(self, day: float) -> float:
        return _LEFT + (day - self.first) / (self.last - self.first) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _TOP + (self.scale.most - value) / (self.scale.most - self.scale.least) * _PLOT


def _drawn(points: Sequence[Point], scale: Scale, plot: _Plot) -> Iterator[str]:
    """The end of the scale, the level that matters, then the scores with the last one largest."""
    yield f'<path class="axis" d="M{_LEFT} {_TOP + _PLOT + 0.5:.1f}H{WIDTH - _RIGHT}"/>'
    if scale.matters is not None:
        y = plot.y(scale.matters)
        yield f'<path class="matters" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
    places = [(plot.x(point.day), plot.y(point.value)) for point in points]
    yield f'<path class="level" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>'
    for x, y in places[:-1]:
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    x, y = places[-1]
    yield f'<circle class="now" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'


def _labelled(points: Sequence[Point], scale: Scale, plot: _Plot) -> Board:
    """The ends of the scale, the last and the first score with their days, then what finds room."""
    board, base = Board(), _TOP + _PLOT
    for value, said in zip((scale.least, scale.most), scale.ends, strict=True):
        board.put(Text(_LEFT - 10, plot.y(value) + 4, said, "soft", "end"))
    for n, point in enumerate((points[-1], points[0], *points[-2:0:-1])):
        x, y = plot.x(point.day), plot.y(point.value)
        classes = "strong" if n == 0 else ""
        values = (Text(x, y - 9, point.said, classes, "middle"),
                  Text(x, y + 18, point.said, classes, "middle"))  # fmt: skip
        board.put(*(place for place in values if place.y < base - 2))
        board.put(Text(x, base + 18, point.on, classes or "soft", "middle"))
    if scale.matters is not None:
        _name_level(board, points, scale, plot)
    return board


def _name_level(board: Board, points: Sequence[Point], scale: Scale, plot: _Plot) -> None:
    """On its own line, where it hides no score; else below."""
    named = Text(_LEFT, 0, scale.matters_said)
    dots = [(plot.x(point.day), plot.y(point.value)) for point in points]
    places = _along(named, scale, plot)
    if not board.put(*(place for place in places if not _hides(place, dots))):
        for line in wrapped(named.text, WIDTH - _LEFT - 4):
            board.put_below(named._replace(text=line))


def _along(named: Text, scale: Scale, plot: _Plot) -> Iterator[Text]:
    if scale.matters is None or named.span[1] > WIDTH - _RIGHT:
        return
    level = plot.y(scale.matters)
    for y in (level + 14, level - 6):
        if _TOP + 10 <= y <= _TOP + _PLOT - 2:
            for x in range(_LEFT + 4, WIDTH - _RIGHT, 8):
                yield named._replace(x=x, y=y)


def _hides(place: Text, dots: Sequence[tuple[float, float]]) -> bool:
    """Whether a text would lie over a score, or over the line between two of them."""
    left, right = place.span
    lines = list(dots)
    for (a, b), (c, d) in itertools.pairwise(dots):
        steps = max(int(abs(c - a) / 4), int(abs(d - b) / 4), 1)
        lines += [(a + (c - a) * i / steps, b + (d - b) * i / steps) for i in range(steps)]
    return any(left - 5 <= x <= right + 5 and place.y - 15 <= y <= place.y + 7 for x, y in lines)
