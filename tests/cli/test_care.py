"""`programme`, `review` and `simulate` from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.running import assert_complained, assert_refused, json_of, output, run
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"
CASE = str(EXAMPLES / "si_pain_examined.yaml")
DIARY = str(EXAMPLES / "diaries" / "steady_recovery.csv")


# --- programme --------------------------------------------------------------------------------


def test_a_programme_says_what_to_do_today_and_why() -> None:
    text = output("programme", CASE)
    assert text.startswith("Week 1: ")
    for said in (
        "Why: ",
        "Your week",
        "Stop if the pain rises by 3",
        "Not in it, and why",
        "level 1",
    ):
        assert said in text


def test_wishes_on_the_command_line_and_in_the_file(tmp_path: Path) -> None:
    made = json_of("programme", CASE, "--minutes", "10", "--no-floor", "--with", "band")
    assert made["wishes"]["minutes"] == 10
    assert made["wishes"]["positions"] == ["sitting", "standing"]
    assert "band" in made["wishes"]["equipment"]
    path = tmp_path / "case.yaml"
    path.write_text(Path(CASE).read_text() + "wishes: {minutes: 7, floor: false}\n")
    in_file = json_of("programme", str(path))
    assert (in_file["wishes"]["minutes"], json_of("programme", str(path), "--minutes", "20")[
        "wishes"]["minutes"]) == (7, 20)  # fmt: skip


def test_the_same_programme_byte_for_byte() -> None:
    assert output("programme", CASE, "--json") == output("programme", CASE, "--json")


def test_a_case_on_standard_input() -> None:
    assert output("programme", "-", given=Path(CASE).read_bytes()) == output("programme", CASE)


def test_a_danger_gets_an_action_and_no_exercise() -> None:
    text = output("programme", str(EXAMPLES / "cauda_equina.yaml"))
    assert text.startswith("No exercises now.")
    assert "Call 999" in text
    assert "Your week" not in text


def test_open_questions_come_before_a_programme() -> None:
    assert "sacra ask" in output("programme", str(EXAMPLES / "si_pain_from_home.yaml"))


def test_the_doses_printed_on_the_page_are_shown() -> None:
    text = output("programme", CASE)
    for dose in ("10 s x 3, several times a day", "10 s, twice a day", "10 x 3, twice a day"):
        assert dose in text


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ("{minutes: 0}", ["wishes, minutes", "`0`", "1 to 240"]),
        ("{minutes: ten}", ["wishes, minutes", "`ten`"]),
        ("{minutes: 12.5}", ["`12.5`", "whole number"]),
        ("{minute: 10}", ["unknown key `minute`", "`minutes`"]),
        ("{positions: standing}", ["is not a list", "[standing]"]),
        ("{positions: [lying]}", ["unknown `lying`", "standing"]),
        ("{equipment: [bands]}", ["unknown `bands`", "ball, band,"]),
        ("{without: [bridge]}", ["unknown `bridge`", "ex_bridge_seed"]),
        ("{floor: 'no'}", ["wishes, floor", "true or false"]),
        ("15", ["wishes", "minutes: 15"]),
        ("[minutes]", ["wishes", "minutes: 15"]),
    ],
)
def test_impossible_wishes_are_one_sentence(wishes: str, words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(f"age: 40\nwishes: {wishes}\n")
    assert_refused(run("programme", str(path)), *words)


def test_impossible_words_on_the_command_line() -> None:
    assert_refused(run("programme", CASE, "--without", "ex_bridge"), "ex_bridge_seed")
    assert_refused(run("programme", CASE, "--minutes", "0"), "1 to 240")
    assert run("programme", CASE, "--minutes", "many").exit_code == 2


# --- review -----------------------------------------------------------------------------------


def test_a_review_says_whether_it_works_and_what_comes_next() -> None:
    text = output("review", CASE, DIARY)
    assert text.startswith("You are on track.")
    for said in (
        "The trend",
        "a change that matters",
        "Your exercises",
        "Next week: ",
        "Look back in",
    ):
        assert said in text


def test_a_review_as_json_and_the_programme_it_leads_to(tmp_path: Path) -> None:
    found = json_of("review", CASE, DIARY)
    assert {"status", "urgency", "moves", "trend", "care", "next_programme"} <= set(found)
    kept = tmp_path / "next.json"
    kept.write_text(json.dumps(found))
    later = json_of("review", CASE, DIARY, "--programme", str(kept))
    assert later["moves"] == []  # every session was counted before


def test_a_programme_with_setbacks_is_read_back(tmp_path: Path) -> None:
    made = json_of("programme", CASE)
    made["chosen"][0]["standing"]["setbacks"] = {"2": 1}
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(made))
    assert json_of("review", CASE, DIARY, "--programme", str(kept))["next_programme"]


def test_a_review_draws_the_trend(tmp_path: Path) -> None:
    path = tmp_path / "trend.svg"
    output("review", CASE, DIARY, "--plot", str(path))
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    assert root.get("role") == "img"


def test_two_red_flags_end_with_what_to_do_now() -> None:
    text = output("review", CASE, str(EXAMPLES / "diaries" / "two_red_flags.yaml"))
    assert "Go to an emergency department now" in text
    assert "Next week" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--today", "tomorrow"), ["--today", "2026-11-21"]),
        (("--today", "2026-10-01"), ["future"]),
        (("--programme", "nowhere.json"), ["nowhere.json", "cannot be read"]),
        (("--programme", DIARY), ["is no programme"]),
        (("--programme", str(EXAMPLES / "cauda_equina.yaml")), ["is no programme"]),
        (("--plot", "/nowhere/at/all.svg"), ["cannot be written"]),
    ],
)
def test_a_review_that_cannot_be_made_says_why(words: tuple[str, ...], said: list[str]) -> None:
    assert_refused(run("review", CASE, DIARY, *words), *said)


def test_a_trend_cannot_be_drawn_from_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "diary.yaml"
    path.write_text("entries: [{day: 2026-09-28, pain_now: 4}]\n")
    assert_refused(run("review", CASE, str(path), "--plot", str(tmp_path / "x.svg")), "too few")


def test_a_diary_of_another_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "diary.yaml"
    path.write_text("programme: p-00000000\nentries: [{day: 2026-09-28, pain_now: 4}]\n")
    assert_refused(run("review", CASE, str(path)), "p-00000000")


# --- simulate ---------------------------------------------------------------------------------


def test_virtual_people_and_what_they_do_not_show() -> None:
    result = run("simulate", "--people", "50", "--seed", "4")
    assert result.exit_code == 0
    for said in ("50 virtual people", "no evidence of benefit", "nobody", "decisions: hold"):
        assert said in result.stdout


def test_virtual_people_as_json() -> None:
    result = run("simulate", "--people", "50", "--json")
    data: dict[str, Any] = json.loads(result.stdout)
    assert data["people"] == 50
    assert data["through_pain"] == []


def test_no_people_is_refused() -> None:
    assert run("simulate", "--people", "0").exit_code == 2
    assert_complained(run("review", CASE, "nowhere.csv"), "nowhere.csv")
