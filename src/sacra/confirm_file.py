"""Writing a confirmation into a knowledge file: at its end, and nothing else of it changes."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from sacra.kb.errors import SacraError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import convert, load_knowledge, read_fact
from sacra.kb.schema import KINDS, Confirmation, Fact
from sacra.kb.signing import enough, fingerprint, overdue_since, same_person
from sacra.kb.text import read_text

_LONGEST = 100
_KEY = "confirmed:"


def confirm(
    named: str, name: str, role: str, on: datetime.date, folder: Path, knowledge: Knowledge
) -> Fact:
    """Write into the file of a fact that this person confirms what it says; the fact as it is now.

    Raises:
        SacraError: an unknown fact, no name or role, a future date, a person who has done so
            already, or a file that cannot be written.
    """
    kind, fact = find(named, knowledge)
    said = Confirmation(name=_line(name, "name"), role=_line(role, "role"), day=on, of="")
    _refuse_future(on)
    _refuse_twice(fact, said, knowledge)
    path = folder / kind / f"{fact.id}.yaml"
    data = read_fact(path)
    said = msgspec.structs.replace(said, of=fingerprint(data))
    kept = [one for one in fact.confirmed if same_person(one.name) != same_person(said.name)]
    text = with_confirmations(path.read_text(encoding="utf-8"), [*kept, said])
    changed = _checked(kind, fact.id, data, text)
    _replace(path, text)
    load_knowledge.cache_clear()  # what was read before is not what stands there now
    return changed


def find(named: str, knowledge: Knowledge) -> tuple[str, Fact]:
    """The fact of `kind/id`, or of an id that only one kind has.

    Raises:
        SacraError: there is none, or there are several; the message names what is near.
    """
    kind, _, name = named.rpartition("/")
    facts = {(k, f.id): f for k, f in knowledge.facts() if isinstance(f, Fact)}
    found = [key for key in facts if key[1] == name and kind in ("", key[0])]
    if len(found) > 1:
        which = " or ".join(f"{k}/{n}" for k, n in found)
        raise SacraError("", f"`{named}` is the id of several; say {which}")
    if not found:
        raise SacraError("", f"unknown id `{named}`{nearest(named, _names(facts, kind))}")
    return found[0][0], facts[found[0]]


def _names(facts: dict[tuple[str, str], Fact], kind: str) -> list[str]:
    if kind and kind not in KINDS:
        return list(KINDS)
    return [f"{k}/{n}" if kind else n for k, n in facts]


def _line(text: str, what: str) -> str:
    line = " ".join(text.split())
    if not any(map(str.isalpha, line)):
        raise SacraError(f"--{what}", f"say the {what} of whoever confirms it")
    if len(line) > _LONGEST or not line.isprintable():
        raise SacraError(f"--{what}", f"is one line of at most {_LONGEST} signs")
    return line


def _refuse_future(on: datetime.date) -> None:
    if on > (today := datetime.date.today()):
        raise SacraError("--date", f"{on} is in the future; today is {today}")


def _refuse_twice(fact: Fact, said: Confirmation, knowledge: Knowledge) -> None:
    """Nobody confirms the same words twice while their first word still holds."""
    before = next(
        (o for o in fact.confirmed if same_person(o.name) == same_person(said.name)), None
    )
    if before is None:
        return
    if said.day < before.day:
        raise SacraError("--date", f"{said.day} is before {before.name} confirmed it, {before.day}")
    alone = msgspec.structs.replace(fact, confirmed=(before,))
    if overdue_since(alone, knowledge, said.day) is None:
        more = "" if enough(fact) else "; the second person has to be somebody else"
        raise SacraError("--name", f"{before.name} has confirmed it already, on {before.day}{more}")


# --- the text ---------------------------------------------------------------------------------


def with_confirmations(text: str, confirmed: list[Confirmation]) -> str:
    """The text of a file with these confirmations in place of those it has; else at its end."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.rstrip() == _KEY), len(lines))
    end = next((i for i in range(start + 1, len(lines)) if _is_key(lines[i])), len(lines))
    new = [_KEY, *(line for one in confirmed for line in _lines(one))]
    return "\n".join([*lines[:start], *new, *lines[max(start, end) :]]) + "\n"


def _is_key(line: str) -> bool:
    """Whether the next key of the file begins here, or a comment on it."""
    return bool(line) and not line.startswith((" ", "-"))


def _lines(one: Confirmation) -> list[str]:
    return [
        f"- name: {_quoted(one.name)}",
        f"  role: {_quoted(one.role)}",
        f"  day: {one.day}",
        f"  of: {_quoted(one.of)}",
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _checked(kind: str, name: str, before: dict[str, Any], text: str) -> Fact:
    """The fact in the new text, which says all that the old one did."""
    data = read_text(text.encode(), f"{kind}/{name}.yaml", SacraError)
    if fingerprint(data) != fingerprint(before):
        raise SacraError(f"{kind}/{name}.yaml", "write its keys in the usual way: one a line")
    fact = convert(kind, name, data)
    assert isinstance(fact, Fact)
    return fact


def _replace(path: Path, text: str) -> None:
    """Write the whole file or leave it as it was."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, suffix=".new", encoding="utf-8", delete=False
        ) as file:
            file.write(text)
        new = Path(file.name)
        new.chmod(path.stat().st_mode)
        new.replace(path)
    except OSError as problem:
        raise SacraError(str(path), f"cannot be written ({problem.strerror or problem})") from None
