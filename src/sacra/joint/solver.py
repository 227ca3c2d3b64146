"""Solving a scenario: for the middle person, or for many, in batches that keep memory bounded."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import msgspec
import numpy as np

from sacra.joint import layout as at
from sacra.joint import plain
from sacra.joint.anatomy import NEVER, SIDES, Frame, Side, build
from sacra.joint.layout import LOAD_WIDTH, Array, Pelves, Whole
from sacra.joint.muscles import least_effort
from sacra.joint.points import in_standing, points_in
from sacra.joint.population import (
    Person,
    Trait,
    draw_scores,
    middle_scores,
    people_of,
    softened,
    traits_of,
)
from sacra.joint.present import present
from sacra.joint.quantities import Solved, measure
from sacra.joint.refuse import shaped
from sacra.joint.result import Result, result_of
from sacra.joint.setting import Pull, Setting, is_of_trunk, setting_of
from sacra.joint.stream import Stream
from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Anatomy, Scenario

_ONE_AT_A_TIME = threading.Lock()
"""Numba's own pool of threads ends the process when two threads of a server enter it at once."""
BATCH = 500
_FEW = 4
"""Fewer people are solved in the thread that asks: waking the others takes as long as they do."""
MOST_PEOPLE = 10_000_000
_PATH_STEPS = 10
_TOLERANCE = 1e-6
"""Imbalance beside the largest load, or beside 100 N."""


def solve(scenario: Scenario, knowledge: Knowledge) -> Result:
    """The scenario in the middle person: every trait at its median."""
    solver = Solver(scenario, knowledge)
    solved = solver.solve(solver.middle())
    measured = measure(solved, scenario.want)
    values = {name: value[solved.ok] for name, value in measured.items()}
    return result_of(solver, values, 1, int((~solved.ok).sum()))


def solve_many(scenario: Scenario, knowledge: Knowledge, people: int | None = None) -> Result:
    """The scenario in many people; the same seed gives the same people.

    Args:
        scenario: what to solve.
        knowledge: the priors.
        people: how many; the scenario's own number if left out.

    Raises:
        CaseError: the scenario is impossible, or nobody in it finds a balance.
    """
    crowd = Crowd(scenario, knowledge, people)
    for _ in crowd:
        pass
    return crowd.result()


class Crowd:
    """A scenario in many people, some at a time, for who shows how far it is or stops early.

    Going through it solves the next people and says how many are done. Memory does not grow with
    them; how near quantiles then are, see `joint.stream`.

    Raises:
        CaseError: the scenario is impossible, or `people` is.
    """

    def __init__(self, scenario: Scenario, knowledge: Knowledge, people: int | None = None) -> None:
        self.solver = Solver(scenario, knowledge)
        self.people = self.solver.scenario.people if people is None else people
        self.done = self.failed = 0
        self._stream = Stream()
        if not 1 <= self.people <= MOST_PEOPLE:
            raise CaseError("people", f"is {self.people:,}; give 1 to {MOST_PEOPLE:,}")

    def __iter__(self) -> Iterator[int]:
        """How many people are done, after each batch of them."""
        while self.done < self.people:
            count = min(BATCH, self.people - self.done)
            solved = self.solver.solve(self.solver.draw(count, self.done))
            measured = measure(solved, self.solver.scenario.want)
            self._stream.add({name: value[solved.ok] for name, value in measured.items()})
            self.failed += int((~solved.ok).sum())
            self.done += count
            yield self.done

    def result(self) -> Result:
        """What the people come to who are done, at least one batch of them.

        Raises:
            CaseError: none of them found a balance.
        """
        found = result_of(self.solver, self._stream.values(), self.done, self.failed)
        if self.done == self.people:
            return found
        early = f"Stopped early: {self.done:,} of {self.people:,} people are done."
        return msgspec.structs.replace(found, notes=(early, *found.notes))


def values_of(
    scenario: Scenario, knowledge: Knowledge, scores: Array
) -> tuple[dict[str, Array], Any]:
    """Every quantity of given people [P], and who found a balance; for comparisons of runs."""
    solver = Solver(scenario, knowledge)
    parts = [solver.solve(scores[i : i + BATCH]) for i in range(0, len(scores), BATCH)]
    measured = [present(measure(part), solver.setting) for part in parts]
    names = measured[0]
    ok = np.concatenate([part.ok for part in parts])
    return {name: np.concatenate([m[name] for m in measured]) for name in names}, ok


class Solver:
    """A scenario made ready once, for any number of people."""

    def __init__(self, scenario: Scenario, knowledge: Knowledge) -> None:
        self.scenario = scenario = shaped(scenario)
        self.knowledge = knowledge
        self.anatomy: Mapping[str, Anatomy] = knowledge.anatomy
        self.traits: tuple[Trait, ...] = traits_of(knowledge.anatomy)
        self.chosen: dict[str, float] | None = None
        if scenario.muscles == "optimised":
            alone = msgspec.structs.replace(scenario, muscles={})
            self.chosen = least_effort(Solver(alone, knowledge))
        self.setting = setting_of(scenario, knowledge.postures, knowledge.anatomy, self.chosen)
        self.calibration = knowledge.calibration.get("joint")
        self.sides = _sides(scenario)

    def middle(self) -> Array:
        """[1, traits]: scores of the person in the middle."""
        return middle_scores(self.traits, self.calibration)

    def draw(self, count: int, start: int) -> Array:
        """Scores of the people from number `start` on."""
        return draw_scores(count, self.traits, self.scenario.seed, self.calibration, start)

    def person(self, scores: Array) -> Person:
        """Their traits, with what the scenario fixes."""
        person = people_of(scores, self.traits, self.anatomy, self.scenario.sex)
        for name, value in self.scenario.traits.items():
            person[name] = np.full(len(scores), value)
        if self.scenario.pregnant:
            person |= softened(person, person["pregnancy_laxity"])
        person["sacral_slope"] = person["pelvic_incidence"] - person["pelvic_tilt"]
        return person

    def prepare(self, scores: Array) -> Solved:
        """These people with their loads, before any balance: as drawn."""
        person = self.person(scores)
        frame = Frame(person, self.anatomy)
        points = points_in(frame, self.scenario.points)
        pelves = _cut(build(frame, self.sides, cords=self.setting.cords), self.setting)
        if not self.scenario.tear:
            pelves.fibres[..., [at.FAILURE, at.RUPTURE]] = NEVER, 2 * NEVER
        reference = np.stack([points[name] for name in self.setting.at], 1)
        pelves = dataclasses.replace(pelves, reference=np.ascontiguousarray(reference))
        loads, body = _loads(self.setting, points, person)
        count, phases = loads.shape[:2]
        leans = self.scenario.axes == "endplate"
        anchors = np.zeros((count, pelves.contacts.shape[1], 3))
        return Solved(
            pelves, np.zeros((count, phases + 1, 3, 3)), np.zeros((count, phases + 1, 3, 3, 3)),
            anchors, np.zeros(count, dtype=bool), loads, body,
            points[self.scenario.point], points, np.radians(person["sacral_slope"]) * leans,
            person["ligament_failure"],
        )  # fmt: skip

    def solve(self, scores: Array, *, plainly: bool = False) -> Solved:
        """Build these people, and bring them into balance.

        If ligaments may tear, the tissue behind the joints is gone in whom one of them has begun
        to, or in whom no balance is found with it.
        """
        solved = self._balanced(self.prepare(scores), plainly)
        if not self.scenario.tear:
            return solved
        gone = ~solved.ok | (measure(solved, ("failure",))["failure"] > 1)
        if not gone.any():
            return solved
        again = self.prepare(scores)
        again.pelves.springs[gone[:, None] & (again.pelves.spring_pair < 2), 3:] = 0.0
        return self._balanced(again, plainly)

    def solve_middle(self, *, plainly: bool = False) -> Solved:
        """The middle person in balance.

        Raises:
            CaseError: there is none.
        """
        solved = self.solve(self.middle(), plainly=plainly)
        if not solved.ok[0]:
            raise CaseError("the scenario", "has no balance; is the load beyond the joint?")
        return solved

    def _balanced(self, ready: Solved, plainly: bool) -> Solved:
        largest = max(100.0, float(np.abs(ready.loads[..., 3:6]).max(initial=0)))
        steps = _PATH_STEPS if self.scenario.path else 0
        return balance(ready, self.setting, steps, _TOLERANCE * largest, plainly=plainly)


def middle(
    scenario: Scenario, knowledge: Knowledge, *, plainly: bool = False
) -> tuple[Solver, Solved]:
    """The middle person of a scenario in balance, and what solved it.

    Raises:
        CaseError: the scenario is impossible, or has no balance.
    """
    solver = Solver(scenario, knowledge)
    return solver, solver.solve_middle(plainly=plainly)


def balance(
    ready: Solved, setting: Setting, steps: int, tolerance: float, *, plainly: bool = False
) -> Solved:
    """People brought into balance, by the kernel if Numba is there to compile it.

    `plainly` leaves the kernel out, for a few people while it is not compiled yet.
    """
    pelves, places, turns, anchors = ready.pelves, ready.places, ready.turns, ready.anchors
    status = np.zeros(len(pelves), dtype=np.int64)
    pairs = pelves.fibre_pair, pelves.contact_pair, pelves.spring_pair
    if (kernel := None if plainly else _kernel()) and len(pelves) < _FEW:
        for p in range(len(pelves)):
            status[p] = kernel.person(
                pelves.reference[p], pelves.fibres[p], pelves.contacts[p], pelves.springs[p],
                *pairs, setting.held, setting.free, ready.loads[p], ready.body, steps, tolerance,
                places[p], turns[p], anchors[p],
            )  # fmt: skip
    elif kernel:
        with _ONE_AT_A_TIME:
            kernel.equilibria(
                pelves.reference, pelves.fibres, pelves.contacts, pelves.springs, *pairs,
                setting.held, setting.free, ready.loads, ready.body, steps, tolerance, places,
                turns, anchors, status,
            )  # fmt: skip
    else:
        for p in range(len(pelves)):
            one = pelves.take(slice(p, p + 1))
            x, r, anchors[p], status[p] = plain.equilibrium(
                one, setting.held, setting.free, ready.loads[p], ready.body, steps, tolerance
            )
            places[p, : len(x)], turns[p, : len(r)] = x, r
    turns[status != 0] = np.eye(3)  # no meaning, but nothing to trip over
    return ready._replace(ok=status == 0)


def _kernel() -> ModuleType | None:
    try:
        from sacra.joint import kernel
    except ImportError:  # Numba is an extra
        return None
    return kernel


def _sides(scenario: Scenario) -> dict[str, Side]:
    found = {}
    for side in SIDES:
        laxity, bond = (
            value.get(side, normal) if isinstance(value, dict) else value  # type: ignore[call-overload]  # `side` is a name of SIDES
            for value, normal in ((scenario.laxity, 1.0), (scenario.bond, 0.0))
        )
        if not 0 < laxity <= 10:
            raise CaseError(
                "laxity", f"is {laxity:g}; give a factor on the stiffness above 0, to 10"
            )
        if not 0 <= bond <= 1000:
            raise CaseError("bond", f"is {bond:g}; give 0 to 1000 times the stiffness of cartilage")
        found[side] = Side(laxity, bond)
    return found


def _cut(pelves: Pelves, setting: Setting) -> Pelves:
    """The pelves with some parts taken out: they keep their place, and carry nothing."""
    if not setting.cut:
        return pelves
    fibres, contacts, springs = pelves.fibres.copy(), pelves.contacts.copy(), pelves.springs.copy()
    whole = {"right_joint": (0,), "left_joint": (1,), "symphysis": (2, 3)}
    pairs = [pair for part in setting.cut for pair in whole.get(part, ())]
    passive = pelves.fibres[0, :, at.ACTIVE] == 0
    gone = np.isin(pelves.fibre_pair, pairs) | np.isin(pelves.ligament, list(setting.cut))
    gone &= passive  # a muscle beside a cut joint pulls on
    fibres[:, gone, at.STIFFNESS] = 0.0
    contacts[:, np.isin(pelves.contact_pair, pairs), at.NORMAL_STIFFNESS :] = 0.0
    tissue = (0, 1) if "isl" in setting.cut else ()
    springs[:, np.isin(pelves.spring_pair, [*pairs, *tissue]), 3:] = 0.0
    return dataclasses.replace(pelves, fibres=fibres, contacts=contacts, springs=springs)


# --- loads ------------------------------------------------------------------------------------


def _loads(setting: Setting, points: Mapping[str, Array], person: Person) -> tuple[Array, Whole]:
    """[P, phases, L, LOAD_WIDTH] and the body of each load."""
    count = len(person["pelvic_tilt"])
    rows = np.zeros((count, setting.phases, max(1, len(setting.pulls)), LOAD_WIDTH))
    for n, pull in enumerate(setting.pulls):
        row = np.zeros((count, LOAD_WIDTH))
        row[:, :3], row[:, 3:6] = _placed(pull, points, person)
        row[:, 6:9] = in_standing(np.array(pull.moment), pull.axes, person)
        if pull.share:
            row[:, 3:] *= person[pull.share][:, None]
        if pull.leans and setting.longer:
            row[:] = _leaning(row, setting.longer, person, of_trunk=is_of_trunk(pull))
        if pull.carried:
            row[:, :3], row[:, 6:] = points["s1"], 0.0
        rows[:, :, n, :3] = row[:, None, :3]  # a load grows where it acts
        rows[:, pull.phase - 1 :, n, 3:] = row[:, None, 3:]
    body = np.array([pull.body for pull in setting.pulls] or [0])
    return rows, body


def _placed(pull: Pull, points: Mapping[str, Array], person: Person) -> tuple[Array, Array]:
    if pull.place:
        mirror = np.array([1.0, 1.0, pull.sign])
        begin, toward = (np.array(end, dtype=float) * mirror for end in pull.place)
        way = (toward - begin) / np.linalg.norm(toward - begin)
        return points[pull.at] if pull.at else begin, pull.force[0] * way
    return points[pull.at], in_standing(np.array(pull.force), pull.axes, person)


def _leaning(row: Array, longer: float, person: Person, *, of_trunk: bool) -> Array:
    """A load as a pelvis feels it whose right leg is longer by so many mm, [P, LOAD_WIDTH].

    It turns about the middle between the hips, place and all: a weight stays upright, and the
    spine bends back over the feet, but for how far the trunk moves towards the longer leg.
    """
    lean = np.arcsin(np.clip(longer / person["hip_separation"], -1, 1))
    c, s, one, none = np.cos(lean), np.sin(lean), np.ones(len(lean)), np.zeros(len(lean))
    back = np.stack([one, none, none, none, c, -s, none, s, c], -1).reshape(-1, 3, 3)
    place = row[:, :3].copy()
    if of_trunk:
        place[:, 2] += longer * person["longer_leg_shift"]
    place, force, moment = (
        np.einsum("pij,pj->pi", back, part) for part in (place, row[:, 3:6], row[:, 6:9])
    )
    return np.concatenate([row[:, :3], force, moment + np.cross(place - row[:, :3], force)], 1)
