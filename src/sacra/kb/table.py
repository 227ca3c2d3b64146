"""Reading tables that strangers write: CSV text into plain rows of words, and nothing else.

Separators are `;`, a tab or `,`, whichever the header uses most. Numbers stay words: what they
mean depends on the column, and on whether the file writes decimals with a comma.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from sacra.kb.errors import CaseError
from sacra.kb.rows import Row, Table

_SEPARATORS = (";", "\t", ",")
MAX_TABLE_BYTES = 6_000_000
"""Three years of six exercises a day take 0.5 MB with notes of 20 words, 5.3 MB with 900."""


def read_table(path: Path) -> Table:
    """The rows of one CSV file.

    Raises:
        CaseError: the file cannot be read, is too large, not text, or not a table.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_TABLE_BYTES + 1)
    except OSError as problem:
        raise CaseError(str(path), f"cannot be read ({problem.strerror or problem})") from None
    return read_table_text(raw, str(path))


def read_table_text(raw: bytes, where: str) -> Table:
    """The rows of some CSV text; see `read_table`."""
    if len(raw) > MAX_TABLE_BYTES:
        what = "shorten the notes, and keep every day and every answer"
        raise CaseError(where, f"is larger than {MAX_TABLE_BYTES:,} bytes; {what}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CaseError(where, "is not text in UTF-8; save it as CSV UTF-8") from None
    rows = _rows(text, where)
    header = next(rows, None)
    if header is None:
        raise CaseError(where, "is empty; begin with a row of column names")
    names = _without_empty_end(header.cells)
    return Table(names, tuple(_fitted(row, header, len(names), where) for row in rows))


def _rows(text: str, where: str) -> Iterator[Row]:
    """Every row that holds something; spreadsheets end a file with rows of empty cells."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                yield Row(begins, stripped)
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise CaseError(f"{where}, line {begins}", f"is not a row of CSV ({problem})") from None


def _separator(text: str) -> str:
    stripped = text.lstrip()
    first = stripped.splitlines()[0] if stripped else ""
    return max(_SEPARATORS, key=first.count)


def _without_empty_end(names: tuple[str, ...]) -> tuple[str, ...]:
    """Column names up to the last that is not empty."""
    return names[: max(i for i, name in enumerate(names, 1) if name)]


def _fitted(row: Row, header: Row, width: int, where: str) -> Row:
    """The row cut to the named columns; refused when it is shorter or longer than the header."""
    given, wanted = len(row.cells), len(header.cells)
    if given == wanted and not any(row.cells[width:]):
        return row._replace(cells=row.cells[:width])
    at = f"{where}, line {row.line}" if where else f"line {row.line}"
    if given == wanted:
        raise CaseError(at, f"has a value beyond the last named column: `{row.cells[-1]}`")
    hint = "; put text and numbers that hold the separator in quotes" if given > wanted else ""
    raise CaseError(at, f"has {given} cells and the header has {wanted}{hint}")
