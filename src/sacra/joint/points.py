"""Points that may be named: those that every pelvis has, and those of one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from sacra.joint.anatomy import Frame, landmarks
from sacra.joint.layout import Array
from sacra.joint.population import Person
from sacra.kb.errors import CaseError, nearest
from sacra.kb.schema_joint import Body, Point, Scenario

SIDE_NAMES: Final = ("right", "left")
LANDMARKS: Final = ("hip", "asis", "psis", "iliac_crest", "tuberosity", "joint")
POINTS: Final = (
    "s1", "weight_line", "sacral_centre", "symphysis", "coccyx_tip",
    *(f"{name}_{side}" for name in LANDMARKS for side in SIDE_NAMES),
)  # fmt: skip
_ON: Final[dict[Body, tuple[str, ...]]] = {
    "sacrum": ("s1", "weight_line", "sacral_centre", "coccyx_tip", "joint_right", "joint_left"),
    "right_hip_bone": ("symphysis", *(f"{name}_right" for name in LANDMARKS)),
    "left_hip_bone": ("symphysis", *(f"{name}_left" for name in LANDMARKS)),
}
"""The points of each bone; two bones meet at a joint and at the symphysis."""
_TAKEN: Final = (*POINTS, *(f"belt_{side}" for side in SIDE_NAMES))
FARTHEST: Final = 500.0
"""mm from its origin: more than from the hips to the third lumbar vertebra, or most levers."""
_NEAREST = 1.0
"""mm: what is nearer, and not the origin itself, was meant in metres."""


def points_in(frame: Frame, own: Mapping[str, Point]) -> dict[str, Array]:
    """Every point of some people, [P, 3] each, those of a scenario among them."""
    known = landmarks(frame)
    return known | {name: _placed(point, known, frame.person) for name, point in own.items()}


def _placed(point: Point, known: Mapping[str, Array], person: Person) -> Array:
    origin = known[point.origin] if point.origin else 0 * known["s1"]
    return origin + in_standing(np.array(point.place), point.axes, person)


def in_standing(vector: Array, axes: str, person: Person) -> Array:
    """A vector along the S1 endplate and out of it, in axes of standing; [3], or [P, 3]."""
    if axes != "endplate":
        return vector
    slope = np.radians(person["sacral_slope"])
    c, s = np.cos(slope), np.sin(slope)
    return np.stack([c * vector[0] + s * vector[1], -s * vector[0] + c * vector[1],
                     vector[2] + 0 * c], -1)  # fmt: skip


def refuse_points(scenario: Scenario) -> None:
    """Raise a CaseError if a point of the scenario cannot be, or `point` names none."""
    for name, point in scenario.points.items():
        _point(f"points.{name}", name, point)
    refuse_unknown("point", scenario.point, "sacrum", scenario.points)


def _point(where: str, name: str, point: Point) -> None:
    if name in _TAKEN or not name.strip():
        raise CaseError(where, "is a name that is taken; choose another" if name.strip() else
                        "needs a name")  # fmt: skip
    if point.origin and point.origin not in POINTS:
        raise CaseError(where, f"unknown point `{point.origin}`{_near(point.origin, POINTS)}")
    if not np.isfinite(point.place).all():
        raise CaseError(where, "is not a number; give X, Y and Z in mm")
    away, origin = float(np.linalg.norm(point.place)), point.origin or "the middle of the hips"
    if away > FARTHEST:
        raise CaseError(where, f"lies {away:,.0f} mm from {origin}; give at most {FARTHEST:g} mm")
    if 0 < away < _NEAREST:
        raise CaseError(where, f"lies {away:.2g} mm from {origin}; is that metres? Write mm")


def refuse_unknown(where: str, name: str, bone: Body, own: Mapping[str, Point]) -> None:
    """Raise a CaseError unless a name is that of a point of this bone."""
    if name not in own and name not in POINTS:
        raise CaseError(where, f"unknown point `{name}`{_near(name, (*own, *POINTS))}")
    bones = [own[name].bone] if name in own else [b for b, names in _ON.items() if name in names]
    if bone not in bones:
        there, here = (one.replace("_", " ") for one in (bones[0], bone))
        near = f"; points of that are {', '.join(_ON[bone])}"
        raise CaseError(where, f"`{name}` is a point of the {there}, not of the {here}{near}")


def _near(name: str, known: tuple[str, ...]) -> str:
    return nearest(name, known) or f"; the points are {', '.join(known)}"
