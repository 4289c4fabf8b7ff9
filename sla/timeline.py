"""Marks as entries of a record's timeline, at the instant that they tell."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.record.entries import Entry, Kind, Source, Window
from sla.enums import MarkSource
from sla.models import FiredThreshold, Mark

CLOCK = Kind("clock", _("Clocks"), "timer")
MARK = Kind("mark", _("Marks"), "flag")
_LATER = timedelta(minutes=1)  # a mark set later than this was not set as it happened


def marks() -> Source:
    """The marks that hold, of a record with a `life`, each with those that it corrected. They are
    few: a page that has read them (`life.every_mark`) shares them."""

    def read(window: Window) -> Iterable[Entry]:
        life = window.record.life
        every = getattr(life, "every_mark", None)
        if every is None:
            every = list(life.marks.select_related("set_by").order_by("at", "pk"))
        for mark in every:
            if mark.superseded_at is None and window.holds(mark.at, mark.pk):
                corrected = [m for m in every if m.kind == mark.kind and m.superseded_at]
                yield _entry(window, mark, corrected)

    return Source("m", (MARK,), read)


def _entry(window: Window, mark: Mark, corrected: list[Mark]) -> Entry:
    is_machine = mark.source == MarkSource.MACHINE
    return window.entry(
        MARK,
        mark.at,
        mark.pk,
        mark.get_kind_display(),
        actor=str(mark.set_by or ""),
        who=_("Monitoring") if is_machine else _("The portal"),
        text=mark.evidence,
        template="portal/entry_mark.html",
        content={
            "mark": mark,
            "corrected": corrected,
            "was_set_later": mark.set_at - mark.at > _LATER,
        },
        details={"mark": mark.kind, "precision": mark.precision},
    )


def thresholds() -> Source:
    """Thresholds that were used up, of a record with a `life`; those that a correction took back
    say so. Several of one moment (the clocks of client and team) are entries of their own."""

    def read(window: Window) -> Iterable[Entry]:
        rows = FiredThreshold.objects.filter(life=window.record.life_id)
        for row in window.newest(rows.select_related("agreement"), "due_at"):
            yield _threshold(window, row)

    return Source("t", (CLOCK,), read)


def _threshold(window: Window, row: FiredThreshold) -> Entry:
    text = _("%(metric)s, %(agreement)s: %(percent)d %% of the time was used.") % {
        "metric": row.get_metric_display(),
        "agreement": row.agreement,
        "percent": row.percent,
    }
    if row.withdrawn_at:
        text = _("%(told)s Withdrawn later: a correction shows that it was not so.") % {
            "told": text
        }
    return window.entry(
        CLOCK,
        row.due_at,
        row.pk,
        pgettext_lazy("in a timeline", "time used"),
        who=_("The portal"),
        text=text,
        details={
            "agreement": row.agreement.slug,
            "metric": row.metric,
            "percent": row.percent,
            "is_withdrawn": row.withdrawn_at is not None,
        },
    )
