"""Where a number comes from, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sacra.kb.errors import SacraError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Study
from sacra.reasoning.likelihood import Estimate, Row, likelihoods
from sacra.reasoning.special import expit

_ORIGIN = {
    "own": "its own studies",
    "same_site": "no study; the condition shares the site it points to: pooled sensitivity, wide",
    "elsewhere": "no study; the pooled share among people without the studied conditions",
}


def why_lines(finding: str, condition: str, knowledge: Knowledge) -> Iterator[str]:
    """The estimate of P(finding | condition), its origin, and every study behind it.

    Raises:
        SacraError: no such finding or weighed condition.
    """
    if finding not in knowledge.findings:
        raise SacraError("", f"unknown finding `{finding}`{nearest(finding, knowledge.findings)}")
    if condition not in knowledge.weighed:
        raise SacraError(
            "", f"`{condition}` is not a weighed condition{nearest(condition, knowledge.weighed)}"
        )
    row = likelihoods(knowledge).get(finding)
    if row is None:
        reason = (
            knowledge.findings[finding].why_not_scored or "no study gives a usable pair of figures"
        )
        yield f"{finding} carries no weight: {reason}"
    else:
        yield from _cell_lines(row, condition)
    for other, studies in knowledge.findings[finding].likelihood.items():
        for study in studies:
            yield _study_line(other, study)


def _cell_lines(row: Row, condition: str) -> Iterator[str]:
    cell = row.cells[condition]
    where = f"[{cell.mark}]: {_ORIGIN[cell.origin]}"
    yield f"P({row.finding} | {condition}) = {_interval(cell.estimate)} {where}"
    yield f"P({row.finding} | elsewhere) = {_interval(row.elsewhere)}"
    ratio = expit(cell.estimate.mean) / expit(row.elsewhere.mean)
    yield f"likelihood ratio at the central values: {ratio:.2f} ({10 * np.log10(ratio):+.1f} dB)"


def _interval(estimate: Estimate) -> str:
    low, high = (expit(estimate.mean + k * 1.645 * estimate.sd) for k in (-1, 1))
    return f"{expit(estimate.mean):.2f} (90 % {low:.2f} to {high:.2f})"


def _study_line(condition: str, study: Study) -> str:
    figures = [
        f"{name} {value:g}"
        for name in ("sens", "spec", "lr_pos", "lr_neg", "n")
        if (value := getattr(study, name)) is not None
    ]
    used = "used" if study.use == "input" else f"not used ({study.use}: {study.why})"
    who = f"{condition}: {', '.join(study.sources)} [{study.mark}]"
    return f"  {who} {', '.join(figures) or 'no figures'}; {used}"
