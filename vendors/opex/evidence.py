"""Money for vendors as evidence: which budgets were approved by whom, and which savings came about
(SOC 2 CC1.3, CC9.2)."""

from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from vendors.models import Budget, Saving, SpendEntry, VarianceComment


def _approved() -> QuerySet[Budget]:
    return Budget.objects.filter(approved_at__isnull=False)


def _approved_in(period: Period) -> QuerySet[Budget]:
    found = _approved().filter(approved_at__gte=period.start, approved_at__lt=period.end)
    related = ("entity", "replaces", "drafted_by", "approved_by")
    return found.select_related(*related).order_by("pk")


def _totals(budgets: list[Any]) -> dict[int, dict[str, Any]]:
    """What each version plans and foresees, by currency, and what was said about variances."""
    told: dict[int, dict[str, Any]] = {one.pk: {"totals": [], "comments": []} for one in budgets}
    lines = SpendEntry.objects.filter(budget__in=told).order_by("budget", "kind", "currency")
    for row in lines.values("budget", "kind", "currency").annotate(total=Sum("amount")):
        said = {"kind": row["kind"], "currency": row["currency"], "amount": f"{row['total']:.2f}"}
        told[row["budget"]]["totals"].append(said)
    comments = VarianceComment.objects.filter(budget__in=told).select_related("commented_by")
    for one in comments.order_by("pk"):
        said = facts(one, "month", "cost_centre", "text", "commented_by", "commented_at")
        told[one.budget_id]["comments"].append(said)
    return told


BUDGETS = Population(
    name="vendor_budgets",
    title=_("Budgets"),
    definition=_("What our companies mean to spend on vendors in a year, version by version."),
    membership=_("Approved in the period."),
    model=Budget,
    everything=_approved,
    members=_approved_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.approved_at,
    attributes=columns(
        Budget,
        {
            "reference": _("Which budget."),
            "title": _("What it is called."),
            "entity": _("Of which company of ours."),
            "year": _("Of which year."),
            "number": _("Which version."),
            "currency": _("In which currency it is told."),
            "replaces": _("Which version it took the place of."),
            "status": _("Where it stands."),
            "drafted_by": _("Who drafted it."),
            "approved_by": _("Who approved it."),
            "approved_at": _("When that was."),
        },
    ),
    rows_of=rows_of_parts(Budget, Part(SpendEntry, "budget"), Part(VarianceComment, "budget")),
    story=_totals,
    segregation=(
        SegregationRule(
            "drafter_approver",
            _("Nobody approves a budget that they drafted."),
            lambda row: both_seats([row.drafted_by], [row.approved_by]),
        ),
    ),
    strata=lambda row: str(row.entity),
)


def _judged() -> QuerySet[Saving]:
    return Saving.objects.filter(verified_at__isnull=False)


def _judged_in(period: Period) -> QuerySet[Saving]:
    found = _judged().filter(verified_at__gte=period.start, verified_at__lt=period.end)
    return found.select_related("entity", "vendor", "owner", "verified_by").order_by("pk")


SAVINGS = Population(
    name="vendor_savings",
    title=_("Savings"),
    definition=_("What was meant to be saved with vendors, and what finance found was."),
    membership=_("Found to have come about, or not, in the period."),
    model=Saving,
    everything=_judged,
    members=_judged_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.verified_at,
    attributes=columns(
        Saving,
        {
            "reference": _("Which saving."),
            "title": _("What it is called."),
            "hypothesis": _("Why something should be saved."),
            "entity": _("Of which company of ours."),
            "vendor": _("With which vendor."),
            "currency": _("In which currency it is told."),
            "status": _("Whether it came about."),
            "expected": _("What was expected a year."),
            "verified": _("What was really saved a year."),
            "evidence": _("How finance knows."),
            "owner": _("Who answers for it."),
            "verified_by": _("Who verified it."),
            "verified_at": _("When that was."),
        },
    ),
    rows_of=rows_of_parts(Saving),
    segregation=(
        SegregationRule(
            "owner_verifier",
            _("Nobody verifies a saving of their own."),
            lambda row: both_seats([row.owner], [row.verified_by]),
        ),
    ),
    strata=lambda row: str(row.entity),
)


def register_spend_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (BUDGETS, SAVINGS):
        POPULATIONS.register(population.name, population)
