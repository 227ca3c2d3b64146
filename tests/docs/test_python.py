"""What the pages and the two public packages show of Python does what they say."""

import doctest
from pathlib import Path

import pytest

import sacra
import sacra.joint
from docs.generate import ROOT

PAGES = [
    page for page in sorted((ROOT / "docs").rglob("*.md")) if ">>> " in page.read_text("utf-8")
]


def tried(text: str, name: str) -> doctest.TestResults:
    return doctest.DocTestRunner().run(doctest.DocTestParser().get_doctest(text, {}, name, None, 0))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_example_of_a_page(page: Path) -> None:
    done = tried(page.read_text("utf-8"), page.name)
    assert done.attempted
    assert not done.failed


@pytest.mark.parametrize("package", [sacra, sacra.joint], ids=lambda package: package.__name__)
def test_an_example_of_a_package(package: object) -> None:
    done = tried(package.__doc__ or "", str(package))
    assert done.attempted
    assert not done.failed


@pytest.mark.parametrize("package", [sacra, sacra.joint], ids=lambda package: package.__name__)
def test_every_public_name_is_there(package: object) -> None:
    for name in dir(package):
        assert getattr(package, name).__module__.startswith("sacra.")
    with pytest.raises(AttributeError, match="no attribute 'slove'"):
        _ = package.slove  # type: ignore[attr-defined]  # the mistake
