"""Everything that can be wrong between knowledge files that are each well formed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sacra.kb import schema as s
from sacra.kb.check_body import area_problems, place_problems
from sacra.kb.check_figure import figure_problems
from sacra.kb.check_item import (
    card_problems,
    exercise_problems,
    gate_problems,
    hazard_problems,
    interaction_problems,
    item_problems,
    known,
    need_problems,
    pathway_problems,
)
from sacra.kb.check_safety import risk_problems
from sacra.kb.errors import KnowledgeError
from sacra.kb.knowledge import Knowledge, reached
from sacra.kb.load import FOLDER, convert, files, load_knowledge, read_fact
from sacra.kb.reach import can_hold
from sacra.rules.language import Likely, Rule, Test, findings_of, leaves

Problem = tuple[str, str]


def check_folder(folder: Path = FOLDER) -> list[KnowledgeError]:
    """All problems of a knowledge folder; empty when it is sound.

    Files are read one by one first, so that one broken file does not hide another; whether a
    case can reach each rule is asked last, when every name in it is known.
    """
    if broken := list(_broken_files(folder)):
        return broken
    knowledge = load_knowledge(folder)
    problems = list(_problems(knowledge)) or list(_unreachable(knowledge))
    return [KnowledgeError(*problem) for problem in problems]


def _broken_files(folder: Path) -> Iterator[KnowledgeError]:
    if not any((folder / kind).is_dir() for kind in s.KINDS):
        yield KnowledgeError(str(folder), f"has none of the folders {', '.join(s.KINDS)}")
    for path in _strays(folder):
        yield KnowledgeError(
            str(path.relative_to(folder)), "is never read: name it <kind>/<id>.yaml"
        )
    for kind in s.KINDS:
        for path in files(folder, kind):
            try:
                convert(kind, path.stem, read_fact(path))
            except KnowledgeError as problem:
                yield problem


def _strays(folder: Path) -> Iterator[Path]:
    """Files that look like knowledge and are not: a wrong ending, or a folder in a folder."""
    for kind in s.KINDS:
        inside = sorted((folder / kind).glob("*"))
        yield from (p for p in inside if p.suffix != ".yaml" and not p.name.startswith("."))


def _problems(knowledge: Knowledge) -> Iterator[Problem]:
    yield from _ids(knowledge)
    for kind, fact in knowledge.facts():
        where = f"{kind}/{fact.id}.yaml"
        for what in _fact_problems(knowledge, fact):
            yield where, what


def _ids(knowledge: Knowledge) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for kind, fact in knowledge.facts():
        where = f"{kind}/{fact.id}.yaml"
        group = "item" if kind in ("interventions", "exercises") else kind
        for name in (fact.id, *getattr(fact, "formerly", ())):
            if (other := taken.setdefault(f"{group}:{name}", where)) != where:
                yield where, f"the id `{name}` is used by {other} already; ids are never reused"


def _fact_problems(knowledge: Knowledge, fact: s.Named) -> Iterator[str]:
    for source in sorted(set(_values_of(fact, "sources"))):
        yield from known(source, knowledge.sources, "source")
    if isinstance(fact, s.Fact) and not fact.sources:
        yield "has no source; name the file in sources/ that it comes from"
    for leaf in (leaf for rule in _rules_of(fact) for leaf in leaves(rule)):
        yield from _leaf_problems(knowledge, leaf)
    yield from _CHECKS.get(type(fact), _nothing)(knowledge, fact)


def _nothing(_knowledge: Knowledge, _fact: Any) -> Iterator[str]:
    return iter(())


def _walk(value: Any) -> Iterator[msgspec.Struct]:
    """Every struct inside a struct, itself first."""
    if isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from _walk(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _walk(item)


def _values_of(fact: s.Record, field: str) -> Iterator[str]:
    for part in _walk(fact):
        yield from getattr(part, field, ())


def _rules_of(fact: s.Record) -> Iterator[Rule]:
    for part in _walk(fact):
        for name in part.__struct_fields__:
            if isinstance(value := getattr(part, name), Rule):
                yield value


# --- rules ------------------------------------------------------------------------------------


def _unreachable(knowledge: Knowledge) -> Iterator[Problem]:
    for kind, fact in knowledge.facts():
        for what, rule in _rules_to_reach(fact):
            if not can_hold(rule, knowledge):
                why = f"{what} no case can reach; look for values that exclude each other"
                yield f"{kind}/{fact.id}.yaml", why


def _rules_to_reach(fact: s.Record) -> Iterator[tuple[str, Rule]]:
    """Each rule with how to name it; those of a red flag with what they apply to."""
    if isinstance(fact, s.RedFlag):
        for level in fact.levels:
            yield f"its level {level.urgency} has a rule that", reached(fact, level)
    else:
        yield from (("has a rule that", rule) for rule in _rules_of(fact))


def _leaf_problems(knowledge: Knowledge, leaf: Test | Likely) -> Iterator[str]:
    if isinstance(leaf, Likely):
        for name in map(str, leaf.conditions):
            yield from known(name, knowledge.weighed, "weighed condition")
        if not 0 < leaf.above < 1:
            yield f"likely above {leaf.above} is not a probability"
    elif leaf.finding not in knowledge.findings:
        yield from known(leaf.finding, knowledge.findings, "finding")
    else:
        yield from _comparison(knowledge.findings[leaf.finding], leaf)


def _comparison(finding: s.Finding, test: Test) -> Iterator[str]:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    if finding.type == "number":
        yield from _number_comparison(finding, values)
    elif finding.type == "yes_no" and values != (True,):
        yield f"`{finding.id}` is yes or no: name it alone, or under `not`"
    elif finding.type == "choice" and (wrong := [v for v in values if v not in finding.choices]):
        yield f"`{finding.id}` cannot be {wrong[0]!r}: it is one of {', '.join(finding.choices)}"
    elif finding.type == "list":
        yield f"`{finding.id}` is a list, which no rule can read"


def _number_comparison(finding: s.Finding, values: tuple[Any, ...]) -> Iterator[str]:
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
        yield f"`{finding.id}` is a number ({finding.unit or 'no unit'}): compare it with numbers"
    elif finding.min is None or finding.max is None:
        return  # which is a problem of its own
    elif not all(finding.min <= v <= finding.max for v in values):
        yield f"`{finding.id}` lies between {finding.min:g} and {finding.max:g}"


# --- kinds ------------------------------------------------------------------------------------


def _check_finding(knowledge: Knowledge, finding: s.Finding) -> Iterator[str]:
    yield from _check_number(finding)
    yield from place_problems(knowledge, finding)
    if finding.type in ("choice", "list") and not (finding.choices or finding.choices_from):
        yield "a choice needs choices"
    if not finding.scored and not finding.why_not_scored:
        yield "say in why_not_scored why it is never scored"
    for condition, studies in finding.likelihood.items():
        yield from known(condition, knowledge.weighed, "weighed condition")
        for study in studies:
            yield from _check_study(study)
    if finding.derived:
        yield from _check_derived(knowledge, finding.derived)


def _check_number(finding: s.Finding) -> Iterator[str]:
    if finding.advances and (finding.type != "number" or finding.unit not in ("days", "weeks")):
        yield "what advances by itself is a number of days or weeks"
    if finding.type != "number":
        return
    if finding.min is None or finding.max is None:
        yield "a number needs min and max"
    if not finding.unit and finding.max not in (3, 6, 9, 10):
        yield "a number needs a unit"


def _check_derived(knowledge: Knowledge, derived: s.Derived) -> Iterator[str]:
    ways = sum(map(bool, (derived.rule, derived.count, derived.bands, derived.fires)))
    if ways != 1:
        yield f"is derived in one way of rule, count, bands, fires, not {ways}"
    for part in (*derived.count, *((derived.bands.of,) if derived.bands else ())):
        yield from known(part, knowledge.findings, "finding")
    for name in derived.fires:
        yield from known(name, knowledge.conditions, "condition")


def _check_study(study: s.Study) -> Iterator[str]:
    for name in ("sens", "spec"):
        value = getattr(study, name)
        if value is not None and not 0 <= value <= 1:
            yield f"{name} {value} is not between 0 and 1"
    for name in ("lr_pos", "lr_neg"):
        value = getattr(study, name)
        if value is not None and value < 0:
            yield f"{name} {value} is below 0"
    if study.counts and min(study.counts.tp, study.counts.fp, study.counts.fn, study.counts.tn) < 0:
        yield "counts are never below 0"
    pair = study.sens is not None and study.spec is not None
    if study.use == "input" and not (study.counts or pair or study.lr_pos is not None):
        yield "an input study has counts, sens and spec, or lr_pos"
    if study.use != "input" and not study.why:
        yield f"a study with use: {study.use} needs why"


def _check_condition(knowledge: Knowledge, condition: s.Condition) -> Iterator[str]:
    if condition.kind == "weighed" and condition.prior is None:
        yield "a weighed condition needs a prior"
    if condition.kind == "watched" and condition.base_rate is None:
        yield "a watched condition needs a base_rate"
    for name in (name for subtype in condition.subtypes for name in subtype.findings):
        yield from known(name, knowledge.findings, "finding")
    for cell in (p for p in _walk(condition) if isinstance(p, s.PriorCell)):
        if not 0 <= cell.low <= cell.value <= cell.high <= 1:
            yield f"prior {cell.low} to {cell.high} does not hold {cell.value}, or leaves 0 to 1"


_UNSURE = ("same_day", "within_days")


def _check_red_flag(knowledge: Knowledge, flag: s.RedFlag) -> Iterator[str]:
    for name in flag.suspects:
        yield from known(name, knowledge.conditions, "condition")
    yield from _check_levels(flag)
    for name in {name for rule in _rules_of(flag) for name in findings_of(rule)}:
        derived = knowledge.findings[name].derived if name in knowledge.findings else None
        if derived and derived.fires:
            yield f"reads `{name}`, which the red flags decide; that goes in a circle"


def _check_levels(flag: s.RedFlag) -> Iterator[str]:
    order = [s.URGENCIES.index(level.urgency) for level in flag.levels]
    if not order:
        yield "has no level; say at which urgency it acts, and when"
    elif order != sorted(order, reverse=True):
        yield "levels go from the most urgent to the least"
    elif order[0] >= s.URGENCIES.index("same_day") and flag.if_unsure not in _UNSURE:
        yield f"is an alarm: if_unsure says what “not sure” means, one of {', '.join(_UNSURE)}"


def _check_screen(knowledge: Knowledge, screen: s.Screen) -> Iterator[str]:
    if not 1 <= len(screen.findings) <= 8:
        yield f"a screen asks 1 to 8 findings, not {len(screen.findings)}"
    alike = [s for s in knowledge.screens.values() if bool(s.guide) == bool(screen.guide)]
    for name in screen.findings:
        yield from known(name, knowledge.findings, "finding")
        on = [other.id for other in alike if name in other.findings]
        if len(on) > 1:
            yield f"`{name}` is on more than one screen: {', '.join(on)}"
    for group in screen.together:
        yield from _check_together(knowledge, screen, group)
    if screen.guide:
        yield from _check_guide(knowledge, screen.guide)


def _check_together(knowledge: Knowledge, screen: s.Screen, group: s.Together) -> Iterator[str]:
    if len(set(group.findings)) < 2 or screen.guide:
        yield "together: two or more signs, each once, and none of a test to try"
    for name in group.findings:
        yield from known(name, screen.findings, "finding of this screen")
        lines = [one for one in screen.together if name in one.findings]
        finding = knowledge.findings.get(name)
        if len(lines) > 1 or (finding and finding.type != "yes_no"):
            yield f"together: `{name}` stands on one line only, and is yes or no"


def _check_guide(knowledge: Knowledge, guide: s.Guide) -> Iterator[str]:
    for name in guide.figures:
        yield from known(name, knowledge.figures, "figure")
    yield from gate_problems(knowledge, guide.gates)
    if not guide.steps or not guide.stop_when:
        yield "a guide says how to do it (`steps`) and when to stop (`stop_when`)"


def _check_claim(knowledge: Knowledge, claim: s.Claim) -> Iterator[str]:
    subjects = {**knowledge.items, **knowledge.findings, **knowledge.conditions}
    for name in claim.about:
        yield from known(name, subjects, "finding, condition or intervention")
    for position in claim.positions:
        yield from known(position.source, knowledge.sources, "source")


def _check_composite(knowledge: Knowledge, composite: s.Composite) -> Iterator[str]:
    yield from known(composite.condition, knowledge.weighed, "weighed condition")
    for name in (*composite.components, *composite.excluding, *composite.weights):
        yield from known(name, knowledge.findings, "finding")
    if not composite.components and not composite.not_computable:
        yield "has no components; say in not_computable why"


def _check_progression(_knowledge: Knowledge, rule: s.Progression) -> Iterator[str]:
    if (rule.about == "exercise") != (rule.decision is not None):
        yield "a rule about an exercise, and no other, has a decision"


def _check_figure(knowledge: Knowledge, figure: s.Figure) -> Iterator[str]:
    if not figure.id.startswith("self_"):
        yield from known(figure.id, knowledge.exercises, "exercise")
    yield from figure_problems(figure)


def _check_model(knowledge: Knowledge, check: s.ModelCheck) -> Iterator[str]:
    yield from known(check.id, knowledge.claims, "claim")
    if not 1 <= len(check.asks) <= 3:
        yield f"asks 1 to 3 questions, not {len(check.asks)}"
    for name in (name for asked in check.asks for name in (asked.run, asked.beside)):
        yield from known(name, check.runs, "run")
    if set(check.called) != set(check.runs):
        yield "called: name each run, and nothing else"
    for run in check.runs.values():
        yield from known(run.posture, knowledge.postures, "posture")
    measured = {one.phenomenon for one in knowledge.measurements.values()}
    for name in check.phenomena:
        yield from known(name, measured, "phenomenon")


_CHECKS: dict[type, Any] = {
    s.Finding: _check_finding,
    s.Condition: _check_condition,
    s.RedFlag: _check_red_flag,
    s.Intervention: item_problems,
    s.Exercise: exercise_problems,
    s.Need: need_problems,
    s.Progression: _check_progression,
    s.Screen: _check_screen,
    s.Claim: _check_claim,
    s.Composite: _check_composite,
    s.Card: card_problems,
    s.Hazard: hazard_problems,
    s.Pathway: pathway_problems,
    s.Interaction: interaction_problems,
    s.Figure: _check_figure,
    s.ModelCheck: _check_model,
    s.Area: area_problems,
    s.Risk: risk_problems,
}


if __name__ == "__main__":
    for problem in check_folder():
        print(problem)
