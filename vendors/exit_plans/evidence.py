"""Exit plans as evidence (SOC 2 CC9.2, and what regulators ask of who depends on vendors)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dashboard import record_url
from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from vendors.models import ExitExercise, ExitPlan, ExitStep


def _approved() -> QuerySet[ExitPlan]:
    return ExitPlan.objects.filter(approved_at__isnull=False)


def _in_force(period: Period) -> QuerySet[ExitPlan]:
    still = Q(replaced_on__isnull=True) | Q(replaced_on__gte=period.starts_on)
    found = _approved().filter(still, approved_at__lt=period.end)
    related = ("vendor", "contract", "owner", "drafted_by", "approved_by")
    return found.select_related(*related).order_by("pk")


def _stories(rows: list[Any]) -> dict[int, dict[str, Any]]:
    told: dict[int, dict[str, Any]] = {one.pk: {"steps": [], "exercises": []} for one in rows}
    for step in ExitStep.objects.filter(plan__in=told).order_by("plan", "position"):
        told[step.plan_id]["steps"].append(facts(step, "position", "text", "days"))
    tried = ExitExercise.objects.filter(plan__in=told).select_related("recorded_by")
    for one in tried.order_by("pk"):
        said = facts(one, "kind", "exercised_on", "result", "findings", "recorded_by")
        told[one.plan_id]["exercises"].append(said)
    return told


EXIT_PLANS = Population(
    name="exit_plans",
    title=_("Exit plans"),
    definition=_("Every plan of how we would leave a vendor, with its steps and exercises."),
    membership=_("Approved before the end of the period, and not replaced before it."),
    model=ExitPlan,
    everything=_approved,
    members=_in_force,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.approved_at,
    attributes=columns(
        ExitPlan,
        {
            "reference": _("Which plan."),
            "vendor": _("Of which vendor."),
            "contract": _("Of which contract, where it has a plan of its own."),
            "number": _("Which version."),
            "leaves_when": _("What makes us leave."),
            "data_return": _("What becomes of our data."),
            "alternative": _("Who or what does it afterwards."),
            "cost": _("What leaving costs."),
            "currency": _("In which currency."),
            "owner": _("Who would carry it out."),
            "status": _("Where it stands."),
            "drafted_by": _("Who drafted it."),
            "approved_by": _("Who approved it."),
            "approved_at": _("When it was approved."),
            "replaced_on": _("When a later version took its place."),
            "exercised_on": _("When it was exercised last."),
            "exercise_result": _("How that went."),
            "exercise_due_on": _("Until when it is exercised again."),
        },
    ),
    rows_of=rows_of_parts(ExitPlan, Part(ExitStep, "plan"), Part(ExitExercise, "plan")),
    story=_stories,
    segregation=(
        SegregationRule(
            "drafter_approver",
            _("Nobody approves an exit plan that they drafted or own."),
            lambda row: both_seats([row.drafted_by, row.owner], [row.approved_by]),
        ),
    ),
    is_inventory=True,
)


def _not_exercised(period: Period, user: Any) -> Iterable[Found]:
    """As of the last day of the period, or today."""
    day = min(period.ends_on - timedelta(days=1), timezone.localdate())
    late = ExitPlan.objects.visible_to(user).exercise_overdue(day)
    for plan in late.filter(approved_at__lt=period.end).select_related("vendor").order_by("pk"):
        told = {"name": plan.vendor.name, "day": plan.exercise_due_on}
        text = _("The exit plan of %(name)s was to be exercised by %(day)s.") % told
        yield Found(plan.reference, plan.approved_at, text, record_url(plan))


NOT_EXERCISED = ExceptionReport(
    "exit_plans_not_exercised",
    _("Exit plans that were not exercised"),
    _("Plans in force of vendors on whom most depends, whose yearly exercise is late."),
    _not_exercised,
)


def register_exit_plan_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(EXIT_PLANS.name, EXIT_PLANS)
    EXCEPTION_REPORTS.register(NOT_EXERCISED.name, NOT_EXERCISED)
