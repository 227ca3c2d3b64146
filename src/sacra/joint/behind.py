"""Which figures of a posture a published measurement stands behind.

Its motion, where that was measured in people; and what a number in `measurements/` names that was
measured in people or on specimens, and not worked out by another model.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sacra.joint.points import POINTS
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Measurement, Scenario

NUMERIC = ("value", "factor", "range", "below")
"""Kinds of comparison with a number; the others are of signs and orders."""
_MEASURED = ("in_vivo", "cadaver", "mixed")
_MOTION = ("nutation", "turn", "move")
NO_MOTION = ("turn_off_z", "centre")
"""Where and about what it turns, which is no matter of how far."""
_DIFFERENCE = "turn_difference"
"""How sides differ: nobody measured that in a posture."""
_TOLD = (
    "name", "posture", "body_weight", "sex", "points", "point", "axes", "people", "seed", "want",
)  # fmt: skip
"""The keys of a scenario that say in whom, and what is told, and change nothing that was done."""


def is_measured(scenario: Scenario, knowledge: Knowledge) -> bool:
    """Whether motion was measured in people who did just this: a posture, and nothing changed."""
    posture = knowledge.postures.get(scenario.posture)
    alone = Scenario(**{key: getattr(scenario, key) for key in _TOLD})
    return posture is not None and posture.measured and scenario == alone


def has_measurement(quantity: str, scenario: Scenario, knowledge: Knowledge) -> bool:
    """Whether this quantity was measured in what was done; left and right count alike."""
    if not is_measured(scenario, knowledge):
        return False
    if quantity.startswith("move") and scenario.point not in POINTS:
        return False
    motion = quantity.startswith(_MOTION) and not quantity.startswith((*NO_MOTION, _DIFFERENCE))
    return motion or _unsided(quantity) in _named(scenario.posture, knowledge)


def _unsided(name: str) -> str:
    return name.replace("left", "right")


@lru_cache(maxsize=64)
def _named(posture: str, knowledge: Knowledge) -> frozenset[str]:
    found: Mapping[str, Measurement] = knowledge.measurements
    return frozenset(
        _unsided(term.quantity)
        for one in found.values() if one.kind in _MEASURED
        for comparison in one.compare if comparison.kind in NUMERIC
        for term in comparison.of
        if _unsided(one.runs[term.run].posture) == _unsided(posture)
        and is_measured(one.runs[term.run], knowledge)
    )  # fmt: skip
