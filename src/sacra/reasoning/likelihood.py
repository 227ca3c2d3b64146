"""P(finding | condition) with its uncertainty, from the studies in the knowledge files.

Every cell has an origin: (a) its own studies; (b) no study, but the finding says where and the
condition shares that site: the pooled sensitivity, wide, for the share of its sites that is there
(an infection of the spine or pelvis is only in part at the joint); (c) else the pooled
1 - specificity.
Numbers are means and standard deviations on the logit scale. Working values come from
``policies/differential.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding, Study
from sacra.reasoning.special import expit, logit, trigamma

Origin = Literal["own", "same_site", "elsewhere"]


@dataclass(frozen=True)
class Estimate:
    """A probability on the logit scale: mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Cell:
    """P(finding | condition), where it comes from and how well that was read.

    `share` is how much of the condition lies at the finding's site.
    """

    estimate: Estimate
    origin: Origin
    mark: str
    sources: tuple[str, ...]
    share: float = 1.0


@dataclass(frozen=True)
class Row:
    """One finding: what is expected of people without a studied condition, and with each."""

    finding: str
    elsewhere: Estimate
    cells: dict[str, Cell]


@lru_cache(maxsize=4)
def likelihoods(knowledge: Knowledge) -> dict[str, Row]:
    """The row of every finding that carries weight, by id."""
    scored = (f for f in knowledge.findings.values() if f.scored and f.type == "yes_no")
    return {f.id: row for f in scored if (row := _row(f, knowledge)) is not None}


def input_studies(finding: Finding, condition: str) -> list[Study]:
    """The studies of one cell that enter the sum."""
    return [study for study in finding.likelihood.get(condition, ()) if study.use == "input"]


def _row(finding: Finding, knowledge: Knowledge) -> Row | None:
    policy = knowledge.policy("differential")
    own = {c: studies for c in knowledge.weighed if (studies := input_studies(finding, c))}
    if not own:
        return None
    every = [study for studies in own.values() for study in studies]
    elsewhere = pool([_false_positives(s, policy) for s in every], policy)
    here = _at_its_site(finding, own, knowledge)
    at_site = pool([_true_positives(s, policy) for s in here], policy) if here else elsewhere
    cells = {}
    for condition in knowledge.weighed:
        share = _share_of_site(finding, condition, knowledge) if here else 0.0
        if condition in own:
            cells[condition] = _own_cell(own[condition], policy)
        elif share:
            wide = Estimate(_between_two(elsewhere, at_site, share), policy["same_site_sd"])
            cells[condition] = Cell(wide, "same_site", "working_value", _sources(here), share)
        else:
            spread = Estimate(elsewhere.mean, policy["elsewhere_sd"])
            cells[condition] = Cell(spread, "elsewhere", "working_value", _sources(every), 0.0)
    return Row(finding.id, elsewhere, cells)


def _between_two(elsewhere: Estimate, at_site: Estimate, share: float) -> float:
    """Logit of the chance when `share` of the condition's cases lie at the finding's site."""
    mixed = share * expit(at_site.mean) + (1 - share) * expit(elsewhere.mean)
    return float(logit(mixed))


def _share_of_site(finding: Finding, condition: str, knowledge: Knowledge) -> float:
    """How much of a condition lies where the finding points: its sites count alike."""
    sites = knowledge.conditions[condition].sites
    return sum(site in finding.about for site in sites) / len(sites) if sites else 0.0


def _at_its_site(
    finding: Finding, own: dict[str, list[Study]], knowledge: Knowledge
) -> list[Study]:
    """Studies of conditions at the site that the finding points to."""
    here = (c for c in own if set(knowledge.conditions[c].sites) & set(finding.about))
    return [study for condition in here for study in own[condition]]


def _own_cell(studies: list[Study], policy: dict[str, float]) -> Cell:
    estimate = pool([_true_positives(s, policy) for s in studies], policy)
    return Cell(estimate, "own", _weakest(studies), _sources(studies))


def _weakest(studies: Iterable[Study]) -> str:
    marks = [study.mark for study in studies]
    return next(m for m in ("working_value", "recalled", "verified") if m in marks)


def _sources(studies: Iterable[Study]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for study in studies for name in study.sources))


# --- one study --------------------------------------------------------------------------------


def pair(study: Study, baseline: float) -> tuple[float, float]:
    """(sensitivity, specificity) of a study, from whichever figures it printed.

    From two likelihood ratios: spec = (LR+ - 1) / (LR+ - LR-), sens = LR+ (1 - spec). From LR+
    alone: the share of people with the finding elsewhere is taken to be `baseline`.
    """
    if study.counts:
        c = study.counts
        return c.tp / (c.tp + c.fn), c.tn / (c.tn + c.fp)
    if study.sens is not None and study.spec is not None:
        return study.sens, study.spec
    assert study.lr_pos is not None, "an input study has counts, a pair or a likelihood ratio"
    if study.lr_neg is not None:
        spec = (study.lr_pos - 1) / (study.lr_pos - study.lr_neg)
        return study.lr_pos * (1 - spec), spec
    return min(study.lr_pos * baseline, 0.97), 1 - baseline


def _true_positives(study: Study, policy: dict[str, float]) -> Estimate:
    if study.counts:
        return beta_logit(study.counts.tp, study.counts.fn)
    return _printed(study, pair(study, policy["baseline"])[0], policy)


def _false_positives(study: Study, policy: dict[str, float]) -> Estimate:
    if study.counts:
        return beta_logit(study.counts.fp, study.counts.tn)
    return _printed(study, 1 - pair(study, policy["baseline"])[1], policy)


def _printed(study: Study, share: float, policy: dict[str, float]) -> Estimate:
    """A share without counts: as sure as its sample, or as any other working value."""
    if study.mark == "working_value":
        return Estimate(float(logit(share)), policy["elsewhere_sd"])
    return share_logit(share, (study.n or policy["unknown_n"]) / 2)


def beta_logit(with_: float, without: float) -> Estimate:
    """Logit of the mean of Beta(with + 1/2, without + 1/2), and the sd of its logit (Jeffreys).

    The mean and not the mean logit, which an empty cell would drive to extremes.
    """
    a, b = with_ + 0.5, without + 0.5
    return Estimate(float(np.log(a / b)), float(np.sqrt(trigamma(a) + trigamma(b))))


def share_logit(share: float, n: float) -> Estimate:
    """Logit of a printed share seen in about `n` people.

    The share is its own mean: adding half a person to each side, right for counts, would make
    every rare sign common. Shares of 0 and 1 are kept half a person, or a hundredth, away.
    """
    least = min(0.5 / (n + 1), 0.01)
    p = min(max(share, least), 1 - least)
    sd = np.sqrt(1 / (n * p) + 1 / (n * (1 - p)))
    return Estimate(float(logit(p)), float(min(sd, MOST_SD)))


MOST_SD = 1.2
"""A printed share is never less sure than this on the logit scale, however small the study (w)."""


def pool(estimates: Sequence[Estimate], policy: dict[str, float]) -> Estimate:
    """Random-effects pooling (DerSimonian and Laird) of logits, between-study spread kept in.

    One study alone gets the working value `single_study_sd` as its between-study spread.
    """
    means = np.array([e.mean for e in estimates])
    variances = np.array([e.sd**2 for e in estimates])
    tau2 = _between(means, variances) if len(means) > 1 else policy["single_study_sd"] ** 2
    weights = 1 / (variances + tau2)
    return Estimate(
        float(weights @ means / weights.sum()), float(np.sqrt(1 / weights.sum() + tau2))
    )


def _between(means: np.ndarray, variances: np.ndarray) -> float:
    weights = 1 / variances
    centre = weights @ means / weights.sum()
    q = float(weights @ (means - centre) ** 2)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (q - (len(means) - 1)) / scale) if scale > 0 else 0.0
