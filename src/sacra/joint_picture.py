"""The picture of a pelvis from the joint model as SVG: bones, ligaments by strain, and forces.

One picture for light, dark and paper: colours are custom properties of the page with fall-backs,
no style and no script, so that it lives under the strictest policy. One mm is one unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from sacra.joint.layout import BODIES, LEFT, SACRUM, Array
from sacra.joint.outline import View
from sacra.joint.scene import Arrow, Drawn, Scene, Strand
from sacra.joint.setting import TRUNK

Words = Mapping[str, str]
At = Callable[[Array], Array]

INK, SOFT, PAPER = "var(--ink,#21302f)", "var(--soft,#566361)", "var(--paper,#fbf7f0)"
BONE, BONE_NEAR = "var(--bone,#f0e4cf)", "var(--bone-near,#e6d5b8)"
PUSH, LOAD = "var(--act,#14595a)", "var(--ink,#21302f)"
FAINT = "var(--faint,#8b8f86)"


class Class(NamedTuple):
    """How a ligament is drawn up to a strain in %."""

    to: float
    width: float
    colour: str


CLASSES = (
    Class(0.0, 1.4, "var(--slack,#7d837b)"),
    Class(1.0, 1.8, "var(--strain-1,#dcc3a2)"),
    Class(3.0, 3.2, "var(--strain-2,#e39a4f)"),
    Class(6.0, 4.8, "var(--strain-3,#b9560f)"),
    Class(float("inf"), 6.4, "var(--strain-4,#6e2a02)"),
)
"""Wider is more, so that it can be read without colour; a slack one is a row of dots."""
IN_VIEW: dict[View, tuple[str, ...]] = {
    "front": ("asl", "il", "ss", "st", "pubic_upper", "pubic_lower"),
    "side": ("asl", "isl", "spsl", "lpsl", "st", "ss", "il"),
}
"""Ligaments that are seen in each view; those behind the sacrum only from the side."""
BOX: dict[View, tuple[int, int, int, int]] = {
    "front": (-178, -180, 356, 298),
    "side": (-196, -180, 356, 298),
}


def strain_class(strain: float) -> int:
    """The number of the class of a strain in %."""
    return next(i for i, one in enumerate(CLASSES) if strain <= one.to)


def view_svg(scene: Scene, view: View, words: Words, *, title: str) -> str:
    """One view of a scene."""
    left, top, wide, high = BOX[view]
    key = f"pelvis-{view}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sacra-pelvis" role="img"'
        f' viewBox="{left} {top} {wide} {high}" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(description(scene, view, words))}</desc>'
        f"{_inside(scene, view, words)}</svg>\n"
    )


def pelvis_svg(scene: Scene, words: Words, *, title: str) -> str:
    """Both views with their legend in one picture, for paper: its colours need no page."""
    _, _, wide, high = BOX["front"]
    signs = legend(words)
    rows = -(-len(signs) // 2)
    parts = [_at(view_svg(scene, "front", words, title=words["title_front"]), 0, 26, wide, high)]
    parts.append(
        _at(view_svg(scene, "side", words, title=words["title_side"]), wide, 26, wide, high)
    )
    for i, sign in enumerate(signs):
        x, y = 12 + wide * (i // rows), 36 + high + 22 * (i % rows)
        parts += [_at(sign.svg, x, y, 44, 20), _text(x + 54, y + 14, sign.words, "start")]
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * wide} {48 + high + 22 * rows}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        f"{_text(12, 20, title, 'start', INK, 15)}{''.join(parts)}</svg>\n"
    )
    return on_paper(whole)


def _at(svg: str, x: float, y: float, wide: float, high: float) -> str:
    return svg.replace("<svg ", f'<svg x="{x}" y="{y}" width="{wide}" height="{high}" ', 1)


def description(scene: Scene, view: View, words: Words) -> str:
    """What a view shows, in words."""
    larger = words["larger"].format(n=scene.factor) if scene.factor > 1 else words["as_it_is"]
    said = [words[f"seen_{view}"], larger]
    if most := max(scene.strands, key=lambda s: s.strain, default=None):
        said.append(words["tightest"].format(name=words[most.ligament], n=f"{most.strain:.1f}"))
    return " ".join(said)


def _inside(scene: Scene, view: View, words: Words) -> str:
    at = _front if view == "front" else _side
    outlines = [one for one in scene.outlines if one.view == view]
    parts = [
        *_bones(outlines, at),
        *_strands([s for s in scene.strands if _shown(s, view)], at),
        *_ghosts(outlines, at),
        *_arrows(scene.arrows, view, at, words),
        *_labels(scene, view, words),
    ]
    return f'<g stroke-linecap="round" stroke-linejoin="round" fill="none">{"".join(parts)}</g>'


def _shown(strand: Strand, view: View) -> bool:
    return strand.ligament in IN_VIEW[view] and (view == "front" or strand.side == "right")


def _front(points: Array) -> Array:
    """As somebody stands in front of you: their right is on your left."""
    return np.stack([-points[..., 2], -points[..., 1]], -1)


def _side(points: Array) -> Array:
    """From their right: they look to your right."""
    return np.stack([points[..., 0], -points[..., 1]], -1)


# --- bones ------------------------------------------------------------------------------------


def _bones(outlines: Sequence[Drawn], at: At) -> Iterator[str]:
    for one in outlines:
        path = smooth(at(one.after), closed=one.closed)
        if one.name == "bone":
            fill = BONE if one.body == SACRUM else BONE_NEAR
            see = ' fill-opacity=".62"' if one.view == "side" and one.body != SACRUM else ""
            yield f'<path d="{path}" fill="{fill}"{see} stroke="{INK}" stroke-width="1.6"/>'
        elif one.name == "hole":
            fill = PAPER if one.body != SACRUM else BONE_NEAR
            yield f'<path d="{path}" fill="{fill}" stroke="{INK}" stroke-width="1"/>'
        elif one.name == "surface":
            yield f'<path d="{path}" stroke="{PUSH}" stroke-width="1.6" stroke-dasharray="5 3"/>'
        else:
            thin = 0.7 if one.name == "crease" else 1
            yield f'<path d="{path}" stroke="{INK}" stroke-width="{thin}"/>'


def _ghosts(outlines: Sequence[Drawn], at: At) -> Iterator[str]:
    """Where the bones were before the loads."""
    for one in outlines:
        moved = np.linalg.norm(at(one.after) - at(one.before), axis=1).max()
        if one.name == "bone" and moved > 1:
            path = smooth(at(one.before), closed=True)
            yield f'<path d="{path}" stroke="{FAINT}" stroke-width="1.2" stroke-dasharray="2 3.5"/>'


def smooth(points: Array, *, closed: bool) -> str:
    """A path through points without corners (Catmull and Rom's curve as Bézier's)."""
    count = len(points)
    if count < 3:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    steps = range(count if closed else count - 1)
    around = points if closed else np.concatenate([points[:1], points, points[-1:]])
    shift = 0 if closed else 1
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i in steps:
        before, start, end, after = (around[(i + k + shift) % len(around)] for k in (-1, 0, 1, 2))
        one, two = start + (end - before) / 6, end - (after - start) / 6
        path += "C" + " ".join(f"{v:.1f}" for v in (*one, *two, *end))
    return path + ("Z" if closed else "")


# --- ligaments --------------------------------------------------------------------------------


def _strands(strands: Sequence[Strand], at: At) -> Iterator[str]:
    for strand in sorted(strands, key=lambda s: s.strain):
        yield strand_line(at(strand.ends), strain_class(strand.strain))


def strand_line(ends: Array, number: int) -> str:
    """A line of one class: with an edge in ink, so that it shows on bone and on paper."""
    one = CLASSES[number]
    (x1, y1), (x2, y2) = ends
    line = f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke='
    if number == 0:
        return f'{line}"{one.colour}" stroke-width="{one.width}" stroke-dasharray=".1 3.4"/>'
    edge = f'{line}"{INK}" stroke-width="{one.width + 1.3:.1f}"/>'
    return f'{edge}{line}"{one.colour}" stroke-width="{one.width}"/>'


# --- forces -----------------------------------------------------------------------------------

_SHORT, _BY = 12.0, 1.55
"""Shortest arrow, and the length of one newton: an arrow grows with the root of its force."""
_BEHIND = -60.0
"""From the front, what acts behind this x is hidden by the bones."""


def _arrows(arrows: Sequence[Arrow], view: View, at: At, words: Words) -> Iterator[str]:
    for arrow in arrows:
        force = at(arrow.force)
        size = float(np.linalg.norm(force))
        away = size < max(4.0, 0.35 * float(np.linalg.norm(arrow.force)))  # points at the reader
        hidden = arrow.body == LEFT if view == "side" else arrow.at[0] < _BEHIND
        if away or hidden:
            continue
        if arrow.kind == "push":
            yield from _pressed(arrow, force / size, size, at, words)
        else:
            yield from _pulled(arrow, force / size, size, at, words)


def _length(size: float) -> float:
    return max(_SHORT, _BY * math.sqrt(size))


def _pulled(arrow: Arrow, way: Array, size: float, at: At, words: Words) -> Iterator[str]:
    """A muscle pulls away from where it acts; weight, belt and support end there."""
    place, long = at(arrow.at), _length(size)
    ends = arrow.kind == "support" or arrow.name in (*TRUNK, "belt")
    start = place - way * long if ends else place
    yield arrow_path(start, start + way * long, arrow.kind)
    if size >= _TOLD and (ends or arrow.name.startswith("hip_")):
        beyond = start - way * 9 if ends else start + way * (long + 9)
        beside = start + np.array([0.0, -13.0])
        where = beside if arrow.name == "belt" else beyond
        yield _number(where, words["newton"].format(n=f"{size:.0f}"), way)


_TOLD = 20.0
"""N: a smaller force has no number, nor has a muscle: the table beside the picture has them all."""


def _pressed(arrow: Arrow, way: Array, size: float, at: At, words: Words) -> Iterator[str]:
    """Two arrows that meet where hip bone and sacrum press on each other."""
    place, long = at(arrow.at), _length(size / 2)
    for sign in (-1, 1):
        yield arrow_path(place + sign * way * (long + 3), place + sign * way * 3, "push")
    yield _number(place - way * (long + 14), words["newton"].format(n=f"{size:.0f}"), way)


def arrow_path(start: Array, end: Array, kind: str) -> str:
    """A shaft with a head; supports are hollow, so that they can be told without colour."""
    way = (end - start) / np.linalg.norm(end - start)
    side = np.array([-way[1], way[0]])
    neck = end - way * 8
    half, head = 1.9, 5.2
    corners = (start + side * half, neck + side * half, neck + side * head, end,
               neck - side * head, neck - side * half, start - side * half)  # fmt: skip
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
    colour = PUSH if kind == "push" else LOAD
    fill = PAPER if kind == "support" else colour
    return f'<path d="{path}" fill="{fill}" stroke="{colour}" stroke-width="1.2"/>'


def _number(place: Array, text: str, way: Array) -> str:
    anchor = "middle" if abs(way[0]) < 0.6 else "end" if place[0] < 0 else "start"
    return _text(place[0], place[1] + 4, text, anchor)


# --- the same as rows -------------------------------------------------------------------------


class LigamentRow(NamedTuple):
    """One ligament: its name, and the strain in % and pull in N of each side."""

    name: str
    strain: tuple[float, ...]
    pull: tuple[float, ...]


def ligament_rows(scene: Scene, words: Words) -> list[LigamentRow]:
    """Strain and pull of every ligament; those in front have no sides."""
    found = []
    for name in dict.fromkeys(strand.ligament for strand in scene.strands):
        keys = [name] if f"pull_{name}" in scene.values else [f"{name}_right", f"{name}_left"]
        strain, pull = (tuple(scene.values[f"{what}_{k}"] for k in keys) for what in _WHAT)
        found.append(LigamentRow(words[name], strain, pull))
    return found


_WHAT = ("strain", "pull")


def force_rows(scene: Scene, words: Words) -> list[tuple[str, float]]:
    """Every force on the pelvis in N, with what it is; equal ones of one kind once."""
    rows = [(_called(arrow, words), float(np.linalg.norm(arrow.force))) for arrow in scene.arrows]
    return list(dict.fromkeys((name, round(size, 1)) for name, size in rows))


def _called(arrow: Arrow, words: Words) -> str:
    key = {
        "load": arrow.name, "push": f"push_{arrow.name}", "support": f"holds_{BODIES[arrow.body]}"
    }[arrow.kind]  # fmt: skip
    return words.get(key, key.replace("_", " "))


class Sign(NamedTuple):
    """A part of the legend: a small picture and what it stands for."""

    svg: str
    words: str


def legend(words: Words) -> list[Sign]:
    """Lines of ligaments and kinds of arrows."""
    names = [words[f"class_{i}"] for i in range(len(CLASSES))]
    lines = [strand_line(np.array([[4.0, 10], [40, 10]]), i) for i in range(len(CLASSES))]
    kinds = ("load", "support", "push")
    arrows = [arrow_path(np.array([6.0, 10]), np.array([38.0, 10]), kind) for kind in kinds]
    names += [words[f"arrow_{kind}"] for kind in kinds]
    ghost = f'<path d="M4 10L40 10" stroke="{FAINT}" stroke-width="1.4" stroke-dasharray="2 3.5"/>'
    parts = zip([*lines, *arrows, ghost], [*names, words["before"]], strict=True)
    return [Sign(_small(part), name) for part, name in parts]


def _small(inside: str) -> str:
    return (
        '<svg viewBox="0 0 44 20" class="sign" aria-hidden="true" fill="none"'
        f' stroke-linecap="round">{inside}</svg>'
    )


# --- words ------------------------------------------------------------------------------------


def _labels(scene: Scene, view: View, words: Words) -> Iterator[str]:
    left, top, wide, high = BOX[view]
    if view == "front":
        yield _text(left + 4, top + 14, words["their_right"], "start", INK, 14)
        yield _text(left + wide - 4, top + 14, words["their_left"], "end", INK, 14)
    else:
        yield _text(left + 4, top + 14, words["back"], "start", INK, 14)
        yield _text(left + wide - 4, top + 14, words["front"], "end", INK, 14)
    said = words["times"].format(n=scene.factor) if scene.factor > 1 else words["as_it_is"]
    yield _text(left + wide - 4, top + high - 6, said, "end", SOFT)


def _text(
    x: float, y: float, text: str, anchor: str = "middle", fill: str = INK, size: int = 13
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
        f' font-family="system-ui,sans-serif" fill="{fill}" stroke="{PAPER}" stroke-width="3"'
        f' paint-order="stroke">{escape(text)}</text>'
    )


_VARIABLE = re.compile(r"var\(--[\w-]+,(#\w+)\)")


def on_paper(svg: str) -> str:
    """The picture in its own colours, for programs that know no custom properties."""
    return _VARIABLE.sub(r"\1", svg)
