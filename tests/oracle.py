"""An exact Bayesian network (pyAgrum) with the same numbers; it judges ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyagrum as gum

from sacra.reasoning.model import Array, Model


def network(model: Model, findings: Sequence[str]) -> Any:
    """One root, the condition, and one child a finding, at the model's first draw."""
    net = gum.BayesNet("sacra")
    root = net.add(gum.LabelizedVariable("condition", "", list(model.conditions)))
    net.cpt(root).fillWith([1 / len(model.conditions)] * len(model.conditions))
    p = np.exp(model.log_true[:, 0]).T
    for name in findings:
        child = net.add(gum.LabelizedVariable(name, "", ["no", "yes"]))
        net.addArc(root, child)
        for i, condition in enumerate(model.conditions):
            yes = float(p[i, model.column[name]])
            net.cpt(child)[{"condition": condition}] = [1 - yes, yes]
    return net


def oracle_posterior(net: Any, model: Model, answers: Mapping[str, bool], prior: Array) -> Array:
    """P(condition | answers) with this prior, in the model's order."""
    net.cpt("condition").fillWith([float(x) for x in prior])
    inference = gum.LazyPropagation(net)
    inference.setEvidence({name: "yes" if value else "no" for name, value in answers.items()})
    inference.makeInference()
    return np.asarray(inference.posterior("condition").tolist())
