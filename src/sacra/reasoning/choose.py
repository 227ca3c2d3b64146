"""The exact small optimisation behind a programme: which options to take, nothing clinical.

Lexicographic, each aim fixed before the next is looked at: meet the needs, the first ones first;
drop as little of last week as possible; then the lowest cost; then the options that come first in
their list. All numbers are whole, so that "fixed" is exact. ``tests/`` holds a plain
version that tries every combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Option(NamedTuple):
    """One way to do one exercise.

    `seconds` a day of the week, [7]; `meets` the needs it meets, by their place in `Limits.needs`.
    """

    exercise: str
    seconds: tuple[int, ...]
    meets: frozenset[int]
    cost: int
    new: bool


class Limits(NamedTuple):
    """What a choice must keep to: seconds a day, how many in all, how many new; `needs` to meet."""

    seconds: int
    most: int
    most_new: int
    needs: int
    keep: frozenset[str]


Array = NDArray[np.float64]


def choose(options: Sequence[Option], limits: Limits) -> tuple[int, ...]:
    """The places of the options to take, ascending; empty when none fits.

    Raises:
        RuntimeError: the solver gave up, which no programme of this size makes it do.
    """
    places = _undominated(options, limits)
    some = [options[i] for i in places]
    aims = _aims(some, places, limits) if some else []
    return tuple(places[i] for i in _search(some, aims, limits))


def needs_met(options: Sequence[Option], limits: Limits) -> frozenset[int]:
    """The needs that the best choice meets, without choosing between equals."""
    places = _undominated(options, limits)
    some = [options[i] for i in places]
    aims = _aims(some, places, limits)[:-2] if some else []
    taken = _search(some, aims, limits)
    return frozenset[int]().union(*(some[i].meets for i in taken))


def _search(options: Sequence[Option], aims: Sequence[Array], limits: Limits) -> list[int]:
    if not options:
        return []
    rows, upper = _constraints(options, limits)
    found: Array = np.zeros(len(options) + limits.needs)
    for aim in aims:
        found = _solve(aim, rows, upper)
        best = np.rint(aim @ found)
        rows, upper = [*rows, aim], [*upper, float(best)]  # no later aim may give this up
    taken: list[int] = np.flatnonzero(found[: len(options)] > 0.5).tolist()
    return taken


def _undominated(options: Sequence[Option], limits: Limits) -> list[int]:
    """Without those that another option outdoes in every way: no best choice needs them.

    An exercise of last week's programme is outdone by another way to do it, and by nothing else.
    """
    always: dict[str, frozenset[int]] = {}  # what every way to do an exercise meets
    for option in options:
        always[option.exercise] = always.get(option.exercise, option.meets) & option.meets
    return [
        i
        for i, option in enumerate(options)
        if not any(
            (other.cost, j) < (option.cost, i)
            and _outdoes(other, option, always[other.exercise], limits.keep)
            for j, other in enumerate(options)
        )
    ]


def _outdoes(one: Option, other: Option, always: frozenset[int], keep: frozenset[str]) -> bool:
    """Whether taking one in place of the other loses nothing, whatever else is taken.

    As an exercise is taken once, another exercise must meet the needs in every way it can be done.
    """
    same = one.exercise == other.exercise
    return (
        (same or other.exercise not in keep)
        and (one.meets if same else always) >= other.meets
        and one.new <= other.new
        and all(a <= b for a, b in zip(one.seconds, other.seconds, strict=True))
    )


def _aims(options: Sequence[Option], places: Sequence[int], limits: Limits) -> list[Array]:
    """What to make as small as possible, one after the other, over (options, needs met).

    Needs go in groups, so that no weight comes near what the solver rounds. Places count by their
    sum and then by their squares, which no two choices of two share.
    """
    none, no_needs, many = [0.0] * len(options), [0.0] * limits.needs, limits.most + 1
    groups = [range(n, min(n + _GROUP, limits.needs)) for n in range(0, limits.needs, _GROUP)]
    aims = [
        none + [-many * 2.0 ** (g[-1] - n) * (n in g) for n in range(limits.needs)] for g in groups
    ] or [none]
    kept = [-1.0 * (option.exercise in limits.keep) for option in options]
    aims[-1] = [*kept, *aims[-1][len(options) :]]  # fewer than `many`: they never outweigh a need
    aims.append([float(option.cost) for option in options] + no_needs)
    far = many * (1 + max(places)) ** 2
    aims.append([float(place * far + place**2) for place in places] + no_needs)
    return [np.array(aim) for aim in aims]


_GROUP = 12


def _constraints(options: Sequence[Option], limits: Limits) -> tuple[list[Array], list[float]]:
    """Rows and upper bounds: each exercise once, seconds a day, counts, and what a need takes."""
    names = sorted({option.exercise for option in options})
    rows = [[float(o.exercise == name) for o in options] for name in names]
    rows += [[float(o.seconds[day]) for o in options] for day in range(7)]
    rows += [[1.0] * len(options), [float(o.new) for o in options]]
    upper = [1.0] * len(names) + [float(limits.seconds)] * 7
    upper += [float(limits.most), float(limits.most_new)]
    padded = [np.array(row + [0.0] * limits.needs) for row in rows]
    for need in range(limits.needs):
        unit = [float(n == need) for n in range(limits.needs)]
        padded.append(np.array([-float(need in o.meets) for o in options] + unit))
    return padded, [*upper, *([0.0] * limits.needs)]


def _solve(aim: Array, rows: Sequence[Array], upper: Sequence[float]) -> Array:
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, rarely needed

    result = milp(
        aim,
        integrality=np.ones(len(aim)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.stack(rows), -np.inf, np.array(upper)),
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        raise RuntimeError(f"the solver of programmes gave up: {result.message}")
    return np.asarray(np.rint(result.x))
