"""The shapes of the moving pictures: a person in key poses, the things around, and arrows."""

from __future__ import annotations

from typing import Literal

from sacra.kb.facts import Named, Record, Words

Point = tuple[float, ...]
"""Two or three numbers in centimetres: to the right, (away from who looks,) up from the ground."""
Joint = Literal[
    "hip", "waist", "neck", "head", "belly", "near_hip", "near_knee", "near_ankle", "near_toe",
    "near_shoulder", "near_elbow", "near_hand", "far_hip", "far_knee", "far_ankle", "far_toe",
    "far_shoulder", "far_elbow", "far_hand", "back_of_pelvis",
]  # fmt: skip
"""Points of the person in a figure; near is the person's right, who faces right."""
Direction = tuple[float, float, float]


class Limb(Record, kw_only=True):
    """An arm or leg: angles in degrees, or where its ankle or hand is and the joint it rests on.

    `flex` lifts forward, `out` to the side, `turn` rolls outward, `bend` is knee or elbow, `foot`
    draws the toes up. With `to` or `at`, `aim` is where knee or elbow points and `toes` the foot.
    """

    flex: float | None = None
    out: float | None = None
    turn: float | None = None
    bend: float | None = None
    foot: float | None = None
    to: Point | None = None
    at: Joint | None = None
    aim: Direction | None = None
    toes: Direction | None = None


class Pose(Record, kw_only=True):
    """One key pose: seconds for the way there and for the hold; the rest stays as before.

    The pelvis moves straight, or on the circle around a `pivot` that stays, such as the knees.
    `lean` tips the pelvis forward (-90: on the back), `roll` to the near side, `turn` to the left
    of the person; `spine` rounds the back, `side` bends it to the near side, `neck` nods, `shrug`
    lifts the shoulders. `belly` fills it, `floor` lifts the pelvic floor, `press` shows arrows.
    """

    move: float
    hold: float = 0
    pelvis: Point | None = None
    pivot: Point | None = None
    lean: float | None = None
    roll: float | None = None
    turn: float | None = None
    spine: float | None = None
    side: float | None = None
    neck: float | None = None
    shrug: float | None = None
    belly: float | None = None
    floor: float | None = None
    press: bool = False
    arms: Limb | None = None
    legs: Limb | None = None
    near_arm: Limb | None = None
    far_arm: Limb | None = None
    near_leg: Limb | None = None
    far_leg: Limb | None = None


class Prop(Record, kw_only=True):
    """A thing in a figure: it stands `at` a point, or goes with a `joint` (with `to`, with two).

    A belt goes round the body at its `joint`, across the line from there `to` another.
    """

    kind: Literal[
        "mat", "chair", "stool", "wall", "table", "step", "pillow", "ball", "band", "weight",
        "baby", "spot", "wedge", "belt",
    ]  # fmt: skip
    at: Point | None = None
    joint: Joint | None = None
    to: Joint | None = None
    size: float | None = None
    turned: bool = False  # a chair whose back is away from who looks


class Arrow(Record, kw_only=True):
    """Which way a joint presses, or is pressed from outside (`onto`), while hardly moving."""

    at: Joint
    toward: Direction
    onto: bool = False


class Figure(Named, kw_only=True):
    """The moving picture of the exercise or self-test of the same id, by its key poses.

    `still` are the two poses shown side by side when nothing may move.
    """

    desc: Words
    moving: tuple[
        Literal["trunk", "head", "near_arm", "far_arm", "near_leg", "far_leg", "belly", "floor"],
        ...,
    ]
    poses: tuple[Pose, ...]
    props: tuple[Prop, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    still: tuple[int, int] = (0, 1)

    @property
    def name(self) -> str:
        """What a list of the knowledge shows of it."""
        return self.desc
