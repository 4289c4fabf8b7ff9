"""Looks at engaged vendors every year, and tells their owners when that is due."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import Refused, ValidationError
from records.services import mask_fields
from vendors.assurance.audience import tell_of_attestation, tell_of_review
from vendors.assurance.dates import SOON, a_year_after
from vendors.assurance.enums import ReviewOutcome
from vendors.attestations.currency import standings
from vendors.models import MonitoringReview, Vendor
from vendors.querysets import WATCHED
from vendors.services.vendors import TABLE, hold_vendor


def review_vendor(
    vendor: Vendor,
    *,
    actor: Any,
    outcome: str,
    gaps: str = "",
    reviewed_on: date | None = None,
    next_on: date | None = None,
) -> Vendor:
    """Record that a vendor was looked at: its attestations, incidents and what it promised.

    Refused: vendors that do nothing for us, a day to come, one before the last review, and a next
    review later than in a year.
    """
    with transaction.atomic(), acting(actor=actor, action="vendor.review"):
        row = hold_vendor(vendor, actor=actor)
        if row.status not in WATCHED:
            raise Refused(_("the vendor is not engaged"))
        today = timezone.localdate(told_moment())
        day = reviewed_on or today
        following = next_on or a_year_after(day)
        last = row.reviews.order_by("-reviewed_on").values_list("reviewed_on", flat=True).first()
        if day > today:
            raise ValidationError({"reviewed_on": _("This day has not come yet.")})
        if last is not None and day <= last:
            raise ValidationError({"reviewed_on": _("There is a review of that day or later.")})
        if not day < following <= a_year_after(day):
            raise ValidationError({"next_on": _("Choose a day within a year after the review.")})
        said = mask_fields(TABLE, {"gaps": gaps.strip()}, actor=actor, reference=row.reference)
        review = MonitoringReview(
            vendor=row,
            reviewed_on=day,
            reviewed_by=actor,
            outcome=ReviewOutcome(outcome),
            due_on=row.next_review_on,
            next_on=following,
            **said,
        )
        review.full_clean(exclude=["vendor", "reviewed_by"])
        review.save()
        row.next_review_on = following
        row.save()
        row.refresh_from_db()
    return row


def keep_vendors(at: datetime) -> int:
    """Tell owners of the reviews that are due soon or late, and managers of the attestations that
    expire, have expired or lack; returns of how many. One message for each due day and step, and
    another one once it has passed."""
    today = timezone.localdate(at)
    watched = Vendor.objects.engaged().select_related("owner", "manager")
    due = watched.filter(next_review_on__lte=today + timedelta(days=SOON)).order_by("pk")
    found = list(due) + list(watched.filter(next_review_on__isnull=True).order_by("pk"))
    with transaction.atomic(), acting(action="vendor.remind"):
        for vendor in found:
            tell_of_review(vendor, today)
        return len(found) + _tell_of_attestations(list(watched.order_by("pk")), today)


def _tell_of_attestations(vendors: list[Vendor], today: date) -> int:
    """Titles name kinds, which are told in the language of the system."""
    told = standings(vendors, today)
    return sum(
        tell_of_attestation(vendor, standing, today)
        for vendor in vendors
        for standing in told[vendor.pk]
    )
