"""The check as an interview in a terminal: one screen at a time, saved after each."""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path

import click

from sacra.ask_file import CaseFile, fresh_name
from sacra.ask_screen import Answers, Back, Sheet, Stopped, say
from sacra.kb.errors import CaseError, SacraError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.answering import answer
from sacra.reasoning.asking import PRESSING, Ask
from sacra.reasoning.assess import Assessment, assess
from sacra.reasoning.case import Case
from sacra.reasoning.interview import next_screen
from sacra.reasoning.plan import contact_line
from sacra.report import assessment_report, print_report
from sacra.rules.readings import UNSURE

# --- the interview ----------------------------------------------------------------------------


def interview(path: Path | None, knowledge: Knowledge, today: datetime.date) -> None:
    """Ask from the first question to the report; go on where a case file stopped.

    Raises:
        SacraError: the file cannot be read or written, its answers are old, or the input ended
            before the check did.
    """
    file = CaseFile(path or fresh_name(today), today)
    case = file.case(knowledge)
    _check_is_fresh(case, file.path, knowledge, today)
    file.save(case)  # a folder that cannot be written to is known before the first answer
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    call = contact_line(case, "emergency", knowledge).say
    for text in (
        _WELCOME,
        f"If you need help now, do not read on. {call}",
        _KEYS.format(file.path),
    ):
        say(text)
    case, stop = _ask_all(case, file, knowledge)
    answer = assess(case, knowledge)
    if stop and answer.triage.urgency not in PRESSING:
        _say_what_is_open(answer, file, knowledge)
    else:
        _conclude(answer, file, knowledge)
    if stop and not stop.on_purpose:
        raise SacraError("", f"the input ended; your answers are saved in {file.path}")


def _check_is_fresh(case: Case, path: Path, knowledge: Knowledge, today: datetime.date) -> None:
    """Refuse to build on old answers: a danger can have come since."""
    days = int(knowledge.policy("review_status")["recheck_days"])
    if case.as_of and (today - case.as_of).days > days:
        old = f"the answers about danger are from {case.as_of} and grow old"
        raise CaseError(str(path), f"{old}; start a new check with `sacra ask NEWFILE`")


_WELCOME = (
    "Sacra asks about your pain, what could be dangerous first. It cannot examine you, so it "
    "cannot diagnose you."
)
_KEYS = "b = back, q = save and stop, ? = not sure. Answers are saved in {} after each screen."


def _ask_all(case: Case, file: CaseFile, knowledge: Knowledge) -> tuple[Case, Stopped | None]:
    """Ask until nothing is worth asking, or somebody stops; on disk after every screen."""
    before: list[tuple[Case, frozenset[str]]] = []
    put_aside: frozenset[str] = frozenset()
    assessment = assess(case, knowledge)
    while ask := next_screen(assessment, knowledge, put_aside):
        click.echo(_heading(len(before) + 1, assessment))
        try:
            case_now = answer(case, ask, Sheet(ask, case, knowledge).fill(), knowledge)
        except Back:
            if not before:
                click.echo("This is the first screen of this sitting.")
                continue
            case, put_aside = before.pop()
        except Stopped as stop:
            case = _with(case, ask, stop.answers, knowledge)
            file.save(case)
            return case, stop
        except CaseError as contradiction:
            click.echo(f"That cannot be: {contradiction.what}. Please look again.")
            continue
        else:
            before.append((case, put_aside))
            case = case_now
            put_aside |= {part.screen for part in ask.parts if ask.may_skip}
        file.save(case)
        assessment = assess(case, knowledge)
    return case, None


def _with(case: Case, ask: Ask, answers: Answers, knowledge: Knowledge) -> Case:
    """What was answered before somebody stopped; what contradicts the rest is left out."""
    try:
        return answer(case, ask, answers, knowledge)
    except CaseError:
        return case


def _heading(number: int, assessment: Assessment) -> str:
    left = len(assessment.triage.unanswered)
    some = f"at most {left} safety question{'s' * (left > 1)} left"
    safety = some if left else "safety questions done"
    return click.style(f"\n── Screen {number} · {safety} ──", dim=True)


# --- the end ----------------------------------------------------------------------------------


def _conclude(assessment: Assessment, file: CaseFile, knowledge: Knowledge) -> None:
    click.echo()
    alone = assessment.case.findings.get("setting") in (None, UNSURE, "home")
    if assessment.triage.urgency in PRESSING and alone:
        _say_what_to_do(assessment)
    else:
        print_report(assessment_report(assessment, knowledge))
    click.echo(f"\nYour answers are in {file.path}.")


def _say_what_to_do(assessment: Assessment) -> None:
    """What to do and whom to call; who is alone with an alarm gets no probabilities."""
    now = assessment.plan.now
    assert now is not None, "something pressing has something to do"
    private = now.contact == "crisis"  # what somebody said of their safety is for nobody else
    say((_PRIVATE if private else _STOP)[now.urgency], bold=True)
    for text in dict.fromkeys([now.say, *now.do]):
        say(text, bold=True)
    told = [r for r in assessment.triage.reasons if r.contact != "crisis"]
    for reason in () if private else told:
        say(f"Tell them: {reason.say}{' You are not sure of it.' if reason.unsure else ''}")
    if not private:
        say("Until you are seen: no exercise, no massage. You can show this to who sees you.")


_STOP = {
    "emergency": "STOP. This needs help now, day or night.",
    "same_day": "STOP. Speak to someone within hours, tonight too.",
}
_PRIVATE = {
    "emergency": "Please talk to someone now, day or night.",
    "same_day": "Please talk to someone today, tonight too.",
}


def _say_what_is_open(assessment: Assessment, file: CaseFile, knowledge: Knowledge) -> None:
    """Somebody stopped early: what is open, whom to ring meanwhile, how to go on."""
    click.echo()
    if count := len(assessment.triage.unanswered):
        call = contact_line(assessment.case, "out_of_hours", knowledge).say
        say(f"We could not finish the safety questions: {count} are still open.", bold=True)
        say(f"If you are worried before you go on, do not wait. {call}")
    else:
        click.echo(f"The safety questions are done. The answer so far: sacra assess {file.path}")
    click.echo(f"Your answers are saved. To go on: sacra ask {file.path}")
