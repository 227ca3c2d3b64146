"""The record: nothing before consent, nothing lost or twice, nothing readable, all deletable."""

from __future__ import annotations

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.utils import IntegrityError
from django.test import Client

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.table import read_table_text
from sacra.reasoning.case import read_case
from sacra.reasoning.diary import read_diary
from sacra.reasoning.wishes import Wishes
from sacra.web import whose
from sacra.web.models import (
    Assessment,
    DiaryEntry,
    Episode,
    Measure,
    Observation,
    Person,
    ProgrammeVersion,
    Reminder,
)
from sacra.web.record import (
    KEPT,
    add_entry,
    case_of,
    claim,
    create_person,
    delete,
    diary_of,
    episode_of,
    export,
    forget_expired,
    programme_of,
    save_programme,
)
from sacra.web.scoring import add_score
from sacra.web.vault import seal
from tests.day import noon, today
from tests.web.keeping import day, findings, keep, seat, token_of, write

pytestmark = pytest.mark.django_db
SOON = datetime.timedelta(minutes=1)


@pytest.fixture
def person(knowledge: Knowledge) -> Person:
    return made(knowledge)


def made(knowledge: Knowledge, **more: Any) -> Person:
    case = read_case({**findings(), "as_of": today() - datetime.timedelta(days=3)}, knowledge)
    given = {"episode_id": uuid.uuid4(), "wishes": Wishes(), "today": today(), **more}
    return create_person(case=case, knowledge=knowledge, **given)


def add(person: Person, knowledge: Knowledge, entry: dict[str, Any], **more: Any) -> DiaryEntry:
    given = {"client": uuid.uuid4(), "at": noon(), **more}
    return add_entry(person=person, entry=entry, knowledge=knowledge, **given)


# --- what is kept -----------------------------------------------------------------------------


def test_the_migration_is_the_models() -> None:
    call_command("makemigrations", "sacra", check=True, dry_run=True, verbosity=0)


def test_the_case_and_programme_come_back_as_they_were(
    person: Person, knowledge: Knowledge
) -> None:
    episode = episode_of(person)
    case = case_of(episode, knowledge)
    assert dict(case.findings) == dict(read_case(findings(), knowledge).findings)
    number, programme = programme_of(episode)
    assert programme and programme.chosen and programme.days
    assert (number, programme.started) == (1, episode.started)


def test_nothing_about_health_is_readable_in_the_database(
    person: Person, knowledge: Knowledge
) -> None:
    add(person, knowledge, {"pain_now": 7, "note": "after the stairs"})
    with connection.cursor() as cursor:
        for model in apps.get_app_config("sacra").get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            rows = repr(
                [tuple(bytes(c) if isinstance(c, memoryview) else c for c in r) for r in cursor]
            )
            assert not any(word in rows for word in ("pain_now", "stairs", "ex_bridge", "routine"))


def test_only_one_column_of_each_row_is_sealed_and_the_rest_is_ids_times_and_versions() -> None:
    clear = (models.UUIDField, models.DateField, models.ForeignKey, models.AutoField,
             models.PositiveIntegerField, models.SmallIntegerField)  # fmt: skip
    for model in (Observation, Assessment, ProgrammeVersion, DiaryEntry, Measure, Reminder):
        others = [f for f in model._meta.concrete_fields if not isinstance(f, clear)]
        assert {f.name for f in others} <= {"payload", "knowledge_version"}


def test_an_assessment_never_changes(person: Person) -> None:
    assessment = Assessment.objects.get(episode__person=person)
    assert assessment.data["result"]["triage"]["urgency"] == "routine"
    with pytest.raises(TypeError, match="never changed"):
        assessment.save()


def test_what_no_key_opens_is_never_taken_for_empty(person: Person, knowledge: Knowledge) -> None:
    row = add(person, knowledge, {"pain_now": 4})
    DiaryEntry.objects.filter(pk=row.pk).update(payload=b"gAAAAbroken")
    with pytest.raises(ValueError, match="no key opens"):
        diary_of(episode_of(person), knowledge)


def test_what_a_later_version_cannot_read_is_left_out_and_stays_stored(
    person: Person, knowledge: Knowledge
) -> None:
    episode = episode_of(person)
    for finding, value in (("retired_finding", True), ("off_work", False), ("age", "forty")):
        row = Observation(episode=episode, at=noon() + datetime.timedelta(days=2))
        row.data = {"finding": finding, "value": value}
        row.save()
    read = case_of(episode, knowledge).findings
    assert {"off_work_weeks", "age", "retired_finding"}.isdisjoint(read) and "region" in read
    row_ = add(person, knowledge, {"pain_now": 4})
    row_.data = {**row_.data, "day": row_.day.isoformat(), "pain_now": 40}
    row_.save()
    ProgrammeVersion.objects.filter(episode=episode).update(payload=seal({"id": "old"}))
    assert (diary_of(episode, knowledge), programme_of(episode)) == (None, (1, None))
    assert DiaryEntry.objects.exists()


# --- nothing twice, nothing lost --------------------------------------------------------------


def test_the_same_message_twice_is_one_entry(person: Person, knowledge: Knowledge) -> None:
    client = uuid.uuid4()
    first = add(person, knowledge, {"pain_now": 4}, client=client)
    again = add(person, knowledge, {"pain_now": 9}, client=client, at=noon() + SOON)
    assert (first.pk, again.data["pain_now"]) == (again.pk, 4)
    assert DiaryEntry.objects.count() == 1


def test_a_second_message_of_a_day_edits_it_and_the_first_can_be_sent_again(
    person: Person, knowledge: Knowledge
) -> None:
    clients = [uuid.uuid4(), uuid.uuid4()]
    add(person, knowledge, {"pain_now": 4, "sleep": 6}, client=clients[0])
    add(person, knowledge, {"pain_now": 5}, client=clients[1], at=noon() + SOON)
    for client in clients:
        add(person, knowledge, {"pain_now": 9}, client=client, at=noon() + 2 * SOON)
    (row,) = DiaryEntry.objects.all()
    assert (row.data["pain_now"], row.data["sleep"]) == (5, 6)


def test_a_session_sent_late_fills_gaps_and_overrides_nothing(
    person: Person, knowledge: Knowledge
) -> None:
    bridge = {"exercise": "ex_bridge_seed", "done": "yes"}
    add(person, knowledge, {"pain_now": 3, "done": [bridge]}, at=noon() + SOON)
    late = {"pain_now": 8, "done": [{**bridge, "done": "no", "effort": 5},
                                    {"exercise": "ex_bird_dog", "done": "part"}]}  # fmt: skip
    add(person, knowledge, late)
    (entry,) = diary_of(episode_of(person), knowledge).entries  # type: ignore[union-attr]  # it has one
    assert entry.pain_now == 3
    assert {one.exercise: (one.done, one.effort) for one in entry.done} == {
        "ex_bridge_seed": ("yes", 5), "ex_bird_dog": ("part", None)}  # fmt: skip


@pytest.mark.parametrize("before", [True, "unsure"])
def test_an_alarm_is_not_taken_back_by_the_way(
    before: Any, person: Person, knowledge: Knowledge
) -> None:
    add(person, knowledge, {"answers": {"saddle_numbness": before}})
    add(person, knowledge, {"answers": {"saddle_numbness": False}}, at=noon() + SOON)
    assert DiaryEntry.objects.get().data["answers"] == {"saddle_numbness": before}
    examined = {"answers": {"saddle_numbness": False}, "examined": True}
    add(person, knowledge, examined, at=noon() + 2 * SOON)
    assert DiaryEntry.objects.get().data["answers"] == {"saddle_numbness": False}


def test_another_persons_message_is_neither_read_nor_changed(knowledge: Knowledge) -> None:
    mine, other, client = made(knowledge), made(knowledge), uuid.uuid4()
    add(mine, knowledge, {"pain_now": 4}, client=client)
    with pytest.raises(CaseError, match="another record"):
        add(other, knowledge, {"pain_now": 9}, client=client)
    assert DiaryEntry.objects.get().data["pain_now"] == 4


def test_the_database_itself_keeps_one_entry_a_day(person: Person, knowledge: Knowledge) -> None:
    row = add(person, knowledge, {"pain_now": 4})
    twin = DiaryEntry(episode=row.episode, client=uuid.uuid4(), day=row.day, at=noon(), offset=0)
    twin.data = {}
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(
    ("pain", "days", "says"),
    [
        (11, 0, "from 0 to 10"),
        ("4; DROP", 0, "not a number"),
        (4, 3, "in the future"),
        (4, -9, "before the plan"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    pain: Any, days: int, says: str, person: Person, knowledge: Knowledge
) -> None:
    day = today() + datetime.timedelta(days=days)
    with pytest.raises(CaseError, match=says):
        add(person, knowledge, {"pain_now": pain}, day=day)
    assert not DiaryEntry.objects.exists()


def test_a_day_is_the_local_one(person: Person, knowledge: Knowledge) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=-8))
    evening = datetime.datetime.combine(
        today() - datetime.timedelta(days=1), datetime.time(22), zone
    )
    row = add(person, knowledge, {"pain_now": 4}, at=evening)
    assert (row.day, row.offset) == (evening.date(), -480)


# --- programmes -------------------------------------------------------------------------------


def test_a_new_programme_is_taken_once(person: Person, knowledge: Knowledge) -> None:
    _, programme = programme_of(episode_of(person))
    assert programme
    later = msgspec.structs.replace(programme, week=1)
    for _ in range(2):
        assert save_programme(person=person, programme=later, replaces=1, knowledge=knowledge) == 2
    assert programme_of(episode_of(person)) == (2, later)
    assert ProgrammeVersion.objects.count() == 2


def test_a_second_click_on_agree_makes_no_second_person(knowledge: Knowledge) -> None:
    episode = uuid.uuid4()
    assert made(knowledge, episode_id=episode) == made(knowledge, episode_id=episode)
    assert (Person.objects.count(), Episode.objects.count()) == (1, 1)


def test_a_new_check_begins_a_new_episode_of_the_same_person(
    person: Person, knowledge: Knowledge
) -> None:
    add(person, knowledge, {"pain_now": 4})
    made(knowledge, person=person)
    assert diary_of(episode_of(person), knowledge) is None
    assert sorted(len(e["diary"]) for e in export(person=person)["episodes"]) == [0, 1]


@pytest.mark.parametrize("had_a_record", [False, True])
def test_signing_in_keeps_what_was_kept_before(
    had_a_record: bool, knowledge: Knowledge, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("somebody")
    own = made(knowledge, user=user) if had_a_record else None
    person = made(knowledge)
    add(person, knowledge, {"pain_now": 4})
    owner = claim(person=person, user=user)
    assert (owner.user_id, Person.objects.count()) == (user.pk, 1)
    assert own is None or owner == own
    assert diary_of(episode_of(owner), knowledge) is not None
    stranger = django_user_model.objects.create_user("stranger")
    with pytest.raises(PermissionError):
        claim(person=owner, user=stranger)


# --- export, delete, time ---------------------------------------------------------------------


def test_everything_is_exported(person: Person, knowledge: Knowledge) -> None:
    add(person, knowledge, {"pain_now": 4, "note": "stairs"})
    taken = msgspec.json.decode(msgspec.json.encode(export(person=person)))
    (episode,) = taken["episodes"]
    assert episode["diary"][0]["note"] == "stairs" and "sent" not in episode["diary"][0]
    assert {o["finding"] for o in episode["observations"]} == set(findings())
    assert episode["programmes"][0]["programme"]["chosen"]
    assert [event["what"] for event in taken["audit"]] == ["begun", "exported"]


def test_everything_is_deleted_and_only_of_this_person(knowledge: Knowledge) -> None:
    gone, stays = made(knowledge), made(knowledge)
    for one in (gone, stays):
        add(one, knowledge, {"pain_now": 4})
        add_score(person=one, client=uuid.uuid4(), at=noon(), day=today(), measure="nprs", values=5,
                  knowledge=knowledge)  # fmt: skip
        Reminder.objects.create(person=one, due=noon(), payload=seal({}))
    delete(person=gone)
    for model in apps.get_app_config("sacra").get_models():
        owners = {"Person": "pk", "Grant": "person", "Episode": "person", "AuditEvent": "person",
                  "Reminder": "person"}  # fmt: skip
        owner = owners.get(model.__name__, "episode__person")
        assert set(model._default_manager.values_list(owner, flat=True)) <= {stays.pk}
    with pytest.raises(Person.DoesNotExist):
        add_entry(person=Person(pk=gone.pk or uuid.uuid4()), client=uuid.uuid4(), at=noon(),
                  entry={"pain_now": 1}, knowledge=knowledge)  # fmt: skip


def test_a_year_after_the_last_entry_it_is_gone(person: Person, knowledge: Knowledge) -> None:
    add(person, knowledge, {"pain_now": 4})
    forget_expired(today() + KEPT)
    assert Person.objects.exists()
    forget_expired(today() + KEPT + datetime.timedelta(days=1))
    assert not Person.objects.exists()


# --- in the browser ---------------------------------------------------------------------------


def test_nothing_is_stored_before_consent(browser: Client) -> None:
    seat(browser)
    for url in ("/result/", "/plan/", "/session/", "/keep/", "/diary/", "/progress/"):
        browser.get(url)
    for sent in ({}, {"agree": "yes"}, {"token": "forged", "agree": "yes"},
                 {"token": token_of(browser)}):  # fmt: skip
        assert browser.post("/keep/", sent).status_code == 422
    browser.post("/session/", {"client": str(uuid.uuid4()), "during": "3"})
    assert not Person.objects.exists()


def test_agreeing_twice_is_one_person_with_a_cookie_of_a_year(browser: Client) -> None:
    token = token_of(seat(browser))
    for _ in range(2):
        browser.post("/keep/", {"token": token, "agree": "yes"})
    assert Person.objects.count() == 1
    cookie = browser.cookies[whose.COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (31_536_000, True, "Lax")


def test_a_forged_or_foreign_cookie_opens_nothing(browser: Client) -> None:
    person = keep(browser)
    stranger = Client(headers={"host": "localhost"})
    for value in (str(person.pk), f"{person.pk}:AAA:BBB", "x" * 3000):
        stranger.cookies[whose.COOKIE] = value
        assert stranger.get("/diary/").headers["Location"] == "/"
        assert stranger.get("/keep/take/sacra.json").headers["Location"] == "/"


def test_an_emergency_or_a_child_is_not_asked_to_keep_a_diary(browser: Client) -> None:
    assert seat(browser, "cauda_equina").get("/keep/").headers["Location"] == "/now/"
    assert seat(browser, "teenager_tennis").get("/keep/").headers["Location"] == "/result/"


def test_the_diary_comes_out_as_a_table_that_reads_back(
    browser: Client, knowledge: Knowledge
) -> None:
    keep(browser, days_ago=2)
    write(
        browser, day=day(-1), pain_now="4", worse="no", note="=1+1", **{"done-ex_bird_dog": "yes"}
    )
    write(browser, day=day(), pain_now="5", **{"done-ex_bird_dog": "part", "effort": "4"})
    raw = browser.get("/keep/take/diary.csv").content
    diary = read_diary(read_table_text(raw, "csv"), knowledge, today=today())
    assert [e.pain_now for e in diary.entries] == [4, 5]
    assert diary.entries[1].done[0].effort == 4
    assert diary.entries[0].note == "'=1+1"
    assert b"duration_weeks" in browser.get("/keep/take/answers.csv").content
    assert browser.get("/keep/take/other.zip").status_code == 404


def test_delete_asks_once_more_and_then_leaves_nothing(browser: Client) -> None:
    keep(browser)
    assert "cannot be brought back" in browser.post("/keep/delete/").content.decode()
    assert Person.objects.exists()
    answer = browser.post("/keep/delete/", {"sure": "yes"})
    assert not Person.objects.exists()
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert browser.get("/diary/").headers["Location"] == "/"


# --- the other database -----------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes writers in turn")
@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_entry(knowledge: Knowledge) -> None:
    person = made(knowledge)

    def tab(number: int) -> None:
        add(person, knowledge, {"pain_now": number})
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tab, range(8)))
    (row,) = DiaryEntry.objects.all()
    assert len(row.data["sent"]) == 8
