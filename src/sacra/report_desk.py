"""Text for `sacra knowledge review`: what to confirm first, and why."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from sacra.cohort.desk import Moved, Row
from sacra.kb.knowledge import Knowledge

_PARTS = 3


def desk_report(rows: list[Row], top: int, knowledge: Knowledge) -> RenderableType:
    """The heaviest files, each with what it moves, its sources and who has confirmed it."""
    if not rows:
        return Text("Nothing here waits for a clinician.")
    shown = [part for row in rows[:top] for part in _row(row, knowledge)]
    rest = f"{len(rows) - top} more wait; see them with --top." if len(rows) > top else ""
    return Group(Text(_HEAD + "\n"), *shown, Text(rest))


_HEAD = (
    "What to confirm first: what changes for made-up people when a part is left out. The counts "
    "compare parts; they are no rates."
)


def _row(row: Row, knowledge: Knowledge) -> Iterator[RenderableType]:
    weight = f"  weighs {row.weight:g}" if row.moved else ""
    yield Text.assemble((row.fact, "bold"), f"{weight}  ({row.mark.replace('_', ' ')})")
    lines = [_moved(one) for one in row.moved[:_PARTS]]
    if len(row.moved) > _PARTS:
        lines.append(f"and {len(row.moved) - _PARTS} more parts")
    lines += [confirmed_words(row), f"sources: {', '.join(_titles(row, knowledge))}"]
    yield Padding(Group(*(Text(line) for line in lines)), (0, 0, 1, 4))


def _moved(one: Moved) -> str:
    return f"{one.part}  → urgency of {one.urgency}, plan of {one.plan}"


def confirmed_words(row: Row) -> str:
    """Who has confirmed a file, how many it takes, and when it is to be looked at again."""
    people = "; ".join(f"{one.name}, {one.role}, {one.day}" for one in row.confirmed)
    needed = f"confirmed by {len(row.confirmed)} of {row.needed}"
    due = f"; review {'overdue since' if row.overdue else 'due'} {row.next_review}"
    return f"{needed}{f': {people}' if people else ''}{due if row.next_review else ''}"


def _titles(row: Row, knowledge: Knowledge) -> Iterator[str]:
    for name in row.sources:
        year = knowledge.sources[name].year
        yield f"{name} ({year})" if year else name
