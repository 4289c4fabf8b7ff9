"""Writes down what belongs to a vendor: places, subcontractors, people to call."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import ValidationError
from records.services import mask_fields
from vendors.models import (
    RequiredAttestation,
    Vendor,
    VendorContact,
    VendorLocation,
    VendorSubcontractor,
)
from vendors.services.vendors import hold_vendor

MOST = 50
"""Of each; a vendor that has more is several."""


def add_location(vendor: Vendor, *, actor: Any, **facts: Any) -> VendorLocation:
    """Write down a place: `use`, `place`, `country`, `jurisdiction`, `holds_data`."""
    return _add(VendorLocation, "locations", vendor, actor, facts)


def add_contact(vendor: Vendor, *, actor: Any, **facts: Any) -> VendorContact:
    """Write down whom to call: `name`, `role`, `level`, `email`, `phone`, `hours`."""
    return _add(VendorContact, "contacts", vendor, actor, facts)


def add_subcontractor(vendor: Vendor, *, actor: Any, **facts: Any) -> VendorSubcontractor:
    """Write down a fourth party: one of our vendors that the actor sees, or a `name`.

    Refused: a chain that comes back to the vendor itself.
    """
    other = facts.get("subcontractor")
    with transaction.atomic(), acting(actor=actor, action="vendor.add_subcontractor"):
        row = hold_vendor(vendor, actor=actor)
        if other is not None and (other.pk == row.pk or _is_below(row, other)):
            text = _("The chain of subcontractors would come back to its beginning.")
            raise ValidationError({"subcontractor": text})
        return _add(VendorSubcontractor, "subcontractors", row, actor, facts)


def add_required_attestation(
    vendor: Vendor, *, actor: Any, kind: str, reason: str = ""
) -> RequiredAttestation:
    """A kind of attestation that the vendor must have, beside what follows from what it does."""
    facts = {"kind": kind, "reason": reason}
    return _add(RequiredAttestation, "required_attestations", vendor, actor, facts)


def remove_required_attestation(
    vendor: Vendor, *, actor: Any, required: RequiredAttestation
) -> Vendor:
    """It must not have it any more; its history stays."""
    return _remove(vendor, "required_attestations", required, actor)


def remove_location(vendor: Vendor, *, actor: Any, location: VendorLocation) -> Vendor:
    """Take a place away; its history stays."""
    return _remove(vendor, "locations", location, actor)


def remove_contact(vendor: Vendor, *, actor: Any, contact: VendorContact) -> Vendor:
    """Take a contact away; its history stays."""
    return _remove(vendor, "contacts", contact, actor)


def remove_subcontractor(
    vendor: Vendor, *, actor: Any, subcontractor: VendorSubcontractor
) -> Vendor:
    """Take a fourth party away; its history stays."""
    return _remove(vendor, "subcontractors", subcontractor, actor)


def _add(model: Any, parts: str, vendor: Vendor, actor: Any, facts: dict[str, Any]) -> Any:
    action = f"vendor.add_{parts.removesuffix('s')}"
    with transaction.atomic(), acting(actor=actor, action=action):
        row = hold_vendor(vendor, actor=actor)
        if getattr(row, parts).count() >= MOST:
            raise ValidationError({"__all__": _("These are too many.")})
        texts = {name: text.strip() for name, text in facts.items() if isinstance(text, str)}
        masked = mask_fields(model._meta.db_table, texts, actor=actor, reference=row.reference)
        part = model(vendor=row, **{**facts, **masked})
        part.full_clean()
        part.save()
    return part


def _remove(vendor: Vendor, parts: str, part: Any, actor: Any) -> Vendor:
    action = f"vendor.remove_{parts.removesuffix('s')}"
    with transaction.atomic(), acting(actor=actor, action=action):
        row = hold_vendor(vendor, actor=actor)
        getattr(row, parts).get(pk=part.pk).delete()
    return row


def _is_below(vendor: Vendor, other: Vendor) -> bool:
    """Whether `vendor` already works for `other`, over however many others."""
    seen: set[int] = set()
    level = {other.pk}
    while level:
        seen |= level
        found = VendorSubcontractor.objects.filter(vendor__in=level, subcontractor__isnull=False)
        level = set(found.values_list("subcontractor_id", flat=True)) - seen
    return vendor.pk in seen
