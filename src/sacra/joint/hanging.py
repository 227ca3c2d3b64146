"""What still hangs together once cuts are made, and what would float away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from sacra.joint.anatomy import Frame
from sacra.joint.layout import BODIES, COORDINATES, LEFT, RIGHT, SACRUM, Array
from sacra.joint.plain import cross
from sacra.joint.points import points_in
from sacra.joint.population import people_of, traits_of
from sacra.kb.errors import CaseError
from sacra.kb.schema_joint import Anatomy, Scenario

if TYPE_CHECKING:
    from sacra.joint.setting import Pull

LINKS: Final[dict[str, tuple[int, int]]] = {
    "right_joint": (SACRUM, RIGHT), "left_joint": (SACRUM, LEFT), "symphysis": (RIGHT, LEFT),
}  # fmt: skip
"""What joins each two bodies, until it is cut."""


def cut_off(scenario: Scenario) -> set[int]:
    """Bodies that hang on nothing once the cuts are made: they are left out of the motion."""
    held = set(_wholly_held(scenario))
    return {b for group in groups_of(scenario) for b in group if len(group) == 1} - held


def groups_of(scenario: Scenario) -> list[set[int]]:
    """The bodies that still hang together."""
    groups = [{SACRUM}, {RIGHT}, {LEFT}]
    for part, (one, other) in LINKS.items():
        if part not in scenario.cut:
            joined = [group for group in groups if group & {one, other}]
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    return groups


def _wholly_held(scenario: Scenario) -> Iterator[int]:
    if isinstance(scenario.support, tuple):
        yield from (BODIES.index(one.bone) for one in scenario.support if len(one.hold) == 6)


def refuse_loaded(lost: set[int], pulls: Iterable[Pull], scenario: Scenario) -> None:
    """A load on a bone that hangs on nothing would carry it away."""
    for pull in pulls:
        if pull.body in lost and any((*pull.force, *pull.moment)):
            cut = " or ".join(part for part in scenario.cut if part in LINKS)
            raise CaseError(
                "cut", f"leaves the {_bones({pull.body})} on nothing, with a load on it;"
                f" keep one of {cut}, or take the load away",
            )  # fmt: skip


def _bones(bodies: set[int]) -> str:
    return " and ".join(BODIES[body].replace("_", " ") for body in sorted(bodies))


def refuse_floating(
    free: Array, at: tuple[str, str, str], lost: set[int], scenario: Scenario,
    anatomy: Mapping[str, Anatomy],
) -> None:  # fmt: skip
    """A motion of bones together that no support hinders would have no end."""
    traits = traits_of(anatomy)
    middle = people_of(np.zeros((1, len(traits))), traits, anatomy, scenario.sex)
    points = points_in(Frame(middle, anatomy), scenario.points)
    for group in groups_of(scenario):
        loose = _loose(free, group, [points[name][0] for name in at])
        if loose and not group <= lost:
            what = "whole pelvis" if len(group) == len(BODIES) else _bones(group)
            raise CaseError(
                "support", f"leaves the {what} free to move in {loose} ways; hold more of it"
            )


def _loose(free: Array, group: set[int], places: list[Array]) -> int:
    """In how many ways these bodies may move together, held at these places."""
    whole = np.zeros((COORDINATES, 6))
    for body in group:
        whole[6 * body : 6 * body + 6] = np.eye(6)
        whole[6 * body : 6 * body + 3, 3:] = -cross(places[body])
    rest = whole - free @ np.linalg.lstsq(free, whole, rcond=None)[0]
    return int((np.linalg.svd(rest / [1, 1, 1, 100, 100, 100])[1] < 1e-6).sum())
