"""The parts a card of the home page consists of: what is shown, not how. `itsm` draws them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from core.errors import Reason


@dataclass(frozen=True)
class Link:
    """Where one goes on."""

    label: Reason
    url: str


@dataclass(frozen=True)
class Figure:
    """A number that opens the rows behind it. Tones: red, orange, green; none is plain."""

    label: Reason
    value: Any
    url: str = ""
    note: Reason = ""
    tone: str = ""


@dataclass(frozen=True)
class Figures:
    """Numbers side by side."""

    kind: ClassVar = "figures"
    items: tuple[Figure, ...]


@dataclass(frozen=True)
class Line:
    """One row of a short list: what it is called, its badges, what is to be known, its clock."""

    title: Reason
    url: str = ""
    reference: str = ""
    badges: tuple[Any, ...] = ()
    facts: tuple[Any, ...] = ()
    clock: Any = None


@dataclass(frozen=True)
class Lines:
    """A short list; `nothing` says what an empty one means, or what to do."""

    kind: ClassVar = "lines"
    items: tuple[Line, ...]
    nothing: Reason
    heading: Reason = ""
    more: Link | None = None


@dataclass(frozen=True)
class Segment:
    """A piece of a bar, by its tone (`p1` to `p5`, `plain`); `short` is its name where room is."""

    label: Reason
    value: int
    tone: str
    url: str = ""
    short: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar with what it counts in all."""

    label: Reason
    segments: tuple[Segment, ...]
    url: str = ""
    note: Link | None = None

    @property
    def total(self) -> int:
        return sum(segment.value for segment in self.segments)


@dataclass(frozen=True)
class Bars:
    """Bars below each other, of one scale."""

    kind: ClassVar = "bars"
    items: tuple[Bar, ...]
    unit: Reason
    nothing: Reason


@dataclass(frozen=True)
class Series:
    """One line or one set of columns of a chart; None where nothing was measured."""

    label: Reason
    values: tuple[float | None, ...]
    tone: str = "accent"
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Values over time: `columns` or a `line`. `counts` says of how many each point was made."""

    kind: ClassVar = "chart"
    title: Reason
    unit: Reason
    labels: tuple[Reason, ...]
    series: tuple[Series, ...]
    shape: str = "columns"
    top: float | None = None
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Heat:
    """A grid of counts, darker where there are more."""

    kind: ClassVar = "heat"
    title: Reason
    unit: Reason
    rows: tuple[tuple[Reason, tuple[int, ...]], ...]
    columns: tuple[Reason, ...]


@dataclass(frozen=True)
class Attained:
    """How well a target was met in a period: share of `n` in percent, and the median's length."""

    label: Reason
    share: float | None
    n: int
    median: float | None  # seconds
    median_text: Reason = ""
    url: str = ""


@dataclass(frozen=True)
class Score:
    """A target, how well it was met in some periods, and how that went over time."""

    kind: ClassVar = "score"
    label: Reason
    target: float  # seconds
    target_text: Reason
    periods: tuple[Attained, ...]
    trend: Chart


@dataclass(frozen=True)
class Note:
    """A few words and where to go next."""

    kind: ClassVar = "note"
    text: Reason
    links: tuple[Link, ...] = ()
