"""Incidents as records with a life: which are open, and what agreements go by."""

from django.db.models import Case, F, When

from incidents.enums import OPEN, Status
from incidents.models import Incident
from sla.lived_records import LivedRecords

LIVED_INCIDENTS = LivedRecords(
    model=Incident,
    open_rows=lambda: Incident.objects.filter(status__in=OPEN),
    facts={
        "team": F("team_id"),
        "vendor": Case(When(status=Status.PENDING_VENDOR, then=F("vendor_id"))),
        "client": F("client_id"),
        "service": F("service_id"),
        "country": F("team__country"),
    },
)
