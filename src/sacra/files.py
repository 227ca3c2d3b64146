"""What the commands read and write: cases, diaries, programmes; one sentence when they cannot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from sacra.kb.errors import CaseError
from sacra.kb.text import MAX_BYTES, read_file, read_text

_CASE = "case; write one `finding: value` a line"


def read_mapping(path: Path, what: str = _CASE) -> tuple[dict[str, Any], str]:
    """The lines of a file, or of standard input for `-`, and how to name it in a message.

    `what` it should hold, and how that is written, is said where it holds none.
    """
    where = "standard input" if str(path) == "-" else str(path)
    if str(path) == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
        data = read_text(raw, where)
    else:
        data = read_file(path)
    if not isinstance(data, dict):
        raise CaseError(where, f"holds no {what}")
    return data, where


def read_bytes(path: Path) -> bytes:
    """What is in a file, and no more than shows that it is too large to be one of ours."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise CaseError(str(path), f"cannot be read ({problem.strerror or problem})") from None


def write_text(path: Path, text: str) -> None:
    """Write a file, or say in one sentence why not."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise CaseError(str(path), f"cannot be written ({problem.strerror or problem})") from None


def print_json(data: Any) -> None:
    """Print JSON, indented."""
    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
