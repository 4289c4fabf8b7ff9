"""Which dialogs about a vendor somebody is offered, on its page and by REST."""

from collections.abc import Mapping
from typing import Any

from core.actions import ActionForm
from vendors.assurance.forms import ASSESSING, STEPS, ReviewForm
from vendors.assurance.part_forms import PARTS
from vendors.enums import VendorStatus
from vendors.permissions import may_approve_vendors, may_keep_vendors
from vendors.querysets import WATCHED

VENDOR_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (*STEPS, *ASSESSING, ReviewForm, *PARTS)
}
_DECIDING = {"approve", "refuse", "return"}


def actions_for(user: Any, vendor: Any) -> Mapping[str, type[ActionForm]]:
    """Keepers and approvers are offered what is theirs, as the vendor stands; others nothing."""
    offered: set[str] = set()
    if may_keep_vendors(user):
        offered |= set(VENDOR_ACTIONS) - {"approve", "refuse"}
    if may_approve_vendors(user):
        offered |= _DECIDING
    if vendor.status != VendorStatus.DUE_DILIGENCE:
        offered -= {form.action for form in ASSESSING}
    if vendor.status not in WATCHED:
        offered.discard(ReviewForm.action)
    return {name: form for name, form in VENDOR_ACTIONS.items() if name in offered}


def parts_of_page() -> frozenset[str]:
    """What is offered beside what it is about, and not in the header."""
    return frozenset(form.action for form in PARTS)
