"""Requests of data subjects that have come to where a test begins, through the services."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.erasing import carry_out_warrants
from people import services
from people.models import PrivacyRequest
from people.services.privacy import note_carried_out


def a_request(cast: Any, **given: Any) -> PrivacyRequest:
    asked: dict[str, Any] = {
        "kind": "cancellation",
        "subject": "Alma Núñez",
        "address": "alma@example.org",
        "asked": "Please delete what you have about me.",
        "received_on": timezone.localdate() - timedelta(days=1),
        **given,
    }
    return services.record_request(actor=cast.hr_partner, **asked)


def accepted(cast: Any, request: PrivacyRequest, **given: Any) -> PrivacyRequest:
    said: dict[str, Any] = {"ground": "LFPDPPP 24", "answer": "Yes", "blocked_until": None, **given}
    return services.accept_request(request, actor=cast.hr_partner, **said)


def approved(cast: Any, request: PrivacyRequest) -> PrivacyRequest:
    services.approve_erasure(request, actor=cast.security_admin)
    return services.approve_erasure(request, actor=cast.senior_approver)


def erase_now() -> None:
    carry_out_warrants()
    note_carried_out()
