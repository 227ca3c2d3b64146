"""A session second by second: as long as the plan promised, with nothing forgotten."""

from __future__ import annotations

import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import assess
from sacra.reasoning.case import read_case
from sacra.reasoning.dose import bout_seconds, rungs
from sacra.reasoning.evaluate import RESERVED
from sacra.reasoning.programme import build_programme
from sacra.reasoning.session import day_of, session_steps, stop_lines
from sacra.reasoning.standing import Chosen, Programme
from sacra.reasoning.week import Bout, week_of
from sacra.reasoning.wishes import Wishes

OWN = Path(__file__).parent.parent / "cases" / "own"


@lru_cache(maxsize=1)
def real(knowledge: Knowledge) -> Programme:
    data = read_file(OWN / "desk_worker_off_work.yaml")
    case = read_case({k: v for k, v in data.items() if k not in RESERVED}, knowledge)
    return build_programme(assess(case, knowledge).plan, Wishes(), None, knowledge)


def chosen(name: str, level: int, knowledge: Knowledge, side: str = "") -> Chosen:
    exercise = knowledge.exercises[name]
    rung = rungs(exercise)[level]
    return msgspec.structs.replace(
        real(knowledge).chosen[0],
        exercise=name,
        level=rung.level,
        dose=rung.dose,
        days=tuple(range(7)),
        each_side=exercise.each_side,
        first_side=side,
    )


def programme(one: Chosen, knowledge: Knowledge) -> Programme:
    days, started = week_of([Bout(one.exercise, 1, one.days, 60)]), datetime.date(2026, 11, 3)
    made = real(knowledge)
    return msgspec.structs.replace(made, started=started, chosen=(one,), days=days)


def test_every_level_of_every_exercise_takes_what_the_plan_promised(knowledge: Knowledge) -> None:
    policy = knowledge.policy("programme")
    for exercise in knowledge.exercises.values():
        for level, rung in enumerate(rungs(exercise)):
            made = programme(chosen(exercise.id, level, knowledge), knowledge)
            steps = session_steps(made, 1, "morning", knowledge)
            total = sum(step.seconds for step in steps)
            extra = policy["seconds_to_set_up"] if rung.dose.minutes is not None else 0
            rounded = bout_seconds(exercise, rung.dose, policy) + extra
            assert total == pytest.approx(rounded, abs=0.5), (exercise.id, level)
            assert all(step.seconds > 0 for step in steps)
            assert steps[0].doing == "ready"


def test_a_hold_is_three_steps_and_rests_lie_between(knowledge: Knowledge) -> None:
    steps = session_steps(
        programme(chosen("ex_bridge_seed", 1, knowledge), knowledge), 1, "morning", knowledge
    )
    doing = [step.doing for step in steps]
    one = ["lift", "hold", "lower"]
    assert doing == ["ready", *one, "rest", *one, "rest", *one]
    assert [step.rep for step in steps if step.doing == "hold"] == [1, 2, 3]


@pytest.mark.parametrize(("first", "sides"), [("left", ["left", "right"]), ("", ["one", "other"])])
def test_the_painful_side_first_then_the_other(
    first: str, sides: list[str], knowledge: Knowledge
) -> None:
    sided = next(e.id for e in knowledge.exercises.values() if e.each_side)
    steps = session_steps(
        programme(chosen(sided, 1, knowledge, first), knowledge), 1, "morning", knowledge
    )
    worked = [step.side for step in steps if step.side]
    changes = [worked[0]] + [b for a, b in pairwise(worked) if a != b]
    assert changes[:2] == sides
    assert worked.count(sides[0]) == worked.count(sides[1])


def test_a_real_programme_has_a_session_for_each_it_names(knowledge: Knowledge) -> None:
    for path in sorted(OWN.glob("*.yaml")):
        data = {k: v for k, v in read_file(path).items() if k not in RESERVED}
        plan = assess(read_case(data, knowledge), knowledge).plan
        made = build_programme(plan, Wishes(), None, knowledge)
        for day in made.days:
            for session in day.sessions:
                steps = session_steps(made, day.day, session.when, knowledge)
                assert tuple(dict.fromkeys(s.exercise for s in steps)) == session.exercises


def test_rest_days_and_unknown_slots_are_empty(knowledge: Knowledge) -> None:
    made = programme(chosen("ex_bridge_seed", 1, knowledge), knowledge)
    assert session_steps(made, 1, "midnight", knowledge) == ()


@pytest.mark.parametrize(("on", "day"), [(3, 1), (9, 7), (10, 1)])
def test_the_week_begins_on_the_day_of_the_start(on: int, day: int, knowledge: Knowledge) -> None:
    made = programme(chosen("ex_bridge_seed", 1, knowledge), knowledge)
    assert day_of(made, datetime.date(2026, 11, on)) == day
    assert day_of(msgspec.structs.replace(made, started=None), datetime.date(2026, 11, on)) == 1


def test_the_stop_line_is_that_of_the_review(knowledge: Knowledge) -> None:
    """A rise of 3; or 6 and more when it began at 3 or less (correction 21)."""
    assert stop_lines(knowledge) == (3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11)
