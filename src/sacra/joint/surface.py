"""The auricular surface: C-shaped, twisted like a propeller, with a ridge along it.

The right one. Its place is given in the sagittal plane (x forward, y up), its depth as z. Both
bones have the same shape where they rest, so that the gap is a difference of depths.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sacra.joint.layout import Array

CORNER = np.array([-40.0, 74.0])
"""Where the axes of the limbs meet, 55 mm in front of the posterior spine (Waldrop 1993)."""
_LEAN = 0.1
"""How far the cranial limb leans back from the vertical, in rad; a working value."""
_RIDGE = 0.6
"""Width of the ridge beside half of that of its limb; a working value."""


class Template(NamedTuple):
    """Points of the surface [N, 2], and how the way across the limb grows with place [N, 2]."""

    xy: Array
    across: Array
    offset: Array


def template(cranial: float, caudal: float, width: float, angle: float, rows: int = 5) -> Template:
    """Midpoints of an even grid on both limbs, the corner once; `rows` of them across a limb.

    Args:
        cranial: length of the upper limb, in mm.
        caudal: length of the lower limb, in mm.
        width: of a limb, in mm.
        angle: between the limbs, in rad.
        rows: points across a limb; more of them for a study of convergence.
    """
    up = np.array([-np.sin(_LEAN), np.cos(_LEAN)])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    back = turn @ up
    first = _limb(up, -width / 2, cranial - width / 2, width, rows)
    second = _limb(back, width / 2, caudal - width / 2, width, rows)
    return Template(*(np.concatenate(parts) for parts in zip(first, second, strict=True)))


def _limb(
    way: Array, start: float, stop: float, width: float, rows: int
) -> tuple[Array, Array, Array]:
    count = max(1, round((stop - start) / width * rows))
    along = start + (np.arange(count) + 0.5) * (stop - start) / count
    offset = ((np.arange(rows) + 0.5) / rows - 0.5) * width
    s, d = (grid.ravel() for grid in np.meshgrid(along, offset, indexing="ij"))
    across = np.array([way[1], -way[0]])
    xy = CORNER + s[:, None] * way + d[:, None] * across
    return xy, np.tile(across, (len(s), 1)), d


class Relief(NamedTuple):
    """Depth z of the surface, its slopes and second derivatives, each [P, N]."""

    z: Array
    zx: Array
    zy: Array
    xx: Array
    xy: Array
    yy: Array


def relief(shape: Template, angles: dict[str, Array], ridge: Array, width: float) -> Relief:
    """The form of many people's surfaces about the same points.

    Args:
        shape: the points.
        angles: `transverse_cranial`, `transverse_caudal`, `coronal_cranial`, `coronal_caudal`,
            in rad, each [P].
        ridge: height of the ridge of the hip bone, in mm, [P].
        width: of a limb, in mm.
    """
    x, y = (shape.xy - shape.xy.mean(axis=0)).T
    high, low = y.max(), y.min()
    t_high, t_low = np.tan(angles["transverse_cranial"]), np.tan(angles["transverse_caudal"])
    c_high, c_low = np.tan(angles["coronal_cranial"]), np.tan(angles["coronal_caudal"])
    t1, c1 = (t_high - t_low) / (high - low), (c_high - c_low) / (high - low)
    t0, c0 = t_low - t1 * low, c_low - c1 * low
    t1, c1, t0, c0, h = (value[:, None] for value in (t1, c1, t0, c0, ridge))
    w = _RIDGE * width / 2
    bump = np.exp(-((shape.offset / w) ** 2))
    first, second = bump * -2 * shape.offset / w**2, bump * (4 * shape.offset**2 / w**4 - 2 / w**2)
    ax, ay = shape.across.T
    return Relief(  # the ridge stands inwards, towards the sacrum
        z=t0 * x + t1 * x * y + c0 * y + c1 * y**2 / 2 - h * bump,
        zx=t0 + t1 * y - h * first * ax,
        zy=t1 * x + c0 + c1 * y - h * first * ay,
        xx=-h * second * ax * ax + 0 * t1,
        xy=t1 - h * second * ax * ay,
        yy=c1 - h * second * ay * ay,
    )
