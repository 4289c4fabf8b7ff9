"""Vendors as evidence: who they are, what was agreed, what was looked at before and since (PCI DSS
12.8, SOC 2 CC9.2)."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.exception_reports import EXCEPTION_REPORTS, Found, report_on
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from vendors.assurance.enums import DiligenceStatus
from vendors.models import (
    Contract,
    ContractApproval,
    ContractClause,
    DiligenceAnswer,
    DiligenceDocument,
    DueDiligence,
    MonitoringReview,
    Vendor,
    VendorContact,
    VendorLocation,
    VendorSubcontractor,
)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _ours() -> QuerySet[Vendor]:
    return Vendor.objects.filter(engaged_on__isnull=False)


def _engaged(period: Period) -> QuerySet[Vendor]:
    still = Q(exited_on__isnull=True) | Q(exited_on__gte=period.starts_on)
    found = _ours().filter(still, engaged_on__lt=period.ends_on)
    return found.select_related("manager", "owner").order_by("pk")


def _parts(vendors: list[Any]) -> dict[int, dict[str, Any]]:
    """Places and fourth parties of each vendor."""
    told: dict[int, dict[str, Any]] = {
        one.pk: {"locations": [], "subcontractors": []} for one in vendors
    }
    for place in VendorLocation.objects.filter(vendor__in=told).order_by("pk"):
        said = facts(place, "use", "place", "country", "jurisdiction", "holds_data")
        told[place.vendor_id]["locations"].append(said)
    below = VendorSubcontractor.objects.filter(vendor__in=told).select_related("subcontractor")
    for one in below.order_by("pk"):
        said = facts(one, "subcontractor", "name", "service", "country", "holds_data")
        told[one.vendor_id]["subcontractors"].append(said)
    return told


VENDORS = Population(
    name="vendors",
    title=_("Vendors"),
    definition=_("Every vendor that does something for us, with what it does and what it sees."),
    membership=_("Engaged at some time in the period."),
    model=Vendor,
    everything=_ours,
    members=_engaged,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: _midnight(row.engaged_on),
    attributes=columns(
        Vendor,
        {
            "reference": _("Which vendor."),
            "name": _("What it is called."),
            "tier": _("How much depends on it."),
            "status": _("Where it stands."),
            "services": _("What it does for us."),
            "data_access": _("The most sensitive data that it gets or sees."),
            "data_provided": _("What data, and what for."),
            "could_affect_security": _("Whether it could affect the security of card data."),
            "country": _("Of which country it is."),
            "owner": _("Who answers for what it does for us."),
            "manager": _("Who manages it."),
            "taken_over_on": _("It was engaged before its due diligence was kept here."),
            "engaged_on": _("Since when it is engaged."),
            "exited_on": _("When it was left."),
            "next_review_on": _("When it is reviewed next."),
            "authorisation_number": _("The regulator's letter."),
        },
    ),
    rows_of=rows_of_parts(
        Vendor,
        Part(VendorLocation, "vendor"),
        Part(VendorSubcontractor, "vendor"),
        Part(VendorContact, "vendor"),
    ),
    story=_parts,
    strata=lambda row: str(row.tier),
    is_inventory=True,
)


def _signed() -> QuerySet[Contract]:
    return Contract.objects.filter(signed_on__isnull=False)


def _in_force(period: Period) -> QuerySet[Contract]:
    still = Q(ended_on__isnull=True) | Q(ended_on__gte=period.starts_on)
    found = _signed().filter(still, signed_on__lt=period.ends_on)
    return found.select_related("vendor", "entity", "owner", "drafted_by").order_by("pk")


def _clauses(contracts: list[Any]) -> dict[int, dict[str, Any]]:
    """What each contract says about the clauses, and who approved it."""
    told: dict[int, dict[str, Any]] = {
        one.pk: {"clauses": [], "approvals": []} for one in contracts
    }
    for line in ContractClause.objects.filter(contract__in=told).order_by("pk"):
        told[line.contract_id]["clauses"].append(facts(line, "clause", "answer", "place"))
    given = ContractApproval.objects.filter(contract__in=told).select_related("approved_by")
    for one in given.order_by("pk"):
        said = facts(one, "round", "step", "approved_by", "approved_at", "content_sha256")
        told[one.contract_id]["approvals"].append(said)
    return told


AGREEMENTS = Population(
    name="vendor_contracts",
    title=_("Contracts with vendors"),
    definition=_("Every contract that was signed, with the clauses that it was checked for."),
    membership=_("Signed, and not ended before the period."),
    model=Contract,
    everything=_signed,
    members=_in_force,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: _midnight(row.signed_on),
    attributes=columns(
        Contract,
        {
            "reference": _("Which contract."),
            "number": _("As it stands on the contract."),
            "vendor": _("With which vendor."),
            "entity": _("Which of our companies signed."),
            "status": _("Where it stands."),
            "drafted_by": _("Who drafted it."),
            "owner": _("Who answers for it."),
            "signed_on": _("When both sides had signed."),
            "starts_on": _("Since when it holds."),
            "ended_on": _("When it ended."),
        },
    ),
    rows_of=rows_of_parts(
        Contract, Part(ContractClause, "contract"), Part(ContractApproval, "contract")
    ),
    story=_clauses,
    strata=lambda row: str(row.kind),
    is_inventory=True,
)


def _looks(period: Period) -> QuerySet[DueDiligence]:
    found = DueDiligence.objects.filter(started_at__gte=period.start, started_at__lt=period.end)
    return found.select_related("vendor", "assessor", "decided_by").order_by("pk")


def _answers(looks: list[Any]) -> dict[int, dict[str, Any]]:
    told: dict[int, dict[str, Any]] = {one.pk: {"answers": []} for one in looks}
    for line in DiligenceAnswer.objects.filter(diligence__in=told).order_by("pk"):
        told[line.diligence_id]["answers"].append(facts(line, "question", "answer", "note"))
    return told


def _papers(looks: list[Any]) -> dict[int, list[Any]]:
    told: dict[int, list[Any]] = {one.pk: [] for one in looks}
    for paper in DiligenceDocument.objects.filter(diligence__in=told).order_by("pk"):
        told[paper.diligence_id].append(paper)
    return told


DILIGENCES = Population(
    name="due_diligences",
    title=_("Due diligences"),
    definition=_("Every look at a vendor before it was engaged, with answers and evidence."),
    membership=_("Begun in the period."),
    model=DueDiligence,
    everything=lambda: DueDiligence.objects.all(),
    members=_looks,
    identity=str,
    moment_of=lambda row: row.started_at,
    attributes=columns(
        DueDiligence,
        {
            "vendor": _("Of which vendor."),
            "number": _("Which look at it."),
            "status": _("What came of it."),
            "risk": _("How much could go wrong."),
            "assessor": _("Who assessed."),
            "started_at": _("When it began."),
            "submitted_at": _("When it was handed to those who decide."),
            "decided_by": _("Who decided."),
            "decided_at": _("When that was."),
            "decision_note": _("Why."),
        },
    ),
    rows_of=rows_of_parts(
        DueDiligence, Part(DiligenceAnswer, "diligence"), Part(DiligenceDocument, "diligence")
    ),
    story=_answers,
    attachments=_papers,
    segregation=(
        SegregationRule(
            "assessor_approver",
            _("Nobody decides about a vendor that they assessed."),
            lambda row: both_seats([row.assessor], [row.decided_by]),
        ),
    ),
    strata=lambda row: str(row.risk),
)


def _reviews(period: Period) -> QuerySet[MonitoringReview]:
    found = MonitoringReview.objects.filter(
        reviewed_on__gte=period.starts_on, reviewed_on__lt=period.ends_on
    )
    return found.select_related("vendor", "reviewed_by").order_by("pk")


REVIEWS = Population(
    name="vendor_reviews",
    title=_("Reviews of vendors"),
    definition=_("Every time that a vendor was looked at after it was engaged."),
    membership=_("Reviewed in the period."),
    model=MonitoringReview,
    everything=lambda: MonitoringReview.objects.all(),
    members=_reviews,
    identity=str,
    moment_of=lambda row: _midnight(row.reviewed_on),
    attributes=columns(
        MonitoringReview,
        {
            "vendor": _("Of which vendor."),
            "reviewed_on": _("When that was."),
            "reviewed_by": _("Who looked."),
            "outcome": _("What was found."),
            "gaps": _("What lacks."),
            "due_on": _("Until when it was due."),
            "next_on": _("When the next one is due."),
        },
    ),
    rows_of=rows_of_parts(MonitoringReview),
    strata=lambda row: str(row.outcome),
)


# --- What an auditor would find -------------------------------------------------------------------


def _unassessed(period: Period, user: Any) -> QuerySet[Any]:
    approved = DueDiligence.objects.filter(vendor=OuterRef("pk"), status=DiligenceStatus.APPROVED)
    seen = Vendor.objects.visible_to(user).engaged()
    return seen.filter(~Exists(approved), engaged_on__lt=period.ends_on)


def _overdue(period: Period, user: Any) -> QuerySet[Any]:
    day = min(period.ends_on, timezone.localdate())
    return Vendor.objects.visible_to(user).review_overdue(day)


def _found(vendor: Any, day: date | None, text: Any) -> Found:
    url = f"/vendors/vendor/{vendor.pk}/change/"
    return Found(vendor.reference, _midnight(day), text % {"name": vendor.name}, url)


UNASSESSED = report_on(
    "vendors_not_assessed",
    _("Vendors without due diligence"),
    _("Engaged vendors of whom no due diligence was ever approved here."),
    rows=_unassessed,
    tell=lambda rows: [
        _found(row, row.engaged_on, _("No due diligence of %(name)s is approved.")) for row in rows
    ],
)
OVERDUE = report_on(
    "vendor_reviews_overdue",
    _("Vendors whose review is overdue"),
    _("Engaged vendors that were not reviewed within a year."),
    rows=_overdue,
    tell=lambda rows: [
        _found(row, row.next_review_on, _("The review of %(name)s is overdue.")) for row in rows
    ],
)


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (VENDORS, AGREEMENTS, DILIGENCES, REVIEWS):
        POPULATIONS.register(population.name, population)
    for report in (UNASSESSED, OVERDUE):
        EXCEPTION_REPORTS.register(report.name, report)
