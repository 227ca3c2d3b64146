"""Yes and no, on their own: what each changes, what it never changes, and how it is taken back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import assess
from sacra.reasoning.case import read_case
from sacra.reasoning.evaluate import RESERVED
from sacra.reasoning.in_force import same_job, still_open
from sacra.reasoning.plan import Plan
from sacra.reasoning.programme import build_programme
from sacra.reasoning.wishes import REASONS, Wishes, plain_wishes, read_wishes
from sacra.reasoning.wishing import agree, decline, swap, take_back
from tests.conftest import ROOT

KNOWLEDGE = load_knowledge()
TODAY = datetime.date(2026, 11, 25)
ITEMS = st.sampled_from([*KNOWLEDGE.items.values()])
SAYINGS = st.lists(st.tuples(ITEMS, st.sampled_from(["yes", "back", *REASONS])), max_size=12)


def plan_of(**change: Any) -> Plan:
    data = read_file(ROOT / "tests" / "cases" / "own" / "desk_worker_off_work.yaml")
    known = {key: value for key, value in {**data, **change}.items() if key not in RESERVED}
    return assess(read_case(known, KNOWLEDGE), KNOWLEDGE).plan


@given(SAYINGS)
def test_whatever_is_said_can_be_read_back_and_never_says_both(said: list[tuple[Any, Any]]) -> None:
    wishes = Wishes()
    for item, what in said:
        if what == "yes":
            wishes = agree(wishes, item)
        elif what == "back":
            wishes = take_back(wishes, item)
        else:
            wishes = decline(wishes, item, what)
    assert not wishes.wanted & set(wishes.without)
    assert set(wishes.reasons) <= set(wishes.without)
    again = read_wishes(plain_wishes(wishes), KNOWLEDGE)
    assert set(again.without) == set(wishes.without)
    assert (again.reasons, again.agreed) == (wishes.reasons, wishes.agreed)


@pytest.mark.parametrize("why", REASONS)
def test_a_no_taken_back_leaves_nothing_behind(knowledge: Knowledge, why: str) -> None:
    whole = Wishes(equipment=tuple(sorted({*Wishes().equipment, "band"})))
    item = knowledge.exercises["ex_band_side_step"]
    declined = decline(whole, item, why)  # type: ignore[arg-type]  # one of REASONS
    assert declined.without == (item.id,)
    assert take_back(declined, item) == whole


def test_who_has_no_band_gets_no_exercise_that_takes_one(knowledge: Knowledge) -> None:
    item = knowledge.exercises["ex_band_side_step"]
    wishes = decline(Wishes(equipment=(*Wishes().equipment, "band")), item, "thing")
    assert "band" not in wishes.equipment


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"reasons": {"ex_squat": "lazy"}}, "unknown `lazy`"),
        ({"reasons": {"ex_squad": "pain"}}, "did you mean `ex_squat`"),
        ({"reasons": ["ex_squat"]}, "not a list of `item: reasons` lines"),
        ({"instead": {"ex_squat": "heat"}}, "unknown `heat`"),
        ({"agreed": ["heat"], "without": ["heat"]}, "wanted and declined"),
        ({"instead": {"ex_squat": "ex_hip_hinge"}, "without": ["ex_hip_hinge"]}, "wanted and"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    knowledge: Knowledge, data: dict[str, object], said: str
) -> None:
    with pytest.raises(CaseError) as wrong:
        read_wishes(data, knowledge)
    assert said in str(wrong.value)


def test_what_hurts_is_never_proposed_to_be_taken_up_again() -> None:
    wishes = Wishes(without=("ex_squat", "ex_hip_hinge"), reasons={"ex_squat": "pain"})
    loosened = [one.without for one, how in wishes.looser() if how == "the_declined"]
    assert loosened == [("ex_squat",)]
    firm = Wishes(without=("ex_squat",), reasons={"ex_squat": "advised"})
    assert "the_declined" not in [how for _, how in firm.looser()]


def test_a_swap_is_heard_also_in_the_middle_of_the_care(knowledge: Knowledge) -> None:
    plan = plan_of()
    first = build_programme(plan, Wishes(), None, knowledge)
    for one in first.chosen:
        may, not_now = same_job(one.exercise, first, plan, knowledge)
        offered = {offer.exercise for offer in plan.exercises}
        assert set(may) <= offered
        assert not set(may) & set(not_now)
        for name in may:
            old, new = knowledge.exercises[one.exercise], knowledge.exercises[name]
            made = build_programme(plan, swap(Wishes(), old, new), first, knowledge)
            taken = {chosen.exercise for chosen in made.chosen}
            assert one.exercise not in taken
            heard = name in taken
            said = [out for out in made.left_out if out.exercise == name]
            assert heard or said, "what was wanted is in it, or it is said why not"


def test_what_the_plan_no_longer_offers_is_closed_and_its_standing_kept(
    knowledge: Knowledge,
) -> None:
    plan = plan_of()
    programme = build_programme(plan, Wishes(), None, knowledge)
    ill = plan_of(weight_loss=True)
    left = still_open(programme, ill, TODAY)
    offered = {one.exercise for one in ill.exercises}
    assert {one.exercise for one in left.chosen} <= offered
    assert {name for d in left.days for s in d.sessions for name in s.exercises} <= offered
    closed = {one.exercise for one in programme.chosen} - offered
    assert closed
    assert closed <= set(left.rested)
    assert still_open(programme, plan, TODAY) is programme
