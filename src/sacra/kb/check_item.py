"""What can be wrong with what a plan holds, and with what guards it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from sacra.kb import schema as s
from sacra.kb.errors import nearest
from sacra.kb.knowledge import Knowledge


def known(name: str, among: Iterable[str], what: str) -> Iterator[str]:
    """Nothing where the name is there; else a sentence with the nearest."""
    if name not in among:
        yield f"unknown {what} `{name}`{nearest(name, among)}"


def item_problems(knowledge: Knowledge, item: s.Intervention) -> Iterator[str]:
    """What is wrong with an intervention."""
    for name in item.part_of:
        yield from known(name, knowledge.interventions, "intervention")
    for name in item.indicated.pathways:
        yield from known(name, knowledge.pathways, "pathway")
    yield from gate_problems(knowledge, item.gates)
    if item.recommend in ("do_not_offer", "advise_against") and not item.why_not:
        yield "says not to offer it; say why in why_not"


def gate_problems(knowledge: Knowledge, gates: tuple[s.Gate, ...]) -> Iterator[str]:
    """What is wrong with gates, of whatever carries them."""
    for gate in gates:
        if gate.swap:
            yield from known(gate.swap, knowledge.items, "intervention or exercise")
        if gate.effect == "modify" and not gate.version:
            yield f"the modify gate “{gate.why}” needs a version: what changes"


def hazard_problems(knowledge: Knowledge, hazard: s.Hazard) -> Iterator[str]:
    """What is wrong with the policy of a class."""
    yield from known(hazard.id, get_args(s.ActionClass), "class of action")
    yield from gate_problems(knowledge, hazard.gates)
    for name in hazard.carried_by.but_not if hazard.carried_by else ():
        yield from known(name, knowledge.items, "intervention or exercise")


def pathway_problems(knowledge: Knowledge, pathway: s.Pathway) -> Iterator[str]:
    """What is wrong with what a pathway avoids."""
    for name in pathway.avoids:
        yield from known(name, {*knowledge.items, *get_args(s.ActionClass)}, "item or class")


def interaction_problems(knowledge: Knowledge, interaction: s.Interaction) -> Iterator[str]:
    """What is wrong with what an interaction names."""
    for name in interaction.items:
        yield from known(name, knowledge.items, "intervention or exercise")


def exercise_problems(knowledge: Knowledge, exercise: s.Exercise) -> Iterator[str]:
    """What is wrong with an exercise, its ladder and its figure."""
    yield from item_problems(knowledge, exercise)
    levels = [step.level for step in exercise.ladder]
    if not levels or levels != list(range(1, len(levels) + 1)):
        yield f"its ladder has the levels {levels}; they go 1, 2, 3 without a gap"
    for step in exercise.ladder:
        if step.becomes:
            yield from known(step.becomes, knowledge.exercises, "exercise")
    if exercise.id not in knowledge.figures:
        yield f"has no figure; draw its key poses in figures/{exercise.id}.yaml"


def need_problems(knowledge: Knowledge, need: s.Need) -> Iterator[str]:
    """What is wrong with a need."""
    for name in need.only:
        yield from known(name, knowledge.exercises, "exercise")
    meets = [e for e in knowledge.exercises.values() if e.goal in need.goals]
    if need.trains and not any(set(need.trains) & set(e.trains) for e in meets):
        yield "no exercise can meet it: none has one of its goals and trains one of its parts"


def card_problems(knowledge: Knowledge, card: s.Card) -> Iterator[str]:
    """What is wrong with a card."""
    for name in card.items:
        yield from known(name, knowledge.items, "intervention or exercise")
