"""What follows from what is known."""

from __future__ import annotations

from typing import Any

import pytest

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import read_case
from sacra.reasoning.settle import settle


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({"pregnancy_weeks": 32}, "pregnant", True),
        ({"pregnancy_weeks": 32}, "trimester", 3),
        ({"pregnancy_weeks": 13}, "trimester", 1),
        ({"pregnancy_weeks": 14}, "trimester", 2),
        ({"pregnant": False}, "pregnancy_weeks", False),
        ({"pregnant": False}, "reduced_fetal_movement", False),
        ({"age": 70}, "pregnant", False),
        ({"age": 30, "sex": "male"}, "pregnant", None),  # recorded sex never decides pregnancy
        ({"age": 70}, "age_over_70", True),
        ({"age": 44}, "age_onset_lt45", True),
        ({"age": 50}, "age_onset_lt45", None),
        ({"age": 50, "duration_weeks": 10}, "age_onset_lt45", False),
        ({"duration_weeks": 13}, "chronic", True),
        ({"duration_weeks": 5}, "acute", True),
        ({"thigh_thrust.left": True}, "thigh_thrust", True),
        ({"thigh_thrust.left": False}, "thigh_thrust", None),
        ({"thigh_thrust.left": False, "thigh_thrust.right": False}, "thigh_thrust", False),
        ({"hypermobility_thumb": True, "hypermobility_palms": True}, "hypermobility", True),
        ({"leg_weakness_severe": True}, "leg_weakness", True),
        ({"leg_weakness": False}, "leg_weakness_severe", False),
        ({"saddle_numbness": True}, "cauda_equina", True),
        ({"fever_chills": True}, "infection_suspected", True),
        ({}, "fracture_suspected", None),
        ({"postop_fusion_weeks": 4}, "sij_fused", True),
        ({"sij_fused": False}, "postop_fusion_weeks", False),
    ],
)
def test_what_follows(
    given: dict[str, Any], name: str, expected: Any, knowledge: Knowledge
) -> None:
    assert settle(read_case(given, knowledge), knowledge).findings.get(name) == expected


def test_entered_findings_never_change(knowledge: Knowledge) -> None:
    given = {"age": 30, "pregnant": "unsure", "leg_weakness": "unsure"}
    settled = settle(read_case(given, knowledge), knowledge)
    assert {name: settled.findings[name] for name in given} == given


def test_ng65_needs_four_features(knowledge: Knowledge) -> None:
    three = {
        "age": 27, "duration_weeks": 26, "wakes_second_half_night": True, "buttock_pain": True,
        "improves_with_movement": False, "nsaid_response": False, "family_history_spa": False,
        "peripheral_arthritis": False, "enthesitis": False, "psoriasis": False,
    }  # fmt: skip
    settled = settle(read_case(three, knowledge), knowledge)  # onset before 35 is the third
    assert settled.findings.get("ng65_count") == 3
    assert settled.findings.get("inflammatory_suspected") is None  # HLA-B27 would decide
    four = settle(read_case({**three, "psoriasis": True}, knowledge), knowledge)
    assert four.findings["inflammatory_suspected"] is True


def test_what_does_not_apply_is_no_evidence(knowledge: Knowledge) -> None:
    settled = settle(read_case({"pregnant": True, "recent_birth": False}, knowledge), knowledge)
    assert settled.findings["onset_around_birth"] is False
    assert "onset_around_birth" not in settled.evidence


def test_tests_nobody_has_done_do_not_count_as_negative(knowledge: Knowledge) -> None:
    settled = settle(read_case({"age": 40}, knowledge), knowledge)
    assert settled.for_red_flags["pvr_200"] is False
    assert "pvr_200" not in settled.findings
    assert "pvr_200" not in settled.evidence
