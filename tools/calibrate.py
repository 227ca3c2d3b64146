"""`./dev calibrate`: fit the joint model to its measurements, freeze that, and write the report.

What is frozen is ``knowledge/calibration/joint.yaml``; the report with the fit, the influence of
every trait and the published checks is ``docs/reference/joint-calibration.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from sacra.joint.behind import NUMERIC
from sacra.joint.calibrate import Posterior, calibrate
from sacra.joint.sensitivity import indices, sensitivities
from sacra.joint.validate import ORDINAL, Report, validate_joint
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import FOLDER, load_knowledge
from sacra.kb.schema_joint import Scenario

ROOT = Path(__file__).parent.parent
_PAGE = ROOT / "docs" / "reference" / "joint-calibration.md"
_HEADLINES = {
    "nutation_right": "standing", "push_right": "standing", "turn_left": "right_leg",
}  # fmt: skip


_ABOUT = """Made by `./dev calibrate`; see
[how the joint works](../explanation/how-the-joint-works.md).

A score of 1 is one standard deviation of the prior. What was fitted is the middle of the people,
not their spread, and every study keeps an error as large as its own spread. These are the
developers' measurements: the fit to them is no test of the model."""


def main() -> None:
    """Calibrate, freeze, report."""
    knowledge = load_knowledge()
    posterior = calibrate(knowledge.measurements, knowledge)
    path = FOLDER / "calibration" / "joint.yaml"
    path.write_text(_frozen(posterior))
    load_knowledge.cache_clear()
    knowledge = load_knowledge()
    report = validate_joint(knowledge.measurements, knowledge)
    _PAGE.write_text("\n".join(page(posterior, report, knowledge)) + "\n")
    for kinds in (NUMERIC, ORDINAL):
        print("{} of {} agree: {}".format(*report.share(*kinds), ", ".join(kinds)))


def _frozen(posterior: Posterior) -> str:
    data = {
        "title": "The joint model fitted to its published measurements",
        "traits": list(posterior.traits),
        "mean": list(posterior.mean),
        "covariance": [list(row) for row in posterior.covariance],
        "note": "In scores of the priors. Made by ./dev calibrate; never edited by hand.",
        "sources": ["joint_compilation2025"],
        "mark": "working_value",
    }
    return yaml.safe_dump(data, sort_keys=False, default_flow_style=None, width=110)


def page(posterior: Posterior, report: Report, knowledge: Knowledge) -> Iterator[str]:
    """The report, line by line."""
    yield "# The joint model: calibration and published checks"
    yield ""
    yield _ABOUT
    yield ""
    yield "## Where the middle of the traits moved"
    yield ""
    yield "| Trait | Middle | Its sd | Influence (largest rank correlation) |"
    yield "|---|---|---|---|"
    for i, name in enumerate(posterior.traits):
        sd = posterior.covariance[i][i] ** 0.5
        yield f"| {name} | {posterior.mean[i]:+.2f} | {sd:.2f} | {posterior.influence[name]:.2f} |"
    yield ""
    yield "## What it was fitted to"
    yield ""
    yield "| Measurement | Published | Before | After |"
    yield "|---|---|---|---|"
    rows = zip(
        posterior.targets, posterior.published, posterior.before, posterior.after, strict=True
    )
    for name, published, before, after in rows:
        yield f"| {name} | {published:g} | {before:g} | {after:g} |"
    yield from _sensitivity(knowledge)
    yield from _checks(report)


def _sensitivity(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## What decides a headline"
    yield ""
    yield (
        "Change: of the middle person with one score. Alone and in all: the shares of the variance "
        "of the rank over people that the trait makes by itself, and with what it does together "
        "with others (Jansen's indices, 256 people a trait, traits independent; good to some 6 %)."
    )
    for quantity, posture in _HEADLINES.items():
        asked = Scenario(posture=posture)
        change = sensitivities(asked, knowledge, quantity)
        share = indices(asked, knowledge, quantity)
        yield ""
        yield f"`{quantity}` in `{posture}`:"
        yield ""
        yield "| Trait | Change | Alone | In all |"
        yield "|---|---|---|---|"
        for name in sorted(share, key=lambda n: -share[n].total)[:10]:
            first, total = share[name]
            yield f"| {name} | {change[name]:+.3f} | {max(0.0, first):.0%} | {total:.0%} |"


def _checks(report: Report) -> Iterator[str]:
    yield ""
    yield f"## Published checks, {report.people} virtual people a run"
    yield ""
    yield "| | Measurement | What | Predicted (90 % interval) | Published |"
    yield "|---|---|---|---|---|"
    for row in report.rows:
        predicted = f"{row.median:.2f} ({row.low:.2f} to {row.high:.2f})"
        said = predicted if row.share is None else f"holds in {row.share:.0%} of people"
        verdict = "agrees" if row.agrees else "**misses**"
        yield f"| {verdict} | {row.measurement} | {row.label} | {said} | {row.published} |"
    yield ""
    for kinds, what in ((NUMERIC, "numbers"), (ORDINAL, "signs and orders")):
        agrees, count = report.share(*kinds)
        yield f"{agrees} of {count} {what} agree."
    yield ""
    yield "## Misses, with the likely reason"
    yield ""
    for name, why in {row.measurement: row.misfit for row in report.rows if row.misfit}.items():
        yield f"- {name}: {why}"
    yield ""
    yield "## Measurements that are not restated, and why"
    yield ""
    for name, why in report.not_restated.items():
        yield f"- {name}: {why}"


if __name__ == "__main__":
    main()
