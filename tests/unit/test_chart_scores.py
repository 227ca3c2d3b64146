"""The picture of a questionnaire: every score, the line that matters, and nothing hidden."""

from __future__ import annotations

import itertools
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sacra.chart_labels import WIDTH
from sacra.chart_scores import Point, Scale, score_svg, score_words
from sacra.kb.load import load_knowledge
from sacra.reasoning.measures import Score, change, important_level, score

KNOWLEDGE = load_knowledge()
SVG = "{http://www.w3.org/2000/svg}"
SCALE = Scale(0, 24, ("0", "24"), 9, "9 or less: a change that matters")


def points(*values: float, every: int = 14) -> list[Point]:
    return [Point(7 + every * n, v, f"{n + 1} March", f"{v:g}") for n, v in enumerate(values)]


def drawn(given: list[Point], scale: Scale = SCALE) -> ElementTree.Element:
    return ElementTree.fromstring(score_svg(given, scale, title="A <form>", sentence="Better & so"))


def test_every_score_is_a_dot_and_the_first_and_last_are_named_with_their_days() -> None:
    root = drawn(points(14, 12, 8, 3))
    assert len(list(root.iter(f"{SVG}circle"))) == 4
    shown = {text.text for text in root.iter(f"{SVG}text")}
    assert {"14", "3", "1 March", "4 March", "0", "24", SCALE.matters_said} <= shown
    assert root.get("role") == "img" and root.find(f"{SVG}title").text == "A <form>"  # type: ignore[union-attr]


def test_the_line_lies_at_its_level_and_is_missing_where_none_is_on_file() -> None:
    (line,) = (p for p in drawn(points(14, 9)).iter(f"{SVG}path") if p.get("class") == "matters")
    (_, last) = drawn(points(14, 9)).iter(f"{SVG}circle")
    assert re.search(r" ([\d.]+)H", line.get("d", "")).group(1) == last.get("cy")  # type: ignore[union-attr]
    bare = drawn(points(14, 9), Scale(0, 24, ("0", "24")))
    assert not [p for p in bare.iter(f"{SVG}path") if p.get("class") == "matters"]


def test_nothing_comes_from_elsewhere_and_no_style_is_inside() -> None:
    svg = score_svg(points(14, 9), SCALE, title="A", sentence="B")
    assert "style" not in svg and "script" not in svg and "url(" not in svg


values = st.integers(0, 100)


@given(
    st.lists(st.tuples(st.integers(1, 90), values), min_size=2, max_size=12),
    st.none() | values,
    st.sampled_from(["{} or less: a change that matters",
                     "{} oder weniger: eine Veränderung, die für Sie von Bedeutung ist"]),
    st.sampled_from(["{} March", "{}. September 2026"]),
)  # fmt: skip
def test_no_word_lies_on_another_and_none_leaves_the_picture(
    steps: list[tuple[int, int]], level: int | None, named: str, dated: str
) -> None:
    days = [*itertools.accumulate(step for step, _ in steps)]
    given = [Point(day, value, dated.format(day % 28 + 1), f"{value}")
             for day, (_, value) in zip(days, steps, strict=True)]  # fmt: skip
    said = named.format(level) if level is not None else ""
    texts = score_words(given, Scale(0, 100, ("0", "100"), level, said))
    assert not [(a, b) for a, b in itertools.combinations(texts, 2) if a.meets(b)]
    assert all(text.span[0] >= 0 and text.span[1] <= WIDTH for text in texts)
    shown = " ".join(text.text for text in texts)
    assert said in shown and given[-1].on in shown
    assert any(text.text == given[-1].said and text.classes == "strong" for text in texts)


@pytest.mark.parametrize(
    ("measure", "first", "level"),
    [("rmdq", 14, 9), ("rmdq", 17, 11), ("rmdq", 20, 14), ("nprs", 8, 5.6), ("groc", 0, 2),
     ("psfs", 3, 5.3), ("psfs", 2.67, 5),
     ("odi", 50, 35), ("msk_hq", 20, 28), ("phq2", 4, None), ("startback", 4, None)],
)  # fmt: skip
def test_the_level_of_a_change_that_matters(measure: str, first: Any, level: float | None) -> None:
    given = score(measure, first, KNOWLEDGE)
    assert important_level(KNOWLEDGE.measures[measure], given) == level


@given(st.sampled_from(sorted(KNOWLEDGE.measures)), st.integers(0, 1000))
def test_from_that_level_on_and_not_before_a_change_is_important(name: str, part: int) -> None:
    form = KNOWLEDGE.measures[name]
    low, high = form.range
    first = score(name, round(low + (high - low) * part / 1000), KNOWLEDGE)
    level = important_level(form, first)
    assume(level is not None)
    assert level is not None
    toward = 1 if form.higher_means == "better" else -1
    part_of = 1 if form.scoring["method"] in ("sum", "count") else 0.1
    for step, wanted in ((0, True), (part_of, True), (-part_of, False)):
        there = Score(name, level + toward * step, None, form.mark)
        assert change(form, first, there).important is wanted


@given(st.lists(values, min_size=2, max_size=8), values)
def test_no_number_stands_between_dashes_where_it_would_look_like_a_minus(
    scores: list[int], level: int
) -> None:
    scale = Scale(0, 100, ("0", "100"), level, f"{level} or less: a change that matters")
    texts = score_words(points(*scores), scale)
    line = 24 + (100 - level) / 100 * 120
    shown = [text for text in texts if text.text in {f"{v:g}" for v in scores} and text.x > 24]
    free = [text for text in shown if not -11 < line - text.y < 4]
    assert len(free) == len(shown)
