"""Our differential (all draws, dependence groups) and enquiry, against pyAgrum's point values.

pyAgrum gets a network of the same size: the same conditions and findings, independent given the
condition, exact inference for one posterior, and the information gain of every open finding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyagrum as gum

from benchmarks._timing import median_ms
from sacra.kb.load import load_knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.differential import chances, log_prior, weigh
from sacra.reasoning.enquiry import information
from sacra.reasoning.model import Array, build_model
from sacra.reasoning.settle import settle
from tests.oracle import network, oracle_posterior


def main() -> None:
    """Print both times and their ratio."""
    knowledge = load_knowledge()
    model = build_model(knowledge, draws=0)
    entered = [name for name in model.findings if not knowledge.findings[name].derived]
    answers = {name: i % 3 == 0 for i, name in enumerate(entered[:20])}
    case = settle(Case({**answers, "setting": "spine_clinic", "pregnant": False}), knowledge)
    open_ = [name for name in model.findings if case.findings.get(name) is None]

    def ours() -> None:
        build_model(knowledge).groups["provocation"].memo.clear()  # nothing answered before
        build_model(knowledge).groups["inflammatory"].memo.clear()
        information(case, chances(weigh(case, knowledge)), knowledge)

    net = network(model, model.findings)
    prior = np.exp(log_prior(model, case, knowledge))[0]

    p = np.exp(model.log_true[:, 0]).T

    def theirs() -> None:
        posterior = oracle_posterior(net, model, answers, prior)
        inference = gum.LazyPropagation(net)
        inference.setTargets({"condition"})
        inference.setEvidence({n: "yes" if v else "no" for n, v in answers.items()})
        for name in open_:
            _gain(inference, name, float(posterior @ p[:, model.column[name]]), posterior)

    fast, slow = median_ms(ours), median_ms(theirs, 7)
    size = f"{len(model.conditions)} conditions, {len(model.findings)} findings, 20 answered"
    print(f"{size}, {len(open_)} open")
    draws = build_model(knowledge).log_true.shape[1]
    print(f"sacra, {draws} draws + groups + enquiry: {fast:.2f} ms")
    print(f"pyAgrum {gum.__version__}, point posteriors + information gains: {slow:.2f} ms")
    print(f"ratio {slow / fast:.1f} (wanted: at least 10)")


def _gain(inference: Any, name: str, yes: float, posterior: Array) -> float:
    """Expected information of one answer in bits, by entering it both ways: their fastest way."""
    inference.addEvidence(name, "yes")
    after = yes * _entropy(np.asarray(inference.posterior("condition").tolist()))
    inference.chgEvidence(name, "no")
    after += (1 - yes) * _entropy(np.asarray(inference.posterior("condition").tolist()))
    inference.eraseEvidence(name)
    return _entropy(posterior) - after


def _entropy(p: Array) -> float:
    return -math.fsum(x * math.log2(x) for x in p.tolist() if x > 0)


if __name__ == "__main__":
    main()
