"""What is said of a diary that cannot be used: one sentence, whatever a stranger hands over.

``diaries/expected.yaml`` holds the words of every message.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.rows import Table
from sacra.kb.table import MAX_TABLE_BYTES, read_table, read_table_text
from sacra.kb.text import read_file, read_text
from sacra.reasoning.diary import Diary, check_belongs, plain_diary, read_diary
from tests.conftest import NIGHTLY

DIARIES = Path(__file__).parent / "diaries"
EXPECTED: dict[str, list[str]] = read_file(DIARIES / "expected.yaml")
TODAY = datetime.date(2026, 11, 25)
KNOWLEDGE = load_knowledge()
SOUND = sorted((Path(__file__).parents[2] / "examples/diaries").iterdir())


def data_of(path: Path) -> Any:
    return read_table(path) if path.suffix == ".csv" else read_file(path)


def test_every_broken_diary_is_in_the_table() -> None:
    assert {path.name for path in DIARIES.iterdir()} == {*EXPECTED, "expected.yaml"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_diary_says_what_is_wrong(name: str, knowledge: Knowledge) -> None:
    with pytest.raises(CaseError) as refused:
        read_diary(data_of(DIARIES / name), knowledge, today=TODAY, where=name)
    said = str(refused.value)
    assert name in said
    assert not [words for words in EXPECTED[name] if words not in said], said
    assert said.isprintable()
    assert len(said) < 1_500


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "diary.csv").write_bytes(b"day\n" * (MAX_TABLE_BYTES // 4 + 1))
    with pytest.raises(CaseError, match=r"larger than 6,000,000 .* keep every day and every"):
        read_table(tmp_path / "diary.csv")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"cannot be read \(No such file or directory\)"):
        read_table(tmp_path / "diary.csv")


def test_a_cell_longer_than_csv_allows() -> None:
    with pytest.raises(CaseError, match="line 2: is not a row of CSV"):
        read_table_text(b"day,note\n2026-11-03," + b"x" * 200_000, "diary")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_header_of_a_million_separators(separator: str) -> None:
    table = read_table_text(b"day" + separator.encode() * 900_000, "diary")
    assert table.header == ("day",)


@pytest.mark.parametrize("columns", [",".join("abcdefgh" for _ in range(90_000)), "a" * 120_000])
def test_a_header_that_is_a_flood(columns: str) -> None:
    with pytest.raises(CaseError, match="unknown column") as refused:
        read_diary(read_table_text(columns.encode(), ""), KNOWLEDGE, today=TODAY)
    assert len(str(refused.value)) < 1_500


# A diary of another plan


def diary_of(knowledge: Knowledge, **whole: Any) -> Diary:
    done = [{"exercise": "ex_bridge_seed", "done": True}]
    entries = {"entries": [{"day": TODAY, "done": done}]}
    return read_diary({**whole, **entries}, knowledge, today=TODAY)


def test_a_diary_of_another_programme(knowledge: Knowledge) -> None:
    with pytest.raises(CaseError, match="was kept for `autumn`, but the programme is `winter`"):
        check_belongs(diary_of(knowledge, programme="autumn"), "winter", ["ex_bridge_seed"])


def test_a_diary_of_other_exercises(knowledge: Knowledge) -> None:
    with pytest.raises(CaseError, match="is of another plan: `ex_bridge_seed` are not"):
        check_belongs(diary_of(knowledge), "winter", ["ex_pelvic_tilt"])


@pytest.mark.parametrize("day", [2, 20])
def test_a_diary_of_a_programme_of_another_day(day: int, knowledge: Knowledge) -> None:
    begun = datetime.date(2026, 11, 10)
    diary = diary_of(knowledge, started=f"2026-11-{day:02}")
    with pytest.raises(CaseError, match=f"is 2026-11-{day:02}, but the programme began on 2026"):
        check_belongs(diary, "winter", ["ex_bridge_seed"], begun)
    check_belongs(diary, "winter", ["ex_bridge_seed"], diary.started)
    check_belongs(diary_of(knowledge), "winter", ["ex_bridge_seed"], begun)


def test_a_diary_of_this_programme(knowledge: Knowledge) -> None:
    check_belongs(diary_of(knowledge, programme="winter"), "winter", ["ex_bridge_seed", "ex_squat"])
    check_belongs(diary_of(knowledge), "winter", ["ex_bridge_seed"])
    bare = read_diary({"entries": [{"day": TODAY}]}, knowledge, today=TODAY)
    check_belongs(bare, "winter", ["ex_bridge_seed"])


# Whatever a stranger hands over


def often(examples: int) -> settings:
    """So many examples, and ten times as many, and new ones, at night."""
    return settings(
        max_examples=examples * (10 if NIGHTLY else 1), derandomize=not NIGHTLY, database=None
    )


def diary_or_error(read: Callable[[], Any]) -> Diary | None:
    """The diary; None after a CaseError, which must fit on a few lines."""
    try:
        diary = read_diary(read(), KNOWLEDGE, today=TODAY, where="fuzz")
    except CaseError as problem:
        assert 0 < len(str(problem)) < 2_000
        assert str(problem).isprintable()
        return None
    days = [entry.on for entry in diary.entries]
    assert days == sorted(set(days))
    assert days[-1] <= TODAY
    assert read_diary(plain_diary(diary), KNOWLEDGE, today=TODAY) == diary
    return diary


CELLS = st.sampled_from(
    [
        *(
            "",
            "",
            "",
            "2026-11-03",
            "2026-11-04",
            "2026-11-03T02:30+01:00",
            "03/11/2026",
            "3",
            "3,5",
        ),
        *("3.5", "11", "-1", "yes", "ja", "x", "no", "part", "unsure", "ex_bridge_seed", "bridge"),
        *("pain", "nsaid_ibuprofen", '"a;b"', '"', "1 0", "1 -", "\x00", "\u2028", "=1+1", "nan"),
    ]
)
COLUMNS = st.sampled_from(
    [
        *(
            "day",
            "at",
            "pain_now",
            "worse",
            "examined",
            "medicine",
            "note",
            "exercise",
            "done",
            "level",
        ),
        *(
            "effort",
            "why_not",
            "programme",
            "started",
            "saddle_numbness",
            "aslr.left",
            "phq2",
            "psfs",
        ),
        *("", "day ", "Pain now", "zzz", "age", "diary_weeks", "as_of"),
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    separator = draw(st.sampled_from(",;\t"))
    header = ["day", *draw(st.lists(COLUMNS, max_size=6, unique=True))]
    width = st.just(len(header)) if draw(st.booleans()) else st.integers(0, 8)
    rows = draw(st.lists(width.flatmap(lambda n: st.lists(CELLS, min_size=n, max_size=n))))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return end.join(separator.join(row) for row in [header, *rows]).encode()


@often(500)
@given(st.binary(max_size=300))
def test_any_bytes_as_a_table(raw: bytes) -> None:
    diary_or_error(lambda: read_table_text(raw, "fuzz"))


@often(500)
@given(tables())
def test_anything_that_looks_like_a_table(raw: bytes) -> None:
    diary_or_error(lambda: read_table_text(raw, "fuzz"))


def mutated(draw: st.DrawFn, raw: bytes) -> bytes:
    """A sound file with a piece cut out and another put in."""
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 30)))
    piece = draw(
        st.binary(max_size=3) | CELLS.map(str.encode) | st.sampled_from([b"\n", b",", b": "])
    )
    return raw[:start] + piece + raw[end:]


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, bytes]:
    path = draw(st.sampled_from(SOUND))
    raw = b"\n".join(path.read_bytes().split(b"\n")[:40])
    return path.suffix, mutated(draw, raw)


@often(500)
@given(changed())
def test_any_change_of_a_sound_diary(file: tuple[str, bytes]) -> None:
    suffix, raw = file
    read: Callable[[bytes, str], Any] = read_table_text if suffix == ".csv" else read_text
    diary_or_error(lambda: read(raw, "fuzz"))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | CELLS | COLUMNS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            COLUMNS | CELLS | st.sampled_from(["entries", "answers", "measures"]), inner
        )
    ),
    max_leaves=20,
)


@st.composite
def plain_diaries(draw: st.DrawFn) -> Any:
    keys = st.sampled_from(["answers", "measures", "done"]) | COLUMNS
    entry = st.dictionaries(keys, PLAIN, max_size=5).map(lambda e: {"day": "2026-11-03", **e})
    return {"entries": draw(st.lists(entry, min_size=1, max_size=2) | PLAIN)}


@often(500)
@given(PLAIN | plain_diaries())
def test_any_plain_data(data: Any) -> None:
    assert not isinstance(data, Table)
    diary_or_error(lambda: data)
