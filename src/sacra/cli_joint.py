"""The commands of the joint model: run a scenario, explain it, hold the model against studies."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import click

from sacra.files import print_json, write_text
from sacra.kb.errors import CaseError
from sacra.kb.load import load_knowledge

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_scenario = click.argument("scenario", type=click.Path(path_type=Path, allow_dash=True))
STOPPED = 130
"""The exit code of what was stopped by Ctrl-C, as shells have it: 128 and the signal's number."""


@click.group()
def joint() -> None:
    """The sacroiliac joint as a mechanical model. Not a diagnosis of anybody."""


@joint.command()
@_scenario
@click.option("--people", type=int, help="How many virtual people (the scenario's number, or 200).")
@click.option("--seed", type=int, help="Which people; the same seed gives the same ones.")
@_json
def run(scenario: Path, people: int | None, seed: int | None, as_json: bool) -> None:
    """Solve SCENARIO, a YAML file, in many virtual people: medians and 90 % intervals.

    Ctrl-C stops it, tells what the people come to who are done, and ends with exit code 130.
    """
    import msgspec
    from rich.console import Console

    from sacra.joint.solver import Crowd
    from sacra.report import print_report
    from sacra.report_joint import result_report, told
    from sacra.scenario_file import read_scenario

    asked = read_scenario(scenario)
    if seed is not None:
        asked = msgspec.structs.replace(asked, seed=seed)
    crowd = Crowd(asked, load_knowledge(), people)
    quiet = as_json and not sys.stdout.isatty()
    with _first_ctrl_c() as stopped:
        for _ in crowd if quiet else told(crowd, Console(stderr=True)):
            if stopped.is_set():
                break
    result = crowd.result()
    if as_json:
        print_json(result)
    else:
        print_report(result_report(result))
    if crowd.done < crowd.people:
        click.get_current_context().exit(STOPPED)


@contextmanager
def _first_ctrl_c() -> Iterator[Event]:
    """Lets the first Ctrl-C wait for the people at hand; the second stops at once, as ever."""
    stopped = Event()

    def stop(*_: object) -> None:
        stopped.set()
        signal.signal(signal.SIGINT, before)
        click.echo("\nStopping after the people at hand; Ctrl-C again stops at once.", err=True)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


@joint.command()
@_scenario
@click.option("--decides", metavar="QUANTITY", help="Which traits change QUANTITY, instead.")
@_json
def explain(scenario: Path, decides: str | None, as_json: bool) -> None:
    """Show who carries what in SCENARIO: all forces on each bone of the middle person."""
    from sacra.joint.freebody import free_body
    from sacra.joint.sensitivity import sensitivities
    from sacra.report import print_report
    from sacra.report_joint import free_body_report, sensitivity_report
    from sacra.scenario_file import read_scenario

    asked, knowledge = read_scenario(scenario), load_knowledge()
    found = sensitivities(asked, knowledge, decides) if decides is not None else {}
    table = free_body(asked, knowledge) if decides is None else None
    if as_json:
        print_json(table or found)
    elif table:
        print_report(free_body_report(table))
    else:
        print_report(sensitivity_report(decides or "", found))


@joint.command()
@_scenario
@click.argument("picture", type=click.Path(path_type=Path))
def draw(scenario: Path, picture: Path) -> None:
    """Draw the middle person of SCENARIO as PICTURE, an SVG file: motion, strain and forces."""
    if picture.suffix.lower() != ".svg":
        raise CaseError(str(picture), "is no name of an SVG file; let it end in .svg")
    from sacra.joint.scene import scene_of
    from sacra.joint_picture import pelvis_svg
    from sacra.report_joint import BEYOND
    from sacra.scenario_file import read_scenario

    asked, knowledge = read_scenario(scenario), load_knowledge()
    words = knowledge.words["joint"].say
    scene = scene_of(asked, knowledge)
    write_text(picture, pelvis_svg(scene, words, title=asked.name or asked.posture))
    if scene.values["failure"] > 1:
        click.echo(BEYOND, err=True)


@joint.command()
@click.argument(
    "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False
)
@click.option("--people", type=int, default=200, show_default=True, help="Virtual people a run.")
@_json
def validate(folder: Path | None, people: int, as_json: bool) -> None:
    """Hold the model against published measurements: our own, or the files of FOLDER."""
    from sacra.joint.validate import validate_joint
    from sacra.report import print_report
    from sacra.report_joint import validation_report
    from sacra.scenario_file import read_measurements

    knowledge = load_knowledge()
    measurements = read_measurements(folder) if folder else knowledge.measurements
    report = validate_joint(measurements, knowledge, people)
    if as_json:
        print_json(report)
    else:
        print_report(validation_report(report))
