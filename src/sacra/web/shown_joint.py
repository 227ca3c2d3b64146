"""What the pages show of the joint model: bars, changes and pictures, made ready for templates.

While the kernel is not there (see `warm`), everything is that of the middle person alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sacra.joint.behind import is_measured
from sacra.joint.explore import PEOPLE, Change, Group, Spread, change, group_in
from sacra.joint.quantities import FLOOR
from sacra.joint.scene import Scene, scene_of
from sacra.joint.validate import validate_joint
from sacra.joint_picture import force_rows, legend, ligament_rows, view_svg
from sacra.joint_space import space_of
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Asked, ModelCheck, Scenario
from sacra.web.explorer import address_of
from sacra.web.warm import is_fast


class Quantity(NamedTuple):
    """One thing that is shown: how it is called, and how large its scale is at least."""

    name: str
    label: str | Promise
    explains: str | Promise
    unit: str | Promise
    digits: int
    scale: float
    sided: bool = True


QUANTITIES = (
    Quantity("turn", gettext_lazy("How far the joint turns"),
             gettext_lazy("In all directions together, from no load to this."),
             gettext_lazy("degrees"), 1, 3),
    Quantity("slide", gettext_lazy("How far the bones slide on each other"),
             gettext_lazy("In the middle of the joint."), gettext_lazy("mm"), 1, 3),
    Quantity("push", gettext_lazy("How hard the joint surfaces press on each other"),
             gettext_lazy("100 N is what 10 kg weigh."), gettext_lazy("N"), 0, 500),
    Quantity("strain", gettext_lazy("How much the tightest ligament is stretched"),
             gettext_lazy("Percent of its length when slack."), "%", 1, 10, sided=False),
    Quantity("nutation", gettext_lazy("How far the sacrum nods forward"),
             gettext_lazy("A part of the turn; below zero it nods back."),
             gettext_lazy("degrees"), 1, 3),
    Quantity("load", gettext_lazy("How much the joint carries in all"),
             gettext_lazy("Surfaces, ligaments and what lies behind, together."),
             gettext_lazy("N"), 0, 500),
    Quantity("shear", gettext_lazy("How much load runs along the surfaces"),
             gettext_lazy("Friction carries it."), gettext_lazy("N"), 0, 500),
    Quantity("front", gettext_lazy("Load on the joint in front"),
             gettext_lazy("The pubic symphysis, in all directions together."),
             gettext_lazy("N"), 0, 200, sided=False),
)  # fmt: skip
_OF = {one.name: one for one in QUANTITIES}


class Bar(NamedTuple):
    """One group of people on a scale: numbers, places in percent of its width, a path of dots."""

    label: str
    kind: str
    spread: Spread
    left: str
    wide: str
    dot: str
    dots: str


class Row(NamedTuple):
    """One quantity: its bars, and how it differs within the same people, for each side.

    `zero` is where the scale is zero; `floor` the width below which nothing can be measured in
    people, if there is such a thing.
    """

    quantity: Quantity
    bars: tuple[Bar, ...]
    changes: tuple[tuple[str, Change], ...]
    low: float
    high: float
    zero: str
    floor: str


NORMAL = Scenario(posture="standing")


def rows_of(scenario: Scenario, knowledge: Knowledge) -> list[Row]:
    """Every quantity in a scenario, beside the same people standing normally.

    Raises:
        CaseError: nobody finds a balance.
    """
    alone = not is_fast()
    normal = msgspec.structs.replace(NORMAL, sex=scenario.sex)
    here, there = (group_in(one, knowledge, alone=alone) for one in (scenario, normal))
    return [_beside_normal(one, here, there) for one in QUANTITIES]


class Lead(NamedTuple):
    """What the heading says: the turn of one side, or of both where `side` is empty."""

    side: str
    change: Change


def lead_of(rows: list[Row]) -> Lead:
    """The side that turns most."""
    turns = [found for _, found in rows[0].changes]
    most = max(turns, key=lambda found: found.here.median)
    return Lead(most.quantity.removeprefix("turn_") if len(turns) > 1 else "", most)


class Cautions(NamedTuple):
    """What to say beside numbers: is it a prediction, and in how many of 100 is it out of range.

    `guessed` is how soft ligaments are in pregnancy, `shifted` how far weight moves towards the
    longer leg.
    """

    prediction: bool
    guessed: bool
    shifted: bool
    beyond: int
    failed: int


def cautions_of(scenario: Scenario, knowledge: Knowledge) -> Cautions:
    """What to know about the numbers of a scenario."""
    group = group_in(scenario, knowledge, alone=not is_fast())
    failed = round(100 * float((~group.ok).mean()))
    predicted = not is_measured(scenario, knowledge)
    shifted = bool(scenario.shorter_leg)
    return Cautions(predicted, scenario.pregnant, shifted, round(100 * group.beyond), failed)


def _beside_normal(one: Quantity, here: Group, there: Group) -> Row:
    names = [f"{one.name}_right", f"{one.name}_left"] if one.sided else [one.name]
    changes = [change(name, here, there) for name in names]
    if one.sided and _alike(changes[0].here, changes[1].here, one.scale):
        changes = changes[:1]
    labels = [_("right joint"), _("left joint")] if len(changes) > 1 else [_("these settings")]
    return _row(one, list(zip(labels, changes, strict=True)), _("standing normally"))


def _alike(one: Spread, other: Spread, scale: float) -> bool:
    """Whether two sides are the same to the eye."""
    pairs = zip(one[:3], other[:3], strict=True)
    return all(abs(a - b) < 1e-3 * scale for a, b in pairs)


def _row(one: Quantity, changes: list[tuple[str, Change]], beside: str) -> Row:
    ends = [end for _, c in changes for s in (c.here, c.there) for end in (s.low, s.high)]
    low, high = _scale(min(ends), max(ends), one.scale)
    bars = [_bar(label, "here", c.here, low, high) for label, c in changes]
    bars.append(_bar(beside, "there", changes[0][1].there, low, high))
    floor = FLOOR.get(changes[0][1].unit, 0.0)
    return Row(
        one, tuple(bars), tuple(changes), low, high, _percent(0.0, low, high),
        f"{100 * floor / (high - low):.1f}%" if floor else "",
    )  # fmt: skip


def _scale(least: float, most: float, usual: float) -> tuple[float, float]:
    """From zero, or a third below it where something lies there; doubled until all fits."""
    high = usual
    while high < most or high / 3 < -least:
        high *= 2
    return (-high / 3 if least < 0 else 0.0), high


def _percent(value: float, low: float, high: float) -> str:
    return f"{100 * min(max((value - low) / (high - low), 0.0), 1.0):.1f}%"


def _bar(label: str, kind: str, spread: Spread, low: float, high: float) -> Bar:
    return Bar(
        label, kind, spread, _percent(spread.low, low, high),
        f"{100 * (spread.high - spread.low) / (high - low):.1f}%",
        _percent(spread.median, low, high),
        "".join(f"M{_percent(value, low, high)[:-1]} 13h.01" for value in spread.dots),
    )  # fmt: skip


# --- claims -----------------------------------------------------------------------------------


class Answer(NamedTuple):
    """What the model says to one question about a claim."""

    question: str
    row: Row
    change: Change
    prediction: bool
    address: str | None


def answers_of(check: ModelCheck, knowledge: Knowledge) -> list[Answer]:
    """The model's answers to the questions about a claim, worked out now or kept from before."""
    return [_answer(asked, check, knowledge) for asked in check.asks]


def _answer(asked: Asked, check: ModelCheck, knowledge: Knowledge) -> Answer:
    here, there = check.runs[asked.run], check.runs[asked.beside]
    groups = (group_in(run, knowledge, alone=not is_fast()) for run in (here, there))
    found = change(asked.quantity, *groups)
    name = asked.quantity.removesuffix("_right").removesuffix("_left")
    row = _row(_OF[name], [(check.called[asked.run], found)], check.called[asked.beside])
    measured = all(is_measured(run, knowledge) for run in (here, there))
    return Answer(asked.question, row, found, not measured, address_of(here, knowledge))


class Held(NamedTuple):
    """How the model fares against published measurements of some phenomena.

    `misses`: what it misses, and the likely reason, told once for all that share it; `recalled`:
    in how many comparisons what was published is told from memory.
    """

    agrees: int
    of: int
    misses: tuple[tuple[str, str], ...]
    recalled: int
    left_out: int


@lru_cache(maxsize=64)
def held_against(phenomena: tuple[str, ...], knowledge: Knowledge) -> Held:
    """The comparisons of these phenomena, made now, so that they are as old as the model is."""
    chosen = {n: m for n, m in knowledge.measurements.items() if m.phenomenon in phenomena}
    report = validate_joint(chosen, knowledge, PEOPLE)
    agrees = sum(row.agrees for row in report.rows)
    misses: dict[str, list[str]] = {}
    for row in report.rows:
        if not row.agrees:
            misses.setdefault(row.misfit, []).append(row.label)
    told = tuple(("; ".join(labels), why) for why, labels in misses.items())
    recalled = sum(row.mark == "recalled" for row in report.rows)
    return Held(agrees, len(report.rows), told, recalled, len(report.not_restated))


# --- the picture ------------------------------------------------------------------------------


def picture_of(scenario: Scenario, knowledge: Knowledge) -> dict[str, Any]:
    """The middle person from the front and the side, with a table of the same numbers.

    Raises:
        CaseError: the middle person finds no balance.
    """
    encoded = msgspec.json.encode(scenario)
    scene = _scene(encoded, knowledge, not is_fast())
    words = knowledge.words["joint"].say
    return {
        "front": view_svg(scene, "front", words, title=words["title_front"]),
        "side": view_svg(scene, "side", words, title=words["title_side"]),
        "factor": scene.factor,
        "ligaments": ligament_rows(scene, words),
        "forces": force_rows(scene, words),
        "legend": legend(words),
        "space": _space(encoded, knowledge, not is_fast()),
    }


VIEWS = (
    ("front", gettext_lazy("Front")),
    ("side", gettext_lazy("Side")),
    ("back", gettext_lazy("Back")),
    ("top", gettext_lazy("Top")),
)
"""From where the pelvis is seen at the press of a button."""


@lru_cache(maxsize=256)
def _space(encoded: bytes, knowledge: Knowledge, plainly: bool) -> dict[str, Any]:
    return space_of(msgspec.json.decode(encoded, type=Scenario), knowledge, plainly=plainly)


@lru_cache(maxsize=256)
def _scene(encoded: bytes, knowledge: Knowledge, plainly: bool) -> Scene:
    return scene_of(msgspec.json.decode(encoded, type=Scenario), knowledge, plainly=plainly)
