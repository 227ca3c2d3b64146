"""The review: what a diary means, from the example diaries and from what must always hold."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.table import read_table
from sacra.kb.text import read_file
from sacra.reasoning.alarms import alarm_findings, case_after, recheck_due
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, case_on, read_case
from sacra.reasoning.daily import daily, in_flare
from sacra.reasoning.diary import Diary, Done, Entry, read_diary
from sacra.reasoning.evaluate import RESERVED
from sacra.reasoning.measures import score
from sacra.reasoning.programme import Programme, Standing, build_programme
from sacra.reasoning.progress import climb_all, started
from sacra.reasoning.review import Review, review_diary
from sacra.reasoning.triage import rank
from sacra.reasoning.wishes import Wishes
from tests.conftest import ROOT

START = datetime.date(2026, 9, 28)
DIARIES = ROOT / "examples" / "diaries"


@cache
def person() -> tuple[Case, Assessment, Programme]:
    """The examined example, its assessment and its first programme."""
    knowledge = load_knowledge()
    case = read_case(read_file(ROOT / "examples" / "si_pain_examined.yaml"), knowledge)
    answer = assess(case, knowledge)
    return case, answer, build_programme(answer.plan, Wishes(), None, knowledge)


def review(diary: Diary, knowledge: Knowledge, **other: Any) -> Review:
    case, answer, programme = person()
    return review_diary(case, answer.plan, other.pop("programme", programme), diary, knowledge,
                        **other)  # fmt: skip


def example(name: str, knowledge: Knowledge) -> Diary:
    path: Path = next(DIARIES.glob(f"{name}.*"))
    data = read_table(path) if path.suffix == ".csv" else read_file(path)
    return read_diary(data, knowledge, today=datetime.date(2027, 1, 1), where=name)


def until(diary: Diary, day: int) -> Diary:
    last = START + datetime.timedelta(days=day)
    entries = tuple(entry for entry in diary.entries if entry.on <= last)
    return msgspec.structs.replace(diary, entries=entries)


def day(number: int, **said: Any) -> Entry:
    return Entry(on=START + datetime.timedelta(days=number), **said)


def days_of(pain: Sequence[float], **said: Any) -> Diary:
    return Diary(tuple(day(n, pain_now=p, **said) for n, p in enumerate(pain)), START)


# --- the examples -----------------------------------------------------------------------------


def test_steady_recovery(knowledge: Knowledge) -> None:
    found = review(example("steady_recovery", knowledge), knowledge)
    assert (found.status, found.urgency, found.flare) == ("on_track", "routine", False)
    assert found.trend is not None
    assert found.trend.p_better is not None and found.trend.p_better > 0.9
    assert "step_down" in {step.rule for step in found.care}
    assert "to_doctor" not in {step.rule for step in found.care}
    assert any(move.decision == "progress" for move in found.history)


def test_stalled(knowledge: Knowledge) -> None:
    found = review(example("stalled", knowledge), knowledge)
    assert found.status == "stalled"
    assert {"to_physiotherapist", "to_doctor"} <= {step.rule for step in found.care}
    assert all(step.sources for step in found.care)


def test_flare_and_recovery(knowledge: Knowledge) -> None:
    diary = example("flare_and_recovery", knowledge)
    before, during = review(until(diary, 24), knowledge), review(until(diary, 27), knowledge)
    after = review(diary, knowledge)
    assert [found.flare for found in (before, during, after)] == [False, True, False]
    assert "flare" in {step.rule for step in during.advice}
    assert during.review_in_days <= 7
    assert during.next_programme is not None
    assert {one.level for one in during.next_programme.chosen} == {1}
    assert after.status == "on_track"


def test_two_red_flags_act_on_their_day(knowledge: Knowledge) -> None:
    diary = example("two_red_flags", knowledge)
    urgencies = {n: review(until(diary, n), knowledge).urgency for n in (13, 14, 15, 25)}
    assert rank(urgencies[13]) < rank("same_day")
    assert rank(urgencies[14]) >= rank("same_day")  # the fever
    assert rank(urgencies[15]) < rank("same_day")  # examined
    assert urgencies[25] == "emergency"
    found = review(diary, knowledge)
    assert found.status == "danger"
    assert found.now is not None
    assert found.next_programme is None


# --- alarms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, "unsure"])
def test_only_an_examination_lowers_an_alarm(first: Any, knowledge: Knowledge) -> None:
    case, _, _ = person()
    said = [
        day(0, answers={"saddle_numbness": first}),
        day(1, answers={"saddle_numbness": False}),
    ]
    seen = day(2, answers={"saddle_numbness": False}, examined=True)
    for entries, value in ((said, first), ([*said, seen], False)):
        after = case_after(case, Diary(tuple(entries), START), entries[-1].on, knowledge)
        assert after.findings["saddle_numbness"] == value


def test_a_doubt_can_become_a_yes(knowledge: Knowledge) -> None:
    case, _, _ = person()
    entries = (day(0, answers={"fever_chills": "unsure"}), day(1, answers={"fever_chills": True}))
    after = case_after(case, Diary(entries, START), entries[-1].on, knowledge)
    assert after.findings["fever_chills"] is True


ALARMS = sorted(
    name for name in alarm_findings(load_knowledge())
    if (f := load_knowledge().findings[name]).by == "self" and f.type == "yes_no" and not f.derived
)  # fmt: skip
answers = st.dictionaries(
    st.sampled_from(ALARMS), st.sampled_from([True, False, "unsure"]), max_size=3
)


@settings(max_examples=60)
@given(st.lists(answers, min_size=1, max_size=4), answers)
def test_no_later_answer_lowers_the_urgency(
    knowledge: Knowledge, earlier: list[dict[str, Any]], later: dict[str, Any]
) -> None:
    entries = [day(n, pain_now=4, answers=some) for n, some in enumerate(earlier)]
    before = review(Diary(tuple(entries), START), knowledge)
    entries.append(day(len(entries), pain_now=4, answers=later))
    after = review(Diary(tuple(entries), START), knowledge)
    assert rank(after.urgency) >= rank(before.urgency)


def test_low_mood_asks_about_safety_and_names_whom_to_call(knowledge: Knowledge) -> None:
    low = score("phq2", [2, 1], knowledge)
    found = review(Diary((day(0, pain_now=4, measures={"phq2": low}),), START), knowledge)
    asked = {question.finding for question in found.ask}
    # the example has answered one of the two already
    assert asked or person()[0].findings.get("suicidal_thoughts") is False
    fine = score("phq2", [1, 1], knowledge)
    assert review(Diary((day(0, measures={"phq2": fine}),), START), knowledge).ask == ()


def test_safety_questions_come_back_weekly_and_after_worse(knowledge: Knowledge) -> None:
    asked = {"saddle_numbness": False}
    first = day(0, answers=asked)
    for others, due in (
        ([day(6)], False),
        ([day(7)], True),
        ([day(2, worse=True)], True),
        ([day(2, worse=True), day(3, answers=asked)], False),
    ):
        entries = (first, *others)
        assert recheck_due(Diary(entries, START), entries[-1].on, 7) is due
    assert recheck_due(Diary((day(0),), START), START, 7) is True


# --- ladders, week by week --------------------------------------------------------------------


def test_weekly_reviews_climb_as_one_long_one(knowledge: Knowledge) -> None:
    """Nothing in the diary counts twice, and nothing is lost between two reviews."""
    diary = example("steady_recovery", knowledge)
    programme = started(person()[2], diary)
    whole, _ = climb_all(programme, diary, _days(diary, programme, knowledge), knowledge)
    for week in range(1, 10):
        part = until(diary, 7 * week - 1)
        days = _days(part, programme, knowledge)
        standings, _ = climb_all(programme, part, days, knowledge)
        chosen = tuple(
            msgspec.structs.replace(one, standing=standings[one.exercise])
            for one in programme.chosen
        )
        programme = msgspec.structs.replace(
            programme, chosen=chosen, read_until=part.entries[-1].on
        )
    assert programme.standings == whole


def _days(diary: Diary, programme: Programme, knowledge: Knowledge) -> Any:
    return daily(diary, programme, diary.entries[-1].on, knowledge)


def test_the_next_programme_goes_on_from_where_the_person_stands(knowledge: Knowledge) -> None:
    diary = example("steady_recovery", knowledge)
    found = review(until(diary, 20), knowledge)
    after = found.next_programme
    assert after is not None
    assert (after.week, after.id) == (2, person()[2].id)
    assert any(one.level > 1 for one in after.chosen)
    plain = msgspec.json.decode(msgspec.json.encode(after))
    again = msgspec.convert(plain, Programme, str_keys=True)  # levels are keys of the setbacks
    assert again == after
    later = review(diary, knowledge, programme=again)
    assert all(move.on > START + datetime.timedelta(days=20) for move in later.moves)


def test_what_hurts_even_when_easy_is_left_out_and_replaced(knowledge: Knowledge) -> None:
    name = person()[2].chosen[0].exercise
    hurt = Done(name, "yes", 3, 8, 3, 4)
    found = review(
        Diary(tuple(day(n, pain_now=3, done=(hurt,)) for n in range(3)), START), knowledge
    )
    assert [m.decision for m in found.history if m.exercise == name] == ["regress", "stop"]
    assert found.next_programme is not None
    assert name in found.next_programme.stopped
    assert name not in found.next_programme.standings
    out = {one.exercise: one.constraint for one in found.next_programme.left_out}
    assert out[name] == "pain"


def test_few_sessions_make_the_programme_shorter(knowledge: Knowledge) -> None:
    missed = tuple(Done(one.exercise, "no", why_not="time") for one in person()[2].chosen)
    found = review(days_of([4] * 14, done=missed), knowledge)
    assert found.adherence == 0
    assert "fewer" in {step.rule for step in found.advice}
    assert found.next_programme is not None
    assert len(found.next_programme.chosen) <= 3


def test_a_pause_in_a_flare_ends_one_level_lower(knowledge: Knowledge) -> None:
    chosen = tuple(
        msgspec.structs.replace(one, standing=Standing(level=min(3, one.top), since=START))
        for one in person()[2].chosen
    )
    high = msgspec.structs.replace(person()[2], started=START, chosen=chosen)
    flare = review(days_of([3] * 14 + [7, 7]), knowledge, programme=high)
    assert flare.next_programme is not None
    assert {one.level for one in flare.next_programme.chosen} == {1}
    calm = review(days_of([3] * 14 + [7, 7] + [3] * 10), knowledge, programme=flare.next_programme)
    assert calm.next_programme is not None
    paused = {one.exercise for one in flare.next_programme.chosen}
    for one in calm.next_programme.chosen:
        if one.exercise in paused:
            assert one.level == max(1, high.standings[one.exercise].level - 1)
    assert paused & set(high.standings)


# --- time and odd diaries ---------------------------------------------------------------------


def test_times_since_something_grow_and_end(knowledge: Knowledge) -> None:
    case = read_case(
        {"as_of": START, "pregnant": True, "pregnancy_weeks": 30, "age": 30}, knowledge
    )
    later = case_on(case, START + datetime.timedelta(weeks=5, days=3), knowledge)
    assert later.findings["pregnancy_weeks"] == 35
    assert later.findings["age"] == 30
    past = case_on(case, START + datetime.timedelta(weeks=20), knowledge)
    assert "pregnancy_weeks" not in past.findings


def test_one_entry_is_enough_for_a_review(knowledge: Knowledge) -> None:
    found = review(Diary((day(0, pain_now=4),)), knowledge)
    assert (found.status, found.trend, found.adherence) == ("too_early", None, None)
    assert found.next_programme is not None


def test_a_diary_before_the_plan_is_refused(knowledge: Knowledge) -> None:
    late = msgspec.structs.replace(person()[2], started=START + datetime.timedelta(days=5))
    with pytest.raises(CaseError, match="before the plan did"):
        review(days_of([4, 4]), knowledge, programme=late)


def test_a_flare_is_above_the_usual_and_not_just_strong(knowledge: Knowledge) -> None:
    policy = knowledge.policy("flare")

    def flare(pain: Sequence[float]) -> bool | None:
        case = days_of(pain)
        programme = started(person()[2], case)
        return in_flare(daily(case, programme, case.entries[-1].on, knowledge).resting, policy)

    assert flare([7] * 20) is False
    assert flare([3] * 20 + [6]) is False  # one of the last three days
    assert flare([3] * 20 + [6, 6]) is True
    assert flare([5]) is None


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=120))
def test_no_pain_diary_breaks_the_review(knowledge: Knowledge, pain: list[int | None]) -> None:
    entries = tuple(day(n, pain_now=p) for n, p in enumerate(pain))
    found = review(Diary(entries, START), knowledge)
    assert found.status in ("worse", "stalled", "on_track", "too_early")
    assert found.review_in_days > 0
    if found.next_programme:
        assert not set(found.next_programme.standings) & set(found.next_programme.stopped)


def test_a_trimester_that_passes_withdraws_what_lies_flat(knowledge: Knowledge) -> None:
    data = read_file(ROOT / "tests" / "cases" / "own" / "pregnant_week_12.yaml")
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    case = read_case({**findings, "as_of": START}, knowledge)
    plan = assess(case, knowledge).plan
    wishes = Wishes(without=("ex_wall_side_lean", "ex_isometric_hip_press"))
    programme = build_programme(plan, wishes, None, knowledge)
    diary = Diary(tuple(day(n, pain_now=3) for n in range(0, 40, 2)), START)
    found = review_diary(case, plan, programme, diary, knowledge)
    gone = {item.intervention: item.because for item in found.withdrawn}
    assert "ex_bridge_seed" in gone
    assert any("week 14" in said for said in gone["ex_bridge_seed"])
    assert found.next_programme is not None
    for one in found.next_programme.chosen:
        assert one.exercise not in gone
