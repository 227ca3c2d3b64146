"""Words in the pictures: none lies on another and none leaves the picture, whatever the diary."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sacra.chart import trend_words
from sacra.chart_labels import WIDTH, Board, Text, width_of, wrapped
from sacra.kb.load import load_knowledge
from sacra.reasoning.trend import fit_trend

POLICY = load_knowledge().policy("trend")
ENGLISH = load_knowledge().words["trend"].say
LONGER: Mapping[str, str] = {
    **ENGLISH,
    "about": "ungefähr bei {n} von zehn",
    "now": "zum jetzigen Zeitpunkt",
    "start": "zu Beginn der Aufzeichnung",
    "week": "Behandlungswoche {n}",
    "two_weeks": "voraussichtlich in zwei Wochen",
    "or_less": "{n} oder weniger: eine Veränderung, die für Sie von Bedeutung ist",
    "or_more": "{n} oder mehr: eine Veränderung, die für Sie von Bedeutung ist",
}
"""As long as a translation may become."""

values = st.integers(0, 10).map(float)
diaries = st.dictionaries(st.integers(0, 400), values, min_size=2, max_size=30)
steep = st.tuples(values, values, st.integers(1, 40)).map(
    lambda t: {0: t[0], 1: t[0], t[2] + 1: t[1]}
)
lines = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=90)


def meetings(texts: list[Text]) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in itertools.combinations(texts, 2) if a.meets(b)]


@settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    diaries | steep,
    st.sampled_from([ENGLISH, LONGER]),
    st.sampled_from(["worse", "better"]),
    st.lists(st.tuples(st.integers(0, 400), lines), max_size=5),
    lines,
)
def test_no_word_of_a_trend_lies_on_another(
    diary: dict[int, float],
    words: Mapping[str, str],
    higher_means: str,
    marks: list[tuple[int, str]],
    title: str,
) -> None:
    days = sorted(diary)
    points = [(day, diary[day]) for day in days]
    trend = fit_trend(days, [diary[day] for day in days], policy=POLICY, important_points=2,
                      important_percent=30, higher_means=higher_means)  # type: ignore[arg-type]  # fmt: skip
    if trend is None:
        return
    inside = [(days[0] + day % (days[-1] - days[0] + 1), said) for day, said in marks]
    texts = trend_words(trend, points, words, title=title, marks=inside)
    assert meetings(texts) == []
    assert all(text.span[0] >= 0 and text.span[1] <= WIDTH for text in texts)
    shown = {text.text for text in texts}
    assert words["now"] in shown and words["two_weeks"] in shown
    about = words["about"].partition("{n}")[0]
    assert any(text.startswith(about) for text in shown)
    if trend.important is not None:
        assert any(words["or_less"].partition(" ")[2][:12] in t or
                   words["or_more"].partition(" ")[2][:12] in t for t in shown)  # fmt: skip


@given(lines, st.integers(20, 356))
def test_wrapping_loses_no_letter_and_keeps_its_width(text: str, width: int) -> None:
    parts = wrapped(text, width)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(width_of(part, 12) <= width or len(part) == 1 for part in parts)


@given(st.lists(st.tuples(st.integers(0, WIDTH), st.integers(10, 200), lines), max_size=25))
def test_a_board_takes_no_text_onto_another(places: list[tuple[int, int, str]]) -> None:
    board = Board()
    for x, y, text in places:
        board.put(Text(x, y, text[:20]))
    board.put_below(Text(0, 0, "must be there"))
    assert meetings(board.texts) == []
