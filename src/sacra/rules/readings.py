"""The readings of a rule: one fold over pairs (is true, is false), strong Kleene logic.

*Decide* folds over truth and *decide in bulk* over NumPy arrays of it; *explain* and *ask* over
sets of finding names; *prove* (`sacra.proof.logic`) over the solver's terms. Only the leaf and
what "at least k of these" means differ. What is read of one case is folded over functions of the
case, once for each rule: reading the next case is a call, which looks no further than it must.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sacra.rules.language import AtLeast, Likely, Not, Rule, Test

T = TypeVar("T")
Pair = tuple[T, T]
Values = Mapping[str, Any]
Names = frozenset[str] | None
Leaf = Callable[[Test | Likely], Pair[T]]
Of = Callable[[Values, Values | None], T]
"""Something of a case: a function of its findings and its chances."""

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
    leaf: Leaf[T],
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


# --- decide -----------------------------------------------------------------------------------

_decides: dict[Rule, Pair[Of[bool]]] = {}


def decide(rule: Rule, values: Values, chances: Values | None = None) -> bool | None:
    """True, False, or None when what is known does not settle the rule.

    Args:
        rule: what to decide.
        values: findings by id.
        chances: posterior means by condition, for `likely`; without them those are not known.
    """
    if _is_open(rule, values):
        return None
    true, false = _decides.get(rule) or fold(rule, _leaf, _enough_of, _decides)
    return True if true(values, chances) else False if false(values, chances) else None


def _is_open(rule: Rule, values: Values) -> bool:
    """Nothing that the rule reads is known, so it is not: no need to look closer."""
    return bool(rule.waits_for) and values.keys().isdisjoint(rule.waits_for)


def _leaf(test: Test | Likely) -> Pair[Of[bool]]:
    if isinstance(test, Likely):
        return _likely_leaf(test)
    if test.value is True and test.op == "eq":
        return _bare_leaf(test.finding)
    name = test.finding

    def true(values: Values, _chances: Values | None) -> bool:
        value: object = values.get(name)
        return value is not None and value != UNSURE and holds(test, value)

    def false(values: Values, _chances: Values | None) -> bool:
        value: object = values.get(name)
        return value is not None and value != UNSURE and not holds(test, value)

    return true, false


def _bare_leaf(name: str) -> Pair[Of[bool]]:
    """The same for nine tests out of ten, see `holds`."""

    def true(values: Values, _chances: Values | None) -> bool:
        return values.get(name) is True

    def false(values: Values, _chances: Values | None) -> bool:
        value: object = values.get(name)
        return value is not None and value is not True and value != UNSURE

    return true, false


def _likely_leaf(test: Likely) -> Pair[Of[bool]]:
    def above(chances: Values) -> bool:
        return bool(round(sum(chances[name] for name in test.conditions), 3) > test.above)

    def true(_values: Values, chances: Values | None) -> bool:
        return chances is not None and above(chances)

    def false(_values: Values, chances: Values | None) -> bool:
        return chances is not None and not above(chances)

    return true, false


def _enough_of(count: int, items: Sequence[Of[bool]]) -> Of[bool]:
    """Ends with the first item that decides, where all or one must hold."""

    def every(values: Values, chances: Values | None) -> bool:
        for item in items:  # noqa: SIM110 - `all` over a generator takes twice as long
            if not item(values, chances):
                return False
        return True

    def some(values: Values, chances: Values | None) -> bool:
        for item in items:  # noqa: SIM110 - as above
            if item(values, chances):
                return True
        return False

    return every if count == len(items) else some if count == 1 else _of_case(enough)(count, items)


def _of_case(
    at_least: Callable[[int, Sequence[T]], T],
) -> Callable[[int, Sequence[Of[T]]], Of[T]]:
    """The same of a case that is still to come."""

    def later(count: int, items: Sequence[Of[T]]) -> Of[T]:
        return lambda values, chances: at_least(count, [item(values, chances) for item in items])

    return later


# --- explain ----------------------------------------------------------------------------------

_explains: dict[Rule, Pair[Of[Names]]] = {}
_NOTHING: frozenset[str] = frozenset()


def explain(rule: Rule, values: Values, chances: Values | None = None) -> frozenset[str]:
    """The findings that decided the rule; empty while it is not decided. See `decide`."""
    true, false = fold(rule, _named_leaf, _of_case(_union_if_enough), _explains)
    because = true(values, chances)
    return because if because is not None else false(values, chances) or _NOTHING


def _named_leaf(test: Test | Likely, leaf: Leaf[Of[bool]] = _leaf) -> Pair[Of[Names]]:
    name = frozenset(test.conditions if isinstance(test, Likely) else [test.finding])

    def named(so: Of[bool]) -> Of[Names]:
        return lambda values, chances: name if so(values, chances) else None

    true, false = leaf(test)
    return named(true), named(false)


def _union_if_enough(count: int, items: Sequence[Names]) -> Names:
    holding = [item for item in items if item is not None]
    return _NOTHING.union(*holding) if len(holding) >= count else None


# --- ask --------------------------------------------------------------------------------------

_asks: dict[Rule, Pair[Of[Names]]] = {}


def ask(rule: Rule, values: Values, chances: Values | None = None) -> frozenset[str]:
    """The findings not answered (`unsure` is an answer) that could still make the rule true."""
    undecided = decide(rule, values, chances) is None
    return _ask(rule, values, chances) if undecided else _NOTHING


def _ask(rule: Rule, values: Values, chances: Values | None) -> frozenset[str]:
    if _is_open(rule, values):
        return rule.waits_for
    to_be_true, _to_be_false = fold(rule, _open_leaf, _of_case(_what_it_takes), _asks)
    return to_be_true(values, chances) or _NOTHING


def _open_leaf(test: Test | Likely, leaf: Leaf[Of[bool]] = _leaf) -> Pair[Of[Names]]:
    """What stands between a test and its truth: its finding, nothing, or no answer could."""
    true, false = leaf(test)
    if isinstance(test, Likely):
        return _if_it_holds(true), _if_it_holds(false)
    name, only = test.finding, frozenset([test.finding])

    def open_(so: Of[bool]) -> Of[Names]:
        return lambda values, chances: (
            only if values.get(name) is None else _NOTHING if so(values, chances) else None
        )

    return open_(true), open_(false)


def _if_it_holds(so: Of[bool]) -> Of[Names]:
    return lambda values, chances: _NOTHING if so(values, chances) else None


def _what_it_takes(count: int, items: Sequence[Names]) -> Names:
    """None: impossible; empty: it holds already; else the names that stand between."""
    possible = [item for item in items if item is not None]
    if len(possible) < count:
        return None
    if possible.count(_NOTHING) >= count:
        return _NOTHING
    return _NOTHING.union(*possible)


# --- one case ---------------------------------------------------------------------------------


class Reading:
    """Rules read against one set of answers, each rule once.

    Args:
        values: findings by id; they must not change while the reading is in use.
        chances: posterior means by condition, for `likely`; without them those are not known.
    """

    def __init__(self, values: Values, chances: Values | None = None) -> None:
        self.values = values
        self.chances = chances
        self._answers: dict[Rule, bool | None] = {}
        self._waits: dict[Rule, frozenset[str]] = {}

    def decide(self, rule: Rule) -> bool | None:
        """See `decide`."""
        try:
            return self._answers[rule]
        except KeyError:
            answer = self._answers[rule] = decide(rule, self.values, self.chances)
            return answer

    def unsure(self, finding: str) -> bool:
        """Whether the finding was answered "not sure"."""
        return bool(self.values.get(finding) == UNSURE)

    def explain(self, rule: Rule) -> frozenset[str]:
        """See `explain`."""
        return explain(rule, self.values, self.chances)

    def ask(self, rule: Rule) -> frozenset[str]:
        """See `ask`."""
        waits = self._waits.get(rule)
        if waits is None:
            undecided = self.decide(rule) is None
            waits = _ask(rule, self.values, self.chances) if undecided else _NOTHING
            self._waits[rule] = waits
        return waits


# --- where a doubt may be either --------------------------------------------------------------

_may: dict[Rule, Pair[Of[bool]]] = {}
_may_explain: dict[Rule, Pair[Of[Names]]] = {}
_may_ask: dict[Rule, Pair[Of[Names]]] = {}


def _doubt_leaf(test: Test | Likely) -> Pair[Of[bool]]:
    true, false = _leaf(test)
    if isinstance(test, Likely):
        return true, false
    name = test.finding

    def either(so: Of[bool]) -> Of[bool]:
        return lambda values, chances: values.get(name) == UNSURE or so(values, chances)

    return either(true), either(false)


class Doubting(Reading):
    """The same answers, where "not sure" may be either, whichever makes a rule true.

    No rule is then known to be false: one that does not hold is open.
    """

    def decide(self, rule: Rule) -> bool | None:
        """True, or None."""
        may, _ = fold(rule, _doubt_leaf, _enough_of, _may)
        return True if may(self.values, self.chances) else None

    def explain(self, rule: Rule) -> frozenset[str]:
        """The findings that make it hold."""
        named = partial(_named_leaf, leaf=_doubt_leaf)
        because, _ = fold(rule, named, _of_case(_union_if_enough), _may_explain)
        return because(self.values, self.chances) or _NOTHING

    def ask(self, rule: Rule) -> frozenset[str]:
        """What is not answered and could make it hold, beside what is in doubt."""
        open_ = partial(_open_leaf, leaf=_doubt_leaf)
        to_hold, _ = fold(rule, open_, _of_case(_what_it_takes), _may_ask)
        return to_hold(self.values, self.chances) or _NOTHING


# --- decide in bulk ---------------------------------------------------------------------------


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
