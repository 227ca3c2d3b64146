"""What decides a quantity: its change with each trait, without solving again.

In balance the forces stay at none when a trait changes, so that the pose moves by minus the
inverse tangent times the change of the forces (the implicit function theorem). The chain has two
links: the settled pelvis moves with the trait, and the loaded one with both. Only how forces,
points and quantities change with a trait is found by a small step, in all places at once.

Far from the middle traits work together. What each of them decides over all people, alone and with
others, is told by indices from many solutions (Jansen 1999, doi 10.1016/S0010-4655(98)00154-4).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.layout import Array, Pelves, Whole
from sacra.joint.population import draw_scores
from sacra.joint.present import present
from sacra.joint.quantities import Solved, measure
from sacra.joint.solver import Solver
from sacra.kb.errors import CaseError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Scenario

_STEP = 1e-4


def sensitivities(scenario: Scenario, knowledge: Knowledge, quantity: str) -> dict[str, float]:
    """The change of one quantity of the middle person with one score of each trait.

    A score is one standard deviation of the prior. Valid for total slip in one phase, as friction
    is a function of the pose then.

    Raises:
        CaseError: the quantity is unknown, or the scenario has no balance, a path, or phases.
    """
    solver = Solver(scenario, knowledge)
    if scenario.path or solver.setting.phases > 1:
        raise CaseError("the scenario", "has a path; sensitivities are for one phase without one")
    scores = solver.middle()
    base = solver.solve_middle()
    known = present(measure(base), solver.setting, (quantity,))
    if quantity not in known:
        near = nearest(quantity, known) or "; `sacra joint run` prints them all"
        raise CaseError("quantity", f"unknown quantity `{quantity}`{near}")
    chain = _Chain(solver, base)
    found = {}
    for i, trait in enumerate(solver.traits):
        up, down = (measure(chain.follow(scores + h * np.eye(len(solver.traits))[i]))[quantity][0]
                    for h in (_STEP, -_STEP))  # fmt: skip
        found[trait.name] = float((up - down) / (2 * _STEP))
    return found


class Index(NamedTuple):
    """The share of a variance that a trait makes alone, and with all that it does with others."""

    first: float
    total: float


def indices(
    scenario: Scenario, knowledge: Knowledge, quantity: str, people: int = 256, seed: int = 3
) -> dict[str, Index]:
    """What decides a quantity over people, by trait.

    Of its rank among people, as a few soft ones would else decide the variance. Two groups of
    people are drawn around the calibrated middle, traits independent; then each trait of the first
    group in turn is taken from the second. The error of an index is about one over the square root
    of `people`; by chance one may fall below none.

    Raises:
        CaseError: the quantity is unknown.
    """
    solver = Solver(scenario, knowledge)
    middle = solver.middle()
    both = draw_scores(2 * people, solver.traits, seed) + middle
    order = np.sort(_outcome(solver, both, quantity))
    found = jansen(
        lambda scores: _ranked(_outcome(solver, scores, quantity), order),
        both[:people], both[people:],
    )  # fmt: skip
    return {trait.name: index for trait, index in zip(solver.traits, found, strict=True)}


def jansen(outcome: Callable[[Array], Array], first: Array, second: Array) -> list[Index]:
    """The shares of the variance of an outcome that each of its inputs makes.

    Args:
        outcome: of inputs [P, N], the values [P]; those that are no number are left out.
        first: inputs of one group, [P, N].
        second: of another, drawn apart from it.
    """
    here, there = outcome(first), outcome(second)
    variance = np.nanvar(np.concatenate([here, there]))
    found = []
    for i in range(first.shape[1]):
        mixed = first.copy()
        mixed[:, i] = second[:, i]
        value = outcome(mixed)
        alone = 1 - np.nanmean((there - value) ** 2) / (2 * variance)
        total = np.nanmean((here - value) ** 2) / (2 * variance)
        found.append(Index(float(alone), float(total)))
    return found


def _ranked(value: Array, order: Array) -> Array:
    """Where values [P] stand among ordered ones, from 0 to 1."""
    found = order[np.isfinite(order)]
    rank = np.interp(value, found, np.linspace(0, 1, len(found)))
    return np.where(np.isfinite(value), rank, np.nan)


def _outcome(solver: Solver, scores: Array, quantity: str) -> Array:
    """[P]; not a number for those without a balance."""
    solved = solver.solve(scores)
    value = measure(solved, (quantity,))[quantity].copy()
    value[~solved.ok] = np.nan
    return value


class _Chain:
    """The settled and the loaded pose of one person, and how they follow a small change."""

    def __init__(self, solver: Solver, base: Solved) -> None:
        self.solver, self.base = solver, base
        self.settled = self._settled(base.pelves)

    def _settled(self, one: Pelves) -> tuple[Array, Array]:
        """The unloaded pose as it was before the pelvis was turned to stand."""
        nothing = np.zeros((1, at.LOAD_WIDTH))
        held = self.solver.setting.held
        start = one.reference[0], np.stack([np.eye(3)] * 3)
        anchors = np.zeros((one.contacts.shape[1], 3))
        body = np.array([0])
        x, r, code = plain.newton(one, *start, anchors, False, nothing, body, held, 1e-9)
        if code < 0:
            raise CaseError("the scenario", "the middle person does not settle")
        return x, r

    def follow(self, scores: Array) -> Solved:
        """The person of nearby scores, moved there without solving."""
        base, setting = self.base, self.solver.setting
        near = self.solver.prepare(scores)
        one = near.pelves
        x, r = self._stepped(one, self._shifted(*self.settled, one), None, setting.held)
        anchors = plain.placed(
            one.contacts[0][:, at.POINT], one.contact_pair, x, r, one.reference[0]
        )
        stood = plain.stand(x, r, one.reference[0])
        before = base.places[0, 0], base.turns[0, 0]
        start = _carried(before, stood, (base.places[0, 1], base.turns[0, 1]), setting.free)
        loaded = self._stepped(one, start, (anchors[0], near.loads[0, 0], near.body), setting.free)
        return near._replace(
            places=np.stack([stood[0], loaded[0]])[None],
            turns=np.stack([stood[1], loaded[1]])[None],
            anchors=anchors[0][None],
            ok=np.array([True]),
        )

    def _shifted(self, x: Array, r: Array, one: Pelves) -> tuple[Array, Array]:
        """The old pose about the new reference points."""
        return x + one.reference[0] - self.base.pelves.reference[0], r

    def _stepped(
        self, one: Pelves, pose: tuple[Array, Array], under: tuple[Array, Array, Whole] | None,
        free: Array,
    ) -> tuple[Array, Array]:  # fmt: skip
        """One linear step to balance."""
        count = one.contacts.shape[1]
        anchors, loads, body = under or (
            np.zeros((count, 3)), np.zeros((1, at.LOAD_WIDTH)), np.zeros(1, dtype=np.int64)
        )  # fmt: skip
        res, jac = plain.evaluate(one, *pose, anchors, under is not None, loads, body)
        step = free @ np.linalg.solve(free.T @ jac @ free, -free.T @ res)
        moved = step.reshape(3, 6)
        return pose[0] + moved[:, :3], Rotation.from_rotvec(moved[:, 3:]).as_matrix() @ pose[1]


def _carried(
    before: tuple[Array, Array], after: tuple[Array, Array], pose: tuple[Array, Array], free: Array
) -> tuple[Array, Array]:
    """A loaded pose whose held motions follow how the settled pelvis moved."""
    turn = after[1] @ np.swapaxes(before[1], 1, 2)
    spin = Rotation.from_matrix(turn).as_rotvec()
    change = np.concatenate([after[0] - before[0], spin], 1).ravel()
    held = change - free @ np.linalg.lstsq(free, change, rcond=None)[0]
    moved = held.reshape(3, 6)
    return pose[0] + moved[:, :3], Rotation.from_rotvec(moved[:, 3:]).as_matrix() @ pose[1]
