"""From a person's traits to the arrays of their pelvis.

What lies near the joints follows the sacrum: incidence turns and moves both sides of the joint
together, so that its surfaces stay matched. What lies far from them follows the hip bones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sacra.joint import layout as at
from sacra.joint.layout import Array, Pelves
from sacra.joint.population import LIGAMENTS, Person
from sacra.joint.surface import Template, relief, template
from sacra.kb.schema_joint import Anatomy, Place

SIDES = {"right": 1.0, "left": -1.0}
FAR = ("st", "ss")
"""Ligaments whose outer end lies far from the joint."""
_PUBIC = (("pubic_upper", 18.0), ("pubic_lower", -18.0))
_PUBIC_HALF = 6.0
"""mm from the middle to each end of a pubic ligament, and its height above; working values."""
_DISC = ((9.0, 4.0), (9.0, -4.0), (-9.0, 4.0), (-9.0, -4.0))
"""Springs of the disc, above and in front of its centre, in mm: they make up its area."""
_SOLID = 3.0
"""Stiffness along beside that against shear of a solid that keeps its volume: E = 3 G."""
_MIRROR = np.array([1.0, 1.0, -1.0])
_MIDDLE = np.array([1.0, 1.0, 0.0])
NEVER = 1e9
"""A strain of failure that nothing reaches."""


class Side(NamedTuple):
    """What is asked of one side: factors on its ligaments and on the bond across its joint."""

    laxity: float = 1.0
    bond: float = 0.0


class Cord(NamedTuple):
    """A muscle at work between the hip bone and the sacrum of one side: its ends, its pull in N."""

    name: str
    side: str
    hip_bone: Place
    sacrum: Place
    pull: float


def build(
    frame: Frame,
    sides: Mapping[str, Side],
    rows: int = 5,
    cords: Sequence[Cord] = (),
) -> Pelves:
    """The pelves of some people.

    Args:
        frame: the people, and where their points lie.
        sides: `right` and `left`; left out means as the person is.
        rows: contact points across a limb of the joint surface.
        cords: muscles that pull between two bones of the pelvis.
    """
    laxity = float(np.mean([sides.get(side, Side()).laxity for side in SIDES]))
    strands = [_of_joint(side, sides.get(side, Side()), cords, frame) for side in SIDES]
    strands.append(_in_front(laxity, frame))
    contacts = _surfaces(sides, frame, rows)
    disc = _disc(frame, laxity)
    springs = [*(_tissue(s, sides.get(s, Side()), frame) for s in SIDES), disc, disc]
    return Pelves(
        reference=np.stack([frame.s1, frame.hip(1.0), frame.hip(-1.0)], 1),
        fibres=np.ascontiguousarray(np.concatenate([one.rows for one in strands], 1)),
        contacts=contacts,
        springs=np.ascontiguousarray(np.concatenate(springs, 1)),
        fibre_pair=np.repeat([0, 1, 2], [len(one.names) for one in strands]),
        contact_pair=np.repeat([0, 1], contacts.shape[1] // 2),
        spring_pair=np.repeat([0, 1, 2, 3], [part.shape[1] for part in springs]),
        ligament=tuple(name for one in strands for name in one.names),
    )


class _Strands(NamedTuple):
    """All fibres between two bones: rows [P, F, FIBRE_WIDTH], and what each belongs to."""

    rows: Array
    names: tuple[str, ...]


def _of_joint(side: str, asked: Side, cords: Sequence[Cord], frame: Frame) -> _Strands:
    """Ligaments across one joint, and muscles at work beside it."""
    own = [cord for cord in cords if cord.side == side]
    rows = [_ligaments(side, asked, frame), *_at_work(own, frame)]
    names = *_ends_of(frame).ligament, *(cord.name for cord in own)
    return _Strands(np.concatenate(rows, 1), names)


def _in_front(laxity: float, frame: Frame) -> _Strands:
    """The ligaments across the symphysis."""
    return _Strands(_pubic(frame, laxity), tuple(name for name, _ in _PUBIC))


class Frame:
    """Some people, and where points of the mean pelvis lie in each of them."""

    def __init__(self, person: Person, anatomy: Mapping[str, Anatomy]) -> None:
        self.person, self.anatomy = person, anatomy
        tilt = np.radians(person["pelvic_tilt"])
        distance = person["s1_distance"]
        self.s1 = np.stack([-distance * np.sin(tilt), distance * np.cos(tilt), 0 * tilt], -1)
        mean_tilt = np.radians(anatomy["pelvic_tilt"].value)
        mean_distance = anatomy["s1_distance"].value
        self.mean_s1 = mean_distance * np.array([-np.sin(mean_tilt), np.cos(mean_tilt), 0.0])
        mean_slope = anatomy["pelvic_incidence"].value - anatomy["pelvic_tilt"].value
        self.lean = -(np.radians(person["sacral_slope"] - mean_slope))
        self._near_turn, self._far_turn = _turns(self.lean), _turns(tilt - mean_tilt)
        self.near_width = person["interauricular_width"] / anatomy["interauricular_width"].value

    def hip(self, sign: float) -> Array:
        """The hip joint centre of one side, [P, 3]."""
        z = sign * self.person["hip_separation"] / 2
        return np.stack([0 * z, 0 * z, z], -1)

    def near(self, points: Array, sign: float) -> Array:
        """Points [N, 3] beside the joint, [P, N, 3]: turned and moved with the sacrum, and spread.

        Right points, `sign` -1 for their mirror images.
        """
        out = np.empty((len(self.s1), len(points), 3))
        turned = (points - self.mean_s1)[:, :2] @ self._near_turn
        out[..., :2] = self.s1[:, None, :2] + turned
        out[..., 2] = sign * points[:, 2] * self.near_width[:, None]
        return out

    def far(self, points: Array, sign: float) -> Array:
        """Points of the hip bone far from the joint, [P, N, 3]: turned about the hip axis."""
        out = np.empty((len(self.s1), len(points), 3))
        out[..., :2] = points[:, :2] @ self._far_turn
        out[..., 2] = sign * points[:, 2]
        return out

    def marks(self, *names: str) -> Array:
        """Named points of the right side with each person's own deviation, [P, N, 3]."""
        places = np.array([self.anatomy[name].point for name in names], dtype=float)
        own = np.stack([self.person[f"{name}_{axis}"] for name in names for axis in "xyz"], -1)
        beside = np.array([name in ("psis", "coccyx_tip") for name in names])[:, None]
        found = np.where(beside, self.near(places, 1.0), self.far(places, 1.0))
        return np.asarray(found + own.reshape(-1, len(names), 3))


def _turns(angle: Array) -> Array:
    """[P, 2, 2]: points x, y as rows times these are turned about Z."""
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c, s, -s, c], -1).reshape(-1, 2, 2)


_SACRAL_CENTRE, _JOINT = np.array([[-52.0, 80.0, 0.0]]), np.array([[-52.0, 80.0, 54.35]])
_PAIRED = ("asis", "psis", "iliac_crest", "tuberosity")


def landmarks(frame: Frame) -> dict[str, Array]:
    """Every point that a scenario may name, [P, 3] each; `_right` and `_left` where there are two.

    The sacral centre lies in the middle between the auricular surfaces. A belt, too, bears at a
    point: its two strands cross the middle about as far forward as the front spines and as far
    back as the back spines, and its upper edge lies at the front spines.
    """
    *paired, symphysis, coccyx = np.swapaxes(
        frame.marks(*_PAIRED, "symphysis_centre", "coccyx_tip"), 0, 1
    )
    found = {"s1": frame.s1, "symphysis": symphysis * _MIDDLE, "coccyx_tip": coccyx * _MIDDLE}
    found["weight_line"] = np.stack([frame.person["weight_line"], *frame.s1.T[1:]], -1)
    found["sacral_centre"] = frame.near(_SACRAL_CENTRE, 1.0)[:, 0]
    for side, sign in SIDES.items():
        found[f"hip_{side}"] = frame.hip(sign)
        for name, place in zip(_PAIRED, paired, strict=True):
            found[f"{name}_{side}"] = place if sign > 0 else place * _MIRROR
        found[f"joint_{side}"] = frame.near(_JOINT, sign)[:, 0]
        front, back = found[f"asis_{side}"], found[f"psis_{side}"]
        down = [0.0, frame.anatomy["belt_width"].value / 2, 0.0]
        found[f"belt_{side}"] = np.where([True, False, False], (front + back) / 2, front - down)
    return found


def placed(point: Place, share: float, sign: float, frame: Frame) -> Array:
    """A place of the mean pelvis in each person, [P, 3]; `share` of it follows the sacrum."""
    place = np.array([point], dtype=float)
    return np.asarray(share * frame.near(place, sign) + (1 - share) * frame.far(place, sign))[:, 0]


class Ends(NamedTuple):
    """Fibres of the mean pelvis: each one's ligament, its ends, and how many it is one of, [F]."""

    ligament: tuple[str, ...]
    sacral: Array
    iliac: Array
    apart: Array
    """[F, 3]: where the iliac end goes as crossing bands part."""
    parts: Array


Bands = tuple[tuple[tuple[Place, Place], ...], str]
"""Fibres of a ligament, and the axis along which two of each cross, or none."""


@lru_cache(maxsize=8)
def _ends(all_bands: tuple[Bands, ...]) -> Ends:
    names, ends, apart, count = [], [], [], []
    for name, (fibres, axis) in zip(LIGAMENTS, all_bands, strict=True):
        ways = (1.0, -1.0) if axis else (0.0,)
        for fibre in fibres:
            for way in ways:
                names.append(name)
                ends.append(fibre)
                apart.append([way * (axis == one) for one in "xyz"])
                count.append(len(fibres) * len(ways))
    sacral, iliac = np.swapaxes(np.array(ends, dtype=float), 0, 1)
    return Ends(tuple(names), sacral, iliac, np.array(apart), np.array(count, dtype=float))


def _ends_of(frame: Frame) -> Ends:
    facts = (frame.anatomy[f"ligament_{name}"] for name in LIGAMENTS)
    return _ends(tuple((fact.fibres, fact.crossing) for fact in facts))


def _ligaments(side: str, asked: Side, frame: Frame) -> Array:
    """The fibres of one side, [P, F, FIBRE_WIDTH]; each carries its part of the rest pull."""
    sign, person = SIDES[side], frame.person
    names, sacral, iliac, apart, parts = _ends_of(frame)
    stiffness = np.stack([person[f"ligament_{n}"] for n in names], -1)
    stiffness = stiffness * (person["ligament_scale"] * asked.laxity)[:, None]
    stiffness = np.where(np.array(names) == "il", _through_l5(stiffness, person), stiffness) / parts
    pull = np.stack([person[f"preload_{n}"] for n in names], -1) * asked.laxity / parts
    shift = np.stack([person[f"fibre_direction_{n}_{a}"] for n in names for a in "xyz"], -1)
    shift = shift.reshape(-1, len(names), 3) + person["fibre_crossing"][:, None, None] * apart
    far = np.isin(names, FAR)[:, None]
    outer = np.where(far, frame.far(iliac, sign), frame.near(iliac, sign))
    outer = outer + shift * np.array([1.0, 1.0, sign])
    return _fibres(outer, frame.near(sacral, sign), stiffness, pull, person)


def _through_l5(stiffness: Array, person: Person) -> Array:
    """The iliolumbar ligament holds L5, which gives way on the sacrum: two springs in a row."""
    below = person["l5_stiffness"][:, None]
    return stiffness * below / (stiffness + below)


def _fibres(base: Array, other: Array, stiffness: Array, pull: Array, person: Person) -> Array:
    """Rows of ligament fibres, [P, F, FIBRE_WIDTH], that pull so much where they are drawn."""
    length = np.linalg.norm(other - base, axis=-1)
    toe = person["ligament_toe"][:, None]
    rows = np.zeros((*length.shape, at.FIBRE_WIDTH))
    rows[..., at.FIBRE_BASE], rows[..., at.FIBRE_OTHER] = base, other
    rows[..., at.STIFFNESS], rows[..., at.TOE] = stiffness, toe
    rows[..., at.SLACK] = length / (1 + _strain_of(pull / (stiffness * length), toe))
    failure = person["ligament_failure"][:, None]
    rows[..., at.FAILURE] = failure
    rupture = person["ligament_rupture"][:, None] / rows[..., at.SLACK]
    rows[..., at.RUPTURE] = np.maximum(rupture, 2 * failure)  # long ones tear over less strain
    return rows


def _at_work(cords: Sequence[Cord], frame: Frame) -> list[Array]:
    """Muscles between the bones, [P, 1, FIBRE_WIDTH] each: stiff in proportion to their pull."""
    stiff = frame.anatomy["active_stiffness"].value
    found = []
    for cord in cords:
        sign = SIDES[cord.side]
        base = frame.far(np.array([cord.hip_bone]), sign)
        other = frame.near(np.array([cord.sacrum]), sign)
        length = np.linalg.norm(other - base, axis=-1)
        row = np.zeros((*length.shape, at.FIBRE_WIDTH))
        row[..., at.FIBRE_BASE], row[..., at.FIBRE_OTHER] = base, other
        row[..., at.STIFFNESS] = stiff * cord.pull / length
        row[..., at.SLACK] = length * (1 - 1 / stiff)
        row[..., at.TOE], row[..., at.ACTIVE] = 1e-9, 1.0
        row[..., at.FAILURE], row[..., at.RUPTURE] = NEVER, 2 * NEVER
        found.append(row)
    return found


def _strain_of(pull: Array, toe: Array) -> Array:
    """The strain at which a fibre pulls so much; `pull` as a share of stiffness times length.

    With length = slack (1 + strain): strain**2 / (2 toe) = pull (1 + strain) in the toe, and
    strain - toe / 2 = pull (1 + strain) beyond it.
    """
    inside = pull * toe + np.sqrt((pull * toe) ** 2 + 2 * pull * toe)
    beyond = (pull + toe / 2) / (1 - pull)
    return np.where(inside < toe, inside, beyond)


def _tissue(side: str, asked: Side, frame: Frame) -> Array:
    """The tissue behind the joint, [P, N, SPRING_WIDTH], in the middle of each interosseous fibre.

    A solid that keeps its volume: it holds against the bones closing and parting three times as
    firmly as against shear. The bands that run across, tight at rest, are the ligament beside it.
    """
    person = frame.person
    middles = np.array(frame.anatomy["ligament_isl"].fibres, dtype=float).mean(axis=1)
    rows = np.zeros((len(person["ligament_scale"]), len(middles), at.SPRING_WIDTH))
    rows[..., :3] = frame.near(middles, SIDES[side])
    shear = person["interosseous_shear"] * person["ligament_scale"] * asked.laxity
    rows[..., 3:] = (shear / len(middles))[:, None, None] * np.array([1.0, 1.0, _SOLID])
    return rows


def _pubic(frame: Frame, laxity: float) -> Array:
    """The upper and lower ligament across the symphysis, [P, 2, FIBRE_WIDTH], unloaded at rest."""
    person = frame.person
    centre = frame.marks("symphysis_centre") * _MIDDLE
    right, left = (
        np.array([[0.0, up, sign * _PUBIC_HALF] for _, up in _PUBIC]) for sign in (1, -1)
    )
    stiffness = (person["ligament_pubic"] * person["ligament_scale"] * laxity)[:, None]
    return _fibres(centre + right, centre + left, stiffness, 0 * stiffness, person)


def _disc(frame: Frame, laxity: float) -> Array:
    """Springs of the disc, [P, 4, SPRING_WIDTH]; at half strength, as both sides read them."""
    person = frame.person
    modulus, nu = person["symphysis_modulus"] * laxity, person["symphysis_poisson"]
    shear = modulus / (2 * (1 + nu)) * person["symphysis_area"] / person["symphysis_width"]
    axial = modulus * person["symphysis_area"] / person["symphysis_width"]
    rows = np.empty((len(shear), len(_DISC), at.SPRING_WIDTH))
    place = np.array([[x, y, 0.0] for y, x in _DISC])
    rows[..., :3] = frame.marks("symphysis_centre") * _MIDDLE + place
    rows[..., 3:] = (np.stack([shear, shear, axial], -1) * 0.5 / len(_DISC))[:, None]
    return rows


@lru_cache(maxsize=8)
def _template(*shape: float) -> Template:
    *size, angle, rows = shape
    return template(size[0], size[1], size[2], angle, int(rows))


def _surfaces(sides: Mapping[str, Side], frame: Frame, rows: int) -> Array:
    """The contact points of both joints, [P, 2 N, CONTACT_WIDTH]: mirror images but for a bond."""
    right = _surface(frame, rows)
    left = right.copy()
    left[..., [2, 5]] *= -1
    for side, points in (("right", right), ("left", left)):
        points[..., at.BOND] = sides.get(side, Side()).bond * points[..., at.SHEAR_STIFFNESS]
    return np.ascontiguousarray(np.concatenate([right, left], 1))


def _surface(frame: Frame, rows: int) -> Array:
    """The contact points of the right joint, [P, N, CONTACT_WIDTH]."""
    person, anatomy = frame.person, frame.anatomy
    size = [anatomy[n].value for n in ("cranial_limb", "caudal_limb", "limb_width")]
    shape = _template(*size, float(np.radians(anatomy["limb_angle"].value)), rows)
    names = ("transverse_cranial", "transverse_caudal", "coronal_cranial", "coronal_caudal")
    angles = {name: np.radians(person[f"surface_{name}"]) for name in names}
    form = relief(shape, angles, person["ridge_height"], size[2])
    c, s = np.cos(frame.lean)[:, None], np.sin(frame.lean)[:, None]
    x, y = (shape.xy - frame.mean_s1[:2]).T
    out = np.empty((len(frame.s1), len(shape.xy), at.CONTACT_WIDTH))
    half = person["interauricular_width"][:, None] / 2
    out[..., 0] = frame.s1[:, :1] + c * x - s * y
    out[..., 1] = frame.s1[:, 1:2] + s * x + c * y
    out[..., 2] = half + form.z
    steep = np.sqrt(1 + form.zx**2 + form.zy**2)
    out[..., 3] = (c * form.zx - s * form.zy) / steep
    out[..., 4] = (s * form.zx + c * form.zy) / steep
    out[..., 5] = -1 / steep
    out[..., 6] = (c * c * form.xx - 2 * c * s * form.xy + s * s * form.yy) / steep
    out[..., 7] = (c * s * (form.xx - form.yy) + (c * c - s * s) * form.xy) / steep
    out[..., 8] = (s * s * form.xx + 2 * c * s * form.xy + c * c * form.yy) / steep
    area = person["surface_area"][:, None] / len(shape.xy)
    modulus, nu, thick = (person[f"cartilage_{n}"] for n in ("modulus", "poisson", "thickness"))
    aggregate = modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    shear = (modulus / (2 * (1 + nu)) / thick)[:, None]
    out[..., at.NORMAL_STIFFNESS] = (aggregate / thick)[:, None] * area
    out[..., at.SHEAR_STIFFNESS] = shear * area
    out[..., at.FRICTION] = person["friction"][:, None]
    return out
