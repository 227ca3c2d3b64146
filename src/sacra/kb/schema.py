"""The shape of every file in ``knowledge/``: one struct a kind, checked when it is made.

A file holds one fact. Its name is its id; it says where it comes from (`sources`) and how well
that was read (`mark`): `verified` on the page, `recalled` from memory, or a `working_value` that
no study gives.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from sacra.kb.facts import WORDS as WORDS
from sacra.kb.facts import Confirmation as Confirmation
from sacra.kb.facts import Fact as Fact
from sacra.kb.facts import Mark as Mark
from sacra.kb.facts import Named as Named
from sacra.kb.facts import Record as Record
from sacra.kb.facts import Words as Words
from sacra.kb.schema_figure import Figure as Figure
from sacra.kb.schema_figure import Point
from sacra.kb.schema_joint import Anatomy as Anatomy
from sacra.kb.schema_joint import Calibration as Calibration
from sacra.kb.schema_joint import Measurement as Measurement
from sacra.kb.schema_joint import ModelCheck as ModelCheck
from sacra.kb.schema_joint import Posture as Posture
from sacra.kb.schema_safety import Control as Control
from sacra.kb.schema_safety import Risk as Risk
from sacra.rules.language import Rule, findings_of

Urgency = Literal["emergency", "same_day", "within_days", "routine", "self_care"]
URGENCIES: tuple[Urgency, ...] = ("self_care", "routine", "within_days", "same_day", "emergency")
"""From the least to the most urgent."""

Site = Literal["sij", "lumbar", "hip", "gluteal", "nerve", "symphysis"]
ActionClass = Literal[
    "loading",  # asks the pelvis or spine to carry more than daily life does
    "impact",  # running, jumping, hopping
    "end_range",  # stretches or pushes to the end of a movement
    "lying_flat",  # on the back
    "lying_front",  # on the front
    "balance",  # standing tasks that can end in a fall
    "hands_on",  # somebody else's hands on the back or pelvis
    "thrust",  # a quick push or manipulation
    "nsaid",  # anti-inflammatory medicine by mouth or skin
    "medicine",  # any other medicine
    "herb",  # herbal or food supplement
    "sedating",  # slows breathing or thinking
    "steroid",  # corticosteroid
    "injection",  # a needle near the joint or spine
    "surgery",
    "electrical",  # current through the skin
    "heat",
    "cold",
    "water",  # pool or bath
    "radiation",  # X-ray guidance
    "reassurance",  # says that moving is safe
    "compression",  # a belt or tape
    "provoking",  # tries on purpose whether it brings on the usual pain
]
Help = Literal["emergency", "maternity", "crisis", "out_of_hours", "clinician"]
"""Whom to turn to, the most pressing first."""
Effect = Literal["block", "clinician", "modify", "caution"]
Goal = Literal["calm", "mobilise", "stabilise", "strengthen", "release", "aerobic", "return"]
Position = Literal["back", "front", "side", "hands_and_knees", "kneeling", "sitting", "standing"]
Region = Literal["breath", "pelvic_floor", "trunk", "hip", "legs", "whole_body"]
"""What an exercise trains, as coarse as a programme needs it."""
Decision = Literal["stop", "regress", "hold", "progress"]
"""What a review says of one exercise, the most careful first."""
Setting = Literal["home", "primary_care", "physiotherapy", "spine_clinic"]


class Source(Named, kw_only=True):
    """Where something was read."""

    title: str
    kind: str
    authors: str = ""
    year: int | None = None
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    note: Words = ""

    @property
    def byline(self) -> str:
        """Who wrote it, when and where, as far as the page that was read says so."""
        return ", ".join(filter(None, (self.authors, str(self.year or ""), self.journal)))


class Subtype(Record, kw_only=True):
    """A descriptive label without probability."""

    id: str
    name: str
    description: str
    findings: tuple[str, ...]
    evidence: str


class PriorCell(Record, kw_only=True):
    """A starting probability with the range it is drawn from (read as a 90 % interval)."""

    value: float
    low: float
    high: float
    mark: Mark
    sources: tuple[str, ...]
    note: str = ""


class Prior(Record, kw_only=True):
    """Starting probabilities: by setting when neither pregnant nor postpartum, else one each."""

    general: dict[Setting, PriorCell]
    pregnant: PriorCell
    postpartum: PriorCell


class Prevalence(Record, kw_only=True):
    """A published frequency in a stated setting."""

    setting: str
    value: float
    mark: Mark
    sources: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    n: int | None = None
    url: str = ""
    note: str = ""


class Condition(Fact, kw_only=True):
    """A possible source of the pain: weighed with a probability, or only watched for."""

    name: Words
    plain: Words
    kind: Literal["weighed", "watched"]
    definition: str
    serious: bool
    sites: tuple[Site, ...] = ()
    base_rate: float | None = None
    subtypes: tuple[Subtype, ...] = ()
    codes: dict[str, tuple[str, ...]] = {}
    prior: Prior | None = None
    prevalence: tuple[Prevalence, ...] = ()


class Counts(Record, kw_only=True):
    """A two-by-two table."""

    tp: int
    fp: int
    fn: int
    tn: int
    origin: str = "published"


class Study(Record, kw_only=True):
    """One study of one finding for one condition; `use: none` and `check` never enter a sum."""

    sources: tuple[str, ...]
    mark: Mark
    use: Literal["input", "check", "none"] = "input"
    why: str = ""
    sens: float | None = None
    spec: float | None = None
    lr_pos: float | None = None
    lr_neg: float | None = None
    lr_origin: str = ""
    counts: Counts | None = None
    n: int | None = None
    reference_standard: str = ""
    setting: str = ""
    url: str = ""
    note: str = ""
    reported: dict[str, Any] = {}


class Implication(Record, kw_only=True):
    """When the rule holds and nothing else is known, the finding has this value."""

    when: Rule
    value: bool | int | float | str


class Bands(Record, kw_only=True):
    """Which band a number falls into: 1 from the first start, 2 from the second, and so on."""

    of: str
    starts: tuple[int, ...]


class Derived(Record, kw_only=True):
    """How a finding follows from others: by a rule, a count, bands, or the red flags that fire.

    Only `fires`, and rules that say `waits_for_tests: false`, are settled while nobody has
    examined the person; see `Case.for_red_flags`.
    """

    rule: Rule | None = None
    count: tuple[str, ...] = ()
    bands: Bands | None = None
    fires: tuple[str, ...] = ()
    waits_for_tests: bool = True

    @property
    def parts(self) -> tuple[str, ...]:
        """Findings it is worked out from directly (none for `fires`, which reads red flags)."""
        from_rule = findings_of(self.rule) if self.rule else ()
        return (*from_rule, *self.count, *((self.bands.of,) if self.bands else ()))


class Finding(Fact, kw_only=True):
    """Anything that can be known about a person."""

    label: Words
    question: Words
    kind: Literal[
        "profile",
        "symptom",
        "history",
        "medicine",
        "self_test",
        "examination",
        "imaging",
        "laboratory",
        "diary",  # worked out from the diary; never entered in a case
    ]
    by: Literal["self", "clinician"]
    type: Literal["yes_no", "number", "choice", "list"] = "yes_no"
    definition: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    choices_from: Literal["contacts", "interventions"] | None = None
    sided: bool = False
    about: tuple[Site, ...] = ()
    group: Literal["provocation", "inflammatory"] | None = None
    scored: bool = True
    why_not_scored: str = ""
    areas: tuple[str, ...] = ()  # of the body map: pain in any of them is a yes
    worst_spot: tuple[str, ...] = ()  # a yes when the one worst spot lies in one of these areas
    applies_when: Rule | None = None
    implied: tuple[Implication, ...] = ()
    derived: Derived | None = None
    line: Words = ""  # the question in short, where it stands under the title of its screen
    follow_up: Words = ""  # asked of who was not sure; "yes" means the finding is there
    valid_for_days: int | None = None
    advances: bool = False  # a time since something: grows by itself, in its unit of days or weeks
    classes: tuple[ActionClass, ...] = ()
    seconds: int = 10
    money: Literal["none", "low", "high"] = "none"
    risk: Literal["none", "low", "high"] = "none"
    likelihood: dict[str, tuple[Study, ...]] = {}
    reliability: tuple[dict[str, Any], ...] = ()
    note: str = ""

    @property
    def under_title(self) -> str:
        """How it is asked under the title of its screen."""
        return self.line or self.question


class Level(Record, kw_only=True):
    """One urgency of a red flag and the rule that reaches it; `say` gives the reason plainly.

    `do` and `contact` stand in for the flag's own at this level.
    """

    urgency: Urgency
    when: Rule
    say: Words
    do: Words = ""
    contact: Help | None = None


class RedFlag(Fact, kw_only=True):
    """A danger that outranks every probability.

    When `ask_early_when` holds, its alarms are among the first questions.
    """

    name: Words
    levels: tuple[Level, ...]
    contact: Help
    suspects: tuple[str, ...]
    do: Words
    if_unsure: Urgency | None = None
    ask_early_when: Rule | None = None
    applies_when: Rule | None = None
    holds: tuple[ActionClass, ...] = ()
    evidence: str = ""


class Gate(Record, kw_only=True):
    """A contraindication or caution; `version` names the changed form, `swap` another item."""

    when: Rule
    effect: Effect
    why: Words
    version: Words = ""
    swap: str = ""
    days_a_level: int = 0  # of a modify gate: the least days on each level of a ladder
    sources: tuple[str, ...] = ()
    mark: Mark = "recalled"


class Guide(Record, kw_only=True):
    """How to try a movement oneself, step by step, and when to stop; with gates, as an exercise.

    `figures` are shown in their order. `hold_s` is a working value where no source gives one;
    `say` is what the movement can and cannot show.
    """

    figures: tuple[str, ...]
    start_position: Words
    steps: tuple[Words, ...]
    stop_when: tuple[Words, ...]
    hold_s: int = 0
    say: Words = ""
    classes: tuple[ActionClass, ...] = ()
    gates: tuple[Gate, ...] = ()


class Together(Record, kw_only=True):
    """Signs that are asked on one line first.

    No to it is no to each of them; after any other answer each is asked by itself.
    """

    line: Words
    findings: tuple[str, ...]


class Screen(Fact, kw_only=True):
    """Findings asked together; answering "none of these" makes each one false.

    One with a `guide` is a test to try, on a page of its own. It may ask again what another
    screen asks, for who was not sure or was not asked there. What may need help at once (`first`)
    is asked before any other alarm.
    """

    title: Words
    stage: Literal["alarms", "about_you", "pain", "story", "medicines", "examination", "tests"]
    first: bool = False
    findings: tuple[str, ...]
    together: tuple[Together, ...] = ()
    none: Words = "None of these"
    guide: Guide | None = None


View = Literal["back", "front", "legs", "pelvis"]
"""The pictures of the body map; `pelvis` is the close one, to point at with one finger."""


class Outline(Record, kw_only=True):
    """One shape of an area in one view: `points`, or all `within` so many centimetres of `at`.

    Centimetres on a person of 1.70 m, from the middle of the body outwards and from the ground
    up. Only one half is given: the other is its mirror image.
    """

    view: View
    points: tuple[Point, ...] = ()
    at: Point | None = None
    within: float = 0


class Area(Fact, kw_only=True):
    """A place on the body map, in the words of its list; with `left` and `right` it has sides.

    Where it is drawn in the view `pelvis` only, it is a spot to point at and no place to mark.
    """

    name: Words
    order: int
    left: Words = ""
    right: Words = ""
    outlines: tuple[Outline, ...]

    @property
    def sided(self) -> bool:
        """Whether there is one on each side."""
        return bool(self.left)

    @property
    def markable(self) -> bool:
        """Whether it can be marked, and not only pointed at."""
        return any(outline.view != "pelvis" for outline in self.outlines)

    @property
    def pointable(self) -> bool:
        """Whether it is a spot in the close view."""
        return any(outline.view == "pelvis" for outline in self.outlines)


class Indication(Record, kw_only=True):
    """Whom an item is for: any of these pathways, in any of these phases, when the rule holds."""

    pathways: tuple[str, ...]
    phases: tuple[Literal["acute", "subacute", "chronic"], ...] = ("acute", "subacute", "chronic")
    when: Rule | None = None


class Dose(Record, kw_only=True):
    """How much of an item; free text for interventions."""

    text: Words
    mark: Mark
    duration: str = ""
    sources: tuple[str, ...] = ()


class Outcome(Record, kw_only=True):
    """One published effect of an item; minus means less pain or disability unless stated."""

    outcome: str
    estimate: str
    sources: tuple[str, ...]
    mark: Mark
    ci95: tuple[float, float] | None = None
    comparator: str = ""
    population: str = ""
    timepoint: str = ""
    n: int | None = None
    certainty: str = ""
    note: str = ""


class Intervention(Fact, kw_only=True):
    """Something that can be done about the pain."""

    name: str
    plain: Words
    step: Literal[
        "self_care", "support", "exercise", "physiotherapy", "medication", "referral",
        "injection", "ablation", "surgery", "workplace",
    ]  # fmt: skip
    recommend: Literal["offer", "optional", "specialist", "do_not_offer", "advise_against"]
    what: Words
    who: str
    indicated: Indication
    gates: tuple[Gate, ...]
    classes: tuple[ActionClass, ...]
    grade: Literal["high", "moderate", "low", "very_low", "none"]
    directness: str = ""
    part_of: tuple[str, ...] = ()
    dose: Dose | None = None
    effects: tuple[Outcome, ...] = ()
    time_to_effect: str = ""
    mechanism_claimed: str = ""
    why_not: Words = ""
    say: Words = ""
    note: str = ""
    seed_mentions: tuple[str, ...] = ()


class ExerciseDose(Record, kw_only=True):
    """`sets` of `reps`, each held `hold_s` seconds, `rest_s` seconds between.

    `minutes` replaces sets and reps where the exercise is counted by time, as walking is.
    """

    sets: int
    reps: int
    hold_s: int
    rest_s: int
    per_day: int
    days_per_week: int
    minutes: float | None = None


class Start(ExerciseDose, kw_only=True):
    """The dose to begin with, and what the page it comes from prints."""

    note: str = ""
    as_printed: Words = ""


class Step(Record, kw_only=True):
    """One rung of an exercise's ladder; what it does not say of the dose stays as below it."""

    level: int
    change: Words
    sets: int | None = None
    reps: int | None = None
    hold_s: int | None = None
    rest_s: int | None = None
    per_day: int | None = None
    days_per_week: int | None = None
    minutes: float | None = None
    printed: bool = False
    mark: Mark = "recalled"
    becomes: str = ""  # the other exercise that this rung turns into; only with its gates open
    equipment: tuple[str, ...] = ()  # what it takes beyond what the exercise takes
    pain_at_most: int | None = None  # pain during the level below, 0-10, up to which it opens


class Exercise(Intervention, kw_only=True):
    """An intervention with steps, a dose and a ladder; inherits every gate of its `part_of`."""

    positions: tuple[Position, ...]
    start_position: Words
    steps: tuple[Words, ...]
    muscles: tuple[str, ...]
    goal: Goal
    trains: tuple[Region, ...] = ()
    each_side: bool = False
    start: Start
    ladder: tuple[Step, ...]
    easier: Words
    stop_when: tuple[Words, ...]
    equipment: tuple[str, ...]
    difficulty: Literal["beginner", "intermediate", "advanced"]


class Pathway(Fact, kw_only=True):
    """A profile of person and the care it calls for; the lowest `precedence` leads.

    `avoids` names what `do_not` speaks of, items or classes of action: nobody on the pathway is
    offered any of it unchanged, whatever else they belong to.
    """

    name: Words
    plain: Words
    when: Rule
    precedence: int
    do: tuple[str, ...]
    do_not: tuple[str, ...]
    avoids: tuple[str, ...] = ()
    review_in_days: int
    safety_net: Words
    timepoints: dict[str, str] = {}


class Need(Fact, kw_only=True):
    """Something a programme should hold: for whom, in which weeks of the plan, and why.

    One exercise with one of the `goals` (and, where `trains` names any, training one of those;
    where `only` names any, one of those) meets it. The lowest `order` is met first.
    """

    name: Words
    say: Words
    order: int
    goals: tuple[Goal, ...]
    trains: tuple[Region, ...] = ()
    only: tuple[str, ...] = ()
    quiet: bool = False  # while it holds, no exercise of any other goal
    when: Rule | None = None
    from_week: int = 0
    until_week: int | None = None


class Progression(Fact, kw_only=True):
    """One rule by which a review decides, read against what the diary says.

    `about` one exercise it gives a `decision`; about the whole programme or the care it is named
    by its id. Of those about an exercise the lowest `order` that holds decides.
    """

    name: str
    about: Literal["exercise", "programme", "care"]
    order: int
    when: Rule
    say: Words
    decision: Decision | None = None
    level_one: bool = False
    printed: str = ""
    note: str = ""


class CardLine(Record, kw_only=True):
    """A line of a card that speaks of items: it is said where all of them are offered."""

    say: Words
    items: tuple[str, ...]


class Card(Fact, kw_only=True):
    """A short page to keep beside a programme, for those whom its rule describes.

    One shown with `today` is for the hours until somebody has been spoken to.
    """

    name: str
    plain: Words
    when: Rule
    lines: tuple[Words | CardLine, ...]
    shown_with: Literal["programme", "flare", "discharge", "today"] = "programme"

    @property
    def items(self) -> tuple[str, ...]:
        """Every item that a line speaks of."""
        return tuple(i for line in self.lines if not isinstance(line, str) for i in line.items)

    def said(self, unsaid: Collection[str] = ()) -> tuple[str, ...]:
        """Its lines, without those that speak of what is not to be spoken of."""
        return tuple(
            line if isinstance(line, str) else line.say
            for line in self.lines
            if isinstance(line, str) or not set(line.items) & set(unsaid)
        )


class Carried(Record, kw_only=True):
    """What is of a class of action by its nature, whatever classes its author gave it.

    An item of any of these steps or goals, that can be done in these positions only, or with one
    of these words in its name; `but_not` names those that only look so.
    """

    steps: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    positions: tuple[Position, ...] = ()
    words: tuple[str, ...] = ()
    but_not: dict[str, str] = {}  # the item, and why


class Hazard(Fact, kw_only=True):
    """What a class of action must respect, written without looking at the items that carry it."""

    name: str
    gates: tuple[Gate, ...]
    carried_by: Carried | None = None


class Interaction(Fact, kw_only=True):
    """What the research says an item does not go with, kept apart from the item's own gates.

    `effect` is the least that a gate of each of these items must do where the rule holds.
    """

    name: str
    about: Literal["age", "pregnancy", "allergy", "medicine"]
    when: Rule
    effect: Effect
    items: tuple[str, ...]


class Policy(Fact, kw_only=True):
    """Numbers and rules of the reasoning itself, with why they are what they are."""

    name: str
    about: str
    when: Rule | None = None
    values: dict[str, float] = {}


class Saying(Record, kw_only=True):
    """What one source says about a disputed statement."""

    source: str
    says: Words


class Claim(Fact, kw_only=True):
    """A statement that sources dispute, with its appraisal; `part`: where a reader looks for it."""

    claim: Words
    topic: Words
    part: Literal["joint", "cause", "finding_out", "by_yourself", "with_somebody", "medicine"]
    positions: tuple[Saying, ...]
    appraisal: Literal[
        "supported", "partly_supported", "not_supported", "contradicted", "disputed", "untested"
    ]
    because: Words
    say: Words
    does: Words
    about: tuple[str, ...] = ()


class Items(Record, kw_only=True):
    """How many items an instrument has and the values each may take."""

    count: int
    min: float
    max: float


class Change(Record, kw_only=True):
    """A change that matters, or that can be told from noise."""

    points: float | None = None
    percent: float | None = None
    note: str = ""
    mark: Mark = "recalled"


class Due(Record, kw_only=True):
    """In which weeks of the plan a measure is asked for, of whom, and why.

    Of measures that `asks` the same, one is asked for: the one given last, else one that is not
    `only_begun` (asked for only after somebody has given a score of it). `for_weeks` is how long
    after its week it is still worth asking; None is until the next one.
    """

    weeks: tuple[int, ...]
    why: Words
    when: Rule | None = None
    asks: str = ""
    only_begun: bool = False
    for_weeks: int | None = None
    sources: tuple[str, ...]
    mark: Mark = "working_value"


class Measure(Fact, kw_only=True):
    """An outcome measure: scoring and thresholds; wording only where it is our own."""

    name: Words
    items: Items | None = None
    scoring: dict[str, str]
    scored_as: Words
    range: tuple[float, float]
    higher_means: Literal["worse", "better"]
    licence: Words
    wording: Words = ""
    important_change: Change | None = None
    detectable_change: Change | None = None
    bands: tuple[dict[str, Any], ...] = ()
    thresholds: tuple[dict[str, Any], ...] = ()
    form_from: Words = ""
    due: Due | None = None
    loinc: str | None = None
    loinc_mark: Mark | None = None
    reliability: str = ""
    note: str = ""


class Line(Record, kw_only=True):
    """Whom to call and what to say about it."""

    number: str | None
    say: Words


class Contact(Fact, kw_only=True):
    """Whom to call in one region."""

    region: Words
    emergency: Line
    out_of_hours: Line
    maternity: Line
    crisis: Line


class Phrases(Named, kw_only=True):
    """Sentences that the reasoning puts together, and the words of names such as `left`.

    A part in braces is filled in; a translation keeps it.
    """

    about: str
    say: dict[str, Words]

    @property
    def name(self) -> str:
        """What a list of the knowledge shows of it."""
        return self.about


class Composite(Fact, kw_only=True):
    """A published result for several tests together: a check on the model, never an input."""

    name: str
    rule: str
    condition: str
    use_as: str
    components: tuple[str, ...] = ()
    weights: dict[str, int] = {}
    excluding: tuple[str, ...] = ()
    thresholds: tuple[dict[str, Any], ...] = ()
    n: int | None = None
    prevalence: float | None = None
    reference_standard: str = ""
    url: str = ""
    note: str = ""
    not_computable: str = ""
    misfit: str = ""
    reported: dict[str, Any] = {}


KINDS: dict[str, type[Named]] = {
    "sources": Source,
    "conditions": Condition,
    "findings": Finding,
    "screens": Screen,
    "red_flags": RedFlag,
    "interventions": Intervention,
    "exercises": Exercise,
    "pathways": Pathway,
    "hazards": Hazard,
    "interactions": Interaction,
    "needs": Need,
    "progression": Progression,
    "cards": Card,
    "policies": Policy,
    "measures": Measure,
    "claims": Claim,
    "contacts": Contact,
    "composites": Composite,
    "figures": Figure,
    "anatomy": Anatomy,
    "postures": Posture,
    "measurements": Measurement,
    "model_checks": ModelCheck,
    "calibration": Calibration,
    "words": Phrases,
    "areas": Area,
    "risks": Risk,
}
"""Folder name to the struct of its files."""
