"""Agreements as evidence: what was in force, who approved it, and what each month came to (ISO
20000 8.3.3)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from sla.enums import VersionStatus
from sla.models import AgreementTarget, AgreementVersion, MonthlyStatement


def _approved() -> QuerySet[AgreementVersion]:
    return AgreementVersion.objects.exclude(status=VersionStatus.DRAFT)


def _in_force(period: Period) -> QuerySet[AgreementVersion]:
    still = Q(retired_at__isnull=True) | Q(retired_at__gte=period.start)
    related = ("agreement", "base__agreement", "calendar", "drafted_by", "approved_by")
    found = _approved().filter(still, approved_at__lt=period.end)
    return found.select_related(*related).order_by("pk")


def _targets(versions: list[Any]) -> dict[int, dict[str, Any]]:
    """The times that each version sets itself, by metric and priority."""
    found: dict[int, list[Any]] = {row.pk: [] for row in versions}
    rows = AgreementTarget.objects.filter(agreement_version__in=found)
    for row in rows.order_by("metric", "priority"):
        found[row.agreement_version_id].append(facts(row, "metric", "priority", "target"))
    return {pk: {"targets": targets} for pk, targets in found.items()}


VERSIONS = Population(
    name="agreement_versions",
    title=_("Agreements in force"),
    definition=_("Every version of an agreement with a client, a team or a vendor."),
    membership=_("In force at some time in the period."),
    model=AgreementVersion,
    everything=_approved,
    members=_in_force,
    identity=lambda row: f"{row.agreement.slug} {row.number}",
    moment_of=lambda row: row.approved_at,
    attributes=columns(
        AgreementVersion,
        {
            "agreement": _("Which agreement."),
            "number": _("Which version of it."),
            "status": _("Where it stands."),
            "base": _("From which version it inherits the times that it does not set."),
            "counts": _("Whose time it counts."),
            "calendar": _("In which working hours."),
            "drafted_by": _("Who drafted it."),
            "approved_by": _("Who put it into force."),
            "approved_at": _("Since when it is in force."),
            "retired_at": _("When the next version replaced it."),
        },
    ),
    rows_of=rows_of_parts(AgreementVersion, Part(AgreementTarget, "agreement_version")),
    story=_targets,
    segregation=(
        SegregationRule(
            "drafter_approver",
            _("Nobody puts into force what they drafted."),
            lambda row: both_seats([row.drafted_by], [row.approved_by]),
        ),
    ),
    is_inventory=True,
)


def _frozen(period: Period) -> QuerySet[MonthlyStatement]:
    made = MonthlyStatement.objects.filter(known_at__gte=period.start, known_at__lt=period.end)
    return made.select_related("agreement", "made_by").order_by("pk")


STATEMENTS = Population(
    name="agreement_months",
    title=_("Months of agreements"),
    definition=_("Every month of an agreement as it was frozen, and every restatement of one."),
    membership=_("Frozen or restated in the period."),
    model=MonthlyStatement,
    everything=lambda: MonthlyStatement.objects.all(),
    members=_frozen,
    identity=lambda row: f"{row.agreement.slug} {row.month:%Y-%m} {row.number}",
    moment_of=lambda row: row.known_at,
    attributes=columns(
        MonthlyStatement,
        {
            "agreement": _("Which agreement."),
            "month": _("Which month, by its first day."),
            "number": _("0 is what was frozen; the others are restatements."),
            "known_at": _("As known at which moment."),
            "content": _("What it came to."),
            "digest": _("SHA-256 of that."),
            "made_by": _("Who restated it; empty: frozen by itself."),
        },
    ),
    rows_of=rows_of_parts(MonthlyStatement),
    strata=lambda row: row.agreement.slug,
)


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (VERSIONS, STATEMENTS):
        POPULATIONS.register(population.name, population)
