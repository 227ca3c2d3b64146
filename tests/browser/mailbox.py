"""A post office for a server under test: each e-mail is a file in its folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from django.core.mail.backends import filebased


class EmailBackend(filebased.EmailBackend):
    """What `SACRA_EMAIL_BACKEND` names."""

    def __init__(self, *args: Any, **more: Any) -> None:
        folder = Path(os.environ["SACRA_DATA"], "mail")
        super().__init__(*args, **{**more, "file_path": folder})


def letters(folder: Path) -> list[str]:
    """All that was sent, the oldest first."""
    files = sorted((folder / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns)
    return [one for path in files for one in path.read_text().split("-" * 79) if one.strip()]


def code_in(letter: str) -> str:
    """The code that a letter brings."""
    (code,) = re.findall(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", letter, re.MULTILINE)
    return str(code)
