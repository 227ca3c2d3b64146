"""The picture of a trend: self-contained, accessible, escaped, nothing outside or on top."""

import itertools
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from sacra.chart import trend_sentence, trend_svg, trend_table
from sacra.chart_labels import WIDTH
from sacra.kb.load import load_knowledge
from sacra.reasoning.trend import Trend, fit_trend

POLICY = load_knowledge().policy("trend")
WORDS = load_knowledge().words["trend"].say
SVG = "{http://www.w3.org/2000/svg}"
Points = list[tuple[int, float]]


def diary(days: int, share: float = 1.0, seed: int = 3) -> Points:
    rng = np.random.default_rng(seed)
    values = np.clip(
        np.round(2 + 5 * np.exp(-np.arange(days) / 18) + rng.normal(0, 1, days)), 0, 10
    )
    kept = rng.random(days) < share
    kept[[0, -1]] = True
    return [(day, float(values[day])) for day in np.flatnonzero(kept).tolist()]


def fit(points: Points, **more: Any) -> Trend:
    given = {"important_points": 2, "important_percent": 30, **more}
    days, values = [day for day, _ in points], [value for _, value in points]
    trend = fit_trend(days, values, policy=POLICY, **given)
    assert trend is not None
    return trend


STEADY = diary(42)
CASES = {
    "steady": STEADY,
    "two": [(0, 6.0), (5, 5.0)],
    "next day": [(0, 6.0), (1, 5.0)],
    "sparse": [(0, 7.0), (6, 8.0), (19, 7.0), (31, 8.0), (50, 7.0)],
    "year": diary(365, 0.9),
    "no pain": [(day, 0.0) for day in range(20)],
    "worst": [(day, 10.0) for day in range(20)],
}
LONG = "the long car ride to my sister’s & then <carrying> the shopping up four floors"


def picture(points: Points, **more: Any) -> ElementTree.Element:
    marks = more.pop("marks", ())
    svg = trend_svg(
        fit(points, **more), points, WORDS, title="Pain on average, 0 to 10", marks=marks
    )
    return ElementTree.fromstring(svg)


def texts(root: ElementTree.Element) -> list[ElementTree.Element]:
    return list(root.iter(f"{SVG}text"))


@pytest.mark.parametrize("points", CASES.values(), ids=CASES)
def test_every_picture_is_whole_and_inside(points: Points) -> None:
    root = picture(points, marks=[(points[0][0], "start of it"), (points[-1][0], LONG)])
    assert root.get("role") == "img"
    height = float(root.get("viewBox", "").split()[3])
    for text in texts(root):
        assert 0 <= float(text.get("x", "nan")) <= WIDTH
        assert 10 <= float(text.get("y", "nan")) <= height
    dots = [each for each in root.iter(f"{SVG}circle") if each.get("class") == "dot"]
    assert len(dots) == len(points)
    shown = {text.text for text in texts(root)}
    assert {"start", "now", "in 2 weeks", "0", "5", "10"} - shown <= {"start"}
    assert not re.search("nan|inf", ElementTree.tostring(root, "unicode"))


def test_nothing_comes_from_elsewhere_and_no_colour_of_alarm() -> None:
    svg = trend_svg(fit(STEADY), STEADY, WORDS, title="Pain")
    assert "<script" not in svg and "url(" not in svg and "@import" not in svg
    assert re.findall('https?://[^"]+', svg) == ["http://www.w3.org/2000/svg"]
    for red, green, blue in re.findall("#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", svg):
        assert int(red, 16) - int(blue, 16) < 32, "too warm: red and amber belong to alarms"
        assert int(red, 16) - int(green, 16) < 16
    assert "prefers-color-scheme:dark" in svg and "@media print" in svg


def test_it_is_named_and_described_by_its_sentence() -> None:
    trend = fit(STEADY)
    root = ElementTree.fromstring(trend_svg(trend, STEADY, WORDS, title="Pain <&> 0"))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == "Pain <&> 0"
    assert description is not None and description.text == trend_sentence(trend, WORDS)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_the_persons_own_words_are_all_there_and_escaped() -> None:
    marks = [(3, LONG), (4, "stayed in bed"), (5, "back  to\nwork"), (99, "not yet")]
    shown = " ".join(text.text or "" for text in texts(picture(STEADY, marks=marks)))
    for words in (LONG, "stayed in bed", "back to work", "not yet"):
        assert words in shown


def test_marks_do_not_lie_on_each_other() -> None:
    marks = [(day, f"something on day {day}") for day in range(0, 42, 3)]
    lines: dict[str, list[tuple[float, float]]] = {}
    for text in texts(picture(STEADY, marks=marks)):
        if "something" in (text.text or ""):
            x = float(text.get("x", "nan"))
            lines.setdefault(text.get("y", ""), []).append((x, x + 6 * len(text.text or "")))
    for spans in lines.values():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


def test_the_important_change_is_named_on_its_line() -> None:
    def named(**more: Any) -> list[str]:
        return [t.text or "" for t in texts(picture(STEADY, **more)) if "matters" in (t.text or "")]

    assert len(named()) == 1 and "or less" in named()[0]
    assert "or more" in named(higher_means="better", important_points=1)[0]
    assert named(important_points=None, important_percent=None) == []


def test_the_picture_is_the_same_every_time() -> None:
    draw = [trend_svg(fit(STEADY), STEADY, WORDS, title="Pain", marks=[(2, "a")]) for _ in range(2)]
    assert draw[0] == draw[1]


@pytest.mark.parametrize(
    ("values", "more", "said"),
    [
        ([7.0, 6, 5, 4, 3, 3, 2, 2, 2, 2, 2, 2], {}, r"has gone from about \d to about 2\. It is"),
        ([5.0] * 12, {}, r"stayed at about 5\. It is not likely yet \(less than 1 in 10\)"),
        ([2.0] * 9 + [7.0] * 9, {}, r"\(more than 9 in 10\) that this is a change for the worse"),
        ([5.0] * 3, {}, r"rests on 3 entries, so it can still move a lot\.$"),
        ([5.0] * 9, {"important_points": None, "important_percent": None}, r"about 5\.$"),
    ],
)
def test_the_sentence_says_it_with_the_number(
    values: list[float], more: dict[str, Any], said: str
) -> None:
    assert re.search(said, trend_sentence(fit(list(enumerate(values)), **more), WORDS))


def test_the_sentence_ends_with_what_the_trend_cannot_say() -> None:
    weekly = [(7 * week, 3.0) for week in range(1, 8)]
    trend = fit(CASES["sparse"], weekly=weekly)
    said = trend_sentence(trend, WORDS, "leg pain")
    assert trend.informative and said.endswith(WORDS[trend.informative])
    assert said.startswith("Your leg pain has")


def test_the_table_has_each_entry_and_the_weeks_to_come() -> None:
    trend = fit(STEADY)
    rows = trend_table(trend, STEADY)
    assert [(row.day, row.entry) for row in rows[:-2]] == STEADY
    assert [(row.day, row.entry) for row in rows[-2:]] == [(48, None), (55, None)]
    assert rows[0].level == round(trend.level[0], 1)
    assert all(row.low <= row.level <= row.high for row in rows)
