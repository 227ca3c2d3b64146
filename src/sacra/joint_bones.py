"""The bones in three dimensions: balls, bars and plates that a browser melts into one surface.

A point lies on the mean pelvis in mm (X forward, Y up, Z to the right), with its radius and the
share by which it follows the sacrum; the rest follows the hip bone. Two points make a bar, three
a plate. Drawn after the outlines and landmarks of the model. They are a calm likeness and carry
no number: nothing is worked out from them. Right side; the left is its mirror.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sacra.joint.layout import RIGHT, SACRUM

Point = tuple[float, float, float, float, float]
"""x, y, z, radius, share of the sacrum."""


class Bone(NamedTuple):
    """One solid: named points, what joins them, and what is then hollowed out."""

    name: str
    body: int
    points: dict[str, Point]
    parts: tuple[str, ...]
    hollows: tuple[str, ...] = ()
    mirrored: bool = False
    """Whether its own left half is the mirror of what is written here."""


_HIP: Final[dict[str, Point]] = {
    # the crest, from the front spine to the back
    "asis": (55, 80, 119, 6, 0), "c1": (50, 96, 128, 6, 0), "c2": (37, 117, 130, 7, 0),
    "c3": (20, 138, 119, 6, 0), "c4": (1, 153, 98, 5.5, 0), "c5": (-20, 156, 77, 5.5, 0),
    "c6": (-45, 144, 61, 6.5, 0.3), "c7": (-66, 123, 50, 6.5, 0.5), "psis": (-80, 102, 43, 6.5, 1),
    "piis": (-85, 77, 45, 5.5, 1),
    # the wing, and where it meets the sacrum
    "f1": (22, 84, 115, 4, 0), "f2": (-8, 106, 91, 3.8, 0.2), "f3": (-40, 112, 64, 5, 0.8),
    "s1": (-46, 104, 61, 6, 1), "s2": (-40, 74, 61, 6.5, 1), "s3": (-62, 64, 60, 6, 1),
    "s4": (-62, 88, 57, 7, 1), "s5": (-80, 70, 53, 6, 1),
    # from the joint round the notch to the socket
    "arc1": (-12, 48, 76, 8, 0.1), "arc2": (14, 25, 81, 9, 0), "roof": (2, 38, 97, 9, 0),
    "aiis": (42, 44, 104, 6, 0), "aiis2": (30, 28, 98, 9, 0), "notch": (-29, 42, 64, 6, 0.3),
    "socket": (-2, 1, 84, 34.5, 0), "column": (-28, 14, 66, 11, 0), "column2": (-38, 0, 60, 7, 0),
    "spine": (-54, -10, 51, 2.6, 0),
    # the sitting bone
    "sit1": (-24, -22, 72, 14, 0), "sit2": (-33, -36, 56, 12, 0), "tuber": (-27, -51, 47, 11, 0),
    "tuber2": (-14, -58, 44, 7.5, 0),
    # the pubic bone
    "pub1": (24, 20, 68, 9.5, 0), "pub2": (38, 16, 48, 7.5, 0), "pub3": (47, 6, 28, 7.5, 0),
    "tubercle": (52, 4, 19, 5.5, 0), "body1": (45, -4, 10, 7.5, 0), "body2": (39, -17, 9.5, 7, 0),
    "body3": (33, -28, 10.5, 6.5, 0), "body4": (38, -12, 17, 5, 0), "ramus1": (25, -38, 18, 6, 0),
    "ramus2": (8, -51, 30, 6, 0),
    # the hollow of the socket opens to the side, forward and down
    "head": (0, 0, 88, 25, 0), "mouth": (14.5, -18.5, 122, 32, 0), "pit": (-1, -5, 71, 11, 0),
}  # fmt: skip
_HIP_PARTS: Final = (
    "asis c1", "c1 c2", "c2 c3", "c3 c4", "c4 c5", "c5 c6", "c6 c7", "c7 psis", "psis piis",
    "asis c1 f1", "c1 c2 f1", "c2 c3 f1", "c3 f1 f2", "c3 c4 f2", "c4 c5 f2", "c5 f2 f3",
    "c5 c6 f3", "c6 c7 f3", "c7 f3 s4", "c7 psis s4", "psis piis s5", "psis s4 s5", "s1 f3 s4",
    "s1 s2 s4", "s2 s3 s4", "s3 s4 s5", "s5 piis", "f2 f3 s1", "f2 s1 s2", "f2 s2 arc1",
    "f2 arc1 roof", "f1 f2 roof", "asis f1 aiis", "f1 aiis roof", "aiis aiis2", "aiis2 roof",
    "arc1 arc2 roof", "s2 arc1 notch", "s2 s3 notch", "notch arc1 column", "socket", "arc2 pub1",
    "column column2", "column2 spine", "column column2 sit1", "column2 sit1 sit2", "sit1 sit2",
    "sit2 tuber", "tuber tuber2", "pub1 pub2", "pub2 pub3", "pub3 tubercle", "pub3 tubercle body1",
    "pub3 body1", "body1 body2", "body2 body3", "pub3 body1 body4", "body1 body2 body4",
    "body2 body3 body4", "body3 ramus1", "ramus1 ramus2", "ramus2 tuber2",
)  # fmt: skip

_SACRUM: Final[dict[str, Point]] = {
    # bodies of the five vertebrae and the tail bone; with a half width
    "v1": (-35, 92, 0, 13.5, 1), "v1w": (-35, 92, 12, 13, 1), "v2": (-56, 79, 0, 13, 1),
    "v2w": (-56, 79, 10, 12, 1), "v3": (-76, 62, 0, 10.5, 1), "v3w": (-76, 62, 9, 9.5, 1),
    "v4": (-88, 44, 0, 8.5, 1), "v4w": (-88, 44, 8, 7.5, 1), "v5": (-92, 26, 0, 7, 1),
    "v5w": (-92, 26, 7, 6, 1), "t1": (-85, 13, 0, 6, 1), "t1w": (-86, 14, 5, 4, 1),
    "t2": (-75, 5, 0, 4, 1),
    "e1": (-19, 95, 0, 5.5, 1), "e1w": (-22, 97, 14, 5.5, 1), "e2": (-35, 109, 0, 5.5, 1),
    "e2w": (-32, 107, 19, 5.5, 1), "e3w": (-27, 102, 21, 5.5, 1),
    # the wings, out to the joint surface at 54 mm
    "a1": (-40, 105, 47, 7, 1), "a2": (-38, 88, 47, 7, 1), "a3": (-42, 74, 47.5, 6.5, 1),
    "a4": (-62, 63, 46.5, 6.5, 1), "a5": (-80, 63, 42, 6, 1), "a6": (-60, 98, 42, 7, 1),
    "a7": (-78, 84, 36, 6.5, 1), "w1": (-36, 90, 30, 10, 1), "w2": (-58, 76, 30, 9, 1),
    "w3": (-78, 60, 29, 7, 1), "w4": (-90, 44, 24, 5.5, 1), "w5": (-95, 28, 19, 5, 1),
    "w6": (-93, 18, 13, 4, 1),
    # behind: a crest in the middle, and the processes that meet the lowest vertebra
    "b1": (-81, 104, 0, 4.5, 1), "b2": (-95, 84, 0, 4, 1), "b3": (-103, 62, 0, 4, 1),
    "b4": (-106, 42, 0, 3.5, 1), "b5": (-101, 26, 0, 3.5, 1), "p1": (-58, 108, 21, 7, 1),
    "p2": (-62, 121, 22, 4.5, 1),
    # holes for nerves, and the dish on top
    "h1": (-22, 72, 23.5, 7.5, 1), "h1e": (-50, 92, 23, 4.5, 1), "h2": (-46, 56, 21, 7, 1),
    "h2e": (-74, 76, 21, 4.2, 1), "h3": (-66, 44, 18.5, 6, 1), "h3e": (-96, 58, 18.5, 4, 1),
    "h4": (-78, 34, 15.5, 5, 1), "h4e": (-104, 42, 15.5, 3.6, 1), "dish": (1, 134, 0, 40, 1),
    "canal1": (-58, 124, 0, 8.5, 1), "canal2": (-72, 84, 0, 4, 1),
}  # fmt: skip
_SACRUM_PARTS: Final = (
    "e1 e1w", "e1w e3w", "e3w e2w", "e2w e2", "v1 e1 e1w", "v1w e1w e3w", "v1w e3w e2w",
    "v1 e2w e2", "v1 v1w e1w", "v1 v1w e2w", "v1 v1w", "v1w v2w w1", "v1 v2",
    "v1 v1w v2w", "v2 v2w", "v2 v3", "v2w v3w w2", "v2w v3w",
    "v3 v3w", "v3 v4", "v3w v4w", "v4 v4w", "v4 v5", "v4w v5w", "v5 v5w", "v5 t1", "t1 t1w",
    "t1 t2", "v1w w1", "w1 a1 a2", "w1 a2 a3", "w1 w2 a3", "w2 a3 a4", "w2 a4 a5", "w2 w3 a5",
    "w1 w2 a6", "a1 a6 w1", "a6 a7 w2", "a7 w3 a5", "w2 w3 a7", "w3 w4", "w4 w5", "w5 w6",
    "w6 t1w", "v2w w2", "v3w w3", "v4w w4", "v5w w5", "v3w w3 w4", "v4w w4 w5", "v5w w5 w6",
    "b1 b2", "b2 b3", "b3 b4", "b4 b5", "b1 a7 b2", "b2 a7 w3", "b2 b3 w3", "b3 b4 w4", "w3 w4 b3",
    "b4 b5 w5", "w4 w5 b4", "v1w p1", "p1 p2", "p1 a6", "p1 b1", "p1 a7 b1",
)  # fmt: skip

BONES: Final = (
    Bone("sacrum", SACRUM, _SACRUM, _SACRUM_PARTS,
         ("dish", "h1 h1e", "h2 h2e", "h3 h3e", "h4 h4e", "canal1 canal2"), mirrored=True),
    Bone("hip_bone", RIGHT, _HIP, _HIP_PARTS, ("head", "mouth", "head pit")),
)  # fmt: skip
DISC: Final = ((47.5, -1.0, 0.0, 5.5, 0.0), (33.5, -29.0, 0.0, 4.5, 0.0))
"""The disc of the symphysis, a bar between the pubic bones: each half goes with its bone."""
