"""Each property of the proof has a planted fault that it must find, with a case that shows it.

``proof/<property>/`` holds the files of the real knowledge that are made wrong; two faults are in
the program and planted here. ``proof/expected.yaml`` says what the counter-example must name.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from sacra.kb.errors import KnowledgeError
from sacra.kb.load import FOLDER, load_knowledge
from sacra.kb.text import read_file
from sacra.proof import logic, reach
from sacra.proof.agree import differences, edge_cases
from sacra.proof.prove import PROPERTIES, prove
from sacra.proof.prover import Outcome, Property, Prover
from sacra.reasoning import gates
from tests.conftest import NIGHTLY

HERE = Path(__file__).parent / "proof"
EXPECTED: dict[str, dict[str, str]] = read_file(HERE / "expected.yaml", KnowledgeError)
WHOLE_AT_NIGHT = {"everything_reachable", "red_flag_never_lowers", "programme_within_eligible"}
"""What takes longest."""
IN_FILES = [name for name in PROPERTIES if (HERE / name).is_dir()]


def test_every_property_has_a_planted_fault() -> None:
    assert set(EXPECTED) == set(PROPERTIES)
    assert set(PROPERTIES) - set(IN_FILES) == {"gates_respected", "readings_agree"}


@pytest.mark.parametrize(
    "name", IN_FILES if NIGHTLY else sorted({*IN_FILES} - {"everything_reachable"})
)
def test_a_fault_in_the_knowledge_is_found(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "knowledge")
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    _must_find(name, folder)


def test_gates_that_are_not_inherited_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "_wholes", lambda _item, _knowledge: iter(()))
    _must_find("gates_respected", Path(shutil.copytree(FOLDER, tmp_path / "knowledge")))


def test_terms_that_are_not_the_program_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(logic._ORDER, "ge", lambda a, b: a > b)
    prover = Prover(load_knowledge(Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))))
    assert any(True for case in edge_cases(prover) for _ in differences(case, prover))


def test_a_level_that_nobody_can_reach_is_found(tmp_path: Path) -> None:
    """The part of `everything_reachable` about red flags; the whole of it at night."""
    folder = shutil.copytree(FOLDER, tmp_path / "knowledge")
    shutil.copytree(HERE / "everything_reachable", folder, dirs_exist_ok=True)
    flags = Property("levels", "", reach._levels)
    broken = Prover(load_knowledge(Path(folder))).prove(flags).broken
    assert [(one.about, one.says) for one in broken] == [
        ("shingles", "no case is within_days by this rule")
    ]


def _must_find(name: str, folder: Path) -> None:
    (outcome,) = prove(load_knowledge(folder), [name])
    expected = EXPECTED[name]
    found = [one for one in outcome.broken if expected["about"] == one.about]
    assert found, _named(outcome)
    assert any(expected["says"] in one.says for one in found), _named(outcome)
    if name not in _WITHOUT_A_CASE:
        assert any(one.runs for one in found), "the program shows it too"


_WITHOUT_A_CASE = ("everything_reachable", "no_self_care_while_open", "pathways_agree")
"""What no case can reach has none. Of the others the run of the smallest case may still wait for an
answer that the terms leave out, or take probabilities that its answers do not give."""


def _named(outcome: Outcome) -> list[Any]:
    return [(one.about, one.says) for one in outcome.broken]
