"""What is read from a pelvis in balance: motion, load, and how near a ligament is to its limit.

Motion is that of the sacrum in the frame of a hip bone, less that of the settled, unloaded
pelvis. Forces are whole: they hold what ligaments pulled before any load.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.layout import BASE, LEFT, OTHER, RIGHT, SACRUM, Array, Pelves, Whole
from sacra.kb.errors import CaseError, nearest

FLOOR = {"deg": 0.71, "mm": 0.47}
"""What radiostereometry can tell from nothing in people (Kibsgard 2012)."""
HIPS = {"right": RIGHT, "left": LEFT}


class Solved(NamedTuple):
    """Some people in balance; `ok` says who found one, the others hold no meaning."""

    pelves: Pelves
    places: Array  # [P, phases + 1, 3, 3]
    turns: Array  # [P, phases + 1, 3, 3, 3]
    anchors: Array  # [P, C, 3]
    ok: np.ndarray  # [P]
    loads: Array
    body: Whole
    point: Array  # [P, 3]
    points: dict[str, Array]
    slope: Array  # [P]: rad by which the axes of motion lean forward
    failure: Array  # [P]


def measure(solved: Solved, want: Collection[str] = ()) -> dict[str, Array]:
    """Every quantity by name, [P] each, or those wanted, and how near a ligament is to failing.

    Raises:
        CaseError: a quantity that is wanted is not one.
    """
    found: dict[str, Array] = {}
    for side, hip in HIPS.items():
        found |= _motion(solved, side, hip)
    found["turn_difference"] = np.abs(found["turn_right"] - found["turn_left"])
    ligaments, drawn = _ligaments(solved)
    contacts, pressed = _contacts(solved)
    sheared = _tissue(solved)
    found |= ligaments | contacts | _symphysis(solved) | _work(solved)
    for pair, side in enumerate(HIPS):
        whole = drawn[:, pair] + pressed[:, pair] + sheared[:, pair]
        found[f"load_{side}"] = np.linalg.norm(whole, axis=1)
    found |= {f"{name}_apart": _apart(solved, name) for name in ("asis", "psis")}
    return _wanted(found, want) if want else found


def _wanted(found: dict[str, Array], want: Collection[str]) -> dict[str, Array]:
    for name in want:
        if name not in found:
            raise CaseError("want", f"unknown quantity `{name}`{nearest(name, found)}")
    return {name: found[name] for name in (*want, "failure")}


def rotation_vectors(turns: Array) -> Array:
    """[..., 3] rotation vectors of matrices that turn by less than half a circle."""
    trace = np.trace(turns, axis1=-2, axis2=-1)
    angle = np.arccos(np.clip((trace - 1) / 2, -1, 1))
    skew = np.stack(
        [turns[..., 2, 1] - turns[..., 1, 2], turns[..., 0, 2] - turns[..., 2, 0],
         turns[..., 1, 0] - turns[..., 0, 1]], -1,
    )  # fmt: skip
    size = np.linalg.norm(skew, axis=-1)
    factor = np.where(size > 1e-12, angle / np.where(size > 1e-12, size, 1.0), 0.5)
    return np.asarray(factor[..., None] * skew)


def _relative(
    solved: Solved, phase: int, base: int, other: int, point: Array
) -> tuple[Array, Array]:
    """Rotation of one bone, and place of a point of it, in the frame of another."""
    back = np.swapaxes(solved.turns[:, phase, base], 1, 2)
    turned = back @ solved.turns[:, phase, other]
    ref = solved.pelves.reference
    moved = np.einsum(
        "pij,pj->pi", back, solved.places[:, phase, other] - solved.places[:, phase, base]
    )
    return turned, moved + np.einsum("pij,pj->pi", turned, point - ref[:, other])


def _motion(solved: Solved, side: str, hip: int) -> dict[str, Array]:
    last = solved.turns.shape[1] - 1
    before, y0 = _relative(solved, 0, hip, SACRUM, solved.point)
    after, y1 = _relative(solved, last, hip, SACRUM, solved.point)
    straight = np.degrees(rotation_vectors(after @ np.swapaxes(before, 1, 2)))
    turn, move = (_along(vector, solved.slope) for vector in (straight, y1 - y0))
    found = {f"nutation_{side}": -turn[:, 2]}
    found[f"turn_off_z_{side}"] = np.degrees(
        np.arctan2(np.hypot(turn[:, 0], turn[:, 1]), np.abs(turn[:, 2]))
    )
    found |= _centre(y1 - y0, np.radians(straight[:, 2]), side)
    found |= {f"turn_{axis}_{side}": turn[:, i] for i, axis in enumerate("xyz")}
    found[f"turn_{side}"] = np.linalg.norm(turn, axis=1)
    found |= {f"move_{axis}_{side}": move[:, i] for i, axis in enumerate("xyz")}
    found[f"move_{side}"] = np.linalg.norm(move, axis=1)
    return found


def _along(vector: Array, slope: Array) -> Array:
    """A vector told along axes that lean forward by an angle."""
    c, s = np.cos(slope), np.sin(slope)
    return np.stack([c * vector[:, 0] - s * vector[:, 1], s * vector[:, 0] + c * vector[:, 1],
                     vector[:, 2]], -1)  # fmt: skip


def _centre(move: Array, turn: Array, side: str) -> dict[str, Array]:
    """Where the sacrum turns about in the sagittal plane, beside the point that is told, in mm."""
    turn = np.where(np.abs(turn) < 1e-9, np.nan, turn)
    return {f"centre_x_{side}": -move[:, 1] / turn, f"centre_y_{side}": move[:, 0] / turn}


def _apart(solved: Solved, name: str) -> Array:
    """Mm by which two points of the hip bones, right and left, have gone apart sideways."""
    last, ref = solved.turns.shape[1] - 1, solved.pelves.reference
    ends = []
    for side, hip in HIPS.items():
        arm = solved.points[f"{name}_{side}"] - ref[:, hip]
        turned = solved.turns[:, last, hip] - solved.turns[:, 0, hip]
        moved = solved.places[:, last, hip] - solved.places[:, 0, hip]
        ends.append((moved + np.einsum("pij,pj->pi", turned, arm))[:, 2])
    return np.asarray(ends[0] - ends[1])


def _each(solved: Solved, points: Array, pair: Whole, phase: int) -> Array:
    """Points of the other body of each pair in the frame of its base, [P, N, 3]."""
    x, r, ref = solved.places[:, phase], solved.turns[:, phase], solved.pelves.reference
    back = np.swapaxes(r[:, BASE], 2, 3)
    turned = back @ r[:, OTHER]
    apart = np.einsum("pnij,pnj->pni", back, x[:, OTHER] - x[:, BASE]) + ref[:, BASE]
    arm = np.einsum("pnij,pnj->pni", turned[:, pair], points - ref[:, OTHER[pair]])
    return np.asarray(apart[:, pair] + arm)


def _ligaments(solved: Solved) -> tuple[dict[str, Array], Array]:
    """Pull of each ligament in N, its largest strain in %, and the nearest to failing.

    A muscle at work between two bones has a pull alone. Then the force of all of them across each
    joint, in the frame of its hip bone, [P, 2, 3].
    """
    pelves, last = solved.pelves, solved.turns.shape[1] - 1
    y = _each(solved, pelves.fibres[..., at.FIBRE_OTHER], pelves.fibre_pair, last)
    count, fibres = y.shape[:2]
    flat = pelves.fibres.reshape(-1, at.FIBRE_WIDTH)
    force, _, pull = plain.fibre_forces(flat, y.reshape(-1, 3))
    force, pull = force.reshape(count, fibres, 3), pull.reshape(count, fibres)
    length = np.linalg.norm(y - pelves.fibres[..., at.FIBRE_BASE], axis=2)
    passive = (pelves.fibres[..., at.STIFFNESS] > 0) & (pelves.fibres[..., at.ACTIVE] == 0)
    strain = np.where(passive, np.maximum(length / pelves.fibres[..., at.SLACK] - 1, 0), 0.0)
    active = set(np.array(pelves.ligament)[pelves.fibres[0, :, at.ACTIVE] == 1])
    sides, found = ("_right", "_left", ""), {}
    own: dict[tuple[str, int], list[int]] = {}
    for i, key in enumerate(zip(pelves.ligament, pelves.fibre_pair.tolist(), strict=True)):
        own.setdefault(key, []).append(i)
    for (name, pair), rows in own.items():
        found[f"pull_{name}{sides[pair]}"] = pull[:, rows].sum(axis=1)
        if name not in active:
            found[f"strain_{name}{sides[pair]}"] = 100 * strain[:, rows].max(axis=1)
    found["failure"] = strain.max(axis=1) / solved.failure
    return found, _by_joint(force, pelves.fibre_pair)


def _by_joint(force: Array, pair: Whole) -> Array:
    """Forces [P, N, 3] summed over those of each joint, [P, 2, 3]."""
    return np.stack([force[:, pair == joint].sum(axis=1) for joint in (0, 1)], 1)


def _contacts(solved: Solved) -> tuple[dict[str, Array], Array]:
    """Push on each joint's surfaces in N, and shear: their whole force along its mean plane.

    Shear is friction and what the flanks of ridge and twist hold, as where a joint is a plane in
    publications. Then the force of surface and friction together, [P, 2, 3].
    """
    pelves, last = solved.pelves, solved.turns.shape[1] - 1
    y = _each(solved, pelves.contacts[..., at.POINT], pelves.contact_pair, last)
    count, points = y.shape[:2]
    flat = pelves.contacts.reshape(-1, at.CONTACT_WIDTH)
    force, _, push, _ = plain.contact_forces(
        flat, y.reshape(-1, 3), solved.anchors.reshape(-1, 3), True
    )
    push = push.reshape(count, points)
    whole = _by_joint(force.reshape(count, points, 3), pelves.contact_pair)
    found = {}
    for pair, side in enumerate(HIPS):
        own = pelves.contact_pair == pair
        found[f"push_{side}"] = push[:, own].sum(axis=1)
        normal = pelves.contacts[:, own, at.SLOPE].mean(axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        across = np.einsum("pi,pi->p", whole[:, pair], normal)[:, None] * normal
        found[f"shear_{side}"] = np.linalg.norm(whole[:, pair] - across, axis=1)
    return found, whole


def _tissue(solved: Solved) -> Array:
    """Force of the tissue behind each joint, in the frame of its hip bone, [P, 2, 3]."""
    pelves, last = solved.pelves, solved.turns.shape[1] - 1
    place = pelves.springs[..., :3]
    moved = _each(solved, place, pelves.spring_pair, last) - place
    return _by_joint(-pelves.springs[..., 3:] * moved, pelves.spring_pair)


def _symphysis(solved: Solved) -> dict[str, Array]:
    """Force across the symphysis (apart is more than none), its gap, and its upward step."""
    pelves, last = solved.pelves, solved.turns.shape[1] - 1
    own = pelves.spring_pair == 2
    springs, pair = pelves.springs[:, own], pelves.spring_pair[own]
    moved = _each(solved, springs[..., :3], pair, last) - springs[..., :3]
    before = _each(solved, springs[..., :3], pair, 0) - springs[..., :3]
    force = 2 * (springs[..., 3:] * moved).sum(axis=1)
    step = (moved - before).mean(axis=1)
    gap = -step[:, 2]
    return {
        "symphysis_pull": -force[:, 2],
        "symphysis_shear": np.hypot(force[:, 0], force[:, 1]),
        "symphysis_gap": gap,
        "symphysis_step": step[:, 1],
    }


def _work(solved: Solved) -> dict[str, Array]:
    """Work of the loads over the phases, in J: force and moment times motion, by their means."""
    loads, body, ref = solved.loads, solved.body, solved.pelves.reference
    arm = loads[:, 0, :, :3] - ref[:, body]
    total = np.zeros(len(ref))
    before = np.zeros_like(loads[:, 0])
    for phase in range(loads.shape[1]):
        r0, r1 = solved.turns[:, phase], solved.turns[:, phase + 1]
        turned = np.einsum("plij,plj->pli", r1[:, body] - r0[:, body], arm)
        moved = solved.places[:, phase + 1][:, body] - solved.places[:, phase][:, body] + turned
        spin = rotation_vectors(r1 @ np.swapaxes(r0, 2, 3))[:, body]
        mean = (before + loads[:, phase]) / 2
        total += (mean[..., 3:6] * moved + mean[..., 6:9] * spin).sum(axis=(1, 2))
        before = loads[:, phase]
    return {"work": total / 1000}
