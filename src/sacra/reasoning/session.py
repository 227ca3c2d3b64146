"""One guided session, second by second: get ready, move, hold, rest, change sides.

The seconds are those by which the programme was fitted into the person's minutes
(`dose.bout_seconds`), so what the player counts down is what the plan promised.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import ExerciseDose
from sacra.reasoning.standing import Chosen, Programme
from sacra.rules.language import Rule
from sacra.rules.readings import decide

Doing = Literal["ready", "go", "lift", "hold", "lower", "repeat", "rest"]


class SessionStep(msgspec.Struct, frozen=True, gc=False):
    """One thing to do for so many seconds.

    `go` lasts by time; `lift`, `hold`, `lower` are one repetition; `repeat` is a whole set of
    `reps` without a hold. `side` is the one that works: `left`, `right`, `one`, `other` or none.
    """

    exercise: str
    doing: Doing
    seconds: float
    set: int = 1
    sets: int = 1
    rep: int = 1
    reps: int = 1
    side: str = ""


def day_of(programme: Programme, today: datetime.date) -> int:
    """The day of the programme's week, 1 to 7; day 1 while it has no start."""
    return 1 + ((today - programme.started).days % 7 if programme.started else 0)


def session_steps(
    programme: Programme, day: int, slot: str, knowledge: Knowledge
) -> tuple[SessionStep, ...]:
    """The steps of one session; empty on a rest day. Pure.

    Args:
        programme: the one in force.
        day: of its week, 1 to 7, as in `programme.days`.
        slot: `when` of a session of that day, such as `morning`.
        knowledge: the policy `programme`: seconds of a movement and to get into place.
    """
    by_name = {one.exercise: one for one in programme.chosen}
    sessions = programme.days[day - 1].sessions
    names = [name for one in sessions if one.when == slot for name in one.exercises]
    policy = knowledge.policy("programme")
    return tuple(step for name in names for step in _bout(by_name[name], policy))


def stop_lines(knowledge: Knowledge) -> tuple[int, ...]:
    """For each whole pain before an exercise, 0 to 10, the pain during it that stops it.

    By the rule that would take the exercise down a level; 11 where no pain does.
    """
    rule = knowledge.progression["too_much_pain"].when
    return tuple(
        next((p for p in range(11) if _too_much(rule, before, p)), 11) for before in range(11)
    )


def _too_much(rule: Rule, before: int, during: int) -> bool:
    said = {
        "diary_pain_before": before,
        "diary_pain_during": during,
        "diary_rise_during": during - before,
    }
    return decide(rule, said) is True


def _bout(chosen: Chosen, policy: dict[str, float]) -> Iterator[SessionStep]:
    """Getting into place, then the dose; one side rests while the other works."""
    name, dose = chosen.exercise, chosen.dose
    yield SessionStep(name, "ready", policy["seconds_to_set_up"])
    if dose.minutes is not None:
        yield SessionStep(name, "go", round(60 * dose.minutes))
        return
    sides = _sides(chosen)
    rounds = _rounds(dose)
    for number, (at_set, reps) in enumerate(rounds):
        if number and dose.rest_s:
            yield SessionStep(name, "rest", dose.rest_s, set=at_set, sets=dose.sets)
        for side in sides:
            for rep in reps if dose.hold_s else reps[:1]:
                yield from _movement(name, dose, at_set, rep, side, policy["seconds_a_movement"])


def _rounds(dose: ExerciseDose) -> list[tuple[int, range]]:
    """What is done between two rests: a set, or where there is one set of holds, each hold."""
    if dose.sets == 1 and dose.hold_s:
        return [(1, range(rep, rep + 1)) for rep in range(1, dose.reps + 1)]
    return [(number, range(1, dose.reps + 1)) for number in range(1, dose.sets + 1)]


def _movement(
    name: str, dose: ExerciseDose, at_set: int, rep: int, side: str, seconds: float
) -> Iterator[SessionStep]:
    """One held repetition in three steps, or a whole set of those without a hold."""
    if not dose.hold_s:
        whole = dose.reps * seconds
        yield SessionStep(name, "repeat", whole, at_set, dose.sets, 1, dose.reps, side)
        return
    parts: list[tuple[Doing, float]] = [
        ("lift", seconds / 2), ("hold", dose.hold_s), ("lower", seconds / 2)
    ]  # fmt: skip
    for doing, lasting in parts:
        yield SessionStep(name, doing, lasting, at_set, dose.sets, rep, dose.reps, side)


_OTHER = {"left": "right", "right": "left", "one": "other"}


def _sides(chosen: Chosen) -> tuple[str, ...]:
    """Which side works first, and which then."""
    if not chosen.each_side:
        return ("",)
    first = chosen.first_side if chosen.first_side in _OTHER else "one"
    return first, _OTHER[first]
