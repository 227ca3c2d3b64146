"""What the page on safety shows: hazards the highest first, their matrix, and what is in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sacra.kb.doubts import Share, doubts
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_safety import CHANCES, SEVERITIES, Risk, rating

SEVERITY = {
    "minor": _("minor"),
    "significant": _("significant"),
    "considerable": _("considerable"),
    "major": _("major"),
    "catastrophic": _("catastrophic"),
}
CHANCE = {
    "very_low": _("very low"),
    "low": _("low"),
    "medium": _("medium"),
    "high": _("high"),
    "very_high": _("very high"),
}
OWNER = {
    "clinical_safety_officer": _("the clinical safety officer (nobody is named yet)"),
    "two_clinicians": _("two clinicians (nobody is named yet)"),
    "operator": _("whoever runs the server"),
    "maintainers": _("those who make the software"),
}
DOUBT = {
    "recalled_alarms": _("red flags for today or an emergency, written from memory"),
    "recalled_red_flags": _("red flags of all kinds, written from memory"),
    "recalled_gates": _("reasons against a treatment, written from memory or chosen"),
    "assumed_studies": _("study numbers, written from memory or chosen"),
    "assumed_priors": _("starting chances, chosen"),
    "recalled_items": _("treatments and exercises, written from memory or chosen"),
    "assumed_policies": _("rules and numbers of the reasoning itself, chosen"),
    "recalled_contacts": _("regions whose numbers to call were written from memory"),
    "unconfirmed_alarms": _("red flags for today or an emergency, without two clinicians"),
    "unconfirmed_facts": _("facts of all kinds, not confirmed by a clinician"),
}


class Shown(NamedTuple):
    """One hazard with the words of its scales."""

    risk: Risk
    severity: Promise
    before: Promise
    after: Promise
    owner: Promise | None
    counted: tuple[tuple[Promise, Share], ...]


class Cell(NamedTuple):
    """A field of the matrix: its risk, and how many hazards remain there."""

    risk: int
    here: int


def hazards(knowledge: Knowledge) -> list[Shown]:
    """Those that somebody must decide about first, the highest first of each."""
    risks = sorted(knowledge.risks.values(), key=lambda r: (not r.is_open, -r.residual, r.id))
    counted = doubts(knowledge)
    return [
        Shown(
            risk,
            SEVERITY[risk.severity],
            CHANCE[risk.before],
            CHANCE[risk.after],
            OWNER[risk.owner] if risk.owner else None,
            tuple((DOUBT[name], counted[name]) for name in risk.counts),
        )
        for risk in risks
    ]


def matrix(knowledge: Knowledge) -> Iterator[tuple[Promise, list[Cell]]]:
    """The rows of the matrix, the gravest first; columns go from very low to very high chance."""
    risks = knowledge.risks.values()
    for severity in reversed(SEVERITIES):
        alike = [risk.after for risk in risks if risk.severity == severity]
        yield SEVERITY[severity], [Cell(rating(severity, c), alike.count(c)) for c in CHANCES]


def in_doubt(knowledge: Knowledge) -> list[tuple[Promise, Share]]:
    """What of the knowledge nobody has read at its source or confirmed."""
    return [(DOUBT[name], share) for name, share in doubts(knowledge).items()]
