"""The names of findings as a person reads them: on the result, the plan and the page to hand on."""

from __future__ import annotations

import re

from sacra.kb.knowledge import Knowledge

KNOWN = {
    "antipsychotic", "breastfeeding", "breathlessness", "brucellosis", "chemotherapy",
    "chickenpox", "clopidogrel", "constipation", "controlled", "defibrillator", "difference",
    "discomfort", "double-jointed", "gallstones", "inflammation", "ingredient", "injections",
    "methotrexate", "miscarriage", "painkiller", "paracetamol", "replacement", "rheumatoid",
    "sacroiliac", "salicylates", "specialist", "stimulator", "temperature", "tightenings",
    "tuberculosis", "under-eating", "underweight", "weight-loss", "wheelchair",
}  # fmt: skip
"""Longer words that those who have it, take it or use it know; everything else long has a short
word."""
SHORT_FORMS = {"CT", "MRI", "X"}
"""Other short forms stand in brackets, after what they mean."""
CLINICAL = (
    "adduction", "abduction", "ankylos", "annular", "axial", "bilateral", "clonus", "degenerat",
    "distal", "dorsal", "extension", "flank", "flexion", "herniat", "imaging", "lesion", "lumbar",
    "nerve root", "nsaid", "oral", "palpation", "passive", "posterior", "spondylo", "stool",
    "supine", "symphysis", "tender", "vertebra",
)  # fmt: skip


def outside_brackets(label: str) -> str:
    return re.sub(r"\([^)]*\)", "", label)


def hard_words(label: str) -> list[str]:
    """The words of a label that a child of ten would not know."""
    plain = outside_brackets(label)
    words = re.findall(r"[A-Za-z][A-Za-z-]*", plain)
    long = [word for word in words if len(word) >= 10 and word.lower() not in KNOWN]
    short = [w for w in words if w.isupper() and len(w) > 1 and w not in SHORT_FORMS]
    return [*long, *short, *(w for w in CLINICAL if re.search(rf"\b{w}", plain.lower()))]


def test_every_label_is_in_plain_words(knowledge: Knowledge) -> None:
    hard = {f.id: hard_words(f.label) for f in knowledge.findings.values()}
    assert {name: words for name, words in hard.items() if words} == {}


def test_a_label_fits_on_two_lines_of_a_phone_and_is_like_no_other(knowledge: Knowledge) -> None:
    labels = [finding.label for finding in knowledge.findings.values()]
    assert [label for label in labels if len(label) > 80] == []
    assert len({label.lower() for label in labels}) == len(labels)


def test_the_rule_sees_what_it_should() -> None:
    assert hard_words("Tenderness of the sacrotuberous ligament") == [
        "Tenderness",
        "sacrotuberous",
        "tender",
    ]
    assert hard_words("Already takes an NSAID") == ["NSAID", "nsaid"]
    assert hard_words("Deep lower buttock sore to press (sacrotuberous ligament)") == []
