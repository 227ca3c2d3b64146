"""Promise 5: one by one and in bulk, the same rule says the same of the same people."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import read_case
from sacra.reasoning.settle import settle
from sacra.rules.language import Likely, findings_of, leaves
from sacra.rules.readings import UNSURE, decide, decide_in_bulk
from tests.conftest import NIGHTLY
from tests.people import people

PEOPLE = 2_000 if NIGHTLY else 150


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
