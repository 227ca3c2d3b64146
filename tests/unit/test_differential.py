"""Probabilities: known answers, monotone evidence, and an independent oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Counts, Study
from sacra.reasoning.case import Case, read_case
from sacra.reasoning.differential import log_prior, posteriors, weigh
from sacra.reasoning.likelihood import Estimate, likelihoods, pair, pool
from sacra.reasoning.model import GROUPS, build_model
from sacra.reasoning.settle import settle
from tests.oracle import network, oracle_posterior

SIX = (
    "distraction",
    "thigh_thrust",
    "compression",
    "sacral_thrust",
    "gaenslen_right",
    "gaenslen_left",
)


@pytest.fixture(scope="module")
def clinic(knowledge: Knowledge) -> Case:
    given = {"setting": "spine_clinic", "age": 45, "pregnant": False, "recent_birth": False}
    return settle(read_case(given, knowledge), knowledge)


def test_a_pair_from_two_ratios_gives_the_ratios_back() -> None:
    study = Study(sources=("x",), mark="verified", lr_pos=3.06, lr_neg=0.66)
    sens, spec = pair(study, 0.2)
    assert sens / (1 - spec) == pytest.approx(3.06)
    assert (1 - sens) / spec == pytest.approx(0.66)


def test_one_ratio_uses_the_baseline() -> None:
    study = Study(sources=("x",), mark="verified", lr_pos=2.8)
    assert pair(study, 0.2) == pytest.approx((0.56, 0.8))


def test_counts_outrank_printed_figures() -> None:
    counts = Counts(tp=9, fp=6, fn=6, tn=26)
    study = Study(sources=("x",), mark="verified", sens=0.1, spec=0.1, counts=counts)
    assert pair(study, 0.2) == pytest.approx((0.6, 26 / 32))


def test_pooling_two_that_disagree_is_wider_than_either() -> None:
    policy = {"single_study_sd": 0.3}
    apart = pool([Estimate(-1, 0.2), Estimate(1, 0.2)], policy)
    assert apart.mean == pytest.approx(0)
    assert apart.sd > 1
    alike = pool([Estimate(0.5, 0.2), Estimate(0.5, 0.2)], policy)
    assert alike.sd == pytest.approx(0.2 / np.sqrt(2))


@pytest.mark.parametrize(
    ("ratios", "prior", "posterior"),
    [
        ((3.1, 9.0, 3.4), 0.05, 0.83),  # rudwaleit2004: inflammatory pain, HLA-B27, enthesitis
        ((3.1, 9.0, 2.5), 0.05, 0.78),
        ((3.1, 9.0, 7.8), 0.05, 0.91),
        ((3.1, 9.0, 2.5), 0.03, 0.68),
        ((3.1, 9.0, 7.8), 0.07, 0.94),
        ((3.1,), 0.05, 0.14),
        ((3.1, 9.0, 7.3), 0.05, 0.91),  # product 203.7
    ],
)
def test_published_worked_examples_are_odds_times_ratios(
    ratios: tuple[float, ...], prior: float, posterior: float
) -> None:
    odds = prior / (1 - prior) * np.prod(ratios)
    assert odds / (1 + odds) == pytest.approx(
        posterior, abs=0.01
    )  # the paper prints ratios and results rounded


def test_six_of_six_provocation_tests_end_between_3_and_12(
    knowledge: Knowledge, clinic: Case
) -> None:
    assert 3 < _ratio(dict.fromkeys(SIX, True), clinic, knowledge) < 12


def test_a_wholly_negative_set_argues_against_the_joint(knowledge: Knowledge, clinic: Case) -> None:
    assert _ratio(dict.fromkeys(SIX, False), clinic, knowledge) < 0.4


def _ratio(answers: dict[str, bool], case: Case, knowledge: Knowledge) -> float:
    model = build_model(knowledge)
    joint = model.conditions.index("mech_sij")
    before, after = (
        posteriors(model, a, case, knowledge).mean(axis=0)[joint] for a in ({}, answers)
    )
    return float(after / (1 - after) / (before / (1 - before)))


@settings(max_examples=150)
@given(pattern=st.lists(st.sampled_from([True, False, None]), min_size=8, max_size=8))
def test_one_more_positive_never_lowers_the_odds(
    pattern: list[bool | None], knowledge: Knowledge
) -> None:
    """In every draw, against every condition that does not share the site, test by test."""
    model = build_model(knowledge)
    group = model.groups["provocation"]
    joint = model.conditions.index("mech_sij")
    others = [
        i for i, c in enumerate(model.conditions) if knowledge.conditions[c].sites == ("lumbar",)
    ]
    code = [-1 if answer is None else int(answer) for answer in pattern]
    for i, answer in enumerate(code):
        if answer == 1:
            continue
        more = tuple(1 if j == i else c for j, c in enumerate(code))
        gain = group.log_likelihood(more) - group.log_likelihood(tuple(code))
        # against conditions the group does not move; the spread of others may move them too
        ahead = gain[:, joint, None] - gain[:, others]
        assert np.median(ahead) >= -1e-9


def test_a_positive_sij_test_does_not_argue_against_a_septic_joint(knowledge: Knowledge) -> None:
    row = likelihoods(knowledge)["one_finger"]
    assert row.cells["infection"].origin == "same_site"
    assert row.cells["infection"].estimate.mean > row.elsewhere.mean


def test_healthy_controls_and_referred_people_never_enter(knowledge: Knowledge) -> None:
    for finding in knowledge.findings.values():
        for studies in finding.likelihood.values():
            for study in studies:
                if {"asas2009", "calin1977"} & set(study.sources):
                    assert study.use == "none", finding.id


def test_blocks_never_make_it_certain(knowledge: Knowledge, clinic: Case) -> None:
    assert _ratio({"block_dual": True}, clinic, knowledge) < 30


def test_pregnancy_not_known_is_a_mixture(knowledge: Knowledge) -> None:
    model = build_model(knowledge, draws=0)
    pgp = model.conditions.index("pgp")
    share = {}
    for pregnant in (True, False, None):
        given = {"age": 30, "sex": "female", "recent_birth": False}
        given |= {} if pregnant is None else {"pregnant": pregnant}
        case = settle(read_case(given, knowledge), knowledge)
        share[pregnant] = float(np.exp(log_prior(model, case, knowledge))[0, pgp])
    assert share[False] < 1e-6 < share[None] < share[True]


def test_weights_add_up_for_findings_that_stand_alone(knowledge: Knowledge) -> None:
    case = settle(read_case({"sitting_pain": True, "pregnant": False}, knowledge), knowledge)
    first = next(one for one in weigh(case, knowledge) if one.condition == "mech_sij")
    row = likelihoods(knowledge)["sitting_pain"]
    assert first.weights[0].finding == "sitting_pain"
    assert first.weights[0].decibans > 0
    assert row.cells["mech_sij"].origin == first.weights[0].origin == "own"


def test_the_oracle_agrees(knowledge: Knowledge) -> None:
    """Point parameters and independent findings: the posterior of an exact network, to 1e-6."""
    model = build_model(knowledge, draws=0)
    alone = [name for name in model.findings if name not in model.group_of][:40]
    net = network(model, alone)
    rng = np.random.default_rng(1)
    case = settle(
        read_case({"age": 60, "pregnant": False, "recent_birth": False}, knowledge), knowledge
    )
    prior = np.exp(log_prior(model, case, knowledge))[0]
    for _ in range(20):
        chosen = rng.choice(alone, size=20, replace=False)
        answers = {str(name): bool(rng.integers(2)) for name in chosen}
        ours = posteriors(model, answers, case, knowledge)[0]
        theirs = oracle_posterior(net, model, answers, prior)
        assert np.abs(ours - theirs).max() < 1e-6


def test_every_group_has_members_and_a_target(knowledge: Knowledge) -> None:
    model = build_model(knowledge)
    for name, target in GROUPS.items():
        assert len(model.groups[name].members) >= 6
        assert target in model.conditions
