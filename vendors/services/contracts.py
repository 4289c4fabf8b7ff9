"""Drafts contracts and writes down what they say: parties, money, time, payments, clauses."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.models import Subsidiary
from records.services import mask_fields
from vendors.contract_shape import check_amounts, duration_text, shape_of
from vendors.contract_triggers import SUBMITTED
from vendors.enums import Clause, ClauseAnswer, ContractStatus, Renewal, VendorStatus
from vendors.models import Contract, ContractClause, ContractPayment
from vendors.money import check_amount
from vendors.permissions import may_write_contract
from vendors.services.materialising import materialise

TABLE = "vendors_contract"
ALWAYS = frozenset(["title", "owner", "budget_owner"])
EDITABLE = ALWAYS | {name.removesuffix("_id") for name in SUBMITTED} - {"drafted_by"}
TEXTS = ("number", "title", "counterparty", "uplift_index", "governing_law")
TIMES = ("initial_term", "renewal_term", "notice", "internal_lead")
MOST_PAYMENTS = 600


def draft_contract(*, actor: Any, **facts: Any) -> Contract:
    """Draft a contract; its terms follow from it. Unless said, the owner is whoever drafts it, and
    the company that signs theirs.

    Refused (ValidationError): durations and amounts that are none, notice longer than a term, a
    number that another contract has, vendors that we do not buy from any more.
    """
    with transaction.atomic(), acting(actor=actor, action="contract.draft"):
        contract = Contract(drafted_by=actor)
        facts.setdefault("owner", actor)
        if "entity" not in facts:
            facts["entity"] = _company_of(actor, facts.get("vendor"))
        _write(contract, facts, "add", actor)
    return contract


def edit_contract(
    contract: Contract, *, actor: Any, version: int | None = None, **changes: Any
) -> Contract:
    """Correct a contract: all of it while it is a draft, later only who answers for it and its
    title. Stale when `version` is not the current one."""
    with transaction.atomic(), acting(actor=actor, action="contract.edit"):
        row = hold(contract, actor=actor, version=version)
        if row.status == ContractStatus.ENDED:
            raise Refused(_("the contract has ended"))
        if row.status != ContractStatus.DRAFT:
            frozen = {name for name in set(changes) - ALWAYS if changes[name] != getattr(row, name)}
            if frozen:
                text = _("This stays as it was submitted; return the contract to draft first.")
                raise ValidationError(dict.fromkeys(sorted(frozen), text))
        _write(row, changes, "change", actor)
    return row


def plan_payments(
    contract: Contract,
    *,
    actor: Any,
    payments: Iterable[tuple[date, Decimal, str]],
    version: int | None = None,
) -> Contract:
    """Write the payment schedule anew: day, amount and what for. Refused unless a draft, and where
    the sum is more than the contract's total value."""
    with transaction.atomic(), acting(actor=actor, action="contract.plan_payments"):
        row = _hold_draft(contract, actor, version)
        planned = list(payments)
        if len(planned) > MOST_PAYMENTS:
            raise ValidationError({"payments": _("These are too many payments.")})
        for _due_on, amount, _text in planned:
            check_amount(amount, row.currency)
        if row.total_value and sum(amount for _on, amount, _t in planned) > row.total_value:
            raise ValidationError(
                {"payments": _("The payments are more than the contract's total value.")}
            )
        row.payments.all().delete()
        for due_on, amount, text in planned:
            said = mask_fields(TABLE, {"text": text}, actor=actor, reference=row.reference)
            line = ContractPayment(contract=row, due_on=due_on, amount=amount, **said)
            line.full_clean(exclude=["contract"])
            line.save()
    return row


def answer_clauses(
    contract: Contract,
    *,
    actor: Any,
    answers: Mapping[str, tuple[str, str]],
    version: int | None = None,
) -> Contract:
    """Say of clauses whether the contract holds them and where: `{clause: (answer, place)}`."""
    with transaction.atomic(), acting(actor=actor, action="contract.answer_clauses"):
        row = _hold_draft(contract, actor, version)
        for clause, (answer, place) in answers.items():
            said = mask_fields(TABLE, {"place": place}, actor=actor, reference=row.reference)
            line = row.clauses.filter(clause=Clause(clause)).first() or ContractClause(
                contract=row, clause=Clause(clause)
            )
            line.answer, line.place = ClauseAnswer(answer), said["place"].strip()
            line.full_clean(exclude=["contract"])
            line.save()
    return row


def _hold_draft(contract: Contract, actor: Any, version: int | None) -> Contract:
    row = hold(contract, actor=actor, version=version)
    if not may_write_contract(actor, "change", row.vendor.country):
        raise NotAllowed(_("your role does not reach this vendor's country"))
    if row.status != ContractStatus.DRAFT:
        raise Refused(_("the contract is no draft any more"))
    return row


def _write(row: Contract, changes: dict[str, Any], verb: str, actor: Any) -> None:
    vendors = [row.vendor] if row.pk else []
    vendors += [changes["vendor"]] if changes.get("vendor") else []
    if not all(may_write_contract(actor, verb, vendor.country) for vendor in vendors):
        raise NotAllowed(_("your role does not reach this vendor's country"))
    _check_people(changes)
    if "vendor" in changes and changes["vendor"].status == VendorStatus.EXITED:
        raise ValidationError({"vendor": _("We do not buy from this vendor any more.")})
    told = {name: changes[name].strip() for name in TEXTS if name in changes}
    masked = mask_fields(TABLE, told, actor=actor)
    times = {name: duration_text(changes[name]) for name in TIMES if name in changes}
    if "currency" in changes:
        times["currency"] = changes["currency"].strip().upper()
    changes = {**changes, **masked, **times}
    if changes.get("renewal", row.renewal) == Renewal.NONE and "renewal_term" not in changes:
        changes["renewal_term"] = ""
    if row.status == ContractStatus.DRAFT:
        _check(row, changes)
    store(row, changes, actor=actor, editable=EDITABLE)
    if row.status == ContractStatus.DRAFT:
        materialise(row, timezone.localdate())


def _check(row: Contract, changes: Mapping[str, Any]) -> None:
    """What fields alone do not tell; the fields themselves are checked first."""
    for name, value in changes.items():
        if name in EDITABLE:
            setattr(row, name, value)
    row.clean_fields(exclude=["reference", "drafted_by"])
    check_amounts(row)
    shape_of(row)


def _company_of(actor: Any, vendor: Any) -> Any:
    """The company of the group that somebody works for; else the first one of the country."""
    if actor is not None and actor.person is not None:
        return actor.person.subsidiary
    companies = Subsidiary.objects.filter(country=vendor.country if vendor else "")
    return companies.order_by("pk").first()


def _check_people(changes: Mapping[str, Any]) -> None:
    for name in ("owner", "budget_owner"):
        person = changes.get(name)
        if person is not None and not person.is_active:
            raise ValidationError({name: _("This account is disabled.")})
