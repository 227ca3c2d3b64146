from pathlib import Path

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.kb.load import load_knowledge
from sacra.kb.schema import KINDS
from tests.cli.running import assert_refused, json_of, output, run

SOUND = Path(__file__).parents[1] / "broken/knowledge/sound"


def test_check_counts_the_facts_of_each_kind() -> None:
    lines = output("knowledge", "check", str(SOUND)).splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines[:-1]] == [
        k.replace("_", " ") for k in KINDS
    ]
    assert lines[2].split() == ["5", "findings"]
    assert lines[-1].endswith(f"no problem found; version {load_knowledge(SOUND).version}")


def test_check_prints_every_problem_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "findings").mkdir()
    for name in ("cough", "cold"):
        (tmp_path / f"findings/{name}.yaml").write_text("")
    result = run("knowledge", "check", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "findings/cold.yaml: is empty or not a mapping",
        "findings/cough.yaml: is empty or not a mapping",
    ]


def test_check_of_a_folder_that_is_none() -> None:
    result = run("knowledge", "check", "/nowhere")
    assert result.exit_code == 2
    assert "/nowhere: has none of the folders sources, conditions" in result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_list_names_every_fact_once(kind: str, knowledge: Knowledge) -> None:
    lines = output("knowledge", "list", kind).splitlines()
    assert [line.split()[0] for line in lines] == list(getattr(knowledge, kind))
    assert all(len(line.split()) > 1 for line in lines)


def test_list_of_an_unknown_kind() -> None:
    assert_refused(
        run("knowledge", "list", "findngs"), "unknown kind `findngs`", "mean `findings`?"
    )
    assert_refused(run("knowledge", "list", "zzz"), "unknown kind `zzz`; kinds: sources, cond")


@pytest.mark.parametrize("kind", KINDS)
def test_show_prints_the_file_and_its_sources(kind: str, knowledge: Knowledge) -> None:
    name, fact = next(iter(getattr(knowledge, kind).items()))
    text = output("knowledge", "show", name)
    assert f"# {kind}/{name}.yaml\n" in text
    assert all(f"# source {source}: " in text for source in getattr(fact, "sources", ()))


def test_show_finds_one_name_in_every_kind(knowledge: Knowledge) -> None:
    for name in set(knowledge.findings) & set(knowledge.conditions) | {"loading"}:
        kinds = [kind for kind in KINDS if name in getattr(knowledge, kind)]
        text = output("knowledge", "show", name)
        assert all(f"# {kind}/{name}.yaml" in text for kind in kinds)


@pytest.mark.parametrize("name", ["", "../cli", "/etc/passwd", "saddle_numbnes", "AGE"])
def test_show_of_an_unknown_id(name: str) -> None:
    result = run("knowledge", "show", name)
    assert_refused(result, f"unknown id `{name}`")
    assert ("`saddle_numbness`" in result.stderr) == (name == "saddle_numbnes")


def test_why_shows_estimate_origin_and_every_study(knowledge: Knowledge) -> None:
    text = output("knowledge", "why", "faber", "mech_sij")
    assert "P(faber | mech_sij) = " in text
    assert "likelihood ratio" in text
    studies = [s for found in knowledge.findings["faber"].likelihood.values() for s in found]
    assert studies
    assert all(source in text for study in studies for source in study.sources)


def test_why_says_when_a_finding_carries_no_weight() -> None:
    assert "age carries no weight" in output("knowledge", "why", "age", "mech_sij")


def test_why_of_what_is_unknown(knowledge: Knowledge) -> None:
    assert_refused(
        run("knowledge", "why", "fabr", "mech_sij"), "unknown finding `fabr`", "mean `faber`"
    )
    assert_refused(run("knowledge", "why", "faber", "mech_si"), "`mech_si`", "mean `mech_sij`")
    watched = next(c.id for c in knowledge.conditions.values() if c.kind == "watched")
    assert_refused(run("knowledge", "why", "faber", watched), f"`{watched}` is not a weighed cond")


def test_validate_prints_predicted_beside_published(knowledge: Knowledge) -> None:
    validation = json_of("validate")
    assert set(validation) == {"rows", "not_computed"}
    named = {row["composite"] for row in validation["rows"] + validation["not_computed"]}
    assert named == set(knowledge.composites)
    for row in validation["rows"]:
        assert set(row["published"]) <= set(row["predicted"])
        assert row["fits"] or row["misfit"]
    text = output("validate")
    assert f"of {len(validation['rows'])} thresholds fit in every figure" in text
