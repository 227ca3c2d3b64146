"""Whatever a stranger hands over, the answer is plain data, a case, or one clear error.

Also for knowledge: any change of a sound file is either sound, or reported.
"""

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.check import check_folder
from sacra.kb.errors import CaseError, KnowledgeError
from sacra.kb.knowledge import Knowledge
from sacra.kb.text import MAX_BYTES, read_file, read_text
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.settle import settle
from sacra.rules import language
from tests.conftest import NIGHTLY

SOUND = Path(__file__).parent / "knowledge/sound"
CASES = sorted(Path(__file__).parents[1].glob("cases/published/*.yaml"))
RESERVED = ("expected", "note", "source", "title")


def often(examples: int) -> settings:
    """So many examples, and ten times as many, and new ones, at night."""
    return settings(
        max_examples=examples * (10 if NIGHTLY else 1), derandomize=not NIGHTLY, database=None
    )


def answer_or_error(read: Callable[[], Any]) -> Any:
    """What was read; None after a CaseError, which must fit on a screen line or few."""
    try:
        return read()
    except CaseError as problem:
        assert 0 < len(str(problem)) < 2_000
        assert str(problem).isprintable()
        return None


def is_plain(data: Any) -> bool:
    if isinstance(data, list):
        return all(map(is_plain, data))
    if isinstance(data, dict):
        return all(is_plain(key) and is_plain(value) for key, value in data.items())
    return data is None or type(data).__name__ in ("str", "bool", "int", "float", "date")


# Text

SIGNS = "[]{}&*!|>%@`'\"#?:-,~=\n\t \\\x00\x85\ufeff\u2028"
WORDS = (
    *("- ", ": ", "? ", "<<: ", "---\n", "...\n", "%YAML 1.2\n", "!!python/object:os.system "),
    *("&a ", "*a", "age", "34", "true", ".inf", "2026-02-30", "1:30", "0x_", "|\n  a\n", "\\x"),
)
SPICE = st.sampled_from([*SIGNS, *WORDS])
YAML_LIKE = st.lists(SPICE | st.text(max_size=3), max_size=40).map("".join)


@often(500)
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    assert is_plain(answer_or_error(lambda: read_text(raw, "fuzz")))


@often(500)
@given(YAML_LIKE)
def test_any_text_that_looks_like_yaml(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    assert is_plain(answer_or_error(lambda: read_text(raw, "fuzz")))


@often(50)
@given(SPICE, st.integers(1, MAX_BYTES))
def test_a_flood_of_one_sign(sign: str, length: int) -> None:
    raw = (sign * length).encode()[: MAX_BYTES // 20]
    assert is_plain(answer_or_error(lambda: read_text(raw, "fuzz")))


# Data

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.text(max_size=12)
    | st.sampled_from(["unsure", "home", "female", "axspa", "age"])
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SCALARS, inner, max_size=4),
    max_leaves=12,
)


@often(200)
@given(DATA)
def test_plain_data_comes_back_as_it_was_written(data: Any) -> None:
    raw = yaml.dump(data, Dumper=yaml.CSafeDumper).encode()
    found = answer_or_error(lambda: read_text(raw, "fuzz"))
    assert found is None or found == data


@often(500)
@given(DATA)
def test_any_data_as_a_case(knowledge: Knowledge, data: Any) -> None:
    assert isinstance(answer_or_error(lambda: read_case(data, knowledge)), Case | None)


@often(150)
@given(st.data())
def test_any_values_for_real_findings(knowledge: Knowledge, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(knowledge.findings))
    keys = names | names.map("{}.left".format) | names.map("{}.up".format)
    findings = data.draw(st.dictionaries(keys, DATA, max_size=6))
    case = answer_or_error(lambda: read_case(findings, knowledge))
    if case is not None:
        settled = settle(case, knowledge).findings
        assert {name: settled[name] for name in case.findings} == dict(case.findings)


# Files that were sound


def edited(raw: bytes, draw: st.DataObject) -> bytes:
    """The file with a few bytes taken out, put in or moved."""
    for _ in range(draw.draw(st.integers(1, 4))):
        start, end = sorted(draw.draw(st.integers(0, len(raw))) for _ in range(2))
        added = draw.draw(YAML_LIKE | st.just(raw[start:end].decode("utf-8", "replace")))
        raw = raw[:start] + added.encode("utf-8", "surrogatepass") + raw[min(end, start + 40) :]
    return raw


@often(500)
@given(st.data())
def test_edited_case_files(knowledge: Knowledge, data: st.DataObject) -> None:
    raw = edited(data.draw(st.sampled_from(CASES)).read_bytes(), data)
    found = answer_or_error(lambda: read_text(raw, "fuzz"))
    if isinstance(found, dict):
        findings = {key: value for key, value in found.items() if key not in RESERVED}
        answer_or_error(lambda: read_case(findings, knowledge))


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in nested plain data."""
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    return [(data, key) for key in keys] + [place for key in keys for place in places(data[key])]


IDS = ["fever", "age", "sex", "child", "treatments", "joint_pain", "fracture", "walking", "study"]
RULES = st.recursive(
    st.sampled_from(IDS) | st.sampled_from([{"age": {"ge": 60}}, {"sex": {"eq": "male"}}]),
    lambda inner: (
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"not": inner})
        | st.fixed_dictionaries({"count": st.integers(0, 3), "of": st.lists(inner, max_size=3)})
        | st.dictionaries(
            st.sampled_from(IDS),
            st.dictionaries(st.sampled_from(["ge", "lt", "eq", "in"]), inner | SCALARS, max_size=2),
            max_size=2,
        )
    ),
    max_leaves=5,
)


@often(60)
@given(st.data())
def test_edited_knowledge_is_sound_or_reported(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = Path(shutil.copytree(SOUND, tmp_path_factory.mktemp("fuzz") / "knowledge"))
    path = data.draw(st.sampled_from(sorted(folder.rglob("*.yaml"))))
    fact = read_file(path)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(fact)))
        container[key] = deepcopy(data.draw(RULES | st.sampled_from(IDS) | DATA))
    path.write_text(yaml.dump(fact, Dumper=yaml.CSafeDumper))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "_interned", {})  # what is broken here stays here
        assert all(isinstance(problem, KnowledgeError) for problem in check_folder(folder))
    shutil.rmtree(folder)
