"""What is said of a scenario of the joint that cannot be: one sentence, and where."""

from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from sacra.joint.solver import MOST_PEOPLE, solve, solve_many
from sacra.kb.errors import CaseError
from sacra.kb.load import load_knowledge
from sacra.kb.schema_joint import Belt, Load, Point, Scenario
from sacra.kb.text import read_file
from tests.cli.running import assert_refused, run

EXPECTED: dict[str, dict[str, Any]] = read_file(Path(__file__).parent / "scenarios/expected.yaml")
KNOWLEDGE = load_knowledge()


@pytest.mark.parametrize("name", EXPECTED)
def test_broken_scenario(name: str) -> None:
    done = run("joint", "run", "-", given=EXPECTED[name]["text"])
    assert_refused(done, *EXPECTED[name]["words"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sex": "f"}, "`sex` cannot be `f`"),
        ({"belt": Belt(tension=50, height="mid")}, "`belt.height` cannot be `mid`"),  # type: ignore[arg-type]  # the mistake
        ({"belt": Belt(tension=nan)}, "belt.tension"),
        ({"body_weight": nan}, "body_weight"),
        ({"traits": {"friction": nan}}, "traits.friction"),
        ({"traits": {"asis_x": inf}}, "traits.asis_x"),
        ({"laxity": nan}, "laxity"),
        ({"shorter_leg": {"left": nan}}, "shorter_leg.left"),
        ({"loads": (Load(bone="sacrum", force=(0.0, nan, 0.0)),)}, "load 1: is not a number"),
        (
            {"points": {"l4": Point(bone="sacrum", place=(0.0, nan, 60.0))}},
            "points.l4: is not a num",
        ),
        ({"points": {"l4": Point(bone="sacrm", place=(0.0, 9.0, 9.0))}}, "cannot be `sacrm`"),  # type: ignore[arg-type]  # the mistake
        ({"traits": {"weight_above_s1": nan}}, "traits.weight_above_s1"),
        ({"want": ("push",)}, "unknown quantity `push`"),
    ],
)
def test_a_scenario_made_in_python_is_read_as_strictly(given: dict[str, Any], words: str) -> None:
    for asked in (solve, solve_many):
        with pytest.raises(CaseError, match=words):
            asked(Scenario(posture="standing", **given), KNOWLEDGE)


def test_nobody_asked_for_is_refused_and_not_taken_for_left_out() -> None:
    done = run("joint", "run", "-", "--people", "0", given="posture: standing")
    assert_refused(done, "people", "1 to")


def test_the_mark_of_a_posture_goes_with_its_answer() -> None:
    result = solve_many(Scenario(posture="standing", people=5), KNOWLEDGE)
    assert KNOWLEDGE.postures["standing"].mark == "working_value"
    assert any("working value" in note for note in result.notes)


def test_a_load_beyond_failure_is_flagged() -> None:
    load = Load(bone="sacrum", force=(0.0, -14000.0, 0.0))
    result = solve_many(Scenario(support="two_legs", loads=(load,), people=40), KNOWLEDGE)
    assert result.torn > 0.5
    assert any("begins to fail" in note for note in result.notes)


def test_more_people_than_can_be_is_refused() -> None:
    with pytest.raises(CaseError, match="people"):
        solve_many(Scenario(posture="standing"), KNOWLEDGE, MOST_PEOPLE + 1)
