"""The moving picture of an exercise as SVG, drawn from the key poses in ``knowledge/figures/``.

One picture for light, dark and paper: colours are custom properties of the page with fall-backs.
It moves by SMIL alone (no script, no style), so that it lives under the strictest policy and the
page can halt it with `svg.pauseAnimations()`. Sizes are half centimetres of the drawn person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Literal, NamedTuple

from msgspec.structs import replace

from sacra.figure_film import (
    ABOVE,
    ASIDE,
    FAR,
    GROUND,
    INK,
    MOVE,
    MOVE_FAR,
    Film,
    animation,
    between,
    twice,
    with_attributes,
)  # fmt: skip
from sacra.figure_things import arrow_path, arrows, corners, thing
from sacra.kb.schema_figure import Direction, Figure, Prop
from sacra.skeleton import LIMBS, Joints, Shot, bodies, plus, shots

_WIDTH = {"leg": 22, "arm": 16, "trunk": 32, "neck": 15}
_HEAD, _GROUND_HALF, _GAP = 21, 22, 30
_LINES = {
    "leg": ("hip", "knee", "ankle", "toe"),
    "arm": ("shoulder", "elbow", "hand"),
}
_HEAD_LINE = ("neck", "head", "nose")


def figure_svg(
    figure: Figure,
    *,
    still: bool = False,
    side: Literal["near", "far"] = "near",
    title: str,
    pregnant: bool = False,
) -> str:
    """The picture of an exercise: a loop, or with `still` its two poses beside each other.

    `side="far"` is the same seen from the other side: the person faces left, and the limb in
    front is the left one. With `pregnant` there is a belly, and who lies on the back lies propped
    up, as the gates ask from week 14.
    """
    sign = -1 if side == "far" else 1
    figure = _propped(figure) if pregnant else figure
    loop = Film(figure, _key(figure, side, pregnant), shots(figure), sign, (0, 0), pregnant)
    films = _stills(loop) if still else (loop,)
    frames = [_frame(film) for film in films]
    key = films[0].key
    left, top, wide, high = _box(frames, clock=not still)
    pictures = (_picture(film, frame) for film, frame in zip(films, frames, strict=True))
    inside = "".join(part for picture in pictures for part in picture)
    extra = _arrow_between(*frames) if still else _clock(loop, left + wide - 26, top + 26)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sacra-figure" role="img"'
        f' viewBox="{left} {top} {wide} {high}" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(figure.desc)}</desc>'
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round">{inside}{extra}</g></svg>\n'
    )


_SLOPE = 32


def _propped(figure: Figure) -> Figure:
    """Head and back on a slope of pillows where all of it is done lying on the back."""
    if any(body.body[:3] != (-90, 0, 0) for body in bodies(figure)):
        return figure
    raised = (
        replace(pose, spine=pose.spine + _SLOPE) if pose.spine is not None else pose
        for pose in (replace(figure.poses[0], spine=figure.poses[0].spine or 0), *figure.poses[1:])
    )
    waist = bodies(figure)[0].pelvis[0] - 22
    props = (p for p in figure.props if p.kind != "pillow")
    wedge = Prop(kind="wedge", at=(waist, 0))
    return replace(figure, poses=tuple(raised), props=(*props, wedge))


def _key(figure: Figure, side: str, pregnant: bool) -> str:
    return "-".join(["fig", figure.id, *(["far"] if side == "far" else []), *(["p"] * pregnant)])


def _stills(loop: Film) -> tuple[Film, Film]:
    """The two poses, each a film of one shot, the second beside the first.

    Pictures much wider than high stand one below the other, for narrow screens.
    """
    one, two = (_at_rest(loop, i) for i in loop.figure.still)
    first = loop._replace(key=f"{loop.key}-still", shots=[one])
    second = loop._replace(key=f"{loop.key}-still2", shots=[two])
    a, b = _frame(first), _frame(second)
    if a.right - a.left > 1.4 * (a.bottom - a.top):
        return first, second._replace(shift=(0, a.bottom - b.top + _GAP))
    return first, second._replace(shift=(a.right - b.left + _GAP, 0))


def _at_rest(loop: Film, i: int) -> Shot:
    """The shot at the end of the way to a pose; the loop begins with pose 0."""
    poses = loop.figure.poses
    second = poses[0].hold + sum(p.move + p.hold for p in poses[1:i]) + poses[i].move if i else 0
    return min(loop.shots, key=lambda shot: abs(shot.second - second))


# --- the frame ------------------------------------------------------------------------------------


class _Frame(NamedTuple):
    """How far a picture reaches on the paper, and its ground in depth (centimetres)."""

    left: int
    right: int
    top: int
    bottom: int
    near: float
    far: float


def _frame(film: Film) -> _Frame:
    places = [at for shot in film.shots for at in shot.joints.values()]
    places += [at for prop in film.figure.props for at in corners(prop)]
    near = min(-_GROUND_HALF, *(y for _, y, _ in places)) - 4
    far = max(_GROUND_HALF, *(y for _, y, _ in places))
    pressed = [
        plus(film.shots[0].joints[arrow.at], arrow.toward, -26 if arrow.onto else 24)
        for arrow in film.figure.arrows
    ]
    across, down = zip(*map(film.at, [*places, *pressed]), strict=True)
    ground = round(film.shift[1] - 2 * ABOVE * near) + 10
    bottom = max([ground, *(film.at(at)[1] + 6 for at in pressed)])
    return _Frame(min(across) - 44, max(across) + 44, min(down) - 34, bottom, near, far)


def _box(frames: Sequence[_Frame], *, clock: bool) -> tuple[int, int, int, int]:
    """The view box, with room for the clock above."""
    left, right = min(f.left for f in frames), max(f.right for f in frames)
    if right - left < 240:
        left, right = (left + right) // 2 - 120, (left + right) // 2 + 120
    top = min(f.top for f in frames) - 30 * clock
    return left, top, right - left, max(f.bottom for f in frames) - top


def _picture(film: Film, frame: _Frame) -> Iterator[str]:
    """Ground, things, the parts of the person from the far to the near, and what they carry."""
    yield _ground(film, frame)
    yield from (thing(film, prop) for prop in film.figure.props if not prop.joint)
    shot = film.shots[0] if len(film.shots) == 1 else _at_rest(film, film.figure.still[1])
    for part in sorted((*LIMBS, "trunk"), key=lambda part: -_depth(part, shot.joints)):
        yield from _trunk(film) if part == "trunk" else _limb(film, part)
    yield from (thing(film, prop) for prop in film.figure.props if prop.joint)
    if "floor" in film.figure.moving:
        yield _pelvic_floor(film)
    yield from arrows(film)


def _depth(part: str, joints: Joints) -> float:
    if part == "trunk":
        return joints["waist"][1]
    who, kind = part.split("_")
    return sum(joints[f"{who}_{name}"][1] for name in _LINES[kind][:3]) / 3


def _ground(film: Film, frame: _Frame) -> str:
    """A strip of floor as deep as what stands on it."""
    middle, inset = (frame.near + frame.far) / 2, 8 + ASIDE * (frame.far - frame.near)
    left, right = frame.left + inset, frame.right - inset
    edges = [(left, frame.near), (right, frame.near), (right, frame.far), (left, frame.far)]
    outline = "L".join(
        f"{x + film.sign * 2 * ASIDE * (y - middle):.0f} {film.shift[1] - 2 * ABOVE * y:.0f}"
        for x, y in edges
    )
    return f'<path d="M{outline}Z" fill="{GROUND}" stroke="{GROUND}" stroke-width="8"/>'


# --- the person -----------------------------------------------------------------------------------


def _tone(film: Film, part: str) -> str:
    moving = part in film.figure.moving
    if part.startswith("far"):
        return MOVE_FAR if moving else FAR
    return MOVE if moving else INK


def _limb(film: Film, part: str) -> Iterator[str]:
    who, kind = part.split("_")
    names = [f"{who}_{joint}" for joint in _LINES[kind]]
    shape = film.tag("path", d=lambda shot: film.line([shot.joints[name] for name in names]))
    yield twice(film, part.replace("_", "-"), shape, _tone(film, part), _WIDTH[kind])


def _trunk(film: Film) -> Iterator[str]:
    tone = _tone(film, "trunk")
    head = MOVE if {"head", "trunk"} & set(film.figure.moving) else tone
    if film.pregnant or "belly" in film.figure.moving:
        yield _belly(film, MOVE if "belly" in film.figure.moving else tone)
    body = film.tag("path", d=lambda shot: _trunk_line(film, shot.joints))
    yield twice(film, "trunk", body, tone, _WIDTH["trunk"], fill=True)
    neck = film.tag("path", d=lambda shot: film.line([shot.joints[n] for n in _HEAD_LINE]))
    yield with_attributes(neck, stroke=head, **{"stroke-width": str(_WIDTH["neck"])})
    yield film.dot(f'circle r="{_HEAD}" fill="{head}"', lambda shot: film.at(shot.joints["head"]))


def _trunk_line(film: Film, joints: Joints) -> str:
    """Both flanks, curved through the waist, so that a back can round."""
    near_top, far_top = (
        between(joints, f"{who}_shoulder", "neck", 0.75) for who in ("near", "far")
    )
    near_hip, far_hip = (between(joints, f"{who}_hip", "hip", 0.7) for who in ("near", "far"))
    near, far = (_flank(joints, f"{who}_hip") for who in ("near", "far"))
    return (
        f"M{film.xy(near_top)}Q{film.xy(near)} {film.xy(near_hip)}"
        f"L{film.xy(far_hip)}Q{film.xy(far)} {film.xy(far_top)}Z"
    )


def _flank(joints: Joints, hip: str) -> Direction:
    """The control point beside the waist; a little outside the bend, as a curve cuts corners."""
    chord = plus(joints["hip"], plus(joints["neck"], joints["hip"], -1), 0.46)
    bend = plus(joints["waist"], plus(joints["waist"], chord, -1), 0.5)
    return plus(bend, plus(joints[hip], joints["hip"], -1), 0.5)


def _belly(film: Film, tone: str) -> str:
    size = 25 if film.pregnant else 17
    return film.dot(
        f'circle r="{size}" fill="{tone}"', lambda shot: film.at(_belly_at(film, shot.joints))
    )


def _belly_at(film: Film, joints: Joints) -> Direction:
    """In front of the pelvis, farther out in pregnancy."""
    middle = between(joints, "waist", "hip", 0.62)
    return plus(joints["belly"], plus(joints["belly"], middle, -1), 0.6 if film.pregnant else 0)


def _pelvic_floor(film: Film) -> str:
    """A bowl at the bottom of the pelvis that rises."""

    def bowl(shot: Shot) -> str:
        x, y = film.at(shot.joints["hip"])
        lift = round(9 * shot.floor)
        return f"M{x - 17} {y + 3 - lift // 2}Q{x} {y + 20 - 2 * lift} {x + 17} {y + 3 - lift // 2}"

    shape = film.tag("path", d=bowl)
    return twice(film, "floor", shape, MOVE, 8)


# --- cues -----------------------------------------------------------------------------------------


def _arrow_between(one: _Frame, two: _Frame) -> str:
    """From the first pose to the second, down or across."""
    if two.top > one.bottom:
        x, y = (one.left + one.right) // 2, (one.bottom + two.top) // 2
        path = arrow_path(x, y - 20, x, y + 20)
    else:
        x = (one.right + two.left) // 2
        path = arrow_path(x - 20, -96, x + 20, -96)
    return f'<path d="{path}" stroke="{INK}" stroke-width="6"/>'


def _clock(film: Film, x: int, y: int) -> str:
    """The open ring of the joint; it fills while a pose is held and empties when it ends."""
    times, offsets = [0.0], ["100"]
    for before, shot in pairwise(film.shots):
        if shot.held:
            times += [before.second, shot.second, shot.second]
            offsets += ["100", "0", "100"]
    if len(times) == 1:
        return ""
    ring = f'd="M{x + 9} {y - 11}A14 14 0 1 0 {x + 9} {y + 11}" stroke-width="7"'
    moving = animation("stroke-dashoffset", [*times, film.seconds], [*offsets, "100"], film.seconds)
    return (
        f'<path {ring} stroke="{GROUND}"/><path {ring} stroke="{MOVE}" pathLength="100"'
        f' stroke-dasharray="100 101" stroke-dashoffset="100">{moving}</path>'
    )
