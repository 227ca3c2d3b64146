"""Reading a scenario: one sentence that names the key, and the nearest valid one."""

from __future__ import annotations

import re
from typing import Any, get_args

import msgspec

from sacra.kb import schema_joint as s
from sacra.kb.errors import CaseError, nearest

_STRUCTS = [shape for shape in vars(s).values() if isinstance(shape, type)]
_FIELDS = {name for shape in _STRUCTS for name in getattr(shape, "__struct_fields__", ())}


def read_scenario(data: Any, where: str) -> s.Scenario:
    """A scenario from plain data.

    Raises:
        CaseError: a key or value is not one of a scenario.
    """
    try:
        return msgspec.convert(data, s.Scenario)
    except msgspec.ValidationError as problem:
        raise CaseError(where, _sentence(str(problem))) from None


def _sentence(problem: str) -> str:
    what, _, at = problem.partition(" - at `$")
    key = at.strip("`.")
    if unknown := re.search(r"unknown field `(.+?)`", what):
        return f"unknown key `{unknown[1]}`{nearest(unknown[1], _FIELDS)}"
    if choice := re.search(r"Invalid enum value '(.+?)'", what):
        known = [str(c) for c in _choices()]
        return f"`{key}` cannot be `{choice[1]}`{nearest(choice[1], known)}"
    return f"`{key}` is not right: {what[0].lower()}{what[1:]}" if key else what


def _choices() -> set[str]:
    aliases = (s.Body, s.Motion, s.Sex, s.SideName, s.Part, s.SupportName)
    return {choice for alias in aliases for choice in get_args(alias)}
