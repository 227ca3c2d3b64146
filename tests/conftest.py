"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case
from tests.day import wait_for_midnight

ROOT = Path(__file__).parent.parent
NIGHTLY = os.environ.get("SACRA_COUNTS") == "nightly"

settings.register_profile("default", deadline=None, derandomize=True,
                          suppress_health_check=list(HealthCheck))  # fmt: skip
settings.load_profile("default")


LONG = ("test_postgresql", "/browser/", "test_bad_input", "/physics/", "test_scenarios")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that all workers end at about the same time."""
    items.sort(key=lambda item: not any(part in item.path.as_posix() for part in LONG))


@pytest.fixture(autouse=True)
def one_day() -> None:
    """Every test begins and ends on one day."""
    wait_for_midnight()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge as it is shipped."""
    return load_knowledge()


@pytest.fixture(scope="session")
def assessed(knowledge: Knowledge) -> Callable[..., Assessment]:
    """Assess findings given as keyword arguments."""
    return lambda **findings: assess(read_case(findings, knowledge), knowledge)
