"""One screen of the interview in a terminal: its lines, and what was typed made an answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import click

from sacra.kb.errors import nearest, printable
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Finding
from sacra.reasoning.answering import answer, choices_of, follow_ups, on_a_line, problem, ticked
from sacra.reasoning.asking import Ask, shared_lines
from sacra.reasoning.assess import assess
from sacra.reasoning.case import Case
from sacra.reasoning.trying import try_verdicts
from sacra.rules.readings import UNSURE

Answers = dict[str, Any]
_WIDTH = 92
_LONGEST = 500
"""Characters of one answer: more than a number for every line of the longest screen."""


class Back(Exception):  # noqa: N818 - a way out, not an error
    """The person wants to answer the line or the screen before again."""


class Stopped(Exception):  # noqa: N818 - a way out, not an error
    """A screen was left, with what was answered of it; `on_purpose` unless the input ended."""

    def __init__(self, *, on_purpose: bool) -> None:
        self.answers: Answers = {}
        self.on_purpose = on_purpose


class _Wrong(Exception):  # noqa: N818 - an answer to ask again, not an error
    """What was typed is no answer; says why."""


def say(text: str, indent: str = "", *, bold: bool = False) -> None:
    """Print a wrapped paragraph; `indent` stands before its first line."""
    text = click.wrap_text(printable(text), _WIDTH, indent, " " * len(indent))
    click.secho(text, bold=bold or None)


def _read(prompt: str) -> str:
    """What was typed; the end of the input, Ctrl-C, `b` and `q` are ways out.

    Raises:
        Stopped: nothing more is coming, or not now.
        Back: one line back.
        _Wrong: it is longer than any answer.
    """
    try:
        if sys.stdin is None:
            raise click.Abort
        typed = str(click.prompt(f"{prompt}:", default="", show_default=False, prompt_suffix=" "))
    except click.Abort:
        raise Stopped(on_purpose=False) from None
    if not sys.stdin.isatty():
        click.echo()  # what is piped in does not end the line by itself
    typed = typed.strip()
    if typed.lower() in ("q", "quit"):
        raise Stopped(on_purpose=True)
    if typed.lower() in ("b", "back"):
        raise Back
    if len(typed) > _LONGEST:
        raise _Wrong(f"That is {len(typed):,} characters; an answer has at most {_LONGEST}.")
    return typed


def _until_right(prompt: str, read: Callable[[str], Any]) -> Any:
    """Ask again until what was typed is an answer, and say each time what would be."""
    while True:
        try:
            return read(_read(prompt))
        except _Wrong as wrong:
            say(str(wrong), "  ")


@dataclass
class Sheet:
    """One screen while it is being answered."""

    ask: Ask
    case: Case
    knowledge: Knowledge
    answers: Answers = field(default_factory=dict)
    ahead: list[bool | str] = field(default_factory=list)
    """Answers to alarms that were typed for the lines to come."""

    def fill(self) -> Answers:
        """Ask line by line; an emergency ends it at once.

        Raises:
            Back: before the first line.
            Stopped: with the answers so far.
        """
        lines = self._lines()
        self._show()
        at = 0
        while at < len(lines):
            try:
                self._answer(lines[at])
            except Back:
                if at == 0:
                    raise
                at -= 1
                self._forget(lines[at])
                continue
            except Stopped as stop:
                stop.answers = self.answers
                raise
            if self.ask.one_by_one and self._is_emergency():
                break
            at += 1
        return self.answers

    def _lines(self) -> list[tuple[str, ...]]:
        """What is answered together: each alarm, number and choice alone, the rest as one."""
        if self.ask.one_by_one:
            return list(shared_lines(self.ask.findings, self.knowledge))
        alone = [n for n in self.ask.findings if not self._is_tick(n)]
        together = tuple(n for n in self.ask.findings if n not in alone)
        return [*((name,) for name in alone), *([together] if together else [])]

    def _is_tick(self, name: str) -> bool:
        return self._finding(name).type == "yes_no"

    def _finding(self, name: str) -> Finding:
        return self.knowledge.findings[name]

    def _forget(self, names: Iterable[str]) -> None:
        self.ahead.clear()
        for name in names:
            self.answers.pop(name, None)

    def _is_emergency(self) -> bool:
        if True not in self.answers.values():
            return False
        now = answer(self.case, self.ask, self.answers, self.knowledge)
        return assess(now, self.knowledge).triage.urgency == "emergency"

    def _answer(self, names: tuple[str, ...]) -> None:
        answers = self._ask_for(names)
        for name, ask in follow_ups(answers, self.knowledge).items():
            question = f"{ask.question} {ask.help}".strip()
            say(f"{question} (y, n, or ? if you still do not know)", "    ")
            answers[name] = _until_right(f"    {self._finding(name).label}", _yes_no)
        self.answers.update(answers)

    def _ask_for(self, names: tuple[str, ...]) -> Answers:
        first = self._finding(names[0])
        if self.ask.one_by_one:
            return on_a_line(names, self._alarm(names))
        if first.type == "yes_no":
            return self._ticks(names)
        if first.type == "number":
            say(f"{first.question} (number, ? = not sure)")
            return {first.id: _until_right("  " + first.label, self._number_reader(first))}
        return {first.id: self._choice(first)}

    # --- lines of yes and no ------------------------------------------------------------------

    def _show(self) -> None:
        """The titles, and the lines where there is nothing but lines."""
        number = 0
        for part in self.ask.parts:
            if part.title != self._finding(part.findings[0]).question:
                say(part.title, bold=True)
            if self.ask.way == "guide":
                self._show_guide(part.screen)
            for names in self._shown(part.findings) if self._is_a_list() else ():
                number += 1
                say(self._words(names), f"{number:3}  ")
        if self.ask.one_by_one:
            say("For each line: y = yes, n = no, ? = not sure; none = no to every line left.")

    def _show_guide(self, screen: str) -> None:
        """How to try it, and when to stop, before what to say about it."""
        guide = self.knowledge.screens[screen].guide
        assert guide is not None, "what guides has a guide"
        verdict = try_verdicts(assess(self.case, self.knowledge), self.knowledge)[screen]
        say(guide.stop_when[0], bold=True)
        for text in (f"{guide.start_position}.", *(f"{step}." for step in guide.steps)):
            say(text, "  - ")
        for text in (*verdict.versions, *verdict.warnings, *guide.stop_when[1:], guide.say):
            say(text, "    ")

    def _is_a_list(self) -> bool:
        several = len(self.ask.findings) > 1 or self.ask.one_by_one or self.ask.may_skip
        return several and all(map(self._is_tick, self.ask.findings))

    def _shown(self, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """What stands on each line."""
        alone = tuple((name,) for name in names)
        return shared_lines(names, self.knowledge) if self.ask.one_by_one else alone

    def _words(self, names: tuple[str, ...]) -> str:
        several = len(names) > 1
        return self.knowledge.together[names[0]].line if several else self._asked(names[0])

    def _asked(self, name: str) -> str:
        finding = self._finding(name)
        return finding.question if self.ask.way == "guide" else finding.under_title

    def _alarm(self, names: tuple[str, ...]) -> bool | str:
        if self.ahead:
            return self.ahead.pop(0)
        lines = self._lines()
        place = lines.index(names)
        left = len(lines) - place
        label = self._words(names) if len(names) > 1 else self._finding(names[0]).label

        def read(typed: str) -> bool | str:
            if typed.lower() in ("none", "no to all"):
                self.ahead = [False] * (left - 1)
                return False
            words = typed.split() if " " in typed else _letters(typed)
            said = [_yes_no(word) for word in words] or [_yes_no("")]
            if len(said) > left:
                raise _Wrong(f"That is {len(said)} answers for {left} lines.")
            self.ahead = said[1:]
            return said[0]

        given: bool | str = _until_right(f"{place + 1:3}  {label}", read)
        return given

    def _ticks(self, names: tuple[str, ...]) -> Answers:
        if len(names) == 1 and not self.ask.may_skip:
            say(f"{self._finding(names[0]).question} (y, n, ? = not sure)")
            return {names[0]: _until_right(f"  {self._finding(names[0]).label}", _yes_no)}
        for number, name in enumerate(() if self._is_a_list() else names, 1):
            say(self._asked(name), f"{number:3}  ")
        if self.ask.may_skip:
            say(f"none = {self.ask.none}. ?2 = line 2 not tried.")
        enter = "not tried" if self.ask.may_skip else f"{self.ask.none.lower()}, ?2 = not sure of 2"
        prompt = f"Numbers that fit, enter = {enter}"
        yes, unsure = _until_right(prompt, lambda typed: self._numbers(typed, names))
        if yes is None:
            return {}
        marked = ticked(self.ask, [names[i] for i in yes], [names[i] for i in unsure])
        return {n: marked[n] for n in names if not (self.ask.may_skip and marked[n] == UNSURE)}

    def _numbers(self, typed: str, names: tuple[str, ...]) -> tuple[set[int] | None, set[int]]:
        """The places of what fits, and of what is not sure; None for the first: not tried."""
        if not typed and self.ask.may_skip:
            return None, set()
        if typed.lower() in ("", "none", "no", "n", "0", self.ask.none.lower()):
            return set(), set()
        if typed == "?":
            say("Which lines are you not sure about?", "  ")
            typed = re.sub(r"(\d+)", r"?\1", _read("  Their numbers").replace("?", ""))
        said = [_YES_NO.get(word) for word in (typed.split() if " " in typed else _letters(typed))]
        if len(said) == len(names) and None not in said:  # one answer a line
            every = dict(enumerate(said))
            return {i for i in every if every[i] is True}, {i for i in every if every[i] == UNSURE}
        labels = [self._finding(name).label for name in names]
        words = [word for word in re.split(r"[\s,;.]+", typed) if word]
        places = {word: _place(word.lstrip("?"), labels, typed) for word in words}
        unsure = {place for word, place in places.items() if word.startswith("?")}
        return set(places.values()) - unsure, unsure

    # --- numbers and choices ------------------------------------------------------------------

    def _number_reader(self, finding: Finding) -> Callable[[str], Any]:
        def read(typed: str) -> Any:
            if typed == "?":
                return UNSURE
            if not typed:
                raise _Wrong("Type a number, or ? if you are not sure.")
            value = _number(typed, finding.unit)
            if wrong := problem(finding.id, value, self.knowledge):
                raise _Wrong(f"{wrong}, or type ? if you are not sure.")
            return value

        return read

    def _choice(self, finding: Finding) -> Any:
        choices = choices_of(self.ask, finding.id, self.knowledge)
        several = finding.type == "list"
        how = "numbers, enter = none" if several else "one number, ? = not sure"
        say(f"{finding.question} ({how})")
        _columns([f"{number:3}  {words}" for number, words in enumerate(choices.values(), 1)])

        def read(typed: str) -> Any:
            if several:
                words = [w for w in re.split(r"[\s,;]+", typed) if w and w.lower() != "none"]
                return [_chosen(word, choices) for word in words]
            return UNSURE if typed == "?" else _chosen(typed, choices)

        return _until_right("  " + finding.label, read)


# --- reading what was typed -------------------------------------------------------------------


def _letters(typed: str) -> list[str]:
    """`nnn?` is four answers; a word is one."""
    return list(typed) if re.fullmatch(r"[ynYN?]+", typed) else [typed]


def _yes_no(typed: str) -> bool | str:
    if typed.lower() not in _YES_NO:
        shown = f"`{typed}` is no answer here. " if typed else ""
        raise _Wrong(f"{shown}Type y, n or ?, so that nothing is taken as no by mistake.")
    return _YES_NO[typed.lower()]


_YES_NO: dict[str, bool | str] = {
    "y": True, "yes": True, "n": False, "no": False, "?": UNSURE, "not sure": UNSURE,
}  # fmt: skip


def _place(word: str, labels: list[str], typed: str) -> int:
    if word.isdecimal() and 1 <= int(word) <= len(labels):
        return int(word) - 1
    if word.isdecimal():
        raise _Wrong(f"There is no line {word}; they go from 1 to {len(labels)}.")
    near = nearest(typed, labels)
    raise _Wrong(f"`{typed}` is not the number of a line{near or f'; type 1 to {len(labels)}'}")


def _number(typed: str, unit: str) -> Any:
    """The number of what was typed, its unit taken off; the text itself when it is none."""
    found = re.fullmatch(r"(-?\d+)([.,]\d+)?\s*([^\d\s]*)", typed)
    if not found or found[3].lower() not in ("", unit.lower(), unit.lower().removesuffix("s")):
        return typed
    return float(f"{found[1]}.{found[2][1:]}") if found[2] else int(found[1])


def _chosen(typed: str, choices: dict[str, str]) -> str:
    """A choice by its number, its id or its words."""
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        return list(choices)[int(typed) - 1]
    by_word = {word.lower(): id_ for id_, words in choices.items() for word in (id_, words)}
    if typed.lower() in by_word:
        return by_word[typed.lower()]
    near = nearest(typed, choices.values()) if typed else ""
    raise _Wrong(f"`{typed}` is not one of these{near or f'; type 1 to {len(choices)}'}")


def _columns(cells: list[str]) -> None:
    """Short choices beside each other, in as many columns as fit; they read downwards."""
    width = max(map(len, cells)) + 2
    columns = max(1, _WIDTH // width) if len(cells) > 6 else 1
    rows = -(-len(cells) // columns)
    for row in range(rows):
        click.echo("".join(cell.ljust(width) for cell in cells[row::rows]).rstrip())
