"""Audits for tests: an engagement that runs, with an auditor of its own and a request."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from evidence import services
from evidence.models import AuditRequest, Engagement
from people.models import User
from people.services import create_account, hire_person

_numbers = count(1)


def an_outside_auditor(cast: Any) -> User:
    """Somebody new with an account, and no role yet."""
    number = next(_numbers)
    person = hire_person(
        actor=cast.security_admin, full_name=f"Auditor {number}", subsidiary=cast.mx
    )
    return create_account(
        actor=cast.security_admin,
        username=f"outside-{number}",
        email=f"outside-{number}@example.com",
        person=person,
    )


def an_engagement(cast: Any, *auditors: User, **given: Any) -> Engagement:
    facts = {
        "firm": "Quetzal",
        "frameworks": ["pci_dss"],
        "period_starts_on": date(2026, 7, 1),
        "period_ends_on": date(2026, 10, 1),
        "owner": cast.service_manager,
        "expires_at": timezone.now() + timedelta(days=30),
    }
    return services.begin_engagement(actor=cast.security_admin, auditors=auditors, **facts | given)


def a_request(engagement: Engagement, auditor: User, **given: Any) -> AuditRequest:
    facts = {"title": "All changes", "due_on": timezone.localdate() + timedelta(days=5)}
    return services.ask_for(actor=auditor, engagement=engagement, **facts | given)
