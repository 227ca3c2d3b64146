"""The review: is it working, what changes on each ladder, who should look, and what comes next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Mark, Progression
from sacra.reasoning.alarms import case_after, recheck_due, triage_after
from sacra.reasoning.case import Case
from sacra.reasoning.daily import Daily, daily, in_flare
from sacra.reasoning.diary import Diary
from sacra.reasoning.differential import Likelihood, chances, weigh
from sacra.reasoning.gap import Gap, after_gap, without_old_good_news
from sacra.reasoning.ladder import Move
from sacra.reasoning.measures import Change, Score, change, passed_thresholds
from sacra.reasoning.plan import Because, Now, Plan, contact_line, items_of, make_plan
from sacra.reasoning.programme import build_programme
from sacra.reasoning.progress import (
    days_it_holds,
    moved_on,
    started,
    strong_pain,
    week_on,
)
from sacra.reasoning.settle import settle
from sacra.reasoning.standing import Programme
from sacra.reasoning.trend import Trend, fit_trend
from sacra.reasoning.triage import Reason, Triage, rank
from sacra.rules.readings import Reading

Status = Literal["danger", "silent", "worse", "stalled", "on_track", "too_early"]


class Step(msgspec.Struct, frozen=True, gc=False):
    """One rule about the care or the whole programme that holds, and what made it hold."""

    rule: str
    name: str
    say: str
    because: tuple[str, ...]
    sources: tuple[str, ...]
    mark: Mark


class SafetyQuestion(msgspec.Struct, frozen=True, gc=False):
    """Something to ask now because of what a measure said, and whom to turn to."""

    finding: str
    because: str
    contact: str


class Review(msgspec.Struct, frozen=True, gc=False):
    """What the diary means.

    `urgency` and `reasons` are those of the red flags with all the diary says; `moves` the latest
    decision on each exercise and `history` every change of level; `adherence` is in percent of the
    last two weeks; `trend` that of resting pain; `withdrawn` what the plan offered at the start and
    does not now, and why; `cards` the pages to read now, without what is `unsaid`. `now` says
    what to do where anything presses. After a danger there is no next programme. While a `gap`
    lasts the status is `silent`: how things are is not known.
    """

    on: datetime.date
    started: datetime.date
    week: int
    status: Status
    urgency: str
    reasons: tuple[Reason, ...]
    now: Now | None
    moves: tuple[Move, ...]
    history: tuple[Move, ...]
    adherence: float | None
    flare: bool | None
    gap: Gap | None
    trend: Trend | None
    care: tuple[Step, ...]
    advice: tuple[Step, ...]
    ask: tuple[SafetyQuestion, ...]
    recheck_due: bool
    measures: tuple[Change, ...]
    withdrawn: tuple[Because, ...]
    cards: tuple[str, ...]
    unsaid: tuple[str, ...]
    next_programme: Programme | None
    review_in_days: int


def review_diary(
    case: Case,
    plan: Plan,
    programme: Programme,
    diary: Diary,
    knowledge: Knowledge,
    *,
    today: datetime.date | None = None,
) -> Review:
    """Read a diary against the programme it was kept for; pure.

    Args:
        case: as entered at the start; its `as_of` is the day of the start.
        plan: made from that case at the start; the review tells what it offered and no longer does.
        programme: the one in force, with where the person stands on each ladder.
        diary: at least one entry.
        knowledge: rules, policies and measures.
        today: the day of the review; the last entry's day when left out.
    """
    today = today or diary.entries[-1].on
    programme = started(programme, diary)
    case = case if case.as_of else Case(case.findings, programme.started, case.assumed)
    days = daily(diary, programme, today, knowledge)
    flare = _flare(diary, days, today, knowledge)
    answer = _assess_again(case, diary, today, flare, knowledge)
    danger = rank(answer.triage.urgency) >= rank("same_day")
    policy = knowledge.policy("review_status")
    climbed, gap = after_gap(programme, diary, days, today, knowledge)
    trend = _trend(diary, days, knowledge)
    facts = without_old_good_news(_facts(answer, diary, days, today, trend), gap, policy)
    holding = tuple(_holding(facts, answer, knowledge))
    moved = moved_on(programme, climbed, facts, today, knowledge)
    after = None if danger else build_programme(answer.plan, moved.wishes, moved, knowledge)
    offered = {offer.exercise for offer in answer.plan.exercises}
    moves = [move for move in climbed.moves if move.exercise in offered]
    return Review(
        on=today,
        started=days.start,
        week=week_on(programme, today),
        status="danger" if danger else _status(facts, trend, gap, policy),
        urgency=answer.triage.urgency,
        reasons=answer.triage.reasons,
        now=answer.plan.now,
        moves=tuple({move.exercise: move for move in moves}.values()),
        history=tuple(m for m in moves if m.from_level != m.to_level or m.decision == "stop"),
        adherence=days.on("adherence", today),
        flare=flare,
        gap=gap,
        trend=trend,
        care=tuple(_step(r, b) for r, b in holding if r.about == "care"),
        advice=tuple(_step(r, b) for r, b in holding if r.about == "programme"),
        ask=tuple(_safety_questions(diary, answer.case, knowledge)),
        recheck_due=recheck_due(diary, today, knowledge),
        measures=tuple(_changes(diary, knowledge)),
        withdrawn=() if danger else tuple(_withdrawn(plan, answer.plan)),
        cards=tuple(_cards(plan, answer.plan, flare, {r.id for r, _ in holding}, knowledge)),
        unsaid=answer.plan.unsaid,
        next_programme=after,
        review_in_days=_next_look(answer, case, after, facts, policy, knowledge, gap),
    )


class _Answer(NamedTuple):
    """What the case of today comes to; the enquiry is not needed here."""

    case: Case
    triage: Triage
    differential: tuple[Likelihood, ...]
    plan: Plan


def _flare(diary: Diary, days: Daily, today: datetime.date, knowledge: Knowledge) -> bool | None:
    """Whether somebody says so these days, or the pain does."""
    policy = knowledge.policy("flare")
    since = today - datetime.timedelta(days=int(policy["recent_days"]))
    said = [
        e.answers["acute_flare"]
        for e in diary.entries
        if "acute_flare" in e.answers and e.on > since
    ]
    return True if said and said[-1] is True else in_flare(days.resting, policy)


def _assess_again(
    case: Case, diary: Diary, today: datetime.date, flare: bool | None, knowledge: Knowledge
) -> _Answer:
    """The case with all that the diary says, as if it came in today, and no alarm forgotten."""
    after = case_after(case, diary, today, knowledge)
    known = dict(after.findings)
    if flare is not None:
        known["acute_flare"] = flare
    return _answer(Case(known, after.as_of, after.assumed - known.keys()), case, diary, knowledge)


def _answer(now: Case, begun: Case, diary: Diary, knowledge: Knowledge) -> _Answer:
    settled = settle(now, knowledge)
    triage = triage_after(begun, settled, diary, knowledge)
    differential = weigh(settled, knowledge)
    plan = make_plan(settled, triage, differential, knowledge)
    return _Answer(settled, triage, differential, plan)


def _scores(diary: Diary) -> dict[str, Score]:
    """The latest score of each measure."""
    return {name: score for entry in diary.entries for name, score in entry.measures.items()}


# --- what comes next -------------------------------------------------------------------------


def _withdrawn(before: Plan, now: Plan) -> Iterator[Because]:
    """What was offered and is not now; what waits for an answer names the questions."""
    reasons = {one.intervention: one.because for one in (*now.with_clinician, *now.withheld)}
    reasons |= {one.intervention: one.findings for one in now.ask_first}
    for name in items_of(before):
        if name not in items_of(now):
            yield Because(name, reasons.get(name, ()))


def _cards(
    before: Plan, now: Plan, flare: bool | None, rules: set[str], knowledge: Knowledge
) -> Iterator[str]:
    """The pages to read now: new ones, the flare plan in a flare, the relapse plan at the end."""
    shown = {"flare": flare is True, "discharge": "step_down" in rules, "today": False}
    for name in now.cards:
        new = name not in before.cards
        if shown.get(knowledge.cards[name].shown_with, new):
            yield name


def _next_look(
    answer: _Answer,
    begun: Case,
    programme: Programme | None,
    facts: Mapping[str, Any],
    policy: Mapping[str, float],
    knowledge: Knowledge,
    gap: Gap | None,
) -> int:
    """Days to the next review: sooner in a flare, after a gap, with strong or worse pain.

    Sooner too for a trimester.
    """
    soon = (
        bool(gap)
        or facts.get("acute_flare") is True
        or strong_pain(facts, policy)
        or facts.get("diary_chance_worse", 0) >= policy["sure"]
    )
    days = min(answer.plan.review_in_days, int(policy["look_again_days"]) if soon else 999)
    if programme is None:
        return days
    assert begun.as_of is not None
    return days_it_holds(answer.case, begun.as_of, programme, knowledge, days)


# --- is it working ----------------------------------------------------------------------------


def _trend(diary: Diary, days: Daily, knowledge: Knowledge) -> Trend | None:
    """The trend of resting pain, with the important change of the numeric pain rating scale."""
    nprs = knowledge.measures["nprs"]
    wanted = nprs.important_change
    known = [entry for entry in diary.entries if entry.pain_now is not None]
    weekly = [
        ((entry.on - days.start).days, entry.measures["nprs"].value)
        for entry in diary.entries
        if "nprs" in entry.measures
    ]
    return fit_trend(
        [(entry.on - days.start).days for entry in known],
        [entry.pain_now for entry in known if entry.pain_now is not None],
        scale=nprs.range,
        important_points=wanted.points if wanted else None,
        important_percent=wanted.percent if wanted else None,
        higher_means=nprs.higher_means,
        policy=knowledge.policy("trend"),
        weekly=[(day, value) for day, value in weekly if value is not None],
        worse=[bool(entry.worse) for entry in known],
    )


def _facts(
    answer: _Answer, diary: Diary, days: Daily, today: datetime.date, trend: Trend | None
) -> dict[str, Any]:
    """The case and what the diary comes to, for the rules about the programme and the care."""
    found = {
        "diary_weeks": (today - days.start).days // 7,
        "diary_function": _last(entry.function for entry in diary.entries),
        "diary_missed_for_pain": _missed_for_pain(diary, today, _FORTNIGHT),
        "diary_adherence": days.on("adherence", today),
        "diary_pain_rise_week": days.on("rise_week", today),
    }
    if trend:
        found["diary_gain_percent"] = _gain_percent(trend)
        found["diary_chance_better"] = _percent(trend.p_better)
        found["diary_chance_worse"] = _percent(trend.p_worse)
    known = {name: value for name, value in found.items() if value is not None}
    return {**answer.case.findings, **known}


_FORTNIGHT = 14


def _last(values: Iterable[float | None]) -> float | None:
    return next((value for value in reversed([*values]) if value is not None), None)


def _missed_for_pain(diary: Diary, today: datetime.date, days: int) -> float | None:
    """Percent of what was left out, in the last days, that was left out for pain."""
    since = today - datetime.timedelta(days=days)
    missed = [d for e in diary.entries if e.on > since for d in e.done if d.done == "no"]
    why = [done.why_not == "pain" for done in missed if done.why_not]
    return round(100 * sum(why) / len(why)) if why else None


def _percent(chance: float | None) -> float | None:
    return None if chance is None else round(100 * chance, 1)


def _gain_percent(trend: Trend) -> float | None:
    """The fall of pain since the start, in percent of the start; none when it began at none."""
    if trend.start.mean <= 0:
        return None
    return round(max(-1000.0, 100 * trend.change.mean / trend.start.mean), 1)


def _status(
    facts: Mapping[str, Any], trend: Trend | None, gap: Gap | None, policy: Mapping[str, float]
) -> Status:
    if gap and gap.lasts:
        return "silent"
    if facts.get("diary_chance_worse", 0) >= policy["sure"]:
        return "worse"
    gain, week = facts.get("diary_gain_percent"), facts["diary_weeks"]
    if week < policy["too_early_weeks"] or trend is None or gain is None:
        return "too_early"
    wanted = policy["gain"] * min(1.0, week / policy["by_week"])
    better = facts.get("diary_chance_better", 0) >= policy["sure"]
    return "on_track" if gain >= wanted or better else "stalled"


def _holding(
    facts: Mapping[str, Any], answer: _Answer, knowledge: Knowledge
) -> Iterator[tuple[Progression, tuple[str, ...]]]:
    """The rules about the programme and the care that hold, each with what made it hold."""
    reading = Reading(facts, chances(answer.differential))
    for rule in sorted(knowledge.progression.values(), key=lambda r: (r.order, r.id)):
        if rule.about != "exercise" and reading.decide(rule.when):
            yield rule, tuple(sorted(reading.explain(rule.when)))


def _step(rule: Progression, because: tuple[str, ...]) -> Step:
    return Step(rule.id, rule.name, rule.say, because, rule.sources, rule.mark)


# --- measures ---------------------------------------------------------------------------------


def _safety_questions(diary: Diary, case: Case, knowledge: Knowledge) -> Iterator[SafetyQuestion]:
    """Low mood on the PHQ-2 asks about thoughts of ending life, with whom to turn to.

    An answer from before that day does not count: moods change.
    """
    scored = [
        (entry.on, entry.measures["phq2"]) for entry in diary.entries if "phq2" in entry.measures
    ]
    if not scored:
        return
    day, score = scored[-1]
    if "positive" not in passed_thresholds(knowledge.measures["phq2"], score):
        return
    since = {name for entry in diary.entries if entry.on >= day for name in entry.answers}
    line = contact_line(case, "crisis", knowledge)
    for name in ("suicidal_thoughts", "suicidal_intent"):
        if name not in since:
            yield SafetyQuestion(name, f"PHQ-2 of {score.value:g}, from 3 on", line.say)


def _changes(diary: Diary, knowledge: Knowledge) -> Iterator[Change]:
    """From the first score of each measure to its latest, where there are two."""
    first: dict[str, Score] = {}
    for entry in diary.entries:
        for name, score in entry.measures.items():
            first.setdefault(name, score)
    for name, last in _scores(diary).items():
        if last is not first[name] or "compared_with" in knowledge.measures[name].scoring:
            yield change(knowledge.measures[name], first[name], last)
