"""Sacra: open software for pain from the sacroiliac joint.

>>> from sacra import assess, load_knowledge, read_case
>>> knowledge = load_knowledge()
>>> assess(read_case({"saddle_numbness": True}, knowledge), knowledge).triage.urgency
'emergency'

Each name is loaded when it is first asked for, so that a command does not wait for the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
_HOME = {
    "kb.errors": ("CaseError", "KnowledgeError", "SacraError"),
    "kb.knowledge": ("Knowledge",),
    "kb.load": ("load_knowledge",),
    "reasoning.assess": ("Assessment", "assess"),
    "reasoning.case": ("Case", "read_case"),
    "reasoning.diary": ("read_diary",),
    "reasoning.evaluate": ("evaluate",),
    "reasoning.programme": ("build_programme",),
    "reasoning.review": ("review_diary",),
    "reasoning.validate": ("validate",),
    "reasoning.wishes": ("Wishes",),
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"sacra.{module}"), name)
    raise AttributeError(f"module 'sacra' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return __all__
