"""Which entries of the audit trail are about somebody's vendors; registered with the audit app."""

from typing import Any

from django.db.models import Q

from audit.querysets import about
from vendors.models import Vendor


def entries_for(user: Any) -> Q:
    """What happened to the vendors that a vendor manager or finance person looks after."""
    return about(Vendor, Vendor.objects.looked_after_by(user).values_list("pk", flat=True))
