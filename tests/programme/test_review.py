"""The review: what a diary means, from the example diaries and from what must always hold."""

from __future__ import annotations

import datetime
import re
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
from sacra.reasoning.alarms import STRONG, alarm_findings, case_after, recheck_due
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, case_on, read_case
from sacra.reasoning.daily import daily, in_flare
from sacra.reasoning.diary import Diary, Done, Entry, read_diary
from sacra.reasoning.evaluate import RESERVED
from sacra.reasoning.measures import score
from sacra.reasoning.programme import build_programme
from sacra.reasoning.progress import climb_all, started
from sacra.reasoning.review import Review, review_diary
from sacra.reasoning.settle import settle
from sacra.reasoning.standing import Programme, Standing
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
    asked = {"saddle_numbness": False, "cannot_pass_urine": False, "fever_chills": False}
    first = day(0, answers=asked)
    for others, due in (
        ([day(6)], False),
        ([day(7)], True),
        ([day(2, worse=True)], True),
        ([day(2, worse=True), day(3, answers=asked)], False),
        ([day(7, answers={"alcohol_3plus_daily": True})], True),  # any answer is no check
    ):
        diary = Diary((first, *others), START)
        assert recheck_due(diary, diary.entries[-1].on, knowledge) is due
    alone = Diary((day(0),), START)
    assert recheck_due(alone, START, knowledge) is True


# --- ladders, week by week --------------------------------------------------------------------


def test_weekly_reviews_climb_as_one_long_one(knowledge: Knowledge) -> None:
    """Nothing in the diary counts twice, and nothing is lost between two reviews."""
    diary = example("steady_recovery", knowledge)
    programme = started(person()[2], diary)
    end = diary.entries[-1].on
    whole = climb_all(programme, diary, _days(diary, programme, knowledge), end, knowledge)
    for week in range(1, 10):
        part = until(diary, 7 * week - 1)
        today = part.entries[-1].on
        climbed = climb_all(programme, part, _days(part, programme, knowledge), today, knowledge)
        chosen = tuple(
            msgspec.structs.replace(one, standing=climbed.standings[one.exercise])
            for one in programme.chosen
        )
        programme = msgspec.structs.replace(programme, chosen=chosen, read_until=today)
    assert programme.standings == whole.standings


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
    first, second = (Done(name, "yes", 3, 8, 3, 4, level=level) for level in (1, 0))
    entries = (day(0, pain_now=3, done=(first,)), day(2, pain_now=3, done=(second,)))
    found = review(Diary(entries, START), knowledge)
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
    assert found.status in ("silent", "worse", "stalled", "on_track", "too_early")
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


def test_what_was_left_out_can_be_tried_again_later_and_easier(knowledge: Knowledge) -> None:
    programme = person()[2]
    name = programme.chosen[0].exercise
    stopped = msgspec.structs.replace(
        programme, chosen=programme.chosen[1:], stopped={name: 0}, started=START
    )
    others = Wishes(
        without=tuple(e for e in knowledge.exercises if e.startswith("ex_s") and e != name)
    )
    soon = build_programme(
        person()[1].plan, others, msgspec.structs.replace(stopped, week=5), knowledge
    )
    later = build_programme(
        person()[1].plan, others, msgspec.structs.replace(stopped, week=6), knowledge
    )
    assert name not in soon.standings
    if name in later.standings:
        assert later.standings[name].level == 0


# --- dangers that are not emergencies, and those that time would hide --------------------------


def test_a_danger_within_days_says_what_to_do(knowledge: Knowledge) -> None:
    entry = day(1, pain_now=5, answers={"low_fall": True, "unable_to_bear_weight": False})
    case = read_case({**dict(person()[0].findings), "age": 72, "osteoporosis": True}, knowledge)
    plan = assess(case, knowledge).plan
    programme = build_programme(plan, Wishes(), None, knowledge)
    diary = Diary((day(0, pain_now=4), entry), START)
    found = review_diary(case, plan, programme, diary, knowledge)
    assert found.urgency == "within_days"
    assert found.now is not None and found.now.do
    assert "offloading" in found.cards
    assert {move.exercise for move in found.moves} <= {
        one.exercise for one in (found.next_programme.chosen if found.next_programme else ())
    } | {item.exercise for item in (found.next_programme.left_out if found.next_programme else ())}


@pytest.mark.parametrize("later", [8, 15, 40])
def test_weeks_that_pass_lower_no_alarm(later: int, knowledge: Knowledge) -> None:
    data = read_file(ROOT / "tests" / "cases" / "own" / "eight_weeks_after_birth.yaml")
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    case = read_case({**findings, "postpartum_weeks": 5, "as_of": START}, knowledge)
    plan = assess(case, knowledge).plan
    programme = build_programme(plan, Wishes(), None, knowledge)
    alarm = day(1, pain_now=4, answers={"heavy_bleeding_after_birth": True})
    diary = Diary((day(0, pain_now=4), alarm, day(later, pain_now=3)), START)
    found = review_diary(case, plan, programme, diary, knowledge)
    assert rank(found.urgency) >= rank("same_day")
    seen = day(later + 1, answers={"heavy_bleeding_after_birth": False}, examined=True)
    diary = Diary((*diary.entries, seen), START)
    assert rank(review_diary(case, plan, programme, diary, knowledge).urgency) < rank("same_day")


def test_less_pain_lowers_no_alarm(knowledge: Knowledge) -> None:
    strong = day(0, pain_now=8, answers={"spinal_needle_14d": True})
    urgencies = [
        review(Diary(entries, START), knowledge).urgency
        for entries in ((strong,), (strong, day(1, pain_now=5)))
    ]
    assert rank(urgencies[1]) >= rank(urgencies[0])


def test_no_red_flag_reads_pain_below_what_counts_as_strong() -> None:
    """Else a day of such pain would not be looked at: see `triage_after`."""
    folder = ROOT / "src" / "sacra" / "knowledge" / "red_flags"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.yaml"))
    bounds = re.findall(r"pain_now:\s+(\w+): (\d+)", text)
    assert len(bounds) == text.count("pain_now")
    assert {word for word, _ in bounds} == {"ge"}
    assert min(int(number) for _, number in bounds) >= STRONG


SIDED = [name for name in ALARMS if load_knowledge().findings[name].sided]


@pytest.mark.parametrize("name", SIDED)
def test_an_answer_for_a_side_erases_no_yes(name: str, knowledge: Knowledge) -> None:
    case, _, _ = person()
    entries = (
        day(0, answers={name: True}),
        day(1, answers={f"{name}.left": False, f"{name}.right": False}),
    )
    after = case_after(case, Diary(entries, START), entries[-1].on, knowledge)
    assert settle(after, knowledge).findings[name] is True


@pytest.mark.parametrize("name", SIDED)
def test_an_examination_of_one_side_clears_that_side(name: str, knowledge: Knowledge) -> None:
    case, _, _ = person()
    entries = (day(0, answers={name: True}), day(1, answers={f"{name}.left": False}, examined=True))
    after = case_after(case, Diary(entries, START), entries[-1].on, knowledge)
    assert settle(after, knowledge).findings[name] is True
    other = day(2, answers={f"{name}.right": False}, examined=True)
    after = case_after(case, Diary((*entries, other), START), other.on, knowledge)
    assert settle(after, knowledge).findings[name] is False


def test_not_sure_of_the_pain_is_no_strong_pain(knowledge: Knowledge) -> None:
    case, _, programme = person()
    case = Case({**case.findings, "pain_now": "unsure"}, case.as_of, case.assumed)
    plan = assess(case, knowledge).plan
    found = review_diary(case, plan, programme, Diary((day(0),), START), knowledge)
    assert found.urgency


def test_exercises_that_join_later_lower_no_adherence(knowledge: Knowledge) -> None:
    programme = started(person()[2], Diary((day(0),), START))
    first, *others = programme.chosen
    diary = Diary(tuple(day(n, done=(Done(first.exercise, "yes"),)) for n in range(14)), START)
    end = diary.entries[-1].on
    late = Standing(added=end + datetime.timedelta(days=1))
    joined = tuple(msgspec.structs.replace(one, standing=late) for one in others)
    later = msgspec.structs.replace(programme, chosen=(first, *joined))
    assert daily(diary, later, end, knowledge).on("adherence", end) == 100
    assert daily(diary, programme, end, knowledge).on("adherence", end) != 100


def test_a_birth_ends_the_pregnancy(knowledge: Knowledge) -> None:
    case = read_case(
        {"as_of": START, "pregnant": True, "pregnancy_weeks": 38, "age": 30}, knowledge
    )
    born = day(10, answers={"recent_birth": True})
    after = case_after(case, Diary((born,), START), START + datetime.timedelta(days=38), knowledge)
    assert after.findings["pregnant"] is False
    assert after.findings["postpartum_weeks"] == 4
    assert "pregnancy_weeks" not in after.findings


def test_a_part_reported_later_is_not_hidden_by_an_old_no(knowledge: Knowledge) -> None:
    case = read_case({"bone_stress_risk": False}, knowledge)
    said = day(1, answers={"training_increase": True})
    after = case_after(case, Diary((said,), START), said.on, knowledge)
    assert "bone_stress_risk" not in after.findings


def test_low_mood_asks_even_after_an_earlier_no(knowledge: Knowledge) -> None:
    low = score("phq2", [3, 3], knowledge)
    before = day(0, answers={"suicidal_thoughts": False})
    found = review(Diary((before, day(7, measures={"phq2": low})), START), knowledge)
    assert {question.finding for question in found.ask} >= {"suicidal_thoughts"}
    assert all(question.contact for question in found.ask)
    same = day(
        7, measures={"phq2": low}, answers={"suicidal_thoughts": False, "suicidal_intent": False}
    )
    assert review(Diary((before, same), START), knowledge).ask == ()


def test_a_newer_score_answers_its_finding_for_as_long_as_it_holds(
    knowledge: Knowledge,
) -> None:
    case = Case({**person()[0].findings, "phq2": 1, "startback": "low"}, START)
    low, high = score("phq2", [3, 3], knowledge), score("startback", [1] * 9, knowledge)
    diary = Diary((day(0), day(7, measures={"phq2": low, "startback": high})), START)
    then = [START + datetime.timedelta(days=n) for n in (6, 7, 37, 38)]
    after = [case_after(case, diary, on, knowledge).findings for on in then]
    assert [found.get("phq2") for found in after] == [1, 6, 6, None]  # it holds for 30 days
    assert [found["startback"] for found in after] == ["low", "high", "high", "high"]


def test_a_score_from_which_no_group_follows_takes_nothing_away(knowledge: Knowledge) -> None:
    total = score("startback", 6, knowledge)  # from the total alone the group is not known
    case = Case({**person()[0].findings, "startback": "high"}, START)
    diary = Diary((day(1, measures={"startback": total}),), START)
    assert case_after(case, diary, START, knowledge).findings["startback"] == "high"
    later = START + datetime.timedelta(days=1)
    assert case_after(case, diary, later, knowledge).findings["startback"] == "high"


# --- pauses, gaps and the last day -------------------------------------------------------------


def test_strong_pain_keeps_level_one_though_nobody_exercises(knowledge: Knowledge) -> None:
    chosen = tuple(
        msgspec.structs.replace(one, standing=Standing(level=1, since=START, back_to=one.top))
        for one in person()[2].chosen
    )
    paused = msgspec.structs.replace(person()[2], started=START, chosen=chosen)
    missed = tuple(Done(one.exercise, "no", why_not="pain") for one in chosen)
    found = review(days_of([8] * 14, done=missed), knowledge, programme=paused)
    assert found.next_programme is not None
    assert {one.level for one in found.next_programme.chosen} == {1}
    assert found.review_in_days <= 7
    assert "missed_for_pain" in {step.rule for step in found.advice}
    assert "fewer" not in {step.rule for step in found.advice}


def test_a_flare_that_lasts_is_still_one(knowledge: Knowledge) -> None:
    found = review(days_of([3] * 28 + [8] * 21), knowledge)
    assert found.flare is True


def test_the_next_morning_after_a_review_is_read(knowledge: Knowledge) -> None:
    name = person()[2].chosen[0].exercise
    open_ = Done(name, "yes", 2, 2, None, 3, level=1)
    first = review(Diary((day(0, pain_now=2), day(1, pain_now=2, done=(open_,))), START), knowledge)
    assert first.next_programme is not None
    whole = Done(name, "yes", 2, 2, 8, 3, level=1)
    entries = (day(0, pain_now=2), day(1, pain_now=2, done=(whole,)), day(2, pain_now=4))
    found = review(Diary(entries, START), knowledge, programme=first.next_programme)
    assert [move.rule for move in found.moves] == ["not_settled_next_morning"]


def test_recovered_takes_time_and_doing(knowledge: Knowledge) -> None:
    early = review(days_of([3, 2, 1, 0, 0, 0, 0], function=9), knowledge)
    limited = review(days_of([4] * 7 + [0] * 30, function=2), knowledge)
    done = review(days_of([4] * 7 + [0] * 30, function=9), knowledge)
    rules = [{step.rule for step in found.care} for found in (early, limited, done)]
    assert ["recovered" in some for some in rules] == [False, False, True]
    assert "step_down" not in rules[0]


def test_the_next_look_comes_with_the_trimester(knowledge: Knowledge) -> None:
    data = read_file(ROOT / "tests" / "cases" / "own" / "pregnant_week_12.yaml")
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    case = read_case({**findings, "pregnancy_weeks": 13, "as_of": START}, knowledge)
    plan = assess(case, knowledge).plan
    only = ("ex_bridge_seed", "ex_pelvic_floor", "ex_walking_interval")
    wishes = Wishes(without=tuple(set(knowledge.exercises) - set(only)))
    programme = build_programme(plan, wishes, None, knowledge)
    found = review_diary(case, plan, programme, days_of([3, 3]), knowledge)
    assert found.next_programme is not None
    assert "ex_bridge_seed" in found.next_programme.standings
    assert found.review_in_days <= 6


def test_a_declined_exercise_does_not_come_back_as_a_level(knowledge: Knowledge) -> None:
    plan = person()[1].plan
    free = build_programme(plan, Wishes(), None, knowledge)
    assert {c.exercise: c.top for c in free.chosen}["ex_wall_side_lean"] == 4
    no = build_programme(plan, Wishes(without=("ex_side_plank",)), None, knowledge)
    assert {c.exercise: c.top for c in no.chosen}["ex_wall_side_lean"] == 3


def test_getting_better_does_not_put_an_exercise_out(knowledge: Knowledge) -> None:
    """A level that takes too long is done at a shorter one, and does not swing to and fro."""
    plan, wishes = person()[1].plan, Wishes(minutes=22)
    programme = build_programme(plan, wishes, None, knowledge)
    programme = msgspec.structs.replace(programme, started=START)
    levels = []
    for week in range(1, 8):
        chosen = tuple(
            msgspec.structs.replace(
                c,
                standing=msgspec.structs.replace(
                    c.standing, level=min(c.standing.level + 1, c.top)
                ),
            )
            for c in programme.chosen
        )
        moved = msgspec.structs.replace(programme, week=week, chosen=chosen)
        programme = build_programme(plan, wishes, moved, knowledge)
        levels.append({c.exercise: c.level for c in programme.chosen}.get("ex_walking_interval"))
    assert None not in levels
    assert levels == sorted(levels)  # type: ignore[type-var]  # none is None
