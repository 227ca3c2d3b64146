"""What a table is once it has been read: plain rows of words, for those who do no reading."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One row: the line it begins on, and its cells without the spaces around them."""

    line: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """A header and its rows, each as long as the header."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
