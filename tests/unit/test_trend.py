"""The trend: exact where theory is exact, judged by statsmodels; calibrated; robust; repeatable."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy.stats import multivariate_normal
from statsmodels.tsa.statespace.structural import UnobservedComponents

from benchmarks.trend import (
    Person,
    choosing,
    coverage,
    diaries,
    of_the_family,
    outside_the_family,
    spoken,
    within_the_scale,
)
from sacra.kb.errors import CaseError
from sacra.kb.load import load_knowledge
from sacra.reasoning.kalman import LEVEL, MEAN, SLOPE, Array, make_model, run_filter, run_smoother
from sacra.reasoning.trend import Trend, fit_trend

POLICY = load_knowledge().policy("trend")
ENTRY, LEVEL_SD, SLOPE_SD = 0.8, 0.2, 0.02
ONE = {
    **POLICY,
    **{f"entry_sd_{end}": ENTRY for end in ("least", "most")},
    **{f"level_sd_{end}": LEVEL_SD for end in ("least", "most")},
    **{f"slope_sd_{end}": SLOPE_SD for end in ("least", "most")},
    **{f"{name}_sd_count": 1 for name in ("entry", "level", "slope")},
    "outlier_share": 0,
    "swing_share": 0,
    "damping": 1,
}
"""One grid point, no outliers, no swings, no damping: the textbook's local linear trend."""


def fit(values: list[float], policy: Mapping[str, float] = POLICY, **more: Any) -> Trend:
    settings: dict[str, Any] = {"important_points": 2.0, "important_percent": 30.0, **more}
    days = settings.pop("days", range(len(values)))
    trend = fit_trend(list(days), values, policy=policy, **settings)
    assert trend is not None
    return trend


def entries(days: int, missing: float, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    values = 2 + 4 * np.exp(-np.arange(days) / 20) + rng.normal(0, 1, days)
    values[1:-1][rng.random(days - 2) < missing] = np.nan
    return values


# --- the oracle ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "missing"), [(5, 0.0), (9, 0.3), (80, 0.0), (80, 0.4), (365, 0.8)]
)
def test_one_grid_point_is_the_local_linear_trend_of_statsmodels(days: int, missing: float) -> None:
    values = entries(days, missing, seed=days)
    passed = run_filter(values, make_model(ONE))
    smooth = run_smoother(passed, make_model(ONE))
    theirs = UnobservedComponents(values, "local linear trend")
    theirs.ssm.initialize_known(
        np.array([ONE["start_mean"], 0.0]),
        np.diag([ONE["start_sd"] ** 2, ONE["start_slope_sd"] ** 2]),
    )
    result = theirs.smooth([ENTRY**2, LEVEL_SD**2, SLOPE_SD**2])
    last = passed.last[..., 0]
    for ours, exact in (
        (passed.log_likelihood[0], result.llf_obs.sum()),
        (passed.predicted[:, MEAN, LEVEL:, 0].T, result.predicted_state[:, :-1]),
        (last[MEAN, LEVEL:], result.filtered_state[:, -1]),
        (last[LEVEL:MEAN, LEVEL:], result.filtered_state_cov[..., -1]),
        (smooth.mean[:, 0], result.smoothed_state[0]),
        (smooth.variance[:, 0], result.smoothed_state_cov[0, 0]),
    ):
        np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-6)


def joint(days: int, policy: Mapping[str, float]) -> tuple[Array, Array, Array]:
    """Covariance of the levels, of the entries with them, and of the entries, by plain algebra."""
    model = make_model(policy)
    first, drift = (each.reshape(4, 3)[:3] for each in (model.first[..., 0], model.drift[:, 0]))
    covariance, states = [first], np.zeros((days, days, 3, 3))
    for _ in range(days - 1):
        covariance.append(model.step @ covariance[-1] @ model.step.T + drift)
    for early in range(days):
        between = covariance[early]
        for late in range(early, days):
            states[early, late], states[late, early] = between, between.T
            between = between @ model.step.T
    noise = np.eye(days) * model.noise[0, 0]
    return states[..., LEVEL, LEVEL], states[..., LEVEL, 0], states[..., 0, 0] + noise


def test_swings_and_damping_are_those_of_plain_linear_algebra() -> None:
    """Also the joint distribution of start and now, from which the change is judged."""
    policy = {**ONE, "swing_share": 0.6, "damping": 0.95}
    days, values = 40, entries(40, 0.4, seed=5)
    levels, cross, observed = joint(days, policy)
    seen = ~np.isnan(values)
    gain = cross[:, seen] @ np.linalg.inv(observed[np.ix_(seen, seen)])
    mean = policy["start_mean"] + gain @ (values[seen] - policy["start_mean"])
    covariance = levels - gain @ cross[:, seen].T
    smooth = run_smoother(run_filter(values, make_model(policy)), make_model(policy))
    np.testing.assert_allclose(smooth.mean[:, 0], mean, atol=1e-9)
    np.testing.assert_allclose(smooth.variance[:, 0], np.diag(covariance), atol=1e-9)
    np.testing.assert_allclose(smooth.ends[0], covariance[0, -1], atol=1e-9)

    given = np.flatnonzero(seen).tolist()
    trend = fit(values[seen].tolist(), policy, days=given)
    ends = [0, -1]
    draws = multivariate_normal(mean[ends], covariance[np.ix_(ends, ends)]).rvs(
        400_000, random_state=np.random.default_rng(0)
    )
    start, now = draws.T
    needed = np.maximum(2, 0.3 * start)
    assert trend.p_better == pytest.approx(np.mean(start - now >= needed), abs=0.003)
    assert trend.p_worse == pytest.approx(np.mean(now - start >= needed), abs=0.003)
    assert trend.change.mean == pytest.approx(mean[0] - mean[-1], abs=1e-5)


def test_the_grid_is_an_average_by_likelihood() -> None:
    values = entries(30, 0.2, seed=1)
    seen = np.flatnonzero(~np.isnan(values)).tolist()
    two = {**ONE, "entry_sd_least": 0.6, "entry_sd_most": 1.2, "entry_sd_count": 2}
    single = [{**ONE, "entry_sd_least": sd, "entry_sd_most": sd} for sd in (0.6, 1.2)]
    trends = [fit(values[seen].tolist(), policy, days=seen) for policy in single]
    logs = [run_filter(values, make_model(policy)).log_likelihood[0] for policy in single]
    weights = np.exp(np.array(logs) - max(logs))
    expected = np.average([trend.level for trend in trends], axis=0, weights=weights)
    np.testing.assert_allclose(
        fit(values[seen].tolist(), two, days=seen).level, expected, atol=2e-6
    )


# --- a person -----------------------------------------------------------------------------------


def test_one_wild_day_moves_todays_level_by_little() -> None:
    calm = [3.0, 4, 3, 3, 4, 3, 3, 4, 3, 2, 3, 3, 4, 3]
    usual, wild = fit([*calm, 3.0]), fit([*calm, 10.0])
    naive = fit([*calm, 10.0], {**POLICY, "outlier_share": 0})
    assert abs(wild.now - usual.now) < 0.3
    assert naive.now - usual.now > 0.5
    assert abs(fit([*calm, 10.0, 3.0, 3.0]).now - fit([*calm, 3.0, 3.0, 3.0]).now) < 0.3


def test_a_change_that_lasts_is_followed() -> None:
    calm = [2.0, 2, 3, 2, 2, 3, 2, 2, 2, 3, 2, 2, 1, 2, 2, 2, 3, 2, 2, 2]
    trend = fit([*calm, 6.0, 6, 7, 6, 6, 7])
    assert trend.now > 5 and trend.p_worse is not None and trend.p_worse > 0.9


def test_better_and_worse_follow_the_direction_of_the_measure() -> None:
    values = [6.0, 6, 5, 5, 4, 4, 3, 3, 2, 2, 2, 2]
    pain, ability = fit(values), fit(values, higher_means="better")
    assert pain.change.mean > 2 and ability.change.mean == -pain.change.mean
    assert pain.p_better is not None and pain.p_better > 0.8 and ability.p_better == 0
    assert (ability.p_worse or 0) > 0.8 and pain.per_week.mean < 0
    assert pain.per_week == ability.per_week
    assert (pain.important or 0) < pain.start.mean < (ability.important or 0)


def test_a_mirrored_measure_has_a_mirrored_trend() -> None:
    values = [6.0, 6, 5, 7, 4, 4, 3, 3, 9, 2, 2, 2]
    worse = fit(values, important_percent=None)
    better = fit([10 - v for v in values], important_percent=None, higher_means="better")
    assert better.p_better == pytest.approx(worse.p_better, abs=1e-5)
    np.testing.assert_allclose(np.array(better.level), 10 - np.array(worse.level), atol=2e-6)


def test_another_scale_is_the_same_trend_stretched() -> None:
    values = [6.0, 6, 5, 7, 4, 4, 3, 3, 9, 2, 2, 2]
    ten = fit(values)
    wide = fit([v * 2.4 for v in values], scale=(0.0, 24.0), important_points=4.8)
    np.testing.assert_allclose(np.array(wide.level), 2.4 * np.array(ten.level), atol=1e-5)
    assert wide.p_better == pytest.approx(ten.p_better, abs=1e-6)


def test_both_points_and_percent_must_be_passed() -> None:
    values = [9.0, 9, 8, 9, 8, 8, 7, 7, 7, 6, 7, 7]
    both, points, percent = (
        fit(values, important_points=a, important_percent=b)
        for a, b in ((2.0, 30.0), (2.0, None), (None, 30.0))
    )
    assert both.p_better is not None and points.p_better is not None
    assert percent.p_better is not None
    assert both.p_better <= min(points.p_better, percent.p_better) + 1e-9
    assert percent.p_better < points.p_better  # 30 % of about 9 is more than 2 points
    none = fit(values, important_points=None, important_percent=None)
    assert (none.p_better, none.p_worse, none.important) == (None, None, None)


def test_a_trend_has_every_day_and_stays_on_the_scale() -> None:
    trend = fit([1.0, 0, 0, 1, 0, 0, 0], days=[3, 5, 6, 9, 10, 20, 24])
    assert trend.days == tuple(range(3, 25))
    assert len(trend.level) == len(trend.low) == len(trend.high) == 22
    assert [ahead.day for ahead in trend.forecast] == list(range(25, 39))
    assert trend.logged_share == round(7 / 22, 6) and trend.observations == 7
    numbers = [*trend.low, *trend.high, *(a.low for a in trend.forecast)]
    assert min(numbers) == 0 and max(numbers) <= 10
    assert trend.now == trend.level[-1]
    lows = [(a.low, a.mean, a.high) for a in trend.forecast]
    assert all(low <= mean <= high for low, mean, high in lows)


def test_too_few_entries_make_no_trend() -> None:
    few = int(POLICY["least_observations"]) - 1
    for number in range(few + 1):
        days, values = list(range(number)), [5.0] * number
        assert not fit_trend(
            days, values, important_points=2, important_percent=None, policy=POLICY
        )


@pytest.mark.parametrize(
    ("days", "values", "words"),
    [
        ([0, 1, 1], [1.0, 2, 3], "day 1 comes after day 1; days must rise"),
        ([0, 4, 2], [1.0, 2, 3], "day 2 comes after day 4; days must rise"),
        ([0, 1], [1.0, 2, 3], "2 days but 3 values"),
    ],
)
def test_days_that_cannot_be_are_refused(days: list[int], values: list[float], words: str) -> None:
    with pytest.raises(CaseError, match=words):
        fit_trend(days, values, important_points=2, important_percent=None, policy=POLICY)


def test_the_same_entries_give_the_same_bytes() -> None:
    values = np.clip(np.round(entries(120, 0, seed=2)), 0, 10).tolist()
    first = msgspec.json.encode(fit(values))
    assert all(msgspec.json.encode(fit(values)) == first for _ in range(3))


# --- calibration, by simulated people -----------------------------------------------------------

PEOPLE = 400
BINOMIAL = 2.6 * (0.9 * 0.1 / PEOPLE) ** 0.5
"""99 % of samples of this size lie within this of 90 %."""


def test_intervals_hold_for_people_of_the_model() -> None:
    policy = within_the_scale(POLICY)
    people = [of_the_family(np.random.default_rng([7, i]), policy) for i in range(PEOPLE)]
    found = coverage(people, policy)
    assert found.now == pytest.approx(0.9, abs=BINOMIAL)
    assert found.ahead == pytest.approx(0.9, abs=BINOMIAL)
    assert found.said_to_matter == pytest.approx(found.mattered, abs=0.03)


def test_intervals_hold_for_people_of_another_kind() -> None:
    """Wider tolerance: exponential recovery, flares and whole numbers are not the model."""
    people = [outside_the_family(np.random.default_rng([8, i])) for i in range(PEOPLE)]
    found = coverage(people, POLICY)
    assert found.now == pytest.approx(0.9, abs=BINOMIAL + 0.01)
    assert 0.9 - BINOMIAL <= found.ahead <= 0.985
    assert found.said_to_matter == pytest.approx(found.mattered, abs=0.05)


def test_damping_forecasts_better() -> None:
    people = [outside_the_family(np.random.default_rng([9, i])) for i in range(150)]
    undamped = coverage(people, {**POLICY, "damping": 1.0}).error_ahead
    assert coverage(people, POLICY).error_ahead < 0.9 * undamped


# --- chosen days --------------------------------------------------------------------------------


def test_weekly_answers_better_than_the_days_written_down_are_told() -> None:
    days, values = [0, 6, 7, 19, 31, 33, 50], [7.0, 8, 7, 7, 8, 6, 7]
    weekly = [(7 * week, 3.0) for week in range(1, 8)]
    told = fit(values, days=days, weekly=weekly).informative
    said = load_knowledge().words["trend"].say[told]
    assert said.startswith("Your weekly answers are better")
    assert said.endswith("says little about the days you did not write down.")
    assert fit(values, days=days, weekly=[(d, 7.0) for d, _ in weekly]).informative == ""
    mirrored = [10 - v for v in values]
    weeks = [(day, 10 - v) for day, v in weekly]
    better: dict[str, Any] = {"days": days, "weekly": weeks, "higher_means": "better"}
    assert fit(mirrored, **better).informative == told


def test_days_mostly_called_worse_are_told_when_the_diary_is_sparse() -> None:
    days, values = list(range(0, 30, 3)), [6.0, 7, 6, 6, 7, 6, 7, 6, 6, 7]
    chosen = fit(values, days=days, worse=[True] * 9 + [False])
    assert chosen.informative == "called_worse"
    assert fit(values, days=days, worse=[True, False] * 5).informative == ""
    assert fit(values, worse=[True] * 10).informative == ""


def test_starting_again_on_bad_days_is_told() -> None:
    days = [start + day for start in range(0, 80, 10) for day in range(3)]
    assert fit([7.0, 4, 4] * 8, days=days).informative == "starts_again"
    assert fit([5.0, 4, 5] * 8, days=days).informative == ""


def test_regular_people_seldom_hear_it_and_choosing_people_often() -> None:
    rng = np.random.default_rng(4)
    regular = diaries(rng, 150, 0.15)
    choosers = [choosing(person, rng) for person in regular]
    choosers = [person for person in choosers if len(person.days) > 1]
    assert max(spoken(regular, POLICY, rng).values()) <= 0.05
    assert spoken(choosers, POLICY, rng)["and a weekly answer"] >= 0.4


def test_a_person_of_the_benchmark_is_a_diary() -> None:
    person = outside_the_family(np.random.default_rng(0))
    assert isinstance(person, Person) and person.days[0] == 0
    assert person.trend(POLICY).observations == len(person.values)
    assert make_model(POLICY).first[SLOPE, SLOPE, 0] > 0
