"""From a scenario to what the solver needs: which motions are held, and what pulls on what.

Nothing here looks at people: a `Setting` is the same for all of them, and names points that each
of them has in a place of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from sacra.joint.anatomy import Cord
from sacra.joint.hanging import LINKS, cut_off, groups_of, refuse_floating, refuse_loaded
from sacra.joint.layout import BODIES, COORDINATES, LEFT, RIGHT, SACRUM, Array
from sacra.joint.points import SIDE_NAMES, refuse_points, refuse_unknown
from sacra.joint.refuse import refuse_impossible
from sacra.kb.errors import CaseError, nearest
from sacra.kb.schema_joint import Anatomy, Line, Load, Point, Posture, Scenario, Support

MOTIONS: Final = ("x", "y", "z", "rx", "ry", "rz")
TRUNK: Final = ("s1", "weight_line")
"""Where the trunk loads the sacrum."""
_BODY = {name: i for i, name in enumerate(BODIES)}
_LIGAMENTS_OF = {
    "anterior": ("asl",), "interosseous": ("isl",), "posterior": ("spsl", "lpsl"),
    "sacrotuberous": ("st",), "sacrospinous": ("ss",),
    "iliolumbar": ("il",), "pubic_ligaments": ("pubic_upper", "pubic_lower"),
}  # fmt: skip
LARGEST: Final = 20_000.0
"""N: more than any published load on a pelvis; a larger number is a slip of units."""


class Pull(NamedTuple):
    """One load as the solver takes it: its body, its point or exact place, and from which phase.

    `axes` as in `Load`; `force` in N and `moment` in N mm. A muscle has a `place` and `towards`
    on the right side, mirrored by `sign`, and a force along the way between them. A weight stays
    upright when the pelvis tips: it `leans`. Of a body weight each person carries a `share`, the
    name of a trait. A load that is `carried` has no moment on S1: muscles make it.
    """

    body: int
    at: str
    force: tuple[float, ...]
    moment: tuple[float, ...]
    axes: str
    phase: int
    place: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    sign: float = 1.0
    name: str = ""
    leans: bool = False
    share: str = ""
    carried: bool = False


class Setting(NamedTuple):
    """Supports and loads, ready for any person."""

    held: Array
    """[18, N] motions left free while the unloaded pelvis settles."""
    free: Array
    """[18, N] motions that the supports leave free under load."""
    at: tuple[str, str, str]
    """The named point by which each body is held."""
    pulls: tuple[Pull, ...]
    phases: int
    longer: float
    """mm by which the right leg is longer: the pelvis tips to the left."""
    cut: frozenset[str]
    """Ligaments, and whole joints, that are cut off."""
    cords: tuple[Cord, ...]
    """Muscles at work between two bones of the pelvis."""
    left_out: frozenset[int]
    """Bodies that hang on nothing, and stay where they are drawn."""


def setting_of(
    scenario: Scenario,
    postures: Mapping[str, Posture],
    anatomy: Mapping[str, Anatomy],
    chosen: Mapping[str, float] | None = None,
) -> Setting:
    """The supports and loads of a scenario.

    Args:
        scenario: what is asked.
        postures: those it may name.
        anatomy: the facts, for muscles and sizes.
        chosen: shares of optimised muscles; they carry the moments on S1 of the scenario.

    Raises:
        CaseError: a name is unknown, a number impossible, or nothing holds the pelvis.
    """
    refuse_impossible(scenario, anatomy)
    refuse_points(scenario)
    posture = _posture(scenario, postures)
    support = _support(scenario, posture)
    lines = tuple(_lines(_shares(scenario) if chosen is None else chosen, anatomy))
    loads = (*(posture.loads if posture else ()), *scenario.loads)
    pulls = (*_pulls(scenario, loads, anatomy, carried=chosen is not None), *_muscles(lines))
    lost = cut_off(scenario)
    refuse_loaded(lost, pulls, scenario)
    free, at = _free(support, scenario.points)
    free = _without(free, lost)
    if LINKS.keys() & set(scenario.cut) or not isinstance(support, str):  # named ones hold
        refuse_floating(free, at, lost, scenario, anatomy)
    return Setting(
        held=_while_settling(scenario),
        free=free,
        at=at,
        pulls=pulls,
        phases=max((pull.phase for pull in pulls), default=1),
        longer=_longer(scenario, support),
        cut=frozenset(n for part in scenario.cut for n in _LIGAMENTS_OF.get(part, (part,))),
        cords=tuple(_cords(lines)),
        left_out=frozenset(lost),
    )


def _posture(scenario: Scenario, postures: Mapping[str, Posture]) -> Posture | None:
    name = scenario.posture
    if name and name not in postures:
        raise CaseError("posture", f"unknown posture `{name}`{nearest(name, postures)}")
    return postures[name] if name else None


# --- supports ---------------------------------------------------------------------------------


def _support(scenario: Scenario, posture: Posture | None) -> str | tuple[Support, ...]:
    support = scenario.support if scenario.support is not None else posture and posture.support
    if not support:
        raise CaseError("support", "is missing; nothing holds the pelvis, so it would float away")
    return support


def _while_settling(scenario: Scenario) -> Array:
    """Of those that hang together, one that stays where it is drawn is the mark for the others."""
    marks = (next(b for b in (RIGHT, LEFT, SACRUM) if b in one) for one in groups_of(scenario))
    return _without(np.eye(COORDINATES), set(marks))


def _free(
    support: str | tuple[Support, ...], own: Mapping[str, Point]
) -> tuple[Array, tuple[str, str, str]]:
    if isinstance(support, str):
        return _NAMED[support]
    at = ["s1", "hip_right", "hip_left"]
    held = set()
    for one in support:
        body = _BODY[one.bone]
        if one.at:
            refuse_unknown("support", one.at, one.bone, own)
            at[body] = one.at
        held |= {6 * body + MOTIONS.index(motion) for motion in one.hold}
    free = np.eye(COORDINATES)[:, [i for i in range(COORDINATES) if i not in held]]
    return free, (at[0], at[1], at[2])


def _clamped(*bodies: int) -> Array:
    return _without(np.eye(COORDINATES), set(bodies))


def _without(free: Array, bodies: set[int]) -> Array:
    """Only the motions in which these bodies stay put."""
    rows = [i for i in range(COORDINATES) if i // 6 in bodies]
    return np.ascontiguousarray(free[:, np.all(free[rows] == 0, axis=0)])


def _both_sides() -> Array:
    """Held at both sides up, down, forward and back; the middle neither moves aside nor tilts.

    So the hip bones may go apart and tilt against each other, and left is treated as right is.
    """
    single = [*range(6 * SACRUM, 6 * SACRUM + 6)]
    single += [6 * hip + turn for hip in (RIGHT, LEFT) for turn in (3, 4)]
    columns = [np.eye(COORDINATES)[i] for i in single]
    for motion in (2, 5):
        columns.append(np.eye(COORDINATES)[6 * RIGHT + motion])
        columns[-1][6 * LEFT + motion] = -1
    return np.stack(columns, 1)


_HIPS = ("s1", "hip_right", "hip_left")
_NAMED: dict[str, tuple[Array, tuple[str, str, str]]] = {
    "two_legs": (_both_sides(), _HIPS),
    "right_leg": (_clamped(RIGHT), _HIPS),
    "left_leg": (_clamped(LEFT), _HIPS),
    "sitting": (_both_sides(), ("s1", "tuberosity_right", "tuberosity_left")),
    "hip_bones_clamped": (_clamped(RIGHT, LEFT), _HIPS),
    "right_hip_bone_clamped": (_clamped(RIGHT), _HIPS),
    "left_hip_bone_clamped": (_clamped(LEFT), _HIPS),
    "sacrum_clamped": (_clamped(SACRUM), _HIPS),
}


# --- loads ------------------------------------------------------------------------------------


def _pulls(
    scenario: Scenario, loads: tuple[Load, ...], anatomy: Mapping[str, Anatomy], *, carried: bool
) -> Iterator[Pull]:
    """What pulls on the bones; if `carried`, muscles make the moments of the trunk on S1."""
    first = 1 + len(scenario.loads) - len(loads)  # those of the posture come before number 1
    for number, load in enumerate(loads, first):
        refuse_unknown(f"load {number}", load.at, load.bone, scenario.points)
        if not any((*load.force, *load.moment)) and load in scenario.loads:
            raise CaseError(f"load {number}", "is none; give it a `force` or a `moment`")
        unit = scenario.body_weight if load.times_weight else 1.0
        pull = _loaded(load, unit, f"load {number}")
        yield pull._replace(carried=carried and is_of_trunk(pull))
    if scenario.belt:
        yield from _belted(scenario, anatomy["belt_map"].value)


def is_of_trunk(pull: Pull) -> bool:
    """Whether it is a load by which the trunk bears on the sacrum."""
    return (pull.body, pull.axes) == (SACRUM, "standing") and pull.at in TRUNK


def _loaded(load: Load, unit: float, where: str) -> Pull:
    force = tuple(unit * value for value in load.force)
    moment = tuple(1000 * unit * value for value in load.moment)
    if not all(np.isfinite([*force, *moment])):
        raise CaseError(where, "is not a number; give each force in N and each moment in N m")
    if max(map(abs, force)) > LARGEST or max(map(abs, moment)) > 1000 * LARGEST / 10:
        raise CaseError(
            where,
            f"is beyond {LARGEST:,.0f} N or {LARGEST / 10:,.0f} N m; are the units N and N m?",
        )
    return Pull(
        _BODY[load.bone], load.at, force, moment, load.axes, load.phase, name=load.at, leans=True,
        share=_SHARES.get(load.times_weight, ""),
    )  # fmt: skip


_SHARES: Final[dict[bool | str, str]] = {"above_s1": "weight_above_s1", "of_a_leg": "leg_weight"}
"""The trait that says how much of a body weight it is."""


_BELT_AT = {"high": "belt", "low": "hip"}
"""Where the pull of each half of a belt comes together: high, in the middle of its band just below
the front spine; low, over both thigh bones, and so on the hip joints."""


def _belted(scenario: Scenario, mapped: float) -> Iterator[Pull]:
    """A belt presses both hip bones towards the middle."""
    belt = scenario.belt
    assert belt
    if not 0 <= belt.tension <= LARGEST:
        raise CaseError("belt.tension", f"is {belt.tension:,g} N; give 0 to {LARGEST:,.0f} N")
    for side, body, sign in (("right", RIGHT, -1.0), ("left", LEFT, 1.0)):
        force, at = (0.0, 0.0, sign * mapped * belt.tension), f"{_BELT_AT[belt.height]}_{side}"
        yield Pull(body, at, force, (0.0, 0.0, 0.0), "standing", belt.phase, name="belt")


class Working(NamedTuple):
    """One line of a muscle at work: whose and on which side, and its force in N."""

    name: str
    side: str
    line: Line
    force: float


def lines_of(muscle: str, side: str, share: float, anatomy: Mapping[str, Anatomy]) -> list[Working]:
    """The lines of one muscle that pulls with a share of its greatest force."""
    fact = anatomy[f"muscle_{muscle}"]
    return [Working(muscle, side, one, share * one.share * fact.value) for one in fact.lines]


def muscles_of(anatomy: Mapping[str, Anatomy]) -> tuple[str, ...]:
    """The name of every muscle, without a side."""
    return tuple(fact.removeprefix("muscle_") for fact in anatomy if fact.startswith("muscle_"))


def _shares(scenario: Scenario) -> Mapping[str, float]:
    return {} if isinstance(scenario.muscles, str) else scenario.muscles


def _lines(shares: Mapping[str, float], anatomy: Mapping[str, Anatomy]) -> Iterator[Working]:
    """The lines of all muscles named, on both sides unless one is said."""
    known = muscles_of(anatomy)
    for name, share in shares.items():
        muscle, _, side = name.rpartition("_") if name.endswith(SIDE_NAMES) else (name, "", "")
        if muscle not in known:
            raise CaseError("muscles", f"unknown muscle `{name}`{nearest(name, known)}")
        if not 0 <= share <= 1:
            raise CaseError(
                f"muscles.{name}", f"is {share:g}; give a share of its force from 0 to 1"
            )
        for one in [side] if side else SIDE_NAMES:
            yield from lines_of(muscle, one, share, anatomy)


def _cords(lines: tuple[Working, ...]) -> Iterator[Cord]:
    """Those between two bones of the pelvis, which follow both and are stiff."""
    for one in lines:
        if one.line.to == "sacrum" and one.force > 0:
            yield Cord(one.name, one.side, one.line.at, one.line.towards, one.force)


def _muscles(lines: tuple[Working, ...]) -> Iterator[Pull]:
    """Those that leave the pelvis: the pull on its bone, and back on the other."""
    for one in lines:
        if one.line.to != "sacrum":
            yield from _muscle(one)


def _muscle(one: Working) -> Iterator[Pull]:
    sign, hip = (1.0, RIGHT) if one.side == "right" else (-1.0, LEFT)
    line, force, nothing = one.line, (one.force, 0.0, 0.0), (0.0, 0.0, 0.0)
    body = SACRUM if line.bone == "sacrum" else hip
    ends = line.at, line.towards
    yield Pull(body, "", force, nothing, "fibre", 1, ends, sign, one.name)
    if line.to:
        other, at = (SACRUM, "s1") if line.to == "s1" else (hip, f"hip_{one.side}")
        yield Pull(other, at, force, nothing, "fibre", 1, ends[::-1], sign, one.name)


def _longer(scenario: Scenario, support: str | tuple[Support, ...]) -> float:
    """By how many mm the right leg is longer."""
    for side, short in scenario.shorter_leg.items():
        if not 0 <= short <= 100:
            raise CaseError(f"shorter_leg.{side}", f"is {short:g} mm; give 0 to 100 mm")
        if 0 < short < 1:
            raise CaseError(f"shorter_leg.{side}", f"is {short:g} mm; is that metres? Write mm")
        if short and support != "two_legs":
            raise CaseError("shorter_leg", "tips who stands on both legs; take `support: two_legs`")
    return scenario.shorter_leg.get("left", 0.0) - scenario.shorter_leg.get("right", 0.0)
