from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import URGENCIES
from tests.cli.running import assert_refused, json_of, output, run

CASES = Path(__file__).parents[1] / "cases"
TOGETHER = [
    CASES / "published/open-001.yaml",  # half answered: questions before some items
    CASES / "own/man_70_weak_bones.yaml",  # answered: exercises, and items for a clinician
    CASES / "own/cauda_equina.yaml",  # an emergency
]
ALARM = "age: 34\nsaddle_numbness: true\n"
NOT_SURE = "age: 34\nsaddle_numbness: unsure\n"

# The contract: every key below is always there. More keys may join; none may go or change type.
NUMBER = (int, float)
CONTRACT: dict[str, Any] = {
    "knowledge_version": str,
    "triage": {
        "urgency": str,
        "at_least": str,
        "reasons": [{"red_flag": str, "because": [str], "suspects": [str], "contact": str}],
        "holds": dict,
        "unanswered": [str],
        "unsure": [str],
    },
    "differential": [
        {
            "condition": str,
            "probability": NUMBER,
            "low": NUMBER,
            "high": NUMBER,
            "weights": [{"finding": str, "decibans": NUMBER, "origin": str}],
        }
    ],
    "enquiry": [{"finding": str, "bits": NUMBER, "changes": [str], "cost": dict}],
    "plan": {
        "now": dict | None,
        "offered": [
            {
                "intervention": str,
                "step": str,
                "version": str,
                "why": str,
                "grade": str,
                "sources": [str],
                "dose": str,
                "warnings": [str],
            }
        ],
        "exercises": [{"exercise": str, "level": int, "version": str, "why": str}],
        "ask_first": [{"intervention": str, "findings": [str]}],
        "with_clinician": [{"intervention": str, "because": [str]}],
        "withheld": [{"intervention": str, "because": [str]}],
        "disputes": [dict],
        "review_in_days": int,
        "safety_net": str,
    },
}


def breaches(contract: Any, data: Any, at: str = "$") -> list[str]:
    """Where data does not keep the contract."""
    if isinstance(contract, dict):
        missing = [f"{at}.{key} is missing" for key in contract if key not in data]
        inside = [breaches(contract[k], data[k], f"{at}.{k}") for k in contract if k in data]
        return [*missing, *chain.from_iterable(inside)]
    if isinstance(contract, list):
        return [*chain.from_iterable(breaches(contract[0], item, f"{at}[]") for item in data)]
    return [] if isinstance(data, contract) else [f"{at} is {data!r}"]


def lists(contract: Any, data: Any, at: str = "$") -> set[str]:
    """The lists of the contract that this answer fills."""
    if isinstance(contract, dict):
        return set().union(*(lists(contract[k], data[k], f"{at}.{k}") for k in contract))
    if isinstance(contract, list):
        inside = [lists(contract[0], item, f"{at}[]") for item in data]
        return set().union({at} if data else set(), *inside)
    return set()


def all_lists(contract: Any, at: str = "$") -> set[str]:
    if isinstance(contract, dict):
        return set().union(*(all_lists(contract[key], f"{at}.{key}") for key in contract))
    return {at} | all_lists(contract[0], f"{at}[]") if isinstance(contract, list) else set()


@cache
def answers() -> list[Any]:
    return [json_of("assess", str(path)) for path in TOGETHER] + [
        json_of("assess", "-", given=NOT_SURE)
    ]


def test_json_keeps_the_contract() -> None:
    for answer in answers():
        assert list(answer) == list(CONTRACT)
        assert breaches(CONTRACT, answer) == []


def test_the_contract_is_tried_on_every_list() -> None:
    filled = set().union(*(lists(CONTRACT, answer) for answer in answers()))
    assert all_lists(CONTRACT) - filled <= {"$.plan.offered[].warnings"}


def test_json_names_only_what_the_knowledge_holds(knowledge: Knowledge) -> None:
    for answer in answers():
        triage, plan = answer["triage"], answer["plan"]
        assert answer["knowledge_version"] == knowledge.version
        assert triage["urgency"] in {*URGENCIES, "undetermined"}
        assert triage["at_least"] in URGENCIES
        assert {reason["red_flag"] for reason in triage["reasons"]} <= set(knowledge.red_flags)
        assert {one["condition"] for one in answer["differential"]} == set(knowledge.weighed)
        assert {question["finding"] for question in answer["enquiry"]} <= set(knowledge.findings)
        for group in ("offered", "ask_first", "with_clinician", "withheld"):
            assert {item["intervention"] for item in plan[group]} <= set(knowledge.items)


def test_probabilities_are_ordered_and_add_up_to_one() -> None:
    for answer in answers():
        found = [one["probability"] for one in answer["differential"]]
        assert found == sorted(found, reverse=True)
        assert sum(found) == pytest.approx(1, abs=0.01)
        assert all(
            0 <= o["low"] <= o["probability"] <= o["high"] <= 1 for o in answer["differential"]
        )


def test_an_alarm_comes_first_and_leaves_no_exercise() -> None:
    text = output("assess", "-", given=ALARM)
    assert text.startswith("EMERGENCY")
    assert "If danger is excluded" in text
    plan = json_of("assess", "-", given=ALARM)["plan"]
    assert plan["exercises"] == []
    assert plan["now"]["do"]


def test_the_report_has_its_parts_in_order() -> None:
    text = output("assess", str(TOGETHER[0]))
    parts = ["Probably", "\nAsk ", "Plan", "Safety net:", "Not a diagnosis"]
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts)
    assert all(part in text for part in parts)
    assert "\x1b" not in text


def test_one_case_from_a_file_and_from_standard_input_are_answered_alike(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(ALARM)
    from_file = output("assess", str(tmp_path / "case.yaml"), "--json")
    assert from_file == output("assess", "-", "--json", given=ALARM)
    assert from_file == output("assess", "--json", "-", given="\ufeff" + ALARM)
    assert from_file == output("assess", "-", "--json", given=ALARM.replace("\n", "\r\n"))


def test_the_same_case_gives_the_same_bytes() -> None:
    assert output("assess", str(TOGETHER[1]), "--json") == output(
        "assess", str(TOGETHER[1]), "--json"
    )


def test_what_belongs_to_a_case_file_is_no_finding() -> None:
    extra = "title: A\nnote: B\nsource: C\nexpected: {urgency: [emergency]}\n"
    assert json_of("assess", "-", given=ALARM + extra) == json_of("assess", "-", given=ALARM)


def test_a_case_can_be_only_a_date() -> None:
    assert (
        json_of("assess", "-", given="as_of: 2026-11-21\n")["triage"]["urgency"] == "undetermined"
    )


def test_an_error_with_json_is_still_one_sentence() -> None:
    assert_refused(run("assess", "-", "--json", given="agee: 3"), "unknown finding", "`age`")
