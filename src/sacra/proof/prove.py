"""All properties, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator

from sacra.kb.knowledge import Knowledge
from sacra.proof import agree, ladders, reach, safety
from sacra.proof.prover import Outcome, Prover

PROPERTIES = {
    one.id: one
    for one in (*safety.PROPERTIES, *ladders.PROPERTIES, *reach.PROPERTIES, *agree.PROPERTIES)
}

NOT_COVERED = (
    "whether the knowledge itself is right: a proof shows that the program keeps to the rules, not "
    "that the rules are good medicine",
    "probabilities: they are free, so that a proof holds for any; what they are is for `validate`",
    "a diary over days, and what a page, a printer or a translation makes of an answer",
    "guided tests beyond their gates; an answer for one side counts as one for either",
)
"""What nobody should take from a proof."""


def prove(knowledge: Knowledge, names: tuple[str, ...] = ()) -> Iterator[Outcome]:
    """Each property (or those named) taken through every case there can be."""
    prover = Prover(knowledge)
    yield from (prover.prove(PROPERTIES[name]) for name in names or PROPERTIES)
