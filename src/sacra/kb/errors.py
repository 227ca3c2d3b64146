"""The two things that can be wrong: the knowledge files, or what somebody entered.

SacraError
├── KnowledgeError   a file in knowledge/ breaks the schema or a reference
└── CaseError        a case cannot be read, or says something impossible
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SacraError(Exception):
    """An error whose message is for the person who can mend it; shown without a traceback."""

    def __init__(self, where: str, what: str) -> None:
        """`where` names the file and key; `what` is one clear sentence."""
        super().__init__(f"{where}: {what}" if where else what)
        self.where = where
        self.what = what


class KnowledgeError(SacraError):
    """A knowledge file is wrong."""


class CaseError(SacraError):
    """A case is wrong."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known names, or nothing when none is near."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""
