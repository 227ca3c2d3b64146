"""The same mechanics as the kernel in plain NumPy, one person at a time: slow, and short.

It judges the kernel, and answers where Numba is not installed.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from sacra.joint.layout import (
    ACTIVE,
    BASE,
    BOND,
    COORDINATES,
    CURVE,
    FAILURE,
    FIBRE_BASE,
    FIBRE_OTHER,
    FRICTION,
    HALVINGS,
    LEFT,
    LEVER,
    MOVE,
    NORMAL_STIFFNESS,
    OTHER,
    POINT,
    RIGHT,
    RUPTURE,
    SHARP,
    SHEAR_STIFFNESS,
    SLACK,
    SLOPE,
    SMOOTH,
    STEPS,
    STIFFNESS,
    TOE,
    TURN,
    Array,
    Pelves,
    Whole,
)  # fmt: skip

_EYE = np.eye(3)


def cross(v: Array) -> Array:
    """[..., 3, 3]: the matrix of the cross product with v from the left."""
    zero = np.zeros_like(v[..., 0])
    rows = [
        [zero, -v[..., 2], v[..., 1]],
        [v[..., 2], zero, -v[..., 0]],
        [-v[..., 1], v[..., 0], zero],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def fibre_forces(rows: Array, y: Array) -> tuple[Array, Array, Array]:
    """Force on the ends at y [F, 3], its derivative [F, 3, 3], and the tension [F] in N."""
    d = y - rows[:, FIBRE_BASE]
    length = np.linalg.norm(d, axis=1)
    u = d / length[:, None]
    strain = np.maximum(length / rows[:, SLACK] - 1, 0.0)
    bent, steep = _bent(strain, rows[:, TOE], rows[:, FAILURE], rows[:, RUPTURE])
    tension = rows[:, STIFFNESS] * rows[:, SLACK] * bent
    slope = rows[:, STIFFNESS] * steep
    along = u[:, :, None] * u[:, None, :]
    side = (tension / length)[:, None, None]
    return -tension[:, None] * u, -(slope[:, None, None] - side) * along - side * _EYE, tension


def _bent(strain: Array, toe: Array, failure: Array, rupture: Array) -> tuple[Array, Array]:
    """The strain as a fibre answers it, and its slope: bent in the toe, falling past failure."""
    part = np.pi / (rupture - failure)
    past = np.clip(part * (strain - failure), 0.0, np.pi)
    half = (failure - toe / 2) / 2
    inside, torn = strain < toe, strain >= failure
    bent = np.where(inside, strain**2 / (2 * toe), strain - toe / 2)
    steep = np.where(inside, strain / toe, 1.0)
    return (
        np.where(torn, half * (1 + np.cos(past)), bent),
        np.where(torn, -half * np.sin(past) * part, steep),
    )


def gaps(rows: Array, y: Array) -> tuple[Array, Array, Array]:
    """Gap [C] in mm at points y, its gradient [C, 3], and its second derivative [C, 3, 3]."""
    d = y - rows[:, POINT]
    second = np.zeros((len(rows), 3, 3))
    second[:, 0, 0], second[:, 1, 1] = rows[:, CURVE.start], rows[:, CURVE.start + 2]
    second[:, 0, 1] = second[:, 1, 0] = rows[:, CURVE.start + 1]
    bend = np.einsum("cij,cj->ci", second, d)
    gap = np.einsum("ci,ci->c", d, rows[:, SLOPE] + bend / 2)
    return gap, rows[:, SLOPE] + bend, second


def contact_forces(
    rows: Array, y: Array, anchors: Array, rubs: bool
) -> tuple[Array, Array, Array, Array]:
    """Force [C, 3], its derivative [C, 3, 3], push [C] and shear [C, 3] in N."""
    gap, grad, second = gaps(rows, y)
    root = np.hypot(gap, SMOOTH)
    push = rows[:, NORMAL_STIFFNESS] / 2 * (root - gap)
    fall = rows[:, NORMAL_STIFFNESS] / 2 * (gap / root - 1)
    force = push[:, None] * grad
    outer = grad[:, :, None] * grad[:, None, :]
    stiff = fall[:, None, None] * outer + push[:, None, None] * second
    if not rubs:
        return force, stiff, push, np.zeros_like(force)
    n = rows[:, SLOPE] / np.linalg.norm(rows[:, SLOPE], axis=1, keepdims=True)
    flat = _EYE - n[:, :, None] * n[:, None, :]
    s = np.einsum("cij,cj->ci", flat, y - anchors)
    k, limit = rows[:, SHEAR_STIFFNESS], rows[:, FRICTION] * push + 1e-9
    pull = k * np.linalg.norm(s, axis=1)
    den = (limit**SHARP + pull**SHARP) ** (1 / SHARP)
    hold = limit * k / den + rows[:, BOND]
    by_limit = k * pull**SHARP / den ** (SHARP + 1)
    by_slip = -limit * k**3 * pull ** (SHARP - 2) / den ** (SHARP + 1)
    change = by_slip[:, None] * s + (rows[:, FRICTION] * fall * by_limit)[:, None] * grad
    shear = -hold[:, None] * s
    stiff = stiff - hold[:, None, None] * flat - s[:, :, None] * change[:, None, :]
    return force + shear, stiff, push, shear


def placed(points: Array, pair: Whole, x: Array, r: Array, ref: Array) -> tuple[Array, Array]:
    """Points of the other body in the frame of the base [N, 3], and their arms there [N, 3]."""
    b, o = BASE[pair], OTHER[pair]
    back = np.swapaxes(r[b], 1, 2)
    arm = np.einsum("nij,njk,nk->ni", back, r[o], points - ref[o])
    return ref[b] + np.einsum("nij,nj->ni", back, x[o] - x[b]) + arm, arm


def evaluate(
    one: Pelves, x: Array, r: Array, anchors: Array, rubs: bool, loads: Array, load_body: Whole
) -> tuple[Array, Array]:
    """All forces and moments on the bodies of one person [18], and their derivative [18, 18].

    `rubs` as in the kernel.
    """
    ref = one.reference[0]
    res, jac = np.zeros(COORDINATES), np.zeros((COORDINATES, COORDINATES))
    fibres, contacts, springs = one.fibres[0], one.contacts[0], one.springs[0]
    y, arm = placed(fibres[:, FIBRE_OTHER], one.fibre_pair, x, r, ref)
    awake = np.flatnonzero(rubs | (fibres[:, ACTIVE] == 0))
    pull, stiff, _ = fibre_forces(fibres[awake], y[awake])
    parts = [(one.fibre_pair[awake], pull, stiff, arm[awake])]
    y, arm = placed(contacts[:, POINT], one.contact_pair, x, r, ref)
    parts.append((one.contact_pair, *contact_forces(contacts, y, anchors, rubs)[:2], arm))
    y, arm = placed(springs[:, :3], one.spring_pair, x, r, ref)
    pull = -springs[:, 3:] * (y - springs[:, :3])
    parts.append((one.spring_pair, pull, -springs[:, 3:, None] * _EYE, arm))
    for pair, f, d, arm in parts:
        for k in np.unique(pair):
            six, tangent = _summed(*(part[pair == k] for part in (f, d, arm)))
            _expand(int(BASE[k]), int(OTHER[k]), six, tangent, x, r, res, jac)
    for n, b in enumerate(load_body):
        arm, f = r[b] @ (loads[n, :3] - ref[b]), loads[n, 3:6]
        res[6 * b : 6 * b + 3] += f
        res[6 * b + 3 : 6 * b + 6] += np.cross(arm, f) + loads[n, 6:]
        jac[6 * b + 3 : 6 * b + 6, 6 * b + 3 : 6 * b + 6] += np.outer(arm, f) - arm @ f * _EYE
    return res, jac


def _summed(f: Array, d: Array, arm: Array) -> tuple[Array, Array]:
    """Force and moment [6] of many points, and their derivative by place and turn [6, 6]."""
    lever = cross(arm)
    turned = np.cross(arm, f)
    swung = -d @ lever
    by_turn = lever @ swung + arm[:, :, None] * f[:, None, :]
    by_turn = by_turn - np.einsum("ni,ni->n", arm, f)[:, None, None] * _EYE
    tangent = np.block([[d.sum(0), swung.sum(0)], [(lever @ d).sum(0), by_turn.sum(0)]])
    return np.concatenate([f.sum(0), turned.sum(0)]), tangent


def _expand(
    b: int, o: int, six: Array, tangent: Array, x: Array, r: Array, res: Array, jac: Array
) -> None:
    """Force and tangent of one pair from the frame of its base to all coordinates, in the world."""
    spin = np.kron(np.eye(2), r[b])
    f, m = (spin @ six).reshape(2, 3)
    a = x[o] - x[b]
    at_o, at_b = slice(6 * o, 6 * o + 6), slice(6 * b, 6 * b + 6)
    seen = np.zeros((6, COORDINATES))  # how the base sees the other move, in world axes
    seen[:, at_o], seen[:, at_b] = np.eye(6), -np.eye(6)
    seen[:3, 6 * b + 3 : 6 * b + 6] = cross(a)
    change = spin @ tangent @ spin.T @ seen
    change[:3, 6 * b + 3 : 6 * b + 6] -= cross(f)  # force and moment turn with the base
    change[3:, 6 * b + 3 : 6 * b + 6] -= cross(m)
    moved = np.zeros((3, COORDINATES))
    moved[:, 6 * o : 6 * o + 3], moved[:, 6 * b : 6 * b + 3] = _EYE, -_EYE
    back = change.copy()
    back[3:] += cross(a) @ change[:3] - cross(f) @ moved
    res[at_o] += np.concatenate([f, m])
    res[at_b] -= np.concatenate([f, m + np.cross(a, f)])
    jac[at_o] += change
    jac[at_b] -= back


def newton(
    one: Pelves, x: Array, r: Array, anchors: Array, rubs: bool, loads: Array, load_body: Whole,
    free: Array, tolerance: float,
) -> tuple[Array, Array, int]:  # fmt: skip
    """Places and rotations in balance, and the steps taken; -1 singular, -2 none found."""
    turning = np.any(free[[i for i in range(COORDINATES) if i % 6 > 2]] != 0, axis=0)
    weigh = np.where(turning, 1 / LEVER, 1.0)
    cap = np.where(np.arange(COORDINATES) % 6 < 3, MOVE, TURN)
    res, jac = evaluate(one, x, r, anchors, rubs, loads, load_body)
    size = float(np.linalg.norm(weigh * (free.T @ res)))
    for count in range(STEPS):
        if size < tolerance:
            return x, r, count
        tangent = free.T @ jac @ free
        if np.linalg.cond(tangent) > 1e12:
            return x, r, -1
        step = free @ np.linalg.solve(tangent, -free.T @ res)
        part, before = 1 / max(1.0, float(np.max(np.abs(step) / cap))), size
        for _ in range(HALVINGS):
            moved = (part * step).reshape(3, 6)
            x1 = x + moved[:, :3]
            r1 = Rotation.from_rotvec(moved[:, 3:]).as_matrix() @ r
            res, jac = evaluate(one, x1, r1, anchors, rubs, loads, load_body)
            size = float(np.linalg.norm(weigh * (free.T @ res)))
            if size < before * (1 - 1e-4 * part):
                break
            part /= 2
        x, r = x1, r1
    return x, r, count if size < tolerance else -2


def stand(x: Array, r: Array, ref: Array) -> tuple[Array, Array]:
    """The whole pelvis turned so that the hip axis lies along Z and its mean tilt is none."""
    e = x[RIGHT] - x[LEFT]
    e = e / np.linalg.norm(e)
    up = r[RIGHT, :, 1] + r[LEFT, :, 1]
    up = up - up @ e * e
    up = up / np.linalg.norm(up)
    turned = np.stack([np.cross(up, e), up, e])
    mid = (x[RIGHT] + x[LEFT]) / 2
    return (x - mid) @ turned.T + (ref[RIGHT] + ref[LEFT]) / 2, turned @ r


def slipped(rows: Array, y: Array, anchors: Array) -> Array:
    """Anchors after a step, [C, 3]: what slipped beyond the friction limit is let go."""
    gap, _, _ = gaps(rows, y)
    limit = rows[:, FRICTION] * rows[:, NORMAL_STIFFNESS] / 2 * (np.hypot(gap, SMOOTH) - gap)
    n = rows[:, SLOPE] / np.linalg.norm(rows[:, SLOPE], axis=1, keepdims=True)
    e = y - anchors
    s = e - np.einsum("ci,ci->c", e, n)[:, None] * n
    pull = rows[:, SHEAR_STIFFNESS] * np.linalg.norm(s, axis=1)
    kept = np.where(pull <= limit, 1.0, limit / np.maximum(pull, 1e-300))
    return np.asarray(y - kept[:, None] * e)


def equilibrium(
    one: Pelves, held: Array, free: Array, loads: Array, load_body: Whole, steps: int,
    tolerance: float,
) -> tuple[Array, Array, Array, int]:  # fmt: skip
    """One person as `kernel.equilibria`: places, rotations, anchors and status."""
    x, r, anchors, code = _settled(one, held, np.zeros_like(loads[0]), load_body, tolerance)
    if code < 0:
        return x[None], r[None], anchors, code
    places, turns, before = [x], [r], np.zeros_like(loads[0])
    before[:, :3] = loads[0, :, :3]
    for phase, wanted in enumerate(loads):
        x, r, anchors, code = _loaded(
            one, x, r, anchors, (before, wanted), load_body, free, steps, tolerance
        )
        if code < 0:
            return np.stack(places), np.stack(turns), anchors, code - 10 * (phase + 1)
        places.append(x)
        turns.append(r)
        before = wanted
    return np.stack(places), np.stack(turns), anchors, 0


def _settled(
    one: Pelves, held: Array, nothing: Array, load_body: Whole, tolerance: float
) -> tuple[Array, Array, Array, int]:
    """The unloaded pelvis in balance and standing, and where friction begins to hold."""
    ref, points = one.reference[0], one.contacts[0][:, POINT]
    x, r, anchors = ref.copy(), np.stack([_EYE] * 3), np.zeros((len(points), 3))
    x, r, code = newton(one, x, r, anchors, False, nothing, load_body, held, tolerance)
    if code < 0:
        return x, r, anchors, code
    anchors = placed(points, one.contact_pair, x, r, ref)[0]
    return *stand(x, r, ref), anchors, code


def _loaded(
    one: Pelves, x: Array, r: Array, anchors: Array, change: tuple[Array, Array],
    load_body: Whole, free: Array, steps: int, tolerance: float,
) -> tuple[Array, Array, Array, int]:  # fmt: skip
    """One phase from its loads before to those wanted, in smaller parts where it has to be."""
    rows, (before, wanted) = one.contacts[0], change
    done, part = 0.0, 1 / max(steps, 1)
    while done < 1 - 1e-9:
        goal = min(1.0, done + part)
        now = before + goal * (wanted - before)
        x1, r1, code = newton(one, x, r, anchors, True, now, load_body, free, tolerance)
        if code >= 0:
            x, r, done = x1, r1, goal
            if steps:
                y = placed(rows[:, POINT], one.contact_pair, x, r, one.reference[0])[0]
                anchors = slipped(rows, y, anchors)
        elif (part := part / 4) < 0.01:
            return x, r, anchors, code
    return x, r, anchors, 0
