"""How risky a change is: twelve questions with points, rules about history and surroundings, and
how well both foretell what happens. Pure: answers and facts in, a level with its reasons out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from changes.enums import Outcome, Risk

LEVELS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)
"""From the least to the greatest."""

THRESHOLDS = ((Risk.HIGH, 18), (Risk.MEDIUM, 8), (Risk.LOW, 0))
"""From how many points on the questionnaire alone says which level."""


@dataclass(frozen=True)
class Answer:
    """One answer to choose, and how many points it adds."""

    code: str
    points: int
    label: Promise


@dataclass(frozen=True)
class Question:
    """One question of the questionnaire; its answers go from the quiet to the worst."""

    code: str
    label: Promise
    answers: tuple[Answer, ...]

    def answer(self, code: str) -> Answer:
        for answer in self.answers:
            if answer.code == code:
                return answer
        raise ValueError(f"{code!r} is no answer to {self.code!r}")


def _ask(code: str, label: Promise, *answers: tuple[str, int, Promise]) -> Question:
    return Question(code, label, tuple(Answer(*answer) for answer in answers))


QUESTIONS = (
    _ask(
        "reach",
        _("Who notices if it goes wrong?"),
        ("nobody", 0, _("Nobody outside the team")),
        ("some", 2, _("Some clients or countries")),
        ("all", 4, _("All clients, or a payment rail")),
    ),
    _ask(
        "money",
        _("Can it alter amounts, balances or settlements?"),
        ("no", 0, pgettext_lazy("answer", "No")),
        ("indirectly", 2, _("Only by way of another system")),
        ("directly", 4, _("Yes, directly")),
    ),
    _ask(
        "interruption",
        _("Is the service interrupted meanwhile?"),
        ("no", 0, pgettext_lazy("answer", "No")),
        ("short", 2, _("Slower, or away for less than half an hour")),
        ("long", 4, _("Away for longer")),
    ),
    _ask(
        "experience",
        _("How often has the team done the like?"),
        ("often", 0, pgettext_lazy("experience", "Often")),
        ("seldom", 1, _("Once or twice")),
        ("never", 3, pgettext_lazy("experience", "Never")),
    ),
    _ask(
        "hands",
        _("How many teams and vendors take part?"),
        ("one", 0, _("One team")),
        ("two", 1, pgettext_lazy("hands", "Two")),
        ("more", 3, _("Three or more")),
    ),
    _ask(
        "order",
        _("Must other systems change with it?"),
        ("no", 0, pgettext_lazy("answer", "No")),
        ("in_order", 1, _("Yes, one after the other")),
        ("at_once", 3, _("Yes, at the same moment")),
    ),
    _ask(
        "tested",
        _("Where was it tested?"),
        ("alike", 0, _("Where everything is as in production")),
        ("similar", 2, _("Where not everything is as in production")),
        ("nowhere", 4, pgettext_lazy("tested", "Nowhere")),
    ),
    _ask(
        "security",
        _("Does it alter access, encryption or the separation of networks?"),
        ("no", 0, pgettext_lazy("answer", "No")),
        ("reviewed", 2, _("Yes, and security has reviewed it")),
        ("unreviewed", 4, _("Yes, and nobody has reviewed it")),
    ),
    _ask(
        "data",
        _("Does it alter how data is kept?"),
        ("no", 0, pgettext_lazy("answer", "No")),
        ("adds", 1, _("It only adds to it")),
        ("converts", 3, _("It converts or deletes data")),
    ),
    _ask(
        "backout",
        _("How is it backed out?"),
        ("switch", 0, _("By a switch, in a minute or so")),
        ("steps", 1, _("In a few steps that are written down")),
        ("restore", 3, _("By restoring data")),
        ("impossible", 5, _("Not at all, or only in part")),
    ),
    _ask(
        "detection",
        _("Who would tell us that it went wrong?"),
        ("alarm", 0, _("An alarm that exists already")),
        ("watching", 1, _("Somebody who watches it")),
        ("clients", 3, _("The clients")),
    ),
    _ask(
        "timing",
        _("When is it done?"),
        ("quiet", 0, _("When few payments pass")),
        ("usual", 1, _("On a usual day")),
        ("peak", 3, _("When many payments pass")),
    ),
)

_BY_CODE = {question.code: question for question in QUESTIONS}


@dataclass(frozen=True)
class Facts:
    """What is known without asking anybody; what is not said here raises nothing, but for the
    back-out, which counts as untested until somebody says otherwise.

    `recent` and `failed`: the service's last changes, and how many of them failed or were backed
    out. `days_to_freeze`: from the window to the nearest freeze, 0 inside one, None for none near.
    `services_reached`: services that depend on what is changed, itself included. `team_on_duty`:
    None where there is no rota to know it from.
    """

    recent: int = 0
    failed: int = 0
    backout_tested: bool = False
    days_to_freeze: int | None = None
    services_reached: int = 1
    team_on_duty: bool | None = None
    in_pci_scope: bool = False
    is_significant: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.failed <= self.recent:
            raise ValueError(f"{self.failed} of {self.recent} changes cannot have failed")


@dataclass(frozen=True)
class Line:
    """One reason, as data. A question's line has its answer and points; a rule's line its figures
    and the level below which it lets no change fall."""

    code: str
    answer: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
    points: int = 0
    level: Risk | None = None

    @property
    def text(self) -> str:
        """In the language of whoever reads it now. What is no longer asked is told by its codes."""
        if self.code == "freeze" and self.figures.get("days") == 0:
            return str(_INSIDE_A_FREEZE)
        if self.code in _RULES:
            return str(_RULES[self.code] % self.figures)
        try:
            question = _BY_CODE[self.code]
            return f"{question.label} {question.answer(self.answer).label}"
        except (KeyError, ValueError):
            return f"{self.code} {self.answer}".strip()


def as_data(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as JSON keeps them."""
    return [asdict(line) for line in lines]


def from_data(rows: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Lines as they were when `as_data` took them."""
    return tuple(
        Line(**{**row, "level": Risk(row["level"]) if row["level"] else None}) for row in rows
    )


@dataclass(frozen=True)
class Assessment:
    """The level, the questionnaire's points, and every reason: questions first, then rules."""

    level: Risk
    points: int
    lines: tuple[Line, ...]


def missing(answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions that nobody has answered yet, in the questionnaire's order."""
    return tuple(question for question in QUESTIONS if question.code not in answers)


def assess(answers: Mapping[str, str], facts: Facts) -> Assessment:
    """The highest of what the questionnaire and each rule say, by answer's code of each question.

    What is unanswered adds no points: see `missing` before relying on it. Unknown questions or
    answers raise ValueError.
    """
    if unknown := sorted(set(answers) - set(_BY_CODE)):
        raise ValueError(f"{unknown} are no questions")
    asked = tuple(
        Line(question.code, answer=given, points=question.answer(given).points)
        for question in QUESTIONS
        if (given := answers.get(question.code)) is not None
    )
    points = sum(line.points for line in asked)
    lines = (*asked, *_rules(facts))
    levels = [level_of(points), *(line.level for line in lines if line.level)]
    return Assessment(max(levels, key=LEVELS.index), points, lines)


def level_of(points: int) -> Risk:
    """What so many points say where no rule says more."""
    return next(level for level, least in THRESHOLDS if points >= least)


FAILING = ((Risk.HIGH, 30), (Risk.MEDIUM, 15))
"""From which percentage of failed changes on a service's history raises the level. DORA's report
of 2019 puts the change failure rate of all but its weakest teams at 15 percent at most."""
ENOUGH_CHANGES = 5
"""Fewer changes than these say nothing about a rate: one mishap would be half of two."""
FREEZE_IS_NEAR = ((Risk.HIGH, 0), (Risk.MEDIUM, 2))
"""Up to how many days from a freeze the level is raised: what fails there cannot be mended."""
REACHES_FAR = ((Risk.HIGH, 10), (Risk.MEDIUM, 4))
"""From how many services on the reach alone raises the level."""


_RULES: Mapping[str, Promise] = {
    "history": _("%(failed)d of the service's last %(recent)d changes failed"),
    "backout_untested": _("Nobody has tried its back-out"),
    "freeze": ngettext_lazy(
        "A freeze is %(days)d day away", "A freeze is %(days)d days away", "days"
    ),
    "reached": _("%(services)d services depend on what is changed"),
    "duty": _("Nobody of the team is on duty then"),
    "pci": _("It touches what PCI DSS protects"),
    "significant": _("It is a significant change after PCI DSS 6.5.2"),
}
_INSIDE_A_FREEZE = _("It lies inside a freeze")


def _rules(facts: Facts) -> Iterator[Line]:
    """The line of each rule that raises the level."""
    if facts.recent >= ENOUGH_CHANGES:
        # in whole numbers: 15 of 100 is 15 percent, whatever binary fractions make of it
        level = _first(lv for lv, least in FAILING if facts.failed * 100 >= least * facts.recent)
        yield from _raised("history", level, failed=facts.failed, recent=facts.recent)
    if not facts.backout_tested:
        yield from _raised("backout_untested", Risk.MEDIUM)
    if facts.days_to_freeze is not None:
        days = max(facts.days_to_freeze, 0)
        level = _first(lv for lv, most in FREEZE_IS_NEAR if days <= most)
        yield from _raised("freeze", level, days=days)
    level = _first(lv for lv, least in REACHES_FAR if facts.services_reached >= least)
    yield from _raised("reached", level, services=facts.services_reached)
    if facts.team_on_duty is False:
        yield from _raised("duty", Risk.MEDIUM)
    if facts.in_pci_scope:
        yield from _raised("pci", Risk.MEDIUM)
    if facts.is_significant:
        yield from _raised("significant", Risk.HIGH)


def _raised(code: str, level: Risk | None, **figures: int) -> Iterator[Line]:
    if level is not None:
        yield Line(code, figures=figures, level=level)


def _first(levels: Iterable[Risk]) -> Risk | None:
    return next(iter(levels), None)


CHANCES = {Risk.LOW: 0.02, Risk.MEDIUM: 0.10, Risk.HIGH: 0.30}
"""What a level foretells: this share of such changes goes wrong. `calibration` says whether it
does, and these figures or the points above are what to correct when it does not."""

WENT_WRONG = (Outcome.FAILED, Outcome.BACKED_OUT)
"""The outcomes that a level foretells, and that count in a service's history."""


@dataclass(frozen=True)
class Calibrated:
    """How one level fared: of `n` changes `wrong` went wrong; `share` is None where n is 0."""

    level: Risk
    n: int
    wrong: int
    foretold: float

    @property
    def share(self) -> float | None:
        return self.wrong / self.n if self.n else None


def calibration(pairs: Iterable[tuple[Risk, bool]]) -> tuple[Calibrated, ...]:
    """By level, how many changes there were and how many went wrong: the reliability table of
    Murphy and Winkler (1977). `pairs`: the level foretold, and whether it went wrong."""
    told = list(pairs)
    return tuple(
        Calibrated(
            level,
            sum(foretold == level for foretold, _went in told),
            sum(wrong for foretold, wrong in told if foretold == level),
            CHANCES[level],
        )
        for level in LEVELS
    )


def brier(pairs: Iterable[tuple[Risk, bool]]) -> float | None:
    """The mean squared distance of what was foretold from what happened (Brier, 1950): 0 is
    perfect, 1 always certain and always wrong. None of no pairs."""
    told = [(CHANCES[foretold] - wrong) ** 2 for foretold, wrong in pairs]
    return sum(told) / len(told) if told else None
