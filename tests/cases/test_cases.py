"""Case files with a right answer: safety is asserted, accuracy is printed by `sacra evaluate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.text import read_file
from sacra.reasoning.assess import assess
from sacra.reasoning.evaluate import CaseFile, complete, evaluate, interval, read_case_file
from sacra.reasoning.plan import items_of
from sacra.reasoning.triage import rank

HERE = Path(__file__).parent
PUBLISHED = sorted((HERE / "published").glob("*.yaml"))
OWN = sorted((HERE / "own").glob("*.yaml"))


def _file(path: Path, knowledge: Knowledge) -> CaseFile:
    return read_case_file(path.stem, read_file(path), knowledge)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda p: p.stem)
def test_published_case_is_safe(path: Path, knowledge: Knowledge) -> None:
    """An emergency is never below same-day, and nothing critical that is forbidden is offered."""
    file = _file(path, knowledge)
    for case in (file.case, complete(file.case, knowledge)):
        answer = assess(case, knowledge)
        if min(map(rank, file.expected.urgency)) == rank("emergency"):
            assert rank(answer.triage.at_least) >= rank("same_day")
        for name in items_of(answer.plan):
            assert not {name, *knowledge.items[name].classes} & set(file.expected.forbid)


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.stem)
def test_own_case_gets_its_urgency_and_a_useful_plan(path: Path, knowledge: Knowledge) -> None:
    file = _file(path, knowledge)
    answer = assess(file.case, knowledge)
    offered = items_of(answer.plan)
    assert answer.triage.urgency in file.expected.urgency
    assert [name for name in file.expected.offer if name not in offered] == []
    for name in offered:
        assert not {name, *knowledge.items[name].classes} & set(file.expected.forbid), name


def test_there_are_enough_cases() -> None:
    assert len(PUBLISHED) == 31
    assert len(OWN) >= 12


def test_completing_marks_what_it_assumed(knowledge: Knowledge) -> None:
    file = _file(PUBLISHED[0], knowledge)
    done = complete(file.case, knowledge)
    assert done.assumed
    assert not done.assumed & set(file.case.findings)
    assert assess(done, knowledge).triage.urgency != "undetermined"


def test_assumptions_weigh_nothing(knowledge: Knowledge) -> None:
    file = _file(PUBLISHED[0], knowledge)
    weighed = [{w.finding for one in assess(case, knowledge).differential for w in one.weights}
               for case in (file.case, complete(file.case, knowledge))]  # fmt: skip
    assert weighed[0] == weighed[1]


def test_scores_count_what_they_say(knowledge: Knowledge) -> None:
    files = [_file(path, knowledge) for path in PUBLISHED[:6]]
    result = evaluate(files, knowledge)
    assert result.n == 6
    assert set(result.completed.top1) <= set(result.completed.top3)
    assert set(result.reported.counts) == {file.id for file in files}


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (1, 31, 0.0008, 0.1670)],
)
def test_exact_interval(hits: int, of: int, low: float, high: float) -> None:
    """Clopper and Pearson 1934; values from the standard tables."""
    assert interval(hits, of) == pytest.approx((low, high), abs=2e-4)
