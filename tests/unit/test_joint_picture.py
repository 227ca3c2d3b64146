"""The picture of the joint model: sound SVG, true to the model, and alike on both sides."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from sacra.joint.layout import LEFT, RIGHT, SACRUM
from sacra.joint.outline import View
from sacra.joint.scene import Scene, scene_of
from sacra.joint_picture import (
    BOX,
    CLASSES,
    IN_VIEW,
    force_rows,
    legend,
    ligament_rows,
    on_paper,
    pelvis_svg,
    strain_class,
    view_svg,
)
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Belt, Scenario

SVG = "{http://www.w3.org/2000/svg}"
MIRROR = np.array([1.0, 1.0, -1.0])
OTHER = {SACRUM: SACRUM, RIGHT: LEFT, LEFT: RIGHT}
VIEWS: tuple[View, ...] = ("front", "side")
BUSY = Scenario(
    posture="lifting", sex="male", laxity=0.4, belt=Belt(tension=100, height="low"),
    shorter_leg={"left": 30}, muscles={"gluteus_maximus": 0.5, "erector_spinae": 0.5},
)  # fmt: skip


def words_of(knowledge: Knowledge) -> dict[str, str]:
    return dict(knowledge.words["joint"].say)


@pytest.mark.parametrize("scenario", [Scenario(posture="standing"), BUSY], ids=["plain", "busy"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_picture_is_sound_and_says_what_it_shows(
    knowledge: Knowledge, scenario: Scenario, view: View
) -> None:
    scene = scene_of(scenario, knowledge)
    svg = ET.fromstring(view_svg(scene, view, words_of(knowledge), title="The <pelvis>"))
    named = {part.get("id"): part for part in svg.iter() if part.get("id")}
    title, desc = (named[name] for name in str(svg.get("aria-labelledby")).split())
    assert (title.tag, title.text) == (f"{SVG}title", "The <pelvis>")
    assert f"{scene.factor} times larger" in str(desc.text)
    assert f"drawn {scene.factor} times larger" in "".join(svg.itertext())
    assert svg.get("role") == "img"
    assert not [part for part in svg.iter() if part.get("style") or part.tag == f"{SVG}style"]


@pytest.mark.parametrize("posture", ["standing", "lying", "lifting"])
def test_under_an_even_load_left_is_right_in_a_mirror(knowledge: Knowledge, posture: str) -> None:
    scene = scene_of(Scenario(posture=posture), knowledge)
    mirrored(scene, scene)


def test_standing_on_the_other_leg_is_the_mirror_image(knowledge: Knowledge) -> None:
    right, left = (scene_of(Scenario(posture=f"{side}_leg"), knowledge) for side in VIEWS_OF)
    mirrored(right, left)


VIEWS_OF = ("right", "left")


def mirrored(one: Scene, other: Scene) -> None:
    """Every line of one scene stands in the other, mirrored; its strain is the same."""
    front = [drawn for drawn in one.outlines if drawn.view == "front"]
    for drawn in front:
        twins = [
            twin for twin in other.outlines
            if (twin.name, twin.body, twin.view) == (drawn.name, OTHER[drawn.body], "front")
        ]  # fmt: skip
        gaps = [float(np.abs(_nearest(drawn.after * MIRROR, twin.after)).max()) for twin in twins]
        assert min(gaps) < 1e-3
    strains = sorted((s.ligament, round(s.strain, 4)) for s in one.strands)
    assert strains == sorted((s.ligament, round(s.strain, 4)) for s in other.strands)
    sides = {"right": "left", "left": "right", "middle": "middle"}
    for strand in one.strands:
        same = [
            s
            for s in other.strands
            if (s.ligament, s.side) == (strand.ligament, sides[strand.side])
        ]
        assert min(abs(s.strain - strand.strain) for s in same) < 1e-3


def _nearest(points: np.ndarray, among: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(points[:, None] - among[None], axis=2).min(axis=1))


@pytest.mark.parametrize("posture", ["standing", "sitting", "right_leg"])
def test_the_weight_of_the_trunk_has_its_number(knowledge: Knowledge, posture: str) -> None:
    scene = scene_of(Scenario(posture=posture), knowledge)
    assert "364 N" in pelvis_svg(scene, knowledge.words["joint"].say, title="")


def test_motion_is_larger_by_the_factor_that_is_stated(knowledge: Knowledge) -> None:
    scenario = Scenario(posture="right_leg")
    true, *larger = (scene_of(scenario, knowledge, factor) for factor in (1, 2, 5))
    for factor, large in zip((2, 5), larger, strict=True):
        bent = factor**2 / 25  # mm: a turn is no straight line, by the square of its angle
        for small, big in zip(true.outlines, large.outlines, strict=True):
            moved, shown = (np.linalg.norm(o.after - o.before, axis=1).max() for o in (small, big))
            assert shown == pytest.approx(factor * moved, rel=0.05, abs=bent)
        assert [s.strain for s in true.strands] == [s.strain for s in large.strands]


def test_a_large_motion_is_drawn_less_large_and_says_so(knowledge: Knowledge) -> None:
    small, large = (scene_of(one, knowledge) for one in (Scenario(posture="standing"), BUSY))
    assert small.factor == 10
    assert large.factor < 10
    assert f"{large.factor} times larger" in view_svg(large, "side", words_of(knowledge), title="x")


def test_without_a_load_nothing_moves(knowledge: Knowledge) -> None:
    for drawn in scene_of(Scenario(posture="lying"), knowledge).outlines:
        assert np.abs(drawn.after - drawn.before).max() < 1e-6


def test_more_strain_is_wider_and_darker_so_that_colour_is_not_needed() -> None:
    widths = [one.width for one in CLASSES]
    assert widths == sorted(set(widths))
    assert [strain_class(s) for s in (0, 0.5, 1, 2, 5, 50)] == [0, 1, 1, 2, 3, 4]


def test_the_plain_twin_draws_the_same(knowledge: Knowledge) -> None:
    fast, slow = (
        scene_of(Scenario(posture="right_leg"), knowledge, 10, plainly=p) for p in (False, True)
    )
    for one, other in zip(fast.outlines, slow.outlines, strict=True):
        assert np.abs(one.after - other.after).max() < 0.05


def test_all_that_is_drawn_is_in_the_tables(knowledge: Knowledge) -> None:
    words = words_of(knowledge)
    scene = scene_of(BUSY, knowledge)
    assert len(ligament_rows(scene, words)) == 9
    names = {name for name, _ in force_rows(scene, words)}
    assert {"weight of the upper body", "belt", "Buttock (gluteus maximus)"} <= names
    assert {"push across the left joint", "what holds the right hip bone"} <= names
    assert len(legend(words)) == len(CLASSES) + 4
    assert {name for names in IN_VIEW.values() for name in names} == {
        strand.ligament for strand in scene.strands
    }


@pytest.mark.parametrize("sex", ["female", "male"])
def test_every_posture_stays_inside_the_picture(knowledge: Knowledge, sex: str) -> None:
    _, top, wide, high = BOX["front"]
    for posture in knowledge.postures:
        scene = scene_of(Scenario(posture=posture, sex=sex), knowledge)  # type: ignore[arg-type]
        for drawn in scene.outlines:
            if drawn.view == "front":
                assert np.abs(drawn.after[:, 2]).max() < wide / 2
                assert top < -drawn.after[:, 1].max()
                assert -drawn.after[:, 1].min() < top + high


@pytest.mark.parametrize("posture", ["standing", "sitting", "right_leg", "rising"])
@pytest.mark.parametrize("view", VIEWS)
def test_no_number_stands_on_the_caption(knowledge: Knowledge, posture: str, view: View) -> None:
    scene = scene_of(Scenario(posture=posture, belt=Belt(tension=50)), knowledge)
    svg = ET.fromstring(view_svg(scene, view, words_of(knowledge), title="x"))
    *numbers, caption = [float(text.get("y", 0)) for text in svg.iter(f"{SVG}text")]
    assert max(numbers) < caption - 12


def test_on_paper_colours_need_no_page(knowledge: Knowledge) -> None:
    svg = pelvis_svg(scene_of(BUSY, knowledge), words_of(knowledge), title="Lifting & more")
    ET.fromstring(svg)
    assert "var(" not in svg
    assert on_paper('fill="var(--act,#14595a)"') == 'fill="#14595a"'
