"""All properties, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import FOLDER, load_knowledge
from sacra.proof import agree, ladders, reach, safety
from sacra.proof.prover import Outcome, Prover

PROPERTIES = {
    one.id: one
    for one in (*safety.PROPERTIES, *ladders.PROPERTIES, *reach.PROPERTIES, *agree.PROPERTIES)
}

NOT_COVERED = (
    "Whether the knowledge is right: a proof shows that the program keeps to its rules, not that "
    "the rules are good medicine.",
    "Probabilities: they are free, so that a proof holds for any. `sacra validate` is about them.",
    "Days: a diary that goes on, and what a page, a printer or a translation makes of an answer.",
    "Sides: an answer for one counts as one for either; guided tests are proved by gates alone.",
)
"""What nobody should take from a proof."""


def prove(knowledge: Knowledge, names: Sequence[str] = ()) -> Iterator[Outcome]:
    """Each property (or those named) taken through every case there can be."""
    prover = Prover(knowledge)
    yield from (prover.prove(PROPERTIES[name]) for name in names or PROPERTIES)


def prove_folder(folder: Path = FOLDER, names: Sequence[str] = ()) -> Iterator[Outcome]:
    """The same on two cores, each outcome as soon as it is there."""
    longest_first = sorted(names or PROPERTIES, key=lambda name: name not in _LONG)
    fresh = get_context("spawn")  # a solver in use does not survive a fork
    with ProcessPoolExecutor(2, fresh, _begin, (folder,)) as pool:
        for done in as_completed([pool.submit(_prove_one, name) for name in longest_first]):
            yield done.result()


_LONG = ("everything_reachable", "readings_agree", "core_programme")
_prover: list[Prover] = []
"""Of this process; made once."""


def _begin(folder: Path) -> None:
    _prover[:] = [Prover(load_knowledge(folder))]


def _prove_one(name: str) -> Outcome:
    return _prover[0].prove(PROPERTIES[name])
