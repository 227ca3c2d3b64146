"""Whether each control of the hazard log leads to a test, a page or a property that is there.

.venv/bin/python -m tools.safety    print what leads nowhere; exit 1 if anything does

Knowledge files that a control names are held by `sacra knowledge check` already.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from sacra.kb.errors import nearest
from sacra.kb.load import load_knowledge
from sacra.kb.schema import Risk
from sacra.kb.schema_safety import Control
from sacra.proof.prove import PROPERTIES

ROOT = Path(__file__).resolve().parent.parent


def broken_links(risks: Iterable[Risk], root: Path = ROOT) -> Iterator[str]:
    """One sentence for each control that leads nowhere: where, what, and the nearest that is."""
    for risk in risks:
        for control in risk.controls:
            for what in _problems(control, root):
                yield f"risks/{risk.id}.yaml: {what}"


def _problems(control: Control, root: Path) -> Iterator[str]:
    if control.test:
        yield from _test_problems(control.test, root)
    if control.page:
        yield from _page_problems(control.page, root)
    if control.proof and control.proof not in PROPERTIES:
        yield f"unknown property `{control.proof}`{nearest(control.proof, PROPERTIES)}"


def _test_problems(named: str, root: Path) -> Iterator[str]:
    file, _, name = named.partition("::")
    path = root / "tests" / file
    if not path.is_file():
        every = [str(p.relative_to(root / "tests")) for p in (root / "tests").rglob("test_*.py")]
        yield f"there is no file tests/{file}{nearest(file, every)}"
    elif name not in (there := _tests_in(path)):
        yield f"tests/{file} has no test `{name}`{nearest(name, there)}"


@cache
def _tests_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def _page_problems(page: str, root: Path) -> Iterator[str]:
    if page.startswith("docs/"):
        if not (root / page).is_file():
            every = [str(p.relative_to(root)) for p in (root / "docs").rglob("*.md")]
            yield f"there is no page {page}{nearest(page, every)}"
    elif not _is_address(page):
        yield f"no page of the app has the address `{page}`{nearest(page, _addresses())}"


def _is_address(page: str) -> bool:
    from django.urls import Resolver404, resolve

    try:
        resolve(page)
    except Resolver404:
        return False
    return True


def _addresses() -> list[str]:
    from django.urls import get_resolver

    return [f"/{one.pattern}" for one in get_resolver().url_patterns]


def main() -> int:
    """Print every broken link."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sacra.web.settings")
    django.setup()
    problems = [*broken_links(load_knowledge().risks.values())]
    print("\n".join(problems) or "every control leads somewhere")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
