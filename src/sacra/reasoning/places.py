"""Where it hurts: findings answered by marking places of a body, or by pointing at the worst one.

The findings and what they mean are those of the lines; which places answer them is data (`areas`
and `worst_spot` of a finding). A place is written as in a form: an area, or ``area.left``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Area, Finding
from sacra.reasoning.asking import Ask, Part
from sacra.reasoning.assess import Assessment
from sacra.reasoning.case import SIDES
from sacra.rules.readings import UNSURE

ELSEWHERE = "elsewhere"
"""A worst spot that answers no finding with yes."""
BOTH = "both"


def on_the_body(ask: Ask, assessment: Assessment, knowledge: Knowledge) -> Ask:
    """The same question on the body map: one that asks for a place becomes every open place.

    The map comes before the worst spot. Alarms and tests stay as they are.
    """
    if ask.one_by_one or ask.may_skip:
        return ask
    asked = [knowledge.findings[name] for name in ask.findings]
    open_ = [*_open(assessment, knowledge)]
    if any(finding.areas for finding in asked):
        return _whole("map", ask.none, [f for f in open_ if on_the_map(f, knowledge)], knowledge)
    if any(finding.worst_spot for finding in asked):
        return _whole("point", ask.none, [f for f in open_ if f.worst_spot], knowledge)
    return ask


def worst_place(assessment: Assessment, knowledge: Knowledge) -> Ask | None:
    """After the map, where something was marked: which is the one worst spot?"""
    known, open_ = assessment.case.findings, [*_open(assessment, knowledge)]
    marked = any(f.areas and known.get(f.id) is True for f in knowledge.findings.values())
    pointing = [finding for finding in open_ if finding.worst_spot]
    if not pointing or not marked or any(finding.areas for finding in open_):
        return None
    return _whole("point", "", pointing, knowledge)


def on_the_map(finding: Finding, knowledge: Knowledge) -> bool:
    """Whether marks can answer it, at least when nothing else is marked."""
    spots = [knowledge.areas[name] for name in finding.worst_spot]
    return bool(finding.areas) or (bool(spots) and all(spot.markable for spot in spots))


def _open(assessment: Assessment, knowledge: Knowledge) -> Iterator[Finding]:
    known = assessment.case.findings
    placed = (knowledge.findings[name] for name in knowledge.screen_of)
    return (f for f in placed if (f.areas or f.worst_spot) and known.get(f.id) is None)


def _whole(
    way: Literal["map", "point"], none: str, findings: list[Finding], knowledge: Knowledge
) -> Ask:
    names = {finding.id for finding in findings}
    screens = [s for s in knowledge.screens.values() if not names.isdisjoint(s.findings)]
    parts = (Part(s.id, s.title, tuple(n for n in s.findings if n in names)) for s in screens)
    return Ask(tuple(parts), none, way=way)


def areas_of(ask: Ask, knowledge: Knowledge) -> tuple[Area, ...]:
    """The areas that answer this screen, in the order of a list."""
    asked = [knowledge.findings[name] for name in ask.findings]
    names = {name for f in asked for name in (*f.areas, *f.worst_spot)}
    return tuple(sorted((knowledge.areas[name] for name in names), key=lambda area: area.order))


def places_of(area: Area) -> dict[str, str]:
    """Each place that an area is, with its words."""
    if not area.sided:
        return {area.id: area.name}
    return {
        f"{area.id}.{side}": words
        for side, words in zip(SIDES, (area.left, area.right), strict=True)
    }


# --- what a place answers ---------------------------------------------------------------------


def marked(
    ask: Ask, places: Collection[str], knowledge: Knowledge, *, rest: Any = False
) -> dict[str, Any]:
    """The answers of the body map with these places marked; what is not marked is `rest`.

    A finding about the one worst spot is left open where other places are marked too.
    """
    answers: dict[str, Any] = {}
    for finding in (knowledge.findings[name] for name in ask.findings):
        if finding.areas:
            answers |= _by_side(finding, finding.areas, places, rest)
        elif not any(place in places for place in _all_places(finding.worst_spot, knowledge)):
            answers[finding.id] = rest
        elif all(place.partition(".")[0] in finding.worst_spot for place in places):
            answers |= _by_side(finding, finding.worst_spot, places, rest)
    return answers


def pointed(ask: Ask, spot: str, knowledge: Knowledge) -> dict[str, Any]:
    """The answers of who pointed at one spot: a place, ``area.both``, elsewhere, or not sure."""
    if spot == UNSURE:
        return dict.fromkeys(ask.findings, UNSURE)
    area, _, side = spot.partition(".")
    places = [f"{area}.{side}" for side in SIDES] if side == BOTH else [spot]
    answers: dict[str, Any] = {}
    for finding in (knowledge.findings[name] for name in ask.findings):
        answers |= _by_side(finding, finding.worst_spot, places, False)
    return answers


def _all_places(areas: Collection[str], knowledge: Knowledge) -> Iterator[str]:
    return (place for name in areas for place in places_of(knowledge.areas[name]))


def _by_side(
    finding: Finding, areas: Collection[str], places: Collection[str], rest: Any
) -> dict[str, Any]:
    """Yes where a place lies in its areas; on each side, once one side is a yes."""
    hit = [place for place in places if place.partition(".")[0] in areas]
    if not hit or not finding.sided:
        return {finding.id: True if hit else rest}
    sides = {place.partition(".")[2] for place in hit}
    return {f"{finding.id}.{side}": True if side in sides else rest for side in SIDES}
