"""Adds and edits vendors."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.enums import VendorStatus
from vendors.models import Vendor
from vendors.permissions import may_write_vendor

TABLE = "vendors_vendor"
TEXTS = frozenset(
    [
        *("name", "services", "data_provided", "legal_name", "representative"),
        *("systems", "interfaces", "authorisation_number"),
    ]
)
EDITABLE = TEXTS | {
    *("tier", "country", "manager", "owner", "could_affect_security", "data_access"),
    "authorised_on",
}


def add_vendor(*, actor: Any, taken_over_on: date | None = None, **facts: Any) -> Vendor:
    """Add a vendor, as a prospect. Refused to those whose role does not reach its country.

    With `taken_over_on`, which only the system may give, it is engaged since before its due
    diligence was kept here; the page and the evidence say so for good.
    """
    with transaction.atomic(), acting(actor=actor, action="vendor.add"):
        vendor = Vendor()
        if taken_over_on is not None:
            if actor is not None:
                raise NotAllowed(_("people add prospects, which are assessed first"))
            vendor.status, vendor.taken_over_on = VendorStatus.ENGAGED, taken_over_on
            vendor.engaged_on = taken_over_on
        _write(vendor, facts, "add", actor)
    return vendor


def edit_vendor(
    vendor: Vendor, *, actor: Any, version: int | None = None, **changes: Any
) -> Vendor:
    """Correct a vendor. Stale when `version` is not the current one."""
    with transaction.atomic(), acting(actor=actor, action="vendor.edit"):
        row = hold(vendor, actor=actor, version=version)
        _write(row, changes, "change", actor)
    return row


def hold_vendor(vendor: Vendor, *, actor: Any, version: int | None = None) -> Vendor:
    """The vendor, locked, for somebody whose role writes it."""
    row = hold(vendor, actor=actor, version=version)
    if not may_write_vendor(actor, "change", row.country):
        raise NotAllowed(_("your role does not reach this vendor's country"))
    return row


def _write(row: Vendor, changes: dict[str, Any], verb: str, actor: Any) -> None:
    countries = {row.country if row.pk else "", changes.get("country", row.country)} - {""}
    if not all(may_write_vendor(actor, verb, country) for country in countries):
        raise NotAllowed(_("your role does not reach this vendor's country"))
    for name in ("manager", "owner"):
        person = changes.get(name)
        if person is not None and not person.is_active:
            raise ValidationError({name: _("This account is disabled.")})
    told = {name: changes[name] for name in TEXTS & set(changes)}
    masked = mask_fields(TABLE, told, actor=actor, reference=row.reference if row.pk else "")
    store(row, {**changes, **masked}, actor=actor, editable=EDITABLE)
