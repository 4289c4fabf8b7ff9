"""The agreed clocks of a record as its page lists them; each leads to what stands behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.showing import badge
from sla.durations import written
from sla.enums import ClockState, Holder
from sla.life_clocks import replay_rows
from sla.life_events import agreement_key, team_key, vendor_key
from sla.models import Agreement, Life, LifeEvent, Mark
from sla.replay import Clock, Replay

STATE_TONES = {
    ClockState.LATE: "red",
    ClockState.BREACHED: "orange",
    ClockState.RUNNING: "blue",
    ClockState.PAUSED: "yellow",
    ClockState.MET: "green",
}


@dataclass(frozen=True)
class ClockRow:
    """A clock, the agreement it is of, and whom its keys mean."""

    clock: Clock
    agreement: Agreement
    names: Mapping[str, str]
    url: str

    @property
    def metric(self) -> Any:
        if self.clock.round:
            return _("%(metric)s, round %(n)d") % {
                "metric": self.clock.metric.label,
                "n": self.clock.round + 1,
            }
        return self.clock.metric.label

    @property
    def state(self) -> Any:
        return badge(self.clock.state.label, STATE_TONES.get(self.clock.state, ""))

    @property
    def remaining(self) -> Any:
        left = self.clock.remaining
        if left.total_seconds() < 0:
            return _("%s over") % written(-left)
        return written(left)

    @property
    def holders(self) -> Any:
        """Who held how much of it, the most first."""
        held = sorted(self.clock.by_holder.items(), key=lambda pair: -pair[1])
        return ", ".join(
            f"{holder_name(holder, party, self.names)} {written(time)}"
            for (holder, party), time in held
            if time
        )

    def linked(self, text: Any) -> Any:
        """A figure that opens what stands behind it."""
        label = _("Explain: %(metric)s, %(agreement)s") % {
            "metric": self.metric,
            "agreement": self.agreement,
        }
        return format_html('<a href="{}" title="{}">{}</a>', self.url, label, text)


def holder_name(holder: Holder, party: str, names: Mapping[str, str]) -> str:
    return names.get(party, party) if party else str(holder.label)


@dataclass(frozen=True)
class AgreedLife:
    """A life told again, with the rows and names behind its keys."""

    told: Replay
    rows: Sequence[LifeEvent]
    agreements: Mapping[str, Agreement]
    names: Mapping[str, str]


def read_life(life: Life, marks: Sequence[Mark], now: datetime) -> AgreedLife:
    """By a query for the events and a fixed number for each level of agreements."""
    related = ("team", "vendor", "agreement", "agreement_version", "told_by")
    rows = list(life.events.select_related(*related))
    names = {"": ""}
    agreements = {}
    for row in rows:
        if row.team:
            names[team_key(row.team.pk)] = str(row.team)
        if row.vendor:
            names[vendor_key(row.vendor.pk)] = str(row.vendor)
        if row.agreement:
            agreements[agreement_key(row.agreement.pk)] = row.agreement
    return AgreedLife(replay_rows(rows, marks, now), rows, agreements, names)


def clock_rows(life: Life, marks: Sequence[Mark], now: datetime) -> list[ClockRow]:
    """What is agreed. Of what is measured over and over, what was missed and the last."""
    read = read_life(life, marks, now)
    by_round = sorted(read.told.clocks, key=lambda clock: clock.round)
    last = {(clock.agreement, clock.metric): clock.round for clock in by_round}
    return [
        row
        for row in every_clock(life, read)
        if row.clock.round == last[row.clock.agreement, row.clock.metric]
        or row.clock.state in (ClockState.BREACHED, ClockState.LATE)
    ]


def every_clock(life: Life, read: AgreedLife) -> list[ClockRow]:
    """All rounds of all that is agreed."""
    return [
        ClockRow(clock, read.agreements[clock.agreement], read.names, _url(life, clock, read))
        for clock in read.told.clocks
    ]


def table_of(rows: Iterable[ClockRow]) -> dict[str, Any]:
    """As `portal/table.html` shows them."""
    return {
        "columns": [
            *(_("clock"), _("agreement"), _("state"), pgettext_lazy("clock", "due")),
            *(_("elapsed"), _("target"), _("left"), _("held by")),
        ],
        "rows": [
            (
                row.linked(row.metric),
                row.agreement,
                row.state,
                row.clock.due_at if row.clock.stopped_at is None else None,
                row.linked(written(row.clock.elapsed)),
                written(row.clock.target),
                row.remaining,
                row.holders,
            )
            for row in rows
        ],
        "note": _(
            "Times count in the hours of the agreement. Every figure opens what it is made of."
        ),
        "nothing": _("Nothing is agreed for this record."),
    }


def _url(life: Life, clock: Clock, read: AgreedLife) -> str:
    slug = read.agreements[clock.agreement].slug
    return reverse("admin:sla_explanation", args=[life.pk, slug, clock.metric, clock.round])
