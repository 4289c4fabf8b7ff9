"""Who hears that a certification expires soon, and who may still see it then."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from people.models import Certification, User

REMINDED_AT = (7, 30, 60)
"""So many days before the last day, the nearest first."""


def remind_of_expiry(at: datetime) -> int:
    """The holder hears 60, 30 and 7 days before, once each, unless a newer one is verified.
    Returns of how many certifications."""
    today = timezone.localdate(at)
    rows = Certification.objects.verified().of_active_people(today).without_newer()
    last = today + timedelta(days=REMINDED_AT[-1])
    found = rows.filter(expires_on__gte=today, expires_on__lte=last).order_by("pk")
    accounts = _accounts_of([row.holder_id for row in found])
    for row in found:
        left = (row.expires_on - today).days
        step = next(days for days in REMINDED_AT if left <= days)
        _tell(row, accounts.get(row.holder_id, []), f"{row.reference}:expires:{step}")
    return len(found)


def may_see_certification(user: Any, reference: str) -> bool:
    """Whether a person may see the one that a message is about; asked just before sending."""
    return Certification.objects.visible_to(user).filter(reference=reference).exists()


def _accounts_of(people: list[int]) -> dict[int, list[User]]:
    told: dict[int, list[User]] = {}
    for user in User.objects.filter(person__in=people, is_active=True).order_by("pk"):
        told.setdefault(user.person_id, []).append(user)
    return told


def _tell(row: Certification, people: list[User], key: str) -> None:
    last_day = row.expires_on or date.max
    end = timezone.make_aware(datetime.combine(last_day, time(23, 59)))
    notify(
        people,
        MessageKind.CERTIFICATION_EXPIRES,
        reference=str(row.reference),
        context={
            "reference": str(row.reference),
            "title": row.name,
            "due_at": end.isoformat(),
            "path": f"/people/certification/{row.pk}/change/",
        },
        key=key,
    )
