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
from sacra.reasoning.diary import read_diary
from sacra.reasoning.evaluate import evaluate
from sacra.reasoning.programme import build_programme
from sacra.reasoning.review import review_diary
from sacra.reasoning.validate import validate
from sacra.reasoning.wishes import Wishes

__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "Knowledge",
    "KnowledgeError",
    "SacraError",
    "Wishes",
    "assess",
    "build_programme",
    "evaluate",
    "load_knowledge",
    "read_case",
    "read_diary",
    "review_diary",
    "validate",
]
