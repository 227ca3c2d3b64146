"""Programmes: those that must exist, and what holds for every one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case
from sacra.reasoning.evaluate import RESERVED
from sacra.reasoning.programme import build_programme
from sacra.reasoning.standing import Programme
from sacra.reasoning.wishes import Wishes, read_wishes
from tests.conftest import NIGHTLY, ROOT
from tests.people import people

ROWS: list[dict[str, Any]] = read_file(Path(__file__).parent / "programmes.yaml")
OWN = sorted((ROOT / "tests" / "cases" / "own").glob("*.yaml"))
WISHES = (
    Wishes(),
    Wishes(minutes=5),
    Wishes(minutes=10, positions=("sitting", "standing")),
    Wishes(minutes=60, equipment=("ball", "band", "chair", "cushion", "pillow", "step", "table")),
)


def own(name: str, change: dict[str, Any], knowledge: Knowledge) -> Assessment:
    data = read_file(ROOT / "tests" / "cases" / "own" / f"{name}.yaml")
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    return assess(read_case({**findings, **change}, knowledge), knowledge)


def after(weeks: int, answer: Assessment, wishes: Wishes, knowledge: Knowledge) -> Programme:
    """The programme after so many weeks in which nothing changed."""
    programme = build_programme(answer.plan, wishes, None, knowledge)
    for week in range(1, weeks + 1):
        moved = msgspec.structs.replace(programme, week=week)
        programme = build_programme(answer.plan, wishes, moved, knowledge)
    return programme


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_programmes_that_must_exist(row: dict[str, Any], knowledge: Knowledge) -> None:
    answer = own(row["case"], row.get("change", {}), knowledge)
    wishes = read_wishes(row.get("wishes", {}), knowledge)
    programme = after(row.get("weeks", 0), answer, wishes, knowledge)
    met = {need for one in programme.chosen for need in one.needs}
    assert met >= set(row.get("meets", ()))
    assert {*row.get("cards", ())} <= set(programme.cards)
    assert len(programme.chosen) <= row.get("at_most", 6)
    assert row.get("relax", "") in programme.relax
    for one in programme.chosen:
        exercise = knowledge.exercises[one.exercise]
        assert {one.exercise, *exercise.classes}.isdisjoint(row.get("never", ()))
        assert set(one.positions) <= set(row.get("positions", exercise.positions))


# --- every programme --------------------------------------------------------------------------


def assert_sound(programme: Programme, answer: Assessment, knowledge: Knowledge) -> None:
    wishes, offered = programme.wishes, {e.exercise for e in answer.plan.exercises}
    names = [one.exercise for one in programme.chosen]
    assert len(names) == len(set(names)) <= int(knowledge.policy("programme")["most"])
    assert set(names) <= offered
    assert {*names} | {one.exercise for one in programme.left_out} == offered
    assert set(names).isdisjoint(one.exercise for one in programme.left_out)
    for day in programme.days:
        assert day.minutes <= wishes.minutes + 0.05
        assert day.minutes == pytest.approx(sum(s.minutes for s in day.sessions), abs=0.2)
    for one in programme.chosen:
        assert set(knowledge.exercises[one.exercise].equipment) <= set(wishes.equipment)
        assert one.positions
        assert one.needs and one.why and one.sources
        assert 0 <= one.level <= one.top
    if programme.standings and answer.triage.urgency in ("emergency", "same_day"):
        pytest.fail("exercises beside a danger")


@pytest.mark.parametrize("path", OWN, ids=[path.stem for path in OWN])
def test_every_own_case_gets_a_sound_programme(path: Path, knowledge: Knowledge) -> None:
    answer = own(path.stem, {}, knowledge)
    for wishes in WISHES:
        assert_sound(build_programme(answer.plan, wishes, None, knowledge), answer, knowledge)


def test_generated_people_get_sound_programmes(knowledge: Knowledge) -> None:
    for number, given in enumerate(people(knowledge, 500 if NIGHTLY else 60, seed=11)):
        answer = assess(read_case(given, knowledge), knowledge)
        wishes = WISHES[number % len(WISHES)]
        assert_sound(build_programme(answer.plan, wishes, None, knowledge), answer, knowledge)


def test_a_first_programme_is_short_and_begins_at_level_one(knowledge: Knowledge) -> None:
    for path in OWN:
        programme = build_programme(own(path.stem, {}, knowledge).plan, Wishes(), None, knowledge)
        assert len(programme.chosen) <= 4
        assert all(one.level == 1 and one.new for one in programme.chosen)


def test_little_changes_from_week_to_week(knowledge: Knowledge) -> None:
    answer = own("home_si_pain_at_three_months", {}, knowledge)
    weeks = [after(n, answer, Wishes(minutes=25), knowledge) for n in range(10)]
    for before, now in pairwise(weeks):
        kept = {c.exercise for c in before.chosen} & {c.exercise for c in now.chosen}
        assert len(kept) >= len(before.chosen) - 1
        assert sum(c.new for c in now.chosen) <= 2
        assert now.id == before.id


def test_the_same_week_again_is_the_same_programme(knowledge: Knowledge) -> None:
    answer = own("desk_worker_off_work", {}, knowledge)
    one = build_programme(answer.plan, Wishes(), None, knowledge)
    assert msgspec.json.encode(one) == msgspec.json.encode(
        build_programme(answer.plan, Wishes(), None, knowledge)
    )


def test_what_is_declined_is_swapped(knowledge: Knowledge) -> None:
    answer = own("home_si_pain_at_three_months", {}, knowledge)
    first = build_programme(answer.plan, Wishes(), None, knowledge)
    for one in first.chosen:
        wishes = Wishes(without=(one.exercise,))
        other = build_programme(answer.plan, wishes, None, knowledge)
        assert one.exercise not in {c.exercise for c in other.chosen}
        out = {o.exercise: o.constraint for o in other.left_out}
        assert out[one.exercise] == "declined"
        assert {n for c in other.chosen for n in c.needs} >= set(one.needs) - {"walking"}


def test_a_danger_leaves_no_exercise(knowledge: Knowledge) -> None:
    answer = own("cauda_equina", {}, knowledge)
    programme = build_programme(answer.plan, Wishes(), None, knowledge)
    assert programme.chosen == ()
    assert answer.plan.now is not None
