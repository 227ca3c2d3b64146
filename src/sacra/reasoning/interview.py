"""The check as an interview: which screen to show next.

Pure, for the terminal and the web alike. After each screen the case is assessed again, so that
nothing is asked that no longer matters. Order: who is asked, the alarms, the other safety
questions, what tells most about the pain, what to look out for before doing anything at home,
tests to try, and what the person wants to know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

import msgspec

from sacra.kb.knowledge import Knowledge
from sacra.reasoning.asking import MOST, PRESSING, TO_TRY, Ask, Part, View, alarms_of
from sacra.reasoning.assess import Assessment
from sacra.reasoning.case import Case
from sacra.reasoning.trying import free_tests
from sacra.rules.language import findings_of
from sacra.rules.readings import UNSURE


def next_screen(
    assessment: Assessment, knowledge: Knowledge, put_aside: Collection[str] = ()
) -> Ask | None:
    """The next screen to show, or None when nothing is left that is worth asking.

    Args:
        assessment: of the case as it is now.
        knowledge: what the assessment was made with.
        put_aside: ids of the screens that were shown in this sitting and left undone.
    """
    if assessment.triage.urgency in PRESSING:
        return None
    view = View(assessment, knowledge, frozenset(put_aside))
    if ask := next((ask for step in _CHECK if (ask := step(view))), None):
        return ask
    view = replace(view, beyond=True)
    ask = next((ask for step in _BEYOND if (ask := step(view))), None)
    return msgspec.structs.replace(ask, beyond=True) if ask else None


def guided(screen: str, case: Case, knowledge: Knowledge) -> Ask:
    """A test to try on a page of its own, with what it can still tell.

    That is what is not known, or what the person was asked before and could not tell untried.
    """
    of, known = knowledge.screens[screen], case.findings
    retold = {n for n in of.findings if knowledge.findings[n].kind not in TO_TRY}
    open_ = (None, UNSURE)
    names = tuple(n for n in of.findings if known.get(n) in (open_ if n in retold else (None,)))
    return Ask((Part(screen, of.title, names),), of.none, may_skip=True, way="guide")


# --- the steps --------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _openers(knowledge: Knowledge) -> frozenset[str]:
    """What decides which alarms apply: age, sex, pregnancy, birth, where the person is."""
    flags = knowledge.red_flags.values()
    named = {n for flag in flags if flag.applies_when for n in findings_of(flag.applies_when)}
    parts = {p for n in named if (d := knowledge.findings[n].derived) for p in d.parts}
    return frozenset(named | parts)


def _opening(view: View) -> Ask | None:
    openers = _openers(view.knowledge)
    every = view.open.values()
    question = next((q for q in every if q.stage == "safety" and q.finding in openers), None)
    return view.around(question.finding) if question else None


def _alarms(view: View) -> Ask | None:
    """What may need help at once, then every symptom that alone can be an alarm, then what adds.

    Most that only adds to an alarm is settled once the alarm itself is answered, and is not asked.
    """
    alarms = alarms_of(view.knowledge)
    alone = [q for q in view.open.values() if q.finding in alarms and view.alone(q)]
    first = [q for q in alone if q.screen and view.knowledge.screens[q.screen].first]
    needed = {q.finding for q in view.safety()}
    then = [q for q in view.open.values() if q.finding in needed or view.alone(q)]
    return view.together(first) or view.together(alone) or view.together(then)


def _measured(view: View) -> Ask | None:
    name = min(view.measured, default=None)
    return view.around(name) if name else None


def _story(view: View) -> Ask | None:
    """The alarms that are left, then what tells most for its time, then what safety waits for."""
    worth = _worth(view, [n for n in view.open if not view.is_test(n)])
    alarms = [q.screen for q in view.safety() if view.alone(q)]
    telling = [screen for screen in worth if screen != _BEFORE]
    safety = [question.screen for question in view.safety()]
    return view.packed([*alarms, *telling, *safety])


def _tests(view: View) -> Ask | None:
    """Tests to try come last, and only when no red flag holds anything and no gate is against."""
    tests = {screen.id for screen in view.knowledge.screens.values() if screen.guide}
    free = free_tests(view.assessment, view.knowledge) - view.put_aside
    worth = _worth(view, [n for n in view.open if view.is_test(n)])
    may = [name for name in worth if name not in tests or name in free]
    if not may or view.assessment.triage.holds:
        return None
    if may[0] in tests:
        return guided(may[0], view.assessment.case, view.knowledge)
    return view.packed(name for name in may if name not in tests)


def _worth(view: View, names: list[str]) -> list[str]:
    """The screens worth their time, the best first.

    A red flag that could still be met is always worth it. What only adds to one comes late, as it
    is often settled by then.
    """
    policy = view.knowledge.policy("enquiry")
    worth: dict[str, float] = defaultdict(float)
    first: dict[str, float] = defaultdict(float)
    for question in (view.open[name] for name in names if view.matters(name)):
        flag = policy["bits_of_a_flag"] * (question.finding in view.settling)
        effort = 1 + question.cost.seconds / 60 / policy["minutes_per_bit"]
        adds = 1 if view.alone(question) else policy["modifier"]
        worth[question.screen] += (question.bits + flag) / effort
        first[question.screen] += (question.bits + adds * flag) / effort
    good = [screen for screen in worth if worth[screen] >= policy["bits_for_a_screen"]]
    return sorted(good, key=lambda screen: (-first[screen], screen))


def _gates(view: View) -> Ask | None:
    """What most things to do at home wait for, from whatever screens, on one."""
    findings, screen_of = view.knowledge.findings, view.knowledge.screen_of
    gates = view.before_home
    ranked = sorted(gates, key=lambda name: (-gates[name], name))
    if ranked and findings[ranked[0]].type != "yes_no":
        return view.around(ranked[0])
    names = [name for name in ranked if findings[name].type == "yes_no"][:MOST]
    frees = sum(gates[name] for name in names)
    if frees < view.knowledge.policy("enquiry")["items_for_a_screen"]:
        return None
    screens = dict.fromkeys(screen_of[name] for name in names)
    asks = [view.ask(at, tuple(n for n in names if screen_of[n] == at)) for at in screens]
    parts = tuple(part for ask in asks for part in ask.parts)
    return Ask(parts, asks[0].none)


_BEFORE = "before_exercise"
"""The screen that is asked with the gates, whatever else it tells."""


def _wished(view: View) -> Ask | None:
    """What stands before a treatment that the person asked about."""
    name = next(iter(view.wished), None)
    return view.around(name) if name else None


def _wishes(view: View) -> Ask | None:
    """Medicines wait for many answers, so they are gone into only for who wants them."""
    if view.assessment.case.findings.get("asks_about") is not None:
        return None
    items = view.knowledge.items
    waiting = [a.intervention for a in view.assessment.plan.ask_first]
    medicines = tuple(n for n in waiting if items[n].step == "medication")
    screen = view.knowledge.screen_of["asks_about"]
    return view.ask(screen, ("asks_about",), medicines) if medicines else None


_CHECK = (_opening, _alarms, _measured, _story)
"""Until it is known how urgent it is and what it probably is."""
_BEYOND = (_gates, _tests, _wishes, _wished)
"""What a plan waits for."""
