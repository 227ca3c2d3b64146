"""What no scenario or measurement may ask: names that nobody knows, numbers out of all reason.

Each refusal is one sentence: where, what, and the nearest that can be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from sacra.joint.population import Trait, traits_of
from sacra.joint.wording import problem_of
from sacra.kb.errors import CaseError, nearest
from sacra.kb.schema_joint import Anatomy, Comparison, Measurement, Scenario

WEIGHTS: Final = (250.0, 5000.0)
"""N; lighter is a weight in kg, or a child, of whom the model knows nothing."""
PHASES: Final = 20
"""Each is solved and kept for everybody."""
FIXABLE: Final = (
    "cartilage_poisson", "symphysis_poisson", "l5_stiffness", "ligament_rupture", "leg_weight",
)  # fmt: skip
"""Facts that are the same for all, and that a scenario may change."""
_AT_MOST: Final = {"weight_above_s1": 1.0, "leg_weight": 1.0, "pregnancy_laxity": 10.0}
_MAY_BE_NONE: Final = ("preload_", "friction", "ridge_height", "longer_leg_shift")
_ANGLE, _AWAY, _TIMES = 90.0, 200.0, 100.0
"""Degrees, mm from the usual place, and times the usual value: more is a slip of units."""


def shaped(scenario: Scenario) -> Scenario:
    """The scenario, with structs in place of mappings: Python lets anything into a struct.

    Raises:
        CaseError: a key or value is not one of a scenario.
    """
    data = msgspec.to_builtins(scenario)
    try:
        return msgspec.convert(data, Scenario)
    except msgspec.ValidationError as problem:
        raise CaseError("the scenario", problem_of(data, Scenario, problem)) from None


def refuse_impossible(scenario: Scenario, anatomy: Mapping[str, Anatomy]) -> None:
    """Raise a CaseError if a number of the scenario cannot be, or a trait is not one."""
    _weight(scenario.body_weight)
    _together(scenario)
    if scenario.seed < 0:
        raise CaseError("seed", f"is {scenario.seed}; give a whole number from 0 on")
    if scenario.belt:
        refuse_phase("belt.phase", scenario.belt.phase)
    for number, load in enumerate(scenario.loads, 1):
        refuse_phase(f"load {number}, phase", load.phase)
    drawn = {trait.name: trait for trait in traits_of(anatomy)} if scenario.traits else {}
    for name, value in scenario.traits.items():
        _trait(name, value, drawn, anatomy)


def _together(scenario: Scenario) -> None:
    """What does not go with what."""
    if scenario.pregnant and scenario.sex == "male":
        raise CaseError("pregnant", "goes with `sex: female`")
    if "pregnancy_laxity" in scenario.traits and not scenario.pregnant:
        raise CaseError("traits.pregnancy_laxity", "is read with `pregnant: true` alone")
    if scenario.path and scenario.bond not in (0.0, {}):
        raise CaseError("bond", "goes without `path`: what is grown together does not slip")


def refuse_phase(where: str, phase: int) -> None:
    """Raise a CaseError unless it is a phase."""
    if not 1 <= phase <= PHASES:
        raise CaseError(where, f"is {phase}; phases count from 1 to {PHASES}")


def _weight(weight: float) -> None:
    low, high = WEIGHTS
    if not low <= weight <= high:
        kg = (
            f"; is that kg? {weight:g} kg weigh {9.81 * weight:.0f} N" if 20 <= weight < low else ""
        )
        raise CaseError("body_weight", f"is {weight:g} N; give {low:g} to {high:,.0f} N{kg}")


def _trait(
    name: str, value: float, drawn: Mapping[str, Trait], anatomy: Mapping[str, Anatomy]
) -> None:
    if name.startswith("muscle_"):
        raise CaseError(f"traits.{name}", "is no trait; give its share of force in `muscles`")
    if name not in drawn and name not in FIXABLE:
        known = (*drawn, *FIXABLE)
        raise CaseError("traits", f"unknown trait `{name}`{nearest(name, known)}")
    fact = drawn[name].fact if name in drawn else anatomy[name]
    if wrong := _beyond(name, value, fact):
        raise CaseError(f"traits.{name}", f"is {value:g}{_unit(fact)}; {wrong}")


def _beyond(name: str, value: float, fact: Anatomy) -> str:
    """What to give instead, or nothing if the value can be."""
    unit, usual = _unit(fact), max(fact.value, fact.high or 0.0)
    either = name != fact.id or (fact.unit == "mm" and (fact.low or 0) < 0)
    signed = _ANGLE if fact.unit == "deg" else _AWAY if either else None
    if signed:
        return "" if abs(value) <= signed else f"give {-signed:g} to {signed:g}{unit}"
    if name.endswith("_poisson"):
        return "" if 0 <= value < 0.5 else "give 0 to less than 0.5"
    if name in _AT_MOST:
        most = _AT_MOST[name]
        return "" if 0 < value <= most else f"give more than 0, to {most:g}"
    none = name.startswith(_MAY_BE_NONE)
    if math.isfinite(value) and (value > 0 or (none and value == 0)):
        most = _TIMES * usual
        return "" if value <= most else f"the usual is {usual:g}{unit}; is the unit right?"
    return f"give {'0' if none else 'more than 0'}{unit}{' or more' if none else ''}"


def _unit(fact: Anatomy) -> str:
    return "" if fact.unit == "1" else f" {fact.unit}"


_NEEDS: Final = {
    "value": ("value", "spread"), "factor": ("value", "factor"), "range": ("low", "high"),
    "below": ("value",), "sign": (), "order": (),
}  # fmt: skip
"""The numbers without which a comparison of a kind says nothing."""


def refuse_unclear(one: Measurement) -> None:
    """Raise a CaseError if a measurement cannot be held against the model, or says nothing."""
    if not one.runs and (one.compare or not one.misfit):
        raise CaseError("runs", "are missing; give one, or say in `misfit` why there is none")
    if one.runs and not one.compare:
        raise CaseError("compare", "is empty; say what of the runs is held against what")
    for name, run in one.runs.items():
        if (run.people, run.seed) != (Scenario().people, Scenario().seed):
            raise CaseError(f"run {name}", "has `people` or `seed`; all runs take the same people")
    for number, comparison in enumerate(one.compare, 1):
        _numbers(f"compare {number}", comparison)
        _runs(f"compare {number}", comparison, one)


def _numbers(where: str, one: Comparison) -> None:
    for key in _NEEDS[one.kind]:
        if getattr(one, key) is None:
            raise CaseError(where, f"is of kind `{one.kind}` and needs `{key}`")
    least = 2 if one.kind == "order" else 1
    if len(one.of) < least:
        raise CaseError(where, f"is of kind `{one.kind}` and needs {least} in `of`")
    if not 0 <= one.quantile <= 1:
        raise CaseError(where, f"`quantile` is {one.quantile:g}; give a share from 0 to 1")
    if one.kind == "range" and one.low is not None and one.high is not None and one.low > one.high:
        raise CaseError(where, f"`low` is {one.low:g}, above `high`, {one.high:g}")
    if one.kind == "factor" and one.factor is not None and one.factor <= 1:
        raise CaseError(where, f"`factor` is {one.factor:g}; give more than 1")


def _runs(where: str, comparison: Comparison, one: Measurement) -> None:
    for term in comparison.of:
        if term.size and not term.minus:
            raise CaseError(where, "asks for the size of a difference and needs `minus`")
        for run in (term.run, *filter(None, (term.minus, term.over))):
            if run not in one.runs:
                raise CaseError(where, f"unknown run `{run}`{nearest(run, one.runs)}")
