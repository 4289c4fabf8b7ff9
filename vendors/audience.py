"""Which entries of the audit trail are about somebody's vendors; registered with the audit app."""

from typing import Any

from django.db.models import Q

from audit.querysets import about
from vendors.models import Contract, Vendor


def entries_for(user: Any) -> Q:
    """What happened to the vendors that a vendor manager or finance person looks after, and to the
    contracts with them."""
    vendors = Vendor.objects.looked_after_by(user)
    contracts = Contract.objects.filter(vendor__in=vendors.order_by().values("pk"))
    return about(Vendor, vendors.values_list("pk", flat=True)) | about(
        Contract, contracts.values_list("pk", flat=True)
    )
