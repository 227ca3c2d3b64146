"""Reading YAML that strangers write: plain data only, no tags, no anchors, no double keys."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import yaml

from sacra.kb.errors import CaseError, SacraError

MAX_BYTES = 1_000_000
"""Larger than any case a person could write; checked before the file is read."""

_TAG = "tag:yaml.org,2002:"
_TRUE = {"yes", "true", "on"}


def read_file(path: Path, error: type[SacraError] = CaseError) -> Any:
    """The plain data in one YAML file.

    Raises:
        SacraError: of the class `error`; the file cannot be read, is too large, not text or not
            plain YAML.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(str(path), f"is larger than {MAX_BYTES:,} bytes, so it is not a case file")
        return read_text(path.read_bytes(), str(path), error)
    except OSError as problem:
        raise error(str(path), f"cannot be read ({problem.strerror or problem})") from None


def read_text(raw: bytes, where: str, error: type[SacraError] = CaseError) -> Any:
    """The plain data in some YAML text; see `read_file`."""
    if len(raw) > MAX_BYTES:
        raise error(where, f"is larger than {MAX_BYTES:,} bytes, so it is not a case")
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.CSafeLoader)
        return None if node is None else _Builder(where, error).build(node)
    except UnicodeDecodeError:
        raise error(where, "is not text in UTF-8") from None
    except yaml.YAMLError as problem:
        raise error(where, f"is not valid YAML ({_first_line(problem)})") from None
    except RecursionError:
        raise error(where, "is nested too deeply") from None


def _first_line(problem: yaml.YAMLError) -> str:
    mark = getattr(problem, "problem_mark", None)
    text = getattr(problem, "problem", None) or str(problem).splitlines()[0]
    return f"line {mark.line + 1}: {text}" if mark else text


class _Builder:
    """Turns YAML nodes into plain data and refuses everything that is not plain."""

    def __init__(self, where: str, error: type[SacraError]) -> None:
        self.where = where
        self.error = error
        self.seen: set[int] = set()

    def fail(self, node: yaml.Node, what: str) -> SacraError:
        return self.error(f"{self.where}, line {node.start_mark.line + 1}", what)

    def build(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if id(node) in self.seen:
            raise self.fail(node, "anchors and aliases (& and *) are not used here; write it out")
        self.seen.add(id(node))
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.build(item) for item in node.value]
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self.mapping(node)
        raise self.fail(node, f"the tag {node.tag} is not used here; write plain data")

    def mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.fail(key_node, "a key must be a word")
            key = self.scalar(key_node)
            if key in result:
                raise self.fail(key_node, f"`{key}` is given twice; keep one")
            result[key] = self.build(value_node)
        return result

    def scalar(self, node: yaml.ScalarNode) -> Any:
        kind, text = node.tag.removeprefix(_TAG), node.value
        try:
            return _SCALARS[kind](text)
        except KeyError:
            raise self.fail(node, f"the tag {node.tag} is not used here; write plain data") from None
        except ValueError:
            raise self.fail(node, f"`{text}` is not a value; put it in quotes if it is text") from None


_SCALARS = {
    "str": str,
    "bool": lambda text: text.lower() in _TRUE,
    "int": int,
    "float": float,
    "null": lambda _text: None,
    "timestamp": datetime.date.fromisoformat,
}
