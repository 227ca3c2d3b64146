"""A test to try, as its page shows it: pictures, and what changes for this person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.utils.safestring import SafeString, mark_safe

from sacra.figure import figure_svg
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Guide
from sacra.reasoning.asking import Ask
from sacra.reasoning.assess import Assessment
from sacra.reasoning.trying import minutes_of, try_verdicts


@dataclass(frozen=True)
class Drawn:
    """A picture that moves, the same at rest, and what it shows."""

    moving: SafeString
    still: SafeString
    words: str


@dataclass(frozen=True)
class Trial:
    """One guided screen; the first rule of when to stop is said on top."""

    guide: Guide
    minutes: int
    figures: tuple[Drawn, ...]
    changes: tuple[str, ...]

    @property
    def stop(self) -> str:
        """The rule that comes first."""
        return self.guide.stop_when[0]

    @property
    def other_stops(self) -> tuple[str, ...]:
        """The rules after it."""
        return self.guide.stop_when[1:]


def trials_of(ask: Ask, assessment: Assessment, knowledge: Knowledge) -> list[Trial]:
    """What to show for each guided part of a screen."""
    verdicts, seen = try_verdicts(assessment, knowledge), _seen_by(assessment)
    found = []
    for screen in dict.fromkeys(part.screen for part in ask.parts):
        guide = knowledge.screens[screen].guide
        if guide:
            said = verdicts[screen]
            figures = tuple(_drawn(name, *seen, knowledge) for name in guide.figures)
            minutes = minutes_of([screen], knowledge)
            found.append(Trial(guide, minutes, figures, (*said.versions, *said.warnings)))
    return found


def _seen_by(assessment: Assessment) -> tuple[Literal["near", "far"], bool]:
    """The side seen, the sore one, as the words speak of it first; and whether there is a belly."""
    known = assessment.case.findings
    trimester = known.get("trimester")
    far = known.get("pain_side") == "left"
    return "far" if far else "near", isinstance(trimester, int) and trimester >= 2


@lru_cache(maxsize=128)
def _drawn(name: str, side: Literal["near", "far"], pregnant: bool, knowledge: Knowledge) -> Drawn:
    figure = knowledge.figures[name]
    moving, still = (
        mark_safe(figure_svg(figure, still=s, side=side, title=figure.desc, pregnant=pregnant))
        for s in (False, True)
    )
    return Drawn(moving, still, figure.desc)
