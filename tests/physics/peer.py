"""The same pelvis in MuJoCo, an engine of other people, where it can say the same.

Ligaments become spatial tendons that pull beyond their slack length and then linearly; the disc
becomes three springs at its centre along the axes of the right hip bone. MuJoCo has no law for a
ligament's toe, no cartilage whose push follows from a gap alone (its contacts yield by a law of
the solver, scaled by inertia), and none for friction held by springs: so both pelves go without.
It knows no statics either: it is stepped, with made-up masses and damping, until it is still.
"""

from __future__ import annotations

import dataclasses

import mujoco  # type: ignore[import-untyped]  # it has no types
import numpy as np

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.anatomy import NEVER
from sacra.joint.layout import BASE, LEFT, OTHER, RIGHT, SACRUM, Array, Pelves, Whole
from sacra.joint.quantities import Solved
from sacra.joint.setting import Setting

NAMES = {SACRUM: "sacrum", RIGHT: "right", LEFT: "left"}
_M, _PER_M = 1e-3, 1e3
_STEP, _MASS, _DAMP, _TURN_DAMP = 1e-3, 100.0, 3e3, 10.0
"""s, kg, N s/m and N m s: made up. No force at rest depends on them; of those tried, these come to
rest soonest (0.5 and 1 ms, 10 to 100 kg, 3 to 40 kN s/m, 10 to 40 N m s)."""
_INERTIA = f'<inertial pos="0 0 0" mass="{_MASS}" diaginertia=".25 .25 .25"/>'
_MOST = 400
"""Rounds of 50 steps until it has to be still."""


_STRAP = 20.0
"""mm from a point of the surface to each end of the strap that stands for it."""
_SAMPLE = 5
"""One point in so many of the surface is kept, with the stiffness of those left out."""


def simple(ready: Solved) -> Solved:
    """These people with what both can say alone, and nothing else.

    Ligaments are linear beyond slack. Each point of a joint surface is a strap from the hip bone,
    inwards of the surface, to the sacrum, outwards of it: it tightens as the surfaces close, and
    is slack when they part. The disc is one spring, read from the right; the tissue behind the
    joints is left out.
    """
    pelves = ready.pelves
    straps, pair = _straps(pelves)
    fibres = np.concatenate([pelves.fibres, straps], 1)
    fibres[..., at.TOE] = 1e-9
    fibres[..., [at.FAILURE, at.RUPTURE]] = NEVER, 2 * NEVER
    fibres[fibres[..., at.ACTIVE] == 1, at.STIFFNESS] = (
        0.0  # a muscle rests while the pelvis settles
    )
    pairs = np.concatenate([pelves.fibre_pair, pair])
    order = np.argsort(pairs, kind="stable")
    names = (*pelves.ligament, *["strap"] * len(pair))
    contacts, springs = pelves.contacts.copy(), pelves.springs.copy()
    contacts[..., at.NORMAL_STIFFNESS :] = 0.0
    disc = pelves.spring_pair == 2
    springs[:, disc, :3] = springs[:, disc, :3].mean(axis=1, keepdims=True)
    springs[:, disc, 3:] *= 2
    springs[:, ~disc, 3:] = 0.0
    bare = dataclasses.replace(
        pelves, fibres=np.ascontiguousarray(fibres[:, order]), fibre_pair=pairs[order],
        ligament=tuple(names[i] for i in order), contacts=contacts, springs=springs,
    )  # fmt: skip
    return ready._replace(pelves=bare)


def _straps(pelves: Pelves) -> tuple[Array, Whole]:
    """[P, N, FIBRE_WIDTH] and the pair of each."""
    points = pelves.contacts[:, ::_SAMPLE]
    normal = points[..., at.SLOPE]  # of length 1, from the hip bone to the sacrum
    rows = np.zeros((*points.shape[:2], at.FIBRE_WIDTH))
    rows[..., at.FIBRE_BASE] = points[..., at.POINT] + _STRAP * normal
    rows[..., at.FIBRE_OTHER] = points[..., at.POINT] - _STRAP * normal
    rows[..., at.STIFFNESS] = points[..., at.NORMAL_STIFFNESS] * _SAMPLE
    rows[..., at.SLACK] = 2 * _STRAP
    return rows, pelves.contact_pair[::_SAMPLE]


class Peer:
    """One person in MuJoCo, with the right hip bone held."""

    def __init__(self, one: Pelves) -> None:
        self.reference = one.reference[0]
        self.model = mujoco.MjModel.from_xml_string(_xml(one))
        self.data = mujoco.MjData(self.model)
        self.body = {b: self.model.body(name).id for b, name in NAMES.items()}
        self.steps = 0

    def rest(self, loads: Array, body: Whole, tolerance: float) -> None:
        """Step until no force is out of balance by more than `tolerance`, in N.

        Args:
            loads: [L, LOAD_WIDTH], each at a point of its body.
            body: [L] the body of each.
            tolerance: in N; moments are weighed by a lever of 50 mm.

        Raises:
            TimeoutError: it is not at rest after 20,000 steps.
        """
        for _ in range(_MOST):
            self._push(loads, body)
            mujoco.mj_step(self.model, self.data, nstep=50)
            self.steps += 50
            self._push(loads, body)
            if self._out_of_balance() < tolerance:
                return
        raise TimeoutError(f"not at rest: {self._out_of_balance():.2e} N")

    def _push(self, loads: Array, body: Whole) -> None:
        """Loads at their points of the bones as these are turned now."""
        self.data.xfrc_applied[:] = 0.0
        for row, b in zip(loads, body, strict=True):
            i = self.body[int(b)]
            arm = self.data.xmat[i].reshape(3, 3) @ (row[:3] - self.reference[b])
            moment = row[6:9] + np.cross(arm, row[3:6])
            self.data.xfrc_applied[i] += [*row[3:6], *(moment * _M)]

    def _out_of_balance(self) -> float:
        """Largest force that is not met, at this pose without any speed."""
        speed = self.data.qvel.copy()
        self.data.qvel[:] = 0.0
        mujoco.mj_forward(self.model, self.data)
        out = self.data.qfrc_smooth.reshape(-1, 6) / [1, 1, 1, *[at.LEVER * _M] * 3]
        self.data.qvel[:] = speed
        return float(np.abs(out).max())

    def pose(self) -> tuple[Array, Array]:
        """Places [3, 3] in mm and rotations [3, 3, 3] of the bones, as `layout` has them."""
        ids = [self.body[b] for b in range(3)]
        turns = self.data.xmat[ids].reshape(3, 3, 3).copy()
        return self.data.xpos[ids] * _PER_M, turns

    def disc(self) -> Array:
        """Force of the disc on the left hip bone in the frame of the right, [3] in N."""
        return np.asarray(-self.model.jnt_stiffness[:3] * self.data.qpos[:3])  # its three slides

    def pulls(self) -> Array:
        """Tension of each fibre, [F] in N."""
        return np.array([self._pull(i) for i in range(self.model.ntendon)])

    def _pull(self, i: int) -> float:
        over = self.data.ten_length[i] - self.model.tendon_lengthspring[i, 1]
        return float(self.model.tendon_stiffness[i] * max(0.0, over))


def peer_of(ready: Solved, setting: Setting, tolerance: float) -> tuple[Solved, Peer]:
    """The first of some people in balance by MuJoCo: settled, stood and loaded, as our own are.

    To stand, the whole pelvis is turned; here the right hip bone stays, and the loads are turned
    the other way.
    """
    peer = Peer(ready.pelves.take(slice(0, 1)))
    loads, body = ready.loads[0, -1], ready.body
    peer.rest(np.zeros((0, at.LOAD_WIDTH)), np.zeros(0, dtype=np.int64), tolerance)
    x0, r0 = peer.pose()
    x1, r1 = plain.stand(x0, r0, peer.reference)
    spun = r1[RIGHT]
    turned = loads.copy()
    turned[:, 3:6], turned[:, 6:9] = loads[:, 3:6] @ spun, loads[:, 6:9] @ spun
    peer.rest(turned, body, tolerance)
    x2, r2 = peer.pose()
    moved = (x2 - x0) @ spun.T + x1
    places, turns = np.stack([x1, moved])[None], np.stack([r1, spun @ r2])[None]
    return ready._replace(places=places, turns=turns, ok=np.array([True])), peer


# --- the model as MuJoCo reads it -------------------------------------------------------------


def _xml(one: Pelves) -> str:
    sites: dict[int, list[str]] = {b: [] for b in NAMES}
    tendons = []
    for i, (row, pair) in enumerate(zip(one.fibres[0], one.fibre_pair, strict=True)):
        for body, end, columns in (
            (int(BASE[pair]), "b", at.FIBRE_BASE), (int(OTHER[pair]), "o", at.FIBRE_OTHER)
        ):  # fmt: skip
            place = row[columns] - one.reference[0, body]
            sites[body].append(f'<site name="{end}{i}" pos="{_told(place)}"/>')
        firm, slack = row[at.STIFFNESS] * _PER_M, row[at.SLACK] * _M
        tendons.append(
            f'<spatial stiffness="{firm}" springlength="0 {slack}">'
            f'<site site="o{i}"/><site site="b{i}"/></spatial>'
        )
    disc = one.springs[0][one.spring_pair == 2]
    at_disc = disc[0, :3] - one.reference[0, LEFT]
    left = "".join(
        f'<joint type="slide" axis="{axis}" stiffness="{k * _PER_M}" damping="{_DAMP}"/>'
        for axis, k in zip(_AXES, disc[:, 3:].sum(axis=0), strict=True)
    )
    free = "".join(f'<joint type="slide" axis="{axis}" damping="{_DAMP}"/>' for axis in _AXES)
    ball = '<joint type="ball" damping="{}" pos="{}"/>'
    between = one.reference[0, LEFT] - one.reference[0, RIGHT]
    return (
        f'<mujoco><option timestep="{_STEP}" gravity="0 0 0" integrator="implicitfast"/><worldbody>'
        f'<body name="right" pos="{_told(one.reference[0, RIGHT])}">{"".join(sites[RIGHT])}'
        f'<body name="left" pos="{_told(between)}">{left}{ball.format(_TURN_DAMP, _told(at_disc))}'
        f"{_INERTIA}{''.join(sites[LEFT])}</body></body>"
        f'<body name="sacrum" pos="{_told(one.reference[0, SACRUM])}">{free}'
        f"{ball.format(_TURN_DAMP, '0 0 0')}{_INERTIA}{''.join(sites[SACRUM])}</body>"
        f"</worldbody><tendon>{''.join(tendons)}</tendon></mujoco>"
    )


_AXES = ("1 0 0", "0 1 0", "0 0 1")


def _told(place: Array) -> str:
    """A place in m, as MuJoCo reads it."""
    return " ".join(repr(float(value) * _M) for value in place)
