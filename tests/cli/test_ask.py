"""`sacra ask`: what is typed, what is saved, and every way out."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.text import read_file
from sacra.reasoning.answering import answer, ticked
from sacra.reasoning.asking import Ask
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.interview import next_screen
from tests.cli.running import assert_complained, assert_refused, run

START = {
    "age": 40, "sex": "male", "setting": "home", "region": "gb", "athlete": False,
    "pregnant": False, "possibly_pregnant": False, "recent_birth": False,
    "recent_miscarriage": False,
}  # fmt: skip
FIRST = [name for screen in load_knowledge().screens.values() if screen.first
         for name in screen.findings]  # fmt: skip
"""What may need help at once is asked before the other alarms."""
CALM = {**START, **dict.fromkeys(FIRST, False)}
NUMBERS = {"age": 40, "duration_weeks": 12, "pain_now": 3, "pain_worst": 5, "onset_age": 30}
CHOICES = {"sex": "female", "setting": "home", "region": "gb", "pain_side": "right"}


def ask(path: Path, *lines: str) -> Result:
    """Run `sacra ask` on this file with these lines typed, then the end of the input."""
    return run("ask", str(path), given="".join(f"{line}\n" for line in lines))


def started(path: Path, **more: Any) -> Path:
    """A case without what needs help at once; the first line is on standing."""
    path.write_text("".join(f"{k}: {str(v).lower()}\n" for k, v in {**CALM, **more}.items()))
    return path


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A case before its first alarm."""
    path = tmp_path / "begun.yaml"
    path.write_text("".join(f"{k}: {str(v).lower()}\n" for k, v in START.items()))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return started(tmp_path / "case.yaml")


def typed(screen: Ask, knowledge: Knowledge) -> tuple[list[str], dict[str, Any]]:
    """What a person without alarms types on a screen, and what that answers."""
    alone = [n for n in screen.findings if knowledge.findings[n].type != "yes_no"]
    ticks = [n for n in screen.findings if n not in alone]
    values: dict[str, Any] = {n: NUMBERS.get(n, CHOICES.get(n, "unsure")) for n in alone}
    if alone == ["asks_about"]:
        return [""], {"asks_about": []}
    lines = [str(values[n]).replace("unsure", "?") for n in alone]
    if screen.may_skip:
        return [""], {}
    return [*lines, *(["none"] if len(ticks) > 1 else ["n"] * len(ticks))], {
        **ticked(screen, ()),
        **values,
    }


def whole(knowledge: Knowledge, start: dict[str, Any]) -> list[str]:
    """All the lines from a case to the end of the check."""
    case, put_aside, lines = read_case(start, knowledge), frozenset[str](), []
    while screen := next_screen(assess(case, knowledge), knowledge, put_aside):
        new, answers = typed(screen, knowledge)
        lines += new
        case = answer(case, screen, answers, knowledge)
        put_aside |= {part.screen for part in screen.parts if screen.may_skip}
    return lines


# --- the whole way ----------------------------------------------------------------------------


def test_from_nothing_to_the_report(tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / "new.yaml"
    result = ask(path, *whole(knowledge, {}))
    assert result.exit_code == 0, result.output
    assert "Plan" in result.stdout and "Safety net:" in result.stdout
    assert result.stdout.rstrip().endswith(f"Your answers are in {path}.")
    assert read_file(path)["fever_chills"] is False
    assert run("assess", str(path)).exit_code == 0


def test_without_a_name_it_makes_a_file_and_never_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("ask", given="40\nq\n")
    run("ask", given="50\nq\n")
    ages = {path.name: read_file(path)["age"] for path in tmp_path.iterdir()}
    assert sorted(ages.values()) == [40, 50]
    assert all(name.startswith("sacra_case_") for name in ages)


def test_it_goes_on_where_it_stopped(path: Path, knowledge: Knowledge) -> None:
    first = ask(path, "none", "q")
    assert first.exit_code == 0
    assert "Cannot put weight on the leg" in first.stdout
    again = ask(path, "q")
    assert "Cannot put weight on the leg" not in again.stdout
    assert "Can you see or feel these?" in again.stdout


def test_what_is_open_is_said_with_whom_to_call(path: Path) -> None:
    result = ask(path, "none", "q")
    assert "We could not finish the safety questions: " in result.stdout
    assert "Call 111" in result.stdout
    assert f"sacra ask {path}" in result.stdout


# --- ways out ---------------------------------------------------------------------------------


def test_the_end_of_the_input_loses_nothing(path: Path) -> None:
    result = ask(path, "n", "n", "y")
    assert_complained(result, "the input ended", "saved", str(path))
    assert read_file(path)["unable_to_bear_weight"] is False
    assert read_file(path)["sudden_severe_buttock_pain"] is True
    assert "feels_unsafe" not in read_file(path)


def test_no_input_at_all(path: Path) -> None:
    before = path.read_bytes()
    assert_complained(ask(path), "the input ended", "saved")
    assert path.read_bytes() == before


def test_quit_in_the_middle_of_a_screen_keeps_its_answers(path: Path) -> None:
    result = ask(path, "n", "q")
    assert result.exit_code == 0
    assert read_file(path)["unable_to_bear_weight"] is False


def test_back_within_a_screen_and_to_the_screen_before(path: Path) -> None:
    ask(path, "n", "n", "n", "b", "y", "q")
    assert read_file(path)["sudden_severe_buttock_pain"] is True
    result = ask(path, "none", "b", "n", "n", "q")
    assert "This is the first screen of this sitting." not in result.stdout
    assert read_file(path)["unable_to_bear_weight"] is False


def test_back_takes_an_answered_screen_out_of_the_file(path: Path) -> None:
    ask(path, "none", "none", "b", "q")
    assert "limp" in read_file(path) and "uveitis_now" not in read_file(path)
    path = started(path)
    ask(path, "none", "none", "b", "b", "q")
    assert read_file(path) == CALM


def test_back_on_the_first_screen_stays(path: Path) -> None:
    assert "This is the first screen of this sitting." in ask(path, "b", "q").stdout


# --- answers ----------------------------------------------------------------------------------


def test_an_emergency_ends_it_at_once(begun: Path) -> None:
    result = ask(begun, "n", "n", "y", "never read")
    assert result.exit_code == 0
    assert "STOP. This needs help now" in result.stdout
    assert "Call 999" in result.stdout
    assert "Probably" not in result.stdout and "%" not in result.stdout
    assert read_file(begun)["bowel_dysfunction"] is True


def test_what_somebody_says_of_their_safety_is_not_for_showing(path: Path) -> None:
    result = ask(path, "nnny", "n")
    assert "Samaritans" in result.stdout
    assert "STOP" not in result.stdout and "show this" not in result.stdout
    assert "Tell them" not in result.stdout


def test_an_alarm_that_is_not_sure_is_told_as_not_sure(begun: Path) -> None:
    result = ask(begun, "?", "n", "?", "none")
    assert "STOP. Speak to someone within hours" in result.stdout
    assert "Tell them: Your bladder has changed" in result.stdout
    assert "You are not sure of it." in " ".join(result.stdout.split())


def test_a_clinician_gets_the_report_of_an_emergency(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("age: 40\nsex: male\nsetting: physiotherapy\nsaddle_numbness: true\n")
    assert "If danger is excluded" in ask(path).stdout


def test_an_alarm_needs_a_word_of_its_own(path: Path) -> None:
    result = ask(path, "", "maybe", "nnnnnnnnnn", "q")
    assert "so that nothing is taken as no by mistake" in result.stdout
    assert "`maybe` is no answer here" in result.stdout
    assert "That is 10 answers for " in result.stdout
    assert "unable_to_bear_weight" not in read_file(path)


@pytest.mark.parametrize("line", ["n n y", "nny", "no no yes"])
def test_several_lines_can_be_answered_at_once(path: Path, line: str) -> None:
    ask(path, line, "q")
    assert read_file(path)["unable_to_bear_weight"] is False
    assert read_file(path)["sudden_severe_buttock_pain"] is True


@pytest.mark.parametrize("said", ["y", "?"])
def test_a_line_of_several_signs_asks_each_by_itself(
    path: Path, said: str, knowledge: Knowledge
) -> None:
    result = ask(path, "n", said, "y", "n", "q")
    shown = " ".join(result.stdout.split())
    for name in ("worse_standing_walking", "limp"):
        assert knowledge.findings[name].question in shown
    assert read_file(path)["worse_standing_walking"] is True
    assert read_file(path)["limp"] is False


@pytest.mark.parametrize(("said", "value"), [("y", True), ("n", False), ("?", "unsure")])
def test_not_sure_asks_its_concrete_question_once(
    path: Path, said: str, value: Any, knowledge: Knowledge
) -> None:
    result = ask(path, "n", "n", "?", said, "q")
    follow_up = knowledge.findings["sudden_severe_buttock_pain"].follow_up
    assert " ".join(result.stdout.split()).count(follow_up) == 1
    assert read_file(path)["sudden_severe_buttock_pain"] == value


def tick_screen(tmp_path: Path, knowledge: Knowledge) -> tuple[Path, Ask]:
    """A case at its first screen of plain lines."""
    case = read_case(START, knowledge)
    while (screen := next_screen(assess(case, knowledge), knowledge)) and screen.one_by_one:
        case = answer(case, screen, ticked(screen, ()), knowledge)
    assert screen
    path = tmp_path / "ticks.yaml"
    path.write_text("".join(f"{k}: {str(v).lower()}\n" for k, v in case.findings.items()))
    return path, screen


def test_numbers_mark_what_fits(tmp_path: Path, knowledge: Knowledge) -> None:
    path, screen = tick_screen(tmp_path, knowledge)
    ask(path, "?2", "?", "q")
    said = {name: read_file(path)[name] for name in screen.findings}
    assert said == ticked(screen, (), [screen.findings[1]])


def test_enter_is_none_of_these(tmp_path: Path, knowledge: Knowledge) -> None:
    path, screen = tick_screen(tmp_path, knowledge)
    ask(path, "", "q")
    assert not any(read_file(path)[name] for name in screen.findings)


def test_wrong_words_say_what_is_near_and_lose_nothing(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    path, screen = tick_screen(tmp_path, knowledge)
    label = knowledge.findings[screen.findings[0]].label
    result = ask(path, "99", label[:-1], "2 9", "q")
    shown = " ".join(result.stdout.split())
    assert "There is no line 99" in shown
    assert f"did you mean `{label}`" in shown
    assert not set(screen.findings) & set(read_file(path))


def test_numbers_are_checked_as_in_a_file(tmp_path: Path) -> None:
    result = ask(tmp_path / "new.yaml", "400", "forty", "40 kg", "40 years", "q")
    assert "400 is impossible: `age` lies between" in result.stdout
    assert "`forty` is not a number of years" in result.stdout
    assert "`40 kg` is not a number of years" in result.stdout
    assert read_file(tmp_path / "new.yaml")["age"] == 40


def test_a_choice_by_number_by_word_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    result = ask(path, "40", "femal", "2", "home", "Untied Kingdom", "united kingdom", "q")
    assert "did you mean `female`" in result.stdout
    assert "did you mean `United Kingdom`" in result.stdout
    assert (read_file(path)["sex"], read_file(path)["region"]) == ("male", "gb")


# --- the file ---------------------------------------------------------------------------------


def test_comments_and_blocks_of_a_file_stay(path: Path) -> None:
    written = path.read_text() + "# my own words\nnote: mine\nexpected: {urgency: [routine]}"
    path.write_text(written)
    ask(path, "none", "q")
    assert path.read_text().startswith(written)
    assert read_file(path)["expected"] == {"urgency": ["routine"]}
    assert read_file(path)["limp"] is False


def test_a_file_in_braces_is_written_anew_with_all_its_keys(path: Path) -> None:
    lines = [f"{k}: {str(v).lower()}" for k, v in CALM.items() if k != "region"]
    path.write_text(f"{{{', '.join(lines)}, region: 'no', note: a}}")
    ask(path, "none", "q")
    data = read_file(path)
    assert (data["region"], data["note"], data["limp"]) == ("no", "a", False)


def test_only_the_owner_can_read_a_new_file(tmp_path: Path) -> None:
    ask(tmp_path / "new.yaml", "q")
    assert (tmp_path / "new.yaml").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["new.yaml"]


def test_a_crash_while_writing_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert_complained(ask(path, "none", "q"), str(path), "No space left on device")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


BAD = {
    "age: 400\n": "400 is impossible",
    "agee: 4\n": "did you mean `age`",
    "- a\n": "holds no case",
    "age: [\n": "not valid YAML",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_file_is_refused_and_kept(path: Path, text: str) -> None:
    path.write_text(text)
    assert_refused(ask(path, "none"), str(path), BAD[text])
    assert path.read_text() == text


def test_a_folder_is_no_case(tmp_path: Path) -> None:
    assert_refused(ask(tmp_path, "q"), str(tmp_path), "Is a directory")


def test_a_file_in_no_folder(tmp_path: Path) -> None:
    assert_refused(ask(tmp_path / "none/case.yaml", "q"), "cannot be written")


def test_a_test_not_tried_stays_unknown(tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / "case.yaml"
    case = Path(__file__).parents[1] / "cases/own/home_si_pain_at_three_months.yaml"
    lines = case.read_text().replace("aslr", "# aslr").replace("p4_self", "# p4_self").split("\n")
    path.write_text("\n".join(lines))
    result = ask(path, *[""] * 3)
    assert "Push the thigh gently down into the bed" in result.stdout
    assert "Stop as soon as you feel your usual pain" in result.stdout
    assert "Hold that knee with both hands" in result.stdout
    assert "p4_self" not in path.read_text().replace("# p4_self", "")
    assert result.exit_code == 0


@pytest.mark.parametrize("days", [7, 8])
def test_old_answers_are_not_built_on(days: int, path: Path) -> None:
    as_of = datetime.date.today() - datetime.timedelta(days=days)
    path.write_text(f"as_of: {as_of}\n{path.read_text()}")
    before = path.read_bytes()
    if days <= 7:
        assert ask(path, "q").exit_code == 0
        return
    assert_refused(ask(path, "q"), f"are from {as_of} and grow old", "`sacra ask NEWFILE`")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("flood", "said"),
    [
        ("9" * 100_000, "That is 100,000 characters; an answer has at most 500."),
        ("y" * 501, "That is 501 characters"),
        ("9" * 450, f"{'9' * 39} … {'9' * 39}"),
        ("x " * 200, "is no"),
    ],
)
def test_a_flood_is_no_answer(flood: str, said: str, path: Path, tmp_path: Path) -> None:
    for file in (path, tmp_path / "new.yaml"):
        result = ask(file, flood, "q")
        assert result.exit_code == 0, result.exception
        assert said in " ".join(result.stdout.split())


def test_a_flood_of_a_number_of_a_line(tmp_path: Path, knowledge: Knowledge) -> None:
    path, screen = tick_screen(tmp_path, knowledge)
    result = ask(path, "9" * 100_000, "9" * 499, "?", "8" * 100_000, "q")
    assert result.exit_code == 0, result.exception
    assert "That is 100,000 characters; an answer has at most 500." in result.stdout
    assert f"There is no line {'9' * 40} … {'9' * 40};" in " ".join(result.stdout.split())
    assert not set(screen.findings) & set(read_file(path))


def test_an_empty_file_is_a_new_case(path: Path) -> None:
    path.write_text("")
    ask(path, "40", "q")
    assert read_file(path)["age"] == 40


def test_bytes_that_are_no_text(path: Path) -> None:
    result = run("ask", str(path), given=b"\xff\xfe\nq\n")
    assert result.exit_code == 0
    assert isinstance(read_case(dict(read_file(path)), _knowledge()), Case)


def _knowledge() -> Knowledge:
    from sacra.kb.load import load_knowledge

    return load_knowledge()
