"""What a scenario comes to: every quantity over people, and what to know about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from sacra.joint.behind import NO_MOTION, has_measurement, is_measured
from sacra.joint.layout import BODIES, Array
from sacra.joint.present import present
from sacra.joint.quantities import FLOOR
from sacra.kb.errors import CaseError, nearest
from sacra.kb.schema_joint import Posture

if TYPE_CHECKING:
    from sacra.joint.solver import Solver


class Spread(msgspec.Struct, frozen=True, gc=False):
    """One quantity over people: median and 90 % interval.

    `floor` says that it is too small to be measured in people, `measured` that a published
    measurement of it stands behind this posture.
    """

    quantity: str
    unit: str
    median: float
    low: float
    high: float
    floor: bool
    measured: bool


class Result(msgspec.Struct, frozen=True, gc=False):
    """What a scenario comes to.

    `failed` people found no balance and are left out; `torn` is the share of the rest in whom a
    ligament is stretched beyond the strain at which it begins to fail, where the model is out of
    its range.
    `prediction` says that nobody has measured people who did just this.
    """

    name: str
    sex: str
    people: int
    seed: int
    failed: int
    torn: float
    prediction: bool
    point: str
    spreads: tuple[Spread, ...]
    notes: tuple[str, ...]

    def __getitem__(self, quantity: str) -> Spread:
        """One quantity by name."""
        for spread in self.spreads:
            if spread.quantity == quantity:
                return spread
        near = nearest(quantity, [spread.quantity for spread in self.spreads])
        raise KeyError(f"unknown quantity `{quantity}`{near}")


def result_of(solver: Solver, values: dict[str, Array], count: int, failed: int) -> Result:
    """What some people come to: each quantity [P], of `count` of whom `failed` had no balance.

    Raises:
        CaseError: nobody had one, or a quantity was asked of a bone that hangs on nothing.
    """
    if failed == count:
        raise CaseError("the scenario", "has no balance in anybody; is the load beyond the joint?")
    scenario, posture = solver.scenario, solver.knowledge.postures.get(solver.scenario.posture)
    torn = float(np.mean(values["failure"] > 1))
    values = present(values, solver.setting, scenario.want)
    ends = np.percentile(np.stack(list(values.values())), [5, 50, 95], axis=1)
    spreads = tuple(
        _spread(name, three, measured=has_measurement(name, scenario, solver.knowledge))
        for name, three in zip(values, ends.T, strict=True)
    )
    prediction = not is_measured(scenario, solver.knowledge)
    notes = (
        *_failed(failed, count), *_notes(spreads, torn, prediction), *_left_out(solver),
        *_assumed(posture), *_guessed(solver), *_worked(solver.chosen)
    )  # fmt: skip
    return Result(scenario.name or scenario.posture, scenario.sex, count, scenario.seed, failed,
                  torn, prediction, scenario.point, spreads, notes)  # fmt: skip


def _spread(name: str, ends: Array, *, measured: bool) -> Spread:
    unit, (low, median, high) = unit_of(name), ends
    floor = unit in FLOOR and not name.startswith(NO_MOTION) and abs(median) < FLOOR[unit]
    return Spread(name, unit, float(median), float(low), float(high), bool(floor), measured)


def unit_of(quantity: str) -> str:
    """The unit of a quantity, by its name."""
    if quantity.startswith(("nutation", "turn")):
        return "deg"
    if quantity.startswith(("move", "slide", "centre", "symphysis_gap", "symphysis_step")):
        return "mm"
    if quantity.startswith("strain"):
        return "%"
    if quantity == "failure":
        return "1"
    return "mm" if quantity.endswith("apart") else "J" if quantity == "work" else "N"


def _left_out(solver: Solver) -> Iterator[str]:
    """Which bones no figure is of."""
    for body in sorted(solver.setting.left_out):
        yield f"The {BODIES[body].replace('_', ' ')} hangs on nothing and is left out."


def _assumed(posture: Posture | None) -> Iterator[str]:
    """The mark of a posture's loads goes with what is worked out from them."""
    if posture and posture.mark == "working_value":
        yield "How this posture loads the pelvis is a working value: no study gives it."
    elif posture and posture.mark == "recalled":
        yield "How this posture loads the pelvis is recalled, and was not read again."


_GUESSED = {
    "pregnant": "How much softer ligaments are in pregnancy is a working value: not measured.",
    "shorter_leg": "How far weight moves towards the longer leg is recalled, and its size a guess.",
    "tear": "Over what stretch a ligament tears is a working value.",
}
"""What rests on a guess when a scenario asks for it."""


def _guessed(solver: Solver) -> Iterator[str]:
    asked = {"shorter_leg": solver.setting.longer}  # none if it is shorter by nothing
    for key, told in _GUESSED.items():
        if asked.get(key, getattr(solver.scenario, key)):
            yield told


def _worked(chosen: Mapping[str, float] | None) -> Iterator[str]:
    """Which muscles were chosen, the hardest at work first."""
    if chosen is not None:
        order = sorted(chosen, key=lambda name: -chosen[name])
        said = ", ".join(f"{name.replace('_', ' ')} {chosen[name]:.1%}" for name in order)
        yield f"Muscles of least effort, in shares of their greatest force: {said or 'none'}."


def _failed(failed: int, count: int) -> Iterator[str]:
    if failed:
        yield f"{failed:,} of {count:,} people found no balance: no figure here is of them."


def _notes(spreads: tuple[Spread, ...], torn: float, prediction: bool) -> Iterator[str]:
    if torn > 0:
        share = f"{torn:.0%}" if torn >= 0.01 else "fewer than 1%"
        yield f"In {share} of those in balance a ligament is stretched until it begins to fail."
    if prediction:
        yield "A prediction: no published measurement in people stands behind this."
    if any(spread.floor for spread in spreads):
        yield "Marked *: below what can be measured in people (0.7 degrees, 0.5 mm)."
    if not prediction and not all(spread.measured for spread in spreads):
        yield "Marked °: no published measurement stands behind this figure."
