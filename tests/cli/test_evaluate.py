import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import assert_complained, assert_refused, json_of, output, run

OWN = Path(__file__).parents[1] / "cases/own"
GOOD = "age: 34\nsaddle_numbness: true\nexpected: {urgency: [emergency], suspects: [ces]}\n"
WRONG = "age: 34\nsaddle_numbness: true\nexpected: {urgency: [self_care], conditions: [mech_sij]}\n"
MISSED = "age: 34\nbuttock_pain: true\nexpected: {urgency: [emergency]}\n"

IDS = (
    "grave_under_triage", "under_triage", "over_triage", "undetermined",
    "deciding_question_missing", "top1", "top3", "suspects_named",
)  # fmt: skip
ITEMS = ("forbidden", "forbidden_minor", "missing_offers")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "missed.yaml").write_text(MISSED)
    (tmp_path / "deeper/wrong.yaml").write_text(WRONG)
    (tmp_path / "readme.txt").write_text("not a case")
    return tmp_path


@pytest.fixture
def evaluation(folder: Path) -> Any:
    return json_of("evaluate", str(folder))


def test_json_keeps_the_contract(evaluation: Any) -> None:
    assert {"reported", "completed", "not_scored", "n"} <= set(evaluation)
    assert evaluation["n"] == 3
    for run_ in (evaluation["reported"], evaluation["completed"]):
        assert all(set(run_[key]) <= {"good", "wrong", "missed"} for key in IDS)
        assert all(set(item) == {"case", "item"} for key in ITEMS for item in run_[key])


def test_what_is_right_and_what_is_wrong_is_told_apart(evaluation: Any) -> None:
    found = evaluation["completed"]
    assert found["over_triage"] == ["wrong"]
    assert found["under_triage"] == found["grave_under_triage"] == ["missed"]
    assert "good" in found["suspects_named"]


def test_forbidden_items_and_missing_offers_name_case_and_item(tmp_path: Path) -> None:
    shutil.copy(OWN / "examined_si_pain_four_of_six.yaml", tmp_path / "case.yaml")
    text = (tmp_path / "case.yaml").read_text()
    offered = json_of("assess", str(tmp_path / "case.yaml"))["plan"]["offered"][0]["intervention"]
    expected = f"expected: {{urgency: [routine], forbid: [{offered}], offer: [si_fusion_x]}}\n"
    before = text.partition("\nexpected:")[0] + "\n"
    (tmp_path / "case.yaml").write_text(before + expected.replace(", offer: [si_fusion_x]", ""))
    completed = json_of("evaluate", str(tmp_path))["completed"]
    assert completed["forbidden"] == [{"case": "case", "item": offered}]
    (tmp_path / "case.yaml").write_text(before + expected)
    assert_complained(run("evaluate", str(tmp_path)), "expected.offer: unknown `si_fusion_x`")


def test_the_report_counts_with_intervals(folder: Path) -> None:
    text = output("evaluate", str(folder))
    assert "3 cases" in text
    assert "grave under-triage" in text
    assert "1/3 (1%-91%)" in text


BROKEN = {
    "no expected": ("age: 34\n", "has no `expected` block"),
    "a list": ("- age\n", "has no `expected` block"),
    "empty": ("", "has no `expected` block"),
    "no urgency": ("expected: {}\n", "missing required field `urgency`"),
    "unknown urgency": ("expected: {urgency: [soonish]}\n", "unknown `soonish`"),
    "near urgency": ("expected: {urgency: [routin]}\n", "did you mean `routine`?"),
    "unknown key": ("expected: {urgency: [routine], forbids: []}\n", "unknown field `forbids`"),
    "unknown condition": (
        "expected: {urgency: [routine], conditions: [mech_si]}\n",
        "did you mean `mech_sij`",
    ),
    "unknown finding": ("agee: 3\nexpected: {urgency: [routine]}\n", "unknown finding"),
    "brackets": ("[" * 100_000, "is nested too deeply"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_case_file_is_named_and_the_others_are_scored(name: str, folder: Path) -> None:
    text, words = BROKEN[name]
    (folder / "broken.yaml").write_text(text)
    result = run("evaluate", str(folder), "--json")
    assert_complained(result, "broken", words)
    scored = json.loads(result.stdout)
    assert scored["n"] == 3
    assert scored["not_scored"][-1]["case"] == "broken"


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_cases(there: bool, tmp_path: Path) -> None:
    path = tmp_path if there else tmp_path / "nowhere"
    assert_refused(run("evaluate", str(path)), "is not a folder with .yaml case files")
