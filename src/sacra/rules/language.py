"""Rules as data: the four nodes every rule is made of, and how YAML becomes them.

Every connective is one idea, *at least k of these*: ``all`` is at least n, ``any`` is at least
one, ``count`` names its k.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

Comparison = Literal["ge", "le", "gt", "lt", "eq", "in"]
Scalar = bool | int | float | str


class Rule:
    """Base of the nodes: something that can be true, false or not known of a person.

    Rules are compared by identity, which is also the key under which a reading remembers them;
    `parse_rule`, `either` and `both` give one object for equal rules.
    """

    __slots__ = ("waits_for",)
    waits_for: frozenset[str]
    """Findings without any of which it is not known; empty when that cannot be said."""

    def __post_init__(self) -> None:
        """Work out once what every case asks."""
        object.__setattr__(self, "waits_for", self._waits())

    def _waits(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Test(Rule):
    """One finding compared with a value; a bare finding name means ``eq: true``."""

    finding: str
    op: Comparison
    value: Scalar | tuple[Scalar, ...]

    def _waits(self) -> frozenset[str]:
        return frozenset([self.finding])


@dataclass(frozen=True, slots=True, eq=False)
class Likely(Rule):
    """The posterior means of these conditions, added up and rounded to 3 decimals, are above."""

    conditions: tuple[str, ...]
    above: float


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast(Rule):
    """At least ``count`` of the rules in ``of`` hold."""

    count: int
    of: tuple[Rule, ...]

    def _waits(self) -> frozenset[str]:
        parts = [part.waits_for for part in self.of]
        return frozenset().union(*parts) if all(parts) and self.count else frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Not(Rule):
    """The rule in ``of`` does not hold."""

    of: Rule

    def _waits(self) -> frozenset[str]:
        return self.of.waits_for


ALWAYS: Rule = AtLeast(0, ())
"""The rule that always holds: what an item without a condition of its own says."""

_interned: dict[str, Rule] = {}


def either(*rules: Rule) -> Rule:
    """Any of these rules."""
    return _intern(AtLeast(1, rules))


def both(*rules: Rule) -> Rule:
    """All of these rules."""
    return _intern(AtLeast(len(rules), rules))


def parse_rule(data: object) -> Rule:
    """Build a rule from its YAML form; equal rules are one object, so a case reads each once.

    Raises:
        ValueError: the data is not a rule; the message says what would be.
    """
    return _intern(_parse(data))


def _intern(rule: Rule) -> Rule:
    return _interned.setdefault(repr(rule), rule)  # by its text: to Python 1 equals True


def _parse(data: object) -> Rule:
    if isinstance(data, str):
        return Test(data, "eq", True)
    if not isinstance(data, dict) or not data:
        raise ValueError(f"{data!r} is not a rule: use a finding name, all, any, not or count")
    if "count" in data:
        return _parse_count(data)
    if len(data) != 1:
        raise ValueError(f"a rule has one key, found {', '.join(map(str, data))}")
    ((key, inner),) = data.items()
    return _parse_node(str(key), inner)


def _parse_node(key: str, inner: object) -> Rule:
    if key in ("all", "any"):
        parts = _parse_list(inner)
        return AtLeast(len(parts) if key == "all" else 1, parts)
    if key == "not":
        return Not(parse_rule(inner))
    if key == "likely":
        return _parse_likely(inner)
    return _parse_test(key, inner)


def _parse_list(inner: object) -> tuple[Rule, ...]:
    if not isinstance(inner, list) or not inner:
        raise ValueError("`all`, `any` and `of` need a list of rules")
    return tuple(parse_rule(item) for item in inner)


def _parse_count(data: dict[str, object]) -> AtLeast:
    if set(data) != {"count", "of"} or type(data["count"]) is not int:
        raise ValueError("a count rule is {count: number, of: [rules]}")
    parts = _parse_list(data["of"])
    if not 1 <= data["count"] <= len(parts):
        raise ValueError(f"count {data['count']} is outside 1 to {len(parts)}")
    return AtLeast(data["count"], parts)


def _parse_likely(inner: object) -> Likely:
    if not isinstance(inner, dict) or set(inner) != {"condition", "above"}:
        raise ValueError("likely is {condition: id or list of ids, above: probability}")
    named = inner["condition"]
    if type(inner["above"]) not in (int, float):
        raise ValueError(f"likely above `{inner['above']}` is not a probability")
    return Likely(tuple(named) if isinstance(named, list) else (str(named),), inner["above"])


def _parse_test(finding: str, inner: object) -> Test:
    if not isinstance(inner, dict) or len(inner) != 1:
        raise ValueError(f"a test is {{{finding}: {{ge|le|gt|lt|eq|in: value}}}}")
    ((op, value),) = inner.items()
    if op not in get_args(Comparison):
        raise ValueError(f"`{op}` is not one of {', '.join(get_args(Comparison))}")
    if isinstance(value, list) != (op == "in"):
        raise ValueError("`in` takes a list, the other comparisons one value")
    frozen = tuple(value) if isinstance(value, list) else value
    return Test(finding, cast(Comparison, op), cast(Any, frozen))


def leaves(rule: Rule) -> Iterator[Test | Likely]:
    """Every finding test and probability test in a rule, left to right."""
    if isinstance(rule, AtLeast):
        for part in rule.of:
            yield from leaves(part)
    elif isinstance(rule, Not):
        yield from leaves(rule.of)
    elif isinstance(rule, Test | Likely):
        yield rule


def findings_of(rule: Rule) -> tuple[str, ...]:
    """The findings a rule reads, each once, in order."""
    return tuple(dict.fromkeys(leaf.finding for leaf in leaves(rule) if isinstance(leaf, Test)))
