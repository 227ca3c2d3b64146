"""What can be wrong in a figure that is well formed: a person who cannot be put together."""

from __future__ import annotations

from collections.abc import Iterator

from sacra.kb.schema_figure import Figure, Limb, Point, Pose, Prop

_TRUNK = {"hip", "waist", "neck", "head", "belly", "back_of_pelvis", "near_hip", "far_hip"}
_FAR_LEG = {"far_knee", "far_ankle", "far_toe"}
_LEGS = _FAR_LEG | {"near_knee", "near_ankle", "near_toe"}


def figure_problems(figure: Figure) -> Iterator[str]:
    """Each reason why a figure cannot be drawn, in a sentence."""
    if len(figure.poses) < 2:
        yield "a movement has at least two poses"
    elif not _is_whole(figure.poses[0]):
        yield "its first pose says where the pelvis, both arms and both legs are"
    if not all(0 <= i < len(figure.poses) for i in figure.still):
        yield f"still names two of its {len(figure.poses)} poses, the first being 0"
    for pose in figure.poses:
        yield from _pose_problems(pose)
    for prop in figure.props:
        yield from _prop_problems(prop)


def _is_whole(pose: Pose) -> bool:
    """Whether a pose leaves nothing to an earlier one."""
    legs = pose.legs or (pose.near_leg and pose.far_leg)
    arms = pose.arms or (pose.near_arm and pose.far_arm)
    return bool(pose.pelvis and legs and arms)


def _pose_problems(pose: Pose) -> Iterator[str]:
    if pose.move <= 0 or pose.hold < 0:
        yield "the way to a pose takes more than 0 seconds, and no hold less than 0"
    yield from _point_problems(pose.pelvis, pose.pivot)
    for limb, rests in _limbs(pose):
        yield from _point_problems(limb.to)
        if limb.at and limb.at not in rests:
            yield f"a limb cannot rest on `{limb.at}`, which is found after it"


def _limbs(pose: Pose) -> Iterator[tuple[Limb, set[str]]]:
    """Each limb with what it may rest on: trunk, far leg, near leg and arms are found in turn."""
    order = (
        (pose.legs, _TRUNK), (pose.far_leg, _TRUNK), (pose.near_leg, _TRUNK | _FAR_LEG),
        (pose.arms, _TRUNK | _LEGS), (pose.far_arm, _TRUNK | _LEGS),
        (pose.near_arm, _TRUNK | _LEGS),
    )  # fmt: skip
    return ((limb, rests) for limb, rests in order if limb)


def _prop_problems(prop: Prop) -> Iterator[str]:
    yield from _point_problems(prop.at)
    if bool(prop.at) == bool(prop.joint):
        yield f"the {prop.kind} stands `at` a point or goes with a `joint`"
    if prop.kind in ("band", "belt") and not (prop.joint and prop.to):
        yield f"a {prop.kind} goes from a `joint` to another (`to`)"


def _point_problems(*points: Point | None) -> Iterator[str]:
    for point in points:
        if point is not None and len(point) not in (2, 3):
            yield f"the point {list(point)} has two numbers (right, up) or three"
