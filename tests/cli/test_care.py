"""`programme`, `review` and `simulate` from a terminal."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file
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


def test_what_has_to_be_seen_within_days_stands_above_the_exercises() -> None:
    text = output("programme", str(EXAMPLES / "runner_possible_stress_fracture.yaml"))
    opening = text.split("Exercises ─")[0]
    assert "Now: " in opening and "Call:" in opening and "(within days)" in opening


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


# A case of an earlier day


def dated(tmp_path: Path, days_ago: int, name: str = "si_pain_examined", **more: Any) -> str:
    """An example whose answers are so many days old."""
    data = {**read_file(EXAMPLES / f"{name}.yaml"), **more, "as_of": days_before(days_ago)}
    path = tmp_path / "dated.yaml"
    path.write_text(yaml.safe_dump(data))
    return str(path)


def days_before(days: int) -> datetime.date:
    return datetime.date.today() - datetime.timedelta(days=days)


def test_an_old_case_is_taken_as_it_stands_today(tmp_path: Path) -> None:
    case = dated(tmp_path, 70, "week_32_asks_about_ibuprofen", pregnancy_weeks=12)
    assert output("programme", case).startswith(f"As of {days_before(0)}. Week 1: ")
    assert json_of("programme", case)["started"] == str(days_before(0))
    then = output("programme", case, "--today", str(days_before(70)))
    assert then.startswith(f"As of {days_before(70)}. Week 1: ")
    assert then.replace(str(days_before(70)), "") != output("programme", case).replace(
        str(days_before(0)), ""
    )


def test_a_case_without_a_day_has_no_day_to_begin_on() -> None:
    assert json_of("programme", CASE, "--today", "2026-11-01")["started"] is None


@pytest.mark.parametrize("day", ["monday", "0001-01-01"])
def test_a_day_before_the_case_is_refused(day: str, tmp_path: Path) -> None:
    result = run("programme", dated(tmp_path, 3), "--today", day)
    assert_refused(result, "monday" if day == "monday" else f"`as_of` is {days_before(3)}")


def test_no_wishes_are_no_wishes(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(Path(CASE).read_text() + "wishes:\n")
    assert output("programme", str(path)) == output("programme", CASE)
    assert json_of("programme", str(path), "--minutes", "9")["wishes"]["minutes"] == 9


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


def test_a_review_after_a_gap_says_that_it_is_not_known(tmp_path: Path) -> None:
    text = output("review", CASE, diary_of(tmp_path, {"day": days_before(60), "pain_now": 3}),
                  "--today", str(days_before(0)))  # fmt: skip
    assert text.startswith("It is not known how you are.")
    assert "Nothing was written for 8 weeks" in text and "sacra ask" in text


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


def kept_for(tmp_path: Path, case: str) -> Path:
    path = tmp_path / "kept.json"
    path.write_text(output("programme", case, "--json"))
    return path


def diary_of(tmp_path: Path, *entries: dict[str, Any], **whole: Any) -> str:
    path = tmp_path / "diary.yaml"
    path.write_text(yaml.safe_dump({**whole, "entries": list(entries)}, sort_keys=False))
    return str(path)


def test_a_kept_programme_that_cannot_be_is_refused(tmp_path: Path) -> None:
    kept = kept_for(tmp_path, CASE)
    made = json.loads(kept.read_text())
    made["chosen"][0]["days"] = [9]
    kept.write_text(json.dumps(made))
    assert_refused(run("review", CASE, DIARY, "--programme", str(kept)), "kept.json", "0 to 6")
    kept.write_bytes(b'{"chosen":' + b"[" * 100_000)
    assert_refused(run("review", CASE, DIARY, "--programme", str(kept)), "nested too deeply")


def test_the_programme_of_somebody_else_is_refused(tmp_path: Path) -> None:
    kept = kept_for(tmp_path, CASE)
    day = diary_of(tmp_path, {"day": days_before(1), "pain_now": 3})
    wheelchair = str(ROOT / "tests/cases/own/wheelchair_long_standing_bladder.yaml")
    result = run("review", wheelchair, day, "--programme", str(kept))
    assert_refused(result, "kept.json", "none of its exercises fits this case", "somebody else")


@pytest.mark.parametrize(
    ("name", "said"),
    [("cauda_equina", "Call 999"), ("runner_possible_stress_fracture", "seen within 5 days")],
)
def test_what_presses_is_shown_whoever_the_programme_is_of(
    name: str, said: str, tmp_path: Path
) -> None:
    kept = kept_for(tmp_path, CASE)
    day = diary_of(tmp_path, {"day": days_before(1), "pain_now": 3})
    text = output("review", str(EXAMPLES / f"{name}.yaml"), day, "--programme", str(kept))
    assert said in text


def test_a_programme_and_a_diary_of_another_day_are_refused(tmp_path: Path) -> None:
    case = dated(tmp_path, 20)
    diary = diary_of(tmp_path, {"day": days_before(2), "pain_now": 3}, started=days_before(9))
    assert_refused(run("review", case, diary), "`started` is", f"began on {days_before(20)}")
    kept = tmp_path / "kept.json"
    kept.write_text(output("programme", case, "--today", str(days_before(9)), "--json"))
    assert json_of("review", case, diary, "--programme", str(kept))["started"] == str(
        days_before(9)
    )


def test_what_has_to_be_seen_within_days_comes_first(tmp_path: Path) -> None:
    day = {"day": days_before(1), "pain_now": 3, "answers": {"low_fall": True}}
    case = str(ROOT / "tests/cases/own/man_70_weak_bones.yaml")
    text = output("review", case, diary_of(tmp_path, day))
    assert text.startswith("This has to be seen within 5 days.")
    opening = text.split("Your exercises")[0]
    assert "Now: " in opening and "Call:" in opening and "(within days)" in opening
    assert "It is too early to say." in opening


def test_open_questions_are_said_in_the_same_words_as_by_the_programme(tmp_path: Path) -> None:
    case = str(EXAMPLES / "si_pain_from_home.yaml")
    text = output("review", case, diary_of(tmp_path, {"day": days_before(1), "pain_now": 3}))
    words = "Run `sacra ask` on this case; it asks them one screen at a time."
    assert words in text and words in output("programme", case)
    assert "No exercises yet: safety questions are open." in text
    assert "No exercise fits" not in text


def test_what_waits_for_an_answer_names_its_question(knowledge: Knowledge) -> None:
    from sacra.report_review import _in_words

    for name, finding in knowledge.findings.items():
        said = _in_words(f"{name}.left", knowledge)
        assert "_" not in name or name not in said
        assert finding.question in said or said == "An answer is missing."
    assert _in_words("You did not want it.", knowledge) == "You did not want it."


@pytest.mark.parametrize("diary", sorted((EXAMPLES / "diaries").iterdir()), ids=lambda p: p.stem)
def test_exactly_the_cards_of_the_review_are_printed(diary: Path, knowledge: Knowledge) -> None:
    found, text = json_of("review", CASE, str(diary)), output("review", CASE, str(diary))
    shown = {name for name, card in knowledge.cards.items() if f"{card.plain} ─" in text}
    assert shown == set(found["cards"])


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
        (
            ("--today", "2026-10-01"),
            ["--today", "2026-10-01 is before the last entry", "2026-11-23"],
        ),
        (("--today", "9000-01-01"), ["--today", "9000-01-01 is in the future"]),
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
