"""A person of straight segments in space: from a few angles of a pose to the place of each joint.

Centimetres. x runs to the right, y away from who looks, z up from the ground. The person faces
right at rest, so the near side is the person's right. Segment lengths are about those of a person
of 1.70 m and never change: a limb is two directions, found from joint angles or, where a hand or
foot must stay in place, from the two-link triangle.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec

from sacra.kb.schema_figure import Direction, Figure, Limb, Point, Pose

Joints = dict[str, Direction]
Limbs = tuple[Direction, Direction, Direction]
"""Directions of the upper part, the lower part and the foot."""

LUMBAR, THORAX, NECK, HEAD = 23.0, 27.0, 17.0, 10.5
THIGH, SHANK, FOOT, UPPER_ARM, FOREARM = 43.0, 42.0, 15.0, 29.0, 30.0
HIP_HALF, SHOULDER_HALF, SOLE = 8.0, 15.0, 4.0
LIMBS = ("far_leg", "near_leg", "far_arm", "near_arm")
"""In this order, so that a near limb may rest on a far one, and a hand on a leg."""
_BODY = ("lean", "roll", "turn", "spine", "side", "neck", "belly", "floor", "shrug")
_ANGLES = ("flex", "out", "turn", "bend", "foot")
STEPS = 6
"""Pictures on the way from one pose to the next; between them everything runs straight."""


def plus(a: Direction, b: Direction, times: float = 1) -> Direction:
    """`a` and so many times `b`."""
    return a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]


def scaled(a: Direction, times: float) -> Direction:
    """So many times `a`."""
    return a[0] * times, a[1] * times, a[2] * times


def dot(a: Direction, b: Direction) -> float:
    """The scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Direction, b: Direction) -> Direction:
    """The vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit(a: Direction) -> Direction:
    return scaled(a, 1 / (math.sqrt(dot(a, a)) or 1))


class Axes(NamedTuple):
    """Which way is forward, left and up for a part of the body."""

    front: Direction
    left: Direction
    up: Direction

    def out(self, local: Direction) -> Direction:
        """A direction of this part, in the room."""
        return plus(plus(scaled(self.front, local[0]), self.left, local[1]), self.up, local[2])

    def into(self, world: Direction) -> Direction:
        """A direction in the room, as this part sees it."""
        return dot(world, self.front), dot(world, self.left), dot(world, self.up)

    def bent(self, forward: float, to_near: float = 0) -> Axes:
        """The next part: bent forward, and to the near side, by degrees."""
        s, c = _sin_cos(forward)
        front, up = (
            plus(scaled(self.front, c), self.up, -s),
            plus(scaled(self.up, c), self.front, s),
        )
        s, c = _sin_cos(to_near)
        return Axes(
            front,
            plus(scaled(self.left, c), up, s),
            plus(scaled(up, c), self.left, -s),
        )


def _sin_cos(degrees: float) -> tuple[float, float]:
    return math.sin(math.radians(degrees)), math.cos(math.radians(degrees))


# --- a pose, filled in --------------------------------------------------------------------------


class Body(NamedTuple):
    """A pose with everything said; `body` in the order of `_BODY`, `limbs` of `LIMBS`."""

    pelvis: Direction
    body: tuple[float, ...]
    limbs: tuple[Limb, ...]
    pivot: Direction | None = None


def point(at: Point, aside: float = 0) -> Direction:
    """A point in the room; one of two numbers lies `aside` of the middle."""
    return (at[0], aside if len(at) == 2 else at[1], at[-1])


@lru_cache(maxsize=256)
def bodies(figure: Figure) -> tuple[Body, ...]:
    """Each key pose with what it took over from the one before."""
    found = [Body((0, 0, 89), (0.0,) * len(_BODY), (Limb(flex=0),) * len(LIMBS))]
    for pose in figure.poses:
        found.append(_after(found[-1], pose))
    return tuple(found[1:])


def _after(before: Body, pose: Pose) -> Body:
    said = [getattr(pose, name) for name in _BODY]
    body = tuple(b if s is None else s for s, b in zip(said, before.body, strict=True))
    limbs = tuple(
        _limb_after(
            _limb_after(old, pose.legs if "leg" in name else pose.arms), getattr(pose, name)
        )
        for name, old in zip(LIMBS, before.limbs, strict=True)
    )
    limbs = tuple(map(_with_side, LIMBS, limbs))
    pelvis = point(pose.pelvis) if pose.pelvis else before.pelvis
    return Body(pelvis, body, limbs, point(pose.pivot) if pose.pivot else None)


def _with_side(name: str, limb: Limb) -> Limb:
    """A place of two numbers is straight below the hip or shoulder, on the limb's own side."""
    if not limb.to or len(limb.to) == 3:
        return limb
    half = HIP_HALF if name.endswith("leg") else SHOULDER_HALF
    aside = 0 if limb.at else -half if name.startswith("near") else half
    return msgspec.structs.replace(limb, to=point(limb.to, aside))


def _limb_after(before: Limb, said: Limb | None) -> Limb:
    """What is said joins what was, unless the limb changes between angles and a place."""
    if said is None:
        return before
    new = {f: v for f in said.__struct_fields__ if (v := getattr(said, f)) is not None}
    place = {"to", "at", "aim", "toes"}
    if bool(place & set(new)) != bool(before.to or before.at):
        return said
    if {"to", "at"} & set(new):
        new = {"to": None, "at": None, **new}  # another place
    return msgspec.structs.replace(before, **new)


# --- from a pose to joints ----------------------------------------------------------------------


def _trunk(body: Body) -> tuple[Joints, Axes, Axes]:
    lean, roll, turn, spine, side, neck, belly, _, shrug = body.body
    s, c = _sin_cos(turn)
    pelvis = Axes((c, s, 0), (-s, c, 0), (0, 0, 1)).bent(lean, roll)
    chest = pelvis.bent(spine, side)
    head = chest.bent(neck)
    joints = {"hip": body.pelvis, "waist": plus(body.pelvis, pelvis.up, LUMBAR)}
    joints["neck"] = plus(joints["waist"], chest.up, THORAX)
    joints["shoulders"] = plus(joints["neck"], chest.up, 7 * shrug - 4)
    joints["head"] = plus(joints["neck"], head.up, NECK)
    joints["nose"] = plus(joints["head"], head.front, 9)
    middle = plus(plus(body.pelvis, pelvis.up, 13), chest.up, 4)
    joints["belly"] = plus(middle, _unit(plus(pelvis.front, chest.front)), 3 + 7 * belly)
    joints["back_of_pelvis"] = plus(
        plus(plus(body.pelvis, pelvis.front, -7), pelvis.left, -6), pelvis.up, 9
    )
    return joints, pelvis, chest


def _roots(joints: Joints, pelvis: Axes, chest: Axes) -> Iterator[tuple[str, Axes, float]]:
    """Where each limb begins; the number is the side it lies on, along `left`."""
    for name in LIMBS:
        side = -1.0 if name.startswith("near") else 1.0
        who = name.split("_")[0]
        if name.endswith("leg"):
            joints[f"{who}_hip"] = plus(joints["hip"], pelvis.left, side * HIP_HALF)
            yield name, pelvis, side
        else:
            top = joints["shoulders"]
            joints[f"{who}_shoulder"] = plus(top, chest.left, side * SHOULDER_HALF)
            yield name, chest, side


def _ends(name: str) -> tuple[str, str, str, float, float]:
    who, kind = name.split("_")
    if kind == "leg":
        return f"{who}_hip", f"{who}_knee", f"{who}_ankle", THIGH, SHANK
    return f"{who}_shoulder", f"{who}_elbow", f"{who}_hand", UPPER_ARM, FOREARM


def _by_angles(limb: Limb, leg: bool, side: float) -> Limbs:
    """Directions as the part it hangs from sees them."""
    flex, out, turn, bend, foot = (getattr(limb, f) or 0.0 for f in _ANGLES)
    (fs, fc), (os, oc), (bs, bc) = _sin_cos(flex), _sin_cos(out), _sin_cos(bend)
    upper = (oc * fs, side * os, -oc * fc)
    (ts, tc), ahead = _sin_cos(turn), (fc, 0.0, fs)
    ahead = plus(scaled(ahead, tc), cross(upper, ahead), -side * ts)
    way = -1 if leg else 1
    lower = plus(scaled(upper, bc), ahead, way * bs)
    s, c = _sin_cos(foot)
    front = plus(scaled(ahead, bc), upper, bs)
    return upper, lower, plus(scaled(front, c), lower, -s)


def two_link(
    root: Direction, end: Direction, upper: float, lower: float, aim: Direction
) -> tuple[Direction, Direction]:
    """Directions of two segments that reach from `root` to `end` with the joint toward `aim`."""
    way = plus(end, root, -1)
    far = min(max(math.sqrt(dot(way, way)), abs(upper - lower) + 0.1), upper + lower - 0.01)
    along = _unit(way)
    across = _unit(plus(aim, along, -dot(aim, along)))
    c = (upper**2 + far**2 - lower**2) / (2 * upper * far)
    first = plus(scaled(along, c), across, math.sqrt(max(0.0, 1 - c * c)))
    return first, _unit(plus(scaled(along, far), first, -upper))


def _by_place(name: str, limb: Limb, axes: Axes, side: float, joints: Joints, turn: float) -> Limbs:
    """Directions in the room that bring ankle or hand where it must be."""
    root, _, _, upper, lower = _ends(name)
    leg = name.endswith("leg")
    end = point(limb.to or (0, 0, 0))
    end = plus(joints[limb.at], end) if limb.at else end
    back = plus(plus(scaled(axes.front, -1), axes.up, -0.7), axes.left, side * 0.5)
    aim = limb.aim or (axes.front if leg else back)
    s, c = _sin_cos(turn)
    toes = _unit(limb.toes) if limb.toes else (c, s, 0.0)
    return *two_link(joints[root], end, upper, lower, aim), toes


Ways = dict[str, Limbs]


def _directions(
    name: str, limb: Limb, axes: Axes, side: float, joints: Joints, turn: float
) -> Limbs:
    if limb.to or limb.at:
        return _by_place(name, limb, axes, side, joints, turn)
    upper, lower, foot = _by_angles(limb, name.endswith("leg"), side)
    return axes.out(upper), axes.out(lower), axes.out(foot)


def _put(name: str, ways: Limbs, joints: Joints) -> None:
    root, middle, end, upper, lower = _ends(name)
    joints[middle] = plus(joints[root], ways[0], upper)
    joints[end] = plus(joints[middle], ways[1], lower)
    if name.endswith("leg"):
        foot = _on_the_ground(ways[2], joints[end][2])
        joints[end.replace("ankle", "toe")] = plus(joints[end], foot, FOOT)


def _on_the_ground(foot: Direction, ankle: float) -> Direction:
    """A foot that would go through the floor bends up at the ankle until its toes rest on it."""
    rest = min(1.0, max(-1.0, (SOLE - ankle) / FOOT))
    if foot[2] >= rest:
        return foot
    level = _unit((foot[0], foot[1], 0))
    flat = math.sqrt(1 - rest * rest)
    return level[0] * flat, level[1] * flat, rest


def joints_between(a: Body, b: Body, share: float) -> Joints:
    """Where every joint is on the way from one pose to another, `share` from 0 to 1."""
    body = Body(_pelvis_between(a, b, share), tuple(
        x + (y - x) * share for x, y in zip(a.body, b.body, strict=True)), a.limbs)  # fmt: skip
    joints, pelvis, chest = _trunk(body)
    turn = body.body[2]
    for i, (name, axes, side) in enumerate(_roots(joints, pelvis, chest)):
        one, other = a.limbs[i], b.limbs[i]
        if (limb := _limb_between(one, other, share)) is not None:
            ways = _directions(name, limb, axes, side, joints, turn)
        else:
            start, end = _local(a, i), _local(b, i)
            mixed = [axes.out(_turned(p, q, share)) for p, q in zip(start, end, strict=True)]
            ways = (mixed[0], mixed[1], mixed[2])
        _put(name, ways, joints)
    return joints


def _pelvis_between(a: Body, b: Body, share: float) -> Direction:
    """Straight on, or on a circle around what stays in place, such as the knees."""
    if b.pivot is None:
        return _mix(a.pelvis, b.pelvis, share)
    start, end = plus(a.pelvis, b.pivot, -1), plus(b.pelvis, b.pivot, -1)
    reach = math.sqrt(dot(start, start)), math.sqrt(dot(end, end))
    way = _turned(_unit(start), _unit(end), share)
    return plus(b.pivot, way, reach[0] + (reach[1] - reach[0]) * share)


def _mix(a: Direction, b: Direction, share: float) -> Direction:
    return plus(a, plus(b, a, -1), share)


def _limb_between(a: Limb, b: Limb, share: float) -> Limb | None:
    """The limb on the way, or None where it changes from angles to a place or back."""
    if a == b:
        return a
    if a.to and b.to and a.at == b.at and (a.aim is None) == (b.aim is None):
        to = tuple(x + (y - x) * share for x, y in zip(a.to, b.to, strict=True))
        toes = (
            _turned(_unit(a.toes), _unit(b.toes), share)
            if a.toes and b.toes
            else b.toes
            if share
            else a.toes
        )
        aim = _mix(a.aim, b.aim, share) if a.aim and b.aim else None
        return Limb(to=to, at=a.at, aim=aim, toes=toes)
    if a.to or b.to or a.at or b.at:
        return None
    return Limb(**{f: _lerp(getattr(a, f), getattr(b, f), share) for f in _ANGLES})  # type: ignore[arg-type]  # angles only


def _lerp(a: float | None, b: float | None, share: float) -> float:
    return (a or 0) + ((b or 0) - (a or 0)) * share


@lru_cache(maxsize=512)
def _local(body: Body, i: int) -> Limbs:
    """A limb in its pose, as the part it hangs from sees it."""
    joints, pelvis, chest = _trunk(body)
    for j, (name, axes, side) in enumerate(_roots(joints, pelvis, chest)):
        ways = _directions(name, body.limbs[j], axes, side, joints, body.body[2])
        _put(name, ways, joints)
        if i == j:
            break
    return axes.into(ways[0]), axes.into(ways[1]), axes.into(ways[2])


def _turned(a: Direction, b: Direction, share: float) -> Direction:
    """The direction on the shorter arc between two."""
    angle = math.acos(max(-1.0, min(1.0, dot(a, b))))
    if angle < 1e-6:
        return b
    s = math.sin(angle)
    return plus(scaled(a, math.sin((1 - share) * angle) / s), b, math.sin(share * angle) / s)


class Shot(NamedTuple):
    """One picture: its second, where the joints are, and what is shown besides."""

    second: float
    joints: Joints
    belly: float
    floor: float
    press: bool
    held: bool


def shots(figure: Figure, steps: int = STEPS) -> tuple[Shot, ...]:
    """One loop from the first pose to itself, eased in and out, with the holds."""
    every, now, found = bodies(figure), 0.0, list[Shot]()
    for i, pose in [*[*enumerate(figure.poses)][1:], (0, figure.poses[0])]:
        a, b = every[i - 1], every[i]
        if not found:
            found.append(_shot(0, a, a, 1, figure.poses[i - 1].press, False))
            if figure.poses[i - 1].hold:
                now = figure.poses[i - 1].hold
                found.append(found[0]._replace(second=now, held=True))
        for step in range(1, steps + 1):
            share = (1 - math.cos(math.pi * step / steps)) / 2
            found.append(_shot(now + pose.move * step / steps, a, b, share, pose.press, False))
        now += pose.move
        if pose.hold and i:
            now += pose.hold
            found.append(found[-1]._replace(second=now, held=True))
    return tuple(found)


def _shot(second: float, a: Body, b: Body, share: float, press: bool, held: bool) -> Shot:
    belly, floor = (x + (y - x) * share for x, y in zip(a.body[6:8], b.body[6:8], strict=True))
    return Shot(second, joints_between(a, b, share), belly, floor, press, held)
