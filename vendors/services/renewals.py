"""Decides about the end of a term: renew, renegotiate or terminate. Where a decision that others
approved is carried out, `decided_by` is whoever prepared it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import ValidationError
from records.services import mask_fields
from vendors.contract_rules import term_to_decide
from vendors.enums import Renewal, TermDecision
from vendors.models import Contract, ContractTerm
from vendors.services.contract_steps import TABLE, step
from vendors.services.materialising import materialise


def renew_contract(
    contract: Contract, *, actor: Any, note: str, decided_by: Any = None
) -> Contract:
    """Let the next term come. What renews only if agreed has one term more from now on."""
    with step(contract, "renew", actor=actor, note=note) as row:
        _decide(row, TermDecision.RENEW, decided_by or actor, note)
        if row.renewal == Renewal.EXPRESS:
            row.renewed += 1
            materialise(row, timezone.localdate(told_moment()))
    return row


def renegotiate_contract(
    contract: Contract, *, actor: Any, note: str, decided_by: Any = None
) -> Contract:
    """Talk before deciding. The term still ends as it does: renew or terminate in time."""
    with step(contract, "renegotiate", actor=actor, note=note) as row:
        _decide(row, TermDecision.RENEGOTIATE, decided_by or actor, note)
    return row


def terminate_contract(
    contract: Contract, *, actor: Any, note: str, decided_by: Any = None
) -> Contract:
    """Give notice: the contract ends with this term. Refused when notice is too late."""
    with step(contract, "terminate", actor=actor, note=note) as row:
        term = _decide(row, TermDecision.TERMINATE, decided_by or actor, note)
        row.last_term = term.number
        row.save(update_fields=["last_term"])  # only then may the terms after it go
        materialise(row, timezone.localdate(told_moment()))
    return row


def _decide(row: Contract, decision: str, actor: Any, note: str) -> ContractTerm:
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    term = term_to_decide(row)
    if term is None:  # the workflow has refused before
        raise ValidationError(_("no term waits for a decision"))
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
    term.decision, term.decision_note = decision, told["note"]
    term.decided_by, term.decided_at = actor, told_moment()
    term.save()
    return term
