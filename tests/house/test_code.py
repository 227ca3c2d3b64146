"""Rules of the house about code, which no linter knows."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import sacra
from sacra.cli import main

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/sacra"
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 400
LONGER = {
    "kb/schema.py": "one table: a struct for each kind of file",
    "joint/kernel.py": "compiled: Numba sees a change only in the file itself",
}
MOST_LINES_OF_A_FUNCTION = 50

PUBLIC = {
    "Assessment", "Case", "CaseError", "Knowledge", "KnowledgeError", "SacraError", "Wishes",
    "assess", "build_programme", "evaluate", "load_knowledge", "read_case", "read_diary",
    "review_diary", "validate",
}  # fmt: skip
"""What `import sacra` gives; a name joins here on purpose."""


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_the_public_names_are_exactly_these() -> None:
    assert set(dir(sacra)) == set(sacra.__all__) == PUBLIC
    assert {name for names in sacra._HOME.values() for name in names} == PUBLIC
    for name in PUBLIC:
        assert getattr(sacra, name).__module__.startswith("sacra.")
    with pytest.raises(AttributeError, match="nothing"):
        _ = sacra.nothing


def test_modules_are_short() -> None:
    lines = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name for name, count in lines.items() if count > MOST_LINES} == set(LONGER)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return total
    return total - ((first.end_lineno or 0) - first.lineno + 1)


def test_functions_are_short() -> None:
    lengths = {(name_of(p), f.name): length(f) for p in MODULES for f in functions(p)}
    assert len(lengths) > 100
    assert {at: n for at, n in lengths.items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_every_module_of_the_house_stands_in_a_layer() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    known = {name.strip("() ") for layer in layers for name in re.split(r"[|:]", layer)}
    modules = {path.stem for path in SOURCE.iterdir() if path.suffix in ("", ".py")}
    outside = {"__init__", "__main__", "__pycache__", "knowledge", "locale"}
    assert sorted(modules - known - outside) == []


def test_the_knowledge_folder_holds_no_code() -> None:
    assert {path.suffix for path in (SOURCE / "knowledge").rglob("*") if path.is_file()} == {
        ".yaml"
    }


def commands(group: click.Group, *words: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *words, name)
        else:
            yield " ".join(("sacra", *words, name))


@pytest.mark.parametrize("command", [*commands(main)])
def test_the_readme_names_every_command(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
