"""The readings of a rule: one fold over pairs (is true, is false), strong Kleene logic.

*Decide* folds over bool and *decide in bulk* over NumPy arrays, with the same ``at_least``;
*explain* and *ask* fold over sets of finding names. A proof will fold over solver terms. Only
the leaf and what "at least k of these" means differ.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sacra.rules.language import AtLeast, Likely, Not, Rule, Test

T = TypeVar("T")
Pair = tuple[T, T]
Values = Mapping[str, Any]
Names = frozenset[str] | None

UNSURE = "unsure"
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "le": operator.le,
    "gt": operator.gt,
    "lt": operator.lt,
    "eq": operator.eq,
    "in": lambda value, wanted: value in wanted,
}


def fold(
    rule: Rule,
    leaf: Callable[[Test | Likely], Pair[T]],
    at_least: Callable[[int, Sequence[T]], T],
) -> Pair[T]:
    """Read a rule from its leaves up.

    Args:
        rule: what to read.
        leaf: (is true, is false) of one test; neither means not known.
        at_least: what "at least k of these" is in the domain of T.
    """
    if isinstance(rule, AtLeast):
        pairs = [fold(part, leaf, at_least) for part in rule.of]
        spare = len(pairs) - rule.count + 1  # so many false ones leave fewer than `count`
        return (
            at_least(rule.count, [true for true, _ in pairs]),
            at_least(spare, [false for _, false in pairs]),
        )
    if isinstance(rule, Not):
        true, false = fold(rule.of, leaf, at_least)
        return false, true
    assert isinstance(rule, Test | Likely)
    return leaf(rule)


def holds(test: Test, value: Any) -> bool:
    """Whether a known value passes a test; False means the finding is absent or does not apply."""
    if value is False and test.value is not False:
        return False
    if test.op == "eq" and test.value is True:
        return value is True
    return _COMPARE[test.op](value, test.value)


def enough(count: int, items: Sequence[Any]) -> Any:
    """At least `count` of the items hold: for bool, and elementwise for NumPy bool arrays."""
    return sum(items) >= count


def decide(rule: Rule, values: Values, chances: Values | None = None) -> bool | None:
    """True, False, or None when what is known does not settle the rule."""
    true, false = fold(rule, lambda test: _leaf(test, values, chances), enough)
    return True if true else False if false else None


def _leaf(test: Test | Likely, values: Values, chances: Values | None) -> Pair[bool]:
    if isinstance(test, Likely):
        if chances is None:
            return False, False
        above = round(sum(chances[name] for name in test.conditions), 3) > test.above
        return above, not above
    value = values.get(test.finding)
    if value is None or value == UNSURE:
        return False, False
    passed = holds(test, value)
    return passed, not passed


def explain(rule: Rule, values: Values, chances: Values | None = None) -> frozenset[str]:
    """The findings that decided the rule; empty while it is not decided."""

    def leaf(test: Test | Likely) -> Pair[Names]:
        true, false = _leaf(test, values, chances)
        name = frozenset(test.conditions if isinstance(test, Likely) else [test.finding])
        return (name if true else None), (name if false else None)

    true, false = fold(rule, leaf, _union_if_enough)
    return true if true is not None else false or frozenset()


def _union_if_enough(count: int, items: Sequence[Names]) -> Names:
    holding = [item for item in items if item is not None]
    return frozenset().union(*holding) if len(holding) >= count else None


def ask(rule: Rule, values: Values, chances: Values | None = None) -> frozenset[str]:
    """The findings not answered (`unsure` is an answer) that could still make the rule true."""

    def leaf(test: Test | Likely) -> Pair[Names]:
        if isinstance(test, Test) and values.get(test.finding) is None:
            open_name = frozenset([test.finding])
            return open_name, open_name
        true, false = _leaf(test, values, chances)
        return (frozenset() if true else None), (frozenset() if false else None)

    return fold(rule, leaf, _what_it_takes)[0] or frozenset()


def _what_it_takes(count: int, items: Sequence[Names]) -> Names:
    """None: impossible; empty: it holds already; else the names that stand between."""
    possible = [item for item in items if item is not None]
    if len(possible) < count:
        return None
    if sum(not item for item in possible) >= count:
        return frozenset()
    return frozenset().union(*possible)
