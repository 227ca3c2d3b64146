"""`sacra prove` on the real knowledge, its words for mistakes, and a case that it gives back."""

import json
import shutil
from pathlib import Path

import yaml

from sacra.kb.load import FOLDER
from sacra.proof.prove import NOT_COVERED, PROPERTIES
from tests.cli.running import assert_complained, assert_refused, json_of, output, run
from tests.conftest import NIGHTLY

_HELD_ELSEWHERE = ("readings_agree",)
"""By ``tests/proof/``, on more cases."""
FAULT = Path(__file__).parents[1] / "broken/proof/no_self_care_while_open"


def test_every_property_holds_of_the_real_knowledge() -> None:
    names = [name for name in PROPERTIES if NIGHTLY or name not in _HELD_ELSEWHERE]
    said = output("prove", *(word for name in names for word in ("--only", name)))
    for name in names:
        assert f"proved  {name}" in said
    assert " 0 broken" in said
    assert [sentence for sentence in NOT_COVERED if sentence not in said] == []


def test_a_broken_property_gives_a_case_that_runs(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))
    shutil.copytree(FAULT, folder, dirs_exist_ok=True)
    words = ["prove", str(folder), "--only", "no_self_care_while_open"]
    shown = run(*words)
    assert_complained(shown, "statements do not hold")
    assert "broken  no_self_care_while_open" in shown.stdout
    (outcome,) = json.loads(run(*words, "--json").stdout)["properties"]
    case = tmp_path / "case.yaml"
    case.write_text(yaml.safe_dump(outcome["broken"][0]["case"]))
    assert json_of("assess", str(case))["triage"]["urgency"]


def test_an_unknown_property_says_the_nearest() -> None:
    assert_refused(run("prove", "--only", "gates_respect"), "unknown property", "gates_respected")


def test_knowledge_that_is_not_sound_is_not_proved(tmp_path: Path) -> None:
    assert_refused(run("prove", str(tmp_path)), "has none of the folders")
