"""Controls of change that were lifted, or used more than they should: build on what is recorded as
`ControlException` when it happens."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from changes.enums import ChangeType, ControlKind
from changes.evidence.reports.rows import finished_in
from changes.models import Change, ControlException, SegregationException
from core.dashboard import list_url, record_url
from core.showing import exact
from evidence.exception_reports import ExceptionReport, Found, marked_late, report_on
from evidence.period import Period

LIFTED_FOR_LONG = timedelta(days=30)
MOST_EMERGENCIES = 0.10
"""More than this share of a month's changes draws a finding about the process."""
FEWEST_CHANGES = 5
"""Of fewer changes in a month a share says nothing."""


def _lifted(period: Period, user: Any) -> QuerySet[Any]:
    seen = ControlException.objects.visible_to(user).filter(
        kind__in=[
            *(ControlKind.SEGREGATION, ControlKind.FREEZE_UNREVIEWED),
            ControlKind.TEMPLATE_SUSPENDED,
        ],
        recorded_at__gte=period.start,
        recorded_at__lt=period.end,
    )
    return seen.select_related("change", "by", "segregation").defer(
        "change__search", "change__description"
    )


def _tell_lifted(rows: list[Any]) -> list[Found]:
    found = [
        Found(row.change.reference, row.recorded_at, _say_lifted(row), record_url(row.change))
        for row in rows
    ]
    return marked_late(found, ControlException, [row.pk for row in rows])


def _say_lifted(row: Any) -> Any:
    if row.segregation is not None:
        told = {"until": exact(row.segregation.expires_at), "why": row.segregation.reason}
        return _("segregation of duties lifted until %(until)s: %(why)s") % told
    told = {"what": row.get_kind_display(), "why": row.cause}
    return _("%(what)s: %(why)s") % told if row.cause else row.get_kind_display()


def _lifted_for_long(period: Period, user: Any) -> QuerySet[Any]:
    """Those that held at some moment of the period, and were given for longer than a month."""
    seen = SegregationException.objects.filter(
        change__in=Change.objects.visible_to(user).values("pk"),
        approved_at__lt=period.end,
        expires_at__gte=period.start,
        expires_at__gt=F("approved_at") + LIFTED_FOR_LONG,
    )
    return seen.select_related("change", "person").defer("change__search", "change__description")


def _tell_lifted_for_long(rows: list[Any]) -> list[Found]:
    said = _("%(who)s may approve until %(until)s although they have a part in it")
    found = [
        Found(
            row.change.reference,
            row.approved_at,
            said % {"who": row.person, "until": exact(row.expires_at)},
            record_url(row.change),
        )
        for row in rows
    ]
    return marked_late(found, SegregationException, [row.pk for row in rows])


def _emergency_shares(period: Period, user: Any) -> Iterator[Found]:
    """The months with too many, by the clocks of the period's zone; one query."""
    zone = ZoneInfo(period.zone)
    months = (
        finished_in(period, user)
        .order_by()
        .annotate(month=TruncMonth("actual_end_at", tzinfo=zone))
        .values("month")
        .annotate(n=Count("pk"), emergencies=Count("pk", Q(type=ChangeType.EMERGENCY)))
        .order_by("month")
    )
    said = _("%(emergencies)d of %(n)d changes were emergencies (%(share)d %%)")
    for row in months:
        share = row["emergencies"] / row["n"]
        if row["n"] >= FEWEST_CHANGES and share > MOST_EMERGENCIES:
            yield Found(
                date_format(row["month"].astimezone(zone), "Y-m"),
                row["month"],
                said % {**row, "share": round(100 * share)},
                list_url(Change, type=ChangeType.EMERGENCY),
            )


CONTROL_REPORTS = (
    report_on(
        "controls_lifted",
        _("Controls of change that were lifted"),
        _(
            "Segregation of duties lifted, freeze exceptions that nobody reviewed, standard "
            "changes suspended because they failed: each as it was recorded."
        ),
        rows=_lifted,
        tell=_tell_lifted,
    ),
    report_on(
        "lifted_for_long",
        _("Segregation lifted for longer than a month"),
        _("Exceptions end by themselves; one that is given for more than 30 days hardly does."),
        rows=_lifted_for_long,
        tell=_tell_lifted_for_long,
    ),
    ExceptionReport(
        "emergency_share",
        _("Too many emergencies"),
        _("Months in which more than one in ten implemented changes was an emergency."),
        _emergency_shares,
    ),
)
