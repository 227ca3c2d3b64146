"""Where the bones are drawn: closed lines through landmarks and a few points between them.

A point is the name of a landmark, or a place on the mean pelvis in mm (X forward, Y up, Z to the
right) with the share by which it follows the sacrum; the rest follows the hip bone. They draw a
calm likeness and carry no number: nothing is worked out from them. Right side; the left mirrors it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from sacra.joint.layout import RIGHT, SACRUM

View = Literal["front", "side"]
Point = str | tuple[float, float, float, float]


class Outline(NamedTuple):
    """One line of one bone in one view; `paired` ones are drawn on both sides."""

    name: str
    body: int
    view: View
    points: tuple[Point, ...]
    paired: bool = True
    closed: bool = True


def _far(*places: tuple[float, float, float]) -> tuple[Point, ...]:
    return tuple((*place, 0.0) for place in places)


def _near(*places: tuple[float, float, float]) -> tuple[Point, ...]:
    return tuple((*place, 1.0) for place in places)


def _both_sides(*places: tuple[float, float, float]) -> tuple[Point, ...]:
    """A line that begins and ends in the middle: down on the right, and up again on the left."""
    left = [(x, y, -z) for x, y, z in reversed(places) if z]
    return _near(*places, *left)


def _ring(x: float, y: float, z: float, wide: float, high: float) -> tuple[Point, ...]:
    """A small hole of the sacrum, seen from the front."""
    part = ((0, 1), (0.7, 0.7), (1, 0), (0.7, -0.7), (0, -1), (-0.7, -0.7), (-1, 0), (-0.7, 0.7))
    return _near(*((x, y + high * b, z + wide * a) for a, b in part))


_HIP_FRONT: tuple[Point, ...] = (
    "asis", *_far((54, 60, 117), (46, 47, 105), (40, 36, 105), (26, 28, 113), (12, 6, 116),
                  (4, -18, 108),
                  (-2, -34, 90), (-10, -46, 74), (-20, -60, 58), (-20, -66, 46), (-4, -62, 33),
                  (12, -51, 21), (26, -39, 10), (33, -31, 4), (42, -16, 3.5), (49, 0, 4),
                  (52, 5, 16), (47, 10, 32), (38, 20, 50), (22, 34, 63)),
    (0, 50, 67, 0.3), (-20, 62, 63, 0.7), (-30, 70, 58, 1), (-55, 76, 46, 1), "psis",
    (-66, 122, 48, 0.5), (-46, 145, 60, 0.3), "iliac_crest",
    *_far((2, 156, 97), (20, 140, 121), (37, 115, 133), (50, 93, 129)),
)  # fmt: skip
_HIP_SIDE: tuple[Point, ...] = (
    "asis", *_far((52, 60, 112), (53, 45, 98), (44, 33, 80), (42, 19, 55), (54, 8, 20),
                  (50, -5, 5), (42, -20, 4), (33, -34, 5), (16, -49, 22), (-2, -60, 34),
                  (-20, -64, 46), (-37, -54, 46), (-42, -36, 48), (-37, -20, 50), (-53, -9, 51),
                  (-42, 8, 54), (-29, 30, 58)),
    (-36, 47, 56, 0.5), (-58, 51, 50, 0.9), (-82, 56, 45, 1), (-86, 76, 43, 1), "psis",
    (-72, 126, 47, 0.4), (-49, 147, 58, 0.2), "iliac_crest",
    *_far((14, 153, 100), (37, 132, 125), (53, 104, 127)),
)  # fmt: skip

OUTLINES: Final = (
    Outline("bone", RIGHT, "front", _HIP_FRONT),
    Outline("crease", RIGHT, "front", (
        *_far((52, 82, 116), (42, 106, 122), (26, 130, 112), (4, 148, 92), (-14, 151, 76)),
        (-40, 138, 62, 0.3), (-44, 118, 57, 0.7), (-38, 106, 58, 1)), closed=False),
    Outline("crease", RIGHT, "front", (
        (-26, 68, 59, 1), *_far((-6, 46, 73), (12, 24, 82))), closed=False),
    Outline("hole", RIGHT, "front", _far(
        (30, -5, 36), (22, -9, 50), (6, -24, 58), (-8, -42, 50), (6, -45, 33), (24, -27, 18))),
    Outline("socket", RIGHT, "front", _far(
        (18, 24, 97), (8, 14, 110), (-2, -6, 111), (-4, -22, 102), (8, -22, 90), (18, -6, 84),
        (22, 12, 87))),
    Outline("bone", SACRUM, "front", _both_sides(
        (-12, 95, 0), (-15, 97, 20), (-22, 105, 32), (-32, 111, 50), (-38, 104, 58), (-46, 84, 54),
        (-56, 68, 51), (-76, 52, 42), (-94, 34, 29), (-98, 20, 18), (-92, 8, 9), (-76, 2, 0)),
        paired=False),
    Outline("endplate", SACRUM, "front", _both_sides(
        (-12, 94, 0), (-16, 97, 18), (-25, 105, 25), (-34, 113, 18), (-38, 116, 0)),
        paired=False),
    *(Outline("hole", SACRUM, "front", _ring(*place)) for place in (
        (-36, 80, 22, 5.2, 3.8), (-60, 63, 19, 4.7, 3.4), (-78, 48, 16, 4.1, 3),
        (-90, 34, 13, 3.5, 2.6))),
    Outline("bone", SACRUM, "side", _near(
        (-12, 95, 0), (-33, 80, 0), (-58, 68, 0), (-78, 50, 0), (-87, 30, 0), (-82, 16, 0),
        (-71, 8, 0), (-79, 1, 0), (-92, 6, 0), (-101, 22, 0), (-104, 42, 0), (-98, 66, 0),
        (-90, 86, 0), (-76, 104, 0), (-58, 116, 0), (-38, 117, 0), (-25, 106, 0)),
        paired=False),
    Outline("endplate", SACRUM, "side", _near((-12, 95, 0), (-38, 117, 0)), paired=False,
            closed=False),
    Outline("bone", RIGHT, "side", _HIP_SIDE),
    Outline("crease", RIGHT, "side", (
        *_far((50, 82, 118), (47, 104, 122), (33, 126, 120), (12, 145, 98), (-14, 152, 78),
              (-45, 139, 58)), (-66, 120, 48, 0.4), (-72, 104, 44, 0.4)), closed=False),
    Outline("hole", RIGHT, "side", _far(
        (33, -11, 30), (20, -23, 42), (4, -32, 52), (-8, -42, 50), (-2, -52, 38), (12, -45, 28),
        (27, -33, 14), (35, -21, 15))),
    Outline("socket", RIGHT, "side", _far(
        (0, 27, 96), (19, 19, 96), (27, 0, 96), (19, -19, 98), (0, -27, 100), (-19, -19, 100),
        (-27, 0, 98), (-19, 19, 96))),
    Outline("surface", RIGHT, "side", _near(
        (-29, 65, 55), (-29, 88, 56), (-33, 107, 58), (-43, 111, 58), (-53, 106, 58), (-53, 90, 54),
        (-60, 81, 51), (-86, 77, 51), (-91, 67, 52), (-84, 57, 52), (-60, 60, 53), (-42, 60, 55))),
)  # fmt: skip
"""In the order in which they are drawn, the last on top."""
