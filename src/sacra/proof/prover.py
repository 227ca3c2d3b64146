"""Asks the solver for a case that breaks a property, and makes a case file of what it finds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import z3

from sacra.kb.knowledge import Knowledge
from sacra.proof.advice import Advice
from sacra.proof.logic import Term
from sacra.proof.world import Reader, World
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case

Shown = Callable[[dict[str, Any], Assessment], bool]


class Never(NamedTuple):
    """Something that no case may do: `broken` holds where it is done, `shown` sees it in a run."""

    about: str
    says: str
    broken: Term
    shown: Shown


class Sometimes(NamedTuple):
    """Something that some case must do: `done` holds where it is, `shown` sees it in a run.

    `cases` are tried where the one the solver makes does not show it, as its probabilities do
    not come out as the solver chose them.
    """

    about: str
    says: str
    done: Term
    shown: Shown


class Plainly(NamedTuple):
    """Something that is seen in the files themselves, without a case."""

    about: str
    says: str
    holds: bool


Obligation = Never | Sometimes | Plainly


class Property(NamedTuple):
    """One statement about everything that Sacra advises."""

    id: str
    says: str
    obligations: Callable[[Prover], Iterator[Obligation]]


class CounterExample(msgspec.Struct, frozen=True):
    """A case that breaks a property, the smallest there is; `case` can be saved and assessed.

    `runs` says whether the program shows it too: not where it takes probabilities that no
    answers may give. Where no case can do what one must, `case` is empty.
    """

    about: str
    says: str
    case: dict[str, Any]
    runs: bool


class Outcome(msgspec.Struct, frozen=True):
    """What became of one property: how much was proved, and what breaks it."""

    property: str
    says: str
    proved: int
    broken: tuple[CounterExample, ...]
    seconds: float


@dataclass
class Prover:
    """One world, what is advised in it, and a solver that knows all that is true of its cases."""

    knowledge: Knowledge

    @cached_property
    def world(self) -> World:
        """The cases."""
        return World(self.knowledge)

    @cached_property
    def advice(self) -> Advice:
        """What is made of them."""
        return Advice(self.world)

    @cached_property
    def solver(self) -> Any:
        """Ready to be asked."""
        solver = z3.Solver()
        solver.add(*self.world.bounds)
        return solver

    def prove(self, one: Property) -> Outcome:
        """Take a property through all it says."""
        start = time.perf_counter()
        obligations = list(one.obligations(self))
        broken = tuple(self._broken(obligations))
        seconds = round(time.perf_counter() - start, 2)
        return Outcome(one.id, one.says, len(obligations) - len(broken), broken, seconds)

    def _broken(self, obligations: list[Obligation]) -> Iterator[CounterExample]:
        yield from (CounterExample(o.about, o.says, {}, runs=True)
                    for o in obligations if isinstance(o, Plainly) and not o.holds)  # fmt: skip
        never = [o for o in obligations if isinstance(o, Never)]
        for some in (never[i : i + 64] for i in range(0, len(never), 64)):
            if self.model(z3.Or(*(o.broken for o in some))) is not None:
                yield from filter(None, map(self._refute, some))
        yield from filter(None, (self._reach(o) for o in obligations if isinstance(o, Sometimes)))

    def _refute(self, never: Never) -> CounterExample | None:
        if self.model(never.broken) is None:
            return None
        case = self.smallest(never.broken)
        return CounterExample(never.about, never.says, case, self.runs(case, never.shown))

    def _reach(self, sometimes: Sometimes) -> CounterExample | None:
        if self.model(sometimes.done) is None:
            return CounterExample(sometimes.about, sometimes.says, {}, runs=True)
        return None

    # --- the solver ---------------------------------------------------------------------------

    @contextmanager
    def assuming(self, *terms: Term) -> Iterator[None]:
        """Everything asked inside is asked with these."""
        self.solver.push()
        try:
            self.solver.add(*terms)
            yield
        finally:
            self.solver.pop()

    def model(self, *terms: Term) -> Any:
        """A model in which all of these hold; None when there is none."""
        with self.assuming(*terms):
            answer = self.solver.check()
            assert answer != z3.unknown, self.solver.reason_unknown()
            return self.solver.model() if answer == z3.sat else None

    def smallest(self, term: Term) -> dict[str, Any]:
        """A case in which the term holds, and no longer when any answer is left out of it."""
        with self.assuming(term):
            self.solver.check()
            kept = self._fewest(self._entered(self.solver.model()))
            self.solver.add(*kept)
            model = self.model(*self._whole()) or self.model()
            return Reader(self.world, model).case()

    def _fewest(self, answers: list[Term]) -> list[Term]:
        """What leaves as few as can be of these answers, and gives no other."""
        open_ = [z3.Not(term) for term in self._answers if not any(term.eq(a) for a in answers)]
        for answer in answers:
            without = z3.Not(answer)
            if self.solver.check(*open_, without) == z3.sat:
                open_.append(without)
        return open_

    def _entered(self, model: Any) -> list[Term]:
        return [term for term in self._answers if z3.is_true(model.eval(term))]

    @cached_property
    def _answers(self) -> list[Term]:
        """For each thing that can be entered, that it is."""
        answers = [known.answered for known in self.world.entered.known.values()]
        return [*answers, *map(self.world.asks_about, self.knowledge.items)]

    def _whole(self) -> Iterator[Term]:
        numbers = [n for n, f in self.knowledge.findings.items() if f.type == "number"]
        yield from (z3.IsInt(self.world.entered.known[name].value) for name in numbers)

    # --- the program --------------------------------------------------------------------------

    def run(self, case: dict[str, Any]) -> Assessment:
        """What the program says of a case that the solver made."""
        return assess(read_case(case, self.knowledge, "counter-example"), self.knowledge)

    def runs(self, case: dict[str, Any], shown: Shown) -> bool:
        """Whether the program shows it."""
        return shown(case, self.run(case))
