"""What is wrong with the shape of a scenario or measurement, and the nearest valid thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec

from sacra.kb import schema_joint as s
from sacra.kb.errors import CaseError, nearest

_SHAPES = (s.Scenario, s.Point, s.Load, s.Belt, s.Support, s.Measurement, s.Comparison, s.Term)
_KINDS: Final = {
    "float": "a number", "int": "a whole number", "str": "text", "bool": "true or false",
    "array": "a list", "object": "keys with values", "null": "nothing",
}  # fmt: skip
_FORMS: Final = {
    "points": "{l4: {bone: sacrum, origin: s1, place: [0, 60, 0]}}", "place": "[0, 60, 0]",
    "loads": "[{bone: sacrum, at: s1, force: [0, -500, 0]}]", "force": "[0, -500, 0]",
    "moment": "[0, 0, 10]", "support": "[{bone: sacrum, hold: [x, y, z]}]", "hold": "[x, y, z]",
    "belt": "{tension: 50, height: high}", "tension": "50", "cut": "[symphysis]",
    "muscles": "{psoas: 0.1}", "shorter_leg": "{left: 10}", "laxity": "{right: 0.7}",
    "bond": "{right: 20}", "traits": "{friction: 0.3}", "want": "[nutation_right]",
    "body_weight": "700", "people": "200", "seed": "1",
}  # fmt: skip
"""How a value is written."""
_UNITS: Final = {"force": "N", "moment": "N m", "tension": "N", "body_weight": "N",
                 "shorter_leg": "mm", "place": "mm"}  # fmt: skip


def problem_of(data: Mapping[str, Any], shape: type, problem: msgspec.ValidationError) -> str:
    """What msgspec found in some data, with the name of the entry that it calls `[...]`."""
    told = str(problem)
    if inside := re.search(r"`\$\.(\w+)\[\.\.\.\]", told):
        among = data[inside[1]]
        wrong = (name for name in among if _wrong({**data, inside[1]: {name: among[name]}}, shape))
        told = told.replace("[...]", f".{next(wrong, '')}", 1)
    return _sentence(told, shape)


def refuse_empty(data: Mapping[str, Any], where: str) -> None:
    """Raise a CaseError for a key without a value, as YAML has it when nothing follows."""
    for key, value in data.items():
        if value is None:
            raise CaseError(where, f"`{key}` is empty; leave it out{_form(key, ' or write')}")


def _wrong(data: Mapping[str, Any], shape: type) -> bool:
    try:
        msgspec.convert(data, shape)
    except msgspec.ValidationError:
        return True
    return False


def _sentence(problem: str, shape: type) -> str:
    """A message of msgspec, as a reader of scenarios would say it."""
    what, _, at = problem.partition(" - at `")
    key = at.removeprefix("key` in `").strip("`$.")
    field = re.sub(r"\[.*?\]", "", key).rpartition(".")[2]
    if unknown := re.search(r"unknown field `(.+?)`", what):
        return _unknown(unknown[1], key, shape)
    if missing := re.search(r"missing required field `(.+?)`", what):
        return f"`{missing[1]}` is missing{_inside(key)}{_form(missing[1])}"
    if choice := re.search(r"Invalid enum value '(.+?)'", what):
        known = list(_choices(field))
        near = nearest(choice[1], known) or f"; it can be {', '.join(known)}"
        return f"`{key}` cannot be `{choice[1]}`{near}"
    told = re.sub(r"`([a-z |]+)`", lambda kinds: _in_words(kinds[1]), what)
    told = told[0].lower() + told[1:]
    return f"`{key}` is not right: {told}{_form(field)}" if key else told


def _unknown(name: str, key: str, shape: Any) -> str:
    """A key that is none there, and the nearest that is."""
    names = re.split(r"[.\[]", key)  # the last of them that is no name of one's own nor a number
    here = next((_INSIDE[one] for one in reversed(names) if one in _INSIDE), shape)
    if here is s.Measurement and name in s.Scenario.__struct_fields__:
        return f"`{name}` is a key of a scenario; a measurement has those of its own under `runs`"
    return f"unknown key `{name}`{_inside(key)}{nearest(name, here.__struct_fields__)}"


def _inside(key: str) -> str:
    return f" in `{key}`" if key else ""


_INSIDE: Final[dict[str, Any]] = {
    "points": s.Point, "loads": s.Load, "belt": s.Belt, "support": s.Support,
    "compare": s.Comparison, "of": s.Term, "runs": s.Scenario,
}  # fmt: skip
"""What each key holds."""


def _in_words(kinds: str) -> str:
    """What msgspec calls a kind of value, as a reader would."""
    told = [_KINDS.get(kind, f"`{kind}`") for kind in kinds.split(" | ") if kind != "null"]
    return " or ".join(told) or _KINDS["null"]


def _form(field: str, write: str = "; write") -> str:
    if field not in _FORMS:
        return ""
    unit = f", in {_UNITS[field]}" if field in _UNITS else ""
    return f"{write} `{field}: {_FORMS[field]}`{unit}"


@cache
def _choices(field: str) -> tuple[str, ...]:
    """The words that a field, or a key in it, can be."""
    hints = [get_type_hints(shape).get(field) for shape in _SHAPES]
    return tuple(dict.fromkeys(word for hint in hints for word in _words(hint)))


def _words(hint: Any) -> Iterator[str]:
    for part in get_args(hint):
        if get_origin(hint) is Literal:
            yield part
        else:
            yield from _words(part)
