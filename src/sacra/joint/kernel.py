"""The fast way to equilibrium: compiled, one person after another, on every core.

`plain.py` says the same in NumPy, and judges it in every test run. What is solved, and why so,
is in ``docs/explanation/how-the-joint-works.md``. All in one file: Numba keeps what it compiled
until its own file changes, and would not see a change in another. After a change of `layout`,
save this file too.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from sacra.joint.layout import (
    ACTIVE,
    BASE,
    BOND,
    COORDINATES,
    FAILURE,
    FRICTION,
    HALVINGS,
    LEFT,
    LEVER,
    MOVE,
    NORMAL_STIFFNESS,
    OTHER,
    RIGHT,
    RUPTURE,
    SHARP,
    SHEAR_STIFFNESS,
    SLACK,
    SMOOTH,
    STEPS,
    STIFFNESS,
    TOE,
    TURN,
    Array,
    Whole,
)

_jit = njit(cache=True, fastmath=False, error_model="numpy")


@_jit
def turn(axis: Array, out: Array) -> None:
    """The matrix of a rotation vector."""
    angle = np.sqrt(axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2)
    if angle < 1e-9:
        a, b = 1.0, 0.5
    else:
        a, b = np.sin(angle) / angle, (1.0 - np.cos(angle)) / angle**2
    x, y, z = axis[0], axis[1], axis[2]
    out[0, 0], out[0, 1], out[0, 2] = 1 - b * (y * y + z * z), b * x * y - a * z, b * x * z + a * y
    out[1, 0], out[1, 1], out[1, 2] = b * x * y + a * z, 1 - b * (x * x + z * z), b * y * z - a * x
    out[2, 0], out[2, 1], out[2, 2] = b * x * z - a * y, b * y * z + a * x, 1 - b * (x * x + y * y)


@_jit
def _add(force: Array, stiffness: Array, p: Array, total: Array, tangent: Array) -> None:
    """Add one force at the arm p, with its derivative by place, to those of its pair."""
    for i in range(3):
        total[i] += force[i]
    total[3] += p[1] * force[2] - p[2] * force[1]
    total[4] += p[2] * force[0] - p[0] * force[2]
    total[5] += p[0] * force[1] - p[1] * force[0]
    for j in range(3):  # by place: D, and by turn: D (turn x p)
        d0, d1, d2 = stiffness[0, j], stiffness[1, j], stiffness[2, j]
        tangent[0, j] += d0
        tangent[1, j] += d1
        tangent[2, j] += d2
        tangent[3, j] += p[1] * d2 - p[2] * d1
        tangent[4, j] += p[2] * d0 - p[0] * d2
        tangent[5, j] += p[0] * d1 - p[1] * d0
    for i in range(3):
        d0, d1, d2 = stiffness[i, 0], stiffness[i, 1], stiffness[i, 2]
        t0, t1, t2 = d1 * -p[2] + d2 * p[1], d0 * p[2] - d2 * p[0], d1 * p[0] - d0 * p[1]
        tangent[i, 3] += t0
        tangent[i, 4] += t1
        tangent[i, 5] += t2
        j, k = (i + 1) % 3, (i + 2) % 3
        tangent[3 + j, 3] += p[k] * t0  # [p] x D (turn x p), row by row
        tangent[3 + j, 4] += p[k] * t1
        tangent[3 + j, 5] += p[k] * t2
        tangent[3 + k, 3] -= p[j] * t0
        tangent[3 + k, 4] -= p[j] * t1
        tangent[3 + k, 5] -= p[j] * t2
    along = p[0] * force[0] + p[1] * force[1] + p[2] * force[2]
    for i in range(3):  # (turn x p) x force = p (turn . force) ... written out
        for j in range(3):
            tangent[3 + i, 3 + j] += p[i] * force[j]
        tangent[3 + i, 3 + i] -= along


@_jit
def _fibre(row: Array, y: Array, force: Array, stiffness: Array) -> None:
    """Pull of one fibre on its end at y: none when slack, quadratic in the toe, then linear.

    Beyond the strain of failure the pull falls to none, as its strands tear one by one.
    """
    dx, dy, dz = y[0] - row[0], y[1] - row[1], y[2] - row[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    u = (dx / length, dy / length, dz / length)
    tension, slope = 0.0, 0.0
    strain = length / row[SLACK] - 1.0
    if strain > 0.0 and row[STIFFNESS] > 0.0:
        toe, k = row[TOE], row[STIFFNESS]
        if strain < toe:
            tension = k * row[SLACK] * strain * strain / (2 * toe)
            slope = k * strain / toe
        elif strain < row[FAILURE]:
            tension = k * row[SLACK] * (strain - toe / 2)
            slope = k
        elif strain < row[RUPTURE]:
            part = np.pi / (row[RUPTURE] - row[FAILURE])
            past = part * (strain - row[FAILURE])
            half = k * (row[FAILURE] - toe / 2) / 2
            tension = row[SLACK] * half * (1 + np.cos(past))
            slope = -half * np.sin(past) * part
    side = tension / length
    for i in range(3):
        force[i] = -tension * u[i]
        for j in range(3):
            stiffness[i, j] = -(slope - side) * u[i] * u[j]
        stiffness[i, i] -= side


@_jit
def _contact(
    row: Array, y: Array, anchor: Array, rubs: bool, force: Array, stiffness: Array
) -> None:
    """Push and friction at one point of the surface: pressure on the gap, traction on the slip."""
    dx, dy, dz = y[0] - row[0], y[1] - row[1], y[2] - row[2]
    g0 = row[3] + row[6] * dx + row[7] * dy
    g1 = row[4] + row[7] * dx + row[8] * dy
    g2 = row[5]
    gap = (
        row[3] * dx + row[4] * dy + row[5] * dz
        + 0.5 * (row[6] * dx * dx + 2 * row[7] * dx * dy + row[8] * dy * dy)
    )  # fmt: skip
    root = np.sqrt(gap * gap + SMOOTH * SMOOTH)
    push = row[NORMAL_STIFFNESS] * 0.5 * (root - gap)
    fall = row[NORMAL_STIFFNESS] * 0.5 * (gap / root - 1.0)
    grad = (g0, g1, g2)
    for i in range(3):
        force[i] = push * grad[i]
        for j in range(3):
            stiffness[i, j] = fall * grad[i] * grad[j]
    stiffness[0, 0] += push * row[6]
    stiffness[0, 1] += push * row[7]
    stiffness[1, 0] += push * row[7]
    stiffness[1, 1] += push * row[8]
    if not rubs:
        return
    size = np.sqrt(row[3] ** 2 + row[4] ** 2 + row[5] ** 2)
    n = (row[3] / size, row[4] / size, row[5] / size)
    e = (y[0] - anchor[0], y[1] - anchor[1], y[2] - anchor[2])
    off = e[0] * n[0] + e[1] * n[1] + e[2] * n[2]
    s = (e[0] - off * n[0], e[1] - off * n[1], e[2] - off * n[2])
    k = row[SHEAR_STIFFNESS]
    limit = row[FRICTION] * push + 1e-9
    pull2 = k * k * (s[0] * s[0] + s[1] * s[1] + s[2] * s[2])
    limit6, pull6 = (limit * limit) ** (SHARP // 2), pull2 ** (SHARP // 2)
    both = limit6 + pull6
    den = both ** (1.0 / SHARP)
    hold = limit * k / den
    by_limit = k * pull6 / (den * both)
    by_slip = 0.0
    if pull2 > 0.0:
        by_slip = -limit * k * k * k * (pull6 / pull2) / (den * both)  # over the slip
    by_gap = row[FRICTION] * fall * by_limit
    hold += row[BOND]
    for i in range(3):
        force[i] -= hold * s[i]
        for j in range(3):
            flat = (1.0 if i == j else 0.0) - n[i] * n[j]
            stiffness[i, j] -= hold * flat + s[i] * (by_slip * s[j] + by_gap * grad[j])


@_jit
def _pair(x: Array, r: Array, b: int, o: int, q: Array, turned: Array) -> None:
    """Place and rotation of the other body as its base sees them."""
    for i in range(3):
        q[i] = 0.0
        for k in range(3):
            q[i] += r[b, k, i] * (x[o, k] - x[b, k])
        for j in range(3):
            turned[i, j] = 0.0
            for k in range(3):
                turned[i, j] += r[b, k, i] * r[o, k, j]


@_jit
def _in_world(rb: Array, tangent: Array, world: Array) -> None:
    """The 6 x 6 tangent of a pair, turned from the frame of its base."""
    for p in range(2):
        for s in range(2):
            for i in range(3):
                for j in range(3):
                    value = 0.0
                    for k in range(3):
                        for n in range(3):
                            value += rb[i, k] * tangent[3 * p + k, 3 * s + n] * rb[j, n]
                    world[3 * p + i, 3 * s + j] = value


@_jit
def _changes(world: Array, a: Array, f: Array, m: Array, out: Array) -> None:
    """[6, 12]: how force and moment on the other change as it moves, then as its base moves."""
    for i in range(6):
        for j in range(3):
            out[i, j] = world[i, j]
            out[i, 3 + j] = world[i, 3 + j]
            out[i, 6 + j] = -world[i, j]
            k, n = (j + 1) % 3, (j + 2) % 3  # when the base turns, the arm to the other turns back
            out[i, 9 + j] = world[i, k] * a[n] - world[i, n] * a[k] - world[i, 3 + j]
    for j in range(3):  # force and moment turn with the base
        k, n = (j + 1) % 3, (j + 2) % 3
        out[n, 9 + j] += f[k]
        out[k, 9 + j] -= f[n]
        out[3 + n, 9 + j] += m[k]
        out[3 + k, 9 + j] -= m[n]


@_jit
def _expand(
    b: int, o: int, x: Array, r: Array, total: Array, tangent: Array, res: Array, jac: Array
) -> None:
    """Force and tangent of one pair, from the frame of its base to all 18 coordinates."""
    f, m, a = np.zeros(3), np.zeros(3), np.zeros(3)
    for i in range(3):
        a[i] = x[o, i] - x[b, i]
        for k in range(3):
            f[i] += r[b, i, k] * total[k]
            m[i] += r[b, i, k] * total[3 + k]
    world, change, moved = np.zeros((6, 6)), np.zeros((6, 12)), np.zeros(3)
    _in_world(r[b], tangent, world)
    _changes(world, a, f, m, change)
    for i in range(3):
        k, n = (i + 1) % 3, (i + 2) % 3
        res[6 * o + i] += f[i]
        res[6 * b + i] -= f[i]
        res[6 * o + 3 + i] += m[i]
        res[6 * b + 3 + i] -= m[i] + a[k] * f[n] - a[n] * f[k]
    for c in range(12):
        column = 6 * o + c if c < 6 else 6 * b + c - 6
        moved[:] = 0.0  # how the arm between the bodies moves
        if c < 3:
            moved[c] = 1.0
        elif 6 <= c < 9:
            moved[c - 6] = -1.0
        for i in range(3):
            k, n = (i + 1) % 3, (i + 2) % 3
            jac[6 * o + i, column] += change[i, c]
            jac[6 * b + i, column] -= change[i, c]
            jac[6 * o + 3 + i, column] += change[3 + i, c]
            back = change[3 + i, c] + a[k] * change[n, c] - a[n] * change[k, c]
            jac[6 * b + 3 + i, column] -= back + moved[k] * f[n] - moved[n] * f[k]


@_jit
def evaluate(
    x: Array, r: Array, ref: Array, fibres: Array, contacts: Array, springs: Array,
    fibre_pair: Whole, contact_pair: Whole, spring_pair: Whole, anchors: Array, rubs: bool,
    loads: Array, load_body: Whole, res: Array, jac: Array,
) -> None:  # fmt: skip
    """Sum of all forces and moments on the three bodies [18], and its derivative [18, 18].

    `rubs` is not so while the unloaded pelvis settles: no friction holds then, and muscles rest.
    """
    res[:] = 0.0
    jac[:, :] = 0.0
    q, turned, y, arm = np.zeros(3), np.zeros((3, 3)), np.zeros(3), np.zeros(3)
    force, stiff = np.zeros(3), np.zeros((3, 3))
    total, tangent = np.zeros(6), np.zeros((6, 6))
    fi, ci, si = 0, 0, 0
    for pair in range(4):
        b, o = BASE[pair], OTHER[pair]
        _pair(x, r, b, o, q, turned)
        total[:] = 0.0
        tangent[:, :] = 0.0
        while fi < len(fibre_pair) and fibre_pair[fi] == pair:
            if rubs or fibres[fi, ACTIVE] == 0.0:
                _place(fibres[fi], 3, ref[b], ref[o], q, turned, y, arm)
                _fibre(fibres[fi], y, force, stiff)
                _add(force, stiff, arm, total, tangent)
            fi += 1
        while ci < len(contact_pair) and contact_pair[ci] == pair:
            _place(contacts[ci], 0, ref[b], ref[o], q, turned, y, arm)
            _contact(contacts[ci], y, anchors[ci], rubs, force, stiff)
            _add(force, stiff, arm, total, tangent)
            ci += 1
        while si < len(spring_pair) and spring_pair[si] == pair:
            _place(springs[si], 0, ref[b], ref[o], q, turned, y, arm)
            stiff[:, :] = 0.0
            for i in range(3):
                stiff[i, i] = -springs[si, 3 + i]
                force[i] = -springs[si, 3 + i] * (y[i] - springs[si, i])
            _add(force, stiff, arm, total, tangent)
            si += 1
        _expand(b, o, x, r, total, tangent, res, jac)
    _load(r, ref, loads, load_body, res, jac)


@_jit
def _place(
    row: Array, at: int, base: Array, other: Array, q: Array, turned: Array, y: Array, arm: Array
) -> None:
    """Where a point of the other body is in the frame of the base, and its arm there."""
    for i in range(3):
        arm[i] = 0.0
        for k in range(3):
            arm[i] += turned[i, k] * (row[at + k] - other[k])
        y[i] = base[i] + q[i] + arm[i]


@_jit
def _load(r: Array, ref: Array, loads: Array, body: Whole, res: Array, jac: Array) -> None:
    """Dead forces at points that move with their body, and moments."""
    arm = np.zeros(3)
    for n in range(len(body)):
        b = body[n]
        for i in range(3):
            arm[i] = 0.0
            for k in range(3):
                arm[i] += r[b, i, k] * (loads[n, k] - ref[b, k])
        f = loads[n, 3:6]
        along = arm[0] * f[0] + arm[1] * f[1] + arm[2] * f[2]
        for i in range(3):
            k, m = (i + 1) % 3, (i + 2) % 3
            res[6 * b + i] += f[i]
            res[6 * b + 3 + i] += arm[k] * f[m] - arm[m] * f[k] + loads[n, 6 + i]
            for j in range(3):
                jac[6 * b + 3 + i, 6 * b + 3 + j] += arm[i] * f[j]
            jac[6 * b + 3 + i, 6 * b + 3 + i] -= along


@_jit
def _solve(a: Array, rhs: Array, n: int) -> bool:
    """Solve in place by elimination with pivots; False when the matrix is singular."""
    largest = 0.0
    for i in range(n):
        for j in range(n):
            largest = max(largest, abs(a[i, j]))
    for c in range(n):
        p = c
        for i in range(c + 1, n):
            if abs(a[i, c]) > abs(a[p, c]):
                p = i
        if not abs(a[p, c]) > 1e-11 * largest:
            return False
        if p != c:
            for j in range(c, n):
                a[p, j], a[c, j] = a[c, j], a[p, j]
            rhs[p], rhs[c] = rhs[c], rhs[p]
        for i in range(c + 1, n):
            f = a[i, c] / a[c, c]
            if f != 0.0:
                for j in range(c + 1, n):
                    a[i, j] -= f * a[c, j]
                rhs[i] -= f * rhs[c]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            rhs[i] -= a[i, j] * rhs[j]
        rhs[i] /= a[i, i]
    return True


@_jit
def _size(res: Array, free: Array) -> float:
    """What is out of balance along the free coordinates, in N."""
    total = 0.0
    for c in range(free.shape[1]):
        value, turns = 0.0, False
        for i in range(COORDINATES):
            value += free[i, c] * res[i]
            turns = turns or (free[i, c] != 0.0 and i % 6 > 2)
        total += (value / LEVER if turns else value) ** 2
    return float(np.sqrt(total))


@_jit
def _reduce(res: Array, jac: Array, free: Array, small: Array, step: Array) -> None:
    """What is out of balance, and its tangent, along the free motions alone."""
    half = jac @ free
    for i in range(free.shape[1]):
        step[i] = 0.0
        for k in range(COORDINATES):
            step[i] -= free[k, i] * res[k]
        for j in range(free.shape[1]):
            small[i, j] = 0.0
            for k in range(COORDINATES):
                small[i, j] += free[k, i] * half[k, j]


@_jit
def _move(x0: Array, r0: Array, full: Array, part: float, x: Array, r: Array) -> None:
    """Take a part of a step from a pose."""
    spin = np.zeros((3, 3))
    for b in range(3):
        turn(full[6 * b + 3 : 6 * b + 6] * part, spin)
        for i in range(3):
            x[b, i] = x0[b, i] + part * full[6 * b + i]
            for j in range(3):
                r[b, i, j] = 0.0
                for k in range(3):
                    r[b, i, j] += spin[i, k] * r0[b, k, j]


@_jit
def newton(
    x: Array, r: Array, ref: Array, fibres: Array, contacts: Array, springs: Array,
    fibre_pair: Whole, contact_pair: Whole, spring_pair: Whole, anchors: Array, rubs: bool,
    loads: Array, load_body: Whole, free: Array, tolerance: float,
) -> int:  # fmt: skip
    """Move x and r to balance; steps taken, or -1 singular, -2 no balance found.

    `free` [18, N] says which motions the supports leave, one a column.
    """
    n = free.shape[1]
    res, jac = np.zeros(COORDINATES), np.zeros((COORDINATES, COORDINATES))
    small, step, full = np.zeros((n, n)), np.zeros(n), np.zeros(COORDINATES)
    x0, r0 = np.zeros((3, 3)), np.zeros((3, 3, 3))
    evaluate(x, r, ref, fibres, contacts, springs, fibre_pair, contact_pair, spring_pair,
             anchors, rubs, loads, load_body, res, jac)  # fmt: skip
    size = _size(res, free)
    for count in range(STEPS):
        if not np.isfinite(size):
            return -2
        if size < tolerance:
            return count
        _reduce(res, jac, free, small, step)
        if not _solve(small, step, n):
            return -1
        longest = 1.0
        for i in range(COORDINATES):
            full[i] = 0.0
            for k in range(n):
                full[i] += free[i, k] * step[k]
            longest = max(longest, abs(full[i]) / (MOVE if i % 6 < 3 else TURN))
        x0[:, :] = x
        r0[:, :, :] = r
        part, before = 1.0 / longest, size
        for _ in range(HALVINGS):
            _move(x0, r0, full, part, x, r)
            evaluate(x, r, ref, fibres, contacts, springs, fibre_pair, contact_pair, spring_pair,
                     anchors, rubs, loads, load_body, res, jac)  # fmt: skip
            size = _size(res, free)
            if size < before * (1.0 - 1e-4 * part):
                break
            part *= 0.5
    return count if size < tolerance else -2


@_jit
def _anchor(
    x: Array, r: Array, ref: Array, contacts: Array, contact_pair: Whole, anchors: Array,
    whole: bool,
) -> None:  # fmt: skip
    """Let shear relax where each point is now, or only what slipped beyond the friction limit."""
    q, turned, y, arm = np.zeros(3), np.zeros((3, 3)), np.zeros(3), np.zeros(3)
    for c in range(len(contact_pair)):
        b, o = BASE[contact_pair[c]], OTHER[contact_pair[c]]
        _pair(x, r, b, o, q, turned)
        _place(contacts[c], 0, ref[b], ref[o], q, turned, y, arm)
        kept = 0.0 if whole else _kept(contacts[c], y, anchors[c])
        for i in range(3):
            anchors[c, i] = y[i] - kept * (y[i] - anchors[c, i])


@_jit
def _kept(row: Array, y: Array, anchor: Array) -> float:
    """The share of the slip that springs back."""
    d = (y[0] - row[0], y[1] - row[1], y[2] - row[2])
    gap = (
        row[3] * d[0] + row[4] * d[1] + row[5] * d[2]
        + 0.5 * (row[6] * d[0] * d[0] + 2 * row[7] * d[0] * d[1] + row[8] * d[1] * d[1])
    )  # fmt: skip
    limit = row[FRICTION] * row[NORMAL_STIFFNESS] * 0.5 * (np.sqrt(gap**2 + SMOOTH**2) - gap)
    size2 = row[3] ** 2 + row[4] ** 2 + row[5] ** 2
    off, slip2 = 0.0, 0.0
    for i in range(3):
        off += (y[i] - anchor[i]) * row[3 + i]
        slip2 += (y[i] - anchor[i]) ** 2
    pull = row[SHEAR_STIFFNESS] * np.sqrt(max(slip2 - off * off / size2, 0.0))
    return 1.0 if pull <= limit else limit / pull


@_jit
def _stand(x: Array, r: Array, ref: Array) -> None:
    """Turn the whole pelvis so that the hip axis lies along Z and its mean tilt is none."""
    e, up, mid = np.zeros(3), np.zeros(3), np.zeros(3)
    for i in range(3):
        e[i] = x[RIGHT, i] - x[LEFT, i]
        up[i] = r[RIGHT, i, 1] + r[LEFT, i, 1]
        mid[i] = (x[RIGHT, i] + x[LEFT, i]) / 2
    e /= np.sqrt(e[0] ** 2 + e[1] ** 2 + e[2] ** 2)
    up -= (up[0] * e[0] + up[1] * e[1] + up[2] * e[2]) * e
    up /= np.sqrt(up[0] ** 2 + up[1] ** 2 + up[2] ** 2)
    turned = np.zeros((3, 3))  # rows: forward, up, right of the pelvis as it is
    for i in range(3):
        k, n = (i + 1) % 3, (i + 2) % 3
        turned[0, i] = up[k] * e[n] - up[n] * e[k]
        turned[1, i], turned[2, i] = up[i], e[i]
    place, spin = np.zeros(3), np.zeros((3, 3))
    for b in range(3):
        for i in range(3):
            place[i] = (ref[RIGHT, i] + ref[LEFT, i]) / 2
            for k in range(3):
                place[i] += turned[i, k] * (x[b, k] - mid[k])
            for j in range(3):
                spin[i, j] = 0.0
                for k in range(3):
                    spin[i, j] += turned[i, k] * r[b, k, j]
        x[b, :] = place
        r[b, :, :] = spin


@_jit
def person(
    ref: Array, fibres: Array, contacts: Array, springs: Array,
    fibre_pair: Whole, contact_pair: Whole, spring_pair: Whole,
    held: Array, free: Array, loads: Array, load_body: Whole, steps: int, tolerance: float,
    places: Array, turns: Array, anchors: Array,
) -> int:  # fmt: skip
    """One person: settle unloaded, stand, then each phase of the load; see `equilibria`."""
    x, r = places[0], turns[0]
    x[:, :] = ref
    r[:, :, :] = 0.0
    for b in range(3):
        for i in range(3):
            r[b, i, i] = 1.0
    now = np.zeros_like(loads[0])
    code = newton(x, r, ref, fibres, contacts, springs, fibre_pair, contact_pair, spring_pair,
                  anchors, False, now, load_body, held, tolerance)  # fmt: skip
    if code < 0:
        return code
    _anchor(x, r, ref, contacts, contact_pair, anchors, True)
    _stand(x, r, ref)
    before = np.zeros_like(now)
    before[:, :3] = loads[0, :, :3]
    for phase in range(len(loads)):
        x, r = places[phase + 1], turns[phase + 1]
        x[:, :] = places[phase]
        r[:, :, :] = turns[phase]
        done, part = 0.0, 1.0 / max(steps, 1)
        while done < 1.0 - 1e-9:
            goal = min(1.0, done + part)
            now[:, :] = before + goal * (loads[phase] - before)
            x0, r0 = x.copy(), r.copy()
            code = newton(x, r, ref, fibres, contacts, springs, fibre_pair, contact_pair,
                          spring_pair, anchors, True, now, load_body, free, tolerance)  # fmt: skip
            if code >= 0:
                done = goal
                if steps > 0:
                    _anchor(x, r, ref, contacts, contact_pair, anchors, False)
            else:
                x[:, :] = x0
                r[:, :, :] = r0
                part *= 0.25
                if part < 0.01:
                    return code - 10 * (phase + 1)
        before[:, :] = loads[phase]
    return 0


@njit(cache=True, parallel=True, error_model="numpy")
def equilibria(
    ref: Array, fibres: Array, contacts: Array, springs: Array,
    fibre_pair: Whole, contact_pair: Whole, spring_pair: Whole,
    held: Array, free: Array, loads: Array, load_body: Whole, steps: int, tolerance: float,
    places: Array, turns: Array, anchors: Array, status: Whole,
) -> None:  # fmt: skip
    """All people, each on a core of its own.

    Args:
        ref: [P, 3, 3], and the next six arrays, see `layout.Pelves`.
        fibres: see there.
        contacts: see there.
        springs: see there.
        fibre_pair: see there.
        contact_pair: see there.
        spring_pair: see there.
        held: [18, N] motions left free while the unloaded pelvis settles.
        free: [18, N] motions that the supports leave free under load.
        loads: [P, phases, L, LOAD_WIDTH], each phase following the one before.
        load_body: [L] the body of each load.
        steps: steps a phase with slip remembered; 0 for total slip in one step.
        tolerance: largest imbalance, in N; moments are weighed by a lever of 50 mm.
        places: [P, phases + 1, 3, 3] filled with the places of the reference points.
        turns: [P, phases + 1, 3, 3, 3] filled with the rotations.
        anchors: [P, C, 3] filled with where friction holds on.
        status: [P] filled: 0 in balance, else -1 for a singular tangent or -2 if none was found,
            and less 10 for each phase until then.
    """
    for p in prange(len(ref)):
        status[p] = person(
            ref[p], fibres[p], contacts[p], springs[p], fibre_pair, contact_pair, spring_pair,
            held, free, loads[p], load_body, steps, tolerance, places[p], turns[p], anchors[p],
        )  # fmt: skip
