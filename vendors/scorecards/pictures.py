"""Where the pieces of a scorecard's pictures lie: pure arithmetic, in units of the picture.

What they show stands beside them as a table too.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import cos, pi, sin
from typing import Any

RADIUS, ROOM = 100, 132
RINGS = (25, 50, 75, 100)
WIDTH, HEIGHT, TOP, FOOT = 720, 156, 16, 22


def radar_picture(worths: Sequence[tuple[str, Decimal | None]]) -> dict[str, Any] | None:
    """One axis a figure, from the top and with the clock; what is not known lies in the middle and
    is told so. None for fewer than three figures, which are no area."""
    if len(worths) < 3:
        return None
    axes = []
    corners = []
    for place, (label, worth) in enumerate(worths):
        angle = 2 * pi * place / len(worths) - pi / 2
        x, y = cos(angle), sin(angle)
        far = float(worth or 0)
        corners.append((round(x * far, 1), round(y * far, 1), worth is not None))
        axes.append(
            {
                "x": round(x * RADIUS, 1),
                "y": round(y * RADIUS, 1),
                "label_x": round(x * (RADIUS + 10), 1),
                "label_y": round(y * (RADIUS + 12) + 4, 1),
                "anchor": "middle" if abs(x) < 0.2 else ("start" if x > 0 else "end"),
                "number": place + 1,
                "label": label,
            }
        )
    return {
        "axes": axes,
        "rings": RINGS,
        "area": " ".join(f"{x},{y}" for x, y, _known in corners),
        "corners": [{"x": x, "y": y} for x, y, known in corners if known],
        "room": ROOM,
    }


def trend_picture(scores: Sequence[tuple[str, Decimal | None, str]]) -> dict[str, Any]:
    """Scores from the oldest to the latest, 0 at the foot and 100 at the top; each with its label
    and where it leads. A gap stays a gap."""
    step = WIDTH / max(len(scores), 1)
    deep = HEIGHT - TOP - FOOT
    points: list[dict[str, Any]] = []
    lines: list[list[str]] = [[]]
    for place, (label, score, url) in enumerate(scores):
        x = round((place + 0.5) * step, 1)
        if score is None:
            lines.append([])
            continue
        y = round(TOP + deep * (1 - float(score) / 100), 1)
        lines[-1].append(f"{x},{y}")
        points.append({"x": x, "y": y, "label": label, "score": score, "url": url})
    every = max(1, -(-len(scores) // 8))
    return {
        "points": points,
        "lines": [" ".join(line) for line in lines if len(line) > 1],
        "labels": [
            {"x": round((place + 0.5) * step, 1), "label": label}
            for place, (label, _score, _url) in enumerate(scores)
            if (len(scores) - 1 - place) % every == 0
        ],
        "levels": [
            {"y": round(TOP + deep * (1 - level / 100), 1), "label": level}
            for level in (0, 50, 100)
        ],
        "width": WIDTH,
        "height": HEIGHT,
        "words": HEIGHT - 4,
    }


def sparkline(scores: Sequence[Decimal | None]) -> dict[str, Any] | None:
    """A line through the scores that are known, in 96 by 24; None for fewer than two."""
    known = [(place, score) for place, score in enumerate(scores) if score is not None]
    if len(known) < 2:
        return None
    step = 92 / max(len(scores) - 1, 1)
    points = " ".join(
        f"{2 + place * step:.1f},{22 - float(score) / 100 * 20:.1f}" for place, score in known
    )
    return {"points": points, "first": known[0][1], "last": known[-1][1]}
