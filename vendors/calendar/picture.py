"""Where a year's bars and marks lie: pure arithmetic, in per cent of the year's width."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from vendors.calendar.year import Lane, Mark, Span

SIGNS = {
    "decide": "◆",
    "notice": "▲",
    "end": "■",
    "ours": "●",
    "vendors": "○",
    "attestation": "★",
}
"""A shape for each kind, so that nothing is told by colour alone."""
APART = 2.2
"""Closer than so many per cent marks would cover each other: the next one goes a line down."""


def place(day: date) -> float:
    """Where a day begins within its year."""
    first = date(day.year, 1, 1)
    return round((day - first).days / _days_of(day.year) * 100, 2)


def months(year: int) -> list[tuple[date, float, float]]:
    """Each month's first day, where it begins and how wide it is."""
    firsts = [date(year, month, 1) for month in range(1, 13)]
    starts = [place(one) for one in firsts]
    ends = [*starts[1:], 100.0]
    return [
        (one, start, round(end - start, 2))
        for one, start, end in zip(firsts, starts, ends, strict=True)
    ]


def drawn_lane(lane: Lane) -> dict[str, Any]:
    """A lane as the template draws it."""
    marks, lines = _in_lines(lane.marks)
    return {
        "lane": lane,
        "spans": [_span(one) for one in lane.spans],
        "marks": marks,
        "lines": lines,
        "is_late": any(mark.is_late for mark in lane.marks),
    }


def _in_lines(marks: Sequence[Mark]) -> tuple[list[dict[str, Any]], int]:
    """Each mark with the first line on which it covers no other."""
    taken: list[float] = []
    drawn = []
    for mark in sorted(marks, key=lambda one: (one.day, one.kind)):
        left = place(mark.day)
        free = (n for n, until in enumerate(taken) if left - until >= APART)
        line = next(free, len(taken))
        if line == len(taken):
            taken.append(left)
        taken[line] = left
        drawn.append({"mark": mark, "sign": SIGNS[mark.kind], "left": f"{left}", "line": line})
    return drawn, max(len(taken), 1)


def _span(span: Span) -> dict[str, Any]:
    left = place(span.first)
    width = ((span.last - span.first).days + 1) / _days_of(span.first.year) * 100
    return {"left": f"{left}", "width": f"{width:.2f}", "is_ending": span.is_ending}


def _days_of(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
