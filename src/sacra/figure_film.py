"""One picture of a figure on paper: where a point of the room lies, and how a shape moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sacra.kb.schema_figure import Direction, Figure
from sacra.skeleton import Joints, Shot, plus

INK, PAPER = "var(--ink,#22302f)", "var(--paper,#faf6ee)"
FAR, MOVE = "var(--line-far,#a3b0ac)", "var(--move,#d9772f)"
MOVE_FAR, THING = "var(--move-far,#efbf96)", "var(--thing,#7d8a86)"
GROUND = "var(--ground,#e5dfd1)"

ASIDE, ABOVE = 0.3, 0.2
"""What lies behind is drawn this much to the right and up for each centimetre (an oblique view):
movement seen from the side keeps its true angles, and near and far limbs part."""

Draw = Callable[[Shot], str]
_EDGE = 5


class Film(NamedTuple):
    """What every part of one picture is drawn from."""

    figure: Figure
    key: str
    shots: Sequence[Shot]
    sign: int  # -1 when seen from the other side
    shift: tuple[float, float]  # to the right and down on the paper
    pregnant: bool

    def at(self, place: Direction) -> tuple[int, int]:
        """Where a point of the room is on the paper."""
        x, y, z = place
        across, up = 2 * self.sign * (x + ASIDE * y), 2 * (z + ABOVE * y)
        return round(self.shift[0] + across), round(self.shift[1] - up)

    def xy(self, place: Direction) -> str:
        """The same, as a path names it."""
        x, y = self.at(place)
        return f"{x} {y}"

    def line(self, places: Sequence[Direction]) -> str:
        """A path through points of the room."""
        return "M" + "L".join(map(self.xy, places))

    @property
    def seconds(self) -> float:
        """How long one loop takes."""
        return self.shots[-1].second

    def tag(self, head: str, **attributes: Draw) -> str:
        """An element whose attributes may change from shot to shot; still ones stay plain."""
        plain, moving = "", ""
        for name, draw in attributes.items():
            values = [draw(shot) for shot in self.shots]
            plain += f' {name}="{values[0]}"'
            if len(set(values)) > 1:
                moving += self.animate(name, values)
        return f"<{head}{plain}>{moving}</{head.split()[0]}>" if moving else f"<{head}{plain}/>"

    def dot(self, head: str, where: Callable[[Shot], tuple[int, int]]) -> str:
        """A circle or an ellipse that goes where its middle goes."""
        return self.tag(
            head, cx=lambda shot: f"{where(shot)[0]}", cy=lambda shot: f"{where(shot)[1]}"
        )

    def animate(self, name: str, values: Sequence[str]) -> str:
        """One SMIL animation over the loop; shots in the middle of a rest are left out."""
        last = len(values) - 1
        kept = [
            i
            for i, value in enumerate(values)
            if i in (0, last) or not values[i - 1] == value == values[i + 1]
        ]
        times = [self.shots[i].second for i in kept]
        return animation(name, times, [values[i] for i in kept], self.seconds)


def animation(name: str, times: Sequence[float], values: Sequence[str], seconds: float) -> str:
    """An endless SMIL loop through values at their seconds."""
    shares = ";".join(f"{second / seconds:.3g}" for second in times)
    return (
        f'<animate attributeName="{name}" dur="{seconds:g}s" repeatCount="indefinite"'
        f' keyTimes="{shares}" values="{";".join(values)}"/>'
    )


def twice(film: Film, name: str, shape: str, tone: str, width: int, fill: bool = False) -> str:
    """A shape with an edge of paper around it, so that it stands out from what lies behind."""
    key = f"{film.key}-{name}"
    inside = f' fill="{tone}"' if fill else ""
    return (
        f"<defs>{with_attributes(shape, id=key)}</defs>"
        f'<use href="#{key}" stroke="{PAPER}" stroke-width="{width + _EDGE}"/>'
        f'<use href="#{key}" stroke="{tone}" stroke-width="{width}"{inside}/>'
    )


def with_attributes(element: str, **attributes: str) -> str:
    """An element with more attributes."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    name, rest = element.split(" ", 1)
    return f"{name}{more} {rest}"


def between(joints: Joints, name: str, middle: str, share: float) -> Direction:
    """The point so far (0 to 1) from `middle` to the joint `name`."""
    return plus(joints[middle], plus(joints[name], joints[middle], -1), share)
