"""The solver's terms worked out for many cases at once, by NumPy in place of the solver.

A judge of the proofs that shares nothing with them but the terms: whatever the solver is asked
about is evaluated here on cases that the program has run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import z3
from numpy.typing import NDArray

Column = NDArray[Any]


class Bulk:
    """Terms over columns, each term once; `columns` gives the values of the constants by name."""

    def __init__(self, columns: Mapping[str, Column], people: int) -> None:
        self.columns, self.people = columns, people
        self.memo: dict[int, Column] = {}
        self.kept: list[Any] = []  # a term that is freed gives its number to another

    def __call__(self, term: Any) -> Column:
        known = self.memo.get(term.get_id())
        if known is None:
            known = self.memo[term.get_id()] = self._work_out(term)
            self.kept.append(term)
        return known

    def _work_out(self, term: Any) -> Column:
        kind = term.decl().kind()
        if kind == z3.Z3_OP_UNINTERPRETED:
            return self.columns[term.decl().name()]
        if z3.is_rational_value(term) or z3.is_int_value(term):
            return np.full(
                self.people, float(term.as_fraction() if z3.is_real(term) else term.as_long())
            )
        parts: list[Column] = [self(part) for part in term.children()]
        if kind in (z3.Z3_OP_PB_AT_LEAST, z3.Z3_OP_PB_AT_MOST):
            bound = term.decl().params()[0]
            count: Column = np.sum(parts, axis=0)
            most = kind == z3.Z3_OP_PB_AT_MOST
            return np.asarray(count <= bound if most else count >= bound)
        if not parts:  # true and false, and "all" or "any" of nothing
            return np.full(self.people, kind in (z3.Z3_OP_TRUE, z3.Z3_OP_AND))
        return np.asarray(_WORK[kind](*parts))


_WORK: dict[int, Callable[..., Column]] = {
    z3.Z3_OP_AND: lambda *parts: np.logical_and.reduce(parts),
    z3.Z3_OP_OR: lambda *parts: np.logical_or.reduce(parts),
    z3.Z3_OP_NOT: np.logical_not,
    z3.Z3_OP_IMPLIES: lambda a, b: ~a | b,
    z3.Z3_OP_EQ: lambda a, b: a == b,
    z3.Z3_OP_LE: lambda a, b: a <= b,
    z3.Z3_OP_GE: lambda a, b: a >= b,
    z3.Z3_OP_LT: lambda a, b: a < b,
    z3.Z3_OP_GT: lambda a, b: a > b,
    z3.Z3_OP_ADD: lambda *parts: np.sum(parts, axis=0),
    z3.Z3_OP_ITE: np.where,
    z3.Z3_OP_TO_REAL: lambda a: a,
}
