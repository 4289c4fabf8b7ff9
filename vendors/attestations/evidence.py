"""Attestations of vendors as evidence (PCI DSS 12.8.4, SOC 2 CC9.2)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from vendors.attestations.currency import name_of, standings
from vendors.models import (
    Attestation,
    AttestationDocument,
    AttestationException,
    UserControl,
    Vendor,
)


def _held_in(period: Period) -> QuerySet[Attestation]:
    found = Attestation.objects.filter(
        received_at__lt=period.end, issued_on__lt=period.ends_on, expires_on__gte=period.starts_on
    )
    related = ("vendor", "received_by", "reviewed_by", "superseded_by")
    return found.select_related(*related).order_by("pk")


def _stories(rows: list[Any]) -> dict[int, dict[str, Any]]:
    """What the assessor excepted, and what is expected of us."""
    told: dict[int, dict[str, Any]] = {
        one.pk: {"exceptions": [], "user_controls": []} for one in rows
    }
    for one in AttestationException.objects.filter(attestation__in=told).order_by("pk"):
        said = facts(one, "text", "assessment", "treatment")
        told[one.attestation_id]["exceptions"].append(said)
    for control in UserControl.objects.filter(attestation__in=told).order_by("pk"):
        said = facts(control, "text", "control", "reason")
        told[control.attestation_id]["user_controls"].append(said)
    return told


def _papers(rows: list[Any]) -> dict[int, list[Any]]:
    told: dict[int, list[Any]] = {one.pk: [] for one in rows}
    for paper in AttestationDocument.objects.filter(attestation__in=told).order_by("pk"):
        told[paper.attestation_id].append(paper)
    return told


ATTESTATIONS = Population(
    name="vendor_attestations",
    title=_("Attestations of vendors"),
    definition=_("Every report and certificate that vendors gave us, with what we made of it."),
    membership=_("Received, issued before the end of the period, and not expired before it."),
    model=Attestation,
    everything=lambda: Attestation.objects.all(),
    members=_held_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.received_at,
    attributes=columns(
        Attestation,
        {
            "reference": _("Which attestation."),
            "vendor": _("Of which vendor."),
            "kind": _("What kind of report or certificate."),
            "assessor": _("Who issued it."),
            "starts_on": _("From when on it looked."),
            "ends_on": _("Until when it looked."),
            "issued_on": _("When it was issued."),
            "expires_on": _("Until when we rely on it."),
            "opinion": _("What the auditor concludes."),
            "services": _("Which services it covers."),
            "requirements": _("Which requirements of PCI DSS it covers."),
            "received_by": _("Who received it."),
            "received_at": _("When that was."),
            "status": _("What we made of it."),
            "coverage": _("Whether it covers the services that we use."),
            "review_note": _("What lacks, or why it was rejected."),
            "reviewed_by": _("Who reviewed it."),
            "reviewed_at": _("When it was reviewed."),
            "superseded_by": _("Which newer one took its place."),
        },
    ),
    rows_of=rows_of_parts(
        Attestation,
        Part(AttestationDocument, "attestation"),
        Part(AttestationException, "attestation"),
        Part(UserControl, "attestation"),
    ),
    story=_stories,
    attachments=_papers,
    segregation=(
        SegregationRule(
            "receiver_reviewer",
            _("Nobody reviews an attestation that they received."),
            lambda row: both_seats([row.received_by], [row.reviewed_by]),
        ),
    ),
    strata=lambda row: str(row.kind),
    is_inventory=True,
)


def _not_current(period: Period, user: Any) -> Iterable[Found]:
    """As of the last day of the period, of what had been reviewed by then."""
    day = min(period.ends_on - timedelta(days=1), timezone.localdate())
    seen = Vendor.objects.visible_to(user).engaged().filter(engaged_on__lt=period.ends_on)
    vendors = list(seen.order_by("pk"))
    told = standings(vendors, day, period.end)
    for vendor in vendors:
        url = f"/vendors/vendor/{vendor.pk}/change/"
        for one in told[vendor.pk]:
            facts = {"name": vendor.name, "kind": name_of(one.need)}
            if one.held is None:
                text = _("%(name)s has no accepted attestation: %(kind)s.") % facts
                yield Found(vendor.reference, None, text, url)
            elif not one.is_current:
                text = _("The attestation of %(name)s has expired: %(kind)s.") % facts
                yield Found(vendor.reference, one.held.reviewed_at, text, url)


NOT_CURRENT = ExceptionReport(
    "attestations_not_current",
    _("Attestations that lack or have expired"),
    _("Engaged vendors that must have an attestation and had none that was current."),
    _not_current,
)


def register_attestation_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(ATTESTATIONS.name, ATTESTATIONS)
    EXCEPTION_REPORTS.register(NOT_CURRENT.name, NOT_CURRENT)
