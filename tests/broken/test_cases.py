"""What `sacra assess` says of a case it cannot use: one sentence, exit code 2, nothing else.

``cases/expected.yaml`` holds the words of every message; what no repository can hold is made here.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sacra.cli import main
from sacra.kb.text import read_file
from tests.cli.running import assert_refused, run

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, list[str]] = read_file(CASES / "expected.yaml")
SACRA = [sys.executable, "-c", "from sacra.cli import main; main()"]


def test_every_broken_case_is_in_the_table() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == {*EXPECTED, "expected"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_case_says_what_is_wrong(name: str) -> None:
    assert_refused(run("assess", str(CASES / f"{name}.yaml")), f"{name}.yaml", *EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_case_from_standard_input(name: str) -> None:
    raw = (CASES / f"{name}.yaml").read_bytes()
    assert_refused(run("assess", "-", given=raw), "standard input", *EXPECTED[name])


def test_a_tag_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("assess", str(CASES / "tag_python_apply.yaml"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["7" * 300, "a" * 300, f"[{'a, ' * 300}]", "x`" * 300])
def test_a_value_is_not_repeated_whole(value: str) -> None:
    result = run("assess", "-", given=f"age: {value}\nsex: {value}\n")
    assert_refused(result, "age")
    assert len(result.stderr) < 250 or "`" in value


# What no repository can hold

RAW = {
    "binary": (bytes(range(256)) * 4, "is not text in UTF-8"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "is not text in UTF-8"),
    "zeros": (bytes(1000), "is not valid YAML"),
    "utf_16": ("age: 34\n".encode("utf-16"), "is not text in UTF-8"),
    "latin_1": ("age: 34 années\n".encode("latin-1"), "is not text in UTF-8"),
    "brackets": (b"[" * 100_000, "is nested too deeply"),
    "closed_brackets": (b"[" * 100_000 + b"]" * 100_000, "is nested too deeply"),
    "braces": (b"{a: " * 100_000, "is nested too deeply"),
    "dashes": (b"- " * 100_000, "is nested too deeply"),
    "questions": (b"? " * 100_000, "a key must be a word"),
    "many_keys": (b"".join(b"a%d: 1\n" % i for i in range(20_000)), "unknown finding"),
    "just_too_large": (b"#" * 1_000_001, "is larger than 1,000,000 bytes"),
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("by", ["file", "standard input"])
def test_a_file_that_is_no_case(name: str, by: str, tmp_path: Path) -> None:
    raw, words = RAW[name]
    path = tmp_path / "case.yaml"
    path.write_bytes(raw)
    result = run("assess", str(path)) if by == "file" else run("assess", "-", given=raw)
    assert_refused(result, words)


def missing(path: Path) -> None:
    """Nothing is there."""


def folder(path: Path) -> None:
    path.mkdir()


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def below_a_file(path: Path) -> None:
    path.symlink_to(Path(__file__) / "case.yaml")


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 100_000_000)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def forbidden(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")  # so nothing can be forbidden it
    path.touch(mode=0o000)


MAKERS = [
    (missing, "cannot be read (No such file or directory)"),
    (folder, "cannot be read (Is a directory)"),
    (circle, "cannot be read (Too many levels of symbolic links)"),
    (below_a_file, "cannot be read (Not a directory)"),
    (forbidden, "cannot be read (Permission denied)"),
    (sparse, "is larger than 1,000,000 bytes"),
    (endless, "is larger than 1,000,000 bytes"),
]


@pytest.mark.parametrize(("make", "words"), MAKERS)
def test_a_path_that_is_no_case(make: Callable[[Path], None], words: str, tmp_path: Path) -> None:
    make(tmp_path / "case.yaml")
    assert_refused(run("assess", str(tmp_path / "case.yaml")), "case.yaml", words)


def test_a_path_that_root_may_not_read_either() -> None:
    assert_refused(run("assess", "/proc/self/mem"), "/proc/self/mem: cannot be read")


@pytest.mark.parametrize("given", ["", "\n", "# nothing\n"])
def test_nothing_on_standard_input(given: str) -> None:
    assert_refused(run("assess", "-", given=given), "standard input: holds no case")


# Real processes: what only they can show


@pytest.fixture
def case(tmp_path: Path) -> str:
    (tmp_path / "case.yaml").write_text("age: 34\n")
    return str(tmp_path / "case.yaml")


def test_a_pipe_that_closes(case: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*SACRA, "assess", case]
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert ended.returncode == 2
    assert ended.stderr == "sacra: the output could not be written in full (Broken pipe)\n"


def test_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([*SACRA, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 2
    assert ended.stderr.startswith("sacra: the output could not be written in full (No space left")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("stream", "words"),
    [("stdin", "standard input: holds no case"), ("stdout", "the output is closed")],
)
def test_a_stream_that_was_closed_before_we_began(
    stream: str,
    words: str,
    case: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, stream, None)
    with pytest.raises(SystemExit) as ended:
        main(["assess", "-" if stream == "stdin" else case])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
