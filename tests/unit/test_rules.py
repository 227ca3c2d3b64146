"""The rule language: strong Kleene logic in every reading."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sacra.rules.language import parse_rule
from sacra.rules.readings import Reading, ask, decide, decide_in_bulk

KNOWN = (True, False, None)


@pytest.mark.parametrize(("a", "b"), list(itertools.product(KNOWN, KNOWN)))
def test_all_and_any_are_kleene(a: bool | None, b: bool | None) -> None:
    values = {"a": a, "b": b}
    both = False if False in (a, b) else None if None in (a, b) else True
    one = True if True in (a, b) else None if None in (a, b) else False
    assert decide(parse_rule({"all": ["a", "b"]}), values) is both
    assert decide(parse_rule({"any": ["a", "b"]}), values) is one


@pytest.mark.parametrize("answers", list(itertools.product(KNOWN, repeat=3)))
def test_count_is_decided_when_the_rest_cannot_change_it(answers: tuple[bool | None, ...]) -> None:
    rule = parse_rule({"count": 2, "of": ["a", "b", "c"]})
    values = dict(zip("abc", answers, strict=True))
    worlds = [_fill(answers, world) for world in itertools.product((True, False), repeat=3)]
    outcomes = {sum(world) >= 2 for world in worlds}
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert decide(rule, values) is expected


def _fill(answers: tuple[bool | None, ...], world: tuple[bool, ...]) -> list[bool]:
    return [w if a is None else a for a, w in zip(answers, world, strict=True)]


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ({"age": {"ge": 70}}, 70, True),
        ({"age": {"lt": 70}}, 70, False),
        ({"age": {"in": [1, 2]}}, 2, True),
        ({"weeks": {"lt": 6}}, False, False),  # does not apply: no number test holds
        ({"not": {"weeks": {"lt": 6}}}, False, True),
        ("pain", "unsure", None),
        ({"setting": {"eq": "home"}}, "home", True),
    ],
)
def test_one_test(rule: Any, value: Any, expected: bool | None) -> None:
    parsed = parse_rule(rule)
    names = {"age", "weeks", "pain", "setting"}
    assert decide(parsed, dict.fromkeys(names, value)) is expected


def test_likely_is_rounded_and_summed() -> None:
    rule = parse_rule({"likely": {"condition": ["a", "b"], "above": 0.3}})
    assert decide(rule, {}, {"a": 0.2, "b": 0.1004}) is False
    assert decide(rule, {}, {"a": 0.2, "b": 0.101}) is True
    assert decide(rule, {}) is None


def test_ask_names_only_what_can_still_make_it_true() -> None:
    rule = parse_rule({"any": ["a", {"all": ["b", "c"]}]})
    assert ask(rule, {}) == {"a", "b", "c"}
    assert ask(rule, {"b": False}) == {"a"}
    assert ask(rule, {"a": False, "b": True}) == {"c"}
    assert ask(rule, {"a": True}) == frozenset()


def test_unsure_is_an_answer_and_is_not_asked_again() -> None:
    assert ask(parse_rule("a"), {"a": "unsure"}) == frozenset()
    assert decide(parse_rule("a"), {"a": "unsure"}) is None


def test_explain_names_what_decided() -> None:
    rule = parse_rule({"any": ["a", {"all": ["b", "c"]}]})
    assert Reading({"b": True, "c": True, "a": False}).explain(rule) == {"b", "c"}
    assert Reading({"a": False, "b": False}).explain(rule) == {"a", "b"}
    assert Reading({}).explain(rule) == frozenset()


def test_bulk_reads_numbers_and_choices() -> None:
    rule = parse_rule({"all": [{"age": {"ge": 70}}, {"place": {"in": ["home", "clinic"]}}]})
    columns = {"age": np.array([71.0, 60, 80]), "place": np.array(["home", "home", "x"])}
    known = {"age": np.array([True, True, True]), "place": np.array([True, False, True])}
    true, false = decide_in_bulk(rule, columns, known)
    assert true.tolist() == [True, False, False]
    assert false.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({}, "is not a rule"),
        ({"all": []}, "need a list"),
        ({"count": 4, "of": ["a", "b"]}, "outside 1 to 2"),
        ({"a": {"near": 3}}, "`near` is not one of"),
        ({"a": {"in": 3}}, "takes a list"),
        ({"a": 1, "b": 2}, "has one key"),
    ],
)
def test_broken_rules_say_what_is_wrong(broken: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_rule(broken)
