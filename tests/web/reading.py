"""What a check asks of who reads it: the screens, lines, words and taps of the pages themselves.

Nobody is timed: a time follows from the assumptions of the policy `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, NamedTuple

from django.test import Client

from sacra.kb.load import load_knowledge
from tests.web.walking import fill


class Screen(NamedTuple):
    """What one screen asks of who reads it: lines, words not read before, taps, and digits.

    `first`: of the alarms those that may need help at once.
    """

    lines: int
    words: int
    taps: int
    digits: int
    alarms: bool
    first: bool

    def seconds(self, pace: str = "words_a_minute") -> float:
        """To read it and to answer it, by the assumptions of the policy `reading`."""
        policy = load_knowledge().policy("reading")
        answering = policy["seconds_a_tap"] * self.taps + policy["seconds_a_digit"] * self.digits
        return 60 * self.words / policy[pace] + answering


_LEFT_OUT = ("svg", "select", "details")


class _Texts(HTMLParser):
    """The texts of a page's main part, as a reader meets them.

    The names of places are left out: they stand on a page twice, as a body to tap and as a list,
    and who answers on one does not read the other. So are the choices of a list that opens, as one
    looks for one's own, and what is folded away.
    """

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.place, self.folds, self.texts = False, False, 0, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.inside = self.inside or tag == "main"
        self.folds += tag in _LEFT_OUT
        self.place = said.get("class") == "ticks" or self.place

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "main"
        self.folds -= tag in _LEFT_OUT
        self.place = self.place and tag != "fieldset"

    def handle_data(self, data: str) -> None:
        if self.inside and not self.place and not self.folds and data.strip():
            self.texts.append(re.sub(r"\d+", "#", " ".join(data.split())))


def _new_words(html: str, known: set[str]) -> int:
    """The words of the texts that this reader did not meet before; a label is read once."""
    page = _Texts()
    page.feed(html)
    fresh = [text for text in dict.fromkeys(page.texts) if text not in known]
    known.update(fresh)
    return sum(len(text.split()) for text in fresh)


def screen_of(html: str, sent: Mapping[str, Any], known: set[str]) -> Screen:
    """What it takes to answer a page so: lines left to "none of these" need no tap of their own."""
    alarms = 'name="none_of_these"' not in html and 'class="three"' in html
    said = {name: value for name, value in sent.items() if name not in ("asked", "none_of_these")}
    typed = [value for name, value in said.items() if f'id="{name}" name="{name}"' in html]
    listed = sum(len(value) for value in said.values() if isinstance(value, list))
    chosen = [v for v in said.values() if isinstance(v, str) and v not in typed]
    taps = listed + sum(alarms or value != "no" for value in chosen) + len(typed) + 1
    return Screen(html.count('class="line'), _new_words(html, known), taps,
                  sum(map(len, typed)), alarms, alarms and _is_first(said))  # fmt: skip


def _is_first(said: Iterable[str]) -> bool:
    knowledge = load_knowledge()
    names = [name for line in said for name in line.split("+")]
    return any(knowledge.screens[knowledge.screen_of[name]].first for name in names)


def read(answers: Mapping[str, Any]) -> Iterator[Screen]:
    """Answer every screen of a check up to the movements."""
    visitor, known = Client(headers={"host": "localhost"}), set[str]()
    visitor.post("/begin/", {"who": "self"})
    for _ in range(90):
        page = visitor.get("/check/")
        html = page.content.decode()
        if page.status_code == 302 or 'name="skip_all"' in html:
            return
        sent = fill(html, answers)
        yield screen_of(html, sent, known)
        visitor.post("/check/", sent)


def minutes(screens: list[Screen], pace: str = "words_a_minute") -> float:
    """How long they take together."""
    return sum(screen.seconds(pace) for screen in screens) / 60
