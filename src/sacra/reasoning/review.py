"""The review: is it working, what changes on each ladder, who should look, and what comes next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Mark, Progression
from sacra.reasoning.alarms import case_after, recheck_due
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case
from sacra.reasoning.daily import Daily, daily, in_flare
from sacra.reasoning.diary import Diary
from sacra.reasoning.differential import chances
from sacra.reasoning.ladder import Move
from sacra.reasoning.measures import Change, Score, change, passed_thresholds
from sacra.reasoning.plan import Because, Now, Plan, contact_line, items_of
from sacra.reasoning.programme import Programme, build_programme
from sacra.reasoning.progress import climb_all, moved_on, started, week_on
from sacra.reasoning.trend import Trend, fit_trend
from sacra.reasoning.triage import Reason, rank
from sacra.rules.readings import Reading

Status = Literal["danger", "worse", "stalled", "on_track", "too_early"]


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
    does not now, and why. After a danger there is no next programme.
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
    trend: Trend | None
    care: tuple[Step, ...]
    advice: tuple[Step, ...]
    ask: tuple[SafetyQuestion, ...]
    recheck_due: bool
    measures: tuple[Change, ...]
    withdrawn: tuple[Because, ...]
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
    days = daily(diary, programme, today, knowledge)
    flare = in_flare(days.resting, knowledge.policy("flare"))
    answer = _assess_again(case, diary, today, flare, knowledge)
    danger = rank(answer.triage.urgency) >= rank("same_day")
    week = week_on(programme, today)
    standings, moves = climb_all(programme, diary, days, knowledge)
    trend = _trend(diary, days, knowledge)
    facts = _facts(answer, days, today, week, trend)
    holding = tuple(_holding(facts, answer, knowledge))
    moved = moved_on(programme, standings, moves, facts, today, knowledge)
    latest = {move.exercise: move for move in moves}
    policy = knowledge.policy("review_status")
    return Review(
        on=today,
        started=days.start,
        week=week,
        status="danger" if danger else _status(facts, trend, week, policy),
        urgency=answer.triage.urgency,
        reasons=answer.triage.reasons,
        now=answer.plan.now if danger else None,
        moves=tuple(latest.values()),
        history=tuple(m for m in moves if m.from_level != m.to_level or m.decision == "stop"),
        adherence=days.on("adherence", today),
        flare=flare,
        trend=trend,
        care=tuple(_step(r, b) for r, b in holding if r.about == "care"),
        advice=tuple(_step(r, b) for r, b in holding if r.about == "programme"),
        ask=tuple(_safety_questions(diary, answer.case, knowledge)),
        recheck_due=recheck_due(diary, today, int(policy["recheck_days"])),
        measures=tuple(_changes(diary, knowledge)),
        withdrawn=() if danger else tuple(_withdrawn(plan, answer.plan)),
        next_programme=None if danger else _next(answer, moved, knowledge),
        review_in_days=_next_look(answer.plan, facts, latest.values(), policy),
    )


def _assess_again(
    case: Case, diary: Diary, today: datetime.date, flare: bool | None, knowledge: Knowledge
) -> Assessment:
    """The case with all that the diary says, as if it came in today."""
    after = case_after(case, diary, today, knowledge)
    known = {**after.findings, **_from_measures(_scores(diary), knowledge)}
    if flare is not None:
        known["acute_flare"] = flare
    return assess(Case(known, after.as_of, after.assumed - known.keys()), knowledge)


def _from_measures(scores: Mapping[str, Score], knowledge: Knowledge) -> dict[str, Any]:
    """Findings that are a measure's score, or its group, under the same name."""
    found: dict[str, Any] = {}
    for name, score in scores.items():
        finding = knowledge.findings.get(name)
        if finding and finding.type == "number" and score.value is not None:
            found[name] = score.value
        elif finding and (group := score.band.removesuffix(" risk")) in finding.choices:
            found[name] = group
    return found


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


def _next(answer: Assessment, moved: Programme, knowledge: Knowledge) -> Programme:
    return build_programme(answer.plan, moved.wishes, moved, knowledge)


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
    answer: Assessment, days: Daily, today: datetime.date, week: int, trend: Trend | None
) -> dict[str, Any]:
    """The case and what the diary comes to, for the rules about the programme and the care."""
    found = {
        "diary_weeks": week,
        "diary_adherence": days.on("adherence", today),
        "diary_pain_rise_week": days.on("rise_week", today),
    }
    if trend:
        found["diary_gain_percent"] = _gain_percent(trend)
        found["diary_chance_better"] = _percent(trend.p_better)
        found["diary_chance_worse"] = _percent(trend.p_worse)
    known = {name: value for name, value in found.items() if value is not None}
    return {**answer.case.findings, **known}


def _percent(chance: float | None) -> float | None:
    return None if chance is None else round(100 * chance, 1)


def _gain_percent(trend: Trend) -> float | None:
    """The fall of pain since the start, in percent of the start; none when it began at none."""
    if trend.start.mean <= 0:
        return None
    return round(max(-1000.0, 100 * trend.change.mean / trend.start.mean), 1)


def _status(
    facts: Mapping[str, Any], trend: Trend | None, week: int, policy: Mapping[str, float]
) -> Status:
    if facts.get("diary_chance_worse", 0) >= policy["sure"]:
        return "worse"
    gain = facts.get("diary_gain_percent")
    if week < policy["too_early_weeks"] or trend is None or gain is None:
        return "too_early"
    wanted = policy["gain"] * min(1.0, week / policy["by_week"])
    better = facts.get("diary_chance_better", 0) >= policy["sure"]
    return "on_track" if gain >= wanted or better else "stalled"


def _holding(
    facts: Mapping[str, Any], answer: Assessment, knowledge: Knowledge
) -> Iterator[tuple[Progression, tuple[str, ...]]]:
    """The rules about the programme and the care that hold, each with what made it hold."""
    reading = Reading(facts, chances(answer.differential))
    for rule in sorted(knowledge.progression.values(), key=lambda r: (r.order, r.id)):
        if rule.about != "exercise" and reading.decide(rule.when):
            yield rule, tuple(sorted(reading.explain(rule.when)))


def _step(rule: Progression, because: tuple[str, ...]) -> Step:
    return Step(rule.id, rule.name, rule.say, because, rule.sources, rule.mark)


def _next_look(
    plan: Plan, facts: Mapping[str, Any], latest: Iterable[Move], policy: Mapping[str, float]
) -> int:
    """Days to the next review: sooner in a flare, and while level 1 is all that pain allows."""
    soon = facts.get("acute_flare") is True or any(m.rule in _LOOK_SOON for m in latest)
    return min(plan.review_in_days, int(policy["look_again_days"])) if soon else plan.review_in_days


_LOOK_SOON = ("resting_pain_high", "leave_out")


# --- measures ---------------------------------------------------------------------------------


def _safety_questions(diary: Diary, case: Case, knowledge: Knowledge) -> Iterator[SafetyQuestion]:
    """Low mood on the PHQ-2 asks about thoughts of ending life, with whom to turn to."""
    score = _scores(diary).get("phq2")
    if score is None or "positive" not in passed_thresholds(knowledge.measures["phq2"], score):
        return
    line = contact_line(case, "crisis", knowledge)
    for name in ("suicidal_thoughts", "suicidal_intent"):
        if case.findings.get(name) is None:
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
