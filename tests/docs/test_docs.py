from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docs.generate import OMITTED, ROOT, SHOWN, examples, named_files, run, stale
from sacra.kb.load import convert, load_knowledge
from sacra.kb.schema import KINDS
from sacra.kb.text import read_text
from sacra.reasoning.case import read_case
from sacra.reasoning.diary import read_diary
from sacra.reasoning.evaluate import read_case_file
from sacra.reasoning.wishes import read_wishes

KNOWLEDGE = load_knowledge()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXT = {path: path.read_text(encoding="utf-8") for path in PAGES}
LINK = re.compile(r"\]\(([^)\s]+)\)|!\[[^]]*\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands() -> list[Any]:
    found = [(page, example) for page in SHOWN for example in examples(TEXT[page])]
    return [pytest.param(p, e, id=f"{name(p)}: {e.command[12:]}") for p, e in found]


@pytest.mark.parametrize(("page", "example"), commands())
def test_an_example_prints_what_the_page_shows(page: Path, example: Any) -> None:
    printed = run(example.command, named_files(TEXT[page]))
    assert not any(line.startswith(("Error:", "sacra: ")) for line in printed), printed
    wanted = [line.rstrip() for line in example.shown if line not in ("", OMITTED)]
    missing = [line for line in wanted if line not in printed]
    assert not missing, f"run .venv/bin/python docs/generate.py: {missing}"
    places = [printed.index(line) for line in wanted]
    assert places == sorted(places), "lines are shown in another order than they are printed"


def test_there_are_examples_in_the_readme_and_the_tutorial() -> None:
    assert all(examples(TEXT[page]) for page in SHOWN)


def test_the_readme_opens_with_the_two_commands() -> None:
    opening = TEXT[ROOT / "README.md"].split("\n## ")[0]
    given = re.findall(r"^\$ (.+)$", opening, re.MULTILINE)
    assert given[:2] == ["./dev sacra assess examples/si_pain_examined.yaml", "./dev test"]


def test_the_generated_reference_is_up_to_date() -> None:
    assert not stale(KNOWLEDGE), "run .venv/bin/python docs/generate.py"


def test_the_generated_reference_names_every_fact_of_the_care() -> None:
    pages = {page.stem: text for page, text in TEXT.items() if page.parent.name == "reference"}
    named = {
        "exercises": ("exercises", "\n## {}\n"),
        "measures": ("measures", "\n## {}\n"),
        "cards": ("programme", "\n## {}\n"),
        "needs": ("programme", "| `{}` |"),
        "progression": ("review-rules", "| `{}` |"),
    }
    for kind, (page, as_written) in named.items():
        wanted = map(as_written.format, getattr(KNOWLEDGE, kind))
        assert not [text for text in wanted if text not in pages[page]], kind


def test_the_generated_reference_names_every_finding_and_red_flag() -> None:
    found = TEXT[ROOT / "docs/reference/findings.md"]
    flags = TEXT[ROOT / "docs/reference/red-flags.md"]
    assert not [name for name in KNOWLEDGE.findings if f"| `{name}` |" not in found]
    assert not [name for name in KNOWLEDGE.red_flags if f"\n## {name}\n" not in flags]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_resolves(page: Path) -> None:
    found = [a or b for a, b in LINK.findall(_outside_code(TEXT[page]))]
    inside = [link for link in found if not re.match(r"[a-z]+:", link)]
    assert not [link for link in inside if not _resolves(page, link)]


def _outside_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _resolves(page: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    """The ids that Markdown viewers give to headings."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def yaml_examples() -> list[Any]:
    found = [(p, n, text) for p in PAGES for n, text in named_files(TEXT[p]).items()]
    return [pytest.param(n, text, id=f"{name(p)}: {n}") for p, n, text in found]


@pytest.mark.parametrize(("file", "text"), yaml_examples())
def test_a_yaml_example_can_be_read(file: str, text: str) -> None:
    data = read_text(text.encode(), file)
    kind, stem = Path(file).parent.name, Path(file).stem
    if kind in KINDS:
        convert(kind, stem, data)
    elif "entries" in data:
        read_diary(data, KNOWLEDGE, today=date.max, where=file)
    elif "expected" in data:
        read_case_file(stem, data, KNOWLEDGE)
    else:
        read_wishes(data.pop("wishes", {}), KNOWLEDGE, file)
        read_case(data, KNOWLEDGE, file)


def test_the_checklist_answers_every_correction() -> None:
    page = TEXT[ROOT / "docs/decisions/2026-11-21-corrections-checklist.md"]
    rows = re.findall(r"^\| (\d+|cases) \|", page, re.MULTILINE)
    assert rows == [*map(str, range(1, 25)), "cases"]


def test_the_checklist_names_files_that_exist() -> None:
    page = TEXT[ROOT / "docs/decisions/2026-11-21-corrections-checklist.md"]
    named = re.findall(r"`(\w+/\w+)`", page)
    knowledge = ROOT / "src/sacra/knowledge"
    missing = [n for n in named if not (knowledge / f"{n}.yaml").exists()]
    assert len(named) > 50
    assert not missing


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs/decisions"
    listed = TEXT[folder / "README.md"]
    assert not [p.name for p in folder.glob("2*.md") if f"({p.name})" not in listed]
