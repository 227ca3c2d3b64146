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
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sacra-trend sacra-scores" role="img"'
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
    drawn = [*_drawn_at(points, plot)]
    for n, point in enumerate((points[-1], points[0], *points[-2:0:-1])):
        classes = "strong" if n == 0 else ""
        board.put_best(
            _beside(point, classes, plot), lambda text: _hidden(text, drawn, scale, plot)
        )
        board.put(Text(plot.x(point.day), base + 18, point.on, classes or "soft", "middle"))
    if scale.matters is not None:
        _name_level(board, drawn, scale, plot)
    return board


def _beside(point: Point, classes: str, plot: _Plot) -> Iterator[Text]:
    """Above or below a score, else at its side."""
    x, y = plot.x(point.day), plot.y(point.value)
    for below, aside, anchor in _BESIDE:
        if 11 < y + below < _TOP + _PLOT - 2:
            yield Text(x + aside, y + below, point.said, classes, anchor)


_BESIDE = (
    (-9, 0, "middle"), (18, 0, "middle"), (-9, 6, "start"), (18, 6, "start"), (-9, -6, "end"),
    (18, -6, "end"), (-24, 0, "middle"), (32, 0, "middle"),
)  # fmt: skip
"""Under the score, to the right of it, and the anchor; the first that hides least is taken."""


def _hidden(text: Text, drawn: Sequence[tuple[float, float]], scale: Scale, plot: _Plot) -> float:
    """How much a text would lie over; dashes beside a number look like a minus."""
    dashes = scale.matters is not None and -11 < plot.y(scale.matters) - text.y < 4
    return 100 * dashes + sum(_covers(text, 2, x, y) for x, y in drawn)


def _covers(text: Text, more: float, x: float, y: float) -> bool:
    left, right = text.span
    return left - more <= x <= right + more and text.y - 9 - more <= y <= text.y + 1 + more


def _drawn_at(points: Sequence[Point], plot: _Plot) -> Iterator[tuple[float, float]]:
    """Places on the line through the scores, four units apart."""
    dots = [(plot.x(point.day), plot.y(point.value)) for point in points]
    for (a, b), (c, d) in itertools.pairwise(dots):
        steps = max(int(abs(c - a) / 4), int(abs(d - b) / 4), 1)
        yield from ((a + (c - a) * i / steps, b + (d - b) * i / steps) for i in range(steps + 1))


def _name_level(
    board: Board, drawn: Sequence[tuple[float, float]], scale: Scale, plot: _Plot
) -> None:
    """On its own line, where it hides no score; else below."""
    named = Text(_LEFT, 0, scale.matters_said)
    places = _along(named, scale, plot)
    if not board.put(*(p for p in places if not any(_covers(p, 6, x, y) for x, y in drawn))):
        for line in wrapped(named.text, WIDTH - _LEFT - 4):
            board.put_below(named._replace(text=line))


def _along(named: Text, scale: Scale, plot: _Plot) -> Iterator[Text]:
    if scale.matters is None or named.span[1] > WIDTH - _RIGHT:
        return
    level = plot.y(scale.matters)
    for y in (level + 14, level - 6, level + 30):
        if _TOP + 10 <= y <= _TOP + _PLOT - 2:
            for x in range(_LEFT + 4, WIDTH - _RIGHT, 8):
                yield named._replace(x=x, y=y)
