"""`sacra joint draw`: the pelvis of a scenario as a file."""

import xml.etree.ElementTree as ET
from pathlib import Path

from tests.cli.running import assert_refused, output, run
from tests.conftest import ROOT

BELT = str(ROOT / "examples/joint/belt.yaml")


def test_draw_writes_a_picture_that_needs_nothing_else(tmp_path: Path) -> None:
    picture = tmp_path / "belt.svg"
    assert output("joint", "draw", BELT, str(picture)) == ""
    text = picture.read_text(encoding="utf-8")
    ET.fromstring(text)
    assert "Standing with a belt at the front spines, 50 N" in text
    assert "times larger" in text
    assert "var(" not in text


def test_draw_of_an_experiment_with_parts_cut(tmp_path: Path) -> None:
    picture = tmp_path / "cut.svg"
    output("joint", "draw", str(ROOT / "examples/joint/published_test.yaml"), str(picture))
    ET.fromstring(picture.read_text(encoding="utf-8"))


def test_what_cannot_be_drawn_or_written_is_said(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("posture: standng\n", encoding="utf-8")
    to = str(tmp_path / "x.svg")
    assert_refused(run("joint", "draw", str(wrong), to), "unknown posture", "`standing`")
    assert_refused(run("joint", "draw", BELT, "/nowhere/x.svg"), "/nowhere/x.svg", "written")
