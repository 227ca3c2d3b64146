"""What the pages of the plan show: a plan and its programme made ready, without own words."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from sacra.figure import figure_svg
from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.kb.schema import Card, Exercise, Source
from sacra.reasoning.case import Case
from sacra.reasoning.dose import Rung, rungs, top_level
from sacra.reasoning.plan import ExerciseOffer, Offer, Plan
from sacra.reasoning.standing import Chosen, Programme
from sacra.reasoning.wishes import AT_HOME, Wishes, read_wishes
from sacra.web.shown import band_of

# --- exercises --------------------------------------------------------------------------------


class Doing(msgspec.Struct, frozen=True, gc=False):
    """One exercise of the programme as the page shows it."""

    chosen: Chosen
    name: str
    start: str
    own_stops: tuple[str, ...]
    figure: str
    top: int
    printed_level: int


def doings(programme: Programme, case: Case, knowledge: Knowledge) -> tuple[Doing, ...]:
    """Every chosen exercise with its still figure."""
    shared = set(shared_stops(programme, knowledge))
    return tuple(_doing(one, case, shared, knowledge) for one in programme.chosen)


def _doing(chosen: Chosen, case: Case, shared: Collection[str], knowledge: Knowledge) -> Doing:
    exercise = knowledge.exercises[chosen.exercise]
    return Doing(
        chosen=chosen,
        name=exercise.plain,
        start=exercise.start_position,
        own_stops=tuple(rule for rule in exercise.stop_when if rule not in shared),
        figure=figure_of(exercise, case, chosen.first_side, knowledge, still=True),
        top=chosen.top if band_of(case) == "adult" else 1,
        printed_level=next((s.level for s in exercise.ladder if s.printed), 0),
    )


def figure_of(
    exercise: Exercise, case: Case, side: str, knowledge: Knowledge, *, still: bool
) -> str:
    """The picture, seen from the side that works first; nothing where none is drawn yet."""
    figure = knowledge.figures.get(exercise.id)
    if figure is None:
        return ""
    trimester = case.findings.get("trimester")
    return figure_svg(
        figure,
        still=still,
        side="far" if side == "left" else "near",
        title=exercise.plain,
        pregnant=isinstance(trimester, int) and trimester >= 2,
    )


def shared_stops(programme: Programme, knowledge: Knowledge) -> tuple[str, ...]:
    """The stop rules that hold for every chosen exercise, in their order."""
    lists = [knowledge.exercises[one.exercise].stop_when for one in programme.chosen]
    return tuple(rule for rule in (lists[0] if lists else ()) if all(rule in x for x in lists))


class Ladder(msgspec.Struct, frozen=True, gc=False):
    """The levels open to this person, where they stand, and whether there are more above."""

    rungs: tuple[Rung, ...]
    at: Rung
    more_above: bool


def ladder_of(
    exercise: Exercise, plan: Plan, programme: Programme, case: Case, knowledge: Knowledge
) -> Ladder:
    """From level 1 to the highest that this person may go to."""
    mine = next((one for one in programme.chosen if one.exercise == exercise.id), None)
    offered, wishes = {o.exercise for o in plan.exercises}, programme.wishes
    policy = knowledge.policy("programme")
    top = top_level(exercise, offered, wishes.equipment, wishes.minutes, policy)
    top = top if band_of(case) == "adult" else 1
    every = {rung.level: rung for rung in rungs(exercise)}
    at = every[min(mine.level, top)] if mine else every[1]
    open_ = tuple(rung for level, rung in every.items() if 1 <= level <= top)
    return Ladder(open_, at, max(every) > top)


def offer_of(exercise: str, plan: Plan) -> ExerciseOffer | None:
    """The offer of an exercise in this plan."""
    return next((offer for offer in plan.exercises if offer.exercise == exercise), None)


def refusal_of(exercise: str, plan: Plan) -> tuple[str, ...]:
    """Why an exercise is not offered; empty where nothing calls for it, or answers are missing."""
    because = (*plan.withheld, *plan.with_clinician)
    return next((b.because for b in because if b.intervention == exercise), ())


def sources_of(names: Iterable[str], knowledge: Knowledge) -> tuple[Source, ...]:
    """The sources behind something."""
    return tuple(knowledge.sources[name] for name in names)


# --- the week ---------------------------------------------------------------------------------


class Row(msgspec.Struct, frozen=True, gc=False):
    """One exercise over the week: how often on each day."""

    name: str
    times: tuple[int, ...]


def week_rows(programme: Programme, knowledge: Knowledge) -> tuple[Row, ...]:
    """The programme as a table."""
    return tuple(
        Row(
            knowledge.exercises[one.exercise].plain,
            tuple(one.dose.per_day if day in one.days else 0 for day in range(7)),
        )
        for one in programme.chosen
    )


def day_of(started: datetime.date, today: datetime.date) -> int:
    """Which day of the programme's week it is, from 0."""
    return (today - started).days % 7


def wishes_of(raw: Mapping[str, Any], knowledge: Knowledge) -> Wishes:
    """The wishes as kept; from an older version that cannot be read any more, none."""
    try:
        return read_wishes(raw, knowledge)
    except CaseError:
        return Wishes()


def things_of(knowledge: Knowledge) -> tuple[str, ...]:
    """What exercises take beyond what nearly everybody has at home."""
    found = set[str]()
    for exercise in knowledge.exercises.values():
        found.update(exercise.equipment, *(step.equipment for step in exercise.ladder))
    return tuple(sorted(found - set(AT_HOME)))


# --- what else --------------------------------------------------------------------------------


class Help(msgspec.Struct, frozen=True, gc=False):
    """Something that can be done, or talked about, with what stands against it for this person."""

    item: str
    name: str
    step: str
    state: Literal["offered", "clinician", "ask", "held", "nobody"]
    because: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    offer: Offer | None = None

    @property
    def asks_more(self) -> int:
        """How many questions there are beyond those that are named."""
        return max(0, len(self.asks) - 6)

    @property
    def reason(self) -> str:
        """The first thing that stands against it."""
        return self.because[0] if self.because else ", ".join(self.asks)


_SECTIONS = {
    "daily": ("self_care",),
    "support": ("support",),
    "work": ("workplace",),
    "with_help": ("exercise", "physiotherapy", "referral"),
}


def sections(
    plan: Plan, knowledge: Knowledge, without: Collection[str] = ()
) -> dict[str, tuple[Help, ...]]:
    """What is offered and not declined, by where in life it belongs."""
    some = [_offered(o, knowledge) for o in plan.offered if o.intervention not in without]
    return {
        section: tuple(one for one in some if one.step in steps)
        for section, steps in _SECTIONS.items()
    }


def _offered(offer: Offer, knowledge: Knowledge) -> Help:
    plain = knowledge.items[offer.intervention].plain
    return Help(offer.intervention, plain, offer.step, "offered", offer=offer)


def medicines(plan: Plan, knowledge: Knowledge, without: Collection[str] = ()) -> tuple[Help, ...]:
    """Every medicine the plan speaks of and nobody declined, what may be talked about first."""
    every = [*(_offered(o, knowledge) for o in plan.offered), *not_offered(plan, knowledge)]
    some = [one for one in every if one.step == "medication" and one.item not in without]
    return tuple(sorted(some, key=lambda help_: _ORDER.index(help_.state)))


_ORDER = ("offered", "clinician", "ask", "held", "nobody")


def not_offered(plan: Plan, knowledge: Knowledge) -> Iterator[Help]:
    """What must be agreed to, asked first or left out."""
    for b in plan.with_clinician:
        yield _help(b.intervention, "clinician", knowledge, because=b.because)
    for a in plan.ask_first:
        asks = tuple(knowledge.findings[name].label for name in a.findings)
        yield _help(a.intervention, "ask", knowledge, asks=asks)
    for b in plan.withheld:
        nobody = knowledge.items[b.intervention].recommend in ("do_not_offer", "advise_against")
        yield _help(b.intervention, "nobody" if nobody else "held", knowledge, because=b.because)


def _help(
    name: str,
    state: Literal["clinician", "ask", "held", "nobody"],
    knowledge: Knowledge,
    *,
    because: tuple[str, ...] = (),
    asks: tuple[str, ...] = (),
) -> Help:
    item = knowledge.items[name]
    return Help(name, item.plain, item.step, state, because, asks)


class Page(msgspec.Struct, frozen=True, gc=False):
    """A card with the lines that may be said to this person."""

    plain: str
    lines: tuple[str, ...]


def cards(plan: Plan, kinds: Collection[str], knowledge: Knowledge) -> tuple[Page, ...]:
    """The cards of this plan that are shown with one of these."""
    every = (knowledge.cards[name] for name in plan.cards)
    return tuple(page_of(card, plan) for card in every if card.shown_with in kinds)


def page_of(card: Card, plan: Plan) -> Page:
    """One card as this plan allows it."""
    return Page(card.plain, card.said(plan.unsaid))


class Left(msgspec.Struct, frozen=True, gc=False):
    """Things that stay out for the same reason."""

    because: str
    names: tuple[str, ...]


def left_out(plan: Plan, programme: Programme, knowledge: Knowledge) -> dict[str, tuple[Left, ...]]:
    """What is not in it and why: held back, needing a clinician, for nobody, or not chosen now."""
    rows: dict[str, list[tuple[str, str]]] = {s: [] for s in ("held", "clinician", "ask", "nobody")}
    for help_ in not_offered(plan, knowledge):
        if help_.step != "medication":
            rows[help_.state].append((help_.reason, help_.name))
    rows["now"] = [
        (one.because, knowledge.exercises[one.exercise].plain)
        for one in programme.left_out
        if one.constraint != "declined"
    ]
    return {state: grouped(some) for state, some in rows.items()}


def grouped(rows: Iterable[tuple[str, str]]) -> tuple[Left, ...]:
    """Pairs of reason and name, each reason once."""
    found: dict[str, list[str]] = {}
    for because, name in rows:
        found.setdefault(because, []).append(name)
    return tuple(Left(because, tuple(names)) for because, names in found.items())


def night(plan: Plan, card: str, knowledge: Knowledge) -> dict[str, Any]:
    """What helps tonight: lines of a card, warmth and medicines as far as nothing stands before."""
    every = [one for one in medicines(plan, knowledge) if knowledge.items[one.item].classes]
    heat = help_of("heat", plan, knowledge)
    told = heat.because if heat else ()
    held = [(_beyond(told, one.because), one.name) for one in every if one.state == "held"]
    return {
        "card": page_of(knowledge.cards[card], plan),
        "heat": heat,
        "medicines": [one for one in every if one.state == "offered"],
        "held": grouped(held),
        "danger": knowledge.claims["alarm_signs"].say,
    }


def _beyond(told: Collection[str], because: tuple[str, ...]) -> str:
    """What speaks against it beside what the page has told already; all of it, if nothing does."""
    return " ".join([one for one in because if one not in told] or because)


def help_of(name: str, plan: Plan, knowledge: Knowledge) -> Help | None:
    """What the plan says of one item; None where nothing calls for it."""
    every = [*(_offered(o, knowledge) for o in plan.offered), *not_offered(plan, knowledge)]
    return next((help_ for help_ in every if help_.item == name), None)
