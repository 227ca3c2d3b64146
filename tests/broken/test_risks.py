"""Each entry of ``risks/expected.yaml`` breaks a sound hazard, and the checks say how."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

import tests.web.conftest  # noqa: F401 - Django, for the addresses
from sacra.kb.check import check_folder
from sacra.kb.load import load_knowledge
from sacra.kb.text import read_file
from sacra.rules import language
from tools.safety import broken_links

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = read_file(HERE / "risks/expected.yaml")
SOUND: dict[str, Any] = {
    "hazard": "A cough is not heard",
    "place": "check",
    "causes": ["Nobody asks."],
    "effect": "It is treated late.",
    "severity": "considerable",
    "before": "high",
    "after": "low",
    "controls": [{"say": "Fever is asked.", "knowledge": "findings/fever"}],
    "remains": "A quiet cough.",
    "owner": "operator",
    "decision": "Whether to listen.",
    "sources": ["study"],
    "mark": "working_value",
}


def problems(data: dict[str, Any], folder: Path) -> list[str]:
    """What both checks say of the tiny sound knowledge with this hazard in it."""
    knowledge = Path(shutil.copytree(HERE / "knowledge/sound", folder / "knowledge"))
    (knowledge / "risks").mkdir()
    (knowledge / "risks/cough.yaml").write_text(yaml.safe_dump(data))
    if found := [str(one) for one in check_folder(knowledge)]:
        return found
    return [*broken_links(load_knowledge(knowledge).risks.values())]


@pytest.fixture(autouse=True)
def own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that share nothing with rules read before."""
    monkeypatch.setattr(language, "_interned", {})


def test_the_sound_hazard_has_no_problem(tmp_path: Path) -> None:
    assert problems(SOUND, tmp_path) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_hazard_says_what_and_the_nearest(name: str, tmp_path: Path) -> None:
    changed = {k: v for k, v in {**SOUND, **EXPECTED[name]["change"]}.items() if v is not None}
    (problem,) = problems(changed, tmp_path)
    assert problem.startswith("risks/cough.yaml: ")
    assert [word for word in EXPECTED[name]["words"] if word not in problem] == [], problem


def test_a_hazard_that_is_not_read_at_all_is_found(tmp_path: Path) -> None:
    (problem,) = problems(msgspec.json.decode(b'{"hazard": "x"}'), tmp_path)
    assert "missing required field" in problem
