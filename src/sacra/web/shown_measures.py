"""What the pages show of questionnaires: which are due, what a score and a change mean."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal, NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from sacra.chart_scores import Point, Scale, score_svg
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Measure
from sacra.reasoning.due import DueMeasure, asked_now, due_measures, next_due
from sacra.reasoning.measures import Change, Score, important_level
from sacra.web.whose import Care

Kind = Literal["scale", "own", "ticks", "numbers", "total"]
"""How it is entered: one number, the person's own activities, boxes ticked, items, or a total."""


def kind_of(form: Measure) -> Kind:
    """By what the file says; a form is asked in full only where its words are ours."""
    if form.items is None:
        return "total"
    if form.wording:
        return "scale" if form.scoring["method"] == "value" else "own"
    return "ticks" if form.items.max - form.items.min == 1 else "numbers"


class Wait(NamedTuple):
    """One measure that is due, as a line on a page."""

    due: DueMeasure
    form: Measure

    @property
    def ours(self) -> bool:
        """Whether Sacra asks it itself."""
        return bool(self.form.wording)


class Waiting(NamedTuple):
    """What is asked for this week, and what takes its turn later."""

    now: list[Wait]
    later: list[Measure]


def waiting(care: Care, knowledge: Knowledge) -> Waiting:
    """What is due today: at most a few in one week, first what Sacra asks itself."""
    scored = {name: [day for day, _ in rows] for name, rows in _scores(care).items()}
    given = (care.now.case, scored, _begun(care), care.today, knowledge)
    now = [Wait(one, knowledge.measures[one.measure]) for one in asked_now(*given)]
    asked = {one.form.id for one in now}
    later = [knowledge.measures[one.measure] for one in due_measures(*given)]
    return Waiting(now, [form for form in later if form.id not in asked])


def _begun(care: Care) -> datetime.date:
    return care.programme.started or care.today


def next_day(form: Measure, care: Care, knowledge: Knowledge) -> datetime.date | None:
    """When a measure comes again."""
    return next_due(form.id, _begun(care), care.today, knowledge)


def _scores(care: Care) -> dict[str, list[tuple[datetime.date, Score]]]:
    """Every score by measure, oldest first."""
    found: dict[str, list[tuple[datetime.date, Score]]] = {}
    for entry in care.diary.entries if care.diary else ():
        for name, scored in entry.measures.items():
            found.setdefault(name, []).append((entry.on, scored))
    return found


class Course(NamedTuple):
    """One measure over time: its scores, what came of it since the first, and the picture."""

    form: Measure
    rows: list[tuple[datetime.date, str]]
    heading: str
    lines: list[str]
    svg: str


def courses(care: Care, knowledge: Knowledge) -> list[Course]:
    """Every measure with a score, and what its change means."""
    changes = {one.measure: one for one in care.review.measures} if care.review else {}
    return [
        _course(knowledge.measures[name], rows, changes.get(name), knowledge)
        for name, rows in _scores(care).items()
    ]


def _course(
    form: Measure,
    rows: list[tuple[datetime.date, Score]],
    change: Change | None,
    knowledge: Knowledge,
) -> Course:
    shown = [(day, number(scored.value)) for day, scored in rows]
    said = {"name": form.name, "score": shown[-1][1]}
    if change is None or change.points is None:
        heading = _("%(name)s: %(score)s") % said
        lines = [_scale(form), *_group(form, rows[-1][1]), _("A second score shows the change.")]
        return Course(form, shown, heading, lines, "")
    heading = _heading(change, said)
    lines = [_scale(form), *_group(form, rows[-1][1]), *meaning(form, change), *_limit(form, rows)]
    return Course(form, shown, heading, lines, _picture(form, rows, heading, knowledge))


def _group(form: Measure, scored: Score) -> Iterator[str]:
    """Of a form that sorts into groups for care, and counts them by more than its total."""
    if not any("of" in band for band in form.bands):
        return
    if not scored.band:
        yield _("From the total alone the group is not known. With the single lines it is.")
    else:
        groups = {"low": _("low"), "medium": _("medium"), "high": _("high")}
        yield _("The group on this form: %(group)s.") % {"group": groups[scored.band]}


def _limit(form: Measure, rows: list[tuple[datetime.date, Score]]) -> Iterator[str]:
    """What the limit of a change that matters does not tell by itself."""
    level = important_level(form, rows[0][1])
    if level is not None and not form.range[0] <= level <= form.range[1]:
        yield _("The first score is so near the end of the scale that no change for the better "
                "can reach that limit.")  # fmt: skip
    if form.important_change and form.important_change.mark == "recalled":
        yield _("That limit is recalled; nobody has checked it against its source yet.")


# --- the picture ------------------------------------------------------------------------------


def _picture(
    form: Measure, rows: list[tuple[datetime.date, Score]], sentence: str, knowledge: Knowledge
) -> str:
    """The scores as SVG; none before there are two days."""
    known = [(day, one.value) for day, one in rows if one.value is not None]
    if len(known) < 2:
        return ""
    one_year = known[0][0].year == known[-1][0].year
    style = "MONTH_DAY_FORMAT" if one_year else "SHORT_DATE_FORMAT"
    points = [
        Point(day.toordinal(), value, date_format(day, style), number(value))
        for day, value in known
    ]
    level, words = important_level(form, rows[0][1]), knowledge.words["trend"].say
    said = words["or_more" if form.higher_means == "better" else "or_less"]
    on_scale = level is not None and form.range[0] <= level <= form.range[1]
    low, high = form.range
    scale = Scale(low, high, (number(low), number(high)), level if on_scale else None,
                  said.format(n=number(level)) if on_scale else "")  # fmt: skip
    return mark_safe(score_svg(points, scale, title=form.name, sentence=sentence))


# --- in words ---------------------------------------------------------------------------------


def _heading(change: Change, said: dict[str, str]) -> str:
    said = {**said, "points": number(abs(change.points or 0))}
    return {
        "better": _("%(name)s: better by %(points)s, now %(score)s"),
        "worse": _("%(name)s: worse by %(points)s, now %(score)s"),
    }.get(change.direction or "", _("%(name)s: as at the start, %(score)s")) % said


def _scale(form: Measure) -> str:
    low, high = (number(end) for end in form.range)
    said = {"low": low, "high": high}
    if form.higher_means == "better":
        return _("It runs from %(low)s to %(high)s; more is better.") % said
    return _("It runs from %(low)s to %(high)s; less is better.") % said


def meaning(form: Measure, change: Change) -> Iterator[str]:
    """Whether a change matters, and whether it is more than chance; not known is said too."""
    if change.direction == "same":
        return
    if change.important is None:
        yield _("How large a change has to be to matter is not known.")
    else:
        matters = _("That is a change that matters: at least %(limit)s.")
        less = _("That is less than a change that matters: at least %(limit)s.")
        yield (matters if change.important else less) % {"limit": limit_of(form)}
    if change.beyond_detectable is None:
        yield _("How much it goes up and down by chance is not known.")
    elif change.beyond_detectable:
        yield _("It is more than chance makes of it.")
    else:
        yield _("It may still be chance.")


def limit_of(form: Measure) -> str:
    """The change that matters, in points, in percent or both."""
    wanted = form.important_change
    assert wanted, "see `meaning`"
    points, percent = wanted.points, wanted.percent
    said = {"points": number(points or 0), "percent": number(percent or 0)}
    if points is None or "compared_with" in form.scoring:
        return (_("%(percent)s in 100 of the first") if points is None else "%(points)s") % said
    both = _("%(points)s points and %(percent)s in 100 of the first")
    return (both if percent is not None else _("%(points)s points")) % said


def number(value: float | None) -> str:
    """At most one decimal, as a person writes it in their language."""
    return "" if value is None else number_format(f"{round(value, 1) + 0:g}")
