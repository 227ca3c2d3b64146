"""Reading a diary: whatever a sound file looks like, it gives the same days."""

import datetime
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.table import read_table, read_table_text
from sacra.kb.text import read_file, read_text
from sacra.reasoning.diary import Diary, Done, Entry, plain_diary, read_diary
from sacra.reasoning.diary_rows import DAY_KEYS, DIARY_KEYS, DONE_KEYS, DONE_SCALES
from sacra.reasoning.measures import score

KNOWLEDGE = load_knowledge()
TODAY = datetime.date(2026, 11, 25)
DAY = datetime.date(2026, 11, 3)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples/diaries").iterdir())


def from_csv(text: str, today: datetime.date = TODAY) -> Diary:
    return read_diary(read_table_text(text.encode(), "diary"), KNOWLEDGE, today=today)


def from_yaml(text: str) -> Diary:
    return read_diary(read_text(text.encode(), "diary"), KNOWLEDGE, today=TODAY)


def only(diary: Diary) -> Entry:
    (entry,) = diary.entries
    return entry


FULL_CSV = """\
programme,started,day,at,pain_now,function,sleep,medicine,worse,examined,saddle_numbness,aslr.left,\
rmdq,phq2,note,exercise,done,level,pain_before,pain_during,pain_next_morning,effort,why_not
p1,2026-11-02,2026-11-03,2026-11-03T19:30+01:00,3.5,6,7,acetaminophen nsaid_ibuprofen,no,yes,\
unsure,yes,12,1 2,"Long, dull day",ex_bridge_seed,part,2,3,4,3.5,5,pain
,,2026-11-03,,,,,,,,,,,,,ex_pelvic_tilt,yes,1,2,2,2,3,
,,2026-11-04,,3,,,,,,,,,,,,,,,,,,
"""

FULL_YAML = """\
programme: p1
started: 2026-11-02
entries:
- day: 2026-11-03
  at: 2026-11-03T19:30+01:00
  pain_now: 3.5
  function: 6
  sleep: 7
  medicine: [acetaminophen, nsaid_ibuprofen]
  worse: false
  examined: true
  answers: {saddle_numbness: unsure, aslr.left: true}
  measures: {rmdq: 12, phq2: [1, 2]}
  note: Long, dull day
  done:
  - exercise: ex_bridge_seed
    done: part
    level: 2
    pain_before: 3
    pain_during: 4
    pain_next_morning: 3.5
    effort: 5
    why_not: pain
  - {exercise: ex_pelvic_tilt, done: yes, level: 1, pain_before: 2, pain_during: 2,
     pain_next_morning: 2, effort: 3}
- day: 2026-11-04
  pain_now: 3
"""


def test_everything_a_day_can_hold() -> None:
    diary = from_yaml(FULL_YAML)
    entry = diary.entries[0]
    assert (diary.programme, diary.started) == ("p1", datetime.date(2026, 11, 2))
    assert (entry.on, entry.pain_now, entry.function, entry.sleep) == (DAY, 3.5, 6, 7)
    assert entry.at and entry.at.isoformat() == "2026-11-03T19:30:00+01:00"
    assert entry.medicine == ("acetaminophen", "nsaid_ibuprofen")
    assert entry.answers == {"saddle_numbness": "unsure", "aslr.left": True}
    assert (entry.worse, entry.examined, entry.note) == (False, True, "Long, dull day")
    assert entry.done[0] == Done("ex_bridge_seed", "part", 3, 4, 3.5, 5, "pain", 2)
    assert entry.measures["rmdq"].value == 12
    assert entry.measures["phq2"] == score("phq2", [1, 2], KNOWLEDGE)


def test_a_table_and_a_file_that_say_the_same_are_the_same_diary() -> None:
    assert from_csv(FULL_CSV) == from_yaml(FULL_YAML)


def test_what_is_not_said_is_not_known() -> None:
    entry = only(from_csv("day,pain_now,worse,exercise,done\n2026-11-03,,,,\n"))
    assert entry == Entry(DAY)
    assert (entry.pain_now, entry.worse, entry.examined) == (None, None, False)


# What spreadsheets and people do


@pytest.mark.parametrize(
    "text",
    [
        "day,pain_now\n2026-11-03,3\n",
        "\ufeffday,pain_now\n2026-11-03,3\n",
        "day;pain_now\r\n2026-11-03;3\r\n",
        "day\tpain_now\r2026-11-03\t3\r",
        '"day","pain_now"\n"2026-11-03","3"\n',
        "day,pain_now\n2026-11-03,3\n\n,\n , \n\n",
        "\n\nday,pain_now\n\n2026-11-03,3",
        "Day,Pain now\n 2026-11-03 , 3 \n",
        "day,pain_now,,\n2026-11-03,3,,\n",
        "day;pain_now\n2026-11-03;3,0\n",
        'day,pain_now\n2026-11-03,"3,0"\n',
        "day,pain_now\n2026-11-03,3.0\n",
    ],
)
def test_the_same_day_in_many_hands(text: str) -> None:
    assert only(from_csv(text)) == Entry(DAY, pain_now=3)


def test_decimal_commas_throughout() -> None:
    diary = from_csv("day;pain_now;sleep\n2026-11-03;3,5;7\n2026-11-04;2;7,5\n")
    assert [(e.pain_now, e.sleep) for e in diary.entries] == [(3.5, 7), (2, 7.5)]


def test_points_in_a_note_are_no_decimals() -> None:
    diary = from_csv("day;pain_now;note\n2026-11-03;3,5;38.6 in the night\n")
    assert only(diary).note == "38.6 in the night"


@pytest.mark.parametrize(
    ("word", "done"),
    [
        *((yes, "yes") for yes in ("yes", "Yes", "ja", "true", "TRUE", "1", "x", "X")),
        *((no, "no") for no in ("no", "nein", "false", "0")),
        *((part, "part") for part in ("part", "partly", "teilweise")),
    ],
)
def test_words_for_done(word: str, done: str) -> None:
    diary = from_csv(f"day,exercise,done\n2026-11-03,ex_bridge_seed,{word}\n")
    assert only(diary).done[0].done == done


@pytest.mark.parametrize(("plain", "done"), [("yes", "yes"), ("no", "no"), ("1", "yes")])
def test_yaml_reads_yes_as_true_and_so_do_we(plain: str, done: str) -> None:
    text = f"entries:\n- day: 2026-11-03\n  done: [{{exercise: ex_squat, done: {plain}}}]\n"
    assert only(from_yaml(text)).done[0].done == done


def test_day_columns_may_be_repeated_or_left_out_on_further_rows() -> None:
    rows = "day,pain_now,sleep,saddle_numbness,exercise,done\n"
    rows += "2026-11-03,3,,no,ex_squat,yes\n2026-11-03,3,7,,ex_bridge_seed,no\n2026-11-03,,7,no,,\n"
    entry = only(from_csv(rows))
    assert (entry.pain_now, entry.sleep, entry.answers) == (3, 7, {"saddle_numbness": False})
    assert [done.exercise for done in entry.done] == ["ex_squat", "ex_bridge_seed"]


def test_items_of_a_measure_in_one_cell() -> None:
    entry = only(from_csv("day,phq2,psfs,rmdq\n2026-11-03,1 -,4 5 6,12\n"))
    assert entry.measures["phq2"].value is None
    assert entry.measures["psfs"].value == 5
    assert entry.measures["rmdq"].answered is None


# Days and clocks


def test_the_night_the_clock_goes_back_is_one_day() -> None:
    rows = "at,exercise,done\n2026-10-25T02:30+02:00,ex_squat,yes\n"
    rows += "2026-10-25T02:30+01:00,ex_bridge_seed,yes\n"
    entry = only(from_csv(rows))
    assert (entry.on, len(entry.done)) == (datetime.date(2026, 10, 25), 2)
    assert entry.at and entry.at.utcoffset() == datetime.timedelta(hours=2)


def test_the_local_day_counts_whatever_the_offset() -> None:
    text = "at,pain_now\n2026-11-03T23:30-10:00,3\n2026-11-04T00:30+13:00,4\n2026-11-05T08:00,5\n"
    assert [entry.on.day for entry in from_csv(text).entries] == [3, 4, 5]


def test_an_evening_entry_is_not_in_the_future_where_it_was_made() -> None:
    # 23:30 in Honolulu is the next day in Greenwich
    assert only(from_csv("at\n2026-11-25T23:30-10:00\n")).on == TODAY


def test_today_is_not_in_the_future() -> None:
    assert only(from_csv("day\n2026-11-25\n")).on == TODAY


def test_the_easier_version_is_level_0() -> None:
    diary = from_csv("day,exercise,done,level\n2026-11-03,ex_squat,yes,0\n")
    assert only(diary).done[0].level == 0
    assert read_diary(plain_diary(diary), KNOWLEDGE, today=TODAY) == diary


def test_a_year_that_must_be_wrong() -> None:
    assert only(from_csv("day\n2000-01-01\n")).on.year == 2000
    with pytest.raises(CaseError, match="1999-12-31 is before 2000; is the year right"):
        from_csv("day\n1999-12-31\n")


def test_three_years_of_every_day_and_six_exercises_can_be_read() -> None:
    first, rows = TODAY - datetime.timedelta(days=3 * 365), ["day,note,exercise,done,pain_during"]
    names = sorted(KNOWLEDGE.exercises)[:6]
    for number in range(3 * 365 + 1):
        day = first + datetime.timedelta(days=number)
        rows += [f"{day},{'word ' * 900 * (name == names[0])},{name},yes,3" for name in names]
    text = "\n".join(rows)
    assert len(text) > 5_000_000
    assert len(from_csv(text).entries) == 3 * 365 + 1


def test_the_day_the_plan_began_is_in_it() -> None:
    assert from_csv("started,day\n2026-11-03,2026-11-03\n").started == DAY


# Answers are checked as in a case


def test_an_answer_that_contradicts_another_is_refused() -> None:
    finding = next(f for f in KNOWLEDGE.findings.values() if f.type == "yes_no" and f.sided)
    text = f"day,{finding.id},{finding.id}.left\n2026-11-03,yes,yes\n"
    with pytest.raises(CaseError, match="is given with and without a side; keep one"):
        from_csv(text)


@pytest.mark.parametrize(
    ("answers", "stands"),
    [("no yes", True), ("yes no", True), ("no unsure", "unsure"), ("unsure yes", True)],
)
def test_a_danger_later_in_the_day_stands(answers: str, stands: Any) -> None:
    rows = "".join(
        f"2026-11-03,{said},{exercise},yes\n"
        for said, exercise in zip(answers.split(), ("ex_squat", "ex_clamshell"), strict=True)
    )
    diary = from_csv(f"day,saddle_numbness,exercise,done\n{rows}")
    assert diary.entries[0].answers == {"saddle_numbness": stands}


def test_a_column_is_never_also_a_question() -> None:
    ours = {*DIARY_KEYS, *DAY_KEYS, *DONE_KEYS, *KNOWLEDGE.measures}
    asked = {f.id for f in KNOWLEDGE.findings.values() if f.type == "yes_no" and f.kind != "diary"}
    assert not ours & asked
    assert not {*DIARY_KEYS, *DAY_KEYS, *DONE_KEYS} & set(KNOWLEDGE.measures)


# The examples


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_can_be_read(path: Path, knowledge: Knowledge) -> None:
    data: Any = read_table(path) if path.suffix == ".csv" else read_file(path)
    diary = read_diary(data, knowledge, today=TODAY, where=path.name)
    assert len(diary.entries) > 20
    assert {done.exercise for entry in diary.entries for done in entry.done} == {
        *("ex_squat", "ex_walking_interval", "ex_wall_side_lean")
    }


def test_the_examples_are_what_their_names_say() -> None:
    read = {path.stem: read_file(path) for path in EXAMPLES if path.suffix == ".yaml"}
    flags = read_diary(read["two_red_flags"], KNOWLEDGE, today=TODAY).entries
    alarms = [{k for k, v in e.answers.items() if v is True} for e in flags]
    assert [one for one in alarms if one] == [{"fever_chills"}, {"saddle_numbness"}]
    assert sum(entry.examined for entry in flags) == 1


# Any diary


SCALE = st.none() | st.integers(0, 10).map(float) | st.floats(0, 10).map(lambda x: round(x, 2))
EXERCISES = st.sampled_from(sorted(KNOWLEDGE.exercises))
ASKED = st.sampled_from(["saddle_numbness", "cannot_pass_urine", "fever_chills"])
SCORES = st.fixed_dictionaries(
    {},
    optional={
        "rmdq": st.integers(0, 24) | st.lists(st.sampled_from([0, 1]), min_size=24, max_size=24),
        "psfs": st.lists(st.none() | st.floats(0, 10), min_size=1, max_size=5),
        "startback": st.lists(st.sampled_from([None, 0, 1]), min_size=9, max_size=9),
        "groc": st.integers(-5, 5),
    },
).map(lambda given: {name: score(name, values, KNOWLEDGE) for name, values in given.items()})


@st.composite
def dones(draw: st.DrawFn, exercise: str) -> Done:
    done: Any = draw(st.sampled_from(["yes", "part", "no"]))
    why: Any = "" if done == "yes" else draw(st.sampled_from(["", "pain", "other"]))
    scales = {name: draw(SCALE) for name in DONE_SCALES}
    level = draw(st.sampled_from([None, 0, 1, 2, 3]))
    return Done(exercise, done, why_not=why, level=level, **scales)


@st.composite
def entries(draw: st.DrawFn, on: datetime.date) -> Entry:
    offsets = st.none() | st.integers(-12, 14).map(
        lambda hours: datetime.timezone(datetime.timedelta(hours=hours))
    )
    clock = st.none() | st.times(timezones=offsets)
    time = draw(clock)
    return Entry(
        on=on,
        at=datetime.datetime.combine(on, time) if time else None,
        pain_now=draw(SCALE),
        function=draw(SCALE),
        sleep=draw(SCALE),
        medicine=tuple(draw(st.sets(st.sampled_from(["acetaminophen", "nsaid_ibuprofen"])))),
        done=tuple(draw(dones(one)) for one in draw(st.lists(EXERCISES, max_size=3, unique=True))),
        answers=draw(st.dictionaries(ASKED, st.sampled_from([True, False, "unsure"]))),
        examined=draw(st.booleans()),
        worse=draw(st.none() | st.booleans()),
        measures=draw(SCORES),
        note=draw(st.text(max_size=30)),
    )


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    days = draw(st.sets(st.dates(datetime.date(2026, 1, 1), TODAY), min_size=1, max_size=5))
    kept = tuple(draw(entries(day)) for day in sorted(days))
    started = draw(st.none() | st.dates(datetime.date(2025, 12, 1), kept[0].on))
    return Diary(kept, started, draw(st.none() | st.text(min_size=1, max_size=9)))


@given(diaries())
def test_a_diary_is_read_back_from_its_own_plain_form(diary: Diary) -> None:
    assert read_diary(plain_diary(diary), KNOWLEDGE, today=TODAY) == diary


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@given(diaries())
def test_a_diary_is_read_back_from_its_own_yaml(diary: Diary) -> None:
    text = yaml.dump(plain_diary(diary), Dumper=NoAliases, allow_unicode=False)
    assert read_diary(read_text(text.encode(), ""), KNOWLEDGE, today=TODAY) == diary


@given(st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter(shuffler: random.Random) -> None:
    table = read_table_text(FULL_CSV.encode(), "diary")
    order = list(range(len(table.header)))
    shuffler.shuffle(order)
    rows = tuple(r._replace(cells=tuple(r.cells[i] for i in order)) for r in table.rows)
    shuffled = table._replace(header=tuple(table.header[i] for i in order), rows=rows)
    assert read_diary(shuffled, KNOWLEDGE, today=TODAY) == from_csv(FULL_CSV)
