"""Dependencies on vendors as evidence (SOC 2 CC9.2): all of them, and those that are risks."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import ServiceDependency
from core.dashboard import record_url
from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.ledger_rows import rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, columns


def _in_force(period: Period) -> QuerySet[ServiceDependency]:
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=period.starts_on)
    found = ServiceDependency.objects.filter(still, starts_on__lt=period.ends_on)
    related = ("service", "vendor", "alternative", "contract", "reviewed_by")
    return found.select_related(*related).order_by("pk")


SERVICE_DEPENDENCIES = Population(
    name="service_dependencies",
    title=_("Dependencies of services on vendors"),
    definition=_("What vendors supply to services, how critical it is and who else could."),
    membership=_("In force on a day of the period."),
    model=ServiceDependency,
    everything=lambda: ServiceDependency.objects.all(),
    members=_in_force,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: datetime.combine(row.starts_on, time(), UTC),
    attributes=columns(
        ServiceDependency,
        {
            "reference": _("Which dependency."),
            "service": _("Of which service."),
            "vendor": _("On which vendor."),
            "supplies": _("What the vendor supplies."),
            "criticality": _("What it means when the vendor fails."),
            "substitutability": _("How soon another would supply it."),
            "alternative": _("Which other vendor of ours."),
            "other_alternatives": _("Who else."),
            "contract": _("Under which contract."),
            "starts_on": _("From when on."),
            "ends_on": _("Until when."),
            "reviewed_by": _("Who reviewed it last."),
            "reviewed_at": _("When that was."),
        },
    ),
    rows_of=rows_of_parts(ServiceDependency),
    strata=lambda row: str(row.criticality),
    is_inventory=True,
)


def _at_risk(period: Period, user: Any) -> Iterable[Found]:
    """As of the last day of the period, or today."""
    day = min(period.ends_on - timedelta(days=1), timezone.localdate())
    seen = ServiceDependency.objects.visible_to(user).at_risk(day)
    for row in seen.select_related("service", "vendor").order_by("pk"):
        told = {"service": row.service.name, "vendor": row.vendor.name}
        text = _("%(service)s stops with %(vendor)s, and no exit plan is approved and tested.")
        yield Found(row.reference, row.reviewed_at, text % told, record_url(row))


AT_RISK = ExceptionReport(
    "single_vendor_risks",
    _("Single-vendor risks without a tested exit plan"),
    _(
        "Dependencies that are critical, that nobody else would supply within weeks, and whose "
        "vendor has no exit plan that is approved and was exercised in time."
    ),
    _at_risk,
)


def register_supply_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(SERVICE_DEPENDENCIES.name, SERVICE_DEPENDENCIES)
    EXCEPTION_REPORTS.register(AT_RISK.name, AT_RISK)
