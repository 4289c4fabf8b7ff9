"""Takes contracts from draft into force: legal review, approvals by others, signature."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, ValidationError
from core.writing import hold
from records.services import mask_fields
from vendors.contract_rules import left_of
from vendors.contract_shape import facts_of
from vendors.contract_workflow import CONTRACT_WORKFLOW
from vendors.models import Contract, ContractApproval
from vendors.permissions import may_write_contract, steps_of
from vendors.services.materialising import materialise
from vendors.services.obligations import end_obligations_of

TABLE = "vendors_contract"


def submit_contract(contract: Contract, *, actor: Any, note: str = "") -> Contract:
    """Hand a draft to legal review. From now on it says the same."""
    with step(contract, "submit", actor=actor, note=note) as row:
        pass
    return row


def pass_legal_review(contract: Contract, *, actor: Any, note: str = "") -> Contract:
    """The text may be signed as it is; a round of approvals begins. Not by who drafted it."""
    with step(contract, "pass_legal", actor=actor, note=note) as row:
        row.round += 1
    return row


def approve_contract(contract: Contract, *, actor: Any, note: str = "") -> Contract:
    """Approve the first step left that the actor's role approves. One person approves one step,
    and never a contract of their own."""
    with step(contract, "approve", actor=actor, note=note) as row:
        mine = next(one for one in left_of(row) if one in steps_of(actor))
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
        approval = ContractApproval(
            contract=row,
            round=row.round,
            step=mine,
            approved_by=actor,
            approved_at=told_moment(),
            content_sha256=content_hash(row),
            **told,
        )
        approval.full_clean(exclude=["contract", "approved_by"])
        approval.save()
    return row


def return_contract(contract: Contract, *, actor: Any, note: str) -> Contract:
    """Give it back to be written anew; what was approved counts no more."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with step(contract, "return", actor=actor, note=note) as row:
        pass
    return row


def sign_contract(
    contract: Contract, *, actor: Any, signed_on: date | None = None, note: str = ""
) -> Contract:
    """Say that both sides have signed."""
    day = signed_on or timezone.localdate(told_moment())
    if day > timezone.localdate():
        raise ValidationError({"signed_on": _("This day has not come yet.")})
    with step(contract, "sign", actor=actor, note=note) as row:
        row.signed_on = day
    return row


def activate_contract(contract: Contract, *, actor: Any, note: str = "") -> Contract:
    """Put a signed contract into force; from the day it begins this happens by itself."""
    with step(contract, "activate", actor=actor, note=note) as row:
        row.activated_on = timezone.localdate(told_moment())
        materialise(row, row.activated_on)
    return row


def withdraw_contract(contract: Contract, *, actor: Any, note: str) -> Contract:
    """It does not come about."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with step(contract, "withdraw", actor=actor, note=note) as row:
        row.ended_on = timezone.localdate(told_moment())
        end_obligations_of(row, actor=actor, note=note.strip())
    return row


@contextmanager
def step(contract: Contract, action: str, *, actor: Any, note: str = "") -> Iterator[Contract]:
    """Lock, check, change: the caller sets what else changes, the row is saved at the end."""
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=contract.reference)
    name = f"contract.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(contract, actor=actor)
        target = CONTRACT_WORKFLOW.check(row, action, actor).target
        if not any(may_write_contract(actor, verb, row.vendor.country) for verb in _verbs(action)):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        row.status = target
        yield row
        row.save()
        row.refresh_from_db()


def content_hash(contract: Contract) -> str:
    """What is approved, in one number: facts, payments, clauses and the documents' hashes."""
    content = {
        "facts": facts_of(contract),
        "payments": [
            [str(one.due_on), str(one.amount), one.text] for one in contract.payments.all()
        ],
        "clauses": [[one.clause, one.answer, one.place] for one in contract.clauses.all()],
        "documents": [
            [one.title, one.number, one.sha256]
            for one in contract.documents.order_by("title", "number")
        ],
    }
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _verbs(action: str) -> tuple[str, ...]:
    """The permissions any of which the action needs where the vendor is."""
    if action == "return":
        return ("approve", "change")
    return ("approve",) if action in ("approve", "pass_legal") else ("change",)
