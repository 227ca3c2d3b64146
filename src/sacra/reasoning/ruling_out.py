"""The fewest questions that could rule out every red flag that is still open.

Of "all of these" it is enough to rule out one part, of "any of these" it takes every part. So a
fever that comes with four risks is ruled out by asking for the fever, or for the risks, whichever
is less to ask beside what is asked anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.settle import questions_behind
from sacra.reasoning.triage import asks_of
from sacra.rules.language import Likely, Rule, Test
from sacra.rules.readings import UNSURE, Pair, fold, holds

Names = frozenset[str]
Memo = dict[Rule, Pair[Names | None]]
_NOTHING: Names = frozenset()


@dataclass(frozen=True)
class Asking:
    """Whom is asked what: this case, and the questions that can be put to the person."""

    case: Case
    knowledge: Knowledge
    askable: Names
    leaves: dict[Test | Likely, Pair[Names | None]] = field(default_factory=dict)

    def can_say_no(self, names: Names) -> bool:
        """Whether each can be asked and answered with no; a number may turn out to be any."""
        every = self.knowledge.findings
        return names <= self.askable and all(every[name].type == "yes_no" for name in names)

    def leaf(self, test: Test | Likely) -> Pair[Names | None]:
        """The questions that could make one test true, and false; None where none could."""
        if test not in self.leaves:
            self.leaves[test] = self._leaf(test)
        return self.leaves[test]

    def _leaf(self, test: Test | Likely) -> Pair[Names | None]:
        value = self.case.for_red_flags.get(test.finding) if isinstance(test, Test) else UNSURE
        if isinstance(test, Likely) or value == UNSURE:
            return None, None
        if value is None:
            behind = questions_behind(frozenset([test.finding]), self.case, self.knowledge)
            return (behind, behind) if self.can_say_no(behind) else (None, None)
        so = holds(test, value)
        return _NOTHING if so else None, None if so else _NOTHING


def fewest_questions(of: Asking, anyway: Names = _NOTHING) -> Names:
    """The questions; with what is asked `anyway`, which costs nothing more.

    Where no answer could rule a flag out, it is all that is open in it. The choice is made flag by
    flag, the shortest first: few, though not always the very fewest.
    """
    open_ = [rule for rule in _rules(of.knowledge) if of.case.flag_reading.decide(rule) is None]
    read: Memo = {}
    alone = {rule: _to_settle(rule, of, anyway, read) for rule in open_}
    chosen = anyway
    for rule in sorted(open_, key=lambda rule: len(alone[rule] - anyway)):
        if not alone[rule] <= chosen:
            chosen |= _to_settle(rule, of, chosen, {})
    return chosen


@lru_cache(maxsize=4)
def _rules(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Those of every red flag, in the order of the files, always."""
    levels = chain.from_iterable(knowledge.flag_rules.values())
    return tuple(dict.fromkeys(rule for _level, rule in levels))


def _to_settle(rule: Rule, of: Asking, free: Names, read: Memo) -> Names:
    def at_least(count: int, items: Sequence[Names | None]) -> Names | None:
        possible = [item for item in items if item is not None]
        if len(possible) > count:
            possible.sort(key=lambda item: len(item - free))
        return _NOTHING.union(*possible[:count]) if len(possible) >= count else None

    _to_be_true, to_be_false = fold(rule, of.leaf, at_least, read)
    return to_be_false or _all_open(rule, of)


def _all_open(rule: Rule, of: Asking) -> Names:
    sets = [names for ask in asks_of(of.case) if (names := ask(rule))]
    return _NOTHING.union(*(questions_behind(names, of.case, of.knowledge) for names in sets))
