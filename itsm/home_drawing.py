"""Where the pieces of a card's pictures lie, in percent of the picture: pure arithmetic.

Pictures are SVG without a scale of their own, so that they fill any width and their words keep
their size. What they show stands beside them as text or as a table too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from core.cards import Attained, Bar, Bars, Chart, Heat, Score

NARROWEST = 8.0  # percent of a bar: room for a number and for a finger
ROOM_FOR_NAME = 16.0
LABELS = 6  # at most so many below a chart
HEAT_LEVELS = 5


@dataclass(frozen=True)
class Drawn:
    """A part with the template that draws it and what this needs beside it."""

    part: Any
    picture: Any = None

    @property
    def template(self) -> str:
        return f"home/{self.part.kind}.html"


def drawn(parts: Iterable[Any]) -> tuple[Drawn, ...]:
    """The parts of a card, ready for their templates."""
    return tuple(Drawn(part, _picture(part)) for part in parts)


def _picture(part: Any) -> Any:
    for kind, draw in _DRAW.items():
        if isinstance(part, kind):
            return draw(part)
    return None


# --- Bars ---------------------------------------------------------------------------------------


def bars(part: Bars) -> dict[str, Any]:
    """Every bar with its pieces (segment, start, width, middle, whether it has room for its name),
    and the legend of the tones that occur."""
    longest = max((bar.total for bar in part.items), default=0)
    legend = {segment.tone: segment.label for bar in part.items for segment in bar.segments}
    return {
        "rows": [(bar, _pieces(bar, longest)) for bar in part.items],
        "legend": sorted(legend.items()) if len(legend) > 1 else [],
    }


def _pieces(bar: Bar, longest: int) -> list[tuple[Any, ...]]:
    widths = shares([segment.value for segment in bar.segments], longest)
    pieces, start = [], 0.0
    for segment, width in zip(bar.segments, widths, strict=True):
        middle = start + width / 2
        pieces.append((segment, _at(start), _at(width), _at(middle), width >= ROOM_FOR_NAME))
        start += width
    return pieces


def shares(values: Sequence[int], longest: int) -> list[float]:
    """Widths in percent of the longest bar. None is narrower than a finger; where that makes them
    too long together, the wider ones give way."""
    widths = [max(100 * value / longest, NARROWEST) for value in values] if longest else []
    if (excess := sum(widths) - 100) <= 0:
        return widths
    spare = [width - NARROWEST for width in widths]
    kept = max(1 - excess / sum(spare), 0) if sum(spare) else 0
    return [NARROWEST + more * kept for more in spare]


# --- Charts -------------------------------------------------------------------------------------


def chart(part: Chart) -> dict[str, Any]:
    """Axes, columns or dots with lines between them, and the rows of the table."""
    values = [v for series in part.series for v in series.values if v is not None]
    ticks = ticks_to(part.top or max(values, default=0))
    count = len(part.labels)
    step = ceil(count / LABELS) if count else 1
    return {
        "y": [(tick, _at(100 - 100 * tick / ticks[-1])) for tick in ticks],
        "x": [
            (label, _at((i + 0.5) * 100 / count))
            for i, label in enumerate(part.labels)
            if (count - 1 - i) % step == 0
        ],
        "columns": _columns(part, ticks[-1]) if part.shape == "columns" else [],
        "lines": _lines(part, ticks[-1]) if part.shape == "line" else [],
        "rows": _rows(part),
        "n": sum(part.counts),
        "totals": [(series, sum(v or 0 for v in series.values)) for series in part.series],
        "is_empty": not any(values),
    }


def ticks_to(highest: float, steps: int = 4) -> list[float]:
    """Round numbers from zero to at least the highest value, in at most so many steps."""
    if highest <= 0:
        return [0, 1]
    rough = highest / steps
    power = 10.0 ** floor(log10(rough))
    width = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999999)
    width = max(width, 1)
    steps = max(ceil(highest / width - 1e-9), 1)
    return [_whole(width * i) for i in range(steps + 1)]


def _columns(part: Chart, top: float) -> list[dict[str, Any]]:
    slot = 100 / len(part.labels)
    width = slot * 0.8 / len(part.series)
    return [
        {
            "x": _at(slot * i + slot * 0.1 + width * place),
            "width": _at(width),
            "y": _at(100 - 100 * value / top),
            "height": _at(100 * value / top),
            "tone": series.tone,
            "url": series.urls[i] if series.urls else "",
            "name": (part.labels[i], series.label, value),
        }
        for place, series in enumerate(part.series)
        for i, value in enumerate(series.values)
        if value
    ]


def _lines(part: Chart, top: float) -> list[dict[str, Any]]:
    slot = 100 / len(part.labels)
    lines = []
    for series in part.series:
        points = [
            None if value is None else (_at((i + 0.5) * slot), _at(100 - 100 * value / top))
            for i, value in enumerate(series.values)
        ]
        dots = [
            {
                "at": at,
                "name": (part.labels[i], series.label, _r(series.values[i])),
                "n": part.counts[i] if part.counts else None,
                "url": series.urls[i] if series.urls else "",
            }
            for i, at in enumerate(points)
            if at is not None
        ]
        pieces = [(*one, *other) for one, other in pairwise(points) if one and other]
        lines.append({"tone": series.tone, "dots": dots, "pieces": pieces})
    return lines


def _rows(part: Chart) -> list[dict[str, Any]]:
    """What the chart shows, as a table's rows: label, cells of (value, address), count."""
    return [
        {
            "label": label,
            "cells": [
                (
                    None if series.values[i] is None else _r(series.values[i]),
                    series.urls[i] if series.urls else "",
                )
                for series in part.series
            ],
            "n": part.counts[i] if part.counts else None,
        }
        for i, label in enumerate(part.labels)
    ]


# --- Others -------------------------------------------------------------------------------------


def heat(part: Heat) -> dict[str, Any]:
    """The grid with a level from none to five for every count, and the legend's highest counts."""
    most = max((value for _label, row in part.rows for value in row), default=0)
    return {
        "rows": [
            (label, [(value, ceil(HEAT_LEVELS * value / most) if value else 0) for value in row])
            for label, row in part.rows
        ],
        "most": most,
        "levels": range(1, HEAT_LEVELS + 1),
        "total": sum(value for _label, row in part.rows for value in row),
    }


def score(part: Score) -> dict[str, Any]:
    """For each period the length of the median's bar and where the target's line stands, on one
    scale for all; and the trend's picture."""
    medians = [period.median for period in part.periods if period.median is not None]
    end = max(part.target * 2, *(1.1 * median for median in medians), 1)
    return {
        "periods": [(period, _median_bar(period, end)) for period in part.periods],
        "target": _at(100 * part.target / end),
        "trend": chart(part.trend),
    }


def _median_bar(period: Attained, end: float) -> str:
    return "" if period.median is None else _at(100 * period.median / end)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _r(value: float | None) -> float:
    """Rounded as people read it."""
    return _whole(round(value or 0, 1))


def _at(percent: float) -> str:
    """A place or a length in SVG, the same in every language."""
    return f"{percent:.2f}%"


_DRAW = {Bars: bars, Chart: chart, Heat: heat, Score: score}
