"""The picture of a trend as SVG, with the sentence above it and the rows of the table below it.

One picture for light, dark and paper: colours are custom properties, no script, no font from
elsewhere. It is drawn 320 wide, as a phone shows it, so that its text keeps its size there, and
grows to 36 rem.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from sacra.chart_labels import LINE, WIDTH, Board, Text, wrapped
from sacra.reasoning.trend import Trend

Point = tuple[int, float]
Words = Mapping[str, str]

_LEFT, _RIGHT, _PLOT = 26, 14, 150
"""Space beside the plot, and its height."""

_STYLE = """
.sacra-trend{--paper:#faf6ee;--ink:#22302f;--soft:#5a6866;--line:#0f5a5c;--band:#cbdcd8;
--ahead:#e3eae4;width:100%;max-width:36rem;height:auto;background:var(--paper)}
.sacra-trend text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;
font-variant-numeric:tabular-nums;fill:var(--ink);stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;
paint-order:stroke}.sacra-trend .soft{fill:var(--soft)}.sacra-trend .strong{font-weight:600}
.sacra-trend .title{font-size:14px;font-weight:600}.sacra-trend .band{fill:var(--band)}
.sacra-trend .ahead{fill:var(--ahead)}.sacra-trend .dot{fill:var(--soft)}
.sacra-trend .now{fill:var(--line);stroke:var(--paper);stroke-width:1.5}
.sacra-trend .level,.sacra-trend .coming{fill:none;stroke:var(--line);stroke-width:2.2;
stroke-linejoin:round;stroke-linecap:round}.sacra-trend .coming{stroke-dasharray:1 4}
.sacra-trend .edge{fill:none;stroke:var(--line);stroke-width:.8;stroke-dasharray:3 3}
.sacra-trend .axis,.sacra-trend .mark{stroke:var(--soft);stroke-width:.8}
.sacra-trend .matters{stroke:var(--ink);stroke-width:1;stroke-dasharray:6 3}
@media (prefers-color-scheme:dark){.sacra-trend{--paper:#171c1c;--ink:#ece5d8;--soft:#a9b3b0;
--line:#6fb9b7;--band:#2b4a4b;--ahead:#20302f}}
@media print{.sacra-trend{--paper:#fff;--ink:#000;--soft:#444;--line:#000;--band:#d0d0d0;
--ahead:#e8e8e8;print-color-adjust:exact}}
"""


_FEW = 5
"""Below this many entries the sentence says that it rests on few."""


class Row(NamedTuple):
    """One row of the table: `entry` is None on days to come; numbers have one decimal."""

    day: int
    entry: float | None
    level: float
    low: float
    high: float


def trend_table(trend: Trend, points: Sequence[Point]) -> tuple[Row, ...]:
    """What was entered with the level on that day, then what one and two weeks may bring."""
    first = trend.days[0]
    rows = [
        Row(
            day,
            value,
            *(round(each[day - first], 1) for each in (trend.level, trend.low, trend.high)),
        )
        for day, value in points
    ]
    weeks = (trend.forecast[6], trend.forecast[13])
    rows += [Row(a.day, None, round(a.mean, 1), round(a.low, 1), round(a.high, 1)) for a in weeks]
    return tuple(rows)


# --- the sentence -------------------------------------------------------------------------------


def trend_sentence(trend: Trend, words: Words, name: str = "") -> str:
    """What the picture says of a measure (`name`; pain if none), in words with the numbers."""
    chosen = words[trend.informative] if trend.informative else ""
    said = (_moved(trend, words, name), _matters(trend, words), _few(trend, words), chosen)
    return " ".join(each for each in said if each)


def _moved(trend: Trend, words: Words, name: str) -> str:
    start, now = _whole(trend.start.mean), _whole(trend.now)
    said = words["stayed" if start == now else "moved"]
    return said.format(name=name or words["pain"], start=start, now=now)


def _matters(trend: Trend, words: Words) -> str:
    """How likely an important change is; the direction that is more likely is told."""
    if trend.p_better is None or trend.p_worse is None:
        return ""
    worse = trend.p_worse > max(trend.p_better, 0.2)
    chance = trend.p_worse if worse else trend.p_better
    said = f"{'worse' if worse else 'better'}_{_how_likely(chance)}"
    return words[said].format(n=_whole(chance * 10))


def _how_likely(chance: float) -> str:
    """One of five words; a change for the worse is only told from 0.2 on."""
    names = {0.95: "very_likely", 0.65: "likely", 0.35: "open", 0.1: "unlikely"}
    return next((name for least, name in names.items() if chance >= least), "very_unlikely")


def _few(trend: Trend, words: Words) -> str:
    """A warning while entries are few, or now may be anything within a third of the scale."""
    wide = trend.now_high - trend.now_low > (trend.scale[1] - trend.scale[0]) / 3
    if trend.observations >= _FEW and not wide:
        return ""
    return words["few"].format(n=trend.observations)


def _whole(number: float) -> int:
    return math.floor(number + 0.5)


def _plain(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# --- the picture --------------------------------------------------------------------------------


class _Frame(NamedTuple):
    """Where days and values lie in the picture; `top` is the y of the highest value."""

    first: int
    last: int
    least: float
    most: float
    top: float

    def x(self, day: float) -> float:
        return _LEFT + (day - self.first) / (self.last - self.first) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return self.top + (self.most - value) / (self.most - self.least) * _PLOT

    @property
    def bottom(self) -> float:
        return self.top + _PLOT

    def path(self, days: Iterable[int], values: Iterable[float]) -> str:
        pairs = zip(days, values, strict=True)
        return "M" + "L".join(f"{self.x(day):.1f} {self.y(value):.1f}" for day, value in pairs)


def trend_svg(
    trend: Trend,
    points: Sequence[Point],
    words: Words,
    *,
    title: str,
    marks: Sequence[tuple[int, str]] = (),
) -> str:
    """The picture of a trend with its entries, and the person's own words on days (`marks`).

    `title` names the measure; `trend_sentence` belongs above the picture and describes it. `words`
    are those of `words/trend` in the knowledge.
    """
    board, frame = _laid_out(trend, points, words, title, marks)
    height = max(text.y for text in board.texts) + 7
    sentence = trend_sentence(trend, words)
    key = zlib.crc32(f"{title}{sentence}".encode())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sacra-trend" role="img"'
        f' viewBox="0 0 {WIDTH} {height:.0f}" aria-labelledby="t{key} d{key}">',
        f'<title id="t{key}">{escape(title)}</title>',
        f'<desc id="d{key}">{escape(sentence)}</desc>',
        f"<style>{_STYLE}</style>",
        *_bands(trend, frame),
        *(
            f'<path class="mark" d="M{x:.1f} {y:.1f}V{end:.1f}"/>'
            for x, y, end in _falls(trend, _lanes(trend, marks), frame)
        ),
        *_entries(points, frame),
        *_lines(trend, frame),
        *(text.svg() for text in board.texts),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def trend_words(
    trend: Trend,
    points: Sequence[Point],
    words: Words,
    *,
    title: str,
    marks: Sequence[tuple[int, str]] = (),
) -> list[Text]:
    """Every text of the picture with its place, as `trend_svg` draws it."""
    return _laid_out(trend, points, words, title, marks)[0].texts


def _laid_out(
    trend: Trend,
    points: Sequence[Point],
    words: Words,
    title: str,
    marks: Sequence[tuple[int, str]],
) -> tuple[Board, _Frame]:
    """From top to bottom: the title, the person's own words, the plot and its labels."""
    board, lanes = Board(), _lanes(trend, marks)
    for n, line in enumerate(wrapped(title, WIDTH - 4, classes="title")):
        board.put_below(Text(2, 18 + 18 * n, line, "title"))
    top = max((text.y for text in board.texts), default=0) + 10
    depth = 1 + max((lane for lane, _, _ in lanes), default=-1)
    board.texts += [text._replace(y=top + LINE * (lane + 1) - 2) for lane, text, _ in lanes]
    frame = _frame(trend, top + LINE * depth + 12)
    over = [*_drawn(trend, points, frame, [*_falls(trend, lanes, frame)])]
    _place(board, trend, over, frame, words)
    return board, frame


def _frame(trend: Trend, top: float) -> _Frame:
    return _Frame(trend.days[0], trend.forecast[-1].day, *trend.scale, top)


def _bands(trend: Trend, frame: _Frame) -> Iterator[str]:
    """The interval of the level, and the fan of the two weeks to come."""
    ahead = trend.forecast
    days = [trend.days[-1], *(a.day for a in ahead)]
    low, high = [trend.now_low, *(a.low for a in ahead)], [trend.now_high, *(a.high for a in ahead)]
    yield _band("ahead", days, low, high, frame)
    yield _band("band", trend.days, trend.low, trend.high, frame)
    yield f'<path class="edge" d="{frame.path(days, low)}{frame.path(days, high)}"/>'


def _band(
    name: str, days: Sequence[int], low: Sequence[float], high: Sequence[float], frame: _Frame
) -> str:
    there, back = frame.path(days, high), frame.path(reversed(days), reversed(low))
    return f'<path class="{name}" d="{there}L{back[1:]}Z"/>'


def _entries(points: Sequence[Point], frame: _Frame) -> Iterator[str]:
    """A dot for each entry, smaller where they would touch."""
    apart = (WIDTH - _LEFT - _RIGHT) / (frame.last - frame.first)
    radius = min(2.6, max(1.1, apart * 0.4))
    for day, value in points:
        x, y = frame.x(day), frame.y(value)
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _lines(trend: Trend, frame: _Frame) -> Iterator[str]:
    ahead = trend.forecast
    days, means = [trend.days[-1], *(a.day for a in ahead)], [trend.now, *(a.mean for a in ahead)]
    yield f'<path class="level" d="{frame.path(trend.days, trend.level)}"/>'
    yield f'<path class="coming" d="{frame.path(days, means)}"/>'
    x, y = frame.x(trend.days[-1]), frame.y(trend.now)
    yield f'<circle class="now" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    yield f'<path class="axis" d="M{_LEFT} {frame.bottom + 0.5:.1f}H{WIDTH - _RIGHT}"/>'
    if trend.important is not None:
        y = frame.y(trend.important)
        yield f'<path class="matters" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'


# --- its words ----------------------------------------------------------------------------------


def _place(board: Board, trend: Trend, over: Sequence[_Drawn], frame: _Frame, words: Words) -> None:
    """Values at the side, days below, and words where the eye already is."""
    least, most = trend.scale
    for value in (least, most, (least + most) / 2):
        board.put(Text(_LEFT - 6, frame.y(value) + 4, _plain(value), "soft", "end"))
    _put_days(board, trend, frame, words)
    board.put_best(_now(trend, frame, words), lambda place: _crosses(place, trend, frame))
    if trend.important is not None:
        said = words["or_less" if trend.higher_means == "worse" else "or_more"]
        named = Text(_LEFT, 0, said.format(n=_plain(trend.important)))
        places = _along(named, trend.important, trend, frame)
        if not board.put_best(places, lambda place: _hidden(place, over)):
            for line in wrapped(named.text, WIDTH - 2 * _LEFT):
                board.put_below(named._replace(text=line))


def _now(trend: Trend, frame: _Frame, words: Words) -> Iterator[Text]:
    """Above the interval or below it; where there is no room in the picture, beside the point."""
    x, about = frame.x(trend.days[-1]), words["about"].format(n=_whole(trend.now))
    above, below = frame.y(trend.now_high) - 7, frame.y(trend.now_low) + 15
    if above > frame.top + 4:
        yield Text(x, above, about, "strong", "middle")
    if below < frame.bottom - 2:
        yield Text(x, below, about, "strong", "middle")
    for y in (frame.y(trend.now) - 8, frame.y(trend.now) + 18):
        yield Text(x + 8, y, about, "strong")
        yield Text(x - 8, y, about, "strong", "end")


def _crosses(place: Text, trend: Trend, frame: _Frame) -> bool:
    """Whether dashes would run through a text."""
    return trend.important is not None and -4 < place.y - frame.y(trend.important) < 12


def _put_days(board: Board, trend: Trend, frame: _Frame, words: Words) -> None:
    """Now, the end of the forecast and the start, then the weeks that find room between them."""
    first, last, week = trend.days[0], trend.days[-1], _every(trend.days[-1] - trend.days[0])
    below = frame.bottom + 18
    end = Text(frame.x(frame.last), below, words["two_weeks"], "soft", "end")
    board.put(Text(frame.x(last), below, words["now"], "strong", "middle"))
    board.put(end, end._replace(y=below + LINE))
    board.put(Text(frame.x(first), below, words["start"], "soft"))
    for n in range(week, 1 + (last - first) // 7, week):
        said = words["week"].format(n=n)
        board.put(Text(frame.x(first + 7 * n), below, said, "soft", "middle"))


def _every(days: int) -> int:
    """Weeks between labels: at most five of them."""
    return next(step for step in (1, 2, 4, 8, 13, 26, 52, 10**6) if days / 7 / step <= 5)


def _along(named: Text, level: float, trend: Trend, frame: _Frame) -> Iterator[Text]:
    """Where the level that is a change that matters can be named, along its own line."""
    y, worse = frame.y(level), trend.higher_means == "worse"
    if named.span[1] > WIDTH - _RIGHT:
        return
    near, far = ((14, -6), (14 + LINE, -6 - LINE)) if worse else ((-6, 14), (-6 - LINE, 14 + LINE))
    for below in (*near, *far):
        if frame.top + 10 <= y + below <= frame.bottom - 2:
            for x in range(_LEFT + 4, WIDTH - _RIGHT, 8):
                yield named._replace(x=x, y=y + below)


class _Drawn(NamedTuple):
    """A place of the picture that no text should hide, and how much it would be missed."""

    x: float
    y: float
    weight: int


def _drawn(
    trend: Trend,
    points: Sequence[Point],
    frame: _Frame,
    falls: Sequence[tuple[float, float, float]],
) -> Iterator[_Drawn]:
    """Entries count once, the level on a day three times, and so does a line through a text."""
    yield from (_Drawn(frame.x(day), frame.y(value), 1) for day, value in points)
    level = [*zip(trend.days, trend.level, strict=True), *((a.day, a.mean) for a in trend.forecast)]
    yield from (_Drawn(frame.x(day), frame.y(value), 3) for day, value in level)
    for x, y, end in falls:
        yield from (_Drawn(x, at, 3) for at in range(math.ceil(y), math.ceil(end), 4))


def _hidden(place: Text, over: Sequence[_Drawn]) -> float:
    """How much a text would lie over."""
    left, right = place.span
    return sum(
        each.weight
        for each in over
        if left - 3 <= each.x <= right + 3 and place.y - 12 <= each.y <= place.y + 4
    )


def _lanes(trend: Trend, marks: Sequence[tuple[int, str]]) -> list[tuple[int, Text, int]]:
    """Each line of each mark with its lane and day.

    Words begin at their hairline, and where two marks would meet, the later one goes below: then
    no hairline runs through the words of an earlier mark.
    """
    frame, taken, placed = _frame(trend, 0), list[tuple[float, int]](), []
    for day, words in sorted(marks):
        texts = [Text(frame.x(day) - 3, 0, line) for line in wrapped(words, _MARK)]
        if not texts:
            continue
        left, right = min(t.span[0] for t in texts), max(t.span[1] for t in texts)
        lane = max((after for end, after in taken if end + 8 >= left), default=0)
        placed += [(lane + i, text, day) for i, text in enumerate(texts)]
        taken.append((right, lane + len(texts)))
    return placed


_MARK = 210
"""The longest line of the person's own words."""


def _falls(
    trend: Trend, lanes: list[tuple[int, Text, int]], frame: _Frame
) -> Iterator[tuple[float, float, float]]:
    """From the person's own words down to the level of that day: where, from and to."""
    level = dict(zip(trend.days, trend.level, strict=True))
    lowest = {day: lane for lane, _, day in lanes}
    depth = 1 + max(lowest.values(), default=-1)
    for day, lane in lowest.items():
        if day in level:
            yield frame.x(day), frame.top - 10 - LINE * (depth - lane - 1), frame.y(level[day])
