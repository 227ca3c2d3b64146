"""All that Sacra knows, read once and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sacra.kb import schema as s
from sacra.rules.language import Likely, Rule, Test, both, either, findings_of, leaves
from sacra.rules.readings import enough, fold


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Every fact by kind and id; two loads of the same files have the same `version`."""

    version: str
    sources: dict[str, s.Source]
    conditions: dict[str, s.Condition]
    findings: dict[str, s.Finding]
    screens: dict[str, s.Screen]
    red_flags: dict[str, s.RedFlag]
    interventions: dict[str, s.Intervention]
    exercises: dict[str, s.Exercise]
    pathways: dict[str, s.Pathway]
    hazards: dict[str, s.Hazard]
    interactions: dict[str, s.Interaction]
    needs: dict[str, s.Need]
    progression: dict[str, s.Progression]
    cards: dict[str, s.Card]
    policies: dict[str, s.Policy]
    measures: dict[str, s.Measure]
    claims: dict[str, s.Claim]
    contacts: dict[str, s.Contact]
    composites: dict[str, s.Composite]
    figures: dict[str, s.Figure]
    anatomy: dict[str, s.Anatomy]
    postures: dict[str, s.Posture]
    measurements: dict[str, s.Measurement]
    model_checks: dict[str, s.ModelCheck]
    calibration: dict[str, s.Calibration]
    words: dict[str, s.Phrases]
    areas: dict[str, s.Area]
    risks: dict[str, s.Risk]

    @cached_property
    def weighed(self) -> tuple[str, ...]:
        """Ids of the conditions that get a probability, in one order for every array."""
        return tuple(sorted(c.id for c in self.conditions.values() if c.kind == "weighed"))

    @cached_property
    def items(self) -> dict[str, s.Intervention]:
        """Interventions and exercises together: all that a plan can hold."""
        return {**self.interventions, **self.exercises}

    @cached_property
    def derived_rules(self) -> dict[str, Rule]:
        """The rule of each derived finding that is true or false."""
        rules = {}
        for finding in self.findings.values():
            if finding.derived and finding.derived.rule:
                rules[finding.id] = finding.derived.rule
            elif finding.derived and finding.derived.fires:
                rules[finding.id] = self._fires(set(finding.derived.fires))
        return rules

    @cached_property
    def asked_before(self) -> dict[str, tuple[Rule, ...]]:
        """The rules that decide whether a finding applies, of those that have any."""
        found = {}
        for finding in self.findings.values():
            rules = [implied.when for implied in finding.implied if implied.value is False]
            rules += [finding.applies_when] if finding.applies_when else []
            if rules:
                found[finding.id] = tuple(rules)
        return found

    @cached_property
    def together(self) -> dict[str, s.Together]:
        """For each sign that may share a line with others of one danger, that line."""
        groups = [group for screen in self.screens.values() for group in screen.together]
        return {name: group for group in groups for name in group.findings}

    def _fires(self, conditions: set[str]) -> Rule:
        """A red flag that suspects one of these conditions wants it seen within days or sooner."""
        flags = [f for f in self.red_flags.values() if conditions & set(f.suspects)]
        soon = s.URGENCIES[s.URGENCIES.index("within_days") :]
        rules = [reached(f, level) for f in flags for level in f.levels if level.urgency in soon]
        return either(*rules)

    @cached_property
    def flag_rules(self) -> dict[str, tuple[tuple[s.Level, Rule], ...]]:
        """For each red flag its levels, most urgent first, each with its whole rule."""
        return {
            flag.id: tuple((level, reached(flag, level)) for level in flag.levels)
            for flag in self.red_flags.values()
        }

    @cached_property
    def alarm_rules(self) -> dict[str, tuple[tuple[s.Level, Rule], ...]]:
        """The same for the levels at same-day and above."""
        soon = ("emergency", "same_day")
        return {
            name: tuple((level, rule) for level, rule in rules if level.urgency in soon)
            for name, rules in self.flag_rules.items()
        }

    @cached_property
    def acts_alone(self) -> dict[str, frozenset[str]]:
        """For each red flag the symptoms that reach a level where the background allows it."""
        return {
            flag.id: frozenset(
                name
                for level in flag.levels
                for name in findings_of(level.when)
                if self.reaches(level.when, name)
            )
            for flag in self.red_flags.values()
        }

    def reaches(self, rule: Rule, name: str) -> bool:
        """Whether the rule can hold when this is the only symptom."""

        def leaf(test: Test | Likely) -> tuple[bool, bool]:
            if isinstance(test, Likely) or self._is_background(test.finding):
                return True, True  # may be either, whichever helps
            return test.finding == name, test.finding != name

        return fold(rule, leaf, enough, {})[0] and not self._is_background(name)

    def _is_background(self, name: str) -> bool:
        finding = self.findings[name]
        return finding.type != "yes_no" or finding.kind in ("profile", "history", "medicine")

    @cached_property
    def screen_of(self) -> dict[str, str]:
        """The screen that asks a finding; a test to try only where no other does."""
        guided_first = sorted(self.screens.values(), key=lambda screen: screen.guide is None)
        return {name: screen.id for screen in guided_first for name in screen.findings}

    @cached_property
    def thresholds(self) -> tuple[tuple[str, Likely], ...]:
        """The probabilities that decide a pathway, each with the pathway's id."""
        return tuple(
            (pathway.id, leaf)
            for pathway in self.pathways.values()
            for leaf in leaves(pathway.when)
            if isinstance(leaf, Likely)
        )

    def facts(self) -> Iterator[tuple[str, s.Named]]:
        """Every fact with the name of its kind."""
        for kind in s.KINDS:
            for fact in getattr(self, kind).values():
                yield kind, fact

    def say(self, phrase: str, **values: object) -> str:
        """A sentence of ``knowledge/words/``, such as `plan.instead`, with its braces filled in."""
        file, _, name = phrase.partition(".")
        return self.words[file].say[name].format(**values)

    def word(self, name: str) -> str:
        """What a person reads for a choice, a unit, a position or a thing, such as `left`."""
        return self.words["names"].say.get(name, name.replace("_", " "))

    def policy(self, name: str) -> dict[str, float]:
        """The numbers of one policy."""
        return self.policies[name].values


def reached(flag: s.RedFlag, level: s.Level) -> Rule:
    """The whole rule of one level: the flag applies to this person, and the level holds."""
    return both(flag.applies_when, level.when) if flag.applies_when else level.when
