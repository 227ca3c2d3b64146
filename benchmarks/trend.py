"""The trend: how fast, how often its intervals hold, and how often it speaks of chosen days.

Beside it statsmodels fits the same year of entries: one local linear trend by maximum likelihood,
without outliers, grid, or probabilities of a change. The people are simulated: they test the
arithmetic and are no evidence about real people.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import statsmodels
from statsmodels.tsa.statespace.structural import UnobservedComponents

from benchmarks._timing import median_ms
from sacra.kb.load import load_knowledge
from sacra.reasoning.kalman import LEVEL, Array, make_model
from sacra.reasoning.trend import DAYS_AHEAD, Trend, fit_trend

Policy = Mapping[str, float]


class Person(NamedTuple):
    """True levels of D days and 14 more (D + 14), what was felt (D), and the days written down."""

    level: Array
    felt: Array
    days: list[int]
    values: list[float]

    def trend(
        self,
        policy: Policy,
        weekly: Sequence[tuple[int, float]] = (),
        worse: Sequence[bool] = (),
    ) -> Trend:
        """The trend through what this person wrote down."""
        trend = fit_trend(
            self.days,
            self.values,
            important_points=2,
            important_percent=30,
            policy=policy,
            weekly=weekly,
            worse=worse,
        )
        assert trend is not None
        return trend


def within_the_scale(policy: Policy) -> Policy:
    """Working values under which hardly anybody leaves 0-10, where the model knows no walls."""
    return {**policy, "start_sd": 0.7, "start_slope_sd": 0.05, "level_sd_most": 0.25}


def of_the_family(rng: np.random.Generator, policy: Policy) -> Person:
    """A person drawn from the model itself: grid point, start, swings and outliers."""
    model = make_model(policy)
    prior = np.exp(model.log_prior)
    point = rng.choice(len(prior), p=prior / prior.sum())
    days = int(rng.integers(10, 60))
    first, drift = (each.reshape(4, 3, -1)[:3, :, point] for each in (model.first, model.drift))
    start = model.first[3, :, point]
    state = rng.multivariate_normal(start, first, method="eigh")
    states = [state]
    for _ in range(days + DAYS_AHEAD - 1):
        state = model.step @ state + rng.multivariate_normal(np.zeros(3), drift, method="eigh")
        states.append(state)
    level, felt = np.array(states)[:, LEVEL], np.array(states)[:days, 0]
    kind = (rng.random(days) < policy["outlier_share"]).astype(int)
    felt = felt + rng.normal(0, np.sqrt(model.noise[kind, point]))
    return _written(rng, level, felt, rng.uniform(0.4, 1))


def outside_the_family(rng: np.random.Generator) -> Person:
    """Exponential recovery, no change, or a flare; AR(1) scatter, whole numbers."""
    days = int(rng.integers(10, 90))
    time = np.arange(days + DAYS_AHEAD)
    high, kind = rng.uniform(4, 8), rng.integers(4)
    low = rng.uniform(0.5, high - 1)
    level = low + (high - low) * np.exp(-time / rng.uniform(7, 60))
    if kind == 2:
        level = np.full(len(time), high)
    if kind == 3:
        since = time - rng.integers(5, max(6, days))
        size, fades = rng.uniform(1, 3), rng.uniform(4, 10)
        level = level + np.where(since >= 0, size * np.exp(-since / fades), 0)
    scatter, left = rng.uniform(0.5, 1.5), 0.4
    noise = rng.normal(0, scatter, days)
    for day in range(1, days):
        noise[day] = left * noise[day - 1] + noise[day] * np.sqrt(1 - left**2)
    felt = np.clip(np.round(level[:days] + noise), 0, 10)
    return _written(rng, np.clip(level, 0, 10), felt, rng.uniform(0.3, 1))


def _written(rng: np.random.Generator, level: Array, felt: Array, share: float) -> Person:
    """Each day is written down with this probability, the first and the last always."""
    kept = rng.random(len(felt)) < share
    kept[[0, -1]] = True
    days = np.flatnonzero(kept)
    return Person(level, felt, days.tolist(), felt[days].tolist())


class Coverage(NamedTuple):
    """Shares of people: level now inside its interval, level in 14 days, change that matters."""

    now: float
    ahead: float
    mattered: float
    said_to_matter: float
    error_ahead: float


def coverage(people: Sequence[Person], policy: Policy) -> Coverage:
    """How often 90 % intervals held; `error_ahead` is the root mean square error after 14 days."""
    held = []
    for person in people:
        trend, days = person.trend(policy), person.days[-1] + 1
        now, ahead = np.clip(person.level[[days - 1, -1]], 0, 10)
        last = trend.forecast[-1]
        passed = person.level[0] - person.level[days - 1] >= max(2, 0.3 * person.level[0])
        inside = trend.now_low <= now <= trend.now_high, last.low <= ahead <= last.high
        held.append((*inside, passed, trend.p_better, (last.mean - ahead) ** 2))
    found = Coverage(*np.mean(np.array(held, dtype=float), axis=0).tolist())
    return found._replace(error_ahead=found.error_ahead**0.5)


# --- chosen days --------------------------------------------------------------------------------


def _weeks(person: Person, rng: np.random.Generator) -> list[tuple[int, float]]:
    """What the person answers once a week: the mean of seven days, as a whole number."""
    ends = range(6, len(person.felt), 7)
    means = [(day, person.felt[day - 6 : day + 1].mean() + rng.normal(0, 0.5)) for day in ends]
    return [(day, float(np.clip(np.round(mean), 0, 10))) for day, mean in means]


def _worse(person: Person, rng: np.random.Generator) -> list[bool]:
    """Days called worse: a point or more above the level, and one in twenty for no reason."""
    above = np.array(person.values) - person.level[person.days]
    return [bool(each) for each in (above >= 1) | (rng.random(len(above)) < 0.05)]


def choosing(person: Person, rng: np.random.Generator) -> Person:
    """The same person writing on bad days (9 in 10), seldom on others (1 in 20)."""
    bad = person.felt >= person.level[: len(person.felt)] + 0.5
    kept = np.flatnonzero(rng.random(len(bad)) < np.where(bad, 0.9, 0.05))
    return Person(person.level, person.felt, kept.tolist(), person.felt[kept].tolist())


def returning(person: Person, rng: np.random.Generator) -> Person:
    """The same person who begins to write on a very bad day, keeps on for three days and stops."""
    kept: list[int] = []
    for day in np.flatnonzero(person.felt >= person.level[: len(person.felt)] + 1).tolist():
        if (not kept or day > kept[-1] + 2) and rng.random() < 0.8:
            kept += range(day, min(day + 3, len(person.felt)))
    return Person(person.level, person.felt, kept, person.felt[kept].tolist())


def spoken(people: Sequence[Person], policy: Policy, rng: np.random.Generator) -> dict[str, float]:
    """Shares of people told that their days are chosen, by what is known beside the entries."""
    told = {"entries alone": 0, "and days called worse": 0, "and a weekly answer": 0}
    for person in people:
        weekly, worse = _weeks(person, rng), _worse(person, rng)
        told["entries alone"] += bool(person.trend(policy).informative)
        told["and days called worse"] += bool(person.trend(policy, worse=worse).informative)
        told["and a weekly answer"] += bool(person.trend(policy, weekly=weekly).informative)
    return {name: count / len(people) for name, count in told.items()}


def diaries(rng: np.random.Generator, number: int, least_share: float) -> list[Person]:
    """People outside the family with four weeks or more, writing whatever the day is like."""
    people: list[Person] = []
    while len(people) < number:
        person = outside_the_family(rng)
        if len(person.felt) >= 28:
            share = rng.uniform(least_share, 1)
            people.append(_written(rng, person.level, person.felt, share))
    return people


def main() -> None:
    """Print times, coverage, what damping does to forecasts, and alarms about chosen days."""
    policy = load_knowledge().policy("trend")
    _times(policy)
    _coverages(policy)
    rng = np.random.default_rng(3)
    regular = diaries(rng, 2000, 0.15)
    changes: dict[str, Callable[[Person, np.random.Generator], Person]] = {
        "writing only on bad days": choosing,
        "starting again on bad days": returning,
    }
    print("told that the days written down seem chosen, of 2,000 people each")
    _print_told("regular, 15-100 % of days", regular, policy, rng)
    for name, change in changes.items():
        chosen = [change(person, rng) for person in regular]
        enough = [p for p in chosen if len(p.days) >= policy["least_observations"]]
        _print_told(name, enough, policy, rng)


def _print_told(
    name: str, people: Sequence[Person], policy: Policy, rng: np.random.Generator
) -> None:
    shares = spoken(people, policy, rng)
    said = ", ".join(f"{known} {share:.1%}" for known, share in shares.items())
    print(f"  {name} ({len(people)}): {said}")


def _coverages(policy: Policy) -> None:
    narrow = within_the_scale(policy)
    family = [of_the_family(np.random.default_rng([1, i]), narrow) for i in range(1000)]
    outside = [outside_the_family(np.random.default_rng([2, i])) for i in range(1000)]
    for name, people, using in (("of", family, narrow), ("outside", outside, policy)):
        found = coverage(people, using)
        print(
            f"1,000 people {name} the family: 90 % interval holds now {found.now:.1%}, in 14 days "
            f"{found.ahead:.1%}; change mattered in {found.mattered:.1%}, "
            f"by p_better in {found.said_to_matter:.1%}"
        )
    for damping in (1.0, 0.98, 0.96, 0.93, 0.9):
        found = coverage(outside[:400], {**policy, "damping": damping})
        print(
            f"  damping {damping}: error in 14 days {found.error_ahead:.2f} points, "
            f"interval holds {found.ahead:.1%}"
        )


def _times(policy: Policy) -> None:
    rng = np.random.default_rng(0)
    days = list(range(365))
    values = np.clip(np.round(3 + 4 * np.exp(-np.arange(365) / 40) + rng.normal(0, 1, 365)), 0, 10)
    person = Person(values, values, days, values.tolist())

    def theirs() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it often does not converge
            UnobservedComponents(values, "local linear trend").fit(disp=0).get_forecast(14)

    ours, slow = median_ms(lambda: person.trend(policy)), median_ms(theirs, 5)
    grid = make_model(policy).noise.shape[1]
    print(f"a year of daily entries: sacra, {grid} models and their average {ours:.1f} ms")
    print(f"statsmodels {statsmodels.__version__}, one model by maximum likelihood: {slow:.0f} ms")
    print(f"ratio {slow / ours:.0f}")


if __name__ == "__main__":
    main()
