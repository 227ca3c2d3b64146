"""Rules of the house about the clinical safety file."""

import re
from pathlib import Path

import pytest

import tests.web.conftest  # noqa: F401 - Django, for the addresses
from sacra.kb.doubts import doubts
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_safety import CHANCES, MATRIX, SEVERITIES, rating
from sacra.proof.prove import PROPERTIES
from tools.safety import broken_links

ROOT = Path(__file__).parents[2]
SEEDED = {
    "false_reassurance", "fast_none_of_these", "alarm_fatigue", "shared_phone",
    "wrong_country_number", "stale_offline_plan", "minor_posing_as_adult", "reading_for_another",
    "language_error_in_alarm", "long_check_delays", "over_referral", "unreported_medicine",
    "pregnancy_not_known", "wrong_side", "wrong_units", "lost_data", "another_record_read",
    "model_taken_for_measurement", "automation_bias", "knowledge_out_of_date", "server_down",
    "clock_skew", "recalled_numbers", "working_values", "inferred_urgencies",
}  # fmt: skip
"""What the log must never lose."""


def test_every_control_leads_somewhere(knowledge: Knowledge) -> None:
    assert [*broken_links(knowledge.risks.values())] == []


def test_the_hazards_that_were_asked_for_are_there(knowledge: Knowledge) -> None:
    assert set(knowledge.risks) >= SEEDED


def test_every_property_of_the_proof_guards_against_something(knowledge: Knowledge) -> None:
    used = {c.proof for risk in knowledge.risks.values() for c in risk.controls if c.proof}
    assert used == set(PROPERTIES)


def test_the_dossiers_doubts_are_open_hazards(knowledge: Knowledge) -> None:
    counted = {name for risk in knowledge.risks.values() if risk.is_open for name in risk.counts}
    assert counted == set(doubts(knowledge))
    assert all(0 <= share.some <= share.of for share in doubts(knowledge).values())


def test_no_number_of_the_knowledge_is_typed_into_a_hazard(knowledge: Knowledge) -> None:
    for risk in knowledge.risks.values():
        texts = (risk.hazard, *risk.causes, risk.effect, risk.remains, risk.decision)
        assert not [t for t in texts if re.search(r"\d+ of \d+", t)], risk.id


def test_more_chance_or_severity_is_never_less_risk() -> None:
    assert set(MATRIX) == set(CHANCES)
    for i, chance in enumerate(CHANCES):
        for j, severity in enumerate(SEVERITIES):
            beside = [(CHANCES[min(i + 1, 4)], severity), (chance, SEVERITIES[min(j + 1, 4)])]
            assert all(rating(s, c) >= rating(severity, chance) for c, s in beside)


@pytest.mark.parametrize("word", ["nobody: an open post", "rule 11", "MHRA", "FDA", "under 16"])
def test_the_case_report_says_what_is_undecided(word: str) -> None:
    assert word in (ROOT / "docs/safety/README.md").read_text(encoding="utf-8")
