"""The diary: what a person noted day by day, read strictly and answered kindly.

It comes as plain data (from YAML or JSON) or as a CSV table, which `diary_rows` brings into the
plain shape first, so that both meet the same checks. The day that counts is the local one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, get_args

import msgspec

from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.rows import Table
from sacra.reasoning.case import read_case
from sacra.reasoning.diary_rows import (
    DAY_KEYS,
    DIARY_KEYS,
    DONE_KEYS,
    DONE_SCALES,
    NO,
    NOT_ASKED,
    YES,
    RawDiary,
    RawEntry,
    check_year,
    from_table,
    likely_name,
    local_day,
    meant,
    place,
    read_day,
)
from sacra.reasoning.dose import EASIER
from sacra.reasoning.measures import Score, score, shown

HowMuch = Literal["yes", "part", "no"]
WhyNot = Literal["", "pain", "time", "tired", "forgot", "not_sure_how", "other"]

_HOW_MUCH: dict[str, HowMuch] = {
    **dict.fromkeys(YES, "yes"),
    **dict.fromkeys(("part", "partly", "some", "teils", "teilweise"), "part"),
    **dict.fromkeys(NO, "no"),
}
_ENTRY_KEYS = (*DAY_KEYS, "answers", "measures", "done")


class Done(msgspec.Struct, frozen=True, gc=False):
    """One exercise on one day: how much of it, and how it felt from 0 to 10."""

    exercise: str
    done: HowMuch
    pain_before: float | None = None
    pain_during: float | None = None
    pain_next_morning: float | None = None
    effort: float | None = None
    why_not: WhyNot = ""
    level: int | None = None


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One local day; numbers from 0 to 10, and None is not known.

    `function` 10 is all the person wants to do, `sleep` 10 is slept well. `answers` are the alarms
    and new symptoms asked again. Only a day on which a clinician `examined` may lower an alarm.
    """

    on: datetime.date
    at: datetime.datetime | None = None
    pain_now: float | None = None
    function: float | None = None
    sleep: float | None = None
    medicine: tuple[str, ...] = ()
    done: tuple[Done, ...] = ()
    answers: dict[str, Any] = {}
    examined: bool = False
    worse: bool | None = None
    measures: dict[str, Score] = {}
    note: str = ""


class Diary(msgspec.Struct, frozen=True, gc=False):
    """The entries by day; `programme` is the id of the one it was kept for, if known."""

    entries: tuple[Entry, ...]
    started: datetime.date | None = None
    programme: str | None = None


def read_diary(
    data: Mapping[str, Any] | Table | None,
    knowledge: Knowledge,
    *,
    today: datetime.date,
    where: str = "",
) -> Diary:
    """Check plain data or a table, and make it a diary.

    Raises:
        CaseError: one sentence that says where (entry or line, and key), what, and what is right.
    """
    raw = from_table(data, knowledge, where) if isinstance(data, Table) else _raw(data, where)
    if not raw.entries:
        raise CaseError(where, "has no entries; write one for each day")
    started = raw.values.get("started")
    if started is not None:
        started = read_day(started, where, "started")
        check_year(started, place(where, "started"))
    entries = tuple(_entry(one, knowledge) for one in raw.entries)
    for entry, before, one in zip(entries, (None, *entries), raw.entries, strict=False):
        _check_day(entry.on, before.on if before else None, started, today, one.where)
    return Diary(entries, started, _programme(raw.values.get("programme"), where))


def check_belongs(
    diary: Diary,
    programme_id: str,
    exercises: Iterable[str],
    begun: datetime.date | None = None,
) -> None:
    """See that a diary was kept for this programme, which began on this day if that is known.

    Raises:
        CaseError: it names another programme or day, or holds none of this one's exercises.
    """
    if begun and diary.started and diary.started != begun:
        what = f"`started` is {diary.started}, but the programme began on {begun}"
        raise CaseError("the diary", f"{what}; give the programme of that day with it")
    if diary.programme not in (None, programme_id):
        what = f"was kept for `{diary.programme}`, but the programme is `{programme_id}`"
        raise CaseError("programme", f"the diary {what}")
    wanted = set(exercises)
    noted = dict.fromkeys(done.exercise for entry in diary.entries for done in entry.done)
    if noted and wanted.isdisjoint(noted):
        names = ", ".join(f"`{name}`" for name in list(noted)[:3])
        raise CaseError("programme", f"the diary is of another plan: {names} are not in this one")


# --- the whole --------------------------------------------------------------------------------


def _raw(data: Any, where: str) -> RawDiary:
    if data is None:
        raise CaseError(where, "is empty; write `entries:` and one entry for each day")
    if not isinstance(data, Mapping):
        raise CaseError(where, "a diary is `entries:` with a list of days under it")
    _check_keys(data, (*DIARY_KEYS, "entries"), where)
    entries = _listed(data.get("entries"), place(where, "entries"), "a list of days")
    return RawDiary(data, [_raw_entry(e, place(where, f"entry {n}")) for n, e in entries])


def _raw_entry(entry: Any, where: str) -> RawEntry:
    if not isinstance(entry, Mapping):
        raise CaseError(where, "an entry is a list of `key: value` lines, the first of them `day`")
    done = _listed(entry.get("done"), place(where, "done"), "a list of exercises")
    return RawEntry(where, entry, [(place(where, f"exercise {n}"), one) for n, one in done])


def _listed(value: Any, where: str, what: str) -> list[tuple[int, Any]]:
    if value is not None and not isinstance(value, list | tuple):
        raise CaseError(where, f"is {what}, each begun with a dash")
    return list(enumerate(value or (), 1))


def _check_keys(
    values: Mapping[str, Any],
    keys: Sequence[str],
    where: str,
    knowledge: Knowledge | None = None,
) -> None:
    for key in values:
        if key not in keys:
            raise CaseError(
                place(where, str(key)), f"unknown key{_hint(str(key), keys, knowledge)}"
            )


def _hint(key: str, keys: Sequence[str], knowledge: Knowledge | None) -> str:
    if knowledge and key in knowledge.measures:
        return "; measures stand under `measures:`"
    if knowledge and key.partition(".")[0] in knowledge.findings:
        return "; answers stand under `answers:`"
    return meant(key, keys)


def _check_day(
    on: datetime.date,
    before: datetime.date | None,
    started: datetime.date | None,
    today: datetime.date,
    where: str,
) -> None:
    if on > today:
        raise CaseError(where, f"{on} is in the future; today is {today}")
    check_year(on, where)
    if started and on < started:
        raise CaseError(where, f"{on} is before the plan began on {started}")
    if before == on:
        raise CaseError(where, f"{on} has an entry already; keep one entry for each day")
    if before and on < before:
        raise CaseError(where, f"{on} comes after {before}; put the entries in order of day")


def _programme(value: Any, where: str) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise CaseError(place(where, "programme"), f"`{value}` is not a name; put it in quotes")


# --- one day ----------------------------------------------------------------------------------


def _entry(raw: RawEntry, knowledge: Knowledge) -> Entry:
    values, where = raw.values, raw.where
    _check_keys(values, _ENTRY_KEYS, where, knowledge)
    on, at = local_day(values, where)
    done = tuple(_done(one, at_line, knowledge) for at_line, one in raw.done)
    _check_once(done, raw)
    return Entry(
        on=on,
        at=at,
        pain_now=_scale(values, "pain_now", where),
        function=_scale(values, "function", where),
        sleep=_scale(values, "sleep", where),
        medicine=_medicine(values.get("medicine"), where, knowledge),
        done=done,
        answers=_answers(values.get("answers"), where, knowledge),
        examined=_flag(values, "examined", where) or False,
        worse=_flag(values, "worse", where),
        measures=_measures(values.get("measures"), where, knowledge),
        note=_note(values.get("note"), where),
    )


def _check_once(done: Sequence[Done], raw: RawEntry) -> None:
    seen: set[str] = set()
    for one, (where, _) in zip(done, raw.done, strict=True):
        if one.exercise in seen:
            raise CaseError(where, f"`{one.exercise}` stands twice on this day; keep one")
        seen.add(one.exercise)


def _scale(values: Mapping[str, Any], key: str, where: str) -> float | None:
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CaseError(place(where, key), f"`{value}` is not a number from 0 to 10, as in 3.5")
    if not 0 <= value <= 10:
        raise CaseError(
            place(where, key), f"{shown(value)} is impossible; write a number from 0 to 10"
        )
    return float(value)


def _flag(values: Mapping[str, Any], key: str, where: str) -> bool | None:
    value = values.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise CaseError(place(where, key), f"`{value}` is not an answer; write true or false")


def _note(value: Any, where: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise CaseError(place(where, "note"), f"`{value}` is not text; put it in quotes")


def _medicine(value: Any, where: str, knowledge: Knowledge) -> tuple[str, ...]:
    if not value:
        return ()
    at = place(where, "medicine")
    if isinstance(value, str):
        raise CaseError(at, f"`{value}` is not a list; write [{value}]")
    names = tuple(dict.fromkeys(str(name) for _, name in _listed(value, at, "a list of names")))
    for name in names:
        if name not in knowledge.interventions:
            what = f"unknown medicine `{name}`{likely_name(name, knowledge.interventions)}"
            raise CaseError(at, what)
    return names


def _answers(value: Any, where: str, knowledge: Knowledge) -> dict[str, Any]:
    """Yes, no or unsure to what a case may hold, by the checks of a case."""
    if not value:
        return {}
    if not isinstance(value, Mapping):
        raise CaseError(place(where, "answers"), "is a list of `finding: true` lines")
    for key in value:
        finding = knowledge.findings.get(str(key).partition(".")[0])
        if finding is None:
            what = f"unknown finding{likely_name(str(key), knowledge.findings)}"
            raise CaseError(place(where, str(key)), what)
        if finding.type != "yes_no":
            raise CaseError(place(where, str(key)), NOT_ASKED)
    return dict(read_case(value, knowledge, where).findings)


def _measures(value: Any, where: str, knowledge: Knowledge) -> dict[str, Score]:
    if not value:
        return {}
    if not isinstance(value, Mapping):
        raise CaseError(place(where, "measures"), "is a list of `measure: score` lines")
    return {str(key): score(str(key), value[key], knowledge, where) for key in value}


# --- one exercise -----------------------------------------------------------------------------


def _done(values: Any, where: str, knowledge: Knowledge) -> Done:
    if not isinstance(values, Mapping):
        raise CaseError(where, "write `exercise: its_name`, and under it `done: yes`")
    _check_keys(values, DONE_KEYS, where)
    exercise = _exercise(values.get("exercise"), where, knowledge)
    done = _how_much(values.get("done"), where)
    before, during, morning, effort = [_scale(values, key, where) for key in DONE_SCALES]
    why_not = _why_not(values.get("why_not"), done, where)
    level = _level(values.get("level"), exercise, where, knowledge)
    return Done(exercise, done, before, during, morning, effort, why_not, level)


def _exercise(name: Any, where: str, knowledge: Knowledge) -> str:
    if name is None:
        raise CaseError(where, "names no exercise; write `exercise`")
    if isinstance(name, str) and name in knowledge.exercises:
        return name
    what = f"unknown exercise `{name}`{likely_name(str(name), knowledge.exercises)}"
    raise CaseError(place(where, "exercise"), what)


def _how_much(value: Any, where: str) -> HowMuch:
    word = str(value).strip().lower()
    if value is None or word not in _HOW_MUCH:
        said = "has no answer" if value is None else f"`{value}` is not an answer"
        raise CaseError(place(where, "done"), f"{said}; write yes, part or no")
    return _HOW_MUCH[word]


def _why_not(value: Any, done: HowMuch, where: str) -> WhyNot:
    if value is None or value == "":
        return ""
    at = place(where, "why_not")
    reasons = get_args(WhyNot)[1:]
    if value not in reasons:
        what = f"`{value}` is not one of {', '.join(reasons)}{nearest(str(value), reasons)}"
        raise CaseError(at, what)
    if done == "yes":
        raise CaseError(
            at, "is given although the exercise was done; write `done: part` or leave out"
        )
    reason: WhyNot = value
    return reason


def _level(value: Any, exercise: str, where: str, knowledge: Knowledge) -> int | None:
    if value is None:
        return None
    levels = _levels(knowledge)[exercise]
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    if not whole or value not in levels:
        has = f"`{exercise}` has 1 to {max(levels)}, and 0 for its easier version"
        what = f"`{shown(value)}` is not a level; {has}"
        raise CaseError(place(where, "level"), what)
    return int(value)


@lru_cache(maxsize=4)
def _levels(knowledge: Knowledge) -> dict[str, frozenset[int]]:
    every = knowledge.exercises.values()
    return {one.id: frozenset({EASIER, 1, *(step.level for step in one.ladder)}) for one in every}


# --- and back ---------------------------------------------------------------------------------


def plain_diary(diary: Diary) -> dict[str, Any]:
    """The diary as plain data that `read_diary` reads back to the same diary."""
    whole = {"programme": diary.programme, "started": diary.started}
    return {**_given(whole), "entries": [_plain_entry(entry) for entry in diary.entries]}


def _plain_entry(entry: Entry) -> dict[str, Any]:
    plain = msgspec.structs.asdict(entry)
    day = {"day": plain.pop("on"), **plain}
    day["at"] = entry.at.isoformat() if entry.at else None
    day["examined"] = entry.examined or None
    day["medicine"] = list(entry.medicine)
    day["done"] = [_given(msgspec.structs.asdict(done)) for done in entry.done]
    day["measures"] = {name: list(s.items) or s.value for name, s in entry.measures.items()}
    return _given(day)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known or empty; false and zero are answers, and stay."""
    return {key: value for key, value in values.items() if value not in (None, "", (), [], {})}
