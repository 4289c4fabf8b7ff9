"""Certifications of people as evidence (SOC 2 CC1.4)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats
from people.models import Certification, CertificationDocument


def _held_in(period: Period) -> QuerySet[Certification]:
    lasting = Q(expires_on__isnull=True) | Q(expires_on__gte=period.starts_on)
    found = Certification.objects.filter(
        lasting, recorded_at__lt=period.end, issued_on__lt=period.ends_on
    )
    return found.select_related("holder", "recorded_by", "reviewed_by").order_by("pk")


def _papers(rows: list[Any]) -> dict[int, list[Any]]:
    told: dict[int, list[Any]] = {one.pk: [] for one in rows}
    for paper in CertificationDocument.objects.filter(certification__in=told).order_by("pk"):
        told[paper.certification_id].append(paper)
    return told


CERTIFICATIONS = Population(
    name="certifications",
    title=_("Certifications of people"),
    definition=_("Every certification that people claimed, and what their leads found."),
    membership=_("Recorded, issued before the end of the period, and not expired before it."),
    model=Certification,
    everything=lambda: Certification.objects.all(),
    members=_held_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.recorded_at,
    attributes=columns(
        Certification,
        {
            "reference": _("Which certification."),
            "name": _("What was passed."),
            "issuer": _("Who issued it."),
            "issued_on": _("When it was issued."),
            "expires_on": _("The last day on which it holds; empty: it does not expire."),
            "recorded_by": _("Whose it is."),
            "recorded_at": _("When it was recorded."),
            "status": _("Whether the lead has seen its proof."),
            "reviewed_by": _("Who reviewed it."),
            "reviewed_at": _("When it was reviewed."),
        },
    ),
    rows_of=rows_of_parts(Certification, Part(CertificationDocument, "certification")),
    attachments=_papers,
    segregation=(
        SegregationRule(
            "holder_verifier",
            _("Nobody verifies their own certification."),
            lambda row: both_seats([row.recorded_by], [row.reviewed_by]),
        ),
    ),
    strata=lambda row: str(row.status),
    is_inventory=True,
)


def _expired(period: Period, user: Any) -> Iterator[Found]:
    """As of the last day of the period, unless a newer one took its place."""
    day = min(period.ends_on - timedelta(days=1), timezone.localdate())
    seen = Certification.objects.visible_to(user).verified().of_active_people(day)
    rows = seen.without_newer().expired(day).filter(recorded_at__lt=period.end)
    for row in rows.select_related("holder").order_by("pk"):
        facts = {"name": row.name, "person": row.holder.full_name}
        text = _("%(name)s of %(person)s has expired.") % facts
        yield Found(row.reference, row.reviewed_at, text, f"/people/certification/{row.pk}/change/")


EXPIRED = ExceptionReport(
    "certifications_expired",
    _("Expired certifications of active people"),
    _("Verified certifications of people who still work here that have expired."),
    _expired,
)


def register() -> None:
    POPULATIONS.register(CERTIFICATIONS.name, CERTIFICATIONS)
    EXCEPTION_REPORTS.register(EXPIRED.name, EXPIRED)
