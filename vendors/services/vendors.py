"""Adds and edits vendors."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.models import Vendor
from vendors.permissions import may_write_vendor

EDITABLE = frozenset(["name", "tier", "country", "manager", "could_affect_security", "status"])


def add_vendor(*, actor: Any, **facts: Any) -> Vendor:
    """Add a vendor. Refused to those whose role does not reach its country."""
    with transaction.atomic(), acting(actor=actor, action="vendor.add"):
        vendor = Vendor()
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


def _write(row: Vendor, changes: dict[str, Any], verb: str, actor: Any) -> None:
    countries = {row.country if row.pk else "", changes.get("country", row.country)} - {""}
    if not all(may_write_vendor(actor, verb, country) for country in countries):
        raise NotAllowed(_("your role does not reach this vendor's country"))
    manager = changes.get("manager")
    if manager is not None and not manager.is_active:
        raise ValidationError({"manager": _("This account is disabled.")})
    if "name" in changes:
        told = {"name": changes["name"]}
        masked = mask_fields("vendors_vendor", told, actor=actor)
        changes = {**changes, **masked}
    store(row, changes, actor=actor, editable=EDITABLE)
