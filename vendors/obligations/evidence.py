"""Obligations of contracts as evidence (PCI DSS 12.8, SOC 2 CC9.2)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats
from vendors.models import ObligationDocument, ObligationTask


def _due_in(period: Period) -> QuerySet[ObligationTask]:
    found = ObligationTask.objects.filter(due_on__gte=period.starts_on, due_on__lt=period.ends_on)
    related = ("obligation__contract", "submitted_by", "decided_by")
    return found.select_related(*related).order_by("pk")


def _stories(rows: list[Any]) -> dict[int, dict[str, Any]]:
    """What it was, of which contract and whose."""
    return {
        row.pk: {
            "title": row.obligation.title,
            "contract": row.obligation.contract.reference,
            "direction": row.obligation.direction,
            "category": row.obligation.category,
            "place": row.obligation.place,
        }
        for row in rows
    }


def _papers(rows: list[Any]) -> dict[int, list[Any]]:
    told: dict[int, list[Any]] = {one.pk: [] for one in rows}
    for paper in ObligationDocument.objects.filter(task__in=told).order_by("pk"):
        told[paper.task_id].append(paper)
    return told


OBLIGATIONS = Population(
    name="vendor_obligations",
    title=_("Obligations of contracts with vendors"),
    definition=_("Every time that a contract obliged us or the vendor to something."),
    membership=_("Due within the period."),
    model=ObligationTask,
    everything=lambda: ObligationTask.objects.all(),
    members=_due_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.submitted_at or row.missed_at or row.obligation.created_at,
    attributes=columns(
        ObligationTask,
        {
            "reference": _("Which time."),
            "obligation": _("Of which obligation."),
            "number": _("The number of this time."),
            "nominal_on": _("The day that the contract means."),
            "due_on": _("When it was due."),
            "status": _("What became of it."),
            "missed_at": _("When it was found to be late."),
            "note": _("What was done or received."),
            "submitted_by": _("Who submitted it."),
            "submitted_at": _("When it was submitted."),
            "decision_note": _("What its approver says."),
            "decided_by": _("Who accepted, returned or waived it."),
            "decided_at": _("When that was decided."),
        },
    ),
    rows_of=rows_of_parts(ObligationTask, Part(ObligationDocument, "task")),
    story=_stories,
    attachments=_papers,
    segregation=(
        SegregationRule(
            "submitter_approver",
            _("Nobody judges what they submitted for an obligation."),
            lambda row: both_seats([row.submitted_by], [row.decided_by]),
        ),
    ),
    strata=lambda row: str(row.status),
)


def _missed(period: Period, user: Any) -> Iterable[Found]:
    """Of those due within the period, what was missed, done late or not."""
    seen = ObligationTask.objects.visible_to(user).filter(
        Q(missed_at__isnull=False), due_on__gte=period.starts_on, due_on__lt=period.ends_on
    )
    for row in seen.select_related("obligation").order_by("due_on", "pk"):
        facts = {"title": row.obligation.title, "day": row.due_on.isoformat()}
        text = _("%(title)s was due on %(day)s and was missed.") % facts
        yield Found(row.reference, row.missed_at, text, f"/vendors/obligationtask/{row.pk}/change/")


MISSED = ExceptionReport(
    "obligations_missed",
    _("Obligations of contracts that were missed"),
    _("What a contract obliged us or the vendor to and was not done by its day."),
    _missed,
)


def register_obligation_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(OBLIGATIONS.name, OBLIGATIONS)
    EXCEPTION_REPORTS.register(MISSED.name, MISSED)
