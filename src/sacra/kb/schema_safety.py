"""The shapes of the safety file: hazards of the software itself, and who has confirmed a fact.

A hazard here is what could harm somebody through Sacra, in the manner of ISO 14971 and DCB0129;
the class policies that a plan obeys are the other hazards, in ``schema.Hazard``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sacra.kb.facts import Fact, Record, Words

Severity = Literal["minor", "significant", "considerable", "major", "catastrophic"]
Chance = Literal["very_low", "low", "medium", "high", "very_high"]
SEVERITIES: tuple[Severity, ...] = (
    "minor", "significant", "considerable", "major", "catastrophic",
)  # fmt: skip
CHANCES: tuple[Chance, ...] = ("very_low", "low", "medium", "high", "very_high")
MATRIX: dict[Chance, tuple[int, int, int, int, int]] = {
    "very_high": (3, 4, 4, 5, 5),
    "high": (2, 3, 3, 4, 5),
    "medium": (2, 2, 3, 3, 4),
    "low": (1, 2, 2, 3, 4),
    "very_low": (1, 1, 2, 2, 3),
}
"""Risk 1 to 5 by chance and severity, as NHS hazard logs under DCB0129 print it (source
`uk_core_hazard_log`)."""
ACCEPTABLE = 2
"""The highest risk that needs nobody's decision."""
Owner = Literal[
    "clinical_safety_officer",  # an open post: nobody is named yet
    "two_clinicians",  # who confirm the knowledge
    "operator",  # whoever runs a server for others
    "maintainers",
]
Place = Literal[
    "check", "alarms", "result", "plan", "session", "diary", "record", "joint", "knowledge",
    "clinician", "service",
]  # fmt: skip
"""Where in the software a hazard arises."""
Doubt = Literal[
    "recalled_alarms", "recalled_red_flags", "recalled_gates", "assumed_studies", "assumed_priors",
    "recalled_items", "assumed_policies", "recalled_contacts", "unconfirmed_alarms",
    "unconfirmed_facts",
]  # fmt: skip
"""What of the knowledge a hazard counts; see ``kb/doubts.py``."""


class Control(Record, kw_only=True):
    """Something that lowers a risk, and the one place where it can be checked.

    `test` is `path/file.py::name` below ``tests/``, `page` an address of the app or a file of the
    documentation, `knowledge` is `kind/id`, `property` (here `proof`) one of `sacra prove`.
    """

    say: Words
    test: str = ""
    page: str = ""
    knowledge: str = ""
    proof: str = msgspec.field(default="", name="property")

    @property
    def link(self) -> tuple[str, str]:
        """Its kind and where it leads."""
        kinds = ("test", "page", "knowledge", "proof")
        return next(((kind, to) for kind in kinds if (to := getattr(self, kind))), ("", ""))


class Risk(Fact, kw_only=True):
    """One hazard of the software: causes, effect, risk before and after its controls.

    `plain` tells it to the person, where it belongs among the first things to know. `owner` is
    who must decide about what remains, `decision` what they must decide.
    """

    hazard: Words
    place: Place
    causes: tuple[Words, ...]
    effect: Words
    severity: Severity
    before: Chance
    after: Chance
    controls: tuple[Control, ...]
    remains: Words
    plain: Words = ""
    owner: Owner | None = None
    decision: Words = ""
    counts: tuple[Doubt, ...] = ()

    @property
    def name(self) -> str:
        """What a list of the knowledge shows of it."""
        return self.hazard

    @property
    def initial(self) -> int:
        """The risk before any control, 1 to 5."""
        return rating(self.severity, self.before)

    @property
    def residual(self) -> int:
        """The risk that remains, 1 to 5."""
        return rating(self.severity, self.after)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about it."""
        return self.residual > ACCEPTABLE or self.owner is not None


def rating(severity: Severity, chance: Chance) -> int:
    """The risk, 1 to 5, of harm of this severity with this chance."""
    return MATRIX[chance][SEVERITIES.index(severity)]
