"""Rules of the house about the knowledge that its check does not hold."""

from collections.abc import Iterator
from typing import Any

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema import Fact, Study

FRIGHTENING = (
    "out of place", "out of line", "unstable", "instability", "damaged", "worn out", "worn-out",
    "wear and tear", "weak core", "slipped disc", "slipped disk", "crumbling", "bone on bone",
    "misaligned",
)  # fmt: skip
"""Words that make pain last longer: nobody who is in pain reads them here."""
OPPOSITE = ("nothing was out of place", "nothing is out of place", "nothing is damaged")
"""These say that it is not so, and may stay."""
READ = {
    "plain", "why", "version", "say", "do", "do_not", "safety_net", "title", "none", "question",
    "follow_up", "start_position", "steps", "change", "easier", "stop_when", "why_not",
    "label", "lines",
}  # fmt: skip
"""The fields that a person reads."""


def read_texts(value: Any, shown: bool = False) -> Iterator[str]:
    """Every text in the fields that a person reads, also in parts of parts."""
    if isinstance(value, str):
        yield from (value,) if shown else ()
    elif isinstance(value, tuple):
        for item in value:
            yield from read_texts(item, shown)
    elif isinstance(value, msgspec.Struct) and not isinstance(value, Study):
        for name in value.__struct_fields__:
            yield from read_texts(getattr(value, name), name in READ)


def frightening(text: str) -> list[str]:
    lower = text.lower()
    for phrase in OPPOSITE:
        lower = lower.replace(phrase, "")
    return [word for word in FRIGHTENING if word in lower]


def test_nobody_is_frightened(knowledge: Knowledge) -> None:
    texts = [
        (f"{kind}/{fact.id}", text)
        for kind, fact in knowledge.facts()
        if isinstance(fact, Fact)
        for text in read_texts(fact)
    ]
    assert len(texts) > 1_500
    assert [(where, text) for where, text in texts if frightening(text)] == []


def test_the_rule_sees_what_it_should() -> None:
    assert frightening("Your pelvis is unstable.") == ["unstable"]
    assert frightening("Nothing was out of place.") == []
    assert frightening("Nothing was out of place, but it is worn out.") == ["worn out"]


def test_loading_twice_gives_the_same_version(knowledge: Knowledge) -> None:
    again = load_knowledge.__wrapped__()
    assert again is not knowledge
    assert again.version == knowledge.version
    assert again.findings == knowledge.findings
