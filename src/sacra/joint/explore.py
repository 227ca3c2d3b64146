"""The same virtual people in two scenarios, for those who ask what a change does.

A difference is taken within each person: what a belt does to one pelvis is far surer than how
two groups of pelves differ.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np

from sacra.joint.layout import SACRUM, Array
from sacra.joint.population import draw_scores
from sacra.joint.quantities import FLOOR, HIPS, Solved, measure
from sacra.joint.result import unit_of
from sacra.joint.solver import Solver
from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Scenario

PEOPLE = 100
SEED = 1
SIDES = ("right", "left")
_DOTS = 20
"""Dots that stand for all: each of them for one person in twenty."""


class Group(NamedTuple):
    """Some people in one scenario: each quantity by name [P], and who found a balance.

    Besides those of `measure`: `slide_right` and `slide_left` (mm by which sacrum and hip bone
    slide at the middle of that joint), `front` (N, the whole load of the symphysis, disc and
    ligaments), `strain` (%, that of the tightest ligament). `tightest` is what most people's
    tightest ligament is.
    """

    values: dict[str, Array]
    ok: np.ndarray
    tightest: str

    @property
    def beyond(self) -> float:
        """The share in whom a ligament is stretched beyond what the model can describe."""
        return float(np.mean(self.values["failure"][self.ok] > 1)) if self.ok.any() else 0.0


class Spread(NamedTuple):
    """Median and 90 % interval, and twenty people in order."""

    low: float
    median: float
    high: float
    dots: tuple[float, ...]


class Change(NamedTuple):
    """A quantity in one scenario, in another, and the difference within each person.

    `more` and `less` are the shares of people in whom it grows or falls; `floor` says that the
    difference is too small to be measured in people.
    """

    quantity: str
    unit: str
    here: Spread
    there: Spread
    by: Spread
    percent: Spread
    more: float
    less: float
    floor: bool

    @property
    def way(self) -> str:
        """What holds in four people of five: `more`, `less`, `same`, or none of them: `mixed`."""
        if max(abs(self.by.low), abs(self.by.high)) < _FINE[self.unit]:
            return "same"
        if max(self.more, self.less) >= _SURE:
            return "more" if self.more > self.less else "less"
        return "same" if 1 - self.more - self.less >= _SURE else "mixed"

    @property
    def of_100(self) -> tuple[int, int]:
        """In how many of 100 people it is more, and less."""
        return round(100 * self.more), round(100 * self.less)

    @property
    def size(self) -> tuple[float, float, float]:
        """The difference told in its own way, least, typical and most: less by 3 is 3."""
        low, median, high = self.by[:3]
        if median < 0:
            low, median, high = -high, -median, -low
        return (low if self.crosses else max(low, 0.0), median, high)

    @property
    def ends(self) -> tuple[float, float]:
        """How large both ends of the interval of the difference are."""
        return abs(self.by.low), abs(self.by.high)

    @property
    def crosses(self) -> bool:
        """Whether the interval of the difference holds both more and less."""
        fine = _FINE[self.unit]
        return self.by.low < -fine and self.by.high > fine


_SURE = 0.8
_SAME = 0.005
"""A change by less than this share is none."""
_FINE = {"deg": 0.05, "mm": 0.05, "N": 0.5, "%": 0.05}
"""Smaller differences round to nothing on a page."""


def group_in(scenario: Scenario, knowledge: Knowledge, *, alone: bool = False) -> Group:
    """The same hundred people in any scenario, or with `alone` the middle person, solved plainly.

    Kept, so that asking again costs nothing.
    """
    asked = msgspec.structs.replace(scenario, name="", people=PEOPLE, seed=SEED, want=())
    return _group(msgspec.json.encode(asked), knowledge, alone)


@lru_cache(maxsize=256)
def _group(encoded: bytes, knowledge: Knowledge, alone: bool) -> Group:
    solver = Solver(msgspec.json.decode(encoded, type=Scenario), knowledge)
    if alone:
        scores = solver.middle()
    else:
        scores = draw_scores(PEOPLE, solver.traits, SEED, solver.calibration)
    solved = solver.solve(scores, plainly=alone)
    values = measure(solved)
    values |= {f"slide_{side}": _slide(solved, side) for side in SIDES}
    apart = values["symphysis_pull"] + values["pull_pubic_upper"] + values["pull_pubic_lower"]
    values["front"] = np.hypot(apart, values["symphysis_shear"])
    strains = {name: value for name, value in values.items() if name.startswith("strain_")}
    rows = np.stack(list(strains.values()))
    values["strain"] = rows.max(axis=0)
    found = np.bincount(rows[:, solved.ok].argmax(axis=0), minlength=len(strains)).argmax()
    return Group(values, solved.ok, list(strains)[found].removeprefix("strain_"))


def _slide(solved: Solved, side: str) -> Array:
    """Mm by which the sacrum moves in the hip bone, at the middle of their joint."""
    hip, ref = HIPS[side], solved.pelves.reference
    point = solved.points[f"joint_{side}"]
    ends = []
    for phase in (0, solved.turns.shape[1] - 1):
        r, x = solved.turns[:, phase], solved.places[:, phase]
        at = x[:, SACRUM] + np.einsum("pij,pj->pi", r[:, SACRUM], point - ref[:, SACRUM])
        ends.append(np.einsum("pji,pj->pi", r[:, hip], at - x[:, hip]))
    return np.asarray(np.linalg.norm(ends[1] - ends[0], axis=1))


def spread_of(values: Array) -> Spread:
    """How a quantity differs over people."""
    low, median, high = np.percentile(values, [5, 50, 95])
    dots = np.quantile(values, (np.arange(_DOTS) + 0.5) / _DOTS)
    return Spread(float(low), float(median), float(high), tuple(map(float, dots)))


def change(quantity: str, here: Group, there: Group) -> Change:
    """One quantity of the people who found a balance in both scenarios.

    Raises:
        CaseError: nobody did.
    """
    ok = here.ok & there.ok
    if not ok.any():
        raise CaseError("the scenario", "has no balance in anybody; is the load beyond the joint?")
    mine, other = here.values[quantity][ok], there.values[quantity][ok]
    by = mine - other
    least = np.maximum(_SAME * np.abs(other), 1e-9)
    unit = unit_of(quantity)
    share = 100 * by / np.where(np.abs(other) > 1e-9, np.abs(other), np.inf)
    return Change(
        quantity, unit, spread_of(mine), spread_of(other), spread_of(by), spread_of(share),
        float(np.mean(by > least)), float(np.mean(by < -least)),
        unit in FLOOR and abs(float(np.median(by))) < FLOOR[unit],
    )  # fmt: skip
