"""What can be wrong between the body map and the findings that it answers."""

from __future__ import annotations

from collections.abc import Iterator

from sacra.kb.errors import nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Area, Finding, Outline


def place_problems(knowledge: Knowledge, finding: Finding) -> Iterator[str]:
    """Each reason why the body map cannot answer a finding, in a sentence."""
    places = (*finding.areas, *finding.worst_spot)
    if places and finding.type != "yes_no":
        yield "the body map answers yes or no, so only a yes-or-no finding names areas"
    for name in places:
        area = knowledge.areas.get(name)
        if area is None:
            yield f"unknown area `{name}`{nearest(name, knowledge.areas)}"
        else:
            yield from _fit_problems(finding, area)


def _fit_problems(finding: Finding, area: Area) -> Iterator[str]:
    if finding.sided and not area.sided:
        yield f"is answered left or right, but the area `{area.id}` has no sides"
    if area.id in finding.areas and not area.markable:
        yield f"the area `{area.id}` is drawn in the view `pelvis` alone: name it in worst_spot"
    if area.id in finding.worst_spot and not area.pointable:
        yield f"worst_spot names `{area.id}`, which is not drawn in the view `pelvis`"


def area_problems(knowledge: Knowledge, area: Area) -> Iterator[str]:
    """Each reason why an area cannot be drawn, or is drawn for nothing."""
    if bool(area.left) != bool(area.right):
        yield "has words for one side alone; give both `left` and `right`, or neither"
    if not area.outlines:
        yield "has no outline; say in which view it lies, and where"
    for outline in area.outlines:
        yield from _outline_problems(outline)
    if not any(area.id in (*f.areas, *f.worst_spot) for f in knowledge.findings.values()):
        yield "answers no finding; name it in the `areas` or `worst_spot` of one"


def _outline_problems(outline: Outline) -> Iterator[str]:
    if bool(outline.points) == bool(outline.at):
        yield "an outline has `points`, or `at` and `within`"
    if outline.at and outline.within <= 0:
        yield "a spot reaches `within` some centimetres of `at`"
    if outline.points and len(outline.points) < 3:
        yield "an outline has at least three points"
    for point in (*outline.points, *([outline.at] if outline.at else ())):
        if len(point) != 2 or point[0] < 0:
            yield f"the point {list(point)} has two numbers: outwards from the middle, up"
