"""What a list of attestations can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.api.filters import ByRecord, Flag, OneOf
from vendors.attestations.enums import AttestationKind, AttestationStatus
from vendors.models import Vendor


def _current(rows: Any, yes: bool) -> Any:
    """Accepted, not expired, and no newer one in its place."""
    found = rows.current(timezone.localdate())
    return found if yes else rows.exclude(pk__in=found.order_by().values("pk"))


def _expired(rows: Any, yes: bool) -> Any:
    today = timezone.localdate()
    return rows.filter(expires_on__lt=today) if yes else rows.filter(expires_on__gte=today)


class AttestationFilters(FilterSet):
    vendor = ByRecord("vendor", Vendor)
    kind = OneOf("kind", AttestationKind, label=_("report or certificate"))
    status = OneOf("status", AttestationStatus)
    current = Flag(_current, label=_("current today"))
    expired = Flag(_expired, label=_("has expired"))
