"""Matrices of responsibility as evidence (PCI DSS 12.8.5, SOC 2 CC9.2)."""

from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from vendors.models import ResponsibilityDocument, ResponsibilityLine, ResponsibilityMatrix


def _agreed() -> QuerySet[ResponsibilityMatrix]:
    return ResponsibilityMatrix.objects.filter(agreed_on__isnull=False)


def _in_force(period: Period) -> QuerySet[ResponsibilityMatrix]:
    still = Q(replaced_on__isnull=True) | Q(replaced_on__gte=period.starts_on)
    found = _agreed().filter(still, agreed_on__lt=period.ends_on)
    return found.select_related("vendor", "drafted_by", "agreed_by").order_by("pk")


def _lines(rows: list[Any]) -> dict[int, dict[str, Any]]:
    told: dict[int, dict[str, Any]] = {one.pk: {"lines": []} for one in rows}
    for line in ResponsibilityLine.objects.filter(matrix__in=told).order_by("pk"):
        said = facts(line, "requirement", "title", "who", "how", "evidence")
        told[line.matrix_id]["lines"].append(said)
    return told


def _papers(rows: list[Any]) -> dict[int, list[Any]]:
    told: dict[int, list[Any]] = {one.pk: [] for one in rows}
    for paper in ResponsibilityDocument.objects.filter(matrix__in=told).order_by("pk"):
        told[paper.matrix_id].append(paper)
    return told


MATRICES = Population(
    name="responsibility_matrices",
    title=_("Matrices of responsibility"),
    definition=_("Every matrix that says which requirements a vendor meets and which we do."),
    membership=_("Agreed, and not replaced before the period."),
    model=ResponsibilityMatrix,
    everything=_agreed,
    members=_in_force,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: datetime.combine(row.agreed_on, time(), UTC),
    attributes=columns(
        ResponsibilityMatrix,
        {
            "reference": _("Which matrix."),
            "vendor": _("With which vendor."),
            "number": _("Which version."),
            "scope": _("Of which services."),
            "status": _("Where it stands."),
            "drafted_by": _("Who drafted it."),
            "agreed_on": _("When both sides agreed."),
            "representative": _("Who agreed for the vendor."),
            "agreed_by": _("Who recorded that."),
            "agreed_at": _("When it was recorded."),
            "replaced_on": _("When a later version took its place."),
        },
    ),
    rows_of=rows_of_parts(
        ResponsibilityMatrix,
        Part(ResponsibilityLine, "matrix"),
        Part(ResponsibilityDocument, "matrix"),
    ),
    story=_lines,
    attachments=_papers,
    segregation=(
        SegregationRule(
            "drafter_agreer",
            _("Nobody records the agreement on a matrix that they drafted."),
            lambda row: both_seats([row.drafted_by], [row.agreed_by]),
        ),
    ),
    is_inventory=True,
)


def register_matrix_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(MATRICES.name, MATRICES)
