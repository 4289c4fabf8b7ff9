"""Who hears that something about a vendor is due, and who may still see it then."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from vendors.models import Vendor
from vendors.permissions import may_read_about_vendors


def tell_of_review(vendor: Vendor, today: date) -> None:
    """Whoever answers for the vendor, once before the day and once when it has passed."""
    day = vendor.next_review_on
    when = "late" if day is None or day < today else "soon"
    _tell(vendor, MessageKind.VENDOR_TO_REVIEW, day or today, f"review:{day}:{when}")


def may_see_vendor(user: Any, reference: str) -> bool:
    """Whether a person may read the vendor a message is about; asked just before sending."""
    if not may_read_about_vendors(user):
        return False
    return Vendor.objects.visible_to(user).filter(reference=reference).exists()


def _tell(vendor: Vendor, kind: MessageKind, day: date, key: str) -> None:
    people = [person for person in (vendor.owner, vendor.manager) if person and person.is_active]
    if people:
        due = timezone.make_aware(datetime.combine(day, time(23, 59)))
        notify(
            people[:1],
            kind,
            reference=vendor.reference,
            context={
                "reference": vendor.reference,
                "title": vendor.name,
                "due_at": due.isoformat(),
                "path": f"/vendors/vendor/{vendor.pk}/change/",
            },
            key=f"{vendor.reference}:{key}",
        )
