"""Where it hurts as a form: a list of places, and pictures that show the same state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sacra.body import body_svg
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Area, View
from sacra.reasoning.asking import Ask
from sacra.reasoning.places import BOTH, ELSEWHERE, areas_of, marked, places_of, pointed
from sacra.rules.readings import UNSURE

PLACE, SPOT = "place", "spot"
NONE, NOT_SURE = "none_of_these", "not_sure"


@dataclass(frozen=True)
class Place:
    """One line of the list; `whole` where it has no twin on the other side."""

    value: str
    words: str
    chosen: bool
    whole: bool = False


@dataclass(frozen=True)
class Group:
    """Places of one view, under its name."""

    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Picture:
    """One view of the body; `name` is what its button says."""

    view: View
    name: str
    svg: SafeString


@dataclass(frozen=True)
class Atlas:
    """The list and the pictures of one screen."""

    groups: tuple[Group, ...]
    pictures: tuple[Picture, ...]


def atlas_of(ask: Ask, knowledge: Knowledge, given: QueryDict | None = None) -> Atlas:
    """All places that answer this screen, with those that were sent before."""
    views: tuple[View, ...] = ("pelvis",) if ask.way == "point" else _VIEWS
    names = tuple(area.id for area in areas_of(ask, knowledge))
    pictures = _pictures(views, names, knowledge, get_language())
    return Atlas(groups_of(ask, knowledge, given), pictures)


def groups_of(ask: Ask, knowledge: Knowledge, given: QueryDict | None = None) -> tuple[Group, ...]:
    """The list alone."""
    areas = areas_of(ask, knowledge)
    if ask.way == "point":
        return (Group("", tuple(_spots(areas, given))),)
    chosen = given.getlist(PLACE) if given else []
    groups = ((v, [a for a in areas if a.markable and _home(a) == v]) for v in _VIEWS)
    return tuple(Group(_titles()[v], tuple(_places(own, chosen))) for v, own in groups if own)


_VIEWS: tuple[View, ...] = tuple(v for v in get_args(View) if v != "pelvis")
"""What the body map shows, as against the close picture to point at."""


def _home(area: Area) -> View:
    """The view under whose name the list has it."""
    return area.outlines[0].view


def _places(areas: list[Area], chosen: list[str]) -> Iterator[Place]:
    for area in areas:
        for value, words in places_of(area).items():
            yield Place(value, words, value in chosen, whole=not area.sided)


def _spots(areas: tuple[Area, ...], given: QueryDict | None) -> Iterator[Place]:
    spot = given.get(SPOT) if given else None
    for area in areas:
        for value, words in places_of(area).items():
            yield Place(value, words, value == spot, whole=not area.sided)
        if area.sided:
            both = f"{area.id}.{BOTH}"
            yield Place(both, _("Both sides, as bad as each other"), both == spot, whole=True)
    yield Place(ELSEWHERE, _("Another spot"), spot == ELSEWHERE, whole=True)
    changes = _("I cannot point to one spot, or it changes")
    yield Place(UNSURE, changes, spot == UNSURE, whole=True)


@lru_cache(maxsize=64)
def _pictures(
    views: tuple[View, ...], names: tuple[str, ...], knowledge: Knowledge, _language: str
) -> tuple[Picture, ...]:
    """Drawn once for each language: nothing on them depends on the person."""
    areas = tuple(knowledge.areas[name] for name in names)
    words = {place: said for area in areas for place, said in places_of(area).items()}
    words |= {"left": _("Left"), "right": _("Right"), "belt": _("belt line")}
    seen = [v for v in views if any(o.view == v for a in areas for o in a.outlines)]
    return tuple(
        Picture(v, _titles()[v], mark_safe(
            body_svg(v, areas, words, title=_captions()[v], name=f"body-{v}")
        ))
        for v in seen
    )  # fmt: skip


def _titles() -> dict[View, str]:
    return {"back": _("Back"), "front": _("Front"), "legs": _("Legs"), "pelvis": _("Close")}


def _captions() -> dict[View, str]:
    """What each picture shows, for who cannot see it."""
    return {
        "back": _("The back, seen from behind"),
        "front": _("Hips and groin, seen from the front"),
        "legs": _("The legs, seen from behind"),
        "pelvis": _("The back of the pelvis, seen from close behind"),
    }


# --- answers ----------------------------------------------------------------------------------


def places_answered(ask: Ask, given: QueryDict, knowledge: Knowledge) -> dict[str, Any] | None:
    """What marked places or a spot answer; None while nothing was chosen.

    With "not sure" what is marked is a yes and the rest is not sure, never a no.
    """
    groups = groups_of(ask, knowledge, given)
    chosen = [p.value for group in groups for p in group.places if p.chosen]
    if ask.way == "point":
        spot = UNSURE if NOT_SURE in given else next(iter(chosen), None)
        return pointed(ask, spot, knowledge) if spot else None
    if not chosen and NONE not in given and NOT_SURE not in given:
        return None
    return marked(ask, chosen, knowledge, rest=UNSURE if NOT_SURE in given else False)
