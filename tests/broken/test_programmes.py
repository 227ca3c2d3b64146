"""What is said of a kept programme that cannot be used: one sentence, whatever is in the file.

``programmes/expected.yaml`` holds the words: for files, and for changes of a sound programme.
"""

import datetime
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.table import read_table
from sacra.kb.text import MAX_BYTES, read_file
from sacra.programme_file import check_programme
from sacra.reasoning.assess import assess
from sacra.reasoning.case import read_case
from sacra.reasoning.diary import read_diary
from sacra.reasoning.programme import build_programme
from sacra.reasoning.review import review_diary
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes
from tests.conftest import NIGHTLY, ROOT

PROGRAMMES = Path(__file__).parent / "programmes"
EXPECTED: dict[str, dict[str, Any]] = read_file(PROGRAMMES / "expected.yaml")
STARTED = datetime.date(2026, 9, 1)
TODAY = datetime.date(2026, 11, 25)
KNOWLEDGE = load_knowledge()


@lru_cache(maxsize=1)
def sound() -> Programme:
    case = read_case(read_file(ROOT / "examples/si_pain_examined.yaml"), KNOWLEDGE)
    made = build_programme(assess(case, KNOWLEDGE).plan, Wishes(minutes=30), None, KNOWLEDGE)
    return msgspec.structs.replace(made, started=STARTED)


def read(raw: bytes) -> Programme:
    return check_programme(raw, KNOWLEDGE, today=TODAY, where="kept.json")


def plain() -> Any:
    return json.loads(msgspec.json.encode(sound()))


def put(data: Any, path: str, value: Any) -> None:
    """Set what stands at `chosen.0.level`; `chosen.0` as a value is what stands there."""
    *above, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    for part in above:
        data = data[part]
    data[last] = data[0] if value == "chosen.0" else value


def refused(raw: bytes) -> str:
    with pytest.raises(CaseError) as problem:
        read(raw)
    said = str(problem.value)
    assert said.startswith("kept.json")
    assert said.isprintable()
    assert len(said) < 1_500
    return said


def test_a_sound_programme_is_read_back(knowledge: Knowledge) -> None:
    assert read(msgspec.json.encode(sound())) == sound()
    assert read(msgspec.json.encode({"next_programme": sound()})) == sound()
    assert len(sound().chosen) > 1


@pytest.mark.parametrize("name", ["steady_recovery.csv", "stalled.csv", "flare_and_recovery.yaml"])
def test_the_programme_after_a_review_is_read_back(name: str, knowledge: Knowledge) -> None:
    path = ROOT / "examples/diaries" / name
    data = read_table(path) if path.suffix == ".csv" else read_file(path)
    diary = read_diary(data, knowledge, today=TODAY)
    case = read_case(read_file(ROOT / "examples/si_pain_examined.yaml"), knowledge)
    begun = msgspec.structs.replace(sound(), started=None)
    found = review_diary(case, assess(case, knowledge).plan, begun, diary, knowledge)
    assert read(msgspec.json.encode(found)) == found.next_programme


def test_every_broken_programme_is_in_the_table() -> None:
    assert {path.name for path in PROGRAMMES.iterdir()} == {*EXPECTED["files"], "expected.yaml"}


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_a_broken_file_says_what_is_wrong(name: str) -> None:
    said = refused((PROGRAMMES / name).read_bytes())
    assert not [words for words in EXPECTED["files"][name] if words not in said], said


@pytest.mark.parametrize("name", EXPECTED["changes"])
def test_a_changed_programme_says_what_is_wrong(name: str) -> None:
    data, row = plain(), EXPECTED["changes"][name]
    for path, value in row["put"].items():
        put(data, path, value)
    said = refused(json.dumps(data).encode())
    assert not [words for words in row["says"] if words not in said], said


def test_a_file_that_is_too_large() -> None:
    assert "is larger than 1,000,000 bytes" in refused(b" " * (MAX_BYTES + 1))


def test_brackets_without_end() -> None:
    assert "nested too deeply" in refused(b'{"chosen":' + b"[" * 100_000)


def test_what_is_missing_is_named() -> None:
    data = plain()
    del data["wishes"]
    assert "missing required field `wishes`" in refused(json.dumps(data).encode())


# Whatever a stranger hands over

VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1, 3, 99, 10**30, 0.5, "", "ex_squat", "2026-09-20", "2030-01-01", [], {}]
)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in nested plain data."""
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    return [(data, key) for key in keys] + [place for key in keys for place in places(data[key])]


@settings(max_examples=3000 if NIGHTLY else 300, derandomize=not NIGHTLY, database=None)
@given(st.data())
def test_any_change_of_a_sound_programme(data: st.DataObject) -> None:
    changed = plain()
    for _ in range(data.draw(st.integers(1, 2))):
        container, key = data.draw(st.sampled_from(places(changed)))
        container[key] = data.draw(VALUES)
    try:
        read(json.dumps(changed).encode())
    except CaseError as problem:
        assert str(problem).isprintable()
        assert len(str(problem)) < 1_500
