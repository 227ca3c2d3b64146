"""What one visitor has answered so far, kept by their own browser until they say otherwise.

It lives in one encrypted cookie: the server keeps nothing, so that it can be restarted or
replaced in the middle of a check, and closing the browser forgets it unless the person asked to
keep it on this device. See ``docs/decisions/``.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.reasoning.case import Case, read_case
from sacra.web.languages import load_knowledge
from sacra.web.vault import seal, unseal

COOKIE = "sacra"
KEPT_DAYS = 30
_LARGEST = 3_900
"""What browsers keep of one cookie, less its name."""


class Outgrown(SuspiciousOperation):
    """A sitting has no room in its cookie; the browser keeps the one that it has."""


class Sitting(msgspec.Struct, dict=True):  # with room for what `case` remembers
    """A check under way.

    `steps` says how many answers were known before each screen and `asides` how many screens were
    put aside, so that "back" can undo one;
    `follow` names the alarms answered "not sure" whose follow-up is still to be asked; `beyond`
    is the screen at which the person went on from the result to what a plan waits for; `kept` is
    whether the person wants it kept on this device, `carried` whether it was read from a record.
    """

    started: datetime.date
    who: str = "self"
    findings: dict[str, Any] = {}
    steps: list[int] = []
    asides: list[int] = []
    put_aside: list[str] = []
    follow: list[str] = []
    wishes: dict[str, Any] = {}
    beyond: int | None = None
    kept: bool = False
    carried: bool = False

    def case(self, knowledge: Knowledge) -> Case:
        """The case as answered; checked again, as a cookie may be from an older version."""
        said = knowledge, self.started, {**self.findings}
        if self.__dict__.get("said") != said:
            self.__dict__.update(said=said, case_said=self._read_case(knowledge))
        case: Case = self.__dict__["case_said"]
        return case

    def _read_case(self, knowledge: Knowledge) -> Case:
        known = {
            k: v for k, v in self.findings.items() if k.partition(".")[0] in knowledge.findings
        }
        return read_case({**known, "as_of": self.started}, knowledge)

    def step(self, answers: Collection[str] = ()) -> None:
        """Remember where a screen began; an answer that takes the place of an old one is new."""
        self.steps.append(sum(key not in answers for key in self.findings))
        self.asides.append(len(self.put_aside))

    def back(self) -> None:
        """Undo the last screen."""
        if self.follow:
            self.follow = []
        if self.steps:
            count = self.steps.pop()
            if self.beyond is not None and len(self.steps) < self.beyond:
                self.beyond = None
            self.findings = dict(list(self.findings.items())[:count])
            self.put_aside = self.put_aside[: self.asides.pop() if self.asides else 0]


def sitting_of(request: HttpRequest) -> Sitting | None:
    """The sitting that this browser brings; None when it brings none that can be read."""
    token = request.COOKIES.get(COOKIE, "")
    data = unseal(token.encode(), ttl=KEPT_DAYS * 86_400) if token else None
    try:
        sitting = msgspec.convert(data, Sitting) if data is not None else None
        if sitting:
            sitting.case(load_knowledge())  # of an older release it may contradict itself
    except (msgspec.ValidationError, CaseError):
        return None
    return sitting


def new_sitting(who: str = "self") -> Sitting:
    """A fresh check, from today; who answers on a page of their own is at home."""
    return Sitting(started=timezone.localdate(), who=who, findings={"setting": "home"})


def fits(sitting: Sitting) -> bool:
    """Whether a browser keeps that much."""
    return len(seal(sitting)) <= _LARGEST


def keep(response: HttpResponse, sitting: Sitting) -> HttpResponse:
    """Let the browser bring this sitting again.

    Raises:
        Outgrown: browsers would not keep a cookie of that size.
    """
    token = seal(sitting).decode()
    if len(token) > _LARGEST:
        raise Outgrown
    response.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_DAYS * 86_400 if sitting.kept else None,
        secure=not settings.LOCAL,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Nothing is left on this device."""
    response.delete_cookie(COOKIE)
    return response


def nothing_here(request: HttpRequest) -> HttpResponse:
    """To the first page; who sent something is told that what it belonged to is gone."""
    response = redirect("start")
    if request.method == "POST":
        response["Location"] += "?gone=1"
    return response
