"""Which of our records have a life: what is open of each, and what agreements go by. Problems have
one too, and no agreement is for them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Value, When
from django.db.models.expressions import Combinable

from incidents.enums import OPEN, Status
from incidents.measuring import targets_of
from incidents.models import Incident, PhoneCall, Request
from incidents.request_enums import REQUEST_OPEN, RequestStatus
from sla.lived_records import LivedRecords


def _facts(pending: Any) -> Mapping[str, Combinable]:
    """What incidents and requests have alike; the vendor is one that it waits for now."""
    return {
        "team": F("team_id"),
        "vendor": Case(When(status=pending, then=F("vendor_id"))),
        "client": F("client_id"),
        "service": F("service_id"),
        "country": F("team__country"),
    }


LIVED_INCIDENTS = LivedRecords(
    model=Incident,
    open_rows=lambda: Incident.objects.filter(status__in=OPEN),
    facts=_facts(Status.PENDING_VENDOR),
    mandate=targets_of,
)
LIVED_REQUESTS = LivedRecords(
    model=Request,
    open_rows=lambda: Request.objects.filter(status__in=REQUEST_OPEN),
    facts={
        **_facts(RequestStatus.PENDING_VENDOR),
        # An agreement names a request's type, or its kind where it has none.
        "request_type": Case(
            When(request_type="", then=F("kind")),
            default=F("request_type"),
            output_field=CharField(),
        ),
    },
)
_NONE = Value(None, output_field=IntegerField())
LIVED_CALLS = LivedRecords(
    model=PhoneCall,
    open_rows=lambda: PhoneCall.objects.filter(ended_at__isnull=True),
    facts={
        "team": F("team_id"),
        "vendor": _NONE,
        "client": F("client_id"),
        "service": _NONE,
        "country": F("team__country"),
    },
)
