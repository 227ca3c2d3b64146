"""The fewest questions that could rule out every red flag that is still open.

Of "all of these" it is enough to rule out one part, of "any of these" it takes every part. So a
fever that comes with four risks is ruled out by asking for the fever, or for the risks, whichever
is less to ask beside what is asked anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.settle import questions_behind
from sacra.reasoning.triage import asks_of
from sacra.rules.language import Likely, Rule, Test
from sacra.rules.readings import UNSURE, fold, holds

Names = frozenset[str]
_NOTHING: Names = frozenset()


class Asking(NamedTuple):
    """Whom is asked what: this case, and the questions that can be put to the person."""

    case: Case
    knowledge: Knowledge
    askable: Names


def fewest_questions(of: Asking, anyway: Names = _NOTHING) -> Names:
    """The questions; with what is asked `anyway`, which costs nothing more.

    Where no answer could rule a flag out, it is all that is open in it. The choice is made flag by
    flag, the shortest first: few, though not always the very fewest.
    """
    every = {rule for levels in of.knowledge.flag_rules.values() for _level, rule in levels}
    open_ = [rule for rule in every if of.case.flag_reading.decide(rule) is None]
    alone = {rule: _to_settle(rule, of, anyway) for rule in open_}
    chosen = anyway
    for rule in sorted(open_, key=lambda rule: (len(alone[rule] - anyway), sorted(alone[rule]))):
        chosen |= _to_settle(rule, of, chosen)
    return chosen


def _to_settle(rule: Rule, of: Asking, free: Names) -> Names:
    def leaf(test: Test | Likely) -> tuple[Names | None, Names | None]:
        value = of.case.for_red_flags.get(test.finding) if isinstance(test, Test) else UNSURE
        if isinstance(test, Likely) or value == UNSURE:
            return None, None
        if value is None:
            behind = questions_behind(frozenset([test.finding]), of.case, of.knowledge)
            return (behind, behind) if behind <= of.askable else (None, None)
        so = holds(test, value)
        return _NOTHING if so else None, None if so else _NOTHING

    def at_least(count: int, items: Sequence[Names | None]) -> Names | None:
        possible = [item for item in items if item is not None]
        possible.sort(key=lambda item: len(item - free))
        return _NOTHING.union(*possible[:count]) if len(possible) >= count else None

    _to_be_true, to_be_false = fold(rule, leaf, at_least, {})
    return to_be_false or _all_open(rule, of)


def _all_open(rule: Rule, of: Asking) -> Names:
    sets = [names for ask in asks_of(of.case) if (names := ask(rule))]
    return _NOTHING.union(*(questions_behind(names, of.case, of.knowledge) for names in sets))
