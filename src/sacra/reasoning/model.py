"""The differential as arrays: made once per knowledge version, read by every case.

Axes: D draws, C weighed conditions (in the order of `Knowledge.weighed`), F findings, M members
of a dependence group, Q quadrature nodes.

Within a group one latent term, "this joint (or this inflammation) answers", makes findings
depend on each other. A finding with much discrimination loads more on it than one with little:
loading = discrimination / shift, where the shift is chosen so that the mean squared loading is
the group's correlation rho. A condition acts on the group only by shifting the latent term, so
one more positive can never lower its odds (the likelihood ratio is monotone in the term), while
each finding keeps the probability that its own studies give it. See docs/decisions/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import PriorCell
from sacra.reasoning.likelihood import Row, likelihoods
from sacra.reasoning.special import beta_quantile, expit, log_ndtr, ndtri

Array = NDArray[np.float64]

SETTINGS = ("home", "primary_care", "physiotherapy", "spine_clinic")
POPULATIONS = ("general", "pregnant", "postpartum")
GROUPS = {"provocation": "mech_sij", "inflammatory": "axspa"}
"""Each dependence group and the condition that its studies are about."""
_SEED = 20261121
_NEAR_ONE = 0.95
_LOG_LEAST = float(np.log(1e-12))
_PROBIT_PER_LOGIT = 1 / 1.702  # the usual constant between the two scales


@dataclass(frozen=True)
class Group:
    """Findings that depend on each other. Shapes: loading [D, M], thresholds [D, M], mean [D, C].

    `log_true` and `log_false` are log P(answer | node), [D, C, Q, M]; `memo` and `present` keep
    answered patterns.
    """

    members: tuple[str, ...]
    log_true: Array
    log_false: Array
    log_weights: Array
    memo: dict[tuple[int, ...], Array] = field(default_factory=dict)
    present: dict[tuple[tuple[int, ...], tuple[int, ...]], Array] = field(default_factory=dict)

    def log_likelihood(self, pattern: tuple[int, ...]) -> Array:
        """Log P(pattern | condition), [D, C]; 1 present, 0 absent, -1 not known."""
        if pattern not in self.memo:
            if len(self.memo) > 4096:
                self.memo.clear()
            self.memo[pattern] = _log_mean(self.node_logs(pattern), self.log_weights)
        return self.memo[pattern]

    def given(self, pattern: tuple[int, ...], open_: tuple[int, ...]) -> Array:
        """P(present | condition, pattern) of the open members, at the first draw: [open, C]."""
        if (pattern, open_) not in self.present:
            if len(self.present) > 4096:
                self.present.clear()
            logs = self.node_logs(pattern)[0] + self.log_weights  # [C, Q]
            weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            present = np.exp(self.log_true[0][:, :, open_])  # [C, Q, open]
            self.present[pattern, open_] = np.asarray(np.einsum("cq,cqm->mc", weights, present))
        return self.present[pattern, open_]

    def node_logs(self, pattern: tuple[int, ...]) -> Array:
        """Log P(pattern | node), [D, C, Q]."""
        answers = np.array(pattern)
        true = self.log_true[..., answers == 1].sum(axis=-1)
        return np.asarray(true + self.log_false[..., answers == 0].sum(axis=-1))


@dataclass(frozen=True)
class Model:
    """All arrays of the differential.

    `log_true` and `log_false` [F, D, C] are log P(present) and log P(absent), a finding's numbers
    side by side as each case adds up whole findings; those of a group keep their column for the
    enquiry but are weighed through the group. `log_prior` [setting][population] is [D, C].
    """

    conditions: tuple[str, ...]
    findings: tuple[str, ...]
    column: dict[str, int]
    log_true: Array
    log_false: Array
    log_prior: dict[tuple[str, str], Array]
    groups: dict[str, Group]
    group_of: dict[str, str]


@lru_cache(maxsize=8)
def build_model(knowledge: Knowledge, *, draws: int | None = None) -> Model:
    """The model with its draws; `draws=0` gives one draw at the central values.

    Draws are a centred Latin hypercube with a fixed seed: as even as Sobol points in every
    margin, and NumPy alone makes them (``docs/decisions/``).
    """
    count = int(knowledge.policy("differential")["draws"]) if draws is None else draws
    normals = _Normals(count)
    rows = likelihoods(knowledge)
    names = tuple(sorted(rows))
    noise = normals.take(len(names), len(knowledge.weighed))
    p = np.stack(
        [_probabilities(rows[n], knowledge.weighed, noise[:, i]) for i, n in enumerate(names)]
    )
    groups = {g: _build_group(g, rows, knowledge, normals) for g in GROUPS}
    return Model(
        conditions=knowledge.weighed,
        findings=names,
        column={name: i for i, name in enumerate(names)},
        log_true=np.log(p),
        log_false=np.log1p(-p),
        log_prior=_log_priors(knowledge, normals),
        groups=groups,
        group_of={name: g for g, group in groups.items() for name in group.members},
    )


class _Normals:
    """Standard normal draws, one stratified column per number that is uncertain."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rng = np.random.default_rng(_SEED)

    def take(self, *shape: int) -> Array:
        """[D, *shape]; zeros for the central values."""
        if self.count == 0:
            return np.zeros((1, *shape))
        size = int(np.prod(shape))
        order = self.rng.permuted(np.tile(np.arange(self.count), (size, 1)), axis=1)
        levels: Array = ndtri((np.arange(self.count) + 0.5) / self.count)
        return np.asarray(levels[order].T.reshape(self.count, *shape))

    def betas(self, a: float, b: float) -> Array:
        """[D] draws of a Beta(a, b), or its mean."""
        if self.count == 0:
            return np.array([a / (a + b)])
        levels = (self.rng.permutation(self.count) + 0.5) / self.count
        return beta_quantile(a, b, levels)


def _probabilities(row: Row, conditions: tuple[str, ...], noise: Array) -> Array:
    """[D, C] from [D, C] standard normals."""
    means = np.array([row.cells[c].estimate.mean for c in conditions])
    sds = np.array([row.cells[c].estimate.sd for c in conditions])
    return np.asarray(np.clip(expit(means + sds * noise), 1e-4, 1 - 1e-4))


# --- priors -----------------------------------------------------------------------------------


def _log_priors(knowledge: Knowledge, normals: _Normals) -> dict[tuple[str, str], Array]:
    noise = normals.take(len(knowledge.weighed))
    return {
        (setting, population): _log_prior(knowledge, setting, population, noise)
        for setting in SETTINGS
        for population in POPULATIONS
    }


def _log_prior(knowledge: Knowledge, setting: str, population: str, noise: Array) -> Array:
    cells = [_prior_cell(knowledge, c, setting, population) for c in knowledge.weighed]
    value = np.array([max(cell.value, 1e-9) for cell in cells])
    spread = np.array([_log_sd(cell) for cell in cells])
    drawn = value * np.exp(spread * noise)
    return np.asarray(np.log(drawn / drawn.sum(axis=1, keepdims=True)))


def _prior_cell(knowledge: Knowledge, condition: str, setting: str, population: str) -> PriorCell:
    prior = knowledge.conditions[condition].prior
    assert prior is not None
    if population == "general":
        return prior.general[setting]  # type: ignore[index]
    return prior.pregnant if population == "pregnant" else prior.postpartum


def _log_sd(cell: PriorCell) -> float:
    """The sd of the log that makes low to high a 90 % interval."""
    return float(np.log(cell.high / cell.low) / (2 * 1.645)) if cell.low > 0 else 0.0


# --- groups -----------------------------------------------------------------------------------


def _build_group(
    group: str, rows: dict[str, Row], knowledge: Knowledge, normals: _Normals
) -> Group:
    members = tuple(n for n in sorted(rows) if knowledge.findings[n].group == group)
    target = GROUPS[group]
    policy = knowledge.policy("differential")
    elsewhere = _margins([rows[n].elsewhere for n in members], normals)
    present = _margins([rows[n].cells[target].estimate for n in members], normals)
    thresholds = -ndtri(elsewhere)
    gain = np.maximum(ndtri(present) + thresholds, 0.0)
    rho = normals.betas(policy["rho_a"], policy["rho_b"])
    shift = np.sqrt((gain**2).mean(axis=1) / rho)
    loading = np.minimum(gain / shift[:, None], _NEAR_ONE)
    mean = _latent_means(members, rows, knowledge, shift, thresholds, loading, normals, target)
    return _with_tables(members, thresholds, loading, mean, int(policy["nodes"]))


def _margins(estimates: list[Any], normals: _Normals) -> Array:
    """[D, M] probabilities."""
    noise = normals.take(len(estimates))
    drawn = [e.mean + e.sd * noise[:, i] for i, e in enumerate(estimates)]
    return np.asarray(np.clip(expit(np.stack(drawn, -1)), 1e-3, 1 - 1e-3))


def _latent_means(
    members: tuple[str, ...],
    rows: dict[str, Row],
    knowledge: Knowledge,
    shift: Array,
    thresholds: Array,
    loading: Array,
    normals: _Normals,
    target: str,
) -> Array:
    """[D, C]: how far each condition moves the latent term of the group."""
    noise = normals.take(len(knowledge.weighed))
    columns = []
    for i, condition in enumerate(knowledge.weighed):
        if condition == target:
            columns.append(shift)
            continue
        cells = [rows[n].cells[condition] for n in members]
        columns.append(_other_mean(cells, thresholds, loading, shift, noise[:, i]))
    return np.stack(columns, -1)


def _other_mean(
    cells: list[Any], thresholds: Array, loading: Array, shift: Array, noise: Array
) -> Array:
    """[D]: the shift of a condition the group was not made for.

    Its own studies decide where there are any; else it takes the share of the shift that lies at
    the group's site, with the logit spread of such cells.
    """
    own = np.array([cell.origin == "own" for cell in cells])
    strength = np.maximum(loading.mean(axis=1), 0.05)
    if own.any():
        wanted = ndtri(expit(np.array([c.estimate.mean for c in cells])))[None, :] + thresholds
        weight = (loading * own).clip(0.05 * own)
        centre = (weight * wanted * own).sum(axis=1) / (weight**2 * own).sum(axis=1)
        sd = np.mean([c.estimate.sd for c, o in zip(cells, own, strict=True) if o])
    else:
        centre = shift * max(cell.share for cell in cells)
        sd = max(cell.estimate.sd for cell in cells)
    return np.asarray(centre + noise * sd * _PROBIT_PER_LOGIT / strength)


def _with_tables(
    members: tuple[str, ...], thresholds: Array, loading: Array, mean: Array, nodes: int
) -> Group:
    at, weights = np.polynomial.hermite_e.hermegauss(nodes)
    latent = mean[:, :, None] + at  # [D, C, Q]
    spare = np.sqrt(1 - loading**2)[:, None, None, :]
    scaled = (loading[:, None, None, :] * latent[..., None] - thresholds[:, None, None, :]) / spare
    return Group(
        members,
        np.maximum(log_ndtr(scaled), _LOG_LEAST),
        np.maximum(log_ndtr(-scaled), _LOG_LEAST),
        np.log(weights / weights.sum()),
    )


def _log_mean(logs: Array, log_weights: Array) -> Array:
    """Log of the weighted mean of exp over the last axis."""
    total = logs + log_weights
    top = total.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(total - top).sum(axis=-1)))
