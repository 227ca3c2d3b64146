"""The commands of the care: a programme from a case, a review from a diary, virtual people."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sacra.files import print_json, read_bytes, read_mapping, write_text
from sacra.kb.errors import CaseError, SacraError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge

if TYPE_CHECKING:  # the reasoning is imported by the command that needs it
    from sacra.cohort.simulate import Tally
    from sacra.reasoning.assess import Assessment
    from sacra.reasoning.case import Case
    from sacra.reasoning.diary import Diary
    from sacra.reasoning.review import Review
    from sacra.reasoning.standing import Programme
    from sacra.reasoning.wishes import Wishes

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_case = click.argument("case", type=click.Path(path_type=Path, allow_dash=True))


@click.command()
@_case
@click.option("--minutes", type=int, help="Minutes a day you have (15).")
@click.option("--no-floor", is_flag=True, help="Nothing on the floor: sitting and standing only.")
@click.option("--with", "equipment", multiple=True, help="At hand: band, ball, step, weight.")
@click.option("--without", multiple=True, metavar="ID", help="Leave this exercise out.")
@click.option("--today", metavar="DATE", help="The day the week begins (today).")
@_json
def programme(
    case: Path,
    minutes: int | None,
    no_floor: bool,
    equipment: tuple[str, ...],
    without: tuple[str, ...],
    today: str | None,
    as_json: bool,
) -> None:
    """Make this week's programme for CASE, a YAML file of findings, or - for standard input.

    Wishes may stand in the file too, under `wishes`; words on the command line come first. A case
    with an `as_of` is taken as it stands today: its weeks since something have gone on.
    """
    from sacra.reasoning.case import case_on
    from sacra.report import print_report
    from sacra.report_programme import programme_report

    knowledge = load_knowledge()
    said = {
        "minutes": minutes,
        "floor": False if no_floor else None,
        "equipment": list(equipment) or None,
        "without": list(without) or None,
    }
    entered, wishes = _read_case(case, said, knowledge)
    day = _date(today) or datetime.date.today()
    if entered.as_of and entered.as_of > day:
        raise CaseError(str(case), f"`as_of` is {entered.as_of}, after today, {day}")
    answer, made = _begun(case_on(entered, day, knowledge), wishes, knowledge)
    if as_json:
        print_json(made)
    else:
        print_report(programme_report(made, answer, knowledge))


@click.command()
@_case
@click.argument("diary", type=click.Path(path_type=Path))
@click.option("--programme", "kept", type=click.Path(path_type=Path), metavar="FILE",
              help="The programme in force, as `programme --json` or `review --json` made it.",
              )  # fmt: skip
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the trend.")
@click.option(
    "--today", metavar="DATE", help="The day of the review, at most today (the last entry's)."
)
@_json
def review(
    case: Path, diary: Path, kept: Path | None, plot: Path | None, today: str | None, as_json: bool
) -> None:
    """Review DIARY, a .csv or .yaml file, against the programme of CASE."""
    from sacra.programme_file import check_programme
    from sacra.reasoning.diary import check_belongs
    from sacra.reasoning.review import review_diary
    from sacra.report import print_report
    from sacra.report_review import review_report

    knowledge = load_knowledge()
    now = datetime.date.today()
    entered, wishes = _read_case(case, {}, knowledge)
    answer, made = _begun(entered, wishes, knowledge)
    if kept:
        made = check_programme(read_bytes(kept), knowledge, today=now, where=str(kept))
        _check_is_theirs(made, entered, str(kept), knowledge)
    read = _read_diary(diary, now, knowledge)
    check_belongs(read, made.id, [one.exercise for one in made.chosen], made.started)
    day = _review_day(today, read.entries[-1].on, now)
    found = review_diary(entered, answer.plan, made, read, knowledge, today=day)
    if plot:
        write_text(plot, _picture(found, read, knowledge))
    if as_json:
        print_json(found)
    else:
        print_report(review_report(found, knowledge))


def _read_case(case: Path, said: Mapping[str, Any], knowledge: Knowledge) -> tuple[Case, Wishes]:
    """The case as it was entered, and what the person wishes."""
    from sacra.reasoning.case import read_case
    from sacra.reasoning.evaluate import RESERVED

    data, where = read_mapping(case)
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    entered = read_case(findings, knowledge, where)
    return entered, _wishes(data.get("wishes"), said, where, knowledge)


def _begun(case: Case, wishes: Wishes, knowledge: Knowledge) -> tuple[Assessment, Programme]:
    """The assessment of a case, and the programme that begins on its day."""
    from sacra.reasoning.assess import assess
    from sacra.reasoning.programme import build_programme

    answer = assess(case, knowledge)
    made = build_programme(answer.plan, wishes, None, knowledge)
    return answer, msgspec.structs.replace(made, started=case.as_of)


def _wishes(given: Any, said: Mapping[str, Any], where: str, knowledge: Knowledge) -> Wishes:
    """The wishes of the case file, with those of the command line above them."""
    from sacra.reasoning.wishes import read_wishes

    said = {key: value for key, value in said.items() if value is not None}
    in_file = read_wishes(given, knowledge, f"{where}, wishes")
    return read_wishes({**(given or {}), **said}, knowledge, "wishes") if said else in_file


def _check_is_theirs(made: Programme, entered: Case, where: str, knowledge: Knowledge) -> None:
    """See that a kept programme can have begun from this case.

    Whatever it has ever held counts. A case in which something presses, or that offers nothing
    yet, is not compared: its review says what to do first.
    """
    from sacra.reasoning.assess import assess
    from sacra.reasoning.case import case_on

    begun = made.started or entered.as_of
    at_the_start = [entered, *([case_on(entered, begun, knowledge)] if begun else [])]
    plans = [assess(case, knowledge).plan for case in at_the_start]
    offered = {offer.exercise for plan in plans for offer in plan.exercises}
    held = {*(one.exercise for one in made.chosen), *made.rested, *made.stopped}
    pressing = any(plan.now for plan in plans)
    if held and offered and not pressing and held.isdisjoint(offered):
        what = "none of its exercises fits this case; it is the programme of somebody else"
        raise CaseError(where, what)


def _read_diary(path: Path, today: datetime.date, knowledge: Knowledge) -> Diary:
    from sacra.kb.table import MAX_TABLE_BYTES, read_table
    from sacra.kb.text import read_file
    from sacra.reasoning.diary import read_diary

    is_table = path.suffix.lower() in (".csv", ".tsv", ".txt")
    data = read_table(path) if is_table else read_file(path, most=MAX_TABLE_BYTES)
    return read_diary(data, knowledge, today=today, where=str(path))


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise CaseError("--today", f"`{text}` is not a date like 2026-11-21") from None


def _review_day(text: str | None, last: datetime.date, now: datetime.date) -> datetime.date:
    """The day of the review: the last entry's, or a later one up to now."""
    day = _date(text) or last
    if day > now:
        raise CaseError("--today", f"{day} is in the future; today is {now}")
    if day < last:
        raise CaseError("--today", f"{day} is before the last entry of the diary, {last}")
    return day


def _picture(found: Review, diary: Diary, knowledge: Knowledge) -> str:
    from sacra.chart import trend_svg

    if found.trend is None:
        raise CaseError("--plot", "there are too few entries with pain for a trend")
    begun = found.started
    points = [((e.on - begun).days, e.pain_now) for e in diary.entries if e.pain_now is not None]
    marks = [((e.on - begun).days, e.note) for e in diary.entries if e.note]
    title = f"Pain at rest, 0 to 10, from {begun} on"
    return trend_svg(found.trend, points, knowledge.words["trend"].say, title=title, marks=marks)


# --- virtual people ---------------------------------------------------------------------------


@click.command()
@click.option("--people", type=click.IntRange(1, 1_000_000), default=500, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@_json
def simulate(people: int, seed: int, as_json: bool) -> None:
    """Try the rules of the review on virtual people; no evidence of benefit."""
    from sacra.cohort.simulate import simulate as follow

    with click.progressbar(length=people, label="Twelve weeks", file=sys.stderr) as bar:
        tally = follow(people, seed, workers=os.cpu_count() or 1, seen=bar.update)
    if as_json:
        print_json(tally)
    else:
        for line in _tally_lines(tally):
            click.echo(line)
    if tally.through_pain or tally.restless or tally.dangers != tally.escalated:
        raise SacraError("simulate", "a rule failed; the numbers of these people are printed above")


def _tally_lines(tally: Tally) -> Iterator[str]:
    yield f"{tally.people} virtual people, {tally.weeks} weeks. {tally.note}"
    yield f"went up a level through pain above the stop line: {_named(tally.through_pain)}"
    yield f"went up and down the same level again and again:  {_named(tally.restless)}"
    yield (
        f"hidden dangers that showed: {len(tally.dangers)}, sent on the same day: "
        f"{len(tally.escalated)}"
    )
    for title, counts in (("decisions", tally.decisions), ("rules", tally.rules)):
        yield f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts.items())
    yield f"levels gained: {tally.levels_gained:.1f} a person"


def _named(people: tuple[int, ...]) -> str:
    return f"{len(people)} (numbers {', '.join(map(str, people[:10]))})" if people else "nobody"
