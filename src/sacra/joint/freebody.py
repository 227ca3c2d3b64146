"""Who carries what: every force on each bone of the middle person, and that they add up to none."""

from __future__ import annotations

import msgspec
import numpy as np

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.layout import BASE, BODIES, OTHER, Array, Whole
from sacra.joint.quantities import Solved, measure
from sacra.joint.setting import Pull
from sacra.joint.solver import Solver, middle
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Scenario

_JOINTS = ("right joint", "left joint", "symphysis", "symphysis")
_LIGAMENTS = {
    "asl": "anterior ligament", "isl": "interosseous ligament", "spsl": "short posterior ligament",
    "lpsl": "long posterior ligament", "st": "sacrotuberous ligament",
    "ss": "sacrospinous ligament", "il": "iliolumbar ligament",
    "pubic_upper": "pubic ligament, upper", "pubic_lower": "pubic ligament, lower",
}  # fmt: skip


class Force(msgspec.Struct, frozen=True, gc=False):
    """What one thing does to one bone: force in N, and moment about its S1 or hip centre in N m."""

    bone: str
    by: str
    force: tuple[float, float, float]
    moment: tuple[float, float, float]


class FreeBody(msgspec.Struct, frozen=True, gc=False):
    """All forces, the supports among them; `rest` is what is left over in N, and should be none.

    `failure` is how near a ligament is to the strain at which it begins to fail: from 1 on it is
    stretched beyond what the model can describe.
    """

    forces: tuple[Force, ...]
    rest: float
    failure: float


def free_body(scenario: Scenario, knowledge: Knowledge) -> FreeBody:
    """The free-body table of the middle person under the last phase of a scenario.

    Raises:
        CaseError: the scenario is impossible, or has no balance.
    """
    return forces_on(*middle(scenario, knowledge))


def forces_on(solver: Solver, solved: Solved) -> FreeBody:
    """The free-body table of the first of some people in balance."""
    rows = _Rows(solved)
    rows.joints()
    rows.loads(solver.setting.pulls)
    free = solver.setting.free
    left = rows.total - free @ np.linalg.lstsq(free, rows.total, rcond=None)[0]
    for body in range(len(BODIES)):
        rows.add(body, "support", -left[6 * body : 6 * body + 6], hide=1e-6)
    over = rows.total.reshape(6, 3) / np.tile([[1.0], [at.LEVER]], (3, 1))
    failure = float(measure(solved, ("failure",))["failure"][0])
    return FreeBody(rows.forces(), float(np.abs(over).max()), failure)


class _Rows:
    """Forces gathered by what makes them."""

    def __init__(self, solved: Solved) -> None:
        self.solved = solved
        self.x, self.r = solved.places[0, -1], solved.turns[0, -1]
        self.ref = solved.pelves.reference[0]
        self.total = np.zeros(at.COORDINATES)
        self._found: dict[tuple[int, str], Array] = {}

    def add(self, body: int, by: str, six: Array, hide: float = 0.0) -> None:
        """Note one force and moment; six numbers, N and N mm."""
        if np.abs(six).max() <= hide:
            return
        self.total[6 * body : 6 * body + 6] += six
        self._found[body, by] = self._found.get((body, by), np.zeros(6)) + six

    def forces(self) -> tuple[Force, ...]:
        """What each thing does to each bone, all its lines and halves together."""
        found = []
        for (body, by), six in self._found.items():
            force, moment = np.round(six[:3], 2).tolist(), np.round(six[3:] / 1000, 2).tolist()
            found.append(Force(BODIES[body], by, tuple(force), tuple(moment)))
        return tuple(found)

    def joints(self) -> None:
        """Ligaments, contact and the disc."""
        pelves = self.solved.pelves
        fibres, contacts, springs = pelves.fibres[0], pelves.contacts[0], pelves.springs[0]
        y, arm = self._placed(fibres[:, at.FIBRE_OTHER], pelves.fibre_pair)
        force = plain.fibre_forces(fibres, y)[0]
        for name in dict.fromkeys(pelves.ligament):
            for pair in range(3):
                own = (np.array(pelves.ligament) == name) & (pelves.fibre_pair == pair)
                self._pair(pair, _LIGAMENTS.get(name, name.replace("_", " ")), force[own], arm[own])
        y, arm = self._placed(contacts[:, at.POINT], pelves.contact_pair)
        whole, _, _, shear = plain.contact_forces(contacts, y, self.solved.anchors[0], True)
        for pair in (0, 1):
            own = pelves.contact_pair == pair
            self._pair(pair, "push of the surfaces", (whole - shear)[own], arm[own])
            self._pair(pair, "friction", shear[own], arm[own])
        y, arm = self._placed(springs[:, :3], pelves.spring_pair)
        force = -springs[:, 3:] * (y - springs[:, :3])
        for pair in range(4):
            own = pelves.spring_pair == pair
            by = "disc" if pair > 1 else "interosseous tissue"
            self._pair(pair, by, force[own], arm[own])

    def _placed(self, points: Array, pair: Whole) -> tuple[Array, Array]:
        return plain.placed(points, pair, self.x, self.r, self.ref)

    def _pair(self, pair: int, by: str, force: Array, arm: Array) -> None:
        if not len(force) or np.abs(force).max() == 0:
            return
        b, o = int(BASE[pair]), int(OTHER[pair])
        f = force @ self.r[b].T
        at_o = arm @ self.r[b].T
        name = f"{by}, {_JOINTS[pair]}"
        self.add(o, name, np.concatenate([f.sum(0), np.cross(at_o, f).sum(0)]))
        at_b = at_o + self.x[o] - self.x[b]
        self.add(b, name, -np.concatenate([f.sum(0), np.cross(at_b, f).sum(0)]))

    def loads(self, pulls: tuple[Pull, ...]) -> None:
        """What the scenario puts on the bones, by its point; a muscle by its name."""
        told = [_told(pull) for pull in pulls]
        rows = zip(self.solved.loads[0, -1], self.solved.body, told or ["load"], strict=True)
        for row, body, by in rows:
            arm = self.r[body] @ (row[:3] - self.ref[body])
            moment = np.cross(arm, row[3:6]) + row[6:9]
            self.add(int(body), by, np.concatenate([row[3:6], moment]))


def _told(pull: Pull) -> str:
    if pull.axes == "fibre":
        return f"{pull.name.replace('_', ' ')}, {'right' if pull.sign > 0 else 'left'}"
    return "belt" if pull.name == "belt" else f"load at {pull.at}"
