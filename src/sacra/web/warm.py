"""Making the joint model ready while the server starts, so that no visitor waits for it.

The kernel is compiled by another process into the cache on disk (nothing to do where `./dev` has
set up), and read here afterwards. Until then, and where Numba is not installed, pages show the
middle person, whom the plain twin solves in a fraction of a second.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec

from sacra.joint.explore import group_in
from sacra.kb.schema_joint import Scenario
from sacra.web.languages import load_knowledge

HAS_KERNEL = find_spec("numba") is not None
_ready = threading.Event()
_ready.set()  # a process that is never warmed compiles when it is first asked


def start(then: Callable[[], object]) -> threading.Thread:
    """Begin, in a thread of its own; `then` works out what the first visitor will see."""
    if HAS_KERNEL:
        _ready.clear()
    begun = threading.Thread(target=_warm, args=(then,), daemon=True)
    begun.start()
    return begun


def is_fast() -> bool:
    """Whether many people can be solved now."""
    return HAS_KERNEL and _ready.is_set()


def is_coming() -> bool:
    """Whether they soon can."""
    return HAS_KERNEL and not _ready.is_set()


def _warm(then: Callable[[], object]) -> None:
    try:
        if HAS_KERNEL:
            subprocess.run([sys.executable, "-m", "sacra.joint_warm"], check=False)
            group_in(Scenario(posture="standing"), load_knowledge())
    finally:
        _ready.set()
    then()
