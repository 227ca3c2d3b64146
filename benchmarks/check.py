"""How long the check takes: screens, lines, words and taps of several people, and a time from them.

Nobody was timed. The time is worked out from three assumptions, named below; the screens, lines,
words and taps are counted on the pages themselves. Movements to try come after the check and are
left out here, as one press leaves them out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, NamedTuple

from tests.web import conftest as _settings  # noqa: F401  # Django, before anything of it is used

# isort: split
from django.test import Client

from tests.web.walking import INFLAMMATORY, ORDINARY, PREGNANT, fill

WORDS_A_MINUTE = 220
"""Assumption. Silent reading of non-fiction in English is 238 on average, 175 to 300 for most
adults (Brysbaert 2019, doi:10.1016/j.jml.2019.104047); somebody in pain is taken to be slower."""
SECONDS_A_TAP = 1.5
"""Assumption, after the keystroke-level model (Card, Moran and Newell 1980,
doi:10.1145/358886.358895): 1.1 s to point and 0.2 s to press; the rest is for a thumb."""
SECONDS_A_FIGURE = 1
"""Assumption: one digit on the keypad of a phone."""
WANTED_SCREENS, WANTED_MINUTES, WANTED_ALARMS_S = 25, 5, 60
MOST = 90

PEOPLE: dict[str, dict[str, Any]] = {
    "ordinary man of 44": ORDINARY,
    "woman of 31, pregnant": PREGNANT,
    "man of 28, inflammatory": INFLAMMATORY,
    "woman of 35": {**ORDINARY, "sex": "female", "age": "35", "onset_age": "34"},
    "woman of 72": {**ORDINARY, "sex": "female", "age": "72", "onset_age": "60",
                    "duration_weeks": "300"},
    "woman, 8 weeks after birth": {**ORDINARY, "sex": "female", "age": "32", "onset_age": "32",
                                   "duration_weeks": "12", "birth_within_12m": True},
    "man of 44, low back": {"age": "44", "sex": "male", "region": "gb", "duration_weeks": "2",
                            "pain_now": "5", "pain_worst": "7", "onset_age": "44",
                            "weight_kg": "80", "lumbar_pain": True},
}  # fmt: skip


class Screen(NamedTuple):
    """What one screen asks of who reads it: lines, words not read before, taps, and digits."""

    lines: int
    words: int
    taps: int
    digits: int
    alarms: bool

    @property
    def seconds(self) -> float:
        """To read it and to answer it."""
        reading = 60 * self.words / WORDS_A_MINUTE
        return reading + SECONDS_A_TAP * self.taps + SECONDS_A_FIGURE * self.digits


class _Texts(HTMLParser):
    """The texts of a page's main part, as a reader meets them."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.texts = False, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or tag == "main"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "main"

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.texts.append(re.sub(r"\d+", "#", " ".join(data.split())))


def new_words(html: str, read: set[str]) -> int:
    """The words of the texts that this reader did not meet before; a label is read once."""
    page = _Texts()
    page.feed(html)
    fresh = [text for text in dict.fromkeys(page.texts) if text not in read]
    read.update(fresh)
    return sum(len(text.split()) for text in fresh)


def screen_of(html: str, sent: Mapping[str, Any], read: set[str]) -> Screen:
    """What it takes to answer a page so: lines left to "none of these" need no tap of their own."""
    alarms = 'name="none_of_these"' not in html and 'value="unsure"' in html
    said = {name: value for name, value in sent.items() if name not in ("asked", "none_of_these")}
    typed = [value for name, value in said.items() if f'id="{name}" name="{name}"' in html]
    listed = sum(len(value) for value in said.values() if isinstance(value, list))
    chosen = [v for v in said.values() if isinstance(v, str) and v not in typed]
    taps = listed + sum(alarms or value != "no" for value in chosen) + len(typed) + 1
    return Screen(html.count('class="line'), new_words(html, read), taps,
                  sum(map(len, typed)), alarms)  # fmt: skip


def walk(answers: Mapping[str, Any]) -> Iterator[Screen]:
    """Answer every screen of a check up to the movements."""
    visitor, read = Client(headers={"host": "localhost"}), set[str]()
    visitor.post("/begin/", {"who": "self"})
    for _ in range(MOST):
        page = visitor.get("/check/")
        html = page.content.decode()
        if page.status_code == 302 or 'name="skip_all"' in html:
            return
        sent = fill(html, answers)
        yield screen_of(html, sent, read)
        visitor.post("/check/", sent)


def main() -> int:
    """Print what each person's check takes; 1 when one takes longer than is wanted."""
    found = {name: list(walk(answers)) for name, answers in PEOPLE.items()}
    print(f"{WORDS_A_MINUTE} words a minute, {SECONDS_A_TAP} s a tap, {SECONDS_A_FIGURE} s a digit")
    for name, screens in found.items():
        last = max((at for at, one in enumerate(screens, 1) if one.alarms), default=0)
        print(f"{name}: {len(screens)} screens, {sum(s.lines for s in screens)} lines, "
              f"{sum(s.words for s in screens)} words, {sum(s.taps for s in screens)} taps: "
              f"{_minutes(screens):.1f} minutes; up to the last alarm {last} screens, "
              f"{60 * _minutes(screens[:last]):.0f} s")  # fmt: skip
    longest = max(map(_minutes, found.values()))
    most = max(map(len, found.values()))
    print(f"at most {most} screens (wanted: under {WANTED_SCREENS}), "
          f"{longest:.1f} minutes (wanted: under {WANTED_MINUTES})")  # fmt: skip
    return int(most >= WANTED_SCREENS or longest >= WANTED_MINUTES)


def _minutes(screens: list[Screen]) -> float:
    return sum(screen.seconds for screen in screens) / 60


if __name__ == "__main__":
    sys.exit(main())
