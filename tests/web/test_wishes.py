"""Saying yes and no to the plan without scripts: kept in the browser, or in the record."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sacra.kb.load import load_knowledge
from sacra.reasoning.plan import items_of
from sacra.reasoning.wishes import REASONS, Wishes, plain_wishes, read_wishes
from sacra.web.models import Person
from sacra.web.record import add_entry, episode_of, programme_of
from sacra.web.sitting import COOKIE, Sitting
from sacra.web.vault import seal, unseal
from sacra.web.whose import care_of
from tests.day import today
from tests.web.keeping import day, findings, keep, seat, token_of, write
from tests.web.seating import seat as seat_answers

KNOWLEDGE = load_knowledge()
SAID = {
    "pain": "It hurts", "time": "I have no time for it", "floor": "I cannot get down on the floor",
    "thing": "I do not have the thing", "dislike": "I do not want it",
    "advised": "Somebody advised against it", "other": "Another reason",
}  # fmt: skip


def page(browser: Client, url: str = "/plan/") -> str:
    got = browser.get(url)
    assert got.status_code == 200, got.headers
    assert len(got.content) < 100_000
    return html.unescape(got.content.decode())


def exercises(said: str) -> list[str]:
    return re.findall(r'<article class="exercise" id="(\w+)"', said)


def helps(said: str) -> list[str]:
    return re.findall(r'<details class="help" id="(\w+)"', said)


def wish(browser: Client, **said: Any) -> str:
    got = browser.post("/plan/wish/", said)
    assert got.status_code == 302, got.content.decode()
    return str(got.headers["Location"])


def doctor(browser: Client) -> str:
    return page(browser, "/result/print/")


def kept(person: Person) -> Wishes:
    programme = programme_of(episode_of(person))[1]
    assert programme
    return programme.wishes


# --- in the browser ---------------------------------------------------------------------------


def test_yes_is_shown_on_the_plan_and_on_the_doctors_page_and_can_be_taken_back(
    browser: Client,
) -> None:
    seat(browser)
    name = exercises(page(browser))[0]
    assert "You said yes" not in page(browser)
    assert wish(browser, agree=name) == f"/plan/#{name}"
    assert page(browser).count("You said yes") == 1
    assert "Agreed to" in doctor(browser)
    assert KNOWLEDGE.items[name].plain in doctor(browser).partition("Agreed to")[2]
    wish(browser, back=name)
    assert "You said yes" not in page(browser)
    assert "Agreed to" not in doctor(browser)


@pytest.mark.parametrize("why", REASONS)
def test_every_item_of_the_plan_can_be_declined_with_every_reason_that_fits(
    browser: Client, why: str
) -> None:
    seat(browser)
    before = page(browser)
    for name in (exercises(before)[0], helps(before)[3], "nsaid_ibuprofen"):
        offered = page(browser, f"/plan/other/{name}/")
        if f'value="{why}"' not in offered:
            continue
        assert SAID[why] in offered
        assert wish(browser, without=name, said=why) == f"/plan/?said={why}#noted"
        after = page(browser)
        assert name not in (*exercises(after), *helps(after))
        plain = KNOWLEDGE.items[name].plain
        assert f"{plain} (“{SAID[why]}”)" in after
        assert f"{plain}: “{SAID[why]}”" in doctor(browser)
        wish(browser, back=name)
        assert exercises(page(browser)) == exercises(before)
        assert helps(page(browser)) == helps(before)


def test_a_declined_medicine_is_not_spoken_of_again(browser: Client) -> None:
    seat(browser)
    assert 'id="nsaid_ibuprofen"' in page(browser)
    wish(browser, without="nsaid_ibuprofen", said="advised")
    assert 'id="nsaid_ibuprofen"' not in page(browser)


def test_a_medicine_that_needs_agreement_is_answered_with_its_day_and_opens_nothing(
    browser: Client,
) -> None:
    seat(browser, "pregnant_week_12")
    before = page(browser)
    assert 'name="cleared" value="nsaid_ibuprofen"' in before
    assert wish(browser, cleared="nsaid_ibuprofen").endswith("#nsaid_ibuprofen")
    after = page(browser)
    assert "A doctor or pharmacist has agreed: you wrote this down on" in after
    own = after[after.index('id="nsaid_ibuprofen"') : after.index('id="nsaid_naproxen"')]
    assert "Only if a doctor or pharmacist agrees" in own  # the gate stands as it stood
    assert "Yes, I will ask" not in own
    assert not re.search(r"\bmg\b", own)
    stored = unseal(browser.cookies[COOKIE].value.encode(), ttl=60)
    assert stored["wishes"]["cleared"] == {"nsaid_ibuprofen": today().isoformat()}
    printed = page(browser, "/result/print/")
    assert "a doctor or pharmacist has agreed, as the person wrote on" in printed
    wish(browser, back="nsaid_ibuprofen")
    assert 'name="cleared" value="nsaid_ibuprofen"' in page(browser)


def test_a_medicine_that_nobody_agreed_to_is_left_out_with_the_reason(browser: Client) -> None:
    seat(browser, "pregnant_week_12")
    asked = page(browser, "/plan/other/nsaid_ibuprofen/")
    assert "Somebody advised against it" in asked
    wish(browser, cleared="nsaid_ibuprofen")
    wish(browser, without="nsaid_ibuprofen", said="advised")
    after = page(browser)
    assert 'id="nsaid_ibuprofen"' not in after
    assert "you wrote this down on" not in after


@pytest.mark.parametrize("name", ["manual_therapy", "paracetamol", "opioids", "ex_squat", "bend"])
def test_only_a_medicine_that_waits_for_agreement_can_be_agreed_to(
    browser: Client, name: str
) -> None:
    seat(browser, "pregnant_week_12")
    got = browser.post("/plan/wish/", {"cleared": name})
    assert got.status_code == 422
    assert "you wrote this down on" not in page(browser)


@pytest.mark.django_db
def test_what_was_agreed_to_is_in_the_record(browser: Client) -> None:
    person = keep(browser, "pregnant_week_12")
    wish(browser, cleared="nsaid_ibuprofen")
    _, programme = programme_of(episode_of(person))
    assert programme
    assert programme.wishes.cleared == {"nsaid_ibuprofen": today()}


def test_the_choices_of_a_swap_are_named_with_their_gates_and_one_is_taken(
    browser: Client,
) -> None:
    seat(browser)
    for name in exercises(page(browser)):
        other = page(browser, f"/plan/other/{name}/")
        choices = exercises(other)
        for choice in choices:
            assert f'name="instead" value="{choice}"' in other
            assert KNOWLEDGE.items[choice].plain in other
        wish(browser, without=name, instead=choices[0])
        after = page(browser)
        assert name not in exercises(after)
        assert choices[0] in exercises(after)
        assert f"swapped for {KNOWLEDGE.items[choices[0]].plain}" in after
        wish(browser, back=name)


def test_what_was_swapped_in_can_be_swapped_again_and_the_first_stays_out(
    browser: Client,
) -> None:
    seat(browser)
    first = next(
        n
        for n in exercises(page(browser))
        if len(exercises(page(browser, f"/plan/other/{n}/"))) > 1
    )
    second, third = exercises(page(browser, f"/plan/other/{first}/"))[:2]
    wish(browser, without=first, instead=second)
    assert f'value="{first}"' not in page(browser, f"/plan/other/{second}/")
    wish(browser, without=second, instead=third)
    after = exercises(page(browser))
    assert third in after
    assert not {first, second} & set(after)


@pytest.mark.parametrize(
    "said",
    [
        {"without": "ex_walking_interval", "instead": "ex_bridge_seed"},
        {"without": "ex_walking_interval", "instead": "opioids"},
        {"agree": "opioids"},
        {"agree": "ex_nothing"},
        {"back": "ex_squat"},
        {"instead": "ex_squat"},
        {"shorter": "0"},
        {},
    ],
)
def test_what_cannot_be_chosen_changes_nothing_and_says_so(
    browser: Client, said: dict[str, str]
) -> None:
    seat(browser)
    before = page(browser)
    got = browser.post("/plan/wish/", said)
    assert got.status_code == 422
    assert 'role="alert"' in got.content.decode()
    assert exercises(page(browser)) == exercises(before)


def test_no_time_offers_a_shorter_day(browser: Client) -> None:
    seat(browser)
    name = exercises(page(browser))[0]
    wish(browser, without=name, said="time")
    offered = page(browser, "/plan/?said=time")
    assert 'name="shorter" value="10"' in offered
    assert 'name="shorter" value="15"' not in offered
    wish(browser, shorter="10")
    care = _care(browser)
    assert care.programme.wishes.minutes == 10
    assert care.programme.wishes.reasons == {name: "time"}
    assert all(one.minutes <= 10 for one in care.programme.days)


def test_the_floor_moves_everything_off_the_floor_until_it_is_taken_back(browser: Client) -> None:
    seat_answers(browser)
    lying = [
        name
        for name in items_of(_care(browser).now.plan)
        if name in KNOWLEDGE.exercises
        and not {"sitting", "standing"} & set(KNOWLEDGE.exercises[name].positions)
    ]
    wish(browser, without=lying[0], said="floor")
    for name in exercises(page(browser)):
        assert {"sitting", "standing"} & set(KNOWLEDGE.exercises[name].positions)
    wish(browser, back=lying[0])
    assert _care(browser).programme.wishes == Wishes()


def test_declining_all_of_it_leaves_the_safety_net_and_brings_nothing_in(browser: Client) -> None:
    seat(browser)
    plan, before = _care(browser).now.plan, page(browser)
    names = [*items_of(plan)]
    for i, name in enumerate(names):
        got = browser.post("/plan/wish/", {"without": name, "said": REASONS[i % 7]})
        assert got.status_code in (302, 422)  # a browser keeps only so much
    after, care = page(browser), _care(browser)
    assert plan.safety_net in after
    day_to_look = re.search(r"Look back on [^<]+", before)
    assert day_to_look
    assert day_to_look.group() in after
    assert care.now.plan == plan
    offered = {one.exercise for one in plan.exercises}
    assert {one.exercise for one in care.programme.chosen} <= offered


def test_a_browser_that_is_full_says_so_and_loses_nothing(browser: Client) -> None:
    answers = findings("examined_si_pain_four_of_six")
    browser.cookies[COOKIE] = seal(Sitting(today(), findings=answers)).decode()
    last, *names = reversed(items_of(_care(browser).now.plan))

    def with_reasons(some: list[str]) -> bytes:
        return seal(
            Sitting(today(), findings=answers, wishes={"reasons": dict.fromkeys(some, "dislike")})
        )

    names = [*names, *(name for name in KNOWLEDGE.items if name not in {*names, last})]
    most = max(n for n in range(len(names)) if len(with_reasons(names[:n])) <= 3_900)
    some = dict.fromkeys(names[:most], "dislike")
    assert len(with_reasons([*some, last])) > 3_900
    browser.cookies[COOKIE] = with_reasons([*some]).decode()
    got = browser.post("/plan/wish/", {"without": last, "said": "advised"})
    assert got.status_code == 422
    assert "cannot keep more choices" in got.content.decode()
    assert unseal(browser.cookies[COOKIE].value.encode())["wishes"]["reasons"] == some


def test_only_items_of_the_plan_have_a_page_to_decline_them(browser: Client) -> None:
    seat(browser)
    assert browser.get("/plan/other/opioids/").status_code == 404
    assert browser.get("/plan/other/nothing/").status_code == 404


def test_a_child_and_somebody_in_danger_choose_nothing(browser: Client) -> None:
    seat_answers(browser, age="13", onset_age="13")
    assert browser.post("/plan/wish/", {"agree": "heat"}).headers["Location"] == "/result/"
    seat(browser, saddle_numbness=True)
    assert browser.post("/plan/wish/", {"agree": "heat"}).headers["Location"] == "/now/"


# --- in the record ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_said_before_goes_into_the_record_and_out_with_the_export(
    browser: Client,
) -> None:
    seat(browser)
    name = exercises(page(browser))[0]
    wish(browser, without=name, said="pain")
    wish(browser, agree="heat")
    browser.post("/keep/", {"token": token_of(browser), "agree": "yes"})
    assert kept(Person.objects.get()).reasons == {name: "pain"}
    taken = browser.get("/keep/take/sacra.json").json()
    said = taken["episodes"][-1]["programmes"][-1]["programme"]["wishes"]
    assert (said["reasons"], said["agreed"]) == ({name: "pain"}, ["heat"])


@pytest.mark.django_db
def test_with_a_record_it_is_written_there_also_when_the_check_is_gone(browser: Client) -> None:
    person = keep(browser)
    del browser.cookies[COOKIE]
    name = exercises(page(browser))[0]
    wish(browser, without=name, said="advised")
    wish(browser, agree="sleep_positioning")
    number, programme = programme_of(episode_of(person))
    assert programme
    assert (number, programme.wishes.reasons) == (3, {name: "advised"})
    assert programme.started == today()
    assert COOKIE not in browser.cookies
    assert name not in exercises(page(browser))
    assert f"{KNOWLEDGE.items[name].plain}: “Somebody advised against it”" in doctor(browser)
    taken = browser.get("/keep/take/sacra.json").json()
    assert taken["episodes"][0]["programmes"][-1]["programme"]["wishes"]["reasons"] == {
        name: "advised"
    }
    wish(browser, back=name)
    assert kept(person).reasons == {}


@pytest.mark.django_db
def test_nobody_finds_the_reason_in_the_database(browser: Client) -> None:
    person = keep(browser)
    wish(browser, without=exercises(page(browser))[0], said="advised")
    for version in episode_of(person).programmes.all():
        assert b"advised" not in bytes(version.payload)


@pytest.mark.django_db
def test_a_swap_in_mid_week_keeps_what_was_reached_and_asks_nothing_of_the_days_before(
    browser: Client,
) -> None:
    person = keep(browser, days_ago=3)
    name = exercises(page(browser))[0]
    done = {f"done-{one}": "yes" for one in exercises(page(browser))}
    write(browser, day=day(-1), during="2", effort="3", before="2", **done)
    before = programme_of(episode_of(person))[1]
    choice = exercises(page(browser, f"/plan/other/{name}/"))[0]
    wish(browser, without=name, instead=choice)
    after = programme_of(episode_of(person))[1]
    assert before
    assert after
    assert after.id == before.id
    assert after.standings[choice].added == today()
    stay = {k: v for k, v in before.standings.items() if k in after.standings}
    assert stay
    assert {k: after.standings[k] for k in stay} == stay
    assert after.rested[name].since == today()
    assert "No longer" not in browser.get("/progress/").content.decode()


@pytest.mark.django_db
def test_what_a_new_answer_in_the_diary_holds_is_neither_in_plan_nor_session(
    browser: Client,
) -> None:
    keep(browser)
    loading = [n for n in exercises(page(browser)) if "loading" in KNOWLEDGE.exercises[n].classes]
    assert loading
    write(browser, pain_now="4")
    _answer_in_diary(browser, weight_loss=True)
    after = page(browser)
    assert "You should be seen within five days" in after
    assert not set(loading) & set(exercises(after))
    session = page(browser, "/session/")
    assert not [n for n in loading if KNOWLEDGE.items[n].plain in session]


def _answer_in_diary(browser: Client, **answers: Any) -> None:
    person = Person.objects.latest("created")
    add_entry(person=person, client=uuid.uuid4(), at=timezone.now(), knowledge=KNOWLEDGE,
              entry={"answers": answers})  # fmt: skip


def _care(browser: Client) -> Any:
    request = browser.get("/plan/").wsgi_request
    care = care_of(request, KNOWLEDGE)
    assert care
    return care


# --- short in the cookie ----------------------------------------------------------------------


def test_wishes_are_written_as_short_as_they_can_be_read_back() -> None:
    wishes = Wishes(10, without=("ex_squat", "heat", "ice"), reasons={"heat": "pain"},
                    instead={"ex_squat": "ex_hip_hinge"}, agreed=("walking",))  # fmt: skip
    plain = plain_wishes(wishes)
    assert plain["without"] == ("ice",)
    again = read_wishes(plain, KNOWLEDGE)
    assert set(again.without) == set(wishes.without)
    assert plain_wishes(again) == plain
    assert plain_wishes(Wishes()) == {}
