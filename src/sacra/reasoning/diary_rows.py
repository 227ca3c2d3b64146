"""Diary tables, one row a day and exercise, brought into the plain shape of a diary file.

Day columns may be repeated or left empty on further rows of the same day; they must agree.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.rows import Table
from sacra.reasoning.measures import shown
from sacra.rules.readings import UNSURE

DIARY_KEYS = ("programme", "started")
DAY_SCALES = ("pain_now", "function", "sleep")
DAY_KEYS = ("day", "at", *DAY_SCALES, "worse", "examined", "medicine", "note")
DONE_SCALES = ("pain_before", "pain_during", "pain_next_morning", "effort")
DONE_KEYS = ("exercise", "done", "level", *DONE_SCALES, "why_not")

YES = ("yes", "y", "ja", "j", "true", "1", "x")
NO = ("no", "n", "nein", "false", "0")
NOT_ASKED = "is not a yes or no question; a diary holds only answers to those"
_WORDS: dict[str, Any] = {
    **dict.fromkeys(YES, True),
    **dict.fromkeys(NO, False),
    **dict.fromkeys((UNSURE, "not sure", "unsicher", "?"), UNSURE),
}
_MEANT = {
    "date": "day",
    "on": "day",
    "datum": "day",
    "tag": "day",
    "time": "at",
    "pain": "pain_now",
}


class RawEntry(NamedTuple):
    """One day in the plain shape, not checked yet; `where` names its line or number."""

    where: str
    values: Mapping[str, Any]
    done: Sequence[tuple[str, Mapping[str, Any]]]


class RawDiary(NamedTuple):
    """A diary in the plain shape."""

    values: Mapping[str, Any]
    entries: Sequence[RawEntry]


def place(*parts: str) -> str:
    """Where something stands: the parts that there are."""
    return ", ".join(part for part in parts if part)


# --- days -------------------------------------------------------------------------------------

EARLIEST = datetime.date(2000, 1, 1)
"""No diary of Sacra is older; an earlier day is a slip of the hand."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_OTHER_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)


def read_day(value: Any, where: str, key: str) -> datetime.date:
    """A day written 2026-11-03; every other form is refused, most can be read in two ways."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    day = _iso_day(value) if isinstance(value, str) else None
    if day is None:
        what = f"`{value}` is not a day; {_other_forms(str(value))}"
        raise CaseError(place(where, key), what)
    return day


def check_year(day: datetime.date, where: str) -> None:
    """Refuse a day so long ago that its year must be wrong."""
    if day < EARLIEST:
        raise CaseError(where, f"{day} is before {EARLIEST.year}; is the year right?")


@lru_cache(maxsize=1024)
def _iso_day(text: str) -> datetime.date | None:
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    return None


def _other_forms(text: str) -> str:
    if _MOMENT.fullmatch(text):
        return "put a day with its time under `at`"
    found = _OTHER_DAY.fullmatch(text)
    if not found:
        return "write the year first, as in 2026-11-03"
    first, second, year = found.groups()
    ways = (f"{year}-{m:0>2}-{d:0>2}" for m, d in ((second, first), (first, second)))
    possible = list(dict.fromkeys(way for way in ways if _iso_day(way)))
    if not possible:
        return "write the year first, as in 2026-11-03"
    return f"write the year first: {' or '.join(possible)}"


def local_day(
    values: Mapping[str, Any], where: str
) -> tuple[datetime.date, datetime.datetime | None]:
    """The day of an entry, and its time if given; the day on the clock there, whatever offset."""
    at = _moment(values.get("at"), where)
    if values.get("day") is None:
        if at is None:
            raise CaseError(where, "has no day; write `day`, as in 2026-11-03")
        return at.date(), at
    day = read_day(values["day"], where, "day")
    if at is not None and at.date() != day:
        raise CaseError(place(where, "at"), f"is on {at.date()}, but `day` says {day}")
    return day, at


def _moment(value: Any, where: str) -> datetime.datetime | None:
    if value is None or isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        with contextlib.suppress(ValueError):
            return datetime.datetime.fromisoformat(value)
    what = f"`{value}` is not a time; write it as in 2026-11-03T07:30+01:00"
    raise CaseError(place(where, "at"), what)


# --- columns ----------------------------------------------------------------------------------

Read = Callable[[str], Any]
"""Reads one cell; a ValueError says what is wrong with it."""


class Column(NamedTuple):
    """One column: its name, the part of an entry it belongs to, and how its cells are read."""

    name: str
    part: str
    read: Read
    is_number: bool


@lru_cache(maxsize=1024)
def _number(cell: str) -> float:
    """Digits with a point or a comma; the whole file uses one of the two (`_one_sign`)."""
    if not re.fullmatch(r"-?\d{1,6}([.,]\d{1,6})?", cell, re.ASCII):
        raise ValueError(f"`{cell}` is not a number; write the number alone")
    return float(cell.replace(",", "."))


def _score(cell: str) -> Any:
    """A total, or items separated by spaces with `-` for one left empty."""
    items = [None if part == "-" else _number(part) for part in cell.split()]
    return items[0] if len(items) == 1 and items[0] is not None else items


def _several(cell: str) -> list[str]:
    return re.split(r"[\s,|]+", cell.strip(" ,|"))


def _yes_no(cell: str) -> bool:
    answer = _WORDS.get(cell.lower())
    if not isinstance(answer, bool):
        raise ValueError(f"`{cell}` is not an answer; write yes or no")
    return answer


def _answer(cell: str) -> Any:
    if cell.lower() not in _WORDS:
        raise ValueError(f"`{cell}` is not an answer; write yes, no or unsure")
    return _WORDS[cell.lower()]


_SPECIAL: dict[str, Read] = {"worse": _yes_no, "examined": _yes_no, "medicine": _several}
_NUMBERS = (*DAY_SCALES, *DONE_SCALES, "level")
_PARTS = {
    **dict.fromkeys(DIARY_KEYS, "diary"),
    **dict.fromkeys(DAY_KEYS, "day"),
    **dict.fromkeys(DONE_KEYS, "done"),
}


def _column(title: str, knowledge: Knowledge, where: str) -> Column:
    name = title.lower().replace(" ", "_")
    if part := _PARTS.get(name):
        is_number = name in _NUMBERS
        return Column(name, part, _SPECIAL.get(name, _number if is_number else str), is_number)
    if name in knowledge.measures:
        return Column(name, "measures", _score, True)
    if finding := knowledge.findings.get(name.partition(".")[0]):
        if finding.type != "yes_no":
            raise CaseError(place(where, "header"), f"`{title}` {NOT_ASKED}")
        return Column(name, "answers", _answer, False)
    asked = (f.id for f in knowledge.findings.values() if f.type == "yes_no" and f.kind != "diary")
    hint = meant(name, (*_PARTS, *knowledge.measures, *asked), tuple(_PARTS))
    what = f"unknown column `{title}`{hint}" if title else "a column has no name"
    raise CaseError(place(where, "header"), what)


def meant(name: str, known: Sequence[str], otherwise: Sequence[str] = ()) -> str:
    """The known name that was probably meant, as the end of a sentence; else what there is."""
    by_word = _MEANT.get(name.lower())
    if by_word in known:
        return f"; write `{by_word}`"
    return likely_name(name, known) or f"; known are {', '.join(otherwise or known)}"


def likely_name(name: str, known: Iterable[str]) -> str:
    """The ids that hold the words of a name ("bridge"), else those spelt nearly like it."""
    words = "_".join(name.lower().replace("-", " ").replace("_", " ").split())
    holding = sorted((one for one in known if words in one), key=len) if len(words) > 2 else []
    if holding:
        return f"; did you mean {' or '.join(f'`{one}`' for one in holding[:3])}?"
    return nearest(name, known)


def _columns(table: Table, knowledge: Knowledge, where: str) -> list[Column]:
    columns = [_column(title, knowledge, where) for title in table.header]
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise CaseError(place(where, "header"), f"the column `{name}` stands twice; keep one")
    return columns


def _one_sign(table: Table, columns: Sequence[Column], where: str) -> None:
    """Decimals are written with a point or with a comma, in the whole file."""
    numbers = [i for i, column in enumerate(columns) if column.is_number]
    found = [_first_with(sign, table, numbers) for sign in ".,"]
    if all(found):
        (early, one), (late, other) = sorted(pair for pair in found if pair)
        what = f"`{other}`, but line {early} writes `{one}`; use one decimal sign throughout"
        raise CaseError(place(where, f"line {late}"), what)


def _first_with(sign: str, table: Table, numbers: Sequence[int]) -> tuple[int, str] | None:
    cells = ((row.line, row.cells[i]) for row in table.rows for i in numbers)
    return next((pair for pair in cells if sign in pair[1]), None)


# --- rows to days -----------------------------------------------------------------------------


class _Day:
    """The rows of one day, gathered."""

    def __init__(self, where: str, on: datetime.date) -> None:
        self.where, self.on = where, on
        self.parts: dict[str, dict[str, Any]] = {"day": {}, "answers": {}, "measures": {}}
        self.done: list[tuple[str, Mapping[str, Any]]] = []
        self.row_without_exercise = ""

    def add(self, part: str, said: Mapping[str, Any], at: str) -> None:
        if part == "answers":
            _take_the_graver(self.parts[part], said)
        elif said:
            _agree(self.parts[part], said, at, "for the same day")

    def add_done(self, done: Mapping[str, Any], at: str) -> None:
        if "exercise" in done:
            self.done.append((at, done))
        elif done:
            raise CaseError(place(at, next(iter(done))), "is given without an exercise")
        elif self.row_without_exercise:
            earlier = self.row_without_exercise.rpartition("line ")[2]
            raise CaseError(at, f"is a second entry for {self.on}, after line {earlier}; keep one")
        else:
            self.row_without_exercise = at

    def raw(self) -> RawEntry:
        values = {**self.parts["day"], "answers": self.parts["answers"]}
        return RawEntry(self.where, {**values, "measures": self.parts["measures"]}, self.done)


def _take_the_graver(known: dict[str, Any], said: Mapping[str, Any]) -> None:
    """A danger that shows later in the day is not a contradiction: yes stands, then not sure."""
    for key, value in said.items():
        known[key] = max(known.get(key, value), value, key=_GRAVITY.__getitem__)


_GRAVITY: dict[Any, int] = {False: 0, UNSURE: 1, True: 2}


def _agree(known: dict[str, Any], said: Mapping[str, Any], at: str, of_what: str) -> None:
    """Add what a row says; a day may hold several times, of which the first stands for it."""
    for key, value in said.items():
        if known.setdefault(key, value) != value and key != "at":
            what = f"`{shown(value)}` contradicts `{shown(known[key])}` further up {of_what}"
            raise CaseError(place(at, key), what)


def from_table(table: Table, knowledge: Knowledge, where: str) -> RawDiary:
    """The plain shape of a table.

    Raises:
        CaseError: an unknown column, a cell that cannot be read, rows that contradict each other.
    """
    columns = _columns(table, knowledge, where)
    _one_sign(table, columns, where)
    by_part = {part: _of(part, columns) for part in ("diary", "day", "answers", "measures", "done")}
    whole: dict[str, Any] = {}
    days: list[_Day] = []
    before = place(where, "line ")
    for line, cells in table.rows:
        at = f"{before}{line}"
        said = {part: _read(cells, by_part[part], at) for part in by_part}
        _agree(whole, said["diary"], at, "in this file")
        on, _ = local_day(said["day"], at)
        if not days or days[-1].on != on:
            days.append(_Day(at, on))
        for part in days[-1].parts:
            days[-1].add(part, said[part], at)
        days[-1].add_done(said["done"], at)
    return RawDiary(whole, [day.raw() for day in days])


def _of(part: str, columns: Sequence[Column]) -> list[tuple[int, str, Read]]:
    return [(i, c.name, c.read) for i, c in enumerate(columns) if c.part == part]


def _read(cells: Sequence[str], columns: list[tuple[int, str, Read]], at: str) -> dict[str, Any]:
    """What the filled cells of these columns say."""
    said: dict[str, Any] = {}
    for i, name, read in columns:
        if cells[i]:
            try:
                said[name] = read(cells[i])
            except ValueError as problem:
                raise CaseError(place(at, name), str(problem)) from None
    return said
