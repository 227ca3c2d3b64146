"""Each folder beside this file breaks the tiny sound knowledge in one way, and the check says how.

``knowledge/expected.yaml`` holds the words of every message.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from sacra.kb.check import check_folder
from sacra.kb.errors import KnowledgeError
from sacra.kb.load import FOLDER, load_knowledge
from sacra.kb.text import MAX_BYTES, read_file
from sacra.rules import language

HERE = Path(__file__).parent / "knowledge"
SOUND = HERE / "sound"
EXPECTED: dict[str, dict[str, list[str]]] = read_file(HERE / "expected.yaml")
GENERATED = {
    "binary": (bytes(range(256)) * 4, "is not text in UTF-8"),
    "zeros": (bytes(100), "is not valid YAML"),
    "latin_1": ("label: Fièvre\n".encode("latin-1"), "is not text in UTF-8"),
    "utf_16": ("label: Cough\n".encode("utf-16"), "is not text in UTF-8"),
    "huge": (b"#" * (MAX_BYTES + 1), "is larger than 1,000,000 bytes"),
    "brackets": (b"[" * 100_000, "is nested too deeply"),
    "laughs": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchors and aliases"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sound knowledge, to be broken; its rules share nothing with rules read before."""
    monkeypatch.setattr(language, "_interned", {})
    return Path(shutil.copytree(SOUND, tmp_path / "knowledge"))


def test_every_broken_folder_is_in_the_table() -> None:
    assert {path.name for path in HERE.iterdir() if path.is_dir()} == {*EXPECTED, "sound"}


@pytest.mark.parametrize("sound", [SOUND, FOLDER], ids=["tiny", "real"])
def test_sound_knowledge_has_no_problem(sound: Path) -> None:
    assert check_folder(sound) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_broken_knowledge_says_where_what_and_the_nearest(name: str, folder: Path) -> None:
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    problems = [str(problem) for problem in check_folder(folder)]
    assert len(problems) == len(EXPECTED[name]), problems
    for problem, (where, words) in zip(
        sorted(problems), sorted(EXPECTED[name].items()), strict=True
    ):
        assert where in problem
        assert [word for word in words if word not in problem] == [], problem


@pytest.mark.parametrize("name", GENERATED)
def test_a_file_that_is_not_knowledge_at_all(name: str, folder: Path) -> None:
    raw, words = GENERATED[name]
    (folder / "findings/cough.yaml").write_bytes(raw)
    (problem,) = check_folder(folder)
    assert "findings/cough.yaml" in str(problem)
    assert words in str(problem)


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "findings/cough.yaml").symlink_to("cough.yaml")  # a circle, also for root
    (problem,) = check_folder(folder)
    assert "cannot be read" in str(problem)


def test_one_broken_file_does_not_hide_another(folder: Path) -> None:
    for name in ("cough", "cold"):
        (folder / f"findings/{name}.yaml").write_text("- nothing\n")
    assert [problem.where for problem in check_folder(folder)] == [
        "findings/cold.yaml",
        "findings/cough.yaml",
    ]


def test_loading_refuses_what_the_check_refuses(folder: Path) -> None:
    (folder / "findings/cough.yaml").write_text("")
    with pytest.raises(KnowledgeError, match=r"findings/cough\.yaml: is empty"):
        load_knowledge(folder)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_knowledge(made: bool, tmp_path: Path) -> None:
    (problem,) = check_folder(tmp_path if made else tmp_path / "nowhere")
    assert "has none of the folders sources, conditions, findings" in str(problem)


def test_a_typing_error_in_the_real_knowledge(tmp_path: Path) -> None:
    real = Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))
    flag = real / "red_flags/ces_saddle.yaml"
    flag.write_text(flag.read_text().replace("saddle_numbness", "sadle_numbness", 1))
    problems = check_folder(real)
    assert {problem.where for problem in problems} == {"red_flags/ces_saddle.yaml"}
    assert "unknown finding `sadle_numbness`; did you mean `saddle_numbness`" in str(problems[0])


def test_errors_are_safe_to_print() -> None:
    def message(where: str, what: Any) -> str:
        return str(KnowledgeError(where, what))

    assert message("a\nb", "\x1b[2J gone") == r"a\nb: \x1b[2J gone"
    assert len(message("x", "9" * 100_000)) < 1_000


def test_one_and_true_make_different_rules() -> None:
    one = language.parse_rule({"some_number": {"eq": 1}})
    bare = language.parse_rule("some_number")
    assert isinstance(one, language.Test)
    assert isinstance(bare, language.Test)
    assert one.value is not bare.value
