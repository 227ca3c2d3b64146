"""What the browser is given of the pelvis: the same motion as the flat picture, and its bones."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sacra.joint.scene import scene_of
from sacra.joint_bones import BONES, Point
from sacra.joint_space import space_of
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Belt, Scenario

KNOWLEDGE = load_knowledge()


@pytest.mark.parametrize("posture", ["right_leg", "lifting"])
def test_motion_made_larger_is_that_of_the_flat_picture(posture: str) -> None:
    scenario = Scenario(posture=posture, belt=Belt(tension=50, height="high"))
    given, flat = space_of(scenario, KNOWLEDGE), scene_of(scenario, KNOWLEDGE, 7)
    moves = np.array(given["moves"])

    def shown(point: list[float], body: int) -> Any:
        at, way, turn = moves[body].reshape(3, 3)
        return at + 7 * way + Rotation.from_rotvec(7 * turn).apply(np.array(point) - at)

    for one, strand in zip(given["strands"], flat.strands, strict=True):
        ends = [shown(*pair) for pair in zip(one["ends"], one["bodies"], strict=True)]
        np.testing.assert_allclose(ends, strand.ends, atol=0.2)
        assert (one["name"], one["strain"][1]) == (strand.ligament, round(strand.strain, 1))
    assert {a["name"] for a in given["arrows"]} == {a.name for a in flat.arrows}
    for one, arrow in zip(given["arrows"], flat.arrows, strict=True):
        np.testing.assert_allclose(shown(one["at"], one["body"]), arrow.at, atol=0.2)
        np.testing.assert_allclose(one["force"], arrow.force, atol=0.06)


def test_bones_are_made_of_points_that_there_are() -> None:
    for bone in BONES:
        used = {name for part in (*bone.parts, *bone.hollows) for name in part.split()}
        assert used == set(bone.points)
        assert all(1 <= len(part.split()) <= 3 for part in (*bone.parts, *bone.hollows))


def test_landmarks_of_the_model_lie_on_the_bones() -> None:
    """Within 8 mm of the line, ball or plate's edge that is drawn there."""
    hip = BONES[1]
    for name in ("asis", "psis", "iliac_crest", "tuberosity"):
        place = np.array(KNOWLEDGE.anatomy[name].point)
        assert min(_from_line(place, part, hip.points) for part in hip.parts) < 8, name


def _from_line(place: np.ndarray, part: str, points: dict[str, Point]) -> float:
    corners = [np.array(points[name]) for name in part.split()]
    rows = [*pairwise(corners)] or [(corners[0], corners[0])]
    found = []
    for a, b in rows:
        way = b[:3] - a[:3]
        t = np.clip((place - a[:3]) @ way / max(way @ way, 1e-9), 0, 1)
        found.append(np.linalg.norm(place - a[:3] - t * way) - a[3] - t * (b[3] - a[3]))
    return float(min(found))
