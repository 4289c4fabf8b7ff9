"""Where the pieces of a budget's pictures lie: pure arithmetic, in units of the picture.

What they show stands beside them as a table too.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from vendors.money import written

WIDTH, HEIGHT, FLOOR = 720, 180, 24
GAP = 6


def columns_picture(
    labels: Sequence[str],
    series: Sequence[tuple[Any, str, Sequence[Decimal]]],
    urls: Sequence[Sequence[str]],
    currency: str,
) -> dict[str, Any]:
    """Columns side by side for each label; amounts below zero show as nothing."""
    most = max((amount for _l, _k, values in series for amount in values), default=Decimal(0))
    step = WIDTH / max(len(labels), 1)
    wide = (step - GAP) / max(len(series), 1)
    columns = [
        {
            "x": round(place * step + number * wide + GAP / 2, 1),
            "y": round(HEIGHT - FLOOR - high, 1),
            "width": round(wide - 1, 1),
            "height": round(high, 1),
            "tone": tone,
            "told": f"{labels[place]}, {label}: {written(amount, currency)}",
            "url": urls[number][place],
        }
        for number, (label, tone, values) in enumerate(series)
        for place, amount in enumerate(values)
        if (high := _high(amount, most)) > 0
    ]
    return {
        "columns_drawn": columns,
        "labels": [(round((n + 0.5) * step, 1), label) for n, label in enumerate(labels)],
        "legend": [(tone, label) for label, tone, _v in series],
        **_size(),
    }


def waterfall_picture(
    start: Decimal, steps: Sequence[tuple[str, Decimal, str]], currency: str
) -> dict[str, Any]:
    """From the plan by what each category differs to the forecast."""
    bars: list[tuple[str, Decimal, Decimal, str, str]] = [
        (_("Plan"), Decimal(0), start, "plan", "?kind=plan#entries")
    ]
    level = start
    for label, difference, url in steps:
        tone = "over" if difference > 0 else "under"
        bars.append((label, level, level + difference, tone, url))
        level += difference
    bars.append((_("Forecast"), Decimal(0), level, "forecast", "?kind=forecast#entries"))
    most = max((max(low, high) for _l, low, high, _t, _u in bars), default=Decimal(0))
    wide = WIDTH / len(bars)
    drawn = []
    for place, (label, low, high, tone, url) in enumerate(bars):
        top, bottom = _high(max(low, high), most), _high(min(low, high), most)
        amount = high - low
        drawn.append(
            {
                "x": round(place * wide + GAP, 1),
                "middle": round((place + 0.5) * wide, 1),
                "y": round(HEIGHT - FLOOR - top, 1),
                "width": round(wide - 2 * GAP, 1),
                "height": round(max(top - bottom, 1), 1),
                "tone": tone,
                "label": label,
                "told": f"{label}: {written(amount, currency)}",
                "url": url,
            }
        )
    return {"bars": drawn, **_size()}


def _high(amount: Decimal, most: Decimal) -> float:
    room = HEIGHT - FLOOR - 8
    return float(amount / most) * room if most > 0 and amount > 0 else 0.0


def _size() -> dict[str, int]:
    return {"width": WIDTH, "height": HEIGHT, "floor": HEIGHT - FLOOR, "words": HEIGHT - 8}
