"""The fifth reading of a rule: the same fold as the others, over terms of the solver z3.

A rule becomes a pair of terms (is true, is false); neither holds while it is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from sacra.rules.language import Likely, Rule, Test
from sacra.rules.readings import Pair, fold, holds

Term = Any
"""A term of z3 that is true or false; z3 brings no types of its own."""

YES: Term = z3.BoolVal(True)
NO: Term = z3.BoolVal(False)


@dataclass(frozen=True)
class Known:
    """What is known of one finding, as terms; at most one of the first four holds.

    `given` says that it has a value that is not yes or no; `value` is that value, a real number
    or the place of a choice among `choices`.
    """

    yes: Term = NO
    no: Term = NO
    unsure: Term = NO
    given: Term = NO
    value: Term = None
    choices: tuple[str, ...] = ()

    @property
    def answered(self) -> Term:
        """Any answer, "not sure" too."""
        return z3.Or(self.yes, self.no, self.unsure, self.given)


@dataclass(frozen=True)
class View:
    """One way to look at a case, and what was read of it before."""

    known: Mapping[str, Known]
    likely: Callable[[Likely], Term] | None = None
    doubts_hold: bool = False  # "not sure" may be either, whichever makes a rule true
    hopes: Mapping[str, Rule | None] | None = None
    """What is not answered, and may be either, whichever helps; with the rule of what follows."""
    memo: dict[Rule, Pair[Term]] = field(default_factory=dict)

    def read(self, rule: Rule) -> Pair[Term]:
        """(is true, is false) of a rule."""
        return fold(rule, self._leaf, at_least, self.memo)

    def true(self, rule: Rule) -> Term:
        """The rule is known to hold."""
        return self.read(rule)[0]

    def false(self, rule: Rule) -> Term:
        """The rule is known not to hold."""
        return self.read(rule)[1]

    def decided(self, rule: Rule) -> Term:
        """Either."""
        return z3.Or(*self.read(rule))

    def _leaf(self, test: Test | Likely) -> Pair[Term]:
        if isinstance(test, Likely):
            above = self.likely(test) if self.likely else None
            return (NO, NO) if above is None else (above, z3.Not(above))
        known = self.known[test.finding]
        true, false = compare(test, known)
        may, may_not = self._hope(test.finding)
        doubt = known.unsure if self.doubts_hold else NO
        return z3.Or(true, may, doubt), z3.Or(false, may_not, doubt)

    def _hope(self, name: str) -> Pair[Term]:
        """Whether it is not answered and an answer to it, or to what is behind it, may be such."""
        if self.hopes is None or name not in self.hopes:
            return NO, NO
        open_, rule = z3.Not(self.known[name].answered), self.hopes[name]
        may, may_not = self.read(rule) if rule else (YES, YES)
        return z3.And(open_, may), z3.And(open_, may_not)


def at_least(count: int, terms: Sequence[Term]) -> Term:
    """At least `count` of the terms."""
    if count <= 0:
        return YES
    if count > len(terms):
        return NO
    if count == len(terms):
        return z3.And(*terms)
    return z3.Or(*terms) if count == 1 else z3.AtLeast(*terms, count)


def compare(test: Test, known: Known) -> Pair[Term]:
    """(is true, is false) of one finding against a value; see `readings.holds`."""
    is_yes, is_no = holds(test, True) if test.value is True else False, holds(test, False)
    passed: list[Term] = []
    failed: list[Term] = []
    for state, passes in ((known.yes, is_yes), (known.no, is_no)):
        (passed if passes else failed).append(state)
    if known.value is not None:
        passes = _passes(test, known)
        passed.append(z3.And(known.given, passes))
        failed.append(z3.And(known.given, z3.Not(passes)))
    return z3.Or(*passed), z3.Or(*failed)


_ORDER: dict[str, Callable[[Any, Any], Term]] = {
    "ge": lambda a, b: a >= b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "lt": lambda a, b: a < b,
    "eq": lambda a, b: a == b,
}


def _passes(test: Test, known: Known) -> Term:
    if test.op == "in":
        assert isinstance(test.value, tuple)
        return z3.Or(*(_equals(known, value) for value in test.value))
    if test.op == "eq":
        return _equals(known, test.value)
    return _ORDER[test.op](known.value, test.value)


def _equals(known: Known, wanted: Any) -> Term:
    if not known.choices:
        return NO if isinstance(wanted, str) else known.value == wanted
    return known.value == known.choices.index(wanted) if wanted in known.choices else NO
