"""The shape of the files about the joint, and of a scenario that anyone may write.

Lengths are in mm, forces in N, moments in N m, angles in degrees. Axes are X forward, Y up, Z to
the right in relaxed standing, with the origin midway between the hip joint centres.
"""

from __future__ import annotations

from typing import Literal

from sacra.kb.facts import Fact, Record, Words

Place = tuple[float, float, float]
Body = Literal["sacrum", "right_hip_bone", "left_hip_bone"]
Motion = Literal["x", "y", "z", "rx", "ry", "rz"]
Sex = Literal["female", "male"]
SideName = Literal["right", "left"]
Part = Literal[
    "right_joint", "left_joint", "symphysis",
    "anterior", "interosseous", "posterior", "sacrotuberous", "sacrospinous",
    "iliolumbar", "pubic_ligaments",
]  # fmt: skip
"""What a test may cut: a whole joint, or a group of ligaments on both sides."""


class Line(Record, kw_only=True):
    """One line of pull of a muscle: from a point of its bone towards another, right side.

    `to` says where its far end pulls back on the pelvis: there on the sacrum, through the hip
    joint, or through the spine on S1. `share` is the part of the muscle's force in this line.
    """

    bone: Literal["sacrum", "hip_bone"]
    at: Place
    towards: Place
    to: Literal["sacrum", "hip_joint", "s1", ""] = ""
    share: float = 1.0


class Anatomy(Fact, kw_only=True):
    """One input of the joint model, with its spread over people.

    `law` says how it differs: `spread` is the sd of a normal law, or of the logarithm of a
    lognormal one whose median is `value`; `low` and `high` bound it, and make a uniform law. The
    fibres of a ligament go from the sacrum to the hip bone, or two of each that cross and part
    along an axis by `fibre_crossing`; a muscle has lines of pull, and its value is its greatest
    force. Right side; the left is its mirror image.
    """

    quantity: str
    unit: str
    law: Literal["fixed", "normal", "lognormal", "uniform"]
    value: float = 0.0
    women: float | None = None
    spread: float = 0.0
    low: float | None = None
    high: float | None = None
    point: Place | None = None
    fibres: tuple[tuple[Place, Place], ...] = ()
    crossing: Literal["", "x", "y", "z"] = ""
    lines: tuple[Line, ...] = ()
    url: str = ""
    note: str = ""


class Calibration(Fact, kw_only=True):
    """Where measurements move the middle of some traits, in scores of their priors.

    Frozen: `./dev calibrate` makes it anew, with its report in ``docs/reference``.
    """

    title: str
    traits: tuple[str, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    note: str = ""


class Point(Record, kw_only=True):
    """A place that a scenario names itself, fixed to a bone: so many mm from an origin.

    `origin` is a point that every pelvis has, or, left out, the middle between the hip joint
    centres; `axes` as those of a load. It lies as far from its origin in everybody.
    """

    bone: Body
    place: Place
    origin: str = ""
    axes: Literal["standing", "endplate"] = "standing"


class Load(Record, kw_only=True):
    """A force and a moment on one bone, from a phase on.

    `at` names a point of the bone; `axes` are those of standing, or of the S1 endplate (X along
    it to the front, Y out of it). `times_weight` takes both in body weights (and body weights
    times a metre) instead of N and N m, or in what S1 carries of them in standing (`above_s1`) or
    a leg weighs (`of_a_leg`).
    """

    bone: Body
    at: str = "s1"
    force: Place = (0.0, 0.0, 0.0)
    moment: Place = (0.0, 0.0, 0.0)
    axes: Literal["standing", "endplate"] = "standing"
    times_weight: bool | Literal["above_s1", "of_a_leg"] = False
    phase: int = 1


class Belt(Record, kw_only=True):
    """A belt around the pelvis, at the front spines (high) or the hip joints (low)."""

    tension: float
    height: Literal["high", "low"] = "high"
    phase: int = 1


class Support(Record, kw_only=True):
    """What holds a bone: motions of a named point of it (its own reference point if left out)."""

    bone: Body
    at: str = ""
    hold: tuple[Motion, ...] = ("x", "y", "z", "rx", "ry", "rz")


SupportName = Literal[
    "two_legs", "right_leg", "left_leg", "sitting", "hip_bones_clamped",
    "right_hip_bone_clamped", "left_hip_bone_clamped", "sacrum_clamped",
]  # fmt: skip


class Scenario(Record, kw_only=True):
    """One experiment or posture on many virtual people; see ``docs/reference/joint-scenarios.md``.

    `points` are places of its own, for loads, supports and `point`. `laxity` and `bond` are factors
    on the ligaments, and a bond across the joint surface as a multiple of the shear stiffness of
    cartilage, for both sides or each; `pregnant` people are softer, each by a factor of their own.
    `shorter_leg` tilts the pelvis by that many mm. Moves are told of `point`, moves and turns along
    `axes`. `path` remembers slip step by step; else each phase is one step. `muscles` are shares of
    the greatest force of each, or `optimised`: as little as hips and lumbar spine need; see
    `joint.muscles`.
    """

    name: str = ""
    posture: str = ""
    support: SupportName | tuple[Support, ...] | None = None
    points: dict[str, Point] = {}
    loads: tuple[Load, ...] = ()
    cut: tuple[Part, ...] = ()
    belt: Belt | None = None
    muscles: dict[str, float] | Literal["optimised"] = {}
    shorter_leg: dict[SideName, float] = {}
    laxity: float | dict[SideName, float] = 1.0
    pregnant: bool = False
    bond: float | dict[SideName, float] = 0.0
    traits: dict[str, float] = {}
    body_weight: float = 700.0
    sex: Sex = "female"
    point: str = "s1"
    axes: Literal["standing", "endplate"] = "standing"
    path: bool = False
    tear: bool = False
    people: int = 200
    seed: int = 1
    want: tuple[str, ...] = ()


class Posture(Fact, kw_only=True):
    """What holds and loads the pelvis in a posture; `measured` is whether motion was, in people."""

    name: Words
    plain: Words
    support: SupportName
    loads: tuple[Load, ...]
    measured: bool
    note: str = ""


class Term(Record, kw_only=True):
    """A quantity of one run, less or beside that of another, in the same people.

    Less that of `minus`; in percent more than that of `over`, or with `ratio` in times as much;
    with `size` the length of the difference of a turn from `minus`, over its three axes; in all
    times `times`.
    """

    run: str
    quantity: str
    minus: str = ""
    over: str = ""
    ratio: bool = False
    size: bool = False
    times: float = 1.0


class Comparison(Record, kw_only=True):
    """How a prediction is held against a publication.

    `value`: within two spreads, or intervals that overlap; `factor`: the median within a factor;
    `range`: the median inside low to high; `below`: the `quantile` (the median) at most;
    `sign`: positive in at least 80 % of people; `order`: each term above the next in as many.
    """

    kind: Literal["value", "factor", "range", "below", "sign", "order"]
    of: tuple[Term, ...]
    value: float | None = None
    spread: float | None = None
    low: float | None = None
    high: float | None = None
    factor: float | None = None
    quantile: float = 0.5
    label: str = ""


class Measurement(Fact, kw_only=True):
    """A published measurement of the joint, and the scenarios that restate how it was made."""

    phenomenon: str
    kind: str
    boundary: str
    quantity: str
    runs: dict[str, Scenario]
    compare: tuple[Comparison, ...]
    weight: Literal["high", "medium", "low"]
    n: str = ""
    url: str = ""
    misfit: str = ""
    note: str = ""


class Asked(Record, kw_only=True):
    """A question to the model: how a quantity of one run differs from that of another."""

    question: Words
    quantity: Literal[
        "turn_right", "turn_left", "nutation_right", "nutation_left", "slide_right", "slide_left",
        "push_right", "push_left", "load_right", "load_left", "shear_right", "shear_left", "front",
        "strain",
    ]  # fmt: skip
    run: str
    beside: str


class ModelCheck(Fact, kw_only=True):
    """What the joint model can be asked about the claim of the same name.

    Answers are never stored: they are worked out when they are shown, so that they cannot be older
    than the model. `called` names each run for the reader; `limits` says what is left out here;
    `phenomena` are the measurements against which this behaviour of the model is held.
    """

    runs: dict[str, Scenario]
    called: dict[str, Words]
    asks: tuple[Asked, ...]
    limits: Words
    phenomena: tuple[str, ...] = ()
