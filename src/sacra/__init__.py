"""Sacra: open software for pain from the sacroiliac joint.

>>> from sacra import assess, load_knowledge, read_case
>>> knowledge = load_knowledge()
>>> assess(read_case({"saddle_numbness": True}, knowledge), knowledge).triage.urgency
'emergency'
"""

from sacra.kb.errors import CaseError, KnowledgeError, SacraError
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.evaluate import evaluate
from sacra.reasoning.validate import validate

__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "Knowledge",
    "KnowledgeError",
    "SacraError",
    "assess",
    "evaluate",
    "load_knowledge",
    "read_case",
    "validate",
]
