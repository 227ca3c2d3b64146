"""The reviewer's desk: what a clinician should confirm first, and confirming it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sacra.files import print_json
from sacra.kb.errors import CaseError, SacraError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import FOLDER, load_knowledge
from sacra.kb.schema import KINDS

if TYPE_CHECKING:  # the reasoning is imported by the command that needs it
    from sacra.cohort.desk import Row
    from sacra.reasoning.case import Case

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_folder = click.option("--folder", type=click.Path(path_type=Path), default=FOLDER,
                       help="Another folder of knowledge.")  # fmt: skip
_CASES = Path("tests/cases")


@click.command()
@click.option("--kind", help="Only files of this kind, such as red_flags.")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="So many.")
@click.option("--due", is_flag=True, help="Only those whose review is overdue; nothing is counted.")
@click.option("--all", "every", is_flag=True, help="Also what moves nobody or is confirmed.")
@click.option("--cases", type=click.Path(path_type=Path), help="Case files to ask too, in a folder "
              "(tests/cases where that is here).")  # fmt: skip
@_folder
@_json
def review(
    kind: str | None, top: int, due: bool, every: bool, cases: Path | None, folder: Path,
    as_json: bool,
) -> None:  # fmt: skip
    """List what a clinician should confirm first: what moves urgency and plan most.

    Each rule and number that nobody has read at its source, and every red flag, is left out in
    turn, and made-up people are answered again. It takes about a minute.
    """
    from sacra.report import print_report
    from sacra.report_desk import desk_report

    knowledge, today = load_knowledge(folder), datetime.date.today()
    if kind is not None and kind not in KINDS:
        raise SacraError("--kind", f"unknown kind `{kind}`{nearest(kind, KINDS)}")
    rows = _due(knowledge, today) if due else _weighed(knowledge, today, cases, kind or "")
    shown = [row for row in rows if _belongs(row, kind, every=every or due)]
    if as_json:
        print_json(shown)
    else:
        print_report(desk_report(shown, top, knowledge))


def _due(knowledge: Knowledge, today: datetime.date) -> list[Row]:
    from sacra.cohort.desk import overdue_rows

    return overdue_rows(knowledge, today)


def _weighed(
    knowledge: Knowledge, today: datetime.date, cases: Path | None, kind: str
) -> list[Row]:
    from sacra.cohort.desk import review as review_all

    files = list(_cases(cases, knowledge))
    quiet = not sys.stderr.isatty()
    with click.progressbar(length=1, label="Leaving out", file=sys.stderr, hidden=quiet) as bar:
        return review_all(knowledge, files, today=today, kind=kind, tell=_told(bar))


def _told(bar: Any) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        bar.length = of
        bar.update(1)

    return tell


def _cases(folder: Path | None, knowledge: Knowledge) -> Iterator[Case]:
    from sacra.kb.text import read_file
    from sacra.reasoning.evaluate import read_case_file

    where = folder or _CASES
    paths = sorted(where.rglob("*.yaml")) if where.is_dir() else []
    if folder and not paths:
        raise CaseError(str(folder), "is not a folder with .yaml case files")
    yield from (read_case_file(p.stem, read_file(p), knowledge).case for p in paths)


def _belongs(row: Row, kind: str | None, *, every: bool) -> bool:
    waits = every or (row.weight > 0 and (row.overdue or not row.enough))
    return waits and (kind is None or row.fact.startswith(f"{kind}/"))


@click.command()
@click.argument("fact", metavar="ID")
@click.option("--name", required=True, help="Who confirms it.")
@click.option("--role", required=True, help="As what, such as “rheumatologist”.")
@click.option("--date", "on", metavar="DATE", help="The day it was read (today).")
@_folder
@_json
def confirm(fact: str, name: str, role: str, on: str | None, folder: Path, as_json: bool) -> None:
    """Write into the file of ID (or KIND/ID) who has read it and confirms what it says.

    It holds for the words that were read: when the file changes, it must be confirmed again. A red
    flag at same-day or above takes two different people.
    """
    from sacra.cohort.desk import row_of
    from sacra.confirm_file import confirm as write
    from sacra.confirm_file import find
    from sacra.report_desk import confirmed_words

    knowledge, today = load_knowledge(folder), datetime.date.today()
    kind, _ = find(fact, knowledge)
    changed = write(fact, name, role, _date(on) or today, folder, knowledge)
    row = row_of(kind, changed, knowledge, today)
    if as_json:
        print_json(row)
    else:
        click.echo(f"{row.fact}: {confirmed_words(row)}")


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise CaseError("--date", f"`{text}` is not a date like 2026-11-21") from None
