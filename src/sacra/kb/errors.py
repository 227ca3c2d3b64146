"""The two things that can be wrong: the knowledge files, or what somebody entered.

SacraError
├── KnowledgeError   a file in knowledge/ breaks the schema or a reference
└── CaseError        a case cannot be read, or says something impossible
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_LONGEST = 600
_LONGEST_VALUE = 80
_VALUE = re.compile(rf"`[^`]{{{_LONGEST_VALUE + 1},}}`|\d{{{_LONGEST_VALUE + 1},}}")
"""What somebody entered, repeated to them: in backticks, or a number."""


class SacraError(Exception):
    """An error whose message is for the person who can mend it; shown without a traceback."""

    def __init__(self, where: str, what: str) -> None:
        """`where` names the file and key; `what` is one clear sentence."""
        self.where = printable(where)
        self.what = printable(what)
        super().__init__(f"{self.where}: {self.what}" if where else self.what)


class KnowledgeError(SacraError):
    """A knowledge file is wrong."""


class CaseError(SacraError):
    """A case is wrong."""


def printable(text: str) -> str:
    """Text from a stranger made safe for a terminal: no control characters, never a flood."""
    values = _VALUE.sub(lambda found: _shortened(found[0], _LONGEST_VALUE), text)
    shown = _shortened(values, _LONGEST)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


def _shortened(text: str, longest: int) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known names, or nothing when none is near."""
    by_form = {_plain(one): one for one in known}
    close = difflib.get_close_matches(_plain(name), by_form, n=3, cutoff=0.6)
    near = [by_form[form] for form in close]
    return f"; did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""
