"""The command line, run in this process."""

import json
from typing import Any

from click.testing import CliRunner, Result

from sacra.cli import main

_runner = CliRunner()


def run(*words: str, given: str | bytes | None = None) -> Result:
    """Run `sacra` with these words and this standard input."""
    return _runner.invoke(main, words, input=given, prog_name="sacra")


def output(*words: str, given: str | bytes | None = None) -> str:
    """What a command prints that succeeds and complains of nothing."""
    result = run(*words, given=given)
    assert result.exit_code == 0, (words, result.stderr, result.exception)
    assert result.stderr == ""
    return result.stdout


def json_of(*words: str, given: str | bytes | None = None) -> Any:
    """The data of a command that prints JSON."""
    return json.loads(output(*words, "--json", given=given))


def assert_refused(result: Result, *words: str) -> None:
    """One sentence with these words on standard error, nothing on standard output, exit code 2."""
    assert result.stdout == ""
    assert_complained(result, *words)


def assert_complained(result: Result, *words: str) -> None:
    """One sentence with these words on standard error and exit code 2, whatever was printed."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2
    assert result.stderr.startswith("sacra: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert len(result.stderr) < 2_000
    assert [word for word in words if word not in result.stderr] == [], result.stderr
