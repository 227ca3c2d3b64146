"""Reading ``knowledge/``: the only place that does."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

import msgspec

from sacra.kb import schema
from sacra.kb.errors import KnowledgeError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import KINDS, Named
from sacra.kb.signing import broken_confirmation
from sacra.kb.text import read_file
from sacra.rules.language import Rule, parse_rule

FOLDER = Path(__file__).parent.parent / "knowledge"
_ID = re.compile(r"[a-z][a-z0-9_]*")

_STRUCTS = [shape for shape in vars(schema).values() if isinstance(shape, type)]
_FIELDS = {name for shape in _STRUCTS for name in getattr(shape, "__struct_fields__", ())}


@lru_cache(maxsize=4)
def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """Everything in `folder`, checked file by file against the schema.

    Raises:
        KnowledgeError: a file is not what its folder asks for; the message names file and key.
    """
    raw = {kind: {p.stem: read_fact(p) for p in files(folder, kind)} for kind in KINDS}
    facts = {kind: {n: convert(kind, n, raw[kind][n]) for n in raw[kind]} for kind in KINDS}
    return Knowledge(version=_version(raw), **cast(Any, facts))


def files(folder: Path, kind: str) -> list[Path]:
    """The files of one kind, in the order of their ids."""
    return sorted((folder / kind).glob("*.yaml"))


def read_fact(path: Path) -> dict[str, Any]:
    """The plain data of one file, without its schema."""
    where = f"{path.parent.name}/{path.name}"
    if not _ID.fullmatch(path.stem):
        raise KnowledgeError(where, "a file name is lower case letters, digits and underscores")
    data = read_file(path, KnowledgeError)
    if not isinstance(data, dict):
        raise KnowledgeError(where, "is empty or not a mapping")
    if "id" in data:
        raise KnowledgeError(where, "the file name is the id; take `id` out")
    return data


def convert(kind: str, name: str, data: dict[str, Any]) -> Named:
    """One fact from its plain data."""
    struct = KINDS[kind]
    try:
        fact = msgspec.convert({"id": name, **data}, struct, dec_hook=_decode_rule)
    except msgspec.ValidationError as problem:
        raise KnowledgeError(f"{kind}/{name}.yaml", _sentence(str(problem), struct)) from None
    if why := broken_confirmation(data):
        raise KnowledgeError(f"{kind}/{name}.yaml", why)
    return fact


def _decode_rule(wanted: type, data: object) -> Rule:
    if wanted is not Rule:
        # what msgspec asks of a hook that does not know the type
        raise NotImplementedError(f"no reader for {wanted}")
    return parse_rule(data)


def _sentence(problem: str, struct: type[Named]) -> str:
    unknown = re.search(r"unknown field `(.+?)`", problem)
    if not unknown:
        return problem
    inside = " - at `$" in problem  # of a part of the file, which may be any struct
    return problem + nearest(unknown[1], _FIELDS if inside else struct.__struct_fields__)


def _version(raw: dict[str, Any]) -> str:
    """The release and 12 hex digits over the canonical JSON of all files that answers rest on."""
    read = {kind: raw[kind] for kind in raw if kind != "risks"}  # the log of hazards moves none
    canonical = msgspec.json.encode(read, order="sorted")
    return f"{_release()}-{hashlib.sha256(canonical).hexdigest()[:12]}"


def _release() -> str:
    try:
        return version("sacra")
    except PackageNotFoundError:
        return "0"
