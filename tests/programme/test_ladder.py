"""The ladder of one exercise: a clinician can read each row of ``ladder.yaml``."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file
from sacra.reasoning.diary import Done
from sacra.reasoning.dose import rungs, top_level
from sacra.reasoning.ladder import Bout, Move, Way, climb, effort_target
from sacra.reasoning.standing import Standing
from tests.conftest import NIGHTLY

START = datetime.date(2026, 3, 2)
ROWS: list[dict[str, Any]] = read_file(Path(__file__).parent / "ladder.yaml")


def bout(day: int, row: dict[str, Any]) -> Bout:
    before, during, next_morning, effort = row["pain"]
    done = Done("ex_squat", row.get("done", "yes"), before, during, next_morning, effort,
                row.get("why_not", ""), row.get("level"))  # fmt: skip
    return Bout(START + datetime.timedelta(days=day), done, row.get("resting"),
                row.get("adherence", 100), row.get("rise_week"), row.get("target", 4))  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_every_row(row: dict[str, Any], knowledge: Knowledge) -> None:
    level = row.get("level", 2)
    standing = Standing(level, START, 0, {level + 1: row.get("setbacks", 0)})
    days = row.get("days", range(0, 3 * len(row["sessions"]), 3))
    bouts = [bout(day, s) for day, s in zip(days, row["sessions"], strict=True)]
    way = Way("ex_squat", level, row.get("top", 5), row.get("least_days", 0),
              dict([row["limits"]]) if "limits" in row else {})  # fmt: skip
    after, moves = climb(way, standing, bouts, knowledge)
    assert (after.level, moves[-1].decision, moves[-1].rule) == tuple(row["then"])
    assert all(move.sources and move.say for move in moves)


# --- whatever the diary says ------------------------------------------------------------------

score = st.one_of(st.none(), st.integers(0, 10).map(float))
done = st.builds(
    Done, st.just("ex_squat"), st.sampled_from(["yes", "part", "no"]), score, score, score, score
)
bouts = st.lists(
    st.tuples(
        st.integers(1, 6),
        done,
        score,
        st.one_of(st.none(), st.integers(0, 100).map(float)),
        st.one_of(st.none(), st.integers(-5, 5).map(float)),
    ),
    max_size=60,
)


def as_bouts(rows: list[Any]) -> list[Bout]:
    day, found = 0, []
    for gap, one, resting, adherence, rise in rows:
        day += gap
        on = START + datetime.timedelta(days=day)
        found.append(Bout(on, one, resting, adherence, rise, 4))
    return found


@settings(max_examples=2000 if NIGHTLY else 200)
@given(bouts, st.integers(0, 5), st.integers(1, 5))
def test_no_diary_breaks_the_rules_of_the_ladder(
    knowledge: Knowledge, rows: list[Any], level: int, top: int
) -> None:
    some = as_bouts(rows)
    standing = Standing(min(level, top), START)
    after, moves = climb(Way("ex_squat", standing.level, top, 0, {}), standing, some, knowledge)
    assert 0 <= after.level <= top
    sessions = {one.on: one for one in some}
    for move in moves:
        assert abs(move.to_level - move.from_level) <= 1 or move.rule == "resting_pain_high"
        assert_careful(move, sessions[move.on])


def assert_careful(move: Move, session: Bout) -> None:
    """Nobody goes up over the stop line, without its numbers, or while the plan is not kept."""
    if move.decision != "progress":
        return
    said = session.done
    assert said.done == "yes" and session.adherence is not None and session.adherence >= 80
    assert said.pain_during is not None
    assert said.pain_next_morning is not None
    before = said.pain_before if said.pain_before is not None else session.resting or 0
    assert said.pain_during <= 2 or said.pain_during <= before
    assert said.pain_next_morning <= before


@given(bouts)
def test_nobody_goes_up_and_down_without_end(knowledge: Knowledge, rows: list[Any]) -> None:
    standing, moves = Standing(1, START), list[Move]()
    for one in as_bouts(rows)[:40]:  # one review a session, so that every level can be reached
        standing, new = climb(Way("ex_squat", standing.level, 5, 0, {}), standing, [one], knowledge)
        moves += new
    falls = [m.from_level for m in moves if m.rule in ("too_much_pain", "not_settled_next_morning")]
    ups = [m.to_level for m in moves if m.decision == "progress"]
    assert all(ups.count(level) <= falls.count(level) + 1 for level in set(ups))


@given(bouts, st.integers(1, 4), st.data())
def test_more_pain_never_leads_higher(
    knowledge: Knowledge, rows: list[Any], level: int, data: st.DataObject
) -> None:
    """One session with more pain during it: the level after it is never higher."""
    some = [b for b in as_bouts(rows) if b.done.done == "yes" and b.done.pain_during is not None]
    if not some:
        return
    at = data.draw(st.integers(0, len(some) - 1))
    done_ = some[at].done
    worse = Done(
        done_.exercise, "yes", done_.pain_before, 10, done_.pain_next_morning, done_.effort
    )
    changed = [*some[:at], some[at]._replace(done=worse)]
    standing = Standing(level, START)
    way = Way("ex_squat", level, 5, 0, {})
    as_it_was, _ = climb(way, standing, some[: at + 1], knowledge)
    with_more, _ = climb(way, standing, changed, knowledge)
    assert with_more.level <= as_it_was.level


# --- doses ------------------------------------------------------------------------------------


def test_every_exercise_has_a_ladder_that_starts_where_it_starts(knowledge: Knowledge) -> None:
    for exercise in knowledge.exercises.values():
        easier, first, *_ = rungs(exercise)
        assert (easier.level, first.level) == (0, 1)
        assert first.dose == easier.dose, exercise.id
        assert all(r.dose.sets and r.dose.reps and r.dose.per_day for r in rungs(exercise))


def test_the_printed_doses_are_those_of_the_page(knowledge: Knowledge) -> None:
    knee = rungs(knowledge.exercises["ex_knee_to_chest_seed"])[2]
    bridge = rungs(knowledge.exercises["ex_bridge_seed"])[2]
    lift = rungs(knowledge.exercises["ex_prone_extension_seed"])[2:]
    assert (knee.dose.reps, knee.dose.hold_s, knee.printed) == (3, 10, True)
    assert (bridge.dose.reps, bridge.dose.hold_s, bridge.dose.per_day) == (1, 10, 2)
    assert [(r.dose.sets, r.dose.reps, r.dose.per_day) for r in lift] == [
        (3, 10, 2), (3, 15, 2), (3, 20, 2),
    ]  # fmt: skip


def test_a_rung_that_turns_into_another_exercise_needs_that_one(knowledge: Knowledge) -> None:
    bridge, policy = knowledge.exercises["ex_bridge_seed"], knowledge.policy("programme")
    assert top_level(bridge, {"ex_bridge_seed"}, (), 15, policy) == 3
    assert top_level(bridge, {"ex_bridge_seed", "ex_single_leg_bridge"}, (), 15, policy) == 5


def test_nobody_is_sent_to_what_is_not_at_hand_or_takes_too_long(knowledge: Knowledge) -> None:
    policy = knowledge.policy("programme")
    clamshell = knowledge.exercises["ex_clamshell"]
    assert top_level(clamshell, {"ex_side_plank"}, (), 15, policy) == 2
    assert top_level(clamshell, {"ex_side_plank"}, ("band",), 15, policy) == 5
    walking = knowledge.exercises["ex_walking_interval"]
    assert [top_level(walking, (), (), minutes, policy) for minutes in (5, 15, 20, 30)] == [
        1,
        2,
        3,
        6,
    ]


def test_effort_rises_with_the_weeks_in_the_plan(knowledge: Knowledge) -> None:
    assert [effort_target(week, knowledge) for week in (0, 1, 2, 5, 6, 40)] == [4, 4, 6, 6, 8, 8]
