"""The middle person of a scenario in three dimensions, as plain data for a browser to draw.

Every point lies where it is before the load, in mm; each bone then goes by as many times its
motion as the reader chooses. The browser melts the bones of `joint_bones` into surfaces, so that
a page carries only points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from sacra.joint.anatomy import Frame, placed
from sacra.joint.layout import ACTIVE, LEFT, RIGHT, SACRUM, SLACK, STIFFNESS, Array
from sacra.joint.quantities import Solved, rotation_vectors
from sacra.joint.scene import Arrow, Scene, Strand, drawn_of
from sacra.joint.solver import middle
from sacra.joint_bones import BONES, DISC, Bone, Point
from sacra.joint_picture import strain_class
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Scenario

Settle = Callable[[Point, int], list[float]]
_ENDS = {"right": (SACRUM, RIGHT), "left": (SACRUM, LEFT), "middle": (LEFT, RIGHT)}
"""The bodies at the two ends of a fibre."""


def space_of(scenario: Scenario, knowledge: Knowledge, *, plainly: bool = False) -> dict[str, Any]:
    """All that is drawn of the middle person under the last phase of a scenario.

    Args:
        scenario: what to draw.
        knowledge: the priors.
        plainly: solve without the compiled kernel.

    Raises:
        CaseError: the scenario is impossible, or has no balance.
    """
    solver, solved = middle(scenario, knowledge, plainly=plainly)
    moves = _Moves(solved)
    frame = Frame(solver.person(solver.middle()), solver.anatomy)

    def settle(point: Point, body: int) -> list[float]:
        place = placed(point[:3], point[4], 1.0, frame)[0]
        return [*_short(moves.settled(place, body)), point[3]]

    return {
        "moves": moves.told(),
        "bones": [_bone(one, settle) for one in BONES],
        "disc": [settle(point, RIGHT) for point in DISC],
        **_lines(drawn_of(solver, solved, 1), moves),
    }


class _Moves:
    """How each bone goes from the settled pose on: a way [3, 3] and a rotation vector [3, 3]."""

    def __init__(self, solved: Solved) -> None:
        x, r = solved.places[0], solved.turns[0]
        self.reference = solved.pelves.reference[0]
        self.at, self.spin = x[0], r[0]
        fibres = solved.pelves.fibres[0]
        seen = (fibres[:, STIFFNESS] > 0) & (fibres[:, ACTIVE] == 0)
        self.slack = fibres[seen, SLACK]  # of ligaments that are not cut, in mm
        self.way = x[-1] - x[0]
        self.turn = rotation_vectors(r[-1] @ np.swapaxes(r[0], 1, 2))

    def settled(self, place: Array, body: int) -> Array:
        """Where a point as drawn [3] lies once the pelvis has settled."""
        return np.asarray(self.at[body] + self.spin[body] @ (place - self.reference[body]))

    def back(self, place: Array, body: int) -> Array:
        """Where a point that is seen under load [3] lay before."""
        arm = place - self.at[body] - self.way[body]
        return np.asarray(self.at[body] + Rotation.from_rotvec(self.turn[body]).inv().apply(arm))

    def told(self) -> list[list[float]]:
        """For each bone its reference point, its way in mm, and its turn in rad."""
        rows = np.concatenate([self.at, self.way, self.turn], 1)
        return [[round(float(value), 6) for value in row] for row in rows]


def _bone(one: Bone, settle: Settle) -> dict[str, Any]:
    number = {name: i for i, name in enumerate(one.points)}
    return {
        "bodies": [SACRUM] if one.body == SACRUM else [RIGHT, LEFT],
        "mirrored": one.mirrored,
        "points": [settle(point, one.body) for point in one.points.values()],
        "parts": [[number[name] for name in part.split()] for part in one.parts],
        "hollows": [[number[name] for name in part.split()] for part in one.hollows],
    }


def _lines(scene: Scene, moves: _Moves) -> dict[str, Any]:
    surface = next(one for one in scene.outlines if one.name == "surface")
    return {
        "surface": [_short(point) for point in surface.before],
        "strands": [
            _strand(one, slack, moves)
            for one, slack in zip(scene.strands, moves.slack, strict=True)
        ],
        "arrows": [_arrow(one, moves) for one in scene.arrows],
    }


def _strand(one: Strand, slack: float, moves: _Moves) -> dict[str, Any]:
    bodies = _ENDS[one.side]
    ends = [moves.back(end, body) for end, body in zip(one.ends, bodies, strict=True)]
    before = 100 * max(0.0, float(np.linalg.norm(ends[0] - ends[1])) / float(slack) - 1)
    return {
        "name": one.ligament,
        "side": one.side,
        "bodies": bodies,
        "ends": [_short(end) for end in ends],
        "strain": [round(before, 1), round(one.strain, 1)],
        "class": [strain_class(before), strain_class(one.strain)],
    }


def _arrow(one: Arrow, moves: _Moves) -> dict[str, Any]:
    body = _ENDS[one.name][1] if one.kind == "push" else one.body  # drawn on the hip bone
    return {
        "kind": one.kind,
        "name": one.name,
        "body": body,
        "at": _short(moves.back(one.at, body)),
        "force": _short(one.force),
    }


def _short(vector: Array) -> list[float]:
    return [round(float(value), 1) for value in vector]
