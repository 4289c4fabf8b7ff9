"""What is measured about changes: the formulas, their sources, and when too little was measured to
say anything. Pure; the counting is `measuring.py`."""

from dataclasses import dataclass
from datetime import date, timedelta

from changes.risk import Calibrated

FEW = 20
"""Of fewer changes than these a share is told with a warning: one more or less moves it by five
percentage points."""
HIGH = 0.85
"""Beside the median the time within which this share was done: one in seven takes longer."""


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included, as the reader's calendar has them."""

    first: date
    last: date

    def months(self) -> tuple[date, ...]:
        """The first day of each month that it touches, in order."""
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            found.append(day)
            day = next_month(day)
        return tuple(found)

    def within(self, month: date) -> "Period":
        """What it has of a month."""
        ends = next_month(month) - timedelta(days=1)
        return Period(max(self.first, month), min(self.last, ends))


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def last_twelve_months(today: date) -> Period:
    """This month as far as it went and the eleven before."""
    first = today.replace(day=1)
    for _nth in range(11):
        first = (first - timedelta(days=1)).replace(day=1)
    return Period(first, today)


@dataclass(frozen=True)
class Tally:
    """Closed changes of one group. `failed` failed, were backed out or caused an incident; `wrong`
    only by their own outcome, which is what a risk foretells. Lead times in seconds."""

    key: str = ""
    n: int = 0
    failed: int = 0
    wrong: int = 0
    emergencies: int = 0
    lead: float | None = None
    lead_high: float | None = None

    @property
    def failure_rate(self) -> float | None:
        return change_failure_rate(self.failed, self.n)

    @property
    def emergency_share(self) -> float | None:
        return percent_of(self.emergencies, self.n)


@dataclass(frozen=True)
class StepTime:
    """How long steps of one kind were open until they were decided, in seconds."""

    kind: str
    n: int
    median: float
    high: float


@dataclass(frozen=True)
class Measures:
    """Everything of one period. `worked` have begun, `entered` did so inside a freeze that blocks
    without an exception."""

    period: Period
    total: Tally
    months: tuple[Tally, ...] = ()
    teams: tuple[Tally, ...] = ()
    services: tuple[Tally, ...] = ()
    risks: tuple[Tally, ...] = ()
    steps: tuple[StepTime, ...] = ()
    worked: int = 0
    entered: int = 0
    calibration: tuple[Calibrated, ...] = ()
    brier: float | None = None

    @property
    def adherence(self) -> float | None:
        return freeze_adherence(self.entered, self.worked)


def change_failure_rate(failed: int, closed: int) -> float | None:
    """Percent of changes that led to degraded service or had to be undone (DORA, Accelerate State
    of DevOps): of the closed changes those that failed, were backed out, or that an incident names
    as its cause. None where nothing was closed."""
    return percent_of(failed, closed)


def emergency_share(emergencies: int, closed: int) -> float | None:
    """Percent of emergencies among the closed changes; ITIL 4 reads a rise as planning that fails
    rather than as bad luck."""
    return percent_of(emergencies, closed)


def freeze_adherence(entered: int, worked: int) -> float | None:
    """Percent of changes whose work did not begin inside a freeze that blocks them, but by an
    exception that two people agreed to. 100 is none; None where nothing was worked."""
    share = percent_of(entered, worked)
    return None if share is None else 100 - share


def percent_of(part: int, whole: int) -> float | None:
    """A share in percent; None of nothing, which is neither 0 nor 100."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
    return 100 * part / whole if whole else None


def is_few(n: int) -> bool:
    """Whether a share of so many says little."""
    return n < FEW
