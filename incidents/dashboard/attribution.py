"""Cards of incidents by what they hit or who caused them: own services, vendors looked after."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from core.cards import Bar, Bars, Figure, Figures, Lines, Link
from core.dashboard import Content, card, list_url, record_url
from core.showing import duration
from incidents.dashboard.open_work import BARS, open_ones
from incidents.dashboard.showing import SHOWN, by_key, counts_of, line_of, segments
from incidents.enums import Status
from incidents.models import Incident

SERVICES = 100
LOOKED_AT = 50  # waiting incidents, the oldest


@card("own_services", _("My services"), permission="assets.view_service")
def own_services(user: Any, now: datetime) -> Content:
    """How the services of one's teams are, those in trouble on top."""
    owned = Service.objects.visible_to(user).owned_by(user).filter(is_retired=False)
    owned = list(owned.order_by("name")[:SERVICES])
    found = open_ones(user).filter(service__in=[service.pk for service in owned])
    rows = found.values("service", "priority").annotate(n=Count("pk")).order_by("priority")
    grouped = by_key(rows, "service")
    bars = [_service_bar(service, grouped.get(service.pk, [])) for service in owned]
    bars.sort(key=lambda bar: -bar.total)
    troubled = sum(1 for bar in bars if bar.total)
    figures = (
        Figure(
            _("Services with open incidents"),
            troubled,
            tone="orange" if troubled else "green",
            note=_("of %(n)s of your teams") % {"n": len(owned)},
        ),
    )
    nothing = _("Your teams own no service. A service names its owner team on its page.")
    part = Bars(tuple(bars[:BARS]), _("open incidents"), nothing)
    return Content((Figures(figures), part), list_url(Incident, is_open=True))


def _service_bar(service: Service, rows: list[Any]) -> Bar:
    asked = {"is_open": True, "service": service.reference}
    note = None if rows else Link(_("No open incident"), record_url(service))
    return Bar(service.name, segments(counts_of(rows), **asked), list_url(Incident, **asked), note)


@card("vendors", _("Open by vendor"), permission="vendors.view_vendor")
def vendors(user: Any, now: datetime) -> Content | None:
    found = open_ones(user).filter(vendor__isnull=False)
    rows = found.values("vendor__reference", "vendor__name", "status", "priority")
    grouped = by_key(rows.annotate(n=Count("pk")).order_by("priority"), "vendor__reference")
    bars = []
    waiting = 0
    for reference, counted in grouped.items():
        asked = {"is_open": True, "vendor": reference}
        bar = Bar(
            counted[0]["vendor__name"],
            segments(counts_of(counted), **asked),
            list_url(Incident, **asked),
        )
        bars.append(bar)
        waiting += sum(row["n"] for row in counted if row["status"] == Status.PENDING_VENDOR)
    bars.sort(key=lambda bar: -bar.total)
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lately = Incident.objects.visible_to(user).filter(vendor__isnull=False, opened_at__gte=month)
    figures = (
        Figure(
            _("Waiting for a vendor now"),
            waiting,
            list_url(Incident, status=Status.PENDING_VENDOR.value),
            tone="orange" if waiting else "",
        ),
        Figure(_("Opened this month"), lately.count(), list_url(Incident, opened_at__gte=month)),
    )
    nothing = _("No open incident is attributed to a vendor of yours.")
    part = Bars(tuple(bars[:BARS]), _("open incidents"), nothing)
    return Content((Figures(figures), part), list_url(Incident, is_open=True))


@card("waiting", _("Waiting for a vendor the longest"), permission="vendors.view_vendor")
def waiting(user: Any, now: datetime) -> Content:
    """The open incidents in a vendor's hands, by when they came there."""
    found = Incident.objects.visible_to(user).filter(status=Status.PENDING_VENDOR)
    needed = found.select_related("service", "vendor").order_by("opened_at")
    rows = list(needed.defer("description", "resolution", "search")[:LOOKED_AT])
    moves = Incident.history.filter(  # type: ignore[attr-defined]  # -- of the tracked model
        id__in=[row.pk for row in rows], history_action="incident.wait_for_vendor"
    )
    since = dict(moves.values_list("id").annotate(at=Max("history_date")))
    rows.sort(key=lambda row: since.get(row.pk, row.opened_at))
    lines = Lines(
        tuple(
            line_of(
                row,
                row.vendor,
                _("waiting for %s") % duration(now - since.get(row.pk, row.opened_at)),
            )
            for row in rows[:SHOWN]
        ),
        _("No incident waits for a vendor of yours."),
    )
    return Content((lines,), list_url(Incident, status=Status.PENDING_VENDOR.value))
