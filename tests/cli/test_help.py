from collections.abc import Iterator

import click
import pytest

from sacra.cli import main
from tests.cli.running import output, run


def commands(group: click.Group = main, *words: str) -> Iterator[tuple[str, ...]]:
    yield words
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *words, name)
        else:
            yield *words, name


ALL = list(commands())


def test_these_are_the_commands() -> None:
    assert {" ".join(words) for words in ALL} == {
        "", "ask", "assess", "evaluate", "programme", "review", "serve", "simulate", "validate",
        "joint", "joint explain", "joint run", "joint validate",
        "knowledge", "knowledge check", "knowledge list", "knowledge show", "knowledge why",
        "knowledge review", "knowledge confirm",
        "joint draw", "prove",
    }  # fmt: skip


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_says_what_the_command_does(words: tuple[str, ...]) -> None:
    text = output(*words, "--help")
    assert text == output(*words, "-h")
    assert text.startswith(f"Usage: {' '.join(('sacra', *words))} ")
    assert len(text.splitlines()[2].strip()) > 20
    assert "Show this message and exit." in text


ANSWERS = ["assess", "evaluate", "programme", "review", "simulate", "validate"]


@pytest.mark.parametrize("words", ANSWERS)
def test_json_is_offered_where_there_is_an_answer(words: str) -> None:
    assert "--json" in output(words, "--help")


def test_version() -> None:
    assert output("--version") == "sacra, version 0.1.0\n"


WRONG = {
    "assess": "Missing argument 'CASE'",
    "assess a.yaml b.yaml": "unexpected extra argument (b.yaml)",
    "assess a.yaml --jsn": "Did you mean '--json'?",
    "evaluate": "Missing argument 'FOLDER'",
    "programme a.yaml --minute 5": "Did you mean '--minutes'?",
    "review a.yaml": "Missing argument 'DIARY'",
    "simulate --people 0": "0 is not in the range",
    "knowledge why faber": "Missing argument 'CONDITION'",
    "knowledge chek": "Did you mean 'check'?",
    "asess a.yaml": "Did you mean 'assess'?",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_says_what_is_right(line: str) -> None:
    result = run(*line.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert WRONG[line] in result.stderr


@pytest.mark.parametrize("words", [(), ("knowledge",)])
def test_a_group_without_a_command_shows_its_help(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Commands:" in result.stderr
