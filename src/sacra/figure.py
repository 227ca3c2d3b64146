"""The moving picture of an exercise as SVG, drawn from the key poses in ``knowledge/figures/``.

One picture for light, dark and paper: colours are custom properties of the page with fall-backs.
It moves by SMIL alone (no script, no style), so that it lives under the strictest policy and the
page can halt it with `svg.pauseAnimations()`. Sizes are half centimetres of the drawn person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Literal

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
from sacra.kb.schema import Direction, Figure, Prop
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
    key = films[0].key
    left, top, wide, high = _box(films, clock=not still)
    inside = "".join(part for film in films for part in _picture(film))
    extra = _arrow_between(films) if still else _clock(films[0], left + wide - 26, top + 26)
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
    """The two poses, each a film of one shot, the second moved beside the first."""
    one, two = (_at_rest(loop, i) for i in loop.figure.still)
    first = loop._replace(key=f"{loop.key}-still", shots=[one])
    second = loop._replace(key=f"{loop.key}-still2", shots=[two])
    if _lies(first):
        return first, second._replace(shift=(0, _bottom(first) - _top(second) + _GAP))
    return first, second._replace(shift=(_span(first)[1] - _span(second)[0] + _GAP, 0))


def _lies(film: Film) -> bool:
    """A picture that is much wider than it is high has the other below it, for narrow screens."""
    left, right = _span(film)
    return right - left > 1.4 * (_bottom(film) - _top(film))


def _at_rest(loop: Film, i: int) -> Shot:
    """The shot at the end of the way to a pose; the loop begins with pose 0."""
    poses = loop.figure.poses
    second = poses[0].hold + sum(p.move + p.hold for p in poses[1:i]) + poses[i].move if i else 0
    return min(loop.shots, key=lambda shot: abs(shot.second - second))


# --- the frame ------------------------------------------------------------------------------------


def _edges(film: Film) -> list[tuple[int, int]]:
    """Every point that has to be seen."""
    places = [film.at(at) for shot in film.shots for at in shot.joints.values()]
    places += [film.at(at) for prop in film.figure.props for at in corners(prop)]
    return places + [
        film.at(plus(film.shots[0].joints[arrow.at], arrow.toward, -26 if arrow.onto else 24))
        for arrow in film.figure.arrows
    ]


def _span(film: Film) -> tuple[int, int]:
    edges = [x for x, _ in _edges(film)]
    return min(edges) - 44, max(edges) + 44


def _top(film: Film) -> int:
    return min(y for _, y in _edges(film)) - 34


def _bottom(film: Film) -> int:
    return round(film.shift[1] - 2 * ABOVE * _depth_of_ground(film)[0]) + 10


def _box(films: Sequence[Film], *, clock: bool) -> tuple[int, int, int, int]:
    """The view box, with room for the clock above."""
    spans = [_span(film) for film in films]
    left, right = min(a for a, _ in spans), max(b for _, b in spans)
    if right - left < 240:
        left, right = (left + right) // 2 - 120, (left + right) // 2 + 120
    top, bottom = min(map(_top, films)) - 30 * clock, max(map(_bottom, films))
    return left, top, right - left, bottom - top


def _picture(film: Film) -> Iterator[str]:
    """Ground, things, the parts of the person from the far to the near, and what they carry."""
    yield _ground(film)
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


def _ground(film: Film) -> str:
    left, right = _span(film)
    near, far = _depth_of_ground(film)
    middle, inset = (near + far) / 2, 8 + ASIDE * (far - near)
    edges = [(left + inset, near), (right - inset, near), (right - inset, far), (left + inset, far)]
    outline = [
        (x + film.sign * 2 * ASIDE * (y - middle), film.shift[1] - 2 * ABOVE * y) for x, y in edges
    ]
    path = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in outline) + "Z"
    return f'<path d="{path}" fill="{GROUND}" stroke="{GROUND}" stroke-width="8"/>'


def _depth_of_ground(film: Film) -> tuple[float, float]:
    """From the nearest to the farthest that anything lies, in centimetres."""
    depths = [at[1] for shot in film.shots for at in shot.joints.values()]
    depths += [at[1] for prop in film.figure.props for at in corners(prop)]
    return min(-_GROUND_HALF, *depths) - 4, max(_GROUND_HALF, *depths)


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
        return f"M{x - 13} {y + 4 - lift // 2}Q{x} {y + 17 - 2 * lift} {x + 13} {y + 4 - lift // 2}"

    shape = film.tag("path", d=bowl)
    return twice(film, "floor", shape, MOVE, 6)


# --- cues -----------------------------------------------------------------------------------------


def _arrow_between(films: Sequence[Film]) -> str:
    """From the first pose to the second, across or down."""
    one, two = films
    if two.shift[1]:
        x, y = sum(_span(one)) // 2, (_bottom(one) + _top(two)) // 2
        path = arrow_path(x, y - 20, x, y + 20)
    else:
        x = (_span(one)[1] + _span(two)[0]) // 2
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
