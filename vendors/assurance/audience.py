"""Who hears that something about a vendor is due, and who may still see it then."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from vendors.attestations.currency import Standing, name_of, step_of
from vendors.models import Vendor
from vendors.permissions import may_read_about_vendors


def tell_of_review(vendor: Vendor, today: date) -> None:
    """Whoever answers for the vendor, once before the day and once when it has passed."""
    day = vendor.next_review_on
    when = "late" if day is None or day < today else "soon"
    _tell(vendor, MessageKind.VENDOR_TO_REVIEW, day or today, f"review:{day}:{when}")


def tell_of_attestation(vendor: Vendor, standing: Standing, today: date) -> bool:
    """Whoever manages the vendor, once at each step before what it must have expires, once when it
    has, and once where there is none. Whether there was anything to tell."""
    held = standing.held
    if held is None:
        day, key = today, f"attestation:none:{','.join(standing.need)}"
    else:
        step = step_of(held.expires_on, today)
        if not step:
            return False
        day, key = held.expires_on, f"attestation:{held.pk}:{step}"
    title = f"{vendor.name}, {name_of(standing.need)}"
    people = (vendor.manager, vendor.owner)
    _tell(vendor, MessageKind.VENDOR_ATTESTATION, day, key, people=people, title=title)
    return True


def may_see_vendor(user: Any, reference: str) -> bool:
    """Whether a person may read the vendor a message is about; asked just before sending."""
    if not may_read_about_vendors(user):
        return False
    return Vendor.objects.visible_to(user).filter(reference=reference).exists()


def _tell(
    vendor: Vendor,
    kind: MessageKind,
    day: date,
    key: str,
    *,
    people: tuple[Any, ...] = (),
    title: str = "",
) -> None:
    """The first of them whose account is open; unless said, who answers for the vendor."""
    named = people or (vendor.owner, vendor.manager)
    found = [person for person in named if person and person.is_active]
    if found:
        due = timezone.make_aware(datetime.combine(day, time(23, 59)))
        notify(
            found[:1],
            kind,
            reference=vendor.reference,
            context={
                "reference": vendor.reference,
                "title": title or vendor.name,
                "due_at": due.isoformat(),
                "path": f"/vendors/vendor/{vendor.pk}/change/",
            },
            key=f"{vendor.reference}:{key}",
        )
