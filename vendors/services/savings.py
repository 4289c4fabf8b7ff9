"""Keeps the register of savings: proposed, begun, and verified by somebody else in finance."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.models import Saving
from vendors.money import check_amount
from vendors.opex.permissions import reaches
from vendors.opex.workflow import SAVING_WORKFLOW

TABLE = "vendors_saving"
TEXTS: tuple[str, ...] = ("title", "hypothesis")
EDITABLE = frozenset(["title", "hypothesis", "entity", "vendor", "currency", "expected"])


def propose_saving(*, actor: Any, **facts: Any) -> Saving:
    """Propose a saving; whoever does answers for it."""
    with transaction.atomic(), acting(actor=actor, action="saving.propose"):
        saving = Saving(owner=actor)
        _write(saving, facts, "add_saving", actor)
    return saving


def edit_saving(
    saving: Saving, *, actor: Any, version: int | None = None, **changes: Any
) -> Saving:
    """Correct a saving until it is settled."""
    with transaction.atomic(), acting(actor=actor, action="saving.edit"):
        row = hold(saving, actor=actor, version=version)
        if row.verified_by_id is not None:
            raise ValidationError({name: _("This cannot be edited.") for name in changes})
        _write(row, changes, "change_saving", actor)
    return row


def start_saving(saving: Saving, *, actor: Any, note: str = "") -> Saving:
    """Work on it has begun."""
    return _step(saving, "start", actor, note)


def verify_saving(saving: Saving, *, actor: Any, verified: Decimal, note: str) -> Saving:
    """Say how much is really saved a year, and by which evidence. Not by the owner."""
    return _step(saving, "verify", actor, note, verified)


def reject_saving(saving: Saving, *, actor: Any, note: str) -> Saving:
    """Say that nothing was saved, and why."""
    return _step(saving, "reject", actor, note, Decimal(0))


def _step(
    saving: Saving, action: str, actor: Any, note: str, verified: Decimal | None = None
) -> Saving:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=saving.reference)["note"]
    with (
        transaction.atomic(),
        acting(actor=actor, action=f"saving.{action}", reason=told[:500]),
    ):
        row = hold(saving, actor=actor)
        target = SAVING_WORKFLOW.check(row, action, actor).target
        needed = "change_saving" if action == "start" else "verify_saving"
        if not reaches(actor, needed, row.entity.country):
            raise NotAllowed(_("your role does not reach this company"))
        if verified is not None:
            if not told.strip():
                raise ValidationError({"note": _("Say how you know.")})
            check_amount(verified, row.currency)
            row.verified, row.evidence = verified, told
            row.verified_by, row.verified_at = actor, told_moment()
        row.status = target
        row.save()
        row.refresh_from_db()
    return row


def _write(row: Saving, changes: dict[str, Any], permission: str, actor: Any) -> None:
    for entity in (row.entity if row.pk else None, changes.get("entity")):
        if entity is not None and not reaches(actor, permission, entity.country):
            raise NotAllowed(_("your role does not reach this company"))
    told: dict[str, str] = {n: changes[n].strip() for n in TEXTS if n in changes}
    changes = {**changes, **mask_fields(TABLE, told, actor=actor)}
    if "currency" in changes:
        changes["currency"] = changes["currency"].strip().upper()
    if "expected" in changes:
        check_amount(changes["expected"], changes.get("currency", row.currency))
    store(row, changes, actor=actor, editable=EDITABLE)
