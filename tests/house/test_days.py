"""No test takes its day before it runs: a run across midnight would fail without reason."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.day import seconds_left

TESTS = sorted(Path(__file__).parents[1].rglob("*.py"))
CLOCKS = {"now", "today", "noon", "utcnow"}


def at_import(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that run when a module is read: all but those inside its functions' bodies."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for one in (*node.decorator_list, node.args):
            yield from at_import(one)
    elif not isinstance(node, ast.Lambda):
        if isinstance(node, ast.Call):
            yield node
        for child in ast.iter_child_nodes(node):
            yield from at_import(child)


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_no_module_of_tests_reads_the_clock_when_it_is_imported() -> None:
    found = [
        f"{path.name}:{call.lineno}"
        for path in TESTS
        for call in at_import(ast.parse(path.read_text()))
        if name_of(call) in CLOCKS
    ]
    assert found == []


@pytest.mark.parametrize("zone", [datetime.UTC, None])
def test_a_day_that_is_about_to_end_is_seen(zone: datetime.tzinfo | None) -> None:
    late = datetime.datetime(2026, 11, 25, 23, 59, 30, tzinfo=zone)
    assert seconds_left(late) == 30
    assert seconds_left(late - datetime.timedelta(hours=12)) == 12 * 3600 + 30
