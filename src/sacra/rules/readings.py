"""The readings of a rule: one fold over pairs (is true, is false), strong Kleene logic.

*Decide* folds over bool and *decide in bulk* over NumPy arrays, with the same ``at_least``;
*explain* and *ask* fold over sets of finding names. A proof will fold over solver terms. Only
the leaf and what "at least k of these" means differ.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

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
    memo: dict[Rule, Pair[T]],
) -> Pair[T]:
    """Read a rule from its leaves up.

    Args:
        rule: what to read.
        leaf: (is true, is false) of one test; neither means not known.
        at_least: what "at least k of these" is in the domain of T.
        memo: what was read before; equal parsed rules are one object.
    """
    known = memo.get(rule)
    if known is None:
        if isinstance(rule, AtLeast):
            trues, falses = [], []
            for part in rule.of:
                true, false = memo.get(part) or fold(part, leaf, at_least, memo)
                trues.append(true)
                falses.append(false)
            spare = len(trues) - rule.count + 1  # so many false ones leave fewer than `count`
            known = at_least(rule.count, trues), at_least(spare, falses)
        elif isinstance(rule, Not):
            true, false = fold(rule.of, leaf, at_least, memo)
            known = false, true
        else:
            assert isinstance(rule, Test | Likely)
            known = leaf(rule)
        memo[rule] = known
    return known


def holds(test: Test, value: Any) -> bool:
    """Whether a known value passes a test; False means the finding is absent or does not apply."""
    if test.value is True and test.op == "eq":
        return value is True
    if value is False and test.value is not False:
        return False
    return _COMPARE[test.op](value, test.value)


def enough(count: int, items: Sequence[Any]) -> Any:
    """At least `count` of the items hold: for bool, and elementwise for NumPy bool arrays."""
    return sum(items) >= count


def _enough_true(count: int, items: Sequence[bool]) -> bool:
    """The same for bool alone, in a third of the time."""
    return items.count(True) >= count


class Reading:
    """Rules read against one set of answers, each rule and each part of it once.

    Args:
        values: findings by id; they must not change while the reading is in use.
        chances: posterior means by condition, for `likely`; without them those are not known.
        doubts_hold: what was answered "not sure" may be either, whichever makes a rule true; no
            rule is then known to be false.
    """

    def __init__(
        self, values: Values, chances: Values | None = None, *, doubts_hold: bool = False
    ) -> None:
        self.values = values
        self.chances = chances
        self.doubts_hold = doubts_hold
        self._decided: dict[Rule, Pair[bool]] = {}
        self._answers: dict[Rule, bool | None] = {}
        self._asked: dict[Rule, Pair[Names]] = {}
        self._waits: dict[Rule, frozenset[str]] = {}

    def decide(self, rule: Rule) -> bool | None:
        """True, False, or None when what is known does not settle the rule."""
        try:
            return self._answers[rule]
        except KeyError:
            answer = self._answers[rule] = self._decide(rule)
            return answer

    def _decide(self, rule: Rule) -> bool | None:
        if self._is_open(rule):
            self._waits[rule] = rule.waits_for
            return None
        true, false = fold(rule, self._leaf, _enough_true, self._decided)
        return True if true else False if false and not self.doubts_hold else None

    def _is_open(self, rule: Rule) -> bool:
        """Nothing that the rule reads is known, so it is not: no need to look closer."""
        if not isinstance(rule, AtLeast) or not rule.waits_for:
            return False
        return rule.waits_for.isdisjoint(self.values)

    def unsure(self, finding: str) -> bool:
        """Whether the finding was answered "not sure"."""
        return bool(self.values.get(finding) == UNSURE)

    def explain(self, rule: Rule) -> frozenset[str]:
        """The findings that decided the rule; empty while it is not decided."""
        true, false = fold(rule, self._named_leaf, _union_if_enough, {})
        return true if true is not None else false or frozenset()

    def ask(self, rule: Rule) -> frozenset[str]:
        """The findings not answered (`unsure` is an answer) that could still make the rule true."""
        if self.decide(rule) is not None:
            return _NOTHING
        waits = self._waits.get(rule)
        if waits is None:
            waits = fold(rule, self._open_leaf, _what_it_takes, self._asked)[0] or _NOTHING
            self._waits[rule] = waits
        return waits

    def _leaf(self, test: Test | Likely) -> Pair[bool]:
        if isinstance(test, Likely):
            return self._likely_leaf(test)
        value = self.values.get(test.finding)
        if value is None or value == UNSURE:
            in_doubt = self.doubts_hold and value is not None
            return in_doubt, in_doubt
        passed = holds(test, value)
        return passed, not passed

    def _likely_leaf(self, test: Likely) -> Pair[bool]:
        if self.chances is None:
            return False, False
        above = round(sum(self.chances[name] for name in test.conditions), 3) > test.above
        return above, not above

    def _named_leaf(self, test: Test | Likely) -> Pair[Names]:
        true, false = self._leaf(test)
        name = frozenset(test.conditions if isinstance(test, Likely) else [test.finding])
        return (name if true else None), (name if false else None)

    def _open_leaf(self, test: Test | Likely) -> Pair[Names]:
        if isinstance(test, Test) and self.values.get(test.finding) is None:
            name = _only(test.finding)
            return name, name
        true, false = self._leaf(test)
        return (_NOTHING if true else None), (_NOTHING if false else None)


_NOTHING: frozenset[str] = frozenset()


def decide(rule: Rule, values: Values, chances: Values | None = None) -> bool | None:
    """One rule decided on its own; see `Reading.decide`."""
    return Reading(values, chances).decide(rule)


def ask(rule: Rule, values: Values, chances: Values | None = None) -> frozenset[str]:
    """What one rule waits for; see `Reading.ask`."""
    return Reading(values, chances).ask(rule)


def decide_in_bulk(
    rule: Rule, columns: Mapping[str, NDArray[Any]], known: Mapping[str, NDArray[np.bool_]]
) -> Pair[NDArray[np.bool_]]:
    """(is true, is false) for many people at once.

    Args:
        rule: a rule without `likely`.
        columns: finding id to values, shape [people]; what is not known may hold anything.
        known: finding id to whether the value is known, shape [people].
    """

    def leaf(test: Test | Likely) -> Pair[NDArray[np.bool_]]:
        assert isinstance(test, Test), "probabilities are not read in bulk"
        passed = _holds_in_bulk(test, columns[test.finding])
        answered = known[test.finding]
        return passed & answered, ~passed & answered

    return fold(rule, leaf, enough, {})


def _holds_in_bulk(test: Test, column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype == object:
        return np.array([value is not None and holds(test, value) for value in column], dtype=bool)
    wanted = np.array(test.value) if test.op == "in" else test.value
    return np.asarray(
        np.isin(column, wanted) if test.op == "in" else _COMPARE[test.op](column, wanted)
    )


@lru_cache(maxsize=4096)
def _only(name: str) -> frozenset[str]:
    return frozenset([name])


def _union_if_enough(count: int, items: Sequence[Names]) -> Names:
    holding = [item for item in items if item is not None]
    return _NOTHING.union(*holding) if len(holding) >= count else None


def _what_it_takes(count: int, items: Sequence[Names]) -> Names:
    """None: impossible; empty: it holds already; else the names that stand between."""
    possible = [item for item in items if item is not None]
    if len(possible) < count:
        return None
    if possible.count(_NOTHING) >= count:
        return _NOTHING
    return _NOTHING.union(*possible)
