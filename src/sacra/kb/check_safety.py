"""What can be wrong with the hazards of the software, as far as the knowledge itself can tell.

Tests, pages and properties that a control names are held by ``tools/safety.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

from sacra.kb.errors import nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import KINDS
from sacra.kb.schema_safety import ACCEPTABLE, CHANCES, Control, Risk


def risk_problems(knowledge: Knowledge, risk: Risk) -> Iterator[str]:
    """Causes and controls without which nothing is considered, and who decides what remains."""
    if not risk.causes:
        yield "has no cause; say how it can come about"
    for control in risk.controls:
        yield from _control_problems(knowledge, control)
    if CHANCES.index(risk.after) > CHANCES.index(risk.before):
        yield f"is likelier after its controls ({risk.after}) than before ({risk.before})"
    if risk.after != risk.before and not risk.controls:
        yield "is less likely after its controls, and has none"
    if risk.residual > ACCEPTABLE and not (risk.owner and risk.decision):
        yield (
            f"the risk that remains is {risk.residual}, above {ACCEPTABLE}: name the owner and "
            "the decision"
        )
    if bool(risk.owner) != bool(risk.decision):
        yield "an owner and a decision go together"


def _control_problems(knowledge: Knowledge, control: Control) -> Iterator[str]:
    links = [control.test, control.page, control.knowledge, control.proof]
    if sum(map(bool, links)) != 1:
        yield f"the control “{control.say}” leads to one test, page, knowledge or property"
    if control.knowledge:
        yield from _fact_problems(knowledge, control.knowledge)


def _fact_problems(knowledge: Knowledge, named: str) -> Iterator[str]:
    kind, _, name = named.partition("/")
    if kind not in KINDS:
        yield f"unknown kind `{kind}`{nearest(kind, KINDS)}"
    elif name not in (known := getattr(knowledge, kind)):
        yield f"unknown fact `{named}`{nearest(name, known)}"
