"""Writes what contracts promise back for breaches."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.credits.content import charge_of
from vendors.credits.enums import BY_TIERS
from vendors.credits.formula import check_formula, read_tiers
from vendors.enums import ContractStatus
from vendors.models import Contract, CreditClause
from vendors.money import check_amount
from vendors.permissions import may_write_contract

TABLE = "vendors_creditclause"
FORMULA = (
    *("measure", "tiers", "unit_amount", "unit_percent", "every", "counting"),
    *("cap_percent", "monthly_charge"),
)
EDITABLE = frozenset(["name", "place", *FORMULA, "valid_from", "valid_until"])
ENDING = frozenset(["valid_until"])
"""What is still written once a claim goes by a clause."""


def add_credit_clause(contract: Contract, *, actor: Any, **facts: Any) -> CreditClause:
    """Write down a clause of a contract. Refused where the contract has ended; ValidationError for
    what means nothing: tiers out of order, no cap, units of zero, no monthly charge."""
    with transaction.atomic(), acting(actor=actor, action="creditclause.add"):
        row = hold(contract, actor=actor)
        _check_contract(row, actor)
        clause = CreditClause(contract=row)
        _write(clause, {"valid_from": row.starts_on} | facts, actor)
    return clause


def edit_credit_clause(
    clause: CreditClause, *, actor: Any, version: int | None = None, **changes: Any
) -> CreditClause:
    """Correct a clause that no claim goes by; of the others only until when it is valid."""
    with transaction.atomic(), acting(actor=actor, action="creditclause.edit"):
        contract = hold(clause.contract, actor=actor)
        _check_contract(contract, actor)
        row = hold(clause, actor=actor, version=version)
        row.contract = contract
        altered = {name for name in changes if changes[name] != getattr(row, name, None)}
        if altered - ENDING and row.claims.exists():
            raise Refused(_("a claim goes by this clause: end it and add its next version"))
        _write(row, {name: changes[name] for name in altered}, actor)
    return row


def _write(row: CreditClause, changes: dict[str, Any], actor: Any) -> None:
    if "tiers" in changes:
        tiers = read_tiers(changes["tiers"] or [])
        changes = changes | {"tiers": [[f"{one.below:f}", f"{one.percent:f}"] for one in tiers]}
    told: dict[str, str] = {
        name: changes[name].strip() for name in ("name", "place") if name in changes
    }
    masked = mask_fields(TABLE, told, actor=actor, reference=row.reference if row.pk else "")
    facts = {name: getattr(row, name) for name in FORMULA} | changes
    if not facts["measure"]:
        raise ValidationError({"measure": _("Say what the clause measures.")})
    check_formula(facts)
    if facts["measure"] in BY_TIERS:  # there are no units then
        changes = changes | {"every": Decimal(1)}
    for name in ("unit_amount", "monthly_charge"):
        if facts[name] is not None:
            _check_money(name, facts[name], row.contract.currency)
    store(row, {**changes, **masked}, actor=actor, editable=EDITABLE)
    if charge_of(row) <= 0:
        raise ValidationError(
            {"monthly_charge": _("Give the monthly charge: the contract has no value a year.")}
        )


def _check_money(name: str, amount: Any, currency: str) -> None:
    try:
        check_amount(amount, currency)
    except ValidationError as error:
        raise ValidationError({name: error}) from error
    if not amount:
        raise ValidationError({name: _("Give an amount of more than zero.")})


def _check_contract(contract: Contract, actor: Any) -> None:
    if not may_write_contract(actor, "change", contract.vendor.country):
        raise NotAllowed(_("your role does not reach this vendor's country"))
    if contract.status == ContractStatus.ENDED:
        raise Refused(_("the contract has ended"))
