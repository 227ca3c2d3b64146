"""The sacroiliac joint as a mechanical model: rigid bones, ligaments, contact with friction.

>>> from sacra import load_knowledge
>>> from sacra.joint import Scenario, solve
>>> result = solve(Scenario(posture="right_leg"), load_knowledge())
>>> result["symphysis_pull"].median < 0  # pressed together on one leg
True

Knowledge is given and not read here: the model does no input or output, so that what it says hangs
on its arguments alone. Each name is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sacra.joint.result import Result, Spread
    from sacra.joint.solver import Crowd, solve, solve_many
    from sacra.kb.schema_joint import Scenario

__all__ = ["Crowd", "Result", "Scenario", "Spread", "solve", "solve_many"]
_HOME = {
    "Crowd": "sacra.joint.solver",
    "Result": "sacra.joint.result",
    "Scenario": "sacra.kb.schema_joint",
    "Spread": "sacra.joint.result",
    "solve": "sacra.joint.solver",
    "solve_many": "sacra.joint.solver",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sacra.joint' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return __all__
