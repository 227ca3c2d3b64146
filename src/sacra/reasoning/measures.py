"""Scoring outcome measures, and reading a change: numbers and rules come from the files alone.

A measure's `scoring` holds, as words, a `method` and what that method needs:
`least_answered` and `most_items`, `subscales` ("activity 1-20, symptom 21-25"), `groups` of items
whose means are averaged ("1 2 3 4 5-6"), `empty_item` (what an item left empty counts as), and
`compared_with` (the value that means no change, where the score itself is a change).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from sacra.kb import schema as s
from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge

Direction = Literal["better", "worse", "same"]


class Score(msgspec.Struct, frozen=True, gc=False):
    """What a form came to; `value` is None when it could not be scored, and `note` says why.

    `answered` counts the items that had an answer, and is None when only a total was given.
    """

    measure: str
    value: float | None
    answered: int | None
    mark: s.Mark
    note: str = ""
    band: str = ""
    subscales: dict[str, float | None] = {}
    items: tuple[float | None, ...] = ()


class Change(msgspec.Struct, frozen=True, gc=False):
    """From one score to a later one: `points` after minus before, `percent` of the first.

    None is not known: no score, or nobody has published the threshold. Where a measure has an
    important change in points and in percent, `important` needs both.
    """

    measure: str
    points: float | None
    percent: float | None
    direction: Direction | None
    beyond_detectable: bool | None
    important_points: bool | None
    important_percent: bool | None
    important: bool | None
    sources: tuple[str, ...]
    marks: dict[str, s.Mark]
    """Of `important_change` and `detectable_change`, where the measure has them."""


# --- scoring ----------------------------------------------------------------------------------


def score(measure: str, values: Any, knowledge: Knowledge, where: str = "") -> Score:
    """Score a list of items, None for one left empty, or check a total.

    A total is the finished score: 0 to 100 for a measure in percent.

    Raises:
        CaseError: an unknown measure, the wrong number of items, an impossible item or total.
    """
    form = knowledge.measures.get(measure)
    at = f"{where}, {measure}" if where else measure
    if form is None:
        raise CaseError(at, f"unknown measure{nearest(measure, knowledge.measures)}")
    if isinstance(values, list | tuple):
        return _from_items(form, _checked_items(form, values, at))
    return _from_total(form, values, at)


def _from_total(form: s.Measure, total: Any, at: str) -> Score:
    low, high = form.range
    if not _is_number(total):
        raise CaseError(at, f"`{total}` is not a score; write a number from {low:g} to {high:g}")
    if not low <= total <= high:
        raise CaseError(
            at, f"{shown(total)} is impossible: the score lies between {low:g} and {high:g}"
        )
    if form.scoring["method"] in _WHOLE_TOTAL and total != int(total):
        raise CaseError(at, f"{shown(total)} is impossible: the score is a whole number")
    value = float(total)
    return Score(form.id, value, None, form.mark, band=_band(form, value, {}))


def _from_items(form: s.Measure, items: tuple[float | None, ...]) -> Score:
    value = _scored(form, items, _least_answered(form))
    subscales = _subscales(form, items)
    answered = sum(item is not None for item in items)
    note = ""
    if value is None:
        note = f"not scored: {_least_answered(form)} answered items are needed, not {answered}"
    band = _band(form, value, subscales) if value is not None else ""
    return Score(form.id, value, answered, form.mark, note, band, subscales, items)


def _scored(form: s.Measure, items: Sequence[float | None], least: float) -> float | None:
    """The score of these items, or None when too few of them are answered."""
    answered = [item for item in items if item is not None]
    if not answered or len(answered) < least:
        return None
    return _METHODS[form.scoring["method"]](form, items, answered)


def _subscales(form: s.Measure, items: Sequence[float | None]) -> dict[str, float | None]:
    """Each scored like the whole, when the same share of its items is answered."""
    share = _least_answered(form) / _count(form)
    parts = (part.split() for part in form.scoring.get("subscales", "").split(",") if part)
    sliced = {name: items[_slice(span)] for name, span in parts}
    return {name: _scored(form, some, share * len(some)) for name, some in sliced.items()}


def _slice(span: str) -> slice:
    """The items of `5-9`, or of `5` alone, counted from one as on the form."""
    first, _, last = span.partition("-")
    return slice(int(first) - 1, int(last or first))


Items = Sequence[float | None]
Answered = Sequence[float]


def _value(_form: s.Measure, _items: Items, answered: Answered) -> float:
    return answered[0]


def _sum(form: s.Measure, items: Items, _answered: Answered) -> float:
    empty = float(form.scoring.get("empty_item", 0))
    return math.fsum(empty if item is None else item for item in items)


def _mean(_form: s.Measure, _items: Items, answered: Answered) -> float:
    return math.fsum(answered) / len(answered)


def _percent(form: s.Measure, _items: Items, answered: Answered) -> float:
    low, high = _item_range(form)
    return 100 * math.fsum(item - low for item in answered) / ((high - low) * len(answered))


def _mean_of_groups(form: s.Measure, items: Items, _answered: Answered) -> float:
    """Each group counts once, however many items it has: two on stiffness count as one."""
    groups = [items[_slice(span)] for span in form.scoring["groups"].split()]
    filled = [[item for item in group if item is not None] for group in groups]
    return math.fsum(math.fsum(group) / len(group) for group in filled) / len(filled)


_METHODS: dict[str, Callable[[s.Measure, Items, Answered], float]] = {
    "value": _value,
    "sum": _sum,
    "count": _sum,
    "mean": _mean,
    "percent": _percent,
    "mean_of_groups": _mean_of_groups,
}
_WHOLE_ITEMS = ("sum", "count", "percent")
"""Methods whose items are boxes on a form; the others are scales on which 3.5 can be meant."""
_WHOLE_TOTAL = ("sum", "count")


# --- items ------------------------------------------------------------------------------------


def _checked_items(form: s.Measure, values: Sequence[Any], at: str) -> tuple[float | None, ...]:
    if form.items is None:
        raise CaseError(at, "is entered as the score that its own form or service gives, not items")
    least, most = _least_given(form), _most(form)
    if not least <= len(values) <= most:
        wanted = f"{most}" if least == most else f"{least} to {most}"
        empty = "" if least < most else "; keep the place of one left empty"
        raise CaseError(at, f"has {wanted} items, but {len(values)} are given{empty}")
    return tuple(_item(form, item, f"{at}, item {n}") for n, item in enumerate(values, 1))


def _item(form: s.Measure, item: Any, at: str) -> float | None:
    if item is None:
        return None
    low, high = _item_range(form)
    whole = form.scoring["method"] in _WHOLE_ITEMS
    if _is_number(item) and low <= item <= high and not (whole and item != int(item)):
        return float(item)
    kind = "a whole number" if whole else "a number"
    raise CaseError(at, f"`{shown(item)}` is impossible; write {kind} from {low:g} to {high:g}")


def _is_number(value: Any) -> bool:
    """Any number that can be compared; a huge one is out of range, not a crash."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """A value as a person would write it: 11 and not 11.0, yes and not True."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _item_range(form: s.Measure) -> tuple[float, float]:
    return (form.items.min, form.items.max) if form.items else form.range


def _count(form: s.Measure) -> int:
    return form.items.count if form.items else 1


def _least_answered(form: s.Measure) -> int:
    return int(form.scoring.get("least_answered", _count(form)))


def _most(form: s.Measure) -> int:
    return int(form.scoring.get("most_items", _count(form)))


def _least_given(form: s.Measure) -> int:
    """A form has a fixed number of items, unless the person names them."""
    return 1 if "most_items" in form.scoring else _count(form)


# --- reading a score --------------------------------------------------------------------------


def passed_thresholds(measure: s.Measure, scored: Score) -> tuple[str, ...]:
    """The names of the measure's thresholds that this score has reached."""
    return tuple(t["name"] for t in measure.thresholds if _reached(t, scored))


def _reached(threshold: Mapping[str, Any], scored: Score) -> bool:
    value = scored.subscales.get(threshold["of"]) if "of" in threshold else scored.value
    if value is None:
        return False
    limit = threshold["value"]
    return bool(value >= limit if threshold["when"] == "ge" else value <= limit)


def _band(form: s.Measure, value: float, subscales: Mapping[str, float | None]) -> str:
    """The first band that holds; none when it turns on a subscale that is not known."""
    for band in form.bands:
        part = subscales.get(band["of"]) if "of" in band else value
        if part is None:
            return ""
        if band["from"] <= math.floor(part + 0.5) <= band["to"]:
            return str(band["name"])
    return ""


def answered(scores: Mapping[str, Score], knowledge: Knowledge) -> dict[str, float | str]:
    """The findings that are a measure's score, or its group, under the same name."""
    found: dict[str, float | str] = {}
    for name, scored in scores.items():
        finding = knowledge.findings.get(name)
        if finding and finding.type == "number" and scored.value is not None:
            found[name] = scored.value
        elif finding and (group := scored.band.removesuffix(" risk")) in finding.choices:
            found[name] = group
    return found


# --- change -----------------------------------------------------------------------------------


def change(measure: s.Measure, before: Score, after: Score) -> Change:
    """What happened between two scores of one measure, whichever way it went.

    `important` is true only when every threshold that the measure has is reached: in points and
    in percent where it has both. That is the careful reading; each stands in its own field too.
    From zero there is no percentage, and the points alone decide.
    """
    started = _started(measure, before)
    points = _difference(started, after.value)
    percent = None if "compared_with" in measure.scoring else _percentage(started, points)
    wanted, noise = measure.important_change, measure.detectable_change
    by_points = _passes(points, wanted.points if wanted else None)
    by_percent = _passes(percent, wanted.percent if wanted else None)
    judged = [one for one in (by_points, by_percent) if one is not None]
    return Change(
        measure=measure.id,
        points=points,
        percent=percent,
        direction=_direction(measure, points),
        beyond_detectable=_passes(points, noise.points if noise else None),
        important_points=by_points,
        important_percent=by_percent,
        important=all(judged) if judged else None,
        sources=measure.sources,
        marks=_marks(measure),
    )


def important_level(measure: s.Measure, first: Score) -> float | None:
    """The score from which on a change for the better is important; None where none is on file.

    In whole points where the score has no others, else in tenths. It may lie outside the scale:
    from so near its end no important change can be seen.
    """
    started, wanted = _started(measure, first), measure.important_change
    if started is None or wanted is None:
        return None
    of_first = started and "compared_with" not in measure.scoring
    percent = abs(started) * wanted.percent / 100 if wanted.percent and of_first else None
    sizes = [size for size in (wanted.points, percent) if size is not None]
    if not sizes:
        return None
    parts = 1 if measure.scoring["method"] in _WHOLE_TOTAL else 10
    if measure.higher_means == "better":
        return math.ceil(round((started + max(sizes)) * parts, 9)) / parts
    return math.floor(round((started - max(sizes)) * parts, 9)) / parts


def _started(measure: s.Measure, before: Score) -> float | None:
    no_change = measure.scoring.get("compared_with")
    return before.value if no_change is None else float(no_change)


def _difference(before: float | None, after: float | None) -> float | None:
    """Rounded so that 4.1 - 2.1 is 2, as on paper."""
    return None if before is None or after is None else round(after - before, 9)


def _percentage(before: float | None, points: float | None) -> float | None:
    return round(100 * points / before, 9) if before and points is not None else None


def _passes(size: float | None, threshold: float | None) -> bool | None:
    return None if size is None or threshold is None else abs(size) >= threshold


def _direction(measure: s.Measure, points: float | None) -> Direction | None:
    if points is None:
        return None
    if points == 0:
        return "same"
    return "better" if (points > 0) == (measure.higher_means == "better") else "worse"


def _marks(measure: s.Measure) -> dict[str, s.Mark]:
    both = {
        "important_change": measure.important_change,
        "detectable_change": measure.detectable_change,
    }
    return {name: part.mark for name, part in both.items() if part}
