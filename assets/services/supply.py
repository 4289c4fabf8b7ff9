"""States on which vendors services depend, reviews that, ends it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Service, ServiceDependency
from assets.supply.permissions import may_write_dependency
from assets.supply.workflow import SUPPLY_WORKFLOW
from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.models import Vendor

TABLE = "assets_servicedependency"
TEXTS = ("supplies", "other_alternatives")
EDITABLE = frozenset([*TEXTS, "criticality", "substitutability", "alternative", "contract"])


def add_service_dependency(
    *, actor: Any, service: Service, vendor: Vendor, starts_on: date | None = None, **facts: Any
) -> ServiceDependency:
    """State what a vendor supplies to a service: `supplies`, `criticality`, `substitutability`,
    and if known `alternative`, `other_alternatives` and `contract`; from today or another day.

    Refused to those whose role does not reach the vendor's country; ValidationError where the
    service depends on the vendor already, or the contract is with another one.
    """
    with transaction.atomic(), acting(actor=actor, action="servicedependency.add"):
        if not may_write_dependency(actor, "add", vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        day = starts_on or timezone.localdate(told_moment())
        overlapping = ServiceDependency.objects.select_for_update(no_key=True).filter(
            service=service, vendor=vendor
        )
        if any(one.ends_on is None or one.ends_on > day for one in overlapping):
            raise ValidationError(_("This service depends on this vendor already."))
        row = ServiceDependency(service=service, vendor=vendor, starts_on=day)
        _write(row, facts, actor)
    return row


def edit_service_dependency(
    dependency: ServiceDependency, *, actor: Any, version: int | None = None, **changes: Any
) -> ServiceDependency:
    """Correct what is stated, while it is current."""
    with transaction.atomic(), acting(actor=actor, action="servicedependency.edit"):
        row = hold(dependency, actor=actor, version=version)
        if not may_write_dependency(actor, "change", row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.ends_on is not None:
            raise Refused(_("this dependency has ended already"))
        _write(row, changes, actor)
    return row


def review_service_dependency(
    dependency: ServiceDependency, *, actor: Any, note: str = "", **changes: Any
) -> ServiceDependency:
    """Somebody looked at it: it is as it says, or as it is corrected with that."""
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=dependency.reference)
    reason = told["note"][:500]
    with (
        transaction.atomic(),
        acting(actor=actor, action="servicedependency.review", reason=reason),
    ):
        row = hold(dependency, actor=actor)
        SUPPLY_WORKFLOW.check(row, "review", actor)
        row.reviewed_at, row.reviewed_by = told_moment(), actor
        _write(row, changes, actor)
        row.refresh_from_db()
    return row


def end_service_dependency(
    dependency: ServiceDependency, *, actor: Any, on: date | None = None, note: str = ""
) -> ServiceDependency:
    """The service no longer depends on the vendor, from a day on. What was stays readable."""
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=dependency.reference)
    reason = told["note"][:500]
    with transaction.atomic(), acting(actor=actor, action="servicedependency.end", reason=reason):
        row = hold(dependency, actor=actor)
        SUPPLY_WORKFLOW.check(row, "end", actor)
        day = on or timezone.localdate(told_moment())
        store(row, {"ends_on": day}, actor=actor, editable=frozenset({"ends_on"}))
        row.refresh_from_db()
    return row


def _write(row: ServiceDependency, changes: dict[str, Any], actor: Any) -> None:
    contract = changes.get("contract")
    if contract is not None and contract.vendor_id != row.vendor_id:
        raise ValidationError({"contract": _("This contract is with another vendor.")})
    texts = {name: changes[name].strip() for name in TEXTS if name in changes}
    said = mask_fields(TABLE, texts, actor=actor, reference=row.reference if row.pk else "")
    store(row, {**changes, **said}, actor=actor, editable=EDITABLE)
