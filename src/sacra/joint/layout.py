"""How one pelvis lies in memory: the arrays that the kernel and its plain twin both read.

Three rigid bodies: the sacrum and two hip bones. All coordinates are anatomical, in mm: X forward,
Y up, Z to the right in relaxed standing, with the origin midway between the hip joint centres.
Forces are in N, moments in N mm, angles in radians.

Bodies act on each other in pairs, each read in the frame of its *base*: what lies on the base
stays put there, and what lies on the *other* body moves. So every force depends on one relative
pose alone, and the surfaces need no turning. The disc of the symphysis is read from both sides at
half its stiffness, so that left and right are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

BODIES: Final = ("sacrum", "right_hip_bone", "left_hip_bone")
SACRUM, RIGHT, LEFT = range(3)
BASE: Final[Whole] = np.array([RIGHT, LEFT, RIGHT, LEFT])
OTHER: Final[Whole] = np.array([SACRUM, SACRUM, LEFT, RIGHT])
"""Base and other body of each pair: the right joint, the left joint, the symphysis from each."""
COORDINATES: Final = 18
"""Three of place and three of rotation a body: x, y, z, then turns about X, Y, Z."""

# columns of a fibre: its end on the base, its end on the other, and its law
FIBRE_BASE, FIBRE_OTHER = slice(0, 3), slice(3, 6)
STIFFNESS, SLACK, TOE, FAILURE, RUPTURE, ACTIVE = range(6, 12)
FIBRE_WIDTH: Final = 12
"""Stiffness in N/mm beyond the toe, slack length in mm, toe strain, strain from which it gives way
and strain from which it carries nothing, and 1 if it is a muscle: they rest while the pelvis
settles."""

# columns of a point of the joint surface
POINT, SLOPE, CURVE = slice(0, 3), slice(3, 6), slice(6, 9)
NORMAL_STIFFNESS, SHEAR_STIFFNESS, FRICTION, BOND = 9, 10, 11, 12
CONTACT_WIDTH: Final = 13
"""Place, gradient of the gap, its second derivatives xx, xy, yy; N/mm; -; N/mm of bonded shear."""

# columns of a spring of the disc or of the tissue behind a joint: its place, and its stiffness
# along X, Y, Z in N/mm
SPRING_WIDTH: Final = 6

# columns of a load: its point on the body, its force, and a moment
LOAD_WIDTH: Final = 9

SMOOTH: Final = 0.05
"""mm over which a closing gap turns into contact (joint-model.md: 0.05)."""
LEVER: Final = 50.0
"""mm by which a moment is weighed against a force (joint-model.md)."""
MOVE: Final = 2.0
TURN: Final = 0.04
"""The longest step of Newton's method, in mm and rad (joint-model.md)."""
STEPS: Final = 60
HALVINGS: Final = 10
"""Steps of Newton's method, and halvings of one, until the search is given up."""
SHARP: Final = 6
"""Power of the friction law: near Coulomb's corner, and smooth enough for Newton's method."""


@dataclass(frozen=True)
class Pelves:
    """Many pelves at once, P of them; all arrays start with that axis but the indices.

    Elements stand in the order of their pairs.
    """

    reference: Array  # [P, 3 bodies, 3]: the S1 centre and the hip joint centres
    fibres: Array  # [P, F, FIBRE_WIDTH]
    contacts: Array  # [P, C, CONTACT_WIDTH]
    springs: Array  # [P, S, SPRING_WIDTH]
    fibre_pair: Whole  # [F]
    contact_pair: Whole  # [C]
    spring_pair: Whole  # [S]
    ligament: tuple[str, ...]  # [F]: which ligament a fibre belongs to

    def __len__(self) -> int:
        return len(self.reference)

    def take(self, which: slice) -> Pelves:
        """Some of these people."""
        return Pelves(
            self.reference[which], self.fibres[which], self.contacts[which], self.springs[which],
            self.fibre_pair, self.contact_pair, self.spring_pair, self.ligament,
        )  # fmt: skip
