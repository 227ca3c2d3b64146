"""People: draws of every input of the model, from the priors in ``knowledge/anatomy/``.

A person is a row of standard normal scores, one a *trait*. Each score is turned into a value by
the law of its trait, so that scores can be correlated or calibrated without touching the laws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from sacra.joint.layout import Array
from sacra.kb.schema_joint import Anatomy, Calibration, Sex

_PER_BLOCK = 4
"""Numbers that one count of Philox gives."""
Person = dict[str, Array]
"""Each trait by name, with one value a person, [P]."""

LIGAMENTS = ("asl", "isl", "spsl", "lpsl", "st", "ss", "il")
_AXES = "xyz"


class Trait(NamedTuple):
    """One score of a person, and the fact that gives its law."""

    name: str
    fact: Anatomy


def traits_of(anatomy: Mapping[str, Anatomy]) -> tuple[Trait, ...]:
    """All scores, in one order: facts by name, a point or direction as three of them."""
    found = []
    for name, fact in sorted(anatomy.items()):
        shifts = [f"{name}_{lig}" for lig in LIGAMENTS if name == "fibre_direction"]
        if shifts or fact.point:
            found += [
                Trait(f"{owner}_{axis}", fact) for owner in shifts or [name] for axis in _AXES
            ]
        elif fact.law != "fixed":
            found.append(Trait(name, fact))
    return tuple(found)


IGNORANCE = 0.5
"""The share of a prior's variance that is ignorance of its middle, which measurements can lessen;
the rest is difference between people. A working value."""


def draw_scores(
    count: int,
    traits: tuple[Trait, ...],
    seed: int,
    calibration: Calibration | None = None,
    start: int = 0,
) -> Array:
    """[P, traits] normal scores, moved by a calibration, of the people from number `start` on.

    A person hangs on the seed and their own number alone (a counter-based stream: Salmon 2011,
    doi 10.1145/2063384.2063405), so that people may be drawn in parts of any size.
    """
    key = np.random.SeedSequence(seed).generate_state(2, np.uint64)
    blocks = -(-len(traits) // _PER_BLOCK)
    stream = np.random.Generator(np.random.Philox(key=key).advance(start * blocks))
    even = stream.random((count, blocks * _PER_BLOCK))[:, : len(traits)]
    scores = ndtri(even + 2.0**-54)  # never quite none
    if calibration:
        own = _columns(traits, calibration)
        spread = np.array(calibration.covariance) + (1 - IGNORANCE) * np.eye(len(own))
        scores[:, own] = calibration.mean + scores[:, own] @ np.linalg.cholesky(spread).T
    return np.asarray(scores)


def middle_scores(traits: tuple[Trait, ...], calibration: Calibration | None = None) -> Array:
    """[1, traits]: the scores of the person in the middle."""
    scores = np.zeros((1, len(traits)))
    if calibration:
        scores[:, _columns(traits, calibration)] = calibration.mean
    return scores


def _columns(traits: tuple[Trait, ...], calibration: Calibration) -> list[int]:
    names = [trait.name for trait in traits]
    return [names.index(name) for name in calibration.traits]


def people_of(
    scores: Array, traits: tuple[Trait, ...], anatomy: Mapping[str, Anatomy], sex: Sex
) -> Person:
    """The values behind some scores; incidence and tilt are correlated, and slope follows."""
    scores = _with_correlation(scores, traits, anatomy["incidence_tilt_correlation"].value)
    person = {trait.name: _valued(trait, scores[:, i], sex) for i, trait in enumerate(traits)}
    fixed = {n: f for n, f in anatomy.items() if f.law == "fixed"}
    person |= {n: np.full(len(scores), _middle(f, sex)) for n, f in fixed.items()}
    person["sacral_slope"] = person["pelvic_incidence"] - person["pelvic_tilt"]
    return person


def softened(person: Person, factor: Array) -> Person:
    """Ligaments and disc of some people, [P] times as stiff, and ligaments as tight at rest."""
    names = ("ligament_scale", "symphysis_modulus", *(f"preload_{one}" for one in LIGAMENTS))
    return {name: person[name] * factor for name in names}


def _with_correlation(scores: Array, traits: tuple[Trait, ...], rho: float) -> Array:
    names = [trait.name for trait in traits]
    tilt, incidence = names.index("pelvic_tilt"), names.index("pelvic_incidence")
    scores = scores.copy()
    scores[:, tilt] = rho * scores[:, incidence] + np.sqrt(1 - rho**2) * scores[:, tilt]
    return scores


def _middle(fact: Anatomy, sex: Sex) -> float:
    return fact.women if sex == "female" and fact.women is not None else fact.value


def _valued(trait: Trait, scores: Array, sex: Sex) -> Array:
    fact, middle = trait.fact, _middle(trait.fact, sex)
    if fact.law == "uniform":
        assert fact.low is not None
        assert fact.high is not None
        return np.asarray(fact.low + (fact.high - fact.low) * ndtr(scores))
    if fact.law == "lognormal":
        values = middle * np.exp(fact.spread * scores)
    else:
        values = middle + fact.spread * scores
    return np.asarray(np.clip(values, fact.low, fact.high) if fact.low is not None else values)
