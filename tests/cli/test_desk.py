"""The reviewer's desk: what to confirm first, and writing a confirmation into the file."""

from __future__ import annotations

import datetime
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from sacra.cohort.bordering import crowd
from sacra.cohort.desk import Desk, answered, overdue_rows, row_of
from sacra.cohort.leaving_out import Variant, variants
from sacra.confirm_file import confirm
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import FOLDER, load_knowledge
from sacra.kb.schema import Confirmation
from sacra.kb.signing import enough, next_review, overdue_since
from sacra.kb.text import read_file
from sacra.reasoning.case import read_case
from tests.cli.running import assert_refused, json_of, output, run

SOUND = Path(__file__).parents[1] / "broken/knowledge/sound"
POLICY = "policies/confirmation.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny sound knowledge, with the policy of the real one; its red flag is an alarm."""
    made = Path(shutil.copytree(SOUND, tmp_path / "knowledge"))
    (made / "policies").mkdir()
    shutil.copy(FOLDER / POLICY, made / POLICY)
    shutil.copy(FOLDER / "sources/sacra_design.yaml", made / "sources/sacra_design.yaml")
    return made


def say(folder: Path, fact: str, name: str, *more: str, role: str = "physician") -> Any:
    return run("knowledge", "confirm", fact, "--name", name, "--role", role, "--folder",
               str(folder), *more)  # fmt: skip


def file(folder: Path, fact: str) -> Path:
    return folder / f"{fact}.yaml"


# --- confirming -------------------------------------------------------------------------------


def test_a_confirmation_is_added_and_nothing_else_changes(folder: Path) -> None:
    path = file(folder, "findings/fever")
    path.write_text("# A comment that stays\n" + path.read_text())
    before = path.read_text()
    result = say(folder, "findings/fever", "Dr A. O'Example", "--date", "2026-11-01")
    assert result.exit_code == 0, result.stderr
    assert "findings/fever: confirmed by 1 of 1: Dr A. O'Example, physician" in result.stdout
    after = path.read_text()
    assert after.startswith(before.rstrip("\n") + "\nconfirmed:\n- name: 'Dr A. O''Example'\n")
    (kept,) = load_knowledge.__wrapped__(folder).findings["fever"].confirmed
    assert (kept.name, kept.role, str(kept.day)) == ("Dr A. O'Example", "physician", "2026-11-01")
    assert output("knowledge", "check", str(folder))


def test_a_confirmation_ends_with_the_words_it_was_for(folder: Path) -> None:
    assert say(folder, "findings/fever", "Dr A").exit_code == 0
    path = file(folder, "findings/fever")
    path.write_text(path.read_text().replace("label:", "label: Very", 1))
    result = run("knowledge", "check", str(folder))
    assert result.exit_code == 2
    assert "findings/fever.yaml: has changed since Dr A confirmed it on" in result.stderr
    assert "take that confirmation out, or have it confirmed again" in result.stderr


def test_an_alarm_takes_two_different_people(folder: Path) -> None:
    first = say(folder, "bone", "Dr A")
    assert "red_flags/bone: confirmed by 1 of 2: Dr A" in first.stdout
    assert not enough(load_knowledge.__wrapped__(folder).red_flags["bone"])
    assert_refused(
        say(folder, "bone", "dr.  a"), "has confirmed it already", "has to be somebody else"
    )
    second = say(folder, "bone", "Dr B", "--date", "2026-11-02")
    assert "confirmed by 2 of 2: Dr A, physician" in second.stdout
    assert enough(load_knowledge.__wrapped__(folder).red_flags["bone"])


def test_who_confirmed_long_ago_may_do_so_again(folder: Path) -> None:
    assert say(folder, "findings/fever", "Dr A", "--date", "2020-02-29").exit_code == 0
    before = file(folder, "findings/fever").read_text()
    assert say(folder, "findings/fever", "Dr B", "--date", "2021-01-01").exit_code == 0
    assert say(folder, "findings/fever", "Dr A").exit_code == 0
    found = load_knowledge.__wrapped__(folder).findings["fever"].confirmed
    assert [(one.name, one.day) for one in found] == [
        ("Dr B", datetime.date(2021, 1, 1)),
        ("Dr A", datetime.date.today()),
    ]
    said = before.partition("confirmed:")[0]
    assert file(folder, "findings/fever").read_text().startswith(said)


def test_what_stands_below_the_confirmations_stays(folder: Path) -> None:
    path = file(folder, "findings/fever")
    assert say(folder, "findings/fever", "Dr A").exit_code == 0
    head, _, block = path.read_text().partition("confirmed:")
    moved = head.splitlines()
    path.write_text(f"confirmed:{block}# below\n" + "\n".join(moved) + "\n")
    assert say(folder, "findings/fever", "Dr B").exit_code == 0
    assert path.read_text().endswith("# below\n" + "\n".join(moved) + "\n")
    assert len(load_knowledge.__wrapped__(folder).findings["fever"].confirmed) == 2


@pytest.mark.parametrize(
    ("fact", "name", "more", "words"),
    [
        ("fevr", "Dr A", (), ("unknown id `fevr`", "`fever`")),
        ("findings/fevr", "Dr A", (), ("unknown id `findings/fevr`", "`findings/fever`")),
        ("finding/fever", "Dr A", (), ("unknown id `finding/fever`", "`findings`")),
        ("fever", " ", (), ("--name", "say the name")),
        ("fever", "..", (), ("--name", "say the name")),
        ("fever", "A" * 101, (), ("--name", "at most 100")),
        ("fever", "Dr\x1b[2J", (), ("--name", "is one line")),
        ("fever", "Dr A", ("--date", "2999-01-01"), ("--date", "is in the future")),
        ("fever", "Dr A", ("--date", "yesterday"), ("--date", "`yesterday` is not a date")),
        ("study", "Dr A", (), ("unknown id `study`",)),
    ],
)
def test_what_cannot_be_confirmed_is_one_sentence_and_changes_nothing(
    fact: str, name: str, more: tuple[str, ...], words: tuple[str, ...], folder: Path
) -> None:
    before = file(folder, "findings/fever").read_text()
    assert_refused(say(folder, fact, name, *more), *words)
    assert file(folder, "findings/fever").read_text() == before


def test_without_a_name_or_a_role_nothing_is_confirmed(folder: Path) -> None:
    for missing in (("--name", "Dr A"), ("--role", "physician")):
        result = run("knowledge", "confirm", "fever", *missing, "--folder", str(folder))
        assert result.exit_code == 2
        assert "Missing option" in result.stderr
    assert_refused(say(folder, "fever", "Dr A", role=" "), "--role", "say the role")


def test_an_id_of_several_kinds_asks_which(folder: Path) -> None:
    shutil.copy(file(folder, "findings/fever"), file(folder, "findings/bone"))
    assert_refused(say(folder, "bone", "Dr A"), "findings/bone or red_flags/bone")
    assert say(folder, "findings/bone", "Dr A").exit_code == 0


def test_a_real_file_of_each_kind_can_be_confirmed(tmp_path: Path, knowledge: Knowledge) -> None:
    made = Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))
    for name in ("red_flags/ces_saddle", "exercises/ex_bird_dog", "claims/rest", "hazards/nsaid"):
        before = read_file(file(made, name))
        changed = confirm(name, "Dr A", "physician", datetime.date.today(), made, knowledge)
        after = read_file(file(made, name))
        assert {k: v for k, v in after.items() if k != "confirmed"} == before
        assert len(changed.confirmed) == 1


def test_a_list_says_which_alarms_are_confirmed() -> None:
    lines = output("knowledge", "list", "red_flags").splitlines()
    assert "[confirmed by 0 of 2]" in next(line for line in lines if line.startswith("ces_saddle "))


# --- when it is due ---------------------------------------------------------------------------


def test_an_alarm_is_due_after_its_months_and_a_fact_after_longer(knowledge: Knowledge) -> None:
    policy = knowledge.policy("confirmation")
    said = Confirmation(name="Dr A", role="physician", day=datetime.date(2024, 2, 29), of="")
    for fact, months in (("red_flags", "months_alarm"), ("claims", "months")):
        one: Any = next(iter(getattr(knowledge, fact).values()))
        signed = type(one)(**{f: getattr(one, f) for f in one.__struct_fields__} | {
            "confirmed": (said,)})  # fmt: skip
        due = next_review(signed, knowledge)
        assert due
        assert (due.year, due.month) == (2024 + int(policy[months]) // 12, 2)
        assert overdue_since(signed, knowledge, due) is None
        assert overdue_since(signed, knowledge, due + datetime.timedelta(days=1)) == due
        now = datetime.date.today()
        assert row_of(fact, signed, knowledge, now).overdue == (due < now)
    assert overdue_rows(knowledge, datetime.date.today()) == []


def test_what_is_overdue_is_listed(folder: Path) -> None:
    assert say(folder, "findings/fever", "Dr A", "--date", "2020-01-01").exit_code == 0
    (row,) = json_of("knowledge", "review", "--due", "--folder", str(folder))
    assert (row["fact"], row["overdue"]) == ("findings/fever", True)
    text = output("knowledge", "review", "--due", "--folder", str(folder))
    assert "review overdue since 2022-01-01" in text


# --- what moves most --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A few people for whom alarms, gates and probabilities matter."""
    known = load_knowledge()
    people = [answered(case, known, weighed=False) for case in islice(crowd(known), 60)]
    own = read_file(Path("tests/cases/own/examined_si_pain_four_of_six.yaml"))
    data = {k: v for k, v in own.items() if k not in ("expected", "note", "source", "title")}
    people.append(answered(read_case(data, known), known, weighed=True))
    return Desk(people, known)


@pytest.fixture(scope="module")
def parts() -> list[Variant]:
    return list(variants(load_knowledge()))


def test_every_person_of_the_crowd_is_answered_in_full(desk: Desk) -> None:
    assert {p.triage.urgency for p in desk.people} >= {"emergency", "routine"}
    assert "undetermined" not in {p.triage.urgency for p in desk.people}


def test_leaving_out_an_alarm_is_what_the_knowledge_without_it_says(
    desk: Desk, parts: list[Variant]
) -> None:
    levels = [one for one in parts if one.moves == "triage"]
    moved = {one.part: desk.moved(one) for one in levels[:6]}
    assert any(one.urgency for one in moved.values())
    assert all(one.weight >= 50 * one.urgency for one in moved.values() if one.part[0] in "es")
    assert {v.fact for v in levels} == {f"red_flags/{name}" for name in desk.knowledge.red_flags}


def test_a_gate_that_another_repeats_moves_nobody(desk: Desk, parts: list[Variant]) -> None:
    gates = [one for one in parts if one.moves == "gate"][:80]
    moved = [desk.moved(one) for one in gates]
    assert any(one.plan for one in moved)
    assert not any(one.urgency for one in moved)
    assert any(one.weight == 0 for one in moved)


def test_a_study_moves_a_plan_only_across_a_threshold(desk: Desk, parts: list[Variant]) -> None:
    studies = [one for one in parts if one.finding][:20]
    assert studies
    assert not any(desk.moved(one).urgency for one in studies)


def test_the_list_says_what_moves_most() -> None:
    rows = json_of("knowledge", "review", "--kind", "pathways")
    weights = [row["weight"] for row in rows]
    assert weights == sorted(weights, reverse=True)
    assert all(row["fact"].startswith("pathways/") and row["sources"] for row in rows)
    assert all(row["moved"] and row["needed"] == 1 for row in rows)


def test_a_kind_without_anything_to_confirm() -> None:
    assert output("knowledge", "review", "--kind", "cards").startswith("Nothing here waits")


def test_bad_input_of_the_list_is_one_sentence(tmp_path: Path) -> None:
    assert_refused(run("knowledge", "review", "--kind", "red_flag"), "`red_flag`", "`red_flags`")
    result = run("knowledge", "review", "--kind", "cards", "--cases", str(tmp_path))
    assert_refused(result, "is not a folder with .yaml case files")
