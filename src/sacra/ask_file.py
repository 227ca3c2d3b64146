"""The case file of an interview: what was there stays as it is, answers are added at its end.

A file that somebody wrote by hand has comments, an order and blocks of its own (`expected`,
`note`). Answers only ever join a case, so they are appended, and every line above stays byte for
byte. Where appending would not read back as meant (a file in braces), the file is written anew
with all its keys, without comments.
"""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

from sacra.kb.errors import CaseError, SacraError
from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file, read_text
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.evaluate import RESERVED


def fresh_name(today: datetime.date) -> Path:
    """A file in this folder that is not there yet: nobody's answers are mixed with another's."""
    name = f"sacra_case_{today}"
    every = (Path(f"{name}{number}.yaml") for number in ("", *(f"_{n}" for n in range(2, 1000))))
    return next(path for path in every if not path.exists())


class CaseFile:
    """One case on disk: read once, written after every screen.

    Raises:
        SacraError: it is there and cannot be read, or is no case.
    """

    def __init__(self, path: Path, today: datetime.date) -> None:
        self.path = path
        self._today = today
        self._data: dict[str, Any] = {"as_of": today}
        self._text = f"as_of: {today}\n"
        if path.exists() or path.is_symlink():
            self._data = read_file(path) or {}
            self._text = path.read_bytes().decode("utf-8-sig")
        if not isinstance(self._data, dict):
            raise CaseError(str(path), "holds no case; write one `finding: value` a line")

    def case(self, knowledge: Knowledge) -> Case:
        """What the file says, checked."""
        findings = {key: value for key, value in self._data.items() if key not in RESERVED}
        return read_case(findings, knowledge, str(self.path))

    def save(self, case: Case) -> None:
        """Put all of it on disk at once: a crash leaves the file as it was or as it is meant.

        Raises:
            SacraError: it cannot be written.
        """
        try:
            _replace(self.path.resolve(), self._with(case).encode())
        except OSError as problem:
            what = f"cannot be written ({problem.strerror or problem})"
            raise SacraError(str(self.path), what) from None

    def _with(self, case: Case) -> str:
        added = {k: _plain(v) for k, v in case.findings.items() if k not in self._data}
        if not added:
            return self._text
        whole = {**self._data, **added}
        start = self._text if self._text.endswith("\n") or not self._text else f"{self._text}\n"
        text = f"{start}# answered with sacra ask, {self._today}\n{_yaml(added)}"
        try:
            return text if read_text(text.encode(), "") == whole else _yaml(whole)
        except CaseError:
            return _yaml(whole)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _yaml(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _replace(path: Path, content: bytes) -> None:
    """A new file takes the place of the old one; only its owner can read a new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
