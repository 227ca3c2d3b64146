"""Reading scenarios and measurements: a sentence that names the key, and the nearest valid one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from sacra.files import read_mapping
from sacra.joint.wording import problem_of, refuse_empty
from sacra.kb.errors import CaseError
from sacra.kb.load import read_fact
from sacra.kb.schema_joint import Measurement, Scenario


def read_scenario(path: Path) -> Scenario:
    """A scenario from a YAML file, or from standard input for `-`.

    Raises:
        CaseError: it cannot be read, or a key or value is not one of a scenario.
    """
    data, where = read_mapping(path, "scenario; begin with `posture: standing`")
    return scenario_from(data, where)


def scenario_from(data: Mapping[str, Any], where: str) -> Scenario:
    """A scenario from plain data; `where` names it in a message.

    Raises:
        CaseError: a key or value is not one of a scenario.
    """
    refuse_empty(data, where)
    try:
        return msgspec.convert(data, Scenario)
    except msgspec.ValidationError as problem:
        raise CaseError(where, problem_of(data, Scenario, problem)) from None


def read_measurements(folder: Path) -> dict[str, Measurement]:
    """The measurements of a folder by name, one a YAML file.

    Raises:
        SacraError: there is none, or a file cannot be read, or is none.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise CaseError(str(folder), "holds no measurement; each is a file that ends in .yaml")
    return {path.stem: _measurement(path) for path in paths}


def _measurement(path: Path) -> Measurement:
    data = {"id": path.stem, **read_fact(path)}
    try:
        return msgspec.convert(data, Measurement)
    except msgspec.ValidationError as problem:
        raise CaseError(str(path), problem_of(data, Measurement, problem)) from None
