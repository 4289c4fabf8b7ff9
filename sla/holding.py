"""Who holds the time of records: a small bar over their stored segments, for rows and pages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.showing import duration
from sla.enums import Holder
from sla.models import Segment

_LEAST = 2  # per cent: what lasted a moment is seen as well


@dataclass(frozen=True)
class Held:
    """A stretch of a record's life and who had it.."""

    holder: Holder
    party: str
    lasted: timedelta

    @property
    def name(self) -> str:
        label = Holder(self.holder).label
        return f"{label} {self.party}" if self.party else str(label)


def held_by(life_ids: Iterable[int], now: datetime) -> dict[int, list[Held]]:
    """By life its stretches up to a moment, in order. One query for all of them."""
    rows = Segment.objects.filter(life__in=list(life_ids), started_at__lt=now)
    by_life: dict[int, list[Any]] = defaultdict(list)
    read = ("life_id", "started_at", "holder", "is_running", "team__slug", "vendor__name")
    for row in rows.order_by("life_id", "started_at").values_list(*read, named=True):
        by_life[row.life_id].append(row)
    return {life: _stretches(segments, now) for life, segments in by_life.items()}


def _stretches(segments: list[Any], now: datetime) -> list[Held]:
    ends = [segment.started_at for segment in segments[1:]] + [now]
    return [
        Held(Holder(row.holder), row.team__slug or row.vendor__name or "", end - row.started_at)
        for row, end in zip(segments, ends, strict=True)
        if not (row.holder == Holder.NONE and not row.is_running)
    ]


def holding_bar(stretches: list[Held]) -> SafeString:
    """The bar: one piece for each stretch, and the sums in words for who does not see it."""
    total = sum((held.lasted for held in stretches), timedelta())
    if not total:
        return SafeString("")
    pieces = (
        (held.holder, max(round(100 * (held.lasted / total)), _LEAST))
        for held in _joined(stretches)
    )
    told = sums_in_words(stretches)
    return format_html(
        '<span class="holding" role="img" aria-label="{0}" title="{0}">{1}</span>',
        told,
        format_html_join("", '<i class="held-{}" style="flex-grow:{}"></i>', pieces),
    )


def sums_in_words(stretches: list[Held]) -> str:
    """`Team payments-l1 3 h, Customer 2 h`, the longest first."""
    sums: dict[str, timedelta] = defaultdict(timedelta)
    for held in stretches:
        sums[held.name] += held.lasted
    parts = [
        _("%(holder)s %(time)s") % {"holder": name, "time": duration(time)}
        for name, time in sorted(sums.items(), key=lambda one: -one[1])
    ]
    return pgettext("who holds the time", "Held by: %s") % ", ".join(parts)


def holding_legend() -> SafeString:
    """What the colours stand for."""
    lines = ((holder.value, holder.label) for holder in Holder)
    return format_html(
        '<p class="holding-legend">{} {}</p>',
        _("Who holds the time:"),
        format_html_join("", '<span><i class="held-{}"></i> {}</span>', lines),
    )


def _joined(stretches: list[Held]) -> list[Held]:
    """Neighbours with the same kind of holder are one piece."""
    joined: list[Held] = []
    for held in stretches:
        if joined and joined[-1].holder == held.holder:
            lasted = joined[-1].lasted + held.lasted
            joined[-1] = Held(held.holder, "", lasted)
        else:
            joined.append(held)
    return joined
