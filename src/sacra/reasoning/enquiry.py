"""What to ask or test next: safety first, then what treatments wait for, then information."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec
import numpy as np

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding, RedFlag
from sacra.reasoning.case import Case
from sacra.reasoning.differential import Likelihood, chances, pattern_of, used_answers
from sacra.reasoning.likelihood import likelihoods
from sacra.reasoning.model import Array, Model, build_model
from sacra.reasoning.plan import Plan
from sacra.reasoning.triage import Triage, flag_questions, rank


class Cost(msgspec.Struct, frozen=True, gc=False):
    """What an answer costs."""

    seconds: int
    money: str
    risk: str


class Question(msgspec.Struct, frozen=True, gc=False):
    """One thing worth knowing.

    `bits` is the expected information about the conditions; `changes` names the red flags, items
    and thresholds that the answer could flip.
    """

    finding: str
    stage: Literal["safety", "gate", "information"]
    screen: str
    by: str
    bits: float
    changes: tuple[str, ...]
    cost: Cost


def rank_questions(
    case: Case,
    triage: Triage,
    differential: tuple[Likelihood, ...],
    plan: Plan | None,
    knowledge: Knowledge,
) -> tuple[Question, ...]:
    """Every unanswered finding that could change something, the most useful first.

    Without a plan nothing waits for one: then it is what could change urgency or differential.
    """
    odds = chances(differential)
    bits, crossing = information(case, odds, knowledge)
    flags = _flag_names(case, knowledge)
    waiting = _waiting(plan) if plan else {}
    safety = _safety_order(case, triage.unanswered, flags, odds, knowledge)
    gates = sorted(set(waiting) - set(safety), key=lambda n: (-len(waiting[n]), n))
    rest = (bits.keys() | flags.keys() | waiting.keys()) - set(safety) - set(gates)
    allowed = [name for name in rest if _allowed(knowledge.findings[name], triage)]
    efforts = _efforts(knowledge)
    useful = sorted(allowed, key=lambda n: (-bits.get(n, 0.0) / efforts[n], n))
    staged = [
        *(("safety", n) for n in safety),
        *(("gate", n) for n in gates),
        *(("information", n) for n in useful),
    ]
    screens, costs = knowledge.screen_of, costs_of(knowledge)
    return tuple(
        Question(
            name,
            stage,  # type: ignore[arg-type]
            screens.get(name, ""),
            knowledge.findings[name].by,
            round(bits.get(name, 0.0), 4),
            _changes(name, flags, waiting, crossing),
            costs[name],
        )
        for stage, name in staged
    )


def _allowed(finding: Finding, triage: Triage) -> bool:
    """No test is proposed whose action a red flag holds, and none at all before being seen."""
    if not finding.classes:
        return True
    held = not triage.holds.keys().isdisjoint(finding.classes)
    return not held and rank(triage.urgency) < rank("same_day")


@lru_cache(maxsize=4)
def costs_of(knowledge: Knowledge) -> dict[str, Cost]:
    """What asking or testing each finding costs."""
    return {f.id: Cost(f.seconds, f.money, f.risk) for f in knowledge.findings.values()}


@lru_cache(maxsize=4)
def _efforts(knowledge: Knowledge) -> dict[str, float]:
    """What the bits of each answer are divided by: its time, money and risk."""
    policy, costs = knowledge.policy("enquiry"), costs_of(knowledge)
    dear = {n: policy[f"money_{c.money}"] + policy[f"risk_{c.risk}"] for n, c in costs.items()}
    return {n: 1 + (c.seconds / 60 + dear[n]) / policy["minutes_per_bit"] for n, c in costs.items()}


# --- what could change ------------------------------------------------------------------------


def _flag_names(case: Case, knowledge: Knowledge) -> dict[str, list[RedFlag]]:
    """For each question the red flags that its answer could still make true."""
    found: dict[str, list[RedFlag]] = {}
    for flag in knowledge.red_flags.values():
        for name in flag_questions(flag, case, knowledge):
            found.setdefault(name, []).append(flag)
    return found


def _waiting(plan: Plan) -> dict[str, list[str]]:
    """For each question the items that wait for it; items with the same questions are one group."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for item in plan.ask_first:
        groups.setdefault(item.findings, []).append(f"item:{item.intervention}")
    found: dict[str, list[str]] = {}
    for names, items in groups.items():
        for name in names:
            found.setdefault(name, []).extend(items)
    return found


def _changes(
    name: str,
    flags: Mapping[str, list[RedFlag]],
    waiting: Mapping[str, list[str]],
    crossing: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    """The red flags, items and thresholds that one answer could flip."""
    named = [f"red_flag:{flag.id}" for flag in flags.get(name, ())]
    return (*named, *waiting.get(name, ()), *crossing.get(name, ()))


# --- safety -----------------------------------------------------------------------------------


def _safety_order(
    case: Case,
    unanswered: tuple[str, ...],
    flags: Mapping[str, list[RedFlag]],
    odds: Mapping[str, float],
    knowledge: Knowledge,
) -> list[str]:
    """Mandatory questions, the likeliest danger first, one danger not crowding out the others."""
    policy = knowledge.policy("enquiry")
    danger = _dangers(case, odds, knowledge)
    score = {n: _score(n, flags.get(n, []), danger, knowledge) for n in unanswered}
    ranked = sorted(unanswered, key=lambda n: (-score[n], n))
    dangers = {n: {flag.suspects[0] for flag in flags.get(n, [])} for n in unanswered}
    spread, asked = [], Counter[str]()
    for _ in range(min(int(policy["spread"]), len(ranked))):
        name = _next(ranked, score, dangers, asked, policy["same_danger_again"])
        ranked.remove(name)
        spread.append(name)
        asked.update(dangers[name])
    return spread + ranked


def _next(
    ranked: list[str],
    score: Mapping[str, float],
    dangers: Mapping[str, set[str]],
    asked: Counter[str],
    again: float,
) -> str:
    """The best question now; one whose every danger was asked about before counts for less.

    A discount only lowers a score, so that the search ends at the first score below the best.
    """
    best, best_worth = ranked[0], -1.0
    for name in ranked:
        if score[name] <= best_worth:
            break
        times = min(map(asked.__getitem__, dangers[name]), default=0)
        worth = score[name] * again**times
        if worth > best_worth:
            best, best_worth = name, worth
    return best


def _score(
    name: str, flags: list[RedFlag], danger: Mapping[str, float], knowledge: Knowledge
) -> float:
    """The dangers a question bears on: in full as an alarm, in part as a modifier."""
    policy, alone = knowledge.policy("enquiry"), knowledge.acts_alone
    alarm, modifier = policy["alarm"], policy["modifier"]
    return sum([danger[f.id] * (alarm if name in alone[f.id] else modifier) for f in flags])


def _dangers(case: Case, odds: Mapping[str, float], knowledge: Knowledge) -> dict[str, float]:
    """Urgency times the square root of how likely it is; more when the complaint points there."""
    presenting, decide = knowledge.policy("enquiry")["presenting"], case.flag_reading.decide
    stakes, found = _stakes(knowledge), {}
    for flag in knowledge.red_flags.values():
        watched, weighed, urgency = stakes[flag.id]
        chance = watched + sum([odds[condition] for condition in weighed])
        early = flag.ask_early_when and decide(flag.ask_early_when)
        found[flag.id] = urgency * float(chance**0.5) * (presenting if early else 1.0)
    return found


@lru_cache(maxsize=4)
def _stakes(knowledge: Knowledge) -> dict[str, tuple[float, tuple[str, ...], float]]:
    """For each red flag: base rates of its watched dangers, its weighed ones, its urgency."""
    policy, every = knowledge.policy("enquiry"), knowledge.conditions
    stakes = {}
    for flag in knowledge.red_flags.values():
        serious = [every[name] for name in flag.suspects if every[name].serious]
        watched = sum(condition.base_rate or 0.0 for condition in serious)
        weighed = tuple(c.id for c in serious if c.kind == "weighed")
        stakes[flag.id] = watched, weighed, policy[flag.levels[0].urgency]
    return stakes


# --- information ------------------------------------------------------------------------------


def information(
    case: Case, odds: Mapping[str, float], knowledge: Knowledge
) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """Expected information of each open finding in bits, and the care thresholds it could cross."""
    model = build_model(knowledge, draws=0)
    open_ = _open_findings(case, knowledge)
    if not open_:
        return {}, {}
    prior = np.array([odds[c] for c in model.conditions])
    prior = prior / prior.sum()
    present = _predictive(model, open_, used_answers(case, knowledge))  # [open, C]
    yes, no = prior * present, prior * (1 - present)
    bits = _entropy(prior) - _expected_entropy(yes) - _expected_entropy(no)
    return (
        {name: max(0.0, float(b)) for name, b in zip(open_, bits, strict=True)},
        _crossings(open_, prior, yes, no, model.conditions, knowledge),
    )


def _open_findings(case: Case, knowledge: Knowledge) -> list[str]:
    """Findings with weight, not answered; one that is derived is asked through its parts."""
    known = case.findings
    return [name for name in _asked_directly(knowledge) if known.get(name) is None]


@lru_cache(maxsize=4)
def _asked_directly(knowledge: Knowledge) -> tuple[str, ...]:
    every = knowledge.findings
    return tuple(name for name in likelihoods(knowledge) if not every[name].derived)


def _predictive(model: Model, open_: list[str], answers: Mapping[str, bool]) -> Array:
    """P(present | condition, answers so far), [open, C]; within a group the answers matter."""
    p = np.exp(model.log_true[[model.column[name] for name in open_], 0])
    for group in model.groups.values():
        inside = [i for i, name in enumerate(open_) if name in group.members]
        if inside:
            members = tuple(group.members.index(open_[i]) for i in inside)
            p[inside] = group.given(pattern_of(group.members, answers), members)
    return np.asarray(p)


def _entropy(p: Array) -> Array:
    return np.asarray(-(p * np.log2(np.maximum(p, 1e-300))).sum(axis=-1))


def _expected_entropy(joint: Array) -> Array:
    """P(answer) times the entropy after it, for joint [open, C]."""
    total = joint.sum(axis=-1, keepdims=True)
    return np.asarray(total[..., 0] * _entropy(joint / np.maximum(total, 1e-300)))


def _crossings(
    open_: list[str], prior: Array, yes: Array, no: Array, conditions: tuple[str, ...], k: Knowledge
) -> dict[str, tuple[str, ...]]:
    """For each finding the pathways whose probability an answer moves over their threshold."""
    found: dict[str, tuple[str, ...]] = {}
    if not k.thresholds:
        return found
    counts = np.array([[c in likely.conditions for _, likely in k.thresholds] for c in conditions])
    above = np.array([likely.above for _, likely in k.thresholds])
    now = prior @ counts > above
    after = [j @ counts / j.sum(axis=-1, keepdims=True) > above for j in (yes, no)]
    for i, t in np.argwhere((after[0] != now) | (after[1] != now)).tolist():
        found[open_[i]] = (*found.get(open_[i], ()), f"threshold:{k.thresholds[t][0]}")
    return found
