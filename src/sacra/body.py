"""The body map as SVG: one calm figure in a few views, and the areas of the knowledge drawn on it.

All is given for one half, in centimetres on a person of 1.70 m: outwards from the middle, up from
the ground; the other half is its mirror image. Seen from behind, left is on the left; from the
front the sides change. Colours come from the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from sacra.kb.schema import Area, Outline, View
from sacra.kb.schema_figure import Point

_SCALE = 10
_Dots = list[tuple[float, float]]
_TRUNK: tuple[Point, ...] = (
    (0, 156), (5, 155), (5.3, 148.5), (8, 145), (14, 142.6), (17.6, 140), (17, 133), (16.4, 127),
    (15.7, 120), (14.9, 113), (14.6, 108), (14.9, 103.5), (15.8, 98.5), (16.9, 93), (17.5, 87),
    (17.5, 81), (17.2, 73), (16, 64), (14.7, 55), (13.6, 49), (13.2, 45), (13.7, 40), (14, 34),
    (13, 25), (11.6, 14), (11.2, 8), (12.4, 3.5), (12.9, 0.6), (9, -0.6), (5.6, 0.4), (5.9, 4),
    (6.4, 9), (6.2, 15), (5.2, 25), (4.1, 34), (4.5, 41), (4.8, 46), (4.2, 52), (2.8, 60),
    (1.4, 69), (0.7, 75), (0, 77.5),
)  # fmt: skip
_ARM: tuple[Point, ...] = (
    (13.5, 142.6), (18.4, 141), (21, 137), (23, 128), (25.4, 114), (28, 100), (30, 86), (26.5, 84),
    (24, 99), (21, 113), (18, 123), (16.6, 131),
)  # fmt: skip


class _Sight(NamedTuple):
    """How a view sees the body: half its width, its top and bottom, and the lines to know it by.

    Each of its lines is a curve on one half. The belt line is drawn at its height, where it helps.
    """

    half: float
    top: float
    bottom: float
    front: bool = False
    lines: tuple[tuple[Point, ...], ...] = ()
    dimples: bool = False
    belt: float = 0


_SHOULDER_BLADE = ((5, 134), (4.6, 129), (7, 124.5), (10, 126), (12, 131))
_CLEFT = ((0, 86.5), (0, 82), (0, 77.5))
_FOLD = ((0.8, 76), (4, 74.4), (8, 74.6), (11.5, 76.6))
_SPINE = ((0, 138), (0, 120), (0, 104))
_CREASE = ((2.6, 82.5), (7, 88.5), (12, 95.5))
_KNEE = ((6, 45.5), (9, 44.6), (12, 45.6))
_SIGHTS: dict[View, _Sight] = {
    "back": _Sight(22.5, 139, 64, lines=(_SHOULDER_BLADE, _CLEFT, _FOLD, _SPINE), dimples=True,
                   belt=104),
    "front": _Sight(19.5, 111, 58, front=True,
                    lines=(_CREASE, ((0, 106.4), (0, 105)), ((0, 80.5), (0, 77.5)))),
    "legs": _Sight(19, 81, -3, lines=(_FOLD, _KNEE)),
    "pelvis": _Sight(17.5, 114, 74, lines=(_CLEFT, _FOLD, _SPINE), dimples=True, belt=104),
}  # fmt: skip


def body_svg(
    view: View, areas: Iterable[Area], words: Mapping[str, str], *, title: str, name: str
) -> str:
    """One view with its areas as buttons; `words` has those of each place, side and `belt`.

    Each button carries its place in `data-place`; `name` begins the ids of the picture.
    """
    sight = _SIGHTS[view]
    left, top = -sight.half * _SCALE, -sight.top * _SCALE
    wide, high = 2 * sight.half * _SCALE, (sight.top - sight.bottom) * _SCALE
    shapes = [(o, area) for area in areas for o in area.outlines if o.view == view]
    shapes.sort(key=lambda shape: -_size(shape[0]))  # the small ones lie on the large ones
    places = "".join(part for o, area in shapes for part in _places(area, o, words, name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="body" role="group"'
        f' viewBox="{left:g} {top:g} {wide:g} {high:g}" aria-label="{escape(title)}">'
        f'<clipPath id="{name}-skin"><path d="{_whole(_TRUNK)}"/></clipPath>'
        f"{''.join(_figure(sight, words))}{places}{''.join(_sides(sight, words))}</svg>"
    )


def _figure(sight: _Sight, words: Mapping[str, str]) -> Iterator[str]:
    for sign in (1, -1):
        yield f'<path class="arm" d="{_closed(_at(_ARM, sign))}"/>'
    yield f'<path class="skin" d="{_whole(_TRUNK)}"/>'
    for line in sight.lines:
        for sign in (1, -1) if any(x for x, _ in line) else (1,):
            yield f'<path class="crease" d="{_open(_at(line, sign))}"/>'
    if sight.belt:
        x, y = sight.half * _SCALE, -sight.belt * _SCALE
        yield f'<path class="belt" d="M{-x:g} {y:g}H{x:g}"/>'
        yield f'<text class="side end" x="{x - 8:g}" y="{y - 6:g}">{escape(words["belt"])}</text>'
    if sight.dimples:
        yield from (f'<ellipse class="pit" cx="{x}" cy="-970" rx="7" ry="10"/>' for x in (-45, 45))


def _sides(sight: _Sight, words: Mapping[str, str]) -> Iterator[str]:
    """Which side is which, in words at the foot of the picture."""
    at, y = (sight.half - 0.8) * _SCALE, -(sight.bottom + 1.2) * _SCALE
    one, two = ("right", "left") if sight.front else ("left", "right")
    yield f'<text class="side" x="{-at:g}" y="{y:g}">{escape(words[one])}</text>'
    yield f'<text class="side end" x="{at:g}" y="{y:g}">{escape(words[two])}</text>'


# --- areas ----------------------------------------------------------------------------------------


def _places(area: Area, outline: Outline, words: Mapping[str, str], name: str) -> Iterator[str]:
    sight = _SIGHTS[outline.view]
    if not area.sided:
        yield _place(area.id, words[area.id], _joined(outline), _middle(outline, sight, 0), name)
        return
    for side in ("left", "right"):
        sign = 1 if (side == "right") != sight.front else -1
        place, middle = f"{area.id}.{side}", _middle(outline, sight, sign)
        yield _place(place, words[place], _closed(_dots(outline, sign)), middle, name)


def _place(place: str, words: str, shape: str, middle: tuple[float, float], name: str) -> str:
    """A button: all of its shape can be hit, what lies on the body is painted."""
    x, y = middle
    return (
        f'<g class="place" role="button" tabindex="0" aria-pressed="false" data-place="{place}"'
        f' aria-label="{escape(words)}"><path class="hit" d="{shape}"/>'
        f'<path class="paint" clip-path="url(#{name}-skin)" d="{shape}"/>'
        f'<path class="tick" d="M{x - 9:.0f} {y:.0f}l6 7 12-15"/></g>'
    )


def _dots(outline: Outline, sign: int) -> _Dots:
    """The points of a shape on one side; a spot is round."""
    if not outline.at:
        return _at(outline.points, sign)
    x, y = outline.at
    turns = (math.tau * i / 12 for i in range(12))
    return _at(
        [(x + outline.within * math.cos(t), y + outline.within * math.sin(t)) for t in turns], sign
    )


def _joined(outline: Outline) -> str:
    """A shape across the middle: one half and its mirror image."""
    half = _dots(outline, 1)
    return _closed([*half, *((-x, y) for x, y in reversed(half) if x)])


def _size(outline: Outline) -> float:
    across, down = zip(*_dots(outline, 1), strict=True)
    return float((max(across) - min(across)) * (max(down) - min(down)))


def _middle(outline: Outline, sight: _Sight, sign: int) -> tuple[float, float]:
    """Where the tick of a marked place goes: in the middle of what is seen of it."""
    across, down = zip(*_dots(outline, 1), strict=True)
    left, right = min(across), min(max(across), _HIP)
    top, bottom = max(min(down), -sight.top * _SCALE), min(max(down), -sight.bottom * _SCALE)
    return sign * (left + right) / 2, (top + bottom) / 2


_HIP = 175
"""How far the body reaches to the side."""


# --- lines ----------------------------------------------------------------------------------------


def _at(points: Iterable[Point], sign: int) -> _Dots:
    """Points of one half where they are on the paper."""
    return [(sign * x * _SCALE, -y * _SCALE) for x, y in points]


def _whole(points: tuple[Point, ...]) -> str:
    """The outline of both halves as one closed curve."""
    half = _at(points, 1)
    return _closed([*half, *((-x, y) for x, y in reversed(half) if x)])


def _closed(dots: _Dots) -> str:
    return _curve([dots[-1], *dots, dots[0], dots[1]]) + "Z"


def _open(dots: _Dots) -> str:
    return _curve([dots[0], *dots, dots[-1]])


def _curve(dots: _Dots) -> str:
    """A smooth line (Catmull-Rom) through all points but the first and the last."""
    path = f"M{dots[1][0]:g} {dots[1][1]:g}"
    for a, b, c, d in zip(dots, dots[1:], dots[2:], dots[3:], strict=False):
        one = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6)
        two = (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6)
        path += "C" + " ".join(f"{x:.0f} {y:.0f}" for x, y in (one, two, c))
    return path
