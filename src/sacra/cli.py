"""The same calls from a terminal; exit code 0: done, 2: one sentence says what is wrong."""

from __future__ import annotations

import datetime
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from sacra.cli_care import programme, review, simulate
from sacra.cli_desk import confirm
from sacra.cli_desk import review as review_knowledge
from sacra.cli_joint import joint
from sacra.cli_proof import prove
from sacra.files import print_json, read_mapping
from sacra.kb.errors import CaseError, SacraError, nearest
from sacra.kb.knowledge import Knowledge
from sacra.kb.load import FOLDER, load_knowledge
from sacra.kb.schema import KINDS
from sacra.kb.signing import is_alarm, people_needed
from sacra.kb.text import read_file


class _Sacra(click.Group):
    """Shows our errors as one sentence with exit code 2, and survives a closed pipe."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the words of the command line, where --help prints."""
        with _problems_as_sentences():
            for stream in (sys.stdout, sys.stderr):
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(errors="replace")
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command."""
        with _problems_as_sentences():
            super().invoke(ctx)
            _flush()


@contextmanager
def _problems_as_sentences() -> Iterator[None]:
    try:
        yield
    except SacraError as problem:
        _stop(str(problem))
    except OSError as problem:
        _discard_output()
        _stop(f"the output could not be written in full ({problem.strerror or problem})")
    except SystemExit as end:
        if end.code == 1:  # how rich ends when the reader of a pipe has gone
            _stop("the output could not be written in full (Broken pipe)")
        raise


def _flush() -> None:
    if sys.stdout is None:
        _stop("the output is closed, so nothing was written")
    sys.stdout.flush()


def _discard_output() -> None:
    """Let what is still buffered go nowhere, or Python complains about it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop(sentence: str) -> NoReturn:
    click.echo(f"sacra: {sentence}", err=True)
    sys.exit(2)


@click.group(cls=_Sacra, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sacra")
def main() -> None:
    """Sacra: open software for pain from the sacroiliac joint. Not a diagnosis."""


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@main.command()
@click.argument("case", type=click.Path(path_type=Path, allow_dash=True))
@_json
def assess(case: Path, as_json: bool) -> None:
    """Assess CASE, a YAML file of findings, or - for standard input."""
    from sacra.reasoning.assess import assess as assess_case
    from sacra.reasoning.case import read_case
    from sacra.reasoning.evaluate import RESERVED
    from sacra.report import assessment_report, print_report

    data, where = read_mapping(case)
    knowledge = load_knowledge()
    findings = {key: value for key, value in data.items() if key not in RESERVED}
    answer = assess_case(read_case(findings, knowledge, where), knowledge)
    if as_json:
        print_json(assessment_json(answer))
    else:
        print_report(assessment_report(answer, knowledge))


def assessment_json(answer: Any) -> dict[str, Any]:
    """The fields of `assess --json`."""
    return {
        "knowledge_version": answer.knowledge.version,
        "triage": answer.triage,
        "differential": answer.differential,
        "enquiry": answer.enquiry,
        "plan": answer.plan,
    }


@main.command()
@click.argument("case", type=click.Path(path_type=Path), required=False)
def ask(case: Path | None) -> None:
    """Answer the check, screen by screen; CASE is the file to save to, or to go on with."""
    from sacra.ask import interview

    interview(case, load_knowledge(), datetime.date.today())


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_json
def evaluate(folder: Path, as_json: bool) -> None:
    """Score every case file in FOLDER (YAML with an `expected` block), in two ways."""
    from sacra.reasoning.evaluate import evaluate as evaluate_files
    from sacra.reasoning.evaluate import read_case_file
    from sacra.report import print_report
    from sacra.report_scores import evaluation_report

    knowledge = load_knowledge()
    paths = sorted(folder.rglob("*.yaml")) if folder.is_dir() else []
    if not paths:
        raise CaseError(str(folder), "is not a folder with .yaml case files")
    files, unread = [], []
    for path in paths:
        try:
            files.append(read_case_file(path.stem, read_file(path), knowledge))
        except CaseError as problem:
            unread.append({"case": path.stem, "what": "case file", "why": str(problem)})
    evaluation = evaluate_files(files, knowledge)
    evaluation.not_scored += unread
    if as_json:
        print_json(evaluation)
    else:
        print_report(evaluation_report(evaluation))
    if unread:  # the others are scored; nothing is lost
        raise CaseError("", "; ".join(row["why"] for row in unread))


@main.command()
@_json
def validate(as_json: bool) -> None:
    """Print what the model predicts beside every published composite."""
    from sacra.reasoning.validate import validate as validate_model
    from sacra.report import print_report
    from sacra.report_scores import validation_report

    validation = validate_model(load_knowledge())
    if as_json:
        print_json(validation)
    else:
        print_report(validation_report(validation))


main.add_command(programme)
main.add_command(review)
main.add_command(simulate)
main.add_command(joint)
main.add_command(prove)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
def serve(host: str, port: int, workers: int, opened: bool) -> None:
    """Serve the app for the person in pain; makes its database and keys on first start."""
    from sacra.serve import serve as serve_app

    serve_app(host, port, workers, opened=opened)


@main.group()
def knowledge() -> None:
    """Look at the knowledge base, check it, or confirm what it says."""


knowledge.add_command(review_knowledge)
knowledge.add_command(confirm)


@knowledge.command()
@click.argument("folder", type=click.Path(path_type=Path), default=FOLDER)
def check(folder: Path) -> None:
    """Check every file of the knowledge base (or of FOLDER): ids, references, ranges, rules.

    Says also which languages stay out, as some of their alarms are not translated.
    """
    from sacra.kb.check import check_folder
    from sacra.languages import blocked

    problems = check_folder(folder)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(2)
    found = load_knowledge(folder)
    counts = {kind: len(getattr(found, kind)) for kind in KINDS}
    for kind, count in counts.items():
        click.echo(f"{count:5} {kind.replace('_', ' ')}")
    click.echo(f"{sum(counts.values()):5} facts, no problem found; version {found.version}")
    for sentence in blocked():
        click.echo(f"sacra: {sentence}.", err=True)


@knowledge.command("list")
@click.argument("kind")
def list_(kind: str) -> None:
    """List the ids of one KIND (findings, red_flags, interventions …) with their names."""
    if kind not in KINDS:
        raise SacraError(
            "", f"unknown kind `{kind}`{nearest(kind, KINDS) or ';'} kinds: {', '.join(KINDS)}"
        )
    for name, fact in getattr(load_knowledge(), kind).items():
        click.echo(f"{name:32} {_title(fact)}{_confirmed(fact)}")


def _title(fact: Any) -> str:
    fields = ("name", "label", "title", "claim", "region", "quantity", "limits", "note")
    return next((str(getattr(fact, f)) for f in fields if getattr(fact, f, "")), "")


def _confirmed(fact: Any) -> str:
    """By how many it is confirmed, where anybody has or an alarm needs it."""
    people, alarm = getattr(fact, "confirmed", ()), is_alarm(fact)
    return f" [confirmed by {len(people)} of {people_needed(fact)}]" if people or alarm else ""


@knowledge.command()
@click.argument("name", metavar="ID")
def show(name: str) -> None:
    """Show the files of one ID, with their sources."""
    known = load_knowledge()
    kinds = [kind for kind in KINDS if name in getattr(known, kind)]
    if not kinds:
        every = [fact for kind in KINDS for fact in getattr(known, kind)]
        raise SacraError("", f"unknown id `{name}`{nearest(name, every)}")
    for kind in kinds:
        click.echo(f"# {kind}/{name}.yaml")
        click.echo((FOLDER / kind / f"{name}.yaml").read_text(encoding="utf-8"))
    for of in _sources_of(name, kinds, known):
        click.echo(f"# source {of.id}: {of.title} ({of.byline or 'no author named'})")


def _sources_of(name: str, kinds: list[str], known: Knowledge) -> list[Any]:
    ids = {s for kind in kinds for s in getattr(getattr(known, kind)[name], "sources", ())}
    return [known.sources[i] for i in sorted(ids)]


@knowledge.command()
@click.argument("finding")
@click.argument("condition")
def why(finding: str, condition: str) -> None:
    """Show where P(FINDING | CONDITION) comes from, study by study."""
    from sacra.reasoning.explain import why_lines

    for line in why_lines(finding, condition, load_knowledge()):
        click.echo(line)
