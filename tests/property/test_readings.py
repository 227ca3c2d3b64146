"""Promise 5: whichever way a rule is read, it says the same of the same people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import read_case
from sacra.reasoning.settle import settle
from sacra.rules.language import Likely, Rule, findings_of, leaves, parse_rule
from sacra.rules.language import Test as FindingTest
from sacra.rules.readings import UNSURE, ask, decide, decide_in_bulk, enough, explain, fold, holds
from tests.conftest import NIGHTLY
from tests.people import people

PEOPLE = 2_000 if NIGHTLY else 150
RULES = 30_000 if NIGHTLY else 1_500


def test_bulk_agrees_with_one_by_one(knowledge: Knowledge) -> None:
    given = people(knowledge, PEOPLE, seed=21)
    crowd = [settle(read_case(one, knowledge), knowledge).findings for one in given]
    rules = [rule for levels in knowledge.flag_rules.values() for _level, rule in levels]
    rules += [gate.when for item in knowledge.items.values() for gate in item.gates]
    for rule in random.Random(1).sample(rules, 200):
        if any(isinstance(leaf, Likely) for leaf in leaves(rule)):
            continue
        names = findings_of(rule)
        columns = {name: _column([values.get(name) for values in crowd]) for name in names}
        known = {name: np.array([_answered(v.get(name)) for v in crowd]) for name in names}
        true, false = decide_in_bulk(rule, columns, known)
        for i, values in enumerate(crowd):
            alone = decide(rule, values)
            assert (bool(true[i]), bool(false[i])) == (alone is True, alone is False)


def _answered(value: Any) -> bool:
    return value is not None and value != UNSURE


def _column(values: list[Any]) -> np.ndarray:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


# --- a case that is read by a call, against the plain fold ---------------------------------------

ANSWERS: Sequence[Any] = (None, True, False, UNSURE, 0, 1, 3, 6.5, "home")
CHANCES: Sequence[Any] = (None, {"a": 0.1, "b": 0.2}, {"a": 0.2996, "b": 0.0}, {"a": 0.9, "b": 0.1})
TESTS: Sequence[Any] = (
    *({op: value} for op in ("ge", "le", "gt", "lt") for value in (0, 1, 3)),
    *({"eq": value} for value in (True, False, 1, 3, "home")),
    {"in": [1, 3]},
    {"in": [True, "home"]},
    {"in": [False]},
)


def test_reading_by_a_call_is_the_plain_fold() -> None:
    rng = random.Random(5)
    for _ in range(RULES):
        rule = parse_rule(_rule(rng, depth=3))
        values = {name: rng.choice(_answers_to(name)) for name in NAMES if rng.random() < 0.7}
        chances = rng.choice(CHANCES)
        true, false = _folded(rule, values, chances)
        assert decide(rule, values, chances) is (True if true else False if false else None)
        assert bool(explain(rule, values, chances)) == (true or false)
        assert ask(rule, values, chances) == _could_make_it_true(rule, values, chances)


NAMES = ("yes", "no", "number", "choice")


def _answers_to(name: str) -> Sequence[Any]:
    """Numbers are compared with numbers, and words with words: see `read_case`."""
    return [a for a in ANSWERS if name != "number" or not isinstance(a, str) or a == UNSURE]


def _rule(rng: random.Random, depth: int) -> Any:
    kind = rng.choice(("bare", "test", "likely", "not", "all", "any", "count")[: 7 if depth else 3])
    if kind == "bare":
        return rng.choice(NAMES)
    if kind == "test":
        return {"number": rng.choice(TESTS[:12])} if rng.random() < 0.5 else _other_test(rng)
    if kind == "likely":
        return {"likely": {"condition": rng.choice(["a", ["a", "b"]]), "above": 0.3}}
    if kind == "not":
        return {"not": _rule(rng, depth - 1)}
    parts = [_rule(rng, depth - 1) for _ in range(rng.randint(1, 4))]
    return {kind: parts} if kind != "count" else {kind: rng.randint(1, len(parts)), "of": parts}


def _other_test(rng: random.Random) -> Any:
    return {rng.choice(NAMES): rng.choice(TESTS[12:])}


def _folded(rule: Rule, values: dict[str, Any], chances: Any) -> tuple[bool, bool]:
    """Strong Kleene logic, over bool and with no short way."""

    def leaf(test: FindingTest | Likely) -> tuple[bool, bool]:
        if isinstance(test, Likely):
            if chances is None:
                return False, False
            above = round(sum(chances[name] for name in test.conditions), 3) > test.above
            return above, not above
        value = values.get(test.finding)
        known = value is not None and value != UNSURE
        return known and holds(test, value), known and not holds(test, value)

    return fold(rule, leaf, enough, {})


def _could_make_it_true(rule: Rule, values: dict[str, Any], chances: Any) -> frozenset[str]:
    """What is not answered and stands between an undecided rule and its truth, one set a node."""

    def leaf(test: FindingTest | Likely) -> tuple[frozenset[str] | None, frozenset[str] | None]:
        if isinstance(test, FindingTest) and values.get(test.finding) is None:
            return frozenset([test.finding]), frozenset([test.finding])
        true, false = _folded(test, values, chances)
        return frozenset() if true else None, frozenset() if false else None

    def takes(count: int, items: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
        possible = [item for item in items if item is not None]
        if sum(not item for item in possible) >= count:
            return frozenset()
        return frozenset().union(*possible) if len(possible) >= count else None

    undecided = not any(_folded(rule, values, chances))
    return (fold(rule, leaf, takes, {})[0] or frozenset()) if undecided else frozenset()
