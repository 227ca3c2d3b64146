"""Which figures of a posture a published measurement stands behind.

Its motion, where that was measured in people; and what a number in `measurements/` names that was
measured in people or on specimens, and not worked out by another model.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Measurement, Posture

NUMERIC = ("value", "factor", "range", "below")
"""Kinds of comparison with a number; the others are of signs and orders."""
_MEASURED = ("in_vivo", "cadaver", "mixed")
_MOTION = ("nutation", "turn", "move", "centre")


def has_measurement(quantity: str, posture: Posture | None, knowledge: Knowledge) -> bool:
    """Whether a quantity was measured in this posture; left and right count alike."""
    if posture is None or not posture.measured:
        return False
    return quantity.startswith(_MOTION) or _unsided(quantity) in _named(posture.id, knowledge)


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
    )  # fmt: skip
