"""The settings of the joint explorer: from an address, and back.

Values are snapped to a grid, so that what was worked out once is there for everybody after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sacra.kb.knowledge import Knowledge
from sacra.kb.schema_joint import Belt, Scenario

MUSCLES = (
    "gluteus_maximus", "biceps_femoris", "piriformis", "erector_spinae", "transversus",
    "pelvic_floor",
)  # fmt: skip

PREGNANT = "pregnant"
"""Who is a woman, and softer."""
FIRST = ("posture", "belt", "pull", "short", "by", "firm")
"""The settings that are seen at once."""


class Choice(NamedTuple):
    """A setting that is one of a few; the first is the usual one."""

    label: str | Promise
    options: Mapping[str, str | Promise]


class Scale(NamedTuple):
    """A setting that is a number on a grid."""

    label: str | Promise
    low: float
    high: float
    step: float
    usual: float
    unit: str | Promise
    least: str | Promise = ""
    most: str | Promise = ""


def _muscle_scale(name: str, knowledge: Knowledge) -> Scale:
    return Scale(knowledge.words["joint"].say[name], 0, 50, 10, 0, "%")


def fields_of(knowledge: Knowledge) -> dict[str, Choice | Scale]:
    """Every setting by its name in the address."""
    postures = sorted(knowledge.postures, key=lambda name: (name != "right_leg", name))
    return {
        "posture": Choice(
            gettext_lazy("What the person does"),
            {name: knowledge.postures[name].name for name in postures},
        ),
        "sex": Choice(
            gettext_lazy("Who"),
            {
                "female": gettext_lazy("women"),
                PREGNANT: gettext_lazy("late in pregnancy"),
                "male": gettext_lazy("men"),
            },
        ),
        "belt": Choice(
            gettext_lazy("Belt around the pelvis"),
            {
                "none": gettext_lazy("none"),
                "high": gettext_lazy("high"),
                "low": gettext_lazy("low"),
            },
        ),
        "pull": Scale(gettext_lazy("How tight the belt is"), 0, 100, 10, 50, gettext_lazy("N")),
        "short": Choice(
            gettext_lazy("A shorter leg"),
            {
                "none": gettext_lazy("none"),
                "right": gettext_lazy("right"),
                "left": gettext_lazy("left"),
            },
        ),
        "by": Scale(gettext_lazy("How much shorter"), 0, 30, 5, 10, gettext_lazy("mm")),
        "firm": Scale(
            gettext_lazy("How firm the ligaments are"), 40, 150, 10, 100, "%",
            gettext_lazy("softer"), gettext_lazy("firmer"),
        ),
        "grown": Choice(
            gettext_lazy("Joints partly grown together, as some are with age"),
            {"no": gettext_lazy("no"), "yes": gettext_lazy("yes")},
        ),
        **{name: _muscle_scale(name, knowledge) for name in MUSCLES},
    }  # fmt: skip


Settings = dict[str, Any]
"""A value for each field."""


def read(
    given: Mapping[str, str], fields: Mapping[str, Choice | Scale]
) -> tuple[Settings, list[str]]:
    """The settings of an address, and one sentence for each that could not be taken."""
    settings: Settings = {}
    problems = []
    for name, field in fields.items():
        text = given.get(name, "")
        settings[name], wrong = (
            _chosen(text, field) if isinstance(field, Choice) else _snapped(text, field)
        )
        if wrong:
            problems.append(wrong)
    return settings, problems


def _chosen(text: str, field: Choice) -> tuple[str, str]:
    usual = next(iter(field.options))
    if not text or text in field.options:
        return text or usual, ""
    said = _("“{label}” cannot be “{value}”. Here it is “{nearest}”.")
    return usual, said.format(label=field.label, value=text[:40], nearest=field.options[usual])


def _snapped(text: str, field: Scale) -> tuple[float, str]:
    try:
        value = float(text) if text else field.usual
    except ValueError:
        said = _("“{label}” is not a number: “{value}”. Here it is {nearest}.")
        return field.usual, said.format(
            label=field.label, value=text[:40], nearest=f"{field.usual:g} {field.unit}"
        )
    nearest = min(max(value, field.low), field.high) if value == value else field.usual
    snapped = field.low + round((nearest - field.low) / field.step) * field.step
    if nearest == value:
        return snapped, ""
    said = _("“{label}” goes from {low} to {high}, not {value}. Here it is {nearest}.")
    return snapped, said.format(
        label=field.label, low=f"{field.low:g}", high=f"{field.high:g} {field.unit}",
        value=text[:40], nearest=f"{snapped:g} {field.unit}",
    )  # fmt: skip


def scenario_of(settings: Settings, knowledge: Knowledge) -> Scenario:
    """What the model is asked."""
    s = settings
    belted = s["belt"] != "none" and s["pull"] > 0
    shorter = s["short"] != "none" and s["by"] > 0 and not is_level(s, knowledge)
    bond = knowledge.anatomy["fused_factor"].value if s["grown"] == "yes" else 0.0
    return Scenario(
        posture=s["posture"],
        sex="female" if s["sex"] == PREGNANT else s["sex"],
        pregnant=s["sex"] == PREGNANT,
        belt=Belt(tension=s["pull"], height=s["belt"]) if belted else None,
        shorter_leg={s["short"]: s["by"]} if shorter else {},
        laxity=s["firm"] / 100,
        bond=bond,
        muscles={name: s[name] / 100 for name in MUSCLES if s[name]},
    )


def is_level(settings: Settings, knowledge: Knowledge) -> bool:
    """Whether a leg is shorter in a posture that it does not tip, as one does not stand on both."""
    both = knowledge.postures[settings["posture"]].support == "two_legs"
    return settings["short"] != "none" and not both


def address_of(scenario: Scenario, knowledge: Knowledge) -> str | None:
    """The settings that make this scenario, for a link; none if the explorer has none."""
    if isinstance(scenario.muscles, str):
        return None
    side = next(iter(scenario.shorter_leg), None)
    sex = PREGNANT if scenario.pregnant else scenario.sex
    found: dict[str, Any] = {"posture": scenario.posture, "sex": sex}
    if scenario.belt:
        found |= {"belt": scenario.belt.height, "pull": f"{scenario.belt.tension:g}"}
    if side:
        found |= {"short": side, "by": f"{scenario.shorter_leg[side]:g}"}
    if isinstance(scenario.laxity, float):
        found["firm"] = f"{100 * scenario.laxity:g}"
    found["grown"] = "yes" if scenario.bond else "no"
    found |= {name: f"{100 * share:g}" for name, share in scenario.muscles.items()}
    settings, problems = read(found, fields_of(knowledge))
    same = not problems and scenario_of(settings, knowledge) == scenario
    return short_address(settings, fields_of(knowledge)) if same else None


def short_address(settings: Settings, fields: Mapping[str, Choice | Scale]) -> str:
    """Only what differs from the usual, so that a link can be read."""
    said = {
        name: f"{value:g}" if isinstance(value, float | int) else value
        for name, value in settings.items()
        if value != usual(fields[name]) or name == "posture"
    }
    return urlencode(said)


def usual(field: Choice | Scale) -> Any:
    """The value of a setting that nobody has touched."""
    return next(iter(field.options)) if isinstance(field, Choice) else field.usual


def said_of(settings: Settings, fields: Mapping[str, Choice | Scale]) -> list[tuple[str, str]]:
    """What was set beside the posture, as label and value."""
    shown = [n for n, field in fields.items() if settings[n] != usual(field) or n in _PART_OF]
    shown = [n for n in shown if settings.get(_PART_OF.get(n, ""), "") != "none" and n != "posture"]
    return [(str(fields[n].label), _worded(settings[n], fields[n])) for n in shown]


_PART_OF = {"pull": "belt", "by": "short"}
"""Numbers that say nothing while their choice is none."""


def _worded(value: Any, field: Choice | Scale) -> str:
    if isinstance(field, Choice):
        return str(field.options[value])
    return f"{value:g} {field.unit}"
