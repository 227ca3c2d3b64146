"""From a person's traits to the arrays of their pelvis.

What lies near the joints follows the sacrum: incidence turns and moves both sides of the joint
together, so that its surfaces stay matched. What lies far from them follows the hip bones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sacra.joint import layout as at
from sacra.joint.layout import Array, Pelves
from sacra.joint.population import LIGAMENTS, Person
from sacra.joint.surface import relief, template
from sacra.kb.schema_joint import Anatomy

SIDES = {"right": 1.0, "left": -1.0}
FAR = ("st", "ss")
"""Ligaments whose outer end lies far from the joint."""
_PUBIC = (("pubic_upper", 18.0), ("pubic_lower", -18.0))
_PUBIC_HALF = 6.0
"""mm from the middle to each end of a pubic ligament, and its height above; working values."""
_DISC = ((9.0, 4.0), (9.0, -4.0), (-9.0, 4.0), (-9.0, -4.0))
"""Springs of the disc, above and in front of its centre, in mm: they make up its area."""


class Side(NamedTuple):
    """What is asked of one side: factors on its ligaments and on the bond across its joint."""

    laxity: float = 1.0
    bond: float = 0.0


def build(
    person: Person, anatomy: Mapping[str, Anatomy], sides: Mapping[str, Side], rows: int = 5
) -> Pelves:
    """The pelves of some people.

    Args:
        person: traits as `population.people_of` gives them, each [P].
        anatomy: the facts, for points and fibres.
        sides: `right` and `left`; left out means as the person is.
        rows: contact points across a limb of the joint surface.
    """
    frame = _Frame(person, anatomy)
    fibres, names, pairs = [], [], []
    for pair, side in enumerate(SIDES):
        for ligament in LIGAMENTS:
            rows_ = _ligament(ligament, side, sides.get(side, Side()), frame)
            fibres += rows_
            names += [ligament] * len(rows_)
            pairs += [pair] * len(rows_)
    fibres += _pubic(frame)
    names += [name for name, _ in _PUBIC]
    pairs += [2] * len(_PUBIC)
    contacts = [_surface(side, sides.get(side, Side()), frame, rows) for side in SIDES]
    count = contacts[0].shape[1]
    springs = _disc(frame)
    return Pelves(
        reference=np.stack([frame.s1, frame.hip(1.0), frame.hip(-1.0)], 1),
        fibres=np.ascontiguousarray(np.stack(fibres, 1)),
        contacts=np.ascontiguousarray(np.concatenate(contacts, 1)),
        springs=np.ascontiguousarray(np.concatenate([springs, springs], 1)),
        fibre_pair=np.array(pairs),
        contact_pair=np.repeat([0, 1], count),
        spring_pair=np.repeat([2, 3], len(_DISC)),
        ligament=tuple(names),
    )


class _Frame:
    """Where points of the mean pelvis lie in each person."""

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
        self.tilt = tilt - mean_tilt
        self.near_width = person["interauricular_width"] / anatomy["interauricular_width"].value

    def hip(self, sign: float) -> Array:
        """The hip joint centre of one side, [P, 3]."""
        z = sign * self.person["hip_separation"] / 2
        return np.stack([0 * z, 0 * z, z], -1)

    def near(self, point: Array, sign: float) -> Array:
        """A point beside the joint, [P, 3]: turned and moved with the sacrum, and spread."""
        moved = self.s1 + _spun(point - self.mean_s1, self.lean)
        return self._sided(moved, point[2] * self.near_width, sign)

    def far(self, point: Array, sign: float) -> Array:
        """A point of the hip bone far from the joint, [P, 3]: turned about the hip axis."""
        return self._sided(_spun(point, self.tilt), point[2] + 0 * self.tilt, sign)

    def _sided(self, moved: Array, z: Array, sign: float) -> Array:
        return np.stack([moved[:, 0], moved[:, 1], sign * z], -1)

    def landmark(self, name: str, sign: float = 1.0) -> Array:
        """A named point with the person's own deviation, [P, 3]."""
        point = np.array(self.anatomy[name].point, dtype=float)
        own = np.stack([self.person[f"{name}_{axis}"] for axis in "xyz"], -1)
        place = self.near(point, 1.0) if name in ("psis", "coccyx_tip") else self.far(point, 1.0)
        return np.asarray((place + own) * np.array([1.0, 1.0, sign]))


def landmarks(person: Person, anatomy: Mapping[str, Anatomy]) -> dict[str, Array]:
    """Every point that a scenario may name, [P, 3] each; `_right` and `_left` where there are two.

    The sacral centre lies in the middle between the auricular surfaces.
    """
    frame = _Frame(person, anatomy)
    found = {"s1": frame.s1, "symphysis": frame.landmark("symphysis_centre") * [1, 1, 0]}
    found["coccyx_tip"] = frame.landmark("coccyx_tip") * [1, 1, 0]
    centre = np.array([-52.0, 80.0, 0.0])
    found["sacral_centre"] = frame.near(centre, 1.0)
    for side, sign in SIDES.items():
        found[f"hip_{side}"] = frame.hip(sign)
        for name in ("asis", "psis", "iliac_crest", "tuberosity"):
            found[f"{name}_{side}"] = frame.landmark(name, sign)
        found[f"joint_{side}"] = frame.near(np.array([-52.0, 80.0, 54.35]), sign)
    return found


def placed(
    point: tuple[float, float, float],
    share: float,
    sign: float,
    person: Person,
    anatomy: Mapping[str, Anatomy],
) -> Array:
    """A place of the mean pelvis in each person, [P, 3]; `share` of it follows the sacrum."""
    frame, place = _Frame(person, anatomy), np.array(point, dtype=float)
    return np.asarray(share * frame.near(place, sign) + (1 - share) * frame.far(place, sign))


def _spun(point: Array, angle: Array) -> Array:
    """A point [3] turned about Z by the angle of each person, [P, 3]."""
    c, s = np.cos(angle), np.sin(angle)
    return np.stack(
        [c * point[0] - s * point[1], s * point[0] + c * point[1], 0 * c + point[2]], -1
    )


def _ligament(name: str, side: str, asked: Side, frame: _Frame) -> list[Array]:
    """The fibres of one ligament, [P, FIBRE_WIDTH] each; each carries its part of the rest pull."""
    sign, person = SIDES[side], frame.person
    ends = frame.anatomy[f"ligament_{name}"].fibres
    stiffness = person[f"ligament_{name}"] * person["ligament_scale"] * asked.laxity / len(ends)
    pull = person[f"preload_{name}"] * asked.laxity / len(ends)
    shift = np.stack([person[f"fibre_direction_{name}_{axis}"] for axis in "xyz"], -1)
    shift = shift * [1.0, 1.0, sign]
    rows = []
    for sacral, iliac in ends:
        inner = frame.near(np.array(sacral, dtype=float), sign)
        place = frame.far if name in FAR else frame.near
        outer = place(np.array(iliac, dtype=float), sign) + shift
        rows.append(_fibre(outer, inner, stiffness, pull, person["ligament_toe"]))
    return rows


def _fibre(base: Array, other: Array, stiffness: Array, pull: Array, toe: Array) -> Array:
    length = np.linalg.norm(other - base, axis=-1)
    row = np.empty((len(base), at.FIBRE_WIDTH))
    row[:, at.FIBRE_BASE], row[:, at.FIBRE_OTHER] = base, other
    row[:, at.STIFFNESS], row[:, at.TOE] = stiffness, toe
    row[:, at.SLACK] = length / (1 + _strain_of(pull / (stiffness * length), toe))
    return row


def _strain_of(pull: Array, toe: Array) -> Array:
    """The strain at which a fibre pulls so much; `pull` as a share of stiffness times length.

    With length = slack (1 + strain): strain**2 / (2 toe) = pull (1 + strain) in the toe, and
    strain - toe / 2 = pull (1 + strain) beyond it.
    """
    inside = pull * toe + np.sqrt((pull * toe) ** 2 + 2 * pull * toe)
    beyond = (pull + toe / 2) / (1 - pull)
    return np.where(inside < toe, inside, beyond)


def _pubic(frame: _Frame) -> list[Array]:
    """The upper and lower ligament across the symphysis, unloaded at rest."""
    person, rows = frame.person, []
    centre = frame.landmark("symphysis_centre") * [1, 1, 0]
    stiffness = person["ligament_pubic"] * person["ligament_scale"]
    for _, up in _PUBIC:
        right, left = (centre + np.array([0.0, up, sign * _PUBIC_HALF]) for sign in (1, -1))
        rows.append(_fibre(right, left, stiffness, 0 * stiffness, person["ligament_toe"]))
    return rows


def _disc(frame: _Frame) -> Array:
    """Springs of the disc, [P, 4, SPRING_WIDTH]; at half strength, as both sides read them."""
    person = frame.person
    modulus, nu = person["symphysis_modulus"], person["symphysis_poisson"]
    shear = modulus / (2 * (1 + nu)) * person["symphysis_area"] / person["symphysis_width"]
    axial = modulus * person["symphysis_area"] / person["symphysis_width"]
    centre = frame.landmark("symphysis_centre") * [1, 1, 0]
    part = 0.5 / len(_DISC)
    stiffness = np.stack([shear, shear, axial], -1) * part
    rows = [np.concatenate([centre + np.array([x, y, 0.0]), stiffness], -1) for y, x in _DISC]
    return np.stack(rows, 1)


def _surface(side: str, asked: Side, frame: _Frame, rows: int) -> Array:
    """The contact points of one joint, [P, N, CONTACT_WIDTH]."""
    sign, person, anatomy = SIDES[side], frame.person, frame.anatomy
    size = {n: anatomy[n].value for n in ("cranial_limb", "caudal_limb", "limb_width")}
    angle = np.radians(anatomy["limb_angle"].value)
    shape = template(size["cranial_limb"], size["caudal_limb"], size["limb_width"], angle, rows)
    names = ("transverse_cranial", "transverse_caudal", "coronal_cranial", "coronal_caudal")
    angles = {name: np.radians(person[f"surface_{name}"]) for name in names}
    form = relief(shape, angles, person["ridge_height"], size["limb_width"])
    c, s = np.cos(frame.lean)[:, None], np.sin(frame.lean)[:, None]
    x, y = (shape.xy - frame.mean_s1[:2]).T
    out = np.empty((len(frame.s1), len(shape.xy), at.CONTACT_WIDTH))
    half = person["interauricular_width"][:, None] / 2
    out[..., 0] = frame.s1[:, :1] + c * x - s * y
    out[..., 1] = frame.s1[:, 1:2] + s * x + c * y
    out[..., 2] = sign * (half + form.z)
    steep = np.sqrt(1 + form.zx**2 + form.zy**2)
    out[..., 3] = (c * form.zx - s * form.zy) / steep
    out[..., 4] = (s * form.zx + c * form.zy) / steep
    out[..., 5] = -sign / steep
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
    out[..., at.BOND] = asked.bond * shear * area
    return out
