"""How much of an exercise: its dose on each rung of the ladder, and how long that takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import takewhile

import msgspec

from sacra.kb.schema import Exercise, ExerciseDose, Mark, Step

EASIER = 0
"""The level below the ladder: the easier version, when even level 1 is too much."""
_NUMBERS = ExerciseDose.__struct_fields__


class Rung(msgspec.Struct, frozen=True, gc=False):
    """One level of an exercise: what to do, how much, and how well that is known.

    `printed` marks a dose that stands on one of the pages Sacra started from; `becomes` names the
    exercise it turns into, and `equipment` what it takes beyond that of the exercise.
    """

    level: int
    change: str
    dose: ExerciseDose
    printed: bool
    mark: Mark
    becomes: str = ""
    equipment: tuple[str, ...] = ()


def rungs(exercise: Exercise) -> tuple[Rung, ...]:
    """The easier version, then every level from 1 up."""
    return tuple(_climb(exercise))


def _climb(exercise: Exercise) -> Iterator[Rung]:
    dose = ExerciseDose(**{name: getattr(exercise.start, name) for name in _NUMBERS})
    yield Rung(EASIER, exercise.easier, dose, False, exercise.mark)
    for step in exercise.ladder:
        dose = msgspec.structs.replace(dose, **_given(step))
        yield Rung(
            step.level, step.change, dose, step.printed, step.mark, step.becomes, step.equipment
        )


def _given(step: Step) -> dict[str, float]:
    numbers = {name: getattr(step, name) for name in _NUMBERS}
    return {name: value for name, value in numbers.items() if value is not None}


def top_level(
    exercise: Exercise,
    offered: Collection[str],
    equipment: Collection[str],
    minutes: float,
    policy: Mapping[str, float],
) -> int:
    """The highest level before one that this person cannot do.

    A rung may turn into an exercise that is not offered, take what is not at hand, or take longer
    in one bout than there are minutes in a day.
    """

    def possible(rung: Rung) -> bool:
        free = not rung.becomes or rung.becomes in offered
        fits = bout_seconds(exercise, rung.dose, policy) <= 60 * minutes
        return free and fits and set(rung.equipment) <= set(equipment)

    climbed = takewhile(possible, rungs(exercise)[1:])
    return max((rung.level for rung in climbed), default=1)


def bout_seconds(exercise: Exercise, dose: ExerciseDose, policy: Mapping[str, float]) -> int:
    """Seconds that one bout takes, with both sides where it is done side by side.

    Args:
        exercise: whose bout it is.
        dose: of the rung.
        policy: the policy `programme`: seconds for one movement, and to get into place.
    """
    if dose.minutes is not None:
        return round(60 * dose.minutes)
    moving = dose.sets * dose.reps * (dose.hold_s + policy["seconds_a_movement"])
    pauses = dose.sets - 1 if dose.sets > 1 else dose.reps - 1 if dose.hold_s else 0
    sides = 2 if exercise.each_side else 1
    # one side rests while the other works
    return round(policy["seconds_to_set_up"] + sides * moving + pauses * dose.rest_s)


def dose_text(dose: ExerciseDose, *, each_side: bool) -> str:
    """The dose in words: "2 x 8, hold 5 s, each side"."""
    sides = ", each side" if each_side else ""
    if dose.minutes is not None:
        return f"{dose.minutes:g} min{sides}"
    once = "once" if dose.reps == 1 else f"{dose.reps} times"
    times = f"{dose.sets} x {dose.reps}" if dose.sets > 1 else once
    hold = f", hold {dose.hold_s} s" if dose.hold_s else ""
    rest = f", rest {dose.rest_s} s" if dose.rest_s else ""
    return f"{times}{hold}{rest}{sides}"
