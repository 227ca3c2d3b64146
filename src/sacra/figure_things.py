"""What stands around the person of a figure: chair, wall, ball, and the arrows of a push."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sacra.figure_film import GROUND, MOVE, PAPER, THING, Film, between, twice
from sacra.kb.schema_figure import Arrow, Direction, Prop
from sacra.skeleton import Shot, plus, point

# --- things ---------------------------------------------------------------------------------------


_SIZE = {
    "mat": 180, "stool": 42, "chair": 40, "wall": 172, "table": 88, "step": 16,
    "pillow": 15, "ball": 10, "band": 0, "weight": 7, "baby": 13, "spot": 5,
    "wedge": 25, "belt": 11,
}  # fmt: skip
"""Height of what stands, length of a mat, half the width of the rest, in centimetres."""
_CHAIR, _CHAIR_BACK, _TABLE, _STEP, _WEDGE, _DEEP = 21, 46, 46, 36, 46, 16


def _size(prop: Prop) -> float:
    return prop.size or _SIZE[prop.kind]


def corners(prop: Prop) -> list[Direction]:
    """Points that must be inside the picture."""
    if prop.at is None:
        return []
    x, y, z = point(prop.at)
    tall = _size(prop)
    if prop.kind in ("chair", "stool"):
        return [(x - _CHAIR, y, tall + _CHAIR_BACK * (prop.kind == "chair")), (x + _CHAIR, y, tall)]
    reach = {"mat": tall, "table": _TABLE, "step": _STEP, "wedge": -_WEDGE}.get(prop.kind, 0)
    stands = prop.kind in ("wall", "table", "step", "wedge")
    return [(x, y, z + tall * stands), (x + reach, y, z)]


def thing(film: Film, prop: Prop) -> str:
    """One thing, where it stands or where its joint goes."""
    if prop.joint:
        return _carried(film, prop, prop.joint)
    draw = _DRAW.get(prop.kind, _loose)
    return draw(film, prop, point(prop.at or (0, 0)))


def _sheet(film: Film, corners: Sequence[Direction], fill: str, width: int = 4) -> str:
    return (
        f'<path d="{film.line(corners)}Z" fill="{fill}" stroke="{THING}" stroke-width="{width}"/>'
    )


def _flat(x: float, reach: float, z: float, deep: float) -> list[Direction]:
    return [(x, -deep, z), (x + reach, -deep, z), (x + reach, deep, z), (x, deep, z)]


def _mat(film: Film, prop: Prop, at: Direction) -> str:
    return _sheet(film, _flat(at[0], _size(prop), 0, _DEEP + 3), "none", 3)


def _wall(film: Film, prop: Prop, at: Direction) -> str:
    return _sheet(film, _upright((at[0], -26), (at[0], 26), 0, _size(prop)), GROUND)


def _wedge(film: Film, prop: Prop, at: Direction) -> str:
    """A firm slope of pillows, its thin end at the waist."""
    x, tall, deep = at[0], _size(prop), _DEEP
    far = x - _WEDGE
    slope = [(x, -deep, 0.0), (far, -deep, tall), (far, deep, tall), (x, deep, 0.0)]
    face = [(x, -deep, 0.0), (far, -deep, 0.0), (far, -deep, tall)]
    return "".join(_sheet(film, each, PAPER) for each in (slope, face))


def _table(film: Film, prop: Prop, at: Direction) -> str:
    x, tall = at[0], _size(prop)
    legs = "".join(
        film.line([(a, b, tall), (a, b, 0)])
        for a in (x + 5, x + _TABLE - 5)
        for b in (_DEEP, -_DEEP)
    )
    top = _sheet(film, _flat(x, _TABLE, tall, _DEEP + 4), GROUND)
    return f'<path d="{legs}" stroke="{THING}" stroke-width="5"/>{top}'


def _step(film: Film, prop: Prop, at: Direction) -> str:
    x, tall, deep = at[0], _size(prop), _DEEP + 4
    side = _upright((x, -deep), (x, deep), 0, tall)
    face = _upright((x, -deep), (x + _STEP, -deep), 0, tall)
    return "".join(_sheet(film, each, GROUND) for each in (side, _flat(x, _STEP, tall, deep), face))


def _upright(
    one: tuple[float, float], other: tuple[float, float], low: float, high: float
) -> list[Direction]:
    """A sheet that stands on the line between two points of the floor."""
    return [(*one, low), (*other, low), (*other, high), (*one, high)]


def _chair(film: Film, prop: Prop, at: Direction) -> str:
    """Seat, legs, and a back on its left or, `turned`, away from who looks."""
    x, tall, wide = at[0], _size(prop), _CHAIR
    legs = "".join(
        film.line([(x + a, b, tall), (x + a, b, 0)])
        for a in (3 - wide, wide - 3)
        for b in (-_DEEP, _DEEP)
    )
    ends = ((x - wide, _DEEP), (x + wide, _DEEP) if prop.turned else (x - wide, -_DEEP))
    back = _sheet(film, _upright(*ends, tall, tall + _CHAIR_BACK), GROUND)
    seat = _sheet(film, _flat(x - wide, 2 * wide, tall, _DEEP), GROUND)
    behind = back if prop.kind == "chair" else ""
    return f'<path d="{legs}" stroke="{THING}" stroke-width="5"/>{behind}{seat}'


def _loose(film: Film, prop: Prop, at: Direction) -> str:
    return film.dot(_round(prop), lambda _shot: film.at(at))


def _round(prop: Prop) -> str:
    size = round(2 * _size(prop))
    fill, line = {"spot": (MOVE, PAPER), "weight": (THING, PAPER)}.get(prop.kind, (PAPER, THING))
    tone = f'fill="{fill}" stroke="{line}" stroke-width="5"'
    if prop.kind in ("pillow", "baby"):
        return f'ellipse rx="{size}" ry="{round(size * 0.5)}" {tone}'
    return f'circle r="{size}" {tone}'


_DRAW = {
    "mat": _mat, "chair": _chair, "stool": _chair, "wall": _wall, "table": _table, "step": _step,
    "wedge": _wedge,
}  # fmt: skip


def _carried(film: Film, prop: Prop, joint: str) -> str:
    """A thing that goes with a joint, or in the middle of two."""
    if prop.kind == "band" and (to := prop.to):
        ends = film.tag("path", d=lambda shot: film.line([shot.joints[joint], shot.joints[to]]))
        return twice(film, f"band-{joint}", ends, THING, 8)

    if prop.kind == "belt":
        return _belt(film, prop)

    def middle(shot: Shot) -> tuple[int, int]:
        place = between(shot.joints, prop.to or joint, joint, 0.5)
        return film.at(plus(place, (0, 0, 1), _HANGS.get(prop.kind, 0)))

    body = film.dot(_round(prop), middle)
    return body + (_baby_head(film, prop, middle) if prop.kind == "baby" else "")


def _belt(film: Film, prop: Prop) -> str:
    """A band across the body, as wide as that is, whichever way the person lies or stands."""
    reach = 2 * _size(prop)

    def band(shot: Shot) -> str:
        x, y = film.at(shot.joints[prop.joint or "hip"])
        to_x, to_y = film.at(shot.joints[prop.to or "waist"])
        long = math.hypot(to_x - x, to_y - y) or 1
        along, aside = (to_x - x) / long, (to_y - y) / long
        across, down = round(reach * aside), round(reach * along)
        return f"M{x + across} {y - down}L{x - across} {y + down}"

    return twice(film, "belt", film.tag("path", d=band), THING, 12)


_HANGS = {"weight": -8, "baby": 4}


def _baby_head(film: Film, prop: Prop, middle: Callable[[Shot], tuple[int, int]]) -> str:
    size = round(2 * _size(prop))

    def head(shot: Shot) -> tuple[int, int]:
        x, y = middle(shot)
        return x + film.sign * size, y - 6

    tone = f'fill="{PAPER}" stroke="{THING}" stroke-width="5"'
    return film.dot(f'circle r="{size // 2}" {tone}', head)


# --- arrows ---------------------------------------------------------------------------------------


def arrows(film: Film) -> Iterator[str]:
    """The arrows of the figure, seen while it presses."""
    for i, arrow in enumerate(film.figure.arrows):
        path = film.tag("path", d=partial(_arrow, film, arrow))
        shown = film.tag("g", opacity=lambda shot: "1" if shot.press else "0")
        start, end = (shown[:-4], "</g>") if shown.endswith("</g>") else (f"{shown[:-2]}>", "</g>")
        yield f"{start}{twice(film, f'arrow{i}', path, MOVE, 6)}{end}"


def _arrow(film: Film, arrow: Arrow, shot: Shot) -> str:
    """Away from a joint, or from outside onto it."""
    start, end = (-26, -11) if arrow.onto else (9, 24)
    x, y = film.at(plus(shot.joints[arrow.at], arrow.toward, start))
    return arrow_path(x, y, *film.at(plus(shot.joints[arrow.at], arrow.toward, end)))


def arrow_path(x: float, y: float, tip_x: float, tip_y: float) -> str:
    """An arrow on the paper."""
    angle = math.atan2(tip_y - y, tip_x - x)
    wings = [
        f"{tip_x - 12 * math.cos(angle + turn):.0f} {tip_y - 12 * math.sin(angle + turn):.0f}"
        for turn in (0.6, -0.6)
    ]
    return f"M{x:.0f} {y:.0f}L{tip_x} {tip_y}M{wings[0]}L{tip_x} {tip_y}L{wings[1]}"
