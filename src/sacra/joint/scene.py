"""One person of a scenario in space, before and after the loads, for whoever draws it.

Everything is told where it lies once the motion is made larger, so that lines meet the bones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from sacra.joint import layout as at
from sacra.joint.anatomy import Frame, placed
from sacra.joint.freebody import forces_on
from sacra.joint.layout import BASE, BODIES, LEFT, OTHER, RIGHT, SACRUM, Array
from sacra.joint.outline import OUTLINES, Outline, View
from sacra.joint.quantities import HIPS, Solved, measure, rotation_vectors
from sacra.joint.solver import Solver, middle
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Scenario

FACTORS = (10, 5, 2, 1)
"""By how much motion may be drawn larger."""
_TURN, _MOVE = 22.0, 45.0
"""Degrees and mm that a bone may move on the picture before it stops to look like a pelvis."""


class Drawn(NamedTuple):
    """One outline in its place, [N, 3] before and after."""

    name: str
    body: int
    view: View
    closed: bool
    before: Array
    after: Array


class Strand(NamedTuple):
    """One fibre of a ligament: its ends after, [2, 3], and the strain in %."""

    ligament: str
    side: Literal["right", "left", "middle"]
    ends: Array
    strain: float


class Arrow(NamedTuple):
    """A force in N where it acts; `push` is that of a hip bone on the sacrum across a joint."""

    kind: Literal["load", "support", "push"]
    name: str
    body: int
    at: Array
    force: Array


class Scene(NamedTuple):
    """The middle person of a scenario; motion is `factor` times as large as in the model."""

    factor: int
    outlines: tuple[Drawn, ...]
    strands: tuple[Strand, ...]
    arrows: tuple[Arrow, ...]
    values: dict[str, float]


def scene_of(
    scenario: Scenario, knowledge: Knowledge, factor: int = 0, *, plainly: bool = False
) -> Scene:
    """The middle person under the last phase of a scenario.

    Args:
        scenario: what to draw.
        knowledge: the priors.
        factor: by how much motion is made larger; as much as keeps it a pelvis if left out.
        plainly: solve without the compiled kernel.

    Raises:
        CaseError: the scenario is impossible, or has no balance.
    """
    return drawn_of(*middle(scenario, knowledge, plainly=plainly), factor)


def drawn_of(solver: Solver, solved: Solved, factor: int = 0) -> Scene:
    """The same of a middle person who is in balance already."""
    factor = factor or factor_of(solved)
    poses = _Poses(solved, factor)
    frame = Frame(solver.person(solver.middle()), solver.anatomy)
    outlines = tuple(
        drawn
        for one in OUTLINES
        for sign in ((1.0, -1.0) if one.paired else (1.0,))
        if one.view == "front" or sign > 0
        for drawn in [_drawn(one, sign, _places(one, sign, solved, frame), poses)]
    )
    values = {name: float(value[0]) for name, value in measure(solved).items()}
    return Scene(
        factor, outlines, tuple(_strands(solved, poses)), tuple(_arrows(solver, solved, poses)),
        values,
    )  # fmt: skip


def factor_of(solved: Solved) -> int:
    """How many times larger the motion of the first person can be drawn."""
    turns, moves = _change(solved)
    turn = np.degrees(np.linalg.norm(turns, axis=1)).max()
    move = np.linalg.norm(moves, axis=1).max()
    fits = (f for f in FACTORS if f * turn <= _TURN and f * move <= _MOVE)
    return next(fits, FACTORS[-1])


def _change(solved: Solved) -> tuple[Array, Array]:
    """[3, 3] rotation vectors and [3, 3] ways of the bones from the settled pose on."""
    r, x = solved.turns[0], solved.places[0]
    turned = r[-1] @ np.swapaxes(r[0], 1, 2)
    return rotation_vectors(turned), x[-1] - x[0]


class _Poses:
    """Where points of each bone lie before, and after with the motion made larger."""

    def __init__(self, solved: Solved, factor: int) -> None:
        turns, moves = _change(solved)
        self.ref = solved.pelves.reference[0]
        self.x0, self.r0 = solved.places[0, 0], solved.turns[0, 0]
        self.x1 = self.x0 + factor * moves
        self.r1 = Rotation.from_rotvec(factor * turns).as_matrix() @ self.r0

    def before(self, points: Array, body: int) -> Array:
        """Points [N, 3] of a bone in the settled pose."""
        return np.asarray(self.x0[body] + (points - self.ref[body]) @ self.r0[body].T)

    def after(self, points: Array, body: int) -> Array:
        """The same under load."""
        return np.asarray(self.x1[body] + (points - self.ref[body]) @ self.r1[body].T)


def _places(one: Outline, sign: float, solved: Solved, frame: Frame) -> Array:
    """The points of an outline in this person, [N, 3]."""
    side = "right" if sign > 0 else "left"
    return np.stack([
        solved.points[f"{point}_{side}"][0] if isinstance(point, str)
        else placed(point[:3], point[3], sign, frame)[0]
        for point in one.points
    ])  # fmt: skip


def _drawn(one: Outline, sign: float, places: Array, poses: _Poses) -> Drawn:
    body = LEFT if one.body == RIGHT and sign < 0 else one.body
    return Drawn(
        one.name, body, one.view, one.closed, poses.before(places, body), poses.after(places, body)
    )


def _strands(solved: Solved, poses: _Poses) -> list[Strand]:
    found = []
    sides: tuple[Literal["right", "left", "middle"], ...] = ("right", "left", "middle")
    for name, pair, row in _fibres(solved):
        if row[at.STIFFNESS] > 0 and not row[at.ACTIVE]:
            inner, outer = _ends(solved, pair, row)
            strain = np.linalg.norm(inner - outer) / row[at.SLACK] - 1
            drawn = np.stack(_drawn_ends(poses, pair, row))
            found.append(Strand(name, sides[pair], drawn, 100 * max(0.0, float(strain))))
    return found


def _fibres(solved: Solved) -> Iterator[tuple[str, int, Array]]:
    """Each fibre of the first person: whose it is, its pair and its row."""
    pelves = solved.pelves
    yield from zip(pelves.ligament, map(int, pelves.fibre_pair), pelves.fibres[0], strict=True)


def _ends(solved: Solved, pair: int, row: Array) -> tuple[Array, Array]:
    """Where both ends of a fibre are under load, that on the other body first."""
    x, r, ref = solved.places[0, -1], solved.turns[0, -1], solved.pelves.reference[0]
    o, b = OTHER[pair], BASE[pair]
    return (
        x[o] + r[o] @ (row[at.FIBRE_OTHER] - ref[o]), x[b] + r[b] @ (row[at.FIBRE_BASE] - ref[b])
    )  # fmt: skip


def _drawn_ends(poses: _Poses, pair: int, row: Array) -> tuple[Array, Array]:
    """The same with the motion made larger."""
    other, base = row[None, at.FIBRE_OTHER], row[None, at.FIBRE_BASE]
    return poses.after(other, int(OTHER[pair]))[0], poses.after(base, int(BASE[pair]))[0]


_SEEN = 1.0
"""N: a smaller force is not drawn."""


def _arrows(solver: Solver, solved: Solved, poses: _Poses) -> list[Arrow]:
    found = []
    for pull, row in zip(solver.setting.pulls, solved.loads[0, -1], strict=False):
        found.append(
            Arrow("load", pull.name, pull.body, poses.after(row[None, :3], pull.body)[0], row[3:6])
        )
    found += _cords(solved, poses)
    table = forces_on(solver, solved)
    for one in table.forces:
        body, force = BODIES.index(one.bone), np.array(one.force)
        if one.by == "support":
            found.append(
                Arrow("support", "", body, poses.after(poses.ref[body][None], body)[0], force)
            )
        for side, hip in HIPS.items():
            if body == SACRUM and one.by == f"push of the surfaces, {side} joint":
                centre = poses.after(solved.points[f"joint_{side}"], hip)[0]
                found.append(Arrow("push", side, body, centre, force))
    return [arrow for arrow in found if np.linalg.norm(arrow.force) >= _SEEN]


def _cords(solved: Solved, poses: _Poses) -> Iterator[Arrow]:
    """Muscles between two bones pull on both of them."""
    for name, pair, row in _fibres(solved):
        if row[at.ACTIVE]:
            inner, outer = _ends(solved, pair, row)
            way = (outer - inner) / np.linalg.norm(outer - inner)
            stretch = np.linalg.norm(outer - inner) - row[at.SLACK]
            pull = row[at.STIFFNESS] * max(0.0, float(stretch)) * way
            drawn = _drawn_ends(poses, pair, row)
            yield Arrow("load", name, int(OTHER[pair]), drawn[0], pull)
            yield Arrow("load", name, int(BASE[pair]), drawn[1], -pull)
