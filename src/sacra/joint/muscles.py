"""Muscles as the body may choose them: the least effort that hips and lumbar spine need.

A joint carries force and next to no moment, so that the moments at the hips and on S1 have to come
from muscles, of which there are more than moments. Taken is the least sum of squared shares of
each muscle's greatest force (Pedotti 1978, doi 10.1016/0025-5564(78)90018-4). They are chosen once,
for the middle person, and pull alike in everybody.

Muscles from hip bone to leg change nothing at the sacroiliac joint, as bone is rigid here; but what
they do for the hip, those from sacrum and spine need not do. The moment along the thigh is left
out: the small muscles that turn it are not in the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sacra.joint import plain
from sacra.joint.layout import Array
from sacra.joint.points import SIDE_NAMES
from sacra.joint.quantities import HIPS, Solved
from sacra.joint.setting import Working, is_of_trunk, lines_of, muscles_of
from sacra.kb.errors import CaseError

if TYPE_CHECKING:
    from sacra.joint.solver import Solver

_STRICT = 10.0
"""How much a moment of 1 N m left over weighs beside a muscle at its greatest force."""
_LEFT_OVER = 2.0, 0.1
"""N m, or a share of the moments, that ligaments at hips and spine may take."""
_IDLE = 0.001
"""A smaller share is none."""
_ACROSS = [0, 2]
"""Of a moment at the hip: about X and Z."""


def least_effort(base: Solver) -> dict[str, float]:
    """The share of its greatest force of each muscle that works, `name_side` each.

    Args:
        base: the scenario without muscles.

    Raises:
        CaseError: no balance without muscles, or moments beyond all muscles together.
    """
    solved = base.solve_middle()
    points = {name: place[0] for name, place in solved.points.items()}
    needed = np.concatenate([_on_s1(base, solved), *_at_hips(base, _held(base, solved))])
    names, gained = moments_of(base, points)
    return least(names, gained, needed)


def least(names: list[str], gained: Array, needed: Array) -> dict[str, float]:
    """Shares from 0 to 1 with the least sum of squares that make some moments.

    Args:
        names: of N muscles.
        gained: [M, N] moments of each at its greatest force, in N m.
        needed: [M] in N m.

    Raises:
        CaseError: all of them together are too weak.
    """
    from scipy.optimize import lsq_linear  # a third of a second, for the few who ask

    rows = np.concatenate([_STRICT * gained, np.eye(len(names))])
    wanted = np.concatenate([_STRICT * needed, np.zeros(len(names))])
    shares = lsq_linear(rows, wanted, (0.0, 1.0), tol=1e-10).x
    over = float(np.linalg.norm(gained @ shares - needed))
    if over > max(_LEFT_OVER[0], _LEFT_OVER[1] * float(np.linalg.norm(needed))):
        raise CaseError("muscles", f"all together leave {over:.0f} N m that this load asks for")
    return {n: round(float(s), 4) for n, s in zip(names, shares, strict=True) if s > _IDLE}


def _on_s1(base: Solver, solved: Solved) -> Array:
    """What muscles between trunk and pelvis have to do about S1, in N m."""
    s1, total = solved.points["s1"][0], np.zeros(3)
    for pull, row in zip(base.setting.pulls, solved.loads[0, -1], strict=False):
        if is_of_trunk(pull):
            total += row[6:] + np.cross(row[:3] - s1, row[3:6])
    return total / 1000


def _held(base: Solver, solved: Solved) -> Array:
    """Force in N and moment in N mm of the supports on each bone of the first person, [3, 6]."""
    one, free = solved.pelves.take(slice(0, 1)), base.setting.free
    total, _ = plain.evaluate(
        one, solved.places[0, -1], solved.turns[0, -1], solved.anchors[0], True,
        solved.loads[0, -1], solved.body,
    )  # fmt: skip
    return np.asarray(free @ np.linalg.lstsq(free, total, rcond=None)[0] - total).reshape(3, 6)


def _at_hips(base: Solver, supports: Array) -> list[Array]:
    """What muscles across each hip have to do, in N m: what a support by the hip did for them."""
    return [
        supports[body, 3:][_ACROSS] / 1000 * (base.setting.at[body] == f"hip_{side}")
        for side, body in HIPS.items()
    ]  # fmt: skip


def moments_of(base: Solver, points: dict[str, Array]) -> tuple[list[str], Array]:
    """Every muscle, and its moments about S1 and across the right and left hip, [7, N] in N m."""
    names, columns = [], []
    for muscle in muscles_of(base.anatomy):
        for side in SIDE_NAMES:
            lines = lines_of(muscle, side, 1.0, base.anatomy)
            names.append(f"{muscle}_{side}")
            columns.append(np.sum([_moments(one, points) for one in lines], axis=0))
    return names, np.stack(columns, 1)


def _moments(one: Working, points: dict[str, Array]) -> Array:
    mirror = np.array([1.0, 1.0, 1.0 if one.side == "right" else -1.0])
    begin, toward = (np.array(end) * mirror for end in (one.line.at, one.line.towards))
    pull = one.force * (toward - begin) / np.linalg.norm(toward - begin)
    joint = {"s1": "s1", "hip_joint": f"hip_{one.side}"}.get(one.line.to)
    found = np.zeros((3, 3))
    if joint:
        row = ("s1", "hip_right", "hip_left").index(joint)
        found[row] = np.cross(begin - points[joint], pull) / 1000
    return np.concatenate([found[0], found[1, _ACROSS], found[2, _ACROSS]])
