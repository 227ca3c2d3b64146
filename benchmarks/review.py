"""The review of a year of daily entries; beside it, reading that year as a table with csv."""

from __future__ import annotations

import csv
import datetime
import io
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from benchmarks._timing import median_ms
from sacra.cohort.virtual import START, Life, Person, diary_of
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.diary import Diary, Entry
from sacra.reasoning.programme import build_programme
from sacra.reasoning.review import review_diary
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes

EXAMPLE = Path(__file__).parent.parent / "examples" / "si_pain_examined.yaml"
PERSON = Person(6, 0.06, 0.7, 0.005, 1.5, 0.02, 0.95, 1.0, -1, "")
YEAR = 52


def main() -> None:
    """Print the time of the last weekly review of a year, and of the first review of all of it."""
    knowledge = load_knowledge()
    case = read_case(read_file(EXAMPLE), knowledge)
    plan = assess(case, knowledge).plan
    first = msgspec.structs.replace(build_programme(plan, Wishes(), None, knowledge), started=START)
    diary, last = _year(case, first, knowledge)
    sessions = sum(len(entry.done) for entry in diary.entries)
    weekly = median_ms(partial(review_diary, case, plan, last, diary, knowledge), 15)
    whole = median_ms(partial(review_diary, case, plan, first, diary, knowledge), 15)
    plain = median_ms(partial(_read_table, _table(diary)), 15)
    print(f"{len(diary.entries)} entries, {sessions} sessions of exercise")
    print(f"review in the last week: {weekly:.1f} ms (wanted: under 20)")
    print(f"review of the whole year at once, with a new choice of exercises: {whole:.1f} ms")
    print(f"only reading such a table with csv: {plain:.1f} ms; ratio {weekly / plain:.1f}")


def _year(case: Case, programme: Programme, knowledge: Knowledge) -> tuple[Diary, Programme]:
    """A year, reviewed every four weeks, and the programme in force in its last week."""
    life = Life(PERSON, np.random.default_rng(1))
    plan = assess(case, knowledge).plan
    entries: list[Entry] = []
    for week in range(YEAR):
        entries += life.week(programme, 7 * week)
        if week % 4 == 3 and week < YEAR - 1:
            found = review_diary(case, plan, programme, diary_of(entries), knowledge)
            programme = found.next_programme or programme
    return diary_of(entries), programme


def _table(diary: Diary) -> str:
    rows = [
        (entry.on, entry.pain_now, *msgspec.structs.astuple(done))
        for entry in diary.entries
        for done in entry.done
    ]
    return "\n".join(",".join(map(str, row)) for row in rows)


def _read_table(text: str) -> list[tuple[datetime.date, list[str]]]:
    rows = csv.reader(io.StringIO(text))
    return [(datetime.date.fromisoformat(row[0]), row[1:]) for row in rows]


if __name__ == "__main__":
    main()
