"""Asks the solver for a case that breaks a property, and makes a case file of what it finds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import z3

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.proof.advice import Advice
from sacra.proof.logic import Term
from sacra.proof.world import Reader, World
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import read_case

CaseData = dict[str, Any]
Shown = Callable[[CaseData, Assessment], bool]


class Never(NamedTuple):
    """Something that no case may do: `broken` holds where it is done, `shown` sees it in a run."""

    about: str
    says: str
    broken: Term
    shown: Shown


class Sometimes(NamedTuple):
    """Something that some case must do: `done` holds where it is, `shown` sees it in a run."""

    about: str
    says: str
    done: Term
    shown: Shown


class Possibly(NamedTuple):
    """Something that some case must do, with whatever probabilities that takes."""

    about: str
    says: str
    done: Term


class Plainly(NamedTuple):
    """Something that is seen in the files themselves, or by running a case the solver made."""

    about: str
    says: str
    holds: bool
    case: CaseData = {}  # noqa: RUF012 - never changed


class Unless(NamedTuple):
    """Something that every run must show wherever it can be asked of one, which is never a fault.

    `asked` holds where it is; `shown` sees in a run that it is done.
    """

    about: str
    says: str
    asked: Term
    shown: Shown


Obligation = Never | Sometimes | Possibly | Unless | Plainly


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
    case: CaseData
    runs: bool


class Outcome(msgspec.Struct, frozen=True):
    """What became of one property: how much was proved, and what breaks it."""

    property: str
    says: str
    proved: int
    broken: tuple[CounterExample, ...]
    seconds: float


class Wishes(NamedTuple):
    """Names for the opposite of terms: what is wanted where it can be had."""

    names: list[Term]
    terms: list[Term]


def _wishes(mark: str, terms: list[Term]) -> Wishes:
    return Wishes([z3.Bool(f"{mark}:{i}") for i in range(len(terms))], terms)


MOST = 12
"""Counter-examples of one property that are worked out; where there are more, these come first."""


@dataclass(eq=False)
class Prover:
    """One world, what is advised in it, and a solver that knows all that is true of its cases."""

    knowledge: Knowledge
    made: list[tuple[CaseData, Assessment]] = field(default_factory=list)
    """Cases that the solver made, with their runs; one may show more than it was made for."""

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
        for named, terms in (self._unanswered, self._not_yes):
            solver.add(*(z3.Implies(n, z3.Not(t)) for n, t in zip(named, terms, strict=True)))
        return solver

    def prove(self, one: Property) -> Outcome:
        """Take a property through all it says."""
        start = time.perf_counter()
        obligations = list(one.obligations(self))
        broken = tuple(self._broken(obligations))
        seconds = round(time.perf_counter() - start, 2)
        all_looked_at = len(broken) < MOST
        proved = (len(obligations) - len(broken)) * all_looked_at
        return Outcome(one.id, one.says, proved, broken, seconds)

    def _broken(self, obligations: list[Obligation]) -> Iterator[CounterExample]:
        yield from (CounterExample(o.about, o.says, o.case, runs=True)
                    for o in obligations if isinstance(o, Plainly) and not o.holds)  # fmt: skip
        never = [o for o in obligations if isinstance(o, Never)]
        left = MOST
        for some in (never[i : i + 64] for i in range(0, len(never), 64)):
            if left and self.model(z3.Or(*(o.broken for o in some))) is not None:
                found = [*islice(filter(None, map(self._refute, some)), left)]
                left -= len(found)
                yield from found
        for o in obligations:
            if isinstance(o, Possibly) and self.model(o.done) is None:
                yield CounterExample(o.about, o.says, {}, runs=False)
            if isinstance(o, Sometimes | Unless) and (missed := self._reach(o)) is not None:
                yield missed

    def _refute(self, never: Never) -> CounterExample | None:
        if self.model(never.broken) is None:
            return None
        case = self.smallest(never.broken)
        return CounterExample(never.about, never.says, case, self.runs(case, never.shown))

    def _reach(self, one: Sometimes | Unless) -> CounterExample | None:
        """Nothing where a case the solver makes shows it when the program runs it."""
        if isinstance(one, Sometimes) and any(one.shown(*run) for run in self.made):
            return None
        term = one.done if isinstance(one, Sometimes) else one.asked
        if self.model(term) is None:
            can = isinstance(one, Unless)
            return None if can else CounterExample(one.about, one.says, {}, runs=False)
        case = self._some_case(term)
        if isinstance(one, Sometimes) and not one.shown(*self.made[-1]):
            case = self._some_case(term, plain=True)  # with ordinary probabilities
        return (
            None if one.shown(*self.made[-1]) else CounterExample(one.about, one.says, case, True)
        )

    def _some_case(self, term: Term, *, plain: bool = False) -> CaseData:
        """A case in which the term holds, kept with its run."""
        found = self.plain(term) if plain else Reader(self.world, self.model(term)).case()
        case = found or {}
        self.made.append((case, self.run(case)))
        return case

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

    def smallest(self, *terms: Term) -> CaseData:
        """A case in which these hold, and no longer when any answer is left out of it."""
        with self.assuming(*terms):
            self.solver.add(*self._most(self._unanswered.names))
            model = self.model(*self._whole()) or self.model()
            return Reader(self.world, model).case()

    def small(self, *terms: Term) -> CaseData | None:
        """A case with few answers in which these hold; None when there is none."""
        if self.model(*terms) is None:
            return None
        with self.assuming(*terms):
            self.solver.add(*self._many(self._unanswered.names)[0])
            return Reader(self.world, self.model()).case()

    def plain(self, *terms: Term) -> CaseData | None:
        """The same, with no yes and no doubt that it does not take."""
        if self.model(*terms) is None:
            return None
        with self.assuming(*terms):
            self.solver.add(*self._most(self._not_yes.names))
            return self.small()

    def _most(self, wanted: list[Term]) -> list[Term]:
        """What can be had of what is wanted; nothing more of it can."""
        had, in_the_way = self._many(wanted)
        for term in in_the_way:
            if self.solver.check(*had, term) == z3.sat:
                had.append(term)
        return had

    def _many(self, wanted: list[Term]) -> tuple[list[Term], list[Term]]:
        """Much of what is wanted; and what the solver names as in the way of it."""
        had = {term.get_id(): term for term in wanted}
        in_the_way: list[Term] = []
        while self.solver.check(*had.values()) != z3.sat:
            core = [had.pop(term.get_id()) for term in self.solver.unsat_core()]
            assert core, "asked for a case of something that cannot be"
            in_the_way += core
        return list(had.values()), in_the_way

    @cached_property
    def _unanswered(self) -> Wishes:
        """For each thing that can be entered, that it is not."""
        answers = [known.answered for known in self.world.entered.known.values()]
        return _wishes("open", [*answers, *map(self.world.asks_about, self.knowledge.items)])

    @cached_property
    def _not_yes(self) -> Wishes:
        """For each finding that it is neither yes nor in doubt."""
        every = self.world.entered.known.values()
        return _wishes("not yes", [z3.Or(known.yes, known.unsure) for known in every])

    def _whole(self) -> Iterator[Term]:
        numbers = [n for n, f in self.knowledge.findings.items() if f.type == "number"]
        yield from (z3.IsInt(self.world.entered.known[name].value) for name in numbers)

    # --- the program --------------------------------------------------------------------------

    def is_a_case(self, case: CaseData) -> bool:
        """Whether the program takes it as one, without contradiction."""
        try:
            read_case(case, self.knowledge)
        except CaseError:
            return False
        return True

    def run(self, case: CaseData) -> Assessment:
        """What the program says of a case that the solver made."""
        return assess(read_case(case, self.knowledge, "counter-example"), self.knowledge)

    def runs(self, case: CaseData, shown: Shown) -> bool:
        """Whether the program shows it."""
        return shown(case, self.run(case))
