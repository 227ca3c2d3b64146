"""Whether any case can make a rule true: a search that tries the values a rule mentions."""

from __future__ import annotations

from typing import Any

from sacra.kb import schema as s
from sacra.kb.knowledge import Knowledge
from sacra.rules.language import AtLeast, Not, Rule, Test, leaves
from sacra.rules.readings import ask, decide

_STEPS = 20_000
"""Give up (and call the rule reachable) after so many trials; real rules need a few dozen."""


def can_hold(rule: Rule, knowledge: Knowledge) -> bool:
    """True unless no assignment of values makes the rule true; derived findings are spelt out."""
    return witness(rule, knowledge) is not None


def witness(rule: Rule, knowledge: Knowledge) -> dict[str, Any] | None:
    """Values that make the rule true, or what was tried last when the search gives up."""
    plain = _spell_out(rule, knowledge)
    return _search(plain, {}, _candidates(plain, knowledge), [_STEPS])


def _spell_out(rule: Rule, knowledge: Knowledge, depth: int = 4) -> Rule:
    """Replace derived findings that the rule wants true by their own rules."""
    if isinstance(rule, AtLeast):
        return AtLeast(rule.count, tuple(_spell_out(r, knowledge, depth) for r in rule.of))
    if isinstance(rule, Not):
        return Not(_spell_out(rule.of, knowledge, depth))
    if isinstance(rule, Test) and depth and rule.finding in knowledge.derived_rules:
        return _spell_out(knowledge.derived_rules[rule.finding], knowledge, depth - 1)
    return rule


def _candidates(rule: Rule, knowledge: Knowledge) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for leaf in leaves(rule):
        if isinstance(leaf, Test):
            values.setdefault(leaf.finding, []).extend(_values(leaf, knowledge))
    return {name: list(dict.fromkeys(found)) for name, found in values.items()}


def _values(test: Test, knowledge: Knowledge) -> list[Any]:
    finding: s.Finding = knowledge.findings[test.finding]
    if finding.type == "yes_no":
        return [True, False]
    if finding.type == "choice":
        return list(finding.choices)
    mentioned = test.value if isinstance(test.value, tuple) else (test.value,)
    near = [v + step for v in mentioned for step in (0, -1, 1)]  # type: ignore[operator]
    return [v for v in near if (finding.min or 0) <= v <= (finding.max or 0)]


def _search(
    rule: Rule, values: dict[str, Any], open_: dict[str, list[Any]], left: list[int]
) -> dict[str, Any] | None:
    left[0] -= 1
    if left[0] < 0:
        return values
    answer = decide(rule, values)
    if answer is not None:
        return values if answer else None
    names = ask(rule, values)
    if not names:  # only probabilities are open, and those can be anything
        return values
    name = min(names)
    tried = (_search(rule, {**values, name: value}, open_, left) for value in open_[name])
    return next((found for found in tried if found is not None), None)
