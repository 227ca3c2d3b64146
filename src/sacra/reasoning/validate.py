"""Predicted beside published, for every composite that can be computed.

Composites never enter the model, so a misfit is information: about the model, or about the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Composite
from sacra.reasoning.model import Array, Group, Model, build_model


class Range(msgspec.Struct, frozen=True, gc=False):
    """A predicted figure: mean and 90 % interval over the draws."""

    mean: float
    low: float
    high: float


class Row(msgspec.Struct, frozen=True, gc=False):
    """One threshold of one composite. `misfit` says which figure lies outside, or nothing."""

    composite: str
    threshold: str
    published: dict[str, float]
    predicted: dict[str, Range]
    fits: bool
    misfit: str
    use_as: str
    mark: str


class NotComputed(msgspec.Struct, frozen=True, gc=False):
    """A composite without a prediction, and why."""

    composite: str
    why: str


class Validation(msgspec.Struct, frozen=True, gc=False):
    """All composites."""

    rows: tuple[Row, ...]
    not_computed: tuple[NotComputed, ...]


FIGURES = ("sens", "spec", "lr_pos", "lr_neg")


def validate(knowledge: Knowledge) -> Validation:
    """Compare the model with every published composite."""
    rows: list[Row] = []
    skipped: list[NotComputed] = []
    for composite in knowledge.composites.values():
        computable = [t for t in composite.thresholds if t.get("at_least") is not None]
        if composite.not_computable or not computable:
            skipped.append(NotComputed(composite.id, composite.not_computable or "no threshold"))
            continue
        chances = score_chances(composite, knowledge)
        rows += [_row(composite, threshold, chances) for threshold in computable]
    return Validation(tuple(rows), tuple(skipped))


def _row(composite: Composite, threshold: dict[str, Any], chances: tuple[Array, Array]) -> Row:
    at_least = int(threshold["at_least"])
    sens, false = (scores[:, at_least:].sum(axis=1) for scores in chances)
    drawn = {
        "sens": sens,
        "spec": 1 - false,
        "lr_pos": sens / np.maximum(false, 1e-9),
        "lr_neg": (1 - sens) / np.maximum(1 - false, 1e-9),
    }
    published = {k: float(threshold[k]) for k in FIGURES if threshold.get(k) is not None}
    predicted = {name: _range(values) for name, values in drawn.items()}
    outside = [
        f"{k} {published[k]:.2f} {'above' if published[k] > predicted[k].high else 'below'} "
        f"{predicted[k].low:.2f}-{predicted[k].high:.2f}"
        for k in published
        if not predicted[k].low <= published[k] <= predicted[k].high
    ]
    why = f"{', '.join(outside)}. {composite.misfit}".strip() if outside else ""
    return Row(
        composite.id, str(threshold["threshold"]), published, predicted, not outside, why,
        composite.use_as, composite.mark,
    )  # fmt: skip


def _range(values: Array) -> Range:
    low, high = np.quantile(values, [0.05, 0.95])
    return Range(*(round(float(x), 3) for x in (values.mean(), low, high)))


# --- the distribution of a score --------------------------------------------------------------


def score_chances(composite: Composite, knowledge: Knowledge) -> tuple[Array, Array]:
    """P(score) with and without the condition, each [D, scores].

    People without it are the other conditions of a spine clinic, by their prior; those with an
    excluding finding are taken out.
    """
    model = build_model(knowledge)
    target = model.conditions.index(composite.condition)
    by_condition = _score_distribution(composite, model)  # [D, C, scores]
    weights = np.exp(model.log_prior["spine_clinic", _population(composite)])
    for name in composite.excluding:
        weights = weights * np.exp(model.log_false[model.column[name]])
    weights = weights.copy()
    weights[:, target] = 0
    weights /= weights.sum(axis=1, keepdims=True)
    others = np.einsum("dc,dcs->ds", weights, by_condition)
    return by_condition[:, target], others


def _population(composite: Composite) -> str:
    return "pregnant" if composite.condition == "pgp" else "general"


def _score_distribution(composite: Composite, model: Model) -> Array:
    """P(score | condition), [D, C, scores]; findings are independent given the latent terms."""
    weights = {name: composite.weights.get(name, 1) for name in composite.components}
    alone = [name for name in weights if name not in model.group_of]
    total = _add_up(
        [np.exp(model.log_true[model.column[n]]) for n in alone], [weights[n] for n in alone]
    )
    for group in model.groups.values():
        members = [name for name in weights if name in group.members]
        if members:
            total = _convolve(total, _group_scores(group, members, [weights[n] for n in members]))
    return total


def _group_scores(group: Group, members: Sequence[str], weights: Sequence[int]) -> Array:
    columns = [np.exp(group.log_true[..., group.members.index(name)]) for name in members]
    given_node = _add_up(columns, weights)  # [D, C, Q, scores]
    return np.asarray(np.einsum("dcqs,q->dcs", given_node, np.exp(group.log_weights)))


def _add_up(chances: Sequence[Array], weights: Sequence[int]) -> Array:
    """The distribution of a weighted count of independent findings, over the last axis."""
    if not chances:
        return np.ones((1, 1, 1))
    total = np.ones((*chances[0].shape, 1))
    for p, weight in zip(chances, weights, strict=True):
        absent = np.pad(total, [(0, 0)] * (total.ndim - 1) + [(0, weight)])
        present = np.pad(total, [(0, 0)] * (total.ndim - 1) + [(weight, 0)])
        total = absent * (1 - p[..., None]) + present * p[..., None]
    return total


def _convolve(a: Array, b: Array) -> Array:
    """The distribution of the sum of two independent scores, over the last axis."""
    shape = np.broadcast_shapes(a.shape[:-1], b.shape[:-1])
    total = np.zeros((*shape, a.shape[-1] + b.shape[-1] - 1))
    for i in range(a.shape[-1]):
        total[..., i : i + b.shape[-1]] += a[..., i, None] * b
    return total
