"""Dates and times in the order of the reader's language; no template fixes one of its own."""

from __future__ import annotations

import datetime
import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format, time_format

from sacra.web.models import Person
from sacra.web.settings import HERE
from sacra.web.shown_measures import number
from tests.web.keeping import keep

DAY = datetime.date(2026, 4, 3)
NAMED = {"DATE_FORMAT", "SHORT_DATE_FORMAT", "MONTH_DAY_FORMAT", "TIME_FORMAT"}
ALONE = {"l", "D", "Y-m-d"}
"""A day of the week has no order; a form field has one order in every language."""
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))


def test_no_template_fixes_the_order_of_a_date() -> None:
    fixed = {
        (path.name, said)
        for path in TEMPLATES
        for said in re.findall(r"""\|(?:date|time):["']([^"']*)""", path.read_text())
        if said not in NAMED | ALONE
    }
    assert fixed == set()
    assert any("DATE_FORMAT" in path.read_text() for path in TEMPLATES)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "3 April 2026|3 Apr 2026|3 April|08:30|1.5"),
        ("de", "3. April 2026|03.04.2026|3. April|08:30|1,5"),
        ("hu", "2026. április 3.|2026.04.03.|április 3.|08:30|1,5"),
        ("ja", "2026年4月3日|2026/04/03|4月3日|8:30|1.5"),
    ],
)
def test_each_language_has_its_order(language: str, said: str) -> None:
    with translation.override(language):
        days = [date_format(DAY, name) for name in
                ("DATE_FORMAT", "SHORT_DATE_FORMAT", "MONTH_DAY_FORMAT")]  # fmt: skip
        clock = time_format(datetime.time(8, 30), "TIME_FORMAT")
        assert "|".join([*days, clock, number(1.5)]) == said
        shown = Template('{{ day|date:"DATE_FORMAT" }}').render(Context({"day": DAY}))
        assert shown == days[0]


def test_a_score_is_written_as_the_language_writes_numbers() -> None:
    with translation.override("de"):
        assert (number(3), number(-2), number(4.25), number(None)) == ("3", "-2", "4,2", "")


@pytest.mark.django_db
def test_a_page_says_the_day_as_before(browser: Client) -> None:
    keep(browser)
    until = date_format(Person.objects.get().kept_until, "j F Y")
    assert f"kept until {until}." in browser.get("/keep/").content.decode()
