"""Writes docs/reference/ from the program itself, so that it cannot say something else.

.venv/bin/python docs/generate.py            write the pages
.venv/bin/python docs/generate.py --check    exit 1 if a page is out of date
"""

from __future__ import annotations

import ast
import difflib
import inspect
import os
import re
import shlex
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import click
import msgspec
from click.testing import CliRunner

from sacra.cli import main as sacra
from sacra.joint.layout import BODIES
from sacra.joint.points import FARTHEST, POINTS
from sacra.joint.population import traits_of
from sacra.joint.refuse import FIXABLE
from sacra.joint.setting import muscles_of
from sacra.joint.solver import solve
from sacra.kb import schema, schema_figure, schema_safety
from sacra.kb import schema_joint as joint
from sacra.kb.doubts import doubts
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema_safety import ACCEPTABLE, CHANCES, MATRIX, SEVERITIES, Control, Risk
from sacra.reasoning.dose import dose_text, rungs
from sacra.rules.language import AtLeast, Likely, Not, Rule, Test, leaves

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = (
    "<!-- Made by docs/generate.py: change the program or the knowledge files, not this page. -->"
)
SHOWN = (ROOT / "README.md", *sorted((ROOT / "docs" / "tutorial").glob("*.md")))
"""The pages whose console examples are run."""
OMITTED = "…"
"""A line of an example that stands for lines left out."""
_SIGN = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "eq": "=", "in": "is one of"}


def pages(knowledge: Knowledge) -> dict[str, str]:
    """Every page of the reference, by file name."""
    made = {
        "commands.md": commands_page(),
        "findings.md": findings_page(knowledge),
        "red-flags.md": red_flags_page(knowledge),
        "knowledge-files.md": knowledge_files_page(),
        "policies.md": policies_page(knowledge),
        "exercises.md": exercises_page(knowledge),
        "programme.md": programme_page(knowledge),
        "review-rules.md": review_rules_page(knowledge),
        "measures.md": measures_page(knowledge),
        "joint-scenarios.md": joint_page(knowledge),
        "../safety/hazard-log.md": hazard_log_page(knowledge),
    }
    return {name: _page(lines) for name, lines in made.items()}


def stale(knowledge: Knowledge) -> list[str]:
    """The pages whose file differs from what the program says now."""
    return [n for n, text in pages(knowledge).items() if _on_disk(REFERENCE / n) != text]


def _on_disk(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _page(lines: Iterator[str]) -> str:
    title, *rest = lines
    return "\n".join([title, "", MADE, *rest]) + "\n"


# --- Markdown ---------------------------------------------------------------------------------


def table(heads: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    """A Markdown table after an empty line."""
    yield ""
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for row in rows:
        yield _row(row)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _code(name: str) -> str:
    return f"`{name}`"


def _codes(names: Any) -> str:
    return ", ".join(map(_code, names))


# --- rules in words ---------------------------------------------------------------------------


def in_words(rule: Rule | None) -> str:
    """A rule as a sentence reads: findings, comparisons, and, or, not."""
    return _words(rule, inner=False) if rule is not None else "always"


def _words(rule: Rule, *, inner: bool = True) -> str:
    if isinstance(rule, Test):
        return _test(rule)
    if isinstance(rule, Likely):
        return f"P({' or '.join(rule.conditions)}) > {rule.above:g}"
    if isinstance(rule, Not):
        return f"not {_words(rule.of)}"
    assert isinstance(rule, AtLeast)
    return _joined(rule, inner=inner)


def _test(test: Test) -> str:
    if test.op == "eq" and test.value is True:
        return _code(test.finding)
    value = test.value if isinstance(test.value, tuple) else (test.value,)
    return f"{_code(test.finding)} {_SIGN[test.op]} {', '.join(map(str, value))}"


def _joined(rule: AtLeast, *, inner: bool) -> str:
    parts = [_words(part) for part in rule.of]
    if not parts:
        return "always"
    if len(parts) == 1:
        return parts[0]
    if rule.count in (1, len(parts)):
        text = (" or " if rule.count == 1 else " and ").join(parts)
        return f"({text})" if inner else text
    return f"at least {rule.count} of ({', '.join(parts)})"


# --- commands ---------------------------------------------------------------------------------


def commands_page() -> Iterator[str]:
    """./dev, then every command of sacra with its help."""
    yield "# Commands"
    yield ""
    yield "## ./dev"
    tree = ast.parse((ROOT / "dev").read_text(encoding="utf-8"))
    yield from _block(ast.get_docstring(tree) or "")
    settings = {"terminal_width": 88, **sacra.context_settings}
    context = click.Context(sacra, info_name="./dev sacra", **settings)
    yield from _help(sacra, context)
    yield ""
    yield "Exit codes: 0 done; 2 the input or the knowledge is wrong, and one sentence says how."


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    yield ""
    yield f"## {context.command_path}"
    yield from _block(command.get_help(context))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            below = click.Context(inner, parent=context, info_name=name, terminal_width=88)
            yield from _help(inner, below)


def _block(text: str) -> Iterator[str]:
    yield ""
    yield "```text"
    yield from (line.rstrip() for line in text.strip().splitlines())
    yield "```"


# --- findings ---------------------------------------------------------------------------------


def findings_page(knowledge: Knowledge) -> Iterator[str]:
    """The vocabulary of a case, a table for each kind."""
    yield "# Findings: the words of a case"
    yield ""
    yield (
        "A case is `finding: value`. Sided findings may be entered as `finding.left` and "
        "`finding.right`. A finding marked *worked out* follows from others; one marked "
        "*not scored* never moves a probability. `unsure` is an answer to any of them. Those "
        "of the last kind, *diary*, are worked out from a diary; nobody enters them."
    )
    kinds = get_args(_hints(schema.Finding)["kind"])
    for kind in kinds:
        found = [f for f in knowledge.findings.values() if f.kind == kind]
        yield ""
        yield f"## {kind.replace('_', ' ').capitalize()}"
        rows = ([_code(f.id), _question(f), _type(f), f.by, _remarks(f)] for f in found)
        yield from table(["id", "question", "type", "who", "remarks"], rows)


def _question(finding: schema.Finding) -> str:
    return finding.label if finding.question.startswith("Worked out") else finding.question


def _type(finding: schema.Finding) -> str:
    if finding.type == "number":
        return f"{finding.min:g} to {finding.max:g} {finding.unit}".strip()
    if finding.choices_from:
        return f"{'list' if finding.type == 'list' else 'one'} of the {finding.choices_from}"
    if finding.choices:
        return ("any of: " if finding.type == "list" else "one of: ") + ", ".join(finding.choices)
    return "true, false"


def _remarks(finding: schema.Finding) -> str:
    said = ["sided"] if finding.sided else []
    said += ["worked out"] if finding.derived else []
    said += ["not scored"] if finding.type == "yes_no" and not finding.scored else []
    said += [f"if {in_words(finding.applies_when)}"] if finding.applies_when else []
    return "; ".join(said)


# --- red flags --------------------------------------------------------------------------------


def red_flags_page(knowledge: Knowledge) -> Iterator[str]:
    """Every red flag with its levels, most urgent first."""
    yield "# Red flags"
    yield ""
    yield (
        "The first level of a flag whose rule holds is its urgency; the highest urgency of all "
        "flags is the case's. [How triage works](../explanation/how-triage-works.md)."
    )
    for flag in knowledge.red_flags.values():
        yield from _red_flag(flag, knowledge)


def _red_flag(flag: schema.RedFlag, knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield f"## {flag.id}"
    yield ""
    suspects = ", ".join(knowledge.conditions[name].name for name in flag.suspects)
    said = [f"{flag.name}. Think of: {suspects}."]
    if flag.applies_when:
        said.append(f"Applies when {in_words(flag.applies_when)}.")
    if flag.if_unsure:
        said.append(f"Answered “not sure”: {flag.if_unsure}.")
    if flag.holds:
        said.append(f"Holds: {', '.join(flag.holds)}.")
    yield " ".join(said)
    rows = (
        [one.urgency, in_words(one.when), one.say, one.do or flag.do, one.contact or flag.contact]
        for one in flag.levels
    )
    yield from table(["level", "when", "say", "do", "contact"], rows)


# --- knowledge files --------------------------------------------------------------------------


def knowledge_files_page() -> Iterator[str]:
    """The schema: a table for each folder, then the structs inside them."""
    yield "# Knowledge files"
    yield ""
    yield " ".join((schema.__doc__ or "").split())
    yield ""
    yield (
        "Each folder of `src/sacra/knowledge/` holds one kind of file. `tuple[X, ...]` is a YAML "
        "list, `dict` a mapping; `Words` is text that a person reads and that goes into the "
        "language files; `Rule` is a rule: a finding name, `{finding: {ge|le|gt|lt|eq|in: "
        "value}}`, `{all: […]}`, `{any: […]}`, `{not: …}`, `{count: k, of: […]}` or "
        "`{likely: {condition: …, above: …}}`."
    )
    for folder, kind in schema.KINDS.items():
        yield from _struct(f"{folder}/", kind)
    yield ""
    yield "# Parts of knowledge files"
    for struct in _parts():
        yield from _struct(struct.__name__, struct)
    yield ""
    yield "# Named values"
    yield from table(["name", "values"], _named_values())
    yield ""
    yield "## Classes of action"
    yield from table(["class", "what it is"], _classes())


_ROOMS = (schema, schema_figure, joint, schema_safety)


def _parts() -> list[type[schema.Record]]:
    bases = (schema.Record, schema.Fact, schema.Named)
    every = dict.fromkeys(x for room in _ROOMS for x in vars(room).values() if inspect.isclass(x))
    records = [x for x in every if issubclass(x, schema.Record)]
    return [x for x in records if x not in schema.KINDS.values() and x not in bases]


def _struct(title: str, struct: type[schema.Record]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield " ".join((struct.__doc__ or "").split())
    shown = [f for f in msgspec.structs.fields(struct) if f.name != "id"]
    annotations = _annotations(struct)
    rows = ([_code(f.name), _code(annotations[f.name]), _default(f)] for f in shown)
    yield from table(["field", "type", "default"], rows)


def _annotations(struct: type) -> dict[str, str]:
    """The annotation of every field as it is written, base classes included."""
    found: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        found.update(inspect.get_annotations(base))
    return {name: " ".join(str(text).split()) for name, text in found.items()}


def _hints(struct: type) -> dict[str, Any]:
    return {f.name: f.type for f in msgspec.structs.fields(struct)}


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default is msgspec.NODEFAULT:
        return "empty"
    return "none" if field.default in (None, "", ()) else _code(str(field.default))


def _named_values() -> Iterator[list[str]]:
    for name, value in {k: v for room in _ROOMS for k, v in vars(room).items()}.items():
        if get_origin(value) is Literal and name != "ActionClass":
            yield [_code(name), _codes(get_args(value))]


def _classes() -> Iterator[list[str]]:
    notes = dict(re.findall(r'^    "(\w+)",  # (.+)$', inspect.getsource(schema), re.MULTILINE))
    for name in get_args(schema.ActionClass):
        yield [_code(name), notes.get(name, name)]


# --- policies ---------------------------------------------------------------------------------


def policies_page(knowledge: Knowledge) -> Iterator[str]:
    """Every number that no study gives."""
    yield "# Policies and working values"
    yield ""
    yield (
        "A working value is a number that no study gives. It is in a knowledge file, marked so. "
        "[What a number means](../explanation/safety-and-limits.md). Not here, because they are "
        "still in the code: the guards against extremes (`reasoning/model.py`, "
        "`reasoning/logging_pattern.py`), what a session done in part counts as "
        "(`reasoning/daily.py`), and all numbers of the virtual people (`cohort/virtual.py`). "
        "Thresholds of the review are in [its rules](review-rules.md)."
    )
    for policy in knowledge.policies.values():
        yield from _policy(policy)
    yield from _thresholds(knowledge)
    yield from _priors(knowledge)
    yield from _working_facts(knowledge)


def _policy(policy: schema.Policy) -> Iterator[str]:
    yield ""
    yield f"## {policy.id}"
    yield ""
    yield f"{policy.name}. {policy.about}"
    if policy.when is not None:
        yield ""
        yield f"Rule: {in_words(policy.when)}."
    if policy.values:
        rows = ([_code(name), f"{value:g}"] for name, value in policy.values.items())
        yield from table(["value", f"is ({policy.mark})"], rows)


def _thresholds(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## Thresholds of probability"
    yield ""
    yield "Where a rule of a pathway, an item or a gate asks how likely a condition is."
    yield from table(["where", "rule", "mark"], _threshold_rows(knowledge))


def _threshold_rows(knowledge: Knowledge) -> Iterator[list[str]]:
    for kind, fact in knowledge.facts():
        for rule in dict.fromkeys(_likely_in(fact)):
            mark = getattr(fact, "mark", "")  # sources and the like carry none
            yield [_code(f"{kind}/{fact.id}.yaml"), _words(rule), mark]


def _likely_in(value: Any) -> Iterator[Likely]:
    if isinstance(value, Rule):
        yield from (leaf for leaf in leaves(value) if isinstance(leaf, Likely))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _likely_in(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _likely_in(part)


def _priors(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## Starting probabilities"
    yield ""
    yield "Before anything is known, by setting or population. Drawn from the range, scaled to 1."
    heads = ["condition", "where", "value", "range", "mark", "why"]
    yield from table(heads, _prior_rows(knowledge))


def _prior_rows(knowledge: Knowledge) -> Iterator[list[str]]:
    for name in knowledge.weighed:
        prior = knowledge.conditions[name].prior
        if prior is None:
            continue
        general: list[tuple[str, schema.PriorCell]] = list(prior.general.items())
        others = [("pregnant", prior.pregnant), ("postpartum", prior.postpartum)]
        for where, cell in general + others:
            span = f"{cell.low:g} to {cell.high:g}"
            yield [_code(name), where, f"{cell.value:g}", span, cell.mark, cell.note]


def _working_facts(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## Files that are working values as a whole"
    rows = (
        [kind, _codes(names)]
        for kind in schema.KINDS
        if (names := _working_ids(getattr(knowledge, kind)))
    )
    yield from table(["folder", "files"], rows)


def _working_ids(facts: dict[str, Any]) -> list[str]:
    return [name for name, fact in facts.items() if getattr(fact, "mark", "") == "working_value"]


# --- exercises --------------------------------------------------------------------------------


def exercises_page(knowledge: Knowledge) -> Iterator[str]:
    """Every exercise with its ladder."""
    yield "# Exercises and their ladders"
    yield ""
    yield (
        "Level 1 is where everybody begins; level 0 is the easier version, for whom level 1 is too "
        "much. What a level does not say of the dose stays as below it. A dose marked *printed* "
        "stands on one of the pages Sacra started from. A level that *becomes* another exercise is "
        "open only where that one is offered. The rules that move a person are in [rules of the "
        "review](review-rules.md), the gates of an exercise in its file."
    )
    for exercise in knowledge.exercises.values():
        yield from _exercise(exercise)


def _exercise(exercise: schema.Exercise) -> Iterator[str]:
    yield ""
    yield f"## {exercise.id}"
    yield ""
    things = f" Takes: {', '.join(exercise.equipment)}." if exercise.equipment else ""
    yield (
        f"{exercise.plain}. {_spaced(exercise.goal)}: {_list(exercise.trains) or 'no part named'}. "
        f"{_list(exercise.positions).capitalize()}; {exercise.difficulty}. Evidence: "
        f"{_spaced(exercise.grade)}.{things} Sources: {_codes(exercise.sources)} ({exercise.mark})."
    )
    rows = (
        [str(one.level), one.change, _dose(one.dose, exercise), _takes(one), _mark(one)]
        for one in rungs(exercise)
    )
    yield from table(["level", "what changes", "dose", "takes", "mark"], rows)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(_spaced, names))


def _dose(dose: schema.ExerciseDose, exercise: schema.Exercise) -> str:
    often = f"{dose.per_day} a day, {dose.days_per_week} days a week"
    return f"{dose_text(dose, each_side=exercise.each_side)}; {often}"


def _takes(rung: Any) -> str:
    becomes = [f"becomes {_code(rung.becomes)}"] if rung.becomes else []
    return ", ".join([*rung.equipment, *becomes])


def _mark(rung: Any) -> str:
    return f"{rung.mark}, printed" if rung.printed else str(rung.mark)


# --- programme --------------------------------------------------------------------------------


def programme_page(knowledge: Knowledge) -> Iterator[str]:
    """The needs that a programme meets, and the cards beside it."""
    yield "# What a programme holds: needs and cards"
    yield ""
    yield (
        "A *need* is met by one exercise that has one of its goals and, where parts are named, "
        "trains one of them. The lowest order is met first, whatever it costs the later ones. "
        "Weeks are weeks in the plan, counted from 0. "
        "[How the programme works](../explanation/how-the-programme-works.md)."
    )
    needs = sorted(knowledge.needs.values(), key=lambda need: (need.order, need.id))
    heads = ["order", "need", "goals", "parts", "for whom", "weeks", "says", "sources", "mark"]
    yield from table(heads, map(_need, needs))
    yield ""
    yield "# Cards"
    yield ""
    yield "Short pages beside a programme, for those whom the rule describes."
    for card in knowledge.cards.values():
        yield from _card(card)


def _need(need: schema.Need) -> list[str]:
    parts = _list(need.trains) or "any"
    only = f"; only {_codes(need.only)}" if need.only else ""
    until = f"before {need.until_week}" if need.until_week is not None else ""
    weeks = " ".join(filter(None, (f"from {need.from_week}" if need.from_week else "", until)))
    return [
        str(need.order), _code(need.id), _list(need.goals), parts + only, in_words(need.when),
        weeks or "all", need.say, _codes(need.sources), need.mark,
    ]  # fmt: skip


def _card(card: schema.Card) -> Iterator[str]:
    yield ""
    yield f"## {card.id}"
    yield ""
    when = "with the programme" if card.shown_with == "programme" else f"at {card.shown_with}"
    yield (
        f"{card.plain}. Shown {when}, when {in_words(card.when)}. Sources: "
        f"{_codes(card.sources)} ({card.mark})."
    )
    yield ""
    for line in card.lines:
        of = "" if isinstance(line, str) else f" (where offered: {_codes(line.items)})"
        yield f"- {line if isinstance(line, str) else line.say}{of}"


# --- rules of the review ----------------------------------------------------------------------

_ABOUT = {
    "exercise": "About one exercise: the first that holds decides, after every session",
    "programme": "About the whole programme: every one that holds is said",
    "care": "About the care: every one that holds is said",
}


def review_rules_page(knowledge: Knowledge) -> Iterator[str]:
    """The rules of progression, in the order in which they are read."""
    yield "# Rules of the review"
    yield ""
    yield (
        "*Printed as* is the name of the rule in the collection of guidance that Sacra started "
        "from; where ours differs, the note of the file says how and why (`./dev sacra knowledge "
        "show ID`). `diary_…` findings are worked out from a diary "
        "([their meaning](findings.md#diary)); one that is not known makes no rule hold. "
        "[How the programme works](../explanation/how-the-programme-works.md)."
    )
    rules = sorted(knowledge.progression.values(), key=lambda rule: (rule.order, rule.id))
    for about, title in _ABOUT.items():
        yield ""
        yield f"## {title}"
        some = [rule for rule in rules if rule.about == about]
        heads = ["order", "rule", "when", *(["decision"] if about == "exercise" else [])]
        rows = map(_review_rule, some)
        yield from table([*heads, "says", "printed as", "sources", "mark"], rows)


def _review_rule(rule: schema.Progression) -> list[str]:
    decision = [f"{rule.decision}, to level 1 for now" if rule.level_one else rule.decision or ""]
    return [
        str(rule.order), _code(rule.id), in_words(rule.when),
        *(decision if rule.about == "exercise" else []),
        rule.say, rule.printed or "ours", _codes(rule.sources), rule.mark,
    ]  # fmt: skip


# --- measures ---------------------------------------------------------------------------------


def measures_page(knowledge: Knowledge) -> Iterator[str]:
    """Every measure: how it is scored, and which change is told from noise or matters."""
    yield "# Measures"
    yield ""
    yield (
        "A change *matters* when it reaches every number given; *not known* means that nobody has "
        "published one, or that it was not found. How to enter them: [keep a "
        "diary](../how-to/keep-a-diary.md#measures)."
    )
    heads = ["measure", "range", "higher is", "items", "change that matters", "told from noise"]
    yield from table(heads, map(_measure, knowledge.measures.values()))
    for measure in knowledge.measures.values():
        yield from _measure_notes(measure)


def _measure(measure: schema.Measure) -> list[str]:
    low, high = measure.range
    items = measure.items
    each = f"{items.count}, {items.min:g} to {items.max:g} each" if items else "total only"
    return [
        _code(measure.id), f"{low:g} to {high:g}", measure.higher_means, each,
        _change(measure.important_change), _change(measure.detectable_change),
    ]  # fmt: skip


def _change(change: schema.Change | None) -> str:
    if change is None:
        return "not known"
    points = f"{change.points:g} points" if change.points is not None else ""
    percent = f"{change.percent:g} % of the first" if change.percent is not None else ""
    return f"{' and '.join(filter(None, (points, percent)))} ({change.mark})"


def _measure_notes(measure: schema.Measure) -> Iterator[str]:
    yield ""
    yield f"## {measure.id}"
    yield ""
    yield f"{measure.name}. {measure.scored_as}"
    yield ""
    for title, change in (
        ("Change that matters", measure.important_change),
        ("Told from noise", measure.detectable_change),
    ):
        if change and change.note:
            yield f"- {title}: {change.note}"
    for one in measure.thresholds:
        limit = f"{one.get('of', '')} {_SIGN[one['when']]} {one['value']:g}".strip()
        yield f"- *{_spaced(one['name'])}*: {limit}. {one['note']}"
    if measure.bands:
        yield f"- Bands: {'; '.join(map(_band, measure.bands))}."
    if due := measure.due:
        weeks = ", ".join(map(str, due.weeks))
        when = f" for {due.for_weeks} weeks" if due.for_weeks else ""
        whom = " Only where a score of it was given before." if due.only_begun else ""
        asks = f" Of those that ask {due.asks}, only one." if due.asks else ""
        mark = _spaced(due.mark)
        yield f"- Due in week {weeks} of the plan{when} ({mark}).{whom}{asks} {due.why}"
    yield f"- Form: {measure.form_from} {measure.licence}"
    yield f"- Sources: {_codes(measure.sources)} ({measure.mark})."


def _band(band: dict[str, Any]) -> str:
    of = f"{band['of']} " if "of" in band else ""
    return f"{of}{band['from']:g} to {band['to']:g} {band['name']}"


# --- scenarios of the joint -------------------------------------------------------------------

_KEYS = {
    "name": "what the result is called",
    "posture": "what holds and loads the pelvis, by name (below)",
    "support": "what holds the pelvis, in place of that of the posture: a name (below), or a list",
    "points": "places of your own, by name (below): for loads, supports and `point`",
    "loads": "forces and moments, added to those of the posture: a list",
    "cut": "parts that are taken out: a list (below)",
    "belt": "a belt that pulls both hip bones together",
    "muscles": "the share, 0 to 1, with which each pulls, both sides or one (`psoas: 0.1`, "
    "`psoas_left: 0.1`); or `optimised`",
    "shorter_leg": "mm by which a leg is shorter, 0 to 100: `{left: 10}`; who stands on both tips",
    "laxity": "factor on the stiffness and rest pull of ligaments and disc, above 0, to 10; both "
    "sides, or `{right: 0.7}`. Less than 1 is softer",
    "pregnant": "ligaments and disc of each person, a woman, softer by a factor of her own, drawn "
    "from `pregnancy_laxity`, a working value: nobody has measured it. `laxity` comes on top",
    "bond": "a bond across the joint surface, in times the shear stiffness of cartilage, 0 to "
    "1000; both sides, or `{right: 20}`. {fused} is used for a joint "
    "partly grown together, and for implants",
    "traits": "traits that are the same in everybody: `{friction: 0.3}` (below)",
    "body_weight": "N, 250 to 5,000; what `times_weight` multiplies",
    "sex": "whose sizes are drawn",
    "point": "the point whose moves are told, of the sacrum: a known one (below) or your own",
    "axes": "along which moves and turns are told: `standing` (X forward, Y up, Z right), or "
    "`endplate` (X along the top of S1 to the front, Y out of it)",
    "path": "remember slip, in ten steps a phase: for to and fro, and for what comes first",
    "tear": "let a ligament give way past its strain of failure",
    "people": "how many virtual people, 1 to 10,000,000",
    "seed": "which people; the same number gives the same ones",
    "want": "the quantities to keep (below); all if left out",
}
_KEYS_OF_POINT = {
    "bone": "the bone to which it is fixed",
    "place": "mm along X, Y and Z from the origin, the same in everybody; at most "
    f"{FARTHEST:g} mm away",
    "origin": "a known point (below), of any bone, which lies elsewhere in each person; left out, "
    "the middle between the hip joint centres",
    "axes": "as above: those of standing, or along the top of that person's S1",
}
_KEYS_OF_LOAD = {
    "bone": "which bone it acts on",
    "at": "the point where: a known one (below), or your own of this bone",
    "force": "N",
    "moment": "N m",
    "axes": "as above",
    "times_weight": "`true`: force in body weights, moment in body weights times a metre; "
    "`above_s1`, `of_a_leg`: in what S1 carries in standing, or a leg weighs, a share of them",
    "phase": "from which phase on it acts, 1 to 20; the result is that of the last",
}
_KEYS_OF_BELT = {
    "tension": "N; it presses each hip bone inwards with twice as much",
    "height": "`high` at front and back spines, `low` at hip joints",
    "phase": "as above",
}
_KEYS_OF_SUPPORT = {
    "bone": "which bone",
    "at": "by which point it is held, a known one or your own (S1, or the hip joint)",
    "hold": "motions held, along and about X, Y and Z; all if left out",
}
_SUPPORTS = {
    "two_legs": "both hip joints held up, down, forward and back; they may go apart",
    "right_leg": "the right hip bone held whole, the left free",
    "left_leg": "the left hip bone held whole, the right free",
    "sitting": "as two_legs, at the sitting bones",
    "hip_bones_clamped": "both hip bones held whole",
    "right_hip_bone_clamped": "the right hip bone held whole",
    "left_hip_bone_clamped": "the left hip bone held whole",
    "sacrum_clamped": "the sacrum held whole, both hip bones free",
}
_PARTS = {
    "right_joint": "all that crosses the right joint, surface and ligaments",
    "left_joint": "all that crosses the left joint",
    "symphysis": "disc and pubic ligaments",
    "anterior": "`asl`",
    "interosseous": "`isl`",
    "posterior": "`spsl`, `lpsl`",
    "sacrotuberous": "`st`",
    "sacrospinous": "`ss`",
    "iliolumbar": "`il`; a test on an isolated pelvis has no L5",
    "pubic_ligaments": "both ligaments of the symphysis",
}
_QUANTITIES = {
    "nutation": "how far the sacrum nods forward in that hip bone",
    "turn": "the whole angle by which it turns",
    "turn_x": "its part about X (`y`, `z` alike)",
    "turn_off_z": "the angle between the axis it turns about and Z: coupled motion",
    "turn_difference": "by how much both sides differ",
    "move": "how far the `point` of the sacrum goes in that hip bone",
    "move_x": "its part along X (`y`, `z` alike)",
    "centre_x": "where it turns about in the sagittal plane, beside the `point` (`y` alike)",
    "pull": "whole pull of a ligament, by name and side, rest pull included; of a muscle between "
    "two bones too",
    "strain": "largest strain of its fibres beyond their slack length",
    "failure": "largest strain of all ligaments beside that at which one begins to fail: from 1 on "
    "it fails",
    "push": "normal force across the surface of that joint, all points added",
    "shear": "force along it, friction and bond, as one vector",
    "load": "all that crosses that joint, ligaments and surface, as one vector",
    "symphysis_pull": "normal force of the disc, apart is above 0",
    "symphysis_shear": "force along it",
    "symphysis_gap": "how far it opens",
    "symphysis_step": "how far the right pubic bone stands up over the left",
    "asis_apart": "how far the front spines go apart sideways",
    "psis_apart": "how far the back spines do",
    "work": "work of the loads",
}
_LIGAMENT_NAMES = (
    "asl anterior, isl interosseous, spsl short posterior, lpsl long posterior, st sacrotuberous, "
    "ss sacrospinous, il iliolumbar (one a side); pubic_upper, pubic_lower"
)


def joint_page(knowledge: Knowledge) -> Iterator[str]:
    """Every key of a scenario, and every name that it may hold."""
    yield "# Scenarios of the joint model"
    yield ""
    yield (
        "A YAML file of these keys; none is needed but `posture` or `support`. Lengths are in mm, "
        "forces in N, moments in N m, angles in degrees. X is forward, Y up, Z to the right of "
        "the person. See [how to run one](../how-to/run-a-joint-scenario.md)."
    )
    fused = f"{knowledge.anatomy['fused_factor'].value:g}"
    whole = {key: told.replace("{fused}", fused) for key, told in _KEYS.items()}
    yield from _key_table(joint.Scenario, whole)
    for title, shape, told in (
        ("One of `points`", joint.Point, _KEYS_OF_POINT),
        ("One of `loads`", joint.Load, _KEYS_OF_LOAD),
        ("`belt`", joint.Belt, _KEYS_OF_BELT),
        ("One of a list `support`", joint.Support, _KEYS_OF_SUPPORT),
    ):
        yield from ("", f"## {title}")
        yield from _key_table(shape, told)
    yield from _joint_names(knowledge)
    yield from ("", "## Quantities", "")
    yield (
        "Of each joint with `_right` and `_left`; motion is that from the settled, unloaded "
        f"pelvis to the last phase. Ligaments: {_LIGAMENT_NAMES}."
    )
    spreads = solve(joint.Scenario(posture="standing"), knowledge).spreads
    units = {_stem(spread.quantity): spread.unit for spread in spreads}
    assert set(units) == set(_QUANTITIES), set(units) ^ set(_QUANTITIES)
    rows = ([_code(name), units[name], told] for name, told in _QUANTITIES.items())
    yield from table(["Quantity", "Unit", "What"], rows)
    yield from ("", "## Traits", "")
    yield (
        "Middle and spread are those of the prior. Where measurements moved the middle is in "
        "[the calibration](joint-calibration.md)."
    )
    yield from table(["Trait", "Unit", "Middle", "Spread", "What"], _trait_rows(knowledge))
    yield from ("", "## A measurement", "")
    yield "A file that `sacra joint validate FOLDER` reads: scenarios, and what was published."
    for part in (joint.Measurement, joint.Comparison, joint.Term):
        yield from _struct(part.__name__, part)


def _key_table(shape: type[schema.Record], told: dict[str, str]) -> Iterator[str]:
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    assert set(fields) == set(told), set(fields) ^ set(told)
    rows = ([_code(name), told[name], _default(field)] for name, field in fields.items())
    return table(["Key", "What", "If left out"], rows)


def _joint_names(knowledge: Knowledge) -> Iterator[str]:
    yield from ("", "## Names", "")
    muscles = _codes(muscles_of(knowledge.anatomy))
    yield f"Points: {_codes(POINTS)}. Bones: {_codes(BODIES)}. Muscles: {muscles}."
    for title, told, literal in (
        ("`support`", _SUPPORTS, joint.SupportName),
        ("`cut`", _PARTS, joint.Part),
    ):
        assert set(told) == set(get_args(literal))
        yield from table([title, "What"], ([_code(name), what] for name, what in told.items()))
    heads = ["`posture`", "Held", "Loads in body weights, moments times a metre", "Measured"]
    yield from table(heads, _posture_rows(knowledge))


def _posture_rows(knowledge: Knowledge) -> Iterator[list[str]]:
    for name, one in knowledge.postures.items():
        loads = "; ".join(_load_text(load) for load in one.loads) or "none"
        yield [_code(name), _code(one.support), loads, "motion" if one.measured else "no"]


_UNITS = {
    True: "", False: " (N, N m)", "above_s1": " of the weight above S1", "of_a_leg": " of a leg",
}  # fmt: skip


def _load_text(load: joint.Load) -> str:
    unit = _UNITS[load.times_weight]
    moment = f", moment {load.moment}" if any(load.moment) else ""
    return f"{load.at}: {load.force}{moment}{unit}"


def _stem(quantity: str) -> str:
    """The name of a quantity without side, and without the ligament; y and z go with x."""
    name = re.sub(r"_(right|left)$", "", quantity)
    if name.startswith(("pull_", "strain_")):
        return name.partition("_")[0]
    return re.sub(r"_[yz]$", "_x", name) if not name.endswith("off_z") else name


def _trait_rows(knowledge: Knowledge) -> Iterator[list[str]]:
    traits = [trait for trait in traits_of(knowledge.anatomy) if trait.name not in FIXABLE]
    drawn = {trait.name: trait.fact for trait in traits}
    drawn |= {name: knowledge.anatomy[name] for name in FIXABLE}
    for name, fact in drawn.items():
        shift = name != fact.id  # one axis of a point, from its usual place
        middle = "0" if shift else _middle(fact)
        yield [_code(name), fact.unit, middle, _law(fact), fact.quantity]


def _middle(fact: joint.Anatomy) -> str:
    if fact.law == "uniform":
        return f"{fact.low:g} to {fact.high:g}"
    return f"{fact.value:g}" + ("" if fact.women is None else f" (women {fact.women:g})")


def _law(fact: joint.Anatomy) -> str:
    laws = {"fixed": "none", "uniform": "even", "lognormal": f"{fact.spread:g}, of the logarithm"}
    return "none" if fact.id in FIXABLE else laws.get(fact.law, f"{fact.spread:g}")


# --- the hazard log ---------------------------------------------------------------------------

_MEANS = {
    "minor": "one person: soon over, or an inconvenience",
    "significant": "one person: a small injury that lasts; many: soon over",
    "considerable": "one person: a severe injury that heals; many: a small one that lasts",
    "major": "one person: death or lasting loss; many: severe injuries that heal",
    "catastrophic": "several people: death or lasting loss",
    "very_low": "hardly ever",
    "low": "could happen; on most occasions will not",
    "medium": "possible",
    "high": "to be expected in most settings",
    "very_high": "almost certain",
}
"""The scales, in short, as `uk_core_hazard_log` prints them."""
_RATINGS = {
    5: "unacceptable",
    4: "must be removed or lowered",
    3: "undesirable; bearable only where lowering it further is impractical",
    2: "acceptable where lowering it further costs more than it gains",
    1: "acceptable",
}


def hazard_log_page(knowledge: Knowledge) -> Iterator[str]:
    """Every hazard of the software: the matrix, who must decide, the table, then each in full."""
    risks = sorted(knowledge.risks.values(), key=lambda r: (not r.is_open, -r.residual, r.id))
    waiting = [risk for risk in risks if risk.is_open]
    yield "# Hazard log"
    yield ""
    yield (
        f"{len(risks)} hazards of this software; for {len(waiting)} somebody still has to decide. "
        "Chances before and after the controls were estimated by its makers, without incidents to "
        "count and without a clinical safety officer: read them as a proposal. Each control leads "
        "to the one place where it can be checked, and a test holds every link. "
        "[What this is part of](README.md)."
    )
    yield from _matrix(risks)
    yield from _scales()
    yield from _doubts(knowledge)
    yield from _decisions(waiting)
    yield ""
    yield "## All hazards"
    heads = ["hazard", "where", "severity", "chance before", "after", "risk before", "after"]
    yield from table([*heads, "who decides"], map(_risk_row, risks))
    for risk in risks:
        yield from _risk(risk, knowledge)


def _risk_row(risk: Risk) -> list[str]:
    scale = [_spaced(one) for one in (risk.place, risk.severity, risk.before, risk.after)]
    link = f"[{risk.hazard}](#{risk.id})"
    return [link, *scale, str(risk.initial), str(risk.residual), _spaced(risk.owner or "")]


def _matrix(risks: list[Risk]) -> Iterator[str]:
    yield ""
    yield "## How many remain at which risk"
    yield ""
    yield "The risk of a cell, and the number of hazards that are there after their controls."
    rows = []
    for chance in reversed(CHANCES):
        here = [[r for r in risks if (r.after, r.severity) == (chance, s)] for s in SEVERITIES]
        cells = (f"{risk}: {len(one)}" for risk, one in zip(MATRIX[chance], here, strict=True))
        rows.append([f"chance {_spaced(chance)}", *cells])
    yield from table(["", *SEVERITIES], iter(rows))


def _scales() -> Iterator[str]:
    yield from table(["word", "means"], ([_spaced(w), means] for w, means in _MEANS.items()))
    yield from table(["risk", "means"], ([str(n), means] for n, means in _RATINGS.items()))
    yield ""
    yield f"Above {ACCEPTABLE} a hazard needs an owner and a decision."


def _doubts(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## What of the knowledge is in doubt"
    yield ""
    yield "Counted in the knowledge files; the hazards that rest on each stand beside it."
    users = {
        name: [f"[{r.id}](#{r.id})" for r in knowledge.risks.values() if name in r.counts]
        for name in doubts(knowledge)
    }
    rows = (
        [_spaced(name), str(share.some), str(share.of), ", ".join(users[name])]
        for name, share in doubts(knowledge).items()
    )
    yield from table(["what", "how many", "of", "hazards"], rows)


def _decisions(waiting: list[Risk]) -> Iterator[str]:
    yield ""
    yield "## What must be decided, and by whom"
    for owner in sorted({risk.owner or "" for risk in waiting}):
        yield ""
        yield f"### {_spaced(owner).capitalize()}"
        yield ""
        for risk in waiting:
            if risk.owner == owner:
                yield f"- {risk.decision} ([{risk.hazard}](#{risk.id}), risk {risk.residual})"


def _risk(risk: Risk, knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield f"### {risk.id}"
    yield ""
    yield (
        f"{risk.hazard}. Severity {_spaced(risk.severity)}; chance {_spaced(risk.before)}, after "
        f"the controls {_spaced(risk.after)}: risk {risk.initial}, then {risk.residual}."
    )
    yield ""
    yield from (f"- Cause: {cause}" for cause in risk.causes)
    yield f"- Effect: {risk.effect}"
    yield from (f"- Control: {one.say} {_control_link(one)}" for one in risk.controls)
    yield f"- What remains: {risk.remains}"
    for name in risk.counts:
        share = doubts(knowledge)[name]
        yield f"- Counted: {_spaced(name)}, {share.some} of {share.of}"
    if risk.owner:
        yield f"- To decide, {_spaced(risk.owner)}: {risk.decision}"


def _control_link(control: Control) -> str:
    kind, to = control.link
    if kind == "test":
        file, _, name = to.partition("::")
        return f"[{name}](../../tests/{file})"
    if kind == "knowledge":
        return f"[{to}](../../src/sacra/knowledge/{to}.yaml)"
    if kind == "page" and to.startswith("docs/"):
        return f"[{to}](../{to.removeprefix('docs/')})"
    return f"`{to}`" if kind == "page" else f"proved: `{to}`"


# --- console examples -------------------------------------------------------------------------


class Example(NamedTuple):
    """One command of a page and the lines shown under it."""

    command: str
    shown: tuple[str, ...]


def examples(text: str) -> list[Example]:
    """The commands in the console blocks of a page that call sacra."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip().splitlines()
            if command.startswith("./dev sacra "):
                found.append(Example(command, tuple(shown)))
    return found


def run(command: str, files: dict[str, str]) -> list[str]:
    """What one command prints, in an empty folder that holds these files and our examples."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("examples", "tests"):
            Path(folder, name).symlink_to(ROOT / name)
        for name, content in files.items():
            Path(folder, name).write_text(content, encoding="utf-8")
        os.chdir(folder)
        try:
            result = CliRunner().invoke(sacra, shlex.split(command)[2:])
        finally:
            os.chdir(here)
    return [line.rstrip() for line in result.output.splitlines()]


def named_files(text: str) -> dict[str, str]:
    """The YAML blocks of a page whose first line is a comment with a file name."""
    blocks = re.findall(r"^( *)```yaml\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL)
    contents = [textwrap.dedent(block) for _, block in blocks]
    named = [(re.match(r"# ([\w./]+\.yaml)\n", content), content) for content in contents]
    return {match[1]: content for match, content in named if match}


def refreshed(text: str) -> str:
    """The page with each shown line that is no longer printed replaced by the nearest that is."""
    for example in examples(text):
        printed = run(example.command, named_files(text))
        old = "\n".join((f"$ {example.command}", *example.shown))
        new = (_nearest(line, printed) for line in example.shown)
        text = text.replace(old, "\n".join((f"$ {example.command}", *new)))
    return text


def _nearest(line: str, printed: list[str]) -> str:
    if line in ("", OMITTED) or line in printed:
        return line
    return next(iter(difflib.get_close_matches(line, printed, n=1, cutoff=0.3)), line)


# --- main -------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Write every page, or with --check say which are out of date."""
    knowledge = load_knowledge()
    out_of_date = stale(knowledge)
    if arguments == ["--check"]:
        for name in out_of_date:
            print(f"docs/reference/{name} is out of date; run .venv/bin/python docs/generate.py")
        return int(bool(out_of_date))
    for folder in (REFERENCE, REFERENCE.parent / "safety"):
        folder.mkdir(exist_ok=True)
    for name, text in pages(knowledge).items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    for page in SHOWN:
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
