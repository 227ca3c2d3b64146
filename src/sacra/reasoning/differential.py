"""The differential: how probable each main source of the pain is, and which answers weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.likelihood import Cell, likelihoods
from sacra.reasoning.model import SETTINGS, Array, Model, build_model
from sacra.reasoning.special import logit

_DECIBANS = 10 / np.log(10)


class Weight(msgspec.Struct, frozen=True, gc=False):
    """What one answer did to one condition: the change in log-odds when it is left out.

    In decibans (10 is a factor of ten), at the central values. `origin` is where the number comes
    from (own, same_site, elsewhere) and `mark` how well it was read.
    """

    finding: str
    value: bool
    decibans: float
    origin: str
    mark: str
    sources: tuple[str, ...]


class Likelihood(msgspec.Struct, frozen=True, gc=False):
    """One condition: posterior mean with its 90 % credible interval. The bars need not add up."""

    condition: str
    probability: float
    low: float
    high: float
    serious: bool
    weights: tuple[Weight, ...]


def weigh(case: Case, knowledge: Knowledge) -> tuple[Likelihood, ...]:
    """The weighed conditions of a settled case, most probable first."""
    model = build_model(knowledge)
    answers = used_answers(case, knowledge)
    posterior = posteriors(model, answers, case, knowledge)
    mean = posterior.mean(axis=0)
    low, high = np.quantile(posterior, [0.05, 0.95], axis=0)
    weights = _weights(answers, case, knowledge)
    found = [
        _likelihood(name, mean[i], low[i], high[i], weights[name], knowledge)
        for i, name in enumerate(model.conditions)
    ]
    return tuple(sorted(found, key=lambda one: (-one.probability, one.condition)))


def _likelihood(
    name: str, mean: float, low: float, high: float, weights: tuple[Weight, ...], k: Knowledge
) -> Likelihood:
    p, p_low, p_high = (round(float(x), 6) for x in (mean, low, high))
    return Likelihood(name, p, p_low, p_high, k.conditions[name].serious, weights)


def chances(differential: tuple[Likelihood, ...]) -> dict[str, float]:
    """Posterior means by condition: what `likely` rules read."""
    return {one.condition: one.probability for one in differential}


def danger_excluded(differential: Iterable[Likelihood]) -> tuple[Likelihood, ...]:
    """The other conditions, as they would stand if no serious one were the cause."""
    others = [one for one in differential if not one.serious]
    whole = sum(one.probability for one in others)
    return tuple(
        msgspec.structs.replace(
            one,
            probability=one.probability / whole,
            low=min(1.0, one.low / whole),
            high=min(1.0, one.high / whole),
        )
        for one in others
    )


# --- posterior --------------------------------------------------------------------------------


def used_answers(case: Case, knowledge: Knowledge) -> dict[str, bool]:
    """The answers that carry weight.

    A derived finding carries it only while none of its parts does: never the same thing twice.
    """
    parts, evidence = _parts_below(knowledge), case.evidence
    known = {n: v for n in parts if isinstance(v := evidence.get(n), bool)}
    return {n: v for n, v in known.items() if known.keys().isdisjoint(parts[n])}


@lru_cache(maxsize=4)
def _parts_below(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For each finding with weight what it is worked out from, and what that is worked out from."""

    def below(name: str) -> frozenset[str]:
        derived = knowledge.findings[name].derived
        parts = frozenset(derived.parts if derived else ())
        return parts.union(*map(below, parts))

    return {name: below(name) for name in likelihoods(knowledge)}


def posteriors(
    model: Model, answers: Mapping[str, bool], case: Case, knowledge: Knowledge
) -> Array:
    """[D, C]: one normalised posterior a draw."""
    return _normalised(log_prior(model, case, knowledge) + log_likelihood(model, answers))


def _normalised(logs: Array) -> Array:
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def log_likelihood(model: Model, answers: Mapping[str, bool]) -> Array:
    """[D, C]: log P(answers | condition)."""
    alone = [(model.column[n], v) for n, v in answers.items() if n not in model.group_of]
    yes = [column for column, value in alone if value]
    no = [column for column, value in alone if not value]
    total = model.log_true[yes].sum(axis=0) + model.log_false[no].sum(axis=0)
    for group in model.groups.values():
        pattern = pattern_of(group.members, answers)
        if any(answer >= 0 for answer in pattern):
            total = total + group.log_likelihood(pattern)
    return np.asarray(total)


def pattern_of(members: tuple[str, ...], answers: Mapping[str, bool]) -> tuple[int, ...]:
    """1 present, 0 absent, -1 not known, in the order of the members."""
    return tuple(int(answers[name]) if name in answers else -1 for name in members)


# --- prior ------------------------------------------------------------------------------------


def log_prior(model: Model, case: Case, knowledge: Knowledge) -> Array:
    """[D, C]: by setting and population; a mixture while pregnancy or birth is not known."""
    setting = case.findings.get("setting")
    setting = setting if setting in SETTINGS else "home"
    shares = population_shares(case, knowledge)
    mixed = sum(share * np.exp(model.log_prior[setting, p]) for p, share in shares.items())
    return np.asarray(np.log(np.asarray(mixed)))


def population_shares(case: Case, knowledge: Knowledge) -> dict[str, float]:
    """How much of each population this person may belong to; shares of 0 are left out."""
    values = case.findings
    pregnant = _share("pregnant", values, knowledge)
    postpartum = (1 - pregnant) * _share("postpartum", values, knowledge)
    shares = {"general": 1 - pregnant - postpartum, "pregnant": pregnant, "postpartum": postpartum}
    return {name: share for name, share in shares.items() if share > 0}


def _share(population: str, values: Mapping[str, Any], knowledge: Knowledge) -> float:
    known = values.get(population)
    if isinstance(known, bool):
        return float(known)
    policy = knowledge.policy("population")
    age = values.get("age")
    fertile = (
        not isinstance(age, int | float) or policy["fertile_from"] <= age <= policy["fertile_to"]
    )
    sex = values.get("sex")
    sex = sex if sex in ("female", "male") else "not_said"
    return policy[f"{population}_{sex if fertile else 'outside'}"]


# --- weights ----------------------------------------------------------------------------------


def _weights(
    answers: Mapping[str, bool], case: Case, knowledge: Knowledge
) -> dict[str, tuple[Weight, ...]]:
    model = build_model(knowledge, draws=0)
    prior = log_prior(model, case, knowledge)[0]
    full = log_likelihood(model, answers)[0]
    without = full - _shares_of(model, answers)
    odds = logit(np.clip(_normalised(prior + full), 1e-12, 1 - 1e-12))
    left_out = logit(np.clip(_normalised(prior + without), 1e-12, 1 - 1e-12))
    table = np.round((odds - left_out) * _DECIBANS, 2).T  # [C, used]
    heaviest = np.argsort(-np.abs(table), axis=1, kind="stable").tolist()
    every = likelihoods(knowledge)
    rows = [(name, value, every[name].cells) for name, value in answers.items()]
    return {
        condition: tuple(_weight_rows(condition, rows, order, column))
        for condition, order, column in zip(model.conditions, heaviest, table.tolist(), strict=True)
    }


def _weight_rows(
    condition: str,
    rows: list[tuple[str, bool, dict[str, Cell]]],
    order: list[int],
    column: list[float],
) -> Iterator[Weight]:
    """The answers that weigh anything for one condition, the heaviest first."""
    for i in order:
        if column[i]:
            name, value, cells = rows[i]
            cell = cells[condition]
            yield Weight(name, value, column[i], cell.origin, cell.mark, cell.sources)


def _shares_of(model: Model, answers: Mapping[str, bool]) -> Array:
    """What each answer adds to the log-likelihood, given the others, [used, C]."""
    columns = [model.column[name] for name in answers]
    present = np.array([*answers.values()], dtype=bool)[:, None]
    shares = np.where(present, model.log_true[columns, 0], model.log_false[columns, 0])
    for i, name in enumerate(answers):
        if name in model.group_of:
            group = model.groups[model.group_of[name]]
            pattern, at = pattern_of(group.members, answers), group.members.index(name)
            others = (*pattern[:at], -1, *pattern[at + 1 :])
            shares[i] = group.log_likelihood(pattern)[0] - group.log_likelihood(others)[0]
    return shares
