"""Calibration: what the published measurements say about the traits that nobody has measured.

Half of the variance of each prior is taken as real difference between people, and half as our
ignorance of their middle (a working value). Only the ignorance is updated: an ensemble of middles
goes through every numeric measurement, and an ensemble smoother with repeated assimilation moves
it (ES-MDA; Emerick and Reynolds 2013, doi 10.1016/j.cageo.2012.03.011). Each study keeps an error
of its own as large as its spread, so that no single one is fitted closely.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from sacra.joint.behind import NUMERIC
from sacra.joint.layout import Array
from sacra.joint.population import IGNORANCE, draw_scores, traits_of
from sacra.joint.solver import values_of
from sacra.joint.validate import predicted
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Comparison, Measurement

_ROUNDS, _MEMBERS, _SEED = 4, 300, 11
_INFLUENTIAL = 0.25
"""Rank correlation with a measured quantity from which a trait is calibrated."""


class Posterior(msgspec.Struct, frozen=True, gc=False):
    """Where the middle of some traits lies, in scores of their priors, and how sure that is."""

    traits: tuple[str, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    influence: dict[str, float]
    targets: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    published: tuple[float, ...]


class _Target(msgspec.Struct, frozen=True, gc=False):
    name: str
    one: Measurement
    comparison: Comparison
    value: float
    error: float
    one_sided: bool


def calibrate(measurements: Mapping[str, Measurement], knowledge: Knowledge) -> Posterior:
    """Move the ignorance of the influential traits to where the measurements want it."""
    targets = _targets(measurements)
    traits = [trait.name for trait in traits_of(knowledge.anatomy)]
    everyone = draw_scores(_MEMBERS, traits_of(knowledge.anatomy), _SEED) * np.sqrt(IGNORANCE)
    first = _outcomes(everyone, targets, knowledge)
    influence = _influence(everyone, first)
    chosen = [i for i in np.argsort(-influence) if influence[i] >= _INFLUENTIAL]
    members = np.zeros_like(everyone)
    members[:, chosen] = everyone[:, chosen]
    rng = np.random.default_rng(_SEED)
    before = outcomes = _outcomes(members, targets, knowledge)
    for _ in range(_ROUNDS):
        members[:, chosen] = _moved(members[:, chosen], outcomes, targets, rng)
        outcomes = _outcomes(members, targets, knowledge)
    found = members[:, chosen]
    return Posterior(
        traits=tuple(traits[i] for i in chosen),
        mean=tuple(np.round(found.mean(axis=0), 3).tolist()),
        covariance=tuple(tuple(row) for row in np.round(np.cov(found.T), 4).tolist()),
        influence={traits[i]: round(float(influence[i]), 2) for i in chosen},
        targets=tuple(target.name for target in targets),
        before=tuple(np.round(np.median(before, axis=0), 2).tolist()),
        after=tuple(np.round(np.median(outcomes, axis=0), 2).tolist()),
        published=tuple(target.value for target in targets),
    )


def _targets(measurements: Mapping[str, Measurement]) -> list[_Target]:
    found = []
    for one in measurements.values():
        for comparison in one.compare:
            if comparison.kind in NUMERIC and (target := _target(one, comparison)):
                found.append(target)
    return found


def _target(one: Measurement, comparison: Comparison) -> _Target | None:
    name = f"{one.id}: {comparison.label or one.quantity}"
    value = comparison.value
    if value is None:
        return None
    if comparison.kind == "value" and comparison.spread:
        return _Target(name, one, comparison, value, comparison.spread, False)
    if comparison.kind == "factor" and comparison.factor:
        return _Target(name, one, comparison, value, value * np.log(comparison.factor), False)
    return _Target(name, one, comparison, value, value / 4, True)


def _outcomes(scores: Array, targets: list[_Target], knowledge: Knowledge) -> Array:
    """[members, targets]; where a member finds no balance, the middle of the others."""
    columns = []
    done: dict[str, dict[str, dict[str, Array]]] = {}
    for target in targets:
        if target.one.id not in done:
            solved = {n: values_of(run, knowledge, scores) for n, run in target.one.runs.items()}
            for values, ok in solved.values():
                for value in values.values():
                    value[~ok] = np.nan
            done[target.one.id] = {n: values for n, (values, _) in solved.items()}
        column = predicted(target.comparison.of[0], done[target.one.id])
        columns.append(np.where(np.isfinite(column), column, np.nanmedian(column)))
    return np.stack(columns, 1)


def _influence(scores: Array, outcomes: Array) -> Array:
    """The largest rank correlation of each trait with any outcome, by its size."""
    ranks = [np.argsort(np.argsort(part, axis=0), axis=0) for part in (scores, outcomes)]
    together = np.corrcoef(ranks[0].T, ranks[1].T)
    return np.asarray(np.abs(together[: scores.shape[1], scores.shape[1] :]).max(axis=1))


def _moved(
    members: Array, outcomes: Array, targets: list[_Target], rng: np.random.Generator
) -> Array:
    """One assimilation: members move as their outcomes go with the misfit."""
    value = np.array([target.value for target in targets])
    error = np.array([target.error for target in targets]) * np.sqrt(_ROUNDS)
    misfit = value + error * rng.standard_normal(outcomes.shape) - outcomes
    one_sided = np.array([target.one_sided for target in targets])
    misfit = np.where(one_sided & (outcomes <= value), 0.0, misfit)
    scaled = (outcomes - outcomes.mean(axis=0)) / error
    centred = members - members.mean(axis=0)
    count = len(members) - 1
    gain = (centred.T @ scaled / count) @ np.linalg.inv(
        scaled.T @ scaled / count + np.eye(len(targets))
    )
    return np.asarray(members + (misfit / error) @ gain.T)
