"""The commands of the joint: what they print of a scenario, and the picture they write."""

import json
import os
import signal
import time
import xml.etree.ElementTree as ET
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from click.testing import Result
from rich.console import Console

from sacra import report_joint
from sacra.joint.solver import Crowd, solve
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Scenario
from tests.cli.running import assert_refused, json_of, output, run
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
    assert_refused(run("joint", "draw", str(wrong), str(wrong)), "let it end in .svg")
    assert wrong.read_text(encoding="utf-8") == "posture: standng\n"


STANDING = "{posture: standing, people: 20}"
BEYOND = "{support: two_legs, loads: [{bone: sacrum, force: [0, -14000, 0]}]}"


def test_run_prints_every_quantity() -> None:
    told = output("joint", "run", "-", given=STANDING)
    result = solve(Scenario(posture="standing"), load_knowledge())
    assert [s.quantity for s in result.spreads if f"\n{s.quantity} " not in told] == []
    assert "-0.00" not in told


def test_a_figure_that_nobody_measured_is_marked() -> None:
    told = json_of("joint", "run", "-", given=STANDING)
    measured = {s["quantity"]: s["measured"] for s in told["spreads"]}
    assert measured["turn_right"]
    assert measured["move_left"]
    assert not measured["push_right"]
    assert not measured["pull_st_left"]
    assert any("no published measurement" in note for note in told["notes"])
    legs = json_of("joint", "run", "-", given="{posture: left_leg, people: 20}")
    assert {s["quantity"]: s["measured"] for s in legs["spreads"]}["symphysis_step"]
    for other in (
        "posture: lifting",
        "posture: standing, belt: {tension: 50}",
        "posture: standing, support: right_leg",
        "posture: standing, laxity: 0.5",
    ):
        told = json_of("joint", "run", "-", given=f"{{{other}, people: 20}}")
        assert told["prediction"]
        assert not any(s["measured"] for s in told["spreads"])


def test_a_result_names_the_seed_that_makes_it_again() -> None:
    first = json_of("joint", "run", "-", "--seed", "5", given=STANDING)
    assert first["seed"] == 5
    assert first == json_of("joint", "run", "-", given="{posture: standing, people: 20, seed: 5}")
    assert "seed 5" in output("joint", "run", "-", "--seed", "5", given=STANDING)


def test_where_nothing_turns_there_is_no_centre() -> None:
    told = output("joint", "run", "-", given="{posture: lying, people: 5}")
    assert "nan" not in told
    lying = json_of("joint", "run", "-", given="{posture: lying, people: 5}")
    off = next(s for s in lying["spreads"] if s["quantity"] == "turn_off_z_right")
    assert not off["floor"]  # an angle between axes is no motion


def test_explain_tells_what_decides_a_quantity() -> None:
    told = output("joint", "explain", "-", "--decides", "push_right", given=STANDING)
    assert "friction " in told.split("trait;")[1]
    assert json_of("joint", "explain", "-", "--decides", "push_right", given=STANDING)["friction"]
    assert_refused(run("joint", "explain", "-", "--decides", "", given=STANDING), "quantity")
    wrong = run("joint", "explain", "-", "--decides", "push_rihgt", given=STANDING)
    assert_refused(wrong, "unknown quantity `push_rihgt`", "`push_right`")


def test_a_load_beyond_failure_is_said_by_every_command(tmp_path: Path) -> None:
    assert "begins to fail" in output("joint", "run", "-", "--people", "20", given=BEYOND)
    assert "begins to fail" in output("joint", "explain", "-", given=BEYOND)
    drawn = run("joint", "draw", "-", str(tmp_path / "x.svg"), given=BEYOND)
    assert drawn.exit_code == 0
    assert "begins to fail" in drawn.stderr
    assert "begins to fail" not in output("joint", "explain", "-", given=STANDING)


MEASURED = """
phenomenon: rom_in_vitro
kind: cadaver
boundary: one hip bone held
quantity: turn
runs:
  bare: {support: right_leg, loads: [{bone: sacrum, moment: [0, 0, -10]}]}
  belted: {support: right_leg, belt: {tension: 50}, loads: [{bone: sacrum, moment: [0, 0, -10]}]}
compare:
- {kind: range, of: [{run: bare, quantity: turn_right}], low: 0.1, high: 9}
- {kind: order, of: [{run: bare, quantity: turn_right}, {run: belted, quantity: turn_right}]}
weight: low
sources: [own]
mark: working_value
"""


def validated(folder: Path, text: str, *words: str) -> Result:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return run("joint", "validate", str(folder), "--people", "10", *words)


def test_a_measurement_of_ones_own_is_held_against_the_model(tmp_path: Path) -> None:
    told = validated(tmp_path, MEASURED)
    assert told.exit_code == 0
    assert "1 of 1 numbers agree" in told.stdout


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("quantity: turn_right}]", "quantity: trun_right}]", ("trun_right", "`turn_right`")),
        ("run: bare", "run: bar", ("compare 1", "unknown run `bar`", "`bare`")),
        ("kind: range", "kind: rang", ("`compare[0].kind` cannot be `rang`", "`range`")),
        ("weight: low", "weight: lo", ("`weight` cannot be `lo`", "`low`")),
        ("support: right_leg, b", "support: right_lag, b", ("right_lag", "`right_leg`")),
        ("phenomenon:", "phenomenn:", ("unknown key `phenomenn`", "`phenomenon`")),
        ("low: 0.1, ", "", ("compare 1", "`range`", "needs `low`")),
        (", {run: belted, quantity: turn_right}", "", ("compare 2", "needs 2")),
        ("low: 0.1, high: 9", "low: 9, high: 0.1", ("compare 1", "`low` is 9, above `high`")),
        (
            "kind: range, of",
            "kind: below, value: 9, quantile: 95, of",
            ("compare 1", "`quantile` is 95; give a share from 0 to 1"),
        ),
        ("{support: right_leg, loads", "{people: 7, support: right_leg, loads", ("same people",)),
        ("phenomenon: ", "posture: standing\nphenomenon: ", ("key of a scenario", "under `runs`")),
        ("[0, 0, -10]", "[0, 0, -10000]", ("own.yaml, run bare, load 1", "N m")),
    ],
)
def test_a_measurement_that_says_nothing_is_refused(
    tmp_path: Path, right: str, wrong: str, words: tuple[str, ...]
) -> None:
    assert right in MEASURED
    assert_refused(validated(tmp_path, MEASURED.replace(right, wrong)), "own.yaml", *words)


def test_people_and_folders_of_none_are_refused(tmp_path: Path) -> None:
    assert_refused(run("joint", "validate", str(tmp_path)), "holds no measurement")
    assert_refused(run("joint", "validate", "--people", "0"), "people", "1 to")
    assert_refused(run("joint", "validate", "--people", "9999999999"), "people", "100,000")


def test_where_nobody_finds_a_balance_nothing_agrees(tmp_path: Path) -> None:
    torn = MEASURED.replace("{support: right_leg, ", "{support: two_legs, tear: true, ")
    told = validated(tmp_path, torn.replace("moment: [0, 0, -10]", "force: [0, 19000, 0]"))
    assert told.exit_code == 0
    assert "nobody found a balance" in " ".join(told.stdout.split())
    assert "0 of 1 numbers agree; 0 of 1 signs" in told.stdout


def test_nothing_is_told_of_a_bone_that_hangs_on_nothing() -> None:
    cut = "{support: left_hip_bone_clamped, cut: [right_joint, symphysis], people: 5"
    told = json_of("joint", "run", "-", given=cut + "}")
    names = {s["quantity"] for s in told["spreads"]}
    assert "turn_left" in names
    assert not [n for n in names if n.endswith("_right") or n.startswith(("symphysis", "asis"))]
    assert "The right hip bone hangs on nothing and is left out." in told["notes"]
    wanted = run("joint", "run", "-", given=cut + ", want: [turn_right]}")
    assert_refused(wanted, "want", "`turn_right`", "hangs on nothing")


MANY = "{posture: standing, people: 10000000, want: [turn_right]}"


def interrupted(*words: str) -> Result:
    """A run of very many people, and one Ctrl-C once it waits for one."""
    usual = signal.getsignal(signal.SIGINT)

    def press() -> None:
        while signal.getsignal(signal.SIGINT) is usual:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    presser = Thread(target=press, daemon=True)
    presser.start()
    done = run("joint", "run", "-", *words, given=MANY)
    presser.join()
    assert signal.getsignal(signal.SIGINT) is usual
    return done


def test_ctrl_c_tells_what_is_done_so_far() -> None:
    stopped = interrupted()
    assert stopped.exit_code == 130
    assert "Stopped early: 500 of 10,000,000 people are done." in stopped.stdout
    assert "turn_right" in stopped.stdout
    assert "Ctrl-C again" in stopped.stderr
    as_data = interrupted("--json")
    assert as_data.exit_code == 130
    assert json.loads(as_data.stdout)["people"] == 500


def told_of(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> str:
    """What is shown of how far 1,000 people are, if nobody has the patience to wait for it."""
    monkeypatch.setattr(report_joint, "_SOON", 0.0)
    monkeypatch.setattr(report_joint, "_LATER", 0.0)
    page = StringIO()
    console = Console(file=page, force_terminal=terminal, width=80)
    crowd = Crowd(Scenario(posture="standing", want=("turn_right",)), load_knowledge(), 1000)
    assert list(report_joint.told(crowd, console)) == [500, 1000]
    return page.getvalue()


def test_a_terminal_shows_how_far_it_is_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told_of(monkeypatch, terminal=True)
    assert "of 1,000 people" in shown
    assert "left:" in shown
    assert shown.endswith("\x1b[1A\x1b[2K")  # and it is gone


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_of(monkeypatch, terminal=False).startswith("500 of 1,000 people after ")


def test_data_on_a_pipe_comes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_joint, "_LATER", 0.0)
    assert json_of("joint", "run", "-", "--people", "700", given=STANDING)["people"] == 700


OWN = """
support: right_leg
points:
  gauge: {bone: sacrum, origin: s1, place: [15, 0, 0], axes: endplate}
  bolt: {bone: left_hip_bone, place: [-30, 90, -80]}
loads:
- {bone: left_hip_bone, at: bolt, force: [0, 0, -50]}
- {bone: sacrum, at: gauge, force: [0, -400, 0]}
point: gauge
people: 20
"""


def test_points_of_ones_own_are_told_by_their_names(tmp_path: Path) -> None:
    assert "Moves are those of the point gauge" in output("joint", "run", "-", given=OWN)
    explained = output("joint", "explain", "-", given=OWN)
    assert "load at bolt" in explained
    assert "load at gauge" in explained
    picture = tmp_path / "own.svg"
    output("joint", "draw", "-", str(picture), given=OWN)
    ET.fromstring(picture.read_text(encoding="utf-8"))
