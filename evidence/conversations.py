"""That people are led and coached, as evidence (SOC 2 CC1.4): that it happened, between whom, when,
and that it was acknowledged. What was said is no evidence: nothing here opens a text."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.ledger_rows import rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Attribute, Population, columns
from people.coaching.workflow import WAITED
from people.models import CoachingSession, OneOnOne


def _conversations(period: Period) -> QuerySet[OneOnOne]:
    found = OneOnOne.objects.filter(closed_at__gte=period.start, closed_at__lt=period.end)
    return found.select_related("series__record", "series__lead", "series__employee").order_by("pk")


def _of_series(name: str, meaning: Any) -> Attribute:
    source = f"people_oneononeseries.{name}_id"
    return Attribute(name, meaning, lambda row: getattr(row.series, name).username, source)


ONE_ON_ONES = Population(
    name="one_on_ones",
    title=_("1:1s that were held"),
    definition=_("Every 1:1 of a lead with somebody of the team, without what was said."),
    membership=_("Closed within the period."),
    model=OneOnOne,
    everything=lambda: OneOnOne.objects.all(),
    members=_conversations,
    identity=lambda row: f"{row.series.record.reference}/{row.pk}",
    moment_of=lambda row: row.closed_at,
    attributes=(
        Attribute(
            "reference",
            _("Which series of 1:1s."),
            lambda row: str(row.series.record.reference),
            "people_confidentialrecord.reference",
        ),
        _of_series("lead", _("Who leads.")),
        _of_series("employee", _("With whom.")),
        *columns(
            OneOnOne,
            {
                "planned_on": _("For which day it was planned."),
                "began_at": _("When it began."),
                "closed_at": _("When it was over."),
            },
        ),
    ),
    rows_of=rows_of_parts(OneOnOne),
)


def _sessions(period: Period) -> QuerySet[CoachingSession]:
    found = CoachingSession.objects.filter(held_at__gte=period.start, held_at__lt=period.end)
    return found.select_related("record", "lead", "employee").order_by("pk")


COACHING_SESSIONS = Population(
    name="coaching_sessions",
    title=_("Coaching sessions that were held"),
    definition=_("Every session in which a lead coached somebody, without what was said."),
    membership=_("Held within the period."),
    model=CoachingSession,
    everything=lambda: CoachingSession.objects.all(),
    members=_sessions,
    identity=lambda row: str(row.record.reference),
    moment_of=lambda row: row.held_at,
    attributes=(
        Attribute(
            "reference",
            _("Which session."),
            lambda row: str(row.record.reference),
            "people_confidentialrecord.reference",
        ),
        *columns(
            CoachingSession,
            {
                "lead": _("Who coached."),
                "employee": _("Who was coached."),
                "status": _("How far it is."),
                "planned_on": _("For which day it was planned."),
                "held_at": _("When it was held."),
                "acknowledged_at": _("When the employee acknowledged it; empty: not yet."),
                "follow_up_on": _("The day on which commitments are followed up."),
                "closed_at": _("When it was followed up."),
            },
        ),
    ),
    rows_of=rows_of_parts(CoachingSession),
)


def _unacknowledged(period: Period, user: Any) -> Iterator[Found]:
    """As of the end of the period: held for two weeks, and not acknowledged by then."""
    by: datetime = min(period.end, timezone.now()) - WAITED
    held = CoachingSession.objects.within_audit_of(user).filter(
        held_at__gte=period.start - WAITED, held_at__lt=by
    )
    for row in held.select_related("record", "lead").order_by("held_at", "pk"):
        if row.acknowledged_at is None or row.acknowledged_at > row.held_at + WAITED:
            facts = {"reference": row.record.reference, "lead": row.lead.username}
            text = _("Coaching %(reference)s by %(lead)s was not acknowledged within two weeks.")
            yield Found(str(row.record.reference), row.held_at, text % facts)


UNACKNOWLEDGED = ExceptionReport(
    "coaching_unacknowledged",
    _("Coaching that nobody acknowledged"),
    _("Sessions that the employee had not acknowledged two weeks after they were held."),
    _unacknowledged,
)


def register() -> None:
    for population in (ONE_ON_ONES, COACHING_SESSIONS):
        POPULATIONS.register(population.name, population)
    EXCEPTION_REPORTS.register(UNACKNOWLEDGED.name, UNACKNOWLEDGED)
