"""What an auditor would write up about incidents, found by the database; by business time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core.dashboard import record_url
from core.showing import exact
from evidence.exception_reports import Found, marked_late, report_on
from evidence.period import Period
from incidents.enums import PRIORITY_OF, LinkKind, Priority, ResolutionCode, Status
from incidents.models import Incident, IncidentLink

SETTLING = timedelta(minutes=1)
"""What closes an incident writes its last rows within this time."""
WITHOUT_CAUSE = (
    ResolutionCode.RECOVERED,
    ResolutionCode.NOT_REPRODUCIBLE,
    ResolutionCode.WORKAROUND,
)
"""Ways to end that say nothing about what was wrong."""


def _closed(period: Period, user: Any) -> QuerySet[Any]:
    rows = Incident.objects.visible_to(user).filter(
        status=Status.CLOSED, closed_at__gte=period.start, closed_at__lt=period.end
    )
    return rows.defer("search", "description", "resolution")


def _without_cause(period: Period, user: Any) -> QuerySet[Any]:
    """Severe ones that recovered by themselves, could not be reproduced or were worked around, and
    name neither a change nor another incident as their cause."""
    linked = IncidentLink.objects.filter(
        source=OuterRef("pk"), kind__in=[LinkKind.CAUSED_BY, LinkKind.DUPLICATE_OF]
    )
    severe = _closed(period, user).filter(
        priority__in=[Priority.P1, Priority.P2],
        resolution_code__in=WITHOUT_CAUSE,
        caused_by_change__isnull=True,
    )
    return severe.exclude(Exists(linked))


def _by_hand(period: Period, user: Any) -> QuerySet[Any]:
    """Opened in the period, with another priority than the matrix gives, and no word why."""
    as_given = Q(pk__in=[])
    for (impact, urgency), priority in PRIORITY_OF.items():
        as_given |= Q(impact=impact, urgency=urgency, priority=priority)
    rows = Incident.objects.visible_to(user).filter(
        opened_at__gte=period.start, opened_at__lt=period.end
    )
    return rows.exclude(as_given).defer("search", "description", "resolution")


def _edited(period: Period, user: Any) -> QuerySet[Any]:
    history = Incident.history.model.objects  # type: ignore[attr-defined]  # -- simple-history adds it
    later = (
        history.filter(
            id=OuterRef("pk"),
            history_type="~",
            history_date__gte=period.start,
            history_date__lt=period.end,
            history_date__gt=OuterRef("closed_at") + SETTLING,
        )
        .order_by()
        .values("id")
    )
    closed = Incident.objects.visible_to(user).filter(closed_at__lt=period.end)
    last = later.annotate(last=Max("history_date")).values("last")
    rows = closed.filter(Exists(later)).annotate(edited_at=Subquery(last))
    return rows.defer("search", "description", "resolution")


def _tell(moment: str, say: Callable[[Any], Any]) -> Callable[[list[Any]], list[Found]]:
    def tell(rows: list[Any]) -> list[Found]:
        found = [
            Found(row.reference, getattr(row, moment), say(row), record_url(row)) for row in rows
        ]
        return marked_late(found, Incident, [row.pk for row in rows])

    return tell


def _say_by_hand(row: Any) -> Any:
    if row.priority_reason:
        return _("P%(priority)d by hand: %(why)s") % {
            "priority": row.priority,
            "why": row.priority_reason,
        }
    return _("P%(priority)d by hand, without a reason") % {"priority": row.priority}


INCIDENT_REPORTS = (
    report_on(
        "incidents_without_cause",
        _("Severe incidents closed without a cause"),
        _(
            "P1 and P2 that recovered by themselves, could not be reproduced or were only worked "
            "around, and name neither a change nor another incident as their cause."
        ),
        rows=_without_cause,
        tell=_tell(
            "closed_at",
            lambda row: (
                _("closed as “%(code)s”, no cause named")
                % {"code": row.get_resolution_code_display()}
            ),
        ),
    ),
    report_on(
        "priority_by_hand",
        _("Severity set by hand"),
        _("Incidents whose priority is not the one that impact and urgency give."),
        rows=_by_hand,
        tell=_tell("opened_at", _say_by_hand),
    ),
    report_on(
        "incidents_edited_after_closure",
        _("Incidents edited after they were closed"),
        _("Closed and cancelled incidents whose fields were altered afterwards."),
        rows=_edited,
        tell=_tell(
            "edited_at",
            lambda row: (
                _("closed %(when)s, and edited afterwards") % {"when": exact(row.closed_at)}
            ),
        ),
    ),
)
