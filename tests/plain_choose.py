"""The choice of a programme, tried out in full: slow, plain, and the judge of the fast one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from sacra.reasoning.choose import Limits, Option

Worth = tuple[int, int, int, int, int]


def worth(taken: Sequence[int], options: Sequence[Option], limits: Limits) -> Worth:
    """What a choice comes to: smaller is better, the first number counts first."""
    some = [options[i] for i in taken]
    met = {need for option in some for need in option.meets}
    return (
        -sum(2 ** (limits.needs - 1 - need) for need in met),
        -sum(option.exercise in limits.keep for option in some),
        sum(option.cost for option in some),
        sum(taken),
        sum(place**2 for place in taken),
    )


def allowed(taken: Sequence[int], options: Sequence[Option], limits: Limits) -> bool:
    """Whether a choice keeps to every limit."""
    some = [options[i] for i in taken]
    names = [option.exercise for option in some]
    a_day = [sum(option.seconds[day] for option in some) for day in range(7)]
    return (
        len(names) == len(set(names)) <= limits.most
        and max(a_day, default=0) <= limits.seconds
        and sum(option.new for option in some) <= limits.most_new
    )


def best(options: Sequence[Option], limits: Limits) -> Worth:
    """The least of all that is allowed."""
    every = (
        taken
        for size in range(min(limits.most, len(options)) + 1)
        for taken in itertools.combinations(range(len(options)), size)
    )
    return min(worth(t, options, limits) for t in every if allowed(t, options, limits))
