"""`sacra prove`: what holds for every case, or the smallest case for which it does not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sacra.files import print_json
from sacra.kb.check import check_folder
from sacra.kb.errors import SacraError, nearest
from sacra.kb.load import FOLDER, load_knowledge

if TYPE_CHECKING:
    from sacra.proof.prover import CounterExample, Outcome


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=FOLDER)
@click.option("--only", multiple=True, metavar="PROPERTY", help="Prove this one; can be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def prove(folder: Path, only: tuple[str, ...], as_json: bool) -> None:
    """Prove what the advice never does, whatever the case, from the knowledge base (or FOLDER).

    A property that does not hold is answered with the smallest case that breaks it, to save and
    to assess.
    """
    if find_spec("z3") is None:
        raise SacraError("prove", "needs the solver z3: run pip install 'sacra[prove]'")
    from sacra.proof.prove import PROPERTIES, prove_folder

    for name in only:
        if name not in PROPERTIES:
            near = nearest(name, PROPERTIES) or f"; properties: {', '.join(PROPERTIES)}"
            raise SacraError("prove", f"unknown property `{name}`{near}")
    for problem in check_folder(folder)[:1]:
        raise problem
    outcomes = []
    for outcome in prove_folder(folder, only):
        outcomes.append(outcome)
        if not as_json:
            _print(outcome)
    _end(outcomes, load_knowledge(folder).version, as_json=as_json)


def _end(outcomes: list[Outcome], version: str, *, as_json: bool) -> None:
    from sacra.proof.prove import NOT_COVERED

    broken = sum(len(outcome.broken) for outcome in outcomes)
    proved = sum(outcome.proved for outcome in outcomes)
    if as_json:
        found = {"knowledge_version": version, "properties": outcomes, "not_covered": NOT_COVERED}
        print_json(found)
    else:
        click.echo(f"{proved} statements about every case proved, {broken} broken; {version}.")
        click.echo("Not covered:")
        for sentence in NOT_COVERED:
            click.echo(f"- {sentence}")
    if broken:
        raise SacraError("prove", f"{broken} statements do not hold; a case above shows each")


def _print(outcome: Outcome) -> None:
    mark = "broken" if outcome.broken else "proved"
    click.echo(f"{mark}  {outcome.property:26} {outcome.proved:5} in {outcome.seconds:5.1f} s  "
               f"{outcome.says}")  # fmt: skip
    for one in outcome.broken[:_SHOWN]:
        _print_case(one)
    if (more := len(outcome.broken) - _SHOWN) > 0:
        click.echo(f"  and {more} more; --json has all")


_SHOWN = 5


def _print_case(one: CounterExample) -> None:
    how = "" if one.runs else " (a run of this very case does not show it)"
    click.echo(f"  {one.about}: {one.says}{how}")
    said = {name: value for name, value in one.case.items() if value is not False}
    for name, value in said.items():
        click.echo(f"    {name}: {str(value).lower() if value is True else value}")
    if no := len(one.case) - len(said):
        click.echo(f"    and {no} that are false; --json has the whole case")
