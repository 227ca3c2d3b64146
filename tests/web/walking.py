"""A visitor without scripts: reads the form on a page and answers it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from sacra.kb.load import load_knowledge
from sacra.reasoning.case import SIDES


class _Form(HTMLParser):
    """The fields of the check's form: radios and boxes with their values, texts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = ""
        self.choices: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.selects: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "select":
            self.selects.append(said["name"])
        if tag != "input":
            return
        if said.get("name") == "asked":
            self.asked = said["value"]
        elif said.get("type") in ("radio", "checkbox") and "name" in said:
            self.choices.setdefault(said["name"], []).append(said["value"])
        elif said.get("type") == "text":
            self.texts.append(said["name"])


def places(values: list[str], answers: Mapping[str, Any]) -> list[str]:
    """The places of the body map on which these answers say it hurts, on the right if on a side."""
    every = load_knowledge().findings
    yes = [every[name] for name in every if answers.get(name) is True]
    names = {area for finding in yes for area in (*finding.areas, *finding.worst_spot)}
    sides = [answers["pain_side"]] if answers.get("pain_side") in SIDES else ["right"]
    wanted = {*names, *(f"{name}.{side}" for name in names for side in sides)}
    return [value for value in values if value in wanted]


def fill(html: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What to send: the answers that are known, "no" to the rest, nothing for other lines."""
    form = _Form()
    form.feed(html)
    data: dict[str, Any] = {"asked": form.asked, "none_of_these": "1"}
    for name, values in form.choices.items():
        if name == "place":
            data[name] = places(values, answers)
        elif name == "spot":
            data[name] = next(iter(places(values, answers)), "elsewhere")
        elif "+" in name:  # signs that share a line
            data[name] = "yes" if any(answers.get(n) for n in name.split("+")) else "no"
        elif answers.get(name) is True and "both" in values:
            data[name] = "both"
        elif name in answers:
            said = answers[name]
            data[name] = (
                {True: "yes", False: "no"}.get(said, said) if said in (True, False) else said
            )
        elif "no" in values:
            data[name] = "no"
    data |= {name: answers[name] for name in (*form.texts, *form.selects) if name in answers}
    return data


def walk(
    browser: Client, answers: Mapping[str, Any], most: int = 60, *, onwards: bool = True
) -> str:
    """Answer every screen, unless told not to those for a plan too; where the check ends."""
    browser.post("/begin/", {"who": "self"})
    for _ in range(most):
        page = browser.get("/check/")
        if page.status_code == 302:
            end = str(page.headers["Location"])
            if end != "/result/" or not onwards:
                return end
            browser.post("/check/onwards/")
            continue
        sent = browser.post("/check/", fill(page.content.decode(), answers))
        assert sent.status_code == 302, re.findall(
            r'class="why"[^>]*>(.*?)<', sent.content.decode()
        )
    raise AssertionError("the check does not end")


ORDINARY: dict[str, Any] = {
    "age": "44", "sex": "male", "region": "gb", "duration_weeks": "14", "pain_now": "4",
    "pain_worst": "6", "buttock_pain": True, "pain_over_sij": True, "one_finger": True,
    "unilateral_pain": True, "onset_age": "43", "weight_kg": "80",
}  # fmt: skip
PREGNANT: dict[str, Any] = {
    **ORDINARY, "sex": "female", "age": "31", "pregnant": True, "pregnancy_weeks": "24",
    "duration_weeks": "5", "onset_age": "31",
}  # fmt: skip
INFLAMMATORY: dict[str, Any] = {
    **ORDINARY, "age": "28", "onset_age": "26", "duration_weeks": "60", "insidious_onset": True,
    "morning_stiffness_30": True, "improves_with_movement": True, "wakes_second_half_night": True,
    "alternating_buttock": True, "family_history_spa": True,
}  # fmt: skip
