"""Weeks with nothing written down: how things are is not known, and steps start lower."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.diary import Diary
from sacra.reasoning.gap import Gap, gap_in, lowered
from sacra.reasoning.review import Review
from sacra.reasoning.standing import Programme, Standing
from tests.programme.test_review import START, day, person, review

FEW = {"silent_days": 14, "start_over_days": 28, "look_again_days": 7}


def on(number: int) -> datetime.date:
    return START + datetime.timedelta(days=number)


def at_level_three() -> Programme:
    """As the person had climbed in the first three weeks."""
    _, _, programme = person()
    chosen = tuple(
        msgspec.structs.replace(one, standing=Standing(level=min(3, one.top), since=on(14)))
        for one in programme.chosen
    )
    return msgspec.structs.replace(programme, started=START, chosen=chosen)


def after(days: int, knowledge: Knowledge, *more: int, falls: bool = True) -> Review:
    """Three weeks of pain that goes from 7 to 2, and then nothing for so many days."""
    pain = [round(7 - n / 4) if falls else 7 for n in range(21)]
    entries = [day(n, pain_now=p, function=9) for n, p in enumerate(pain)]
    entries += [day(20 + n, pain_now=2) for n in more]
    diary = Diary(tuple(entries), START)
    return review(diary, knowledge, programme=at_level_three(), today=on(20 + days))


def levels(found: Review) -> set[int]:
    assert found.next_programme
    before = at_level_three().standings  # what is new begins at the first level anyway
    chosen = [one for one in found.next_programme.chosen if one.exercise in before]
    return {one.standing.level for one in chosen if before[one.exercise].level == 3}


def test_a_short_gap_says_nothing(knowledge: Knowledge) -> None:
    found = after(13, knowledge)
    assert (found.status, found.gap) == ("on_track", None)
    assert levels(found) == {3}


@pytest.mark.parametrize(("days", "level"), [(14, 2), (27, 2), (28, 1), (365, 1)])
def test_a_gap_is_not_known_and_starts_lower(days: int, level: int, knowledge: Knowledge) -> None:
    found = after(days, knowledge)
    assert found.status == "silent" and found.recheck_due
    assert found.gap and (found.gap.last, found.gap.weeks) == (on(20), days // 7)
    assert levels(found) == {level}
    assert found.review_in_days <= 7


def test_old_good_news_is_not_told_and_old_bad_news_is(knowledge: Knowledge) -> None:
    assert "step_down" in {step.rule for step in after(13, knowledge).care}
    assert "step_down" not in {step.rule for step in after(60, knowledge).care}
    assert "to_physiotherapist" in {step.rule for step in after(60, knowledge, falls=False).care}


def test_the_first_week_back_starts_lower_and_no_gap_counts_twice(knowledge: Knowledge) -> None:
    back = after(61, knowledge, 60)
    assert back.gap and back.gap.ended == on(80) and back.gap.lower
    assert back.status != "silent" and levels(back) == {1}
    assert after(68, knowledge, 60, 67).gap is None  # what is done since then speaks for itself
    taken = {"x": Standing(level=2, since=on(40))}
    assert lowered(taken, Gap(on(20), 8), on(80), FEW) == taken


def test_a_pause_leads_less_far_up_after_a_gap() -> None:
    paused = {"x": Standing(level=1, since=on(10), back_to=3)}
    short, long = (lowered(paused, Gap(on(10), n), on(60), FEW)["x"] for n in (2, 5))
    assert (short.level, short.back_to, long.level, long.back_to) == (1, 2, 1, 0)


def test_the_gap_is_the_last_one() -> None:
    diary = Diary((day(0), day(30), day(60), day(61)), START)
    found: dict[int, Any] = {n: gap_in(diary, on(n), FEW) for n in (0, 29, 31, 62, 75, 68)}
    assert found[0] is None and found[68] is None
    assert found[29] == Gap(on(0), 4)
    assert found[31] == Gap(on(0), 4, on(30))
    assert found[62] == Gap(on(30), 4, on(60))
    assert found[75] == Gap(on(61), 2)
