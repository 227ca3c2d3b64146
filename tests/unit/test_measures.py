"""Scores beside published examples, and what a change of them means."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema import Measure
from sacra.reasoning.measures import _METHODS, Score, change, passed_thresholds, score

KNOWLEDGE = load_knowledge()
FORMS = [m for m in KNOWLEDGE.measures.values() if m.items]


def value(measure: str, items: Any) -> float | None:
    return score(measure, items, KNOWLEDGE).value


# Published examples and definitions


def test_odi_16_of_50_is_32_percent() -> None:
    # scoring sheet of the questionnaire: 16 / 50 x 100 = 32 %
    assert value("odi", [5, 5, 5, 1, 0, 0, 0, 0, 0, 0]) == 32


def test_odi_16_of_45_when_a_section_is_left_out() -> None:
    # the same sheet: 16 / 45 x 100 = 35.5 %
    scored = score("odi", [5, 5, 5, 1, 0, 0, 0, None, 0, 0], KNOWLEDGE)
    assert scored.value == pytest.approx(100 * 16 / 45)
    assert scored.answered == 9


def test_odi_with_two_sections_left_out_is_not_scored() -> None:
    scored = score("odi", [5, 5, 5, 1, 0, 0, 0, None, 0, None], KNOWLEDGE)
    assert scored.value is None
    assert scored.note == "not scored: 9 answered items are needed, not 8"
    assert scored.band == ""


@pytest.mark.parametrize(
    ("percent", "band"),
    [(0, "minimal"), (20, "minimal"), (20.4, "minimal"), (20.5, "moderate"), (61, "very severe")],
)
def test_odi_bands(percent: float, band: str) -> None:
    assert score("odi", percent, KNOWLEDGE).band == band


def test_basdai_counts_the_two_items_on_stiffness_once() -> None:
    # sieper2009 (ASAS handbook), table 2: mean of 5 and 6, added to 1 to 4, divided by 5
    assert value("basdai", [5, 6, 4, 3, 8, 4]) == pytest.approx((5 + 6 + 4 + 3 + 6) / 5)
    assert value("basdai", [10] * 6) == 10


def test_basdai_needs_every_item() -> None:
    assert value("basdai", [5, 6, 4, 3, 8, None]) is None


# Keele's instructions: 0-3 low; distress (items 5 to 9) of 4 or 5 high; others medium
@pytest.mark.parametrize(
    ("items", "total", "distress", "group"),
    [
        ([1, 1, 1, 0, 0, 0, 0, 0, 0], 3, 0, "low"),
        ([0, 0, 0, 0, 1, 1, 1, 0, 0], 3, 3, "low"),
        ([1, 1, 1, 1, 0, 0, 0, 0, 0], 4, 0, "medium"),
        ([1, 1, 1, 1, 1, 1, 1, 0, 0], 7, 3, "medium"),
        ([0, 0, 0, 0, 1, 1, 1, 1, 0], 4, 4, "high"),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1], 9, 5, "high"),
    ],
)
def test_startback(items: list[int], total: int, distress: int, group: str) -> None:
    scored = score("startback", items, KNOWLEDGE)
    assert (scored.value, scored.subscales, scored.band) == (total, {"distress": distress}, group)


def test_startback_from_a_total_alone() -> None:
    assert score("startback", 3, KNOWLEDGE).band == "low"
    assert score("startback", 4, KNOWLEDGE).band == ""  # medium or high: needs the items


def test_startback_groups_are_those_of_the_finding() -> None:
    bands = {band["name"] for band in KNOWLEDGE.measures["startback"].bands}
    assert bands == set(KNOWLEDGE.findings["startback"].choices)


def test_startback_thresholds_read_the_subscale() -> None:
    form = KNOWLEDGE.measures["startback"]
    high = score("startback", [0, 0, 0, 0, 1, 1, 1, 1, 0], KNOWLEDGE)
    medium = score("startback", [1, 1, 1, 1, 0, 0, 0, 0, 0], KNOWLEDGE)
    assert passed_thresholds(form, high) == ("medium_or_high_risk", "high_risk")
    assert passed_thresholds(form, medium) == ("medium_or_high_risk",)
    assert passed_thresholds(form, score("startback", 9, KNOWLEDGE)) == ("medium_or_high_risk",)


def test_pgq_and_its_subscales() -> None:
    # 20 activity and 5 symptom items of 0 to 3, each to 0-100
    scored = score("pgq", [3] * 10 + [0] * 10 + [2] * 5, KNOWLEDGE)
    assert scored.value == pytest.approx(100 * 40 / 75)
    assert scored.subscales == {"activity": 50.0, "symptom": pytest.approx(200 / 3)}


def test_pgq_scores_a_subscale_only_when_enough_of_it_is_answered() -> None:
    scored = score("pgq", [1] * 20 + [1, 1, 1, None, None], KNOWLEDGE)
    assert scored.value == pytest.approx(100 / 3)
    assert scored.subscales["activity"] == pytest.approx(100 / 3)
    assert scored.subscales["symptom"] is None


def test_rmdq_counts_ticks_and_takes_empty_as_not_ticked() -> None:
    # roland1983: the number of statements ticked
    assert value("rmdq", [1] * 7 + [None] * 17) == 7
    assert value("rmdq", [None] * 24) is None


def test_phq2_of_three_or_more_is_reported() -> None:
    # kroenke2003: cut-point 3
    form = KNOWLEDGE.measures["phq2"]
    assert passed_thresholds(form, score("phq2", [1, 1], KNOWLEDGE)) == ()
    assert passed_thresholds(form, score("phq2", [1, 2], KNOWLEDGE)) == ("positive",)
    assert passed_thresholds(form, score("phq2", 3, KNOWLEDGE)) == ("positive",)
    assert passed_thresholds(form, score("phq2", [3, None], KNOWLEDGE)) == ()  # not scored


def test_psfs_is_the_mean_of_three_to_five_activities() -> None:
    assert value("psfs", [4, 5, 6.5]) == pytest.approx(15.5 / 3)
    assert value("psfs", [4, 5, 6, 7, 8]) == 6
    assert value("psfs", [4, 5]) is None


def test_promis_is_taken_as_a_t_score() -> None:
    assert value("promis", 61.4) == 61.4


# What cannot be


@pytest.mark.parametrize(
    ("measure", "values", "words"),
    [
        ("rdmq", 3, "rdmq: unknown measure; did you mean `rmdq`"),
        ("rmdq", 25, "25 is impossible: the score lies between 0 and 24"),
        ("rmdq", 3.5, "3.5 is impossible: the score is a whole number"),
        ("rmdq", 10**400, "is impossible"),
        ("rmdq", float("nan"), "`nan` is not a score"),
        ("rmdq", True, "`True` is not a score; write a number from 0 to 24"),
        ("rmdq", "12", "`12` is not a score"),
        ("rmdq", None, "`None` is not a score"),
        ("rmdq", [1] * 23, "has 24 items, but 23 are given; keep the place of one left empty"),
        ("rmdq", [2] * 24, "rmdq, item 1: `2` is impossible; write a whole number from 0 to 1"),
        ("odi", [2.5] * 10, "odi, item 1: `2.5` is impossible; write a whole number from 0 to 5"),
        ("psfs", [11, 1, 1], "psfs, item 1: `11` is impossible; write a number from 0 to 10"),
        ("psfs", [1] * 6, "has 1 to 5 items, but 6 are given"),
        ("promis", [3, 3, 3, 3], "as the score that its own form or service gives, not items"),
        ("phq2", [True, 1], "phq2, item 1: `yes` is impossible"),
    ],
)
def test_what_is_refused(measure: str, values: Any, words: str) -> None:
    with pytest.raises(CaseError, match=re.escape(words)):
        score(measure, values, KNOWLEDGE)


# Change


def between(measure: str, before: Any, after: Any) -> Any:
    form = KNOWLEDGE.measures[measure]
    return change(form, score(measure, before, KNOWLEDGE), score(measure, after, KNOWLEDGE))


def test_points_and_percent_must_both_be_reached() -> None:
    # RMDQ: 5 points and 30 percent (ostelo2008)
    assert between("rmdq", 20, 15).important_points is True
    assert between("rmdq", 20, 15).important_percent is False  # 25 percent
    assert between("rmdq", 20, 15).important is False
    assert between("rmdq", 10, 6).important_percent is True
    assert between("rmdq", 10, 6).important is False  # 4 points
    assert between("rmdq", 10, 5).important is True


def test_the_change_keeps_its_sources_and_marks() -> None:
    changed = between("rmdq", 12, 6)
    assert (changed.points, changed.percent, changed.direction) == (-6, -50, "better")
    assert changed.beyond_detectable is True
    assert "ostelo2008" in changed.sources
    assert changed.marks == {"important_change": "verified", "detectable_change": "verified"}


def test_a_change_of_two_is_two_whatever_the_decimals() -> None:
    assert between("nprs", 4.1, 2.1).important_points is True


def test_detectable_is_not_known_where_nobody_published_it() -> None:
    assert KNOWLEDGE.measures["nprs"].detectable_change is None
    assert between("nprs", 6, 2).beyond_detectable is None


def test_worse_can_be_important_too() -> None:
    changed = between("nprs", 3, 6)
    assert (changed.direction, changed.important) == ("worse", True)


def test_higher_is_better_for_activities() -> None:
    changed = between("psfs", 3, 6)
    assert (changed.direction, changed.important) == ("better", True)


def test_from_zero_there_is_no_percentage() -> None:
    changed = between("nprs", 0, 3)
    assert (changed.percent, changed.important_percent, changed.important) == (None, None, True)


def test_the_rating_of_change_is_itself_the_change() -> None:
    changed = between("groc", 1, 2)
    assert (changed.points, changed.percent, changed.important) == (2, None, True)
    assert between("groc", 4, -3).direction == "worse"


def test_no_score_gives_no_change() -> None:
    changed = between("odi", [None] * 10, 40)
    assert (changed.points, changed.direction, changed.important) == (None, None, None)


# Every form


@pytest.mark.parametrize("form", KNOWLEDGE.measures.values(), ids=lambda form: form.id)
def test_what_the_files_say_of_scoring_can_be_read(form: Measure) -> None:
    known = {
        *("method", "text", "least_answered", "most_items", "subscales", "groups"),
        *("empty_item", "compared_with"),
    }
    assert set(form.scoring) <= known
    assert form.items is None or form.scoring["method"] in _METHODS
    parts = [part.split() for part in form.scoring.get("subscales", "").split(",") if part]
    assert {t["of"] for t in (*form.thresholds, *form.bands) if "of" in t} <= {n for n, _ in parts}
    spans = [span for _, span in parts] + form.scoring.get("groups", "").split()
    numbers = [int(n) for span in spans for n in span.split("-")]
    assert not numbers or (form.items and 1 <= min(numbers) <= max(numbers) <= form.items.count)
    assert not form.wording or form.id in ("nprs", "psfs", "groc")  # all others are not ours


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[Measure, list[float | None]]:
    form = draw(st.sampled_from(FORMS))
    assert form.items
    whole = st.integers(int(form.items.min), int(form.items.max)).map(float)
    count = form.items.count
    return form, draw(st.lists(st.none() | whole | whole | whole, min_size=count, max_size=count))


@given(filled_forms())
def test_a_score_lies_in_the_range(filled: tuple[Measure, list[float | None]]) -> None:
    form, items = filled
    scored = score(form.id, items, KNOWLEDGE)
    low, high = form.range
    assert scored.value is None or low <= scored.value <= high
    assert (scored.note == "") == (scored.value is not None)
    assert scored.answered == sum(item is not None for item in items)
    assert all(part is None or low <= part <= high for part in scored.subscales.values())


@given(filled_forms(), st.data())
def test_a_higher_item_never_lowers_the_score(
    filled: tuple[Measure, list[float | None]], data: st.DataObject
) -> None:
    form, items = filled
    assert form.items
    place = data.draw(st.integers(0, len(items) - 1))
    old = items[place]
    if old is None:
        return
    raised = [*items[:place], form.items.max, *items[place + 1 :]]
    before, after = score(form.id, items, KNOWLEDGE), score(form.id, raised, KNOWLEDGE)
    assert (before.value is None) == (after.value is None)
    if before.value is not None and after.value is not None:
        assert after.value >= before.value - 1e-9
        for name, part in before.subscales.items():
            assert part is None or (after.subscales[name] or 0) >= part - 1e-9


@given(filled_forms())
def test_a_total_gives_the_same_score_as_its_items(
    filled: tuple[Measure, list[float | None]],
) -> None:
    form, items = filled
    scored = score(form.id, items, KNOWLEDGE)
    if scored.value is not None:
        assert score(form.id, scored.value, KNOWLEDGE).value == scored.value


@given(st.floats(0, 24), st.floats(0, 24))
def test_going_back_undoes_the_points(before: float, after: float) -> None:
    form = KNOWLEDGE.measures["nprs"]
    one = Score("nprs", before, None, "verified")
    two = Score("nprs", after, None, "verified")
    there, back = change(form, one, two), change(form, two, one)
    assert there.points is not None
    assert back.points == -there.points


def test_no_wording_of_an_instrument_is_in_a_score(knowledge: Knowledge) -> None:
    scored = score("rmdq", 12, knowledge)
    assert scored == Score("rmdq", 12.0, None, knowledge.measures["rmdq"].mark)
