"""Reading YAML that strangers write: plain data only, no tags, no anchors, no double keys.

Data is built from the parser's events, one at a time. Building its tree of nodes first, as
`yaml.safe_load` does, crashes the whole process on a file of a hundred thousand brackets.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from sacra.kb.errors import CaseError, SacraError

MAX_BYTES = 1_000_000
"""Larger than any case a person could write; no more than this is ever read."""
MAX_DEPTH = 50
"""Deeper than any list of lists a person could write."""

_TAG = "tag:yaml.org,2002:"
_TRUE = {"yes", "true", "on"}


def read_file(path: Path, error: type[SacraError] = CaseError, most: int = MAX_BYTES) -> Any:
    """The plain data in one YAML file of at most so many bytes.

    Raises:
        SacraError: of the class `error`; the file cannot be read, is too large, not text or not
            plain YAML.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as problem:
        raise error(str(path), f"cannot be read ({problem.strerror or problem})") from None
    return read_text(raw, str(path), error, most)


def read_text(
    raw: bytes, where: str, error: type[SacraError] = CaseError, most: int = MAX_BYTES
) -> Any:
    """The plain data in some YAML text; see `read_file`."""
    if len(raw) > most:
        raise error(where, f"is larger than {most:,} bytes; a file holds one case or fact")
    try:
        return _Builder(raw.decode("utf-8-sig"), where, error).document()
    except UnicodeDecodeError:
        raise error(where, "is not text in UTF-8") from None
    except yaml.YAMLError as problem:
        raise error(where, f"is not valid YAML ({_first_line(problem, raw)})") from None


def _first_line(problem: yaml.YAMLError, raw: bytes) -> str:
    mark = getattr(problem, "problem_mark", None)
    lines = raw.decode("utf-8-sig").splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip() and line[: len(line) - len(line.lstrip())].count("\t"):
            return f"line {number}: begins with a tab; use spaces, or nothing"
        if re.fullmatch(r"[A-Za-z_.]+(:\S+| *=.*)", line.strip()):
            return f"line {number}: write `finding: value`, with a colon and a space"
    text = getattr(problem, "problem", None) or str(problem).splitlines()[0]
    return f"line {mark.line + 1}: {text}" if mark else text


class _Builder:
    """Turns YAML events into plain data and refuses everything that is not plain."""

    def __init__(self, text: str, where: str, error: type[SacraError]) -> None:
        self.loader: Any = yaml.CSafeLoader(text)  # its events have no exact types
        self.where = where
        self.error = error
        self.key = ""  # that whose value is being built

    def fail(self, event: Any, what: str) -> SacraError:
        return self.error(f"{self.where}, line {event.start_mark.line + 1}", what)

    def document(self) -> Any:
        self.loader.get_event()  # the start of the stream
        if self.loader.check_event(yaml.StreamEndEvent):
            return None
        self.loader.get_event()  # the start of the document
        data = self.build(self.loader.get_event(), depth=0)
        self.loader.get_event()  # the end of the document
        after = self.loader.get_event()
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.fail(after, "a second document (---) begins; a file holds one")
        return data

    def build(self, event: yaml.Event, depth: int) -> Any:
        self.refuse_what_is_not_plain(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self.build(item, depth + 1) for item in self.until(yaml.SequenceEndEvent)]
        return self.mapping(depth + 1)

    def refuse_what_is_not_plain(self, event: yaml.Event, depth: int) -> None:
        if getattr(event, "anchor", None):
            raise self.fail(event, "anchors and aliases (& and *) are not used here; write it out")
        if tag := getattr(event, "tag", None):
            shown = tag.replace(_TAG, "!!")
            raise self.fail(event, f"the tag {shown} is not used here; write plain data")
        if depth > MAX_DEPTH:
            raise self.fail(event, f"is nested too deeply, more than {MAX_DEPTH} levels")

    def until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := self.loader.get_event(), end):
            yield event

    def mapping(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in self.until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.fail(event, "a key must be a word")
            key = self.build(event, depth)
            if not isinstance(key, str):
                raise self.fail(event, f"the key `{event.value}` is not a word; put it in quotes")
            if key in result:
                raise self.fail(event, f"`{event.value}` is given twice; keep one")
            outer, self.key = self.key, key
            result[key] = self.build(self.loader.get_event(), depth)
            self.key = outer
        return result

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        if not event.implicit[0] or event.value[:1] not in _MAY_BE_MORE:
            return event.value  # in quotes, or no number, date, yes or no begins like this
        tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        try:
            return _SCALARS[tag.removeprefix(_TAG)](event.value)
        except _NotFiniteError as problem:
            raise self.fail(event, f"{self.named()}{problem}") from None
        except (KeyError, ValueError):
            what = f"`{event.value}` is not a value; put it in quotes if it is text"
            raise self.fail(event, what) from None

    def named(self) -> str:
        """The key whose value is being built, to begin a sentence with."""
        return f"`{self.key}`: " if self.key else ""


_MAY_BE_MORE = frozenset(yaml.CSafeLoader.yaml_implicit_resolvers)
"""First letters of what is more than text when it stands without quotes; empty is null."""


class _NotFiniteError(Exception):
    """A number that is none, or beyond all others."""


def _finite(text: str) -> float:
    number = float(re.sub(r"\.(?=nan|inf)", "", text.lower()))  # YAML writes them with a point
    if not math.isfinite(number):
        what = "not a number" if math.isnan(number) else "not finite"
        raise _NotFiniteError(f"`{text}` is {what}; give a number in digits, such as 12.5")
    return number


_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "bool": lambda text: text.lower() in _TRUE,
    "int": int,
    "float": _finite,
    "null": lambda _text: None,
    "timestamp": datetime.date.fromisoformat,
}
