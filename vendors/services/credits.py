"""Drafts claims from what was breached, and takes them to their end: agreed, credited or given
up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from records.services import mask_fields
from vendors.contract_querysets import RUNNING
from vendors.credits.audience import tell_of_claim
from vendors.credits.content import digest_of, figures_of, figures_told, formula_of
from vendors.credits.enums import ClaimStatus
from vendors.credits.formula import as_told, credit_of
from vendors.credits.rules import left_of_note, settled_of
from vendors.credits.sources import read_month
from vendors.credits.workflow import CLAIM_WORKFLOW
from vendors.enums import ContractStatus
from vendors.models import (
    Contract,
    CreditClaim,
    CreditClause,
    CreditSegment,
    CreditSettlement,
    Invoice,
)
from vendors.money import check_amount
from vendors.opex.enums import InvoiceKind
from vendors.opex.permissions import reaches
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.periods import Period, period_of

TABLE = "vendors_creditclaim"
_KEEP = "change_creditclaim"
_SETTLE = "add_creditsettlement"


def draft_claim(clause: CreditClause, *, actor: Any, month: date) -> CreditClaim:
    """Draft what is owed by a clause for a month, with a copy of every breach it rests on.

    Refused: a month that is not over, in which clause or contract were not in force, that is
    claimed already, or of which nothing is owed.
    """
    period = period_of(month, PeriodKind.MONTH)
    with transaction.atomic(), acting(actor=actor, action="creditclaim.draft"):
        row = hold(clause, actor=actor)  # two who draft at once wait for each other here
        if not reaches(actor, "add_creditclaim", row.contract.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if reason := _reason_against(row, period):
            raise Refused(reason)
        claim = _draft(row, period)
        if claim is None:
            raise Refused(_("nothing is owed for this month"))
    return claim


def draft_credits(at: datetime) -> int:
    """Draft what is owed for the month before and tell the owners of the contracts; returns how
    many were drafted. A month that somebody claimed, or withdrew, is left alone. What fails for one
    clause keeps no other waiting, and is raised in the end."""
    period = period_of(timezone.localdate(at), PeriodKind.MONTH).previous
    clauses = CreditClause.objects.for_month(period.first, period.after - timedelta(days=1))
    contracts = in_force(period)
    rows = clauses.filter(contract__in=contracts.order_by().values("pk")).order_by("pk")
    drafted, failed = 0, []
    for key in list(rows.values_list("pk", flat=True)):
        try:
            drafted += _draft_by_itself(key, period)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("some credits were not drafted", failed)
    return drafted


def measure_claim(claim: CreditClaim, *, actor: Any) -> CreditClaim:
    """Read the breaches of a draft anew, by the clause as it stands. Refused where nothing is owed
    any more: then withdraw it."""
    with _step(claim, "measure", actor=actor) as row:
        row.segments.all().delete()
        if _fill(row) is None:
            raise Refused(_("nothing is owed for this month"))
    return row


def send_claim(
    claim: CreditClaim, *, actor: Any, sent_to: str, due_on: date, note: str = ""
) -> CreditClaim:
    """Say that the vendor was told, whom, and until when it answers. From now on the claim says the
    same."""
    with _step(claim, "send", actor=actor, note=note) as row:
        told = mask_fields(TABLE, {"sent_to": sent_to}, actor=actor, reference=row.reference)
        row.sent_to = told["sent_to"].strip()
        row.sent_at, row.sent_by, row.due_on = told_moment(), actor, due_on
        if not row.sent_to:
            raise ValidationError({"sent_to": _("Say to whom.")})
        if due_on < timezone.localdate(row.sent_at):
            raise ValidationError({"due_on": _("This day is past.")})
    return row


def accept_claim(
    claim: CreditClaim, *, actor: Any, amount: Decimal | None = None, note: str = ""
) -> CreditClaim:
    """Record what the vendor agrees to: all of it, or less."""
    with _step(claim, "accept", actor=actor, note=note) as row:
        agreed = row.amount if amount is None else amount
        _check_amount(agreed, row.currency)
        if agreed > row.amount:
            raise ValidationError({"amount": _("No more than was claimed can be accepted.")})
        row.accepted_amount = agreed
        _quote(row, note, actor)
    return row


def dispute_claim(claim: CreditClaim, *, actor: Any, note: str) -> CreditClaim:
    """Record that the vendor does not agree, and what it says."""
    with _step(claim, "dispute", actor=actor, note=_said(note)) as row:
        _quote(row, note, actor)
    return row


def write_off_claim(claim: CreditClaim, *, actor: Any, note: str) -> CreditClaim:
    """Give a disputed claim up. Not by whoever sent it."""
    with _step(claim, "write_off", actor=actor, note=_said(note), permission=_SETTLE) as row:
        pass
    return row


def withdraw_claim(claim: CreditClaim, *, actor: Any, note: str) -> CreditClaim:
    """The draft is not sent. The month can be claimed anew."""
    with _step(claim, "withdraw", actor=actor, note=_said(note)) as row:
        pass
    return row


def settle_claim(
    claim: CreditClaim, *, actor: Any, invoice: Invoice, amount: Decimal | None = None
) -> CreditClaim:
    """Reconcile with a credit note of the same vendor, contract and currency: with what is left of
    both, or a part. When credit notes make up what was accepted, the claim is credited."""
    with _step(claim, "settle", actor=actor, permission=_SETTLE) as row:
        note = hold(invoice, actor=actor)
        _check_note(row, note)
        left = (row.accepted_amount or Decimal(0)) - settled_of(row)
        spare = left_of_note(note)
        share = min(left, spare) if amount is None else amount
        if spare <= 0:
            raise Refused(_("nothing is left of this credit note"))
        if row.settlements.filter(invoice=note).exists():
            raise Refused(_("this credit note settles this claim already"))
        _check_amount(share, row.currency)
        if share > left:
            raise ValidationError({"amount": _("This is more than is still owed.")})
        if share > spare:
            raise ValidationError({"amount": _("This is more than is left of the credit note.")})
        CreditSettlement.objects.create(
            claim=row, invoice=note, amount=share, settled_by=actor, settled_at=told_moment()
        )
        if share == left:
            row.status = CLAIM_WORKFLOW.check(row, "credit", None).target
    return row


def in_force(period: Period) -> Any:
    """The contracts that were in force in a month or a part of it."""
    ended_then = Q(status=ContractStatus.ENDED, ended_on__gte=period.first)
    rows = Contract.objects.filter(Q(status__in=RUNNING) | ended_then)
    return rows.filter(activated_on__isnull=False, starts_on__lt=period.after)


def _draft_by_itself(key: int, period: Period) -> int:
    with transaction.atomic(), acting(action="creditclaim.draft"):
        row = CreditClause.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
        if row.claims.filter(month=period.first).exists():
            return 0
        claim = _draft(row, period)
        if claim is None:
            return 0
        tell_of_claim(claim)
    return 1


def _reason_against(clause: CreditClause, period: Period) -> Any:
    today = timezone.localdate(told_moment())
    last = period.after - timedelta(days=1)
    if period.after > today:
        return _("the month is not over")
    if not CreditClause.objects.for_month(period.first, last).filter(pk=clause.pk).exists():
        return _("the clause is not valid for the whole month")
    if not in_force(period).filter(pk=clause.contract_id).exists():
        return _("the contract was not in force in this month")
    claimed = clause.claims.filter(month=period.first).exclude(status=ClaimStatus.WITHDRAWN)
    if found := claimed.first():
        return _("%(reference)s claims this month already") % {"reference": found}
    return None


def _draft(clause: CreditClause, period: Period) -> CreditClaim | None:
    claim = CreditClaim(clause=clause, month=period.first, drafted_at=told_moment())
    return _fill(claim)


def _fill(claim: CreditClaim) -> CreditClaim | None:
    """Work out what is owed now and keep what it rests on; None, and nothing kept, where nothing
    is."""
    clause = claim.clause
    contract = clause.contract
    period = Period(PeriodKind.MONTH, claim.month)
    with timezone.override(timezone.get_default_timezone()):  # one month, whoever drafts it
        reading = read_month(clause.measure, contract.vendor_id, period, told_moment())
        figures = figures_of(clause.measure, reading, period)
    formula = formula_of(clause)
    amount = credit_of(formula, figures)
    if amount <= 0:
        return None
    segments = [
        CreditSegment(number=number, **vars(one)) for number, one in enumerate(reading.segments, 1)
    ]
    claim.currency, claim.amount = contract.currency, amount
    claim.formula, claim.figures = as_told(formula), figures_told(figures)
    claim.digest = digest_of(claim, segments)
    claim.save()
    for one in segments:
        one.claim = claim
    CreditSegment.objects.bulk_create(segments)
    claim.refresh_from_db()
    return claim


def _check_note(claim: CreditClaim, note: Invoice) -> None:
    contract = claim.clause.contract
    if note.kind != InvoiceKind.CREDIT_NOTE:
        raise ValidationError({"invoice": _("This is no credit note.")})
    if note.vendor_id != contract.vendor_id or note.contract_id not in (None, contract.pk):
        raise ValidationError({"invoice": _("This credit note is of another vendor or contract.")})
    if note.currency != claim.currency:
        raise ValidationError({"invoice": _("This credit note is of another currency.")})


def _check_amount(amount: Decimal, currency: str) -> None:
    try:
        check_amount(amount, currency)
    except ValidationError as error:
        raise ValidationError({"amount": error}) from error
    if not amount:
        raise ValidationError({"amount": _("Give an amount of more than zero.")})


def _quote(claim: CreditClaim, note: str, actor: Any) -> None:
    told = mask_fields(TABLE, {"answer": note}, actor=actor, reference=claim.reference)
    claim.answer = told["answer"].strip() or claim.answer


def _said(note: str) -> str:
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    return note


@contextmanager
def _step(
    claim: CreditClaim, action: str, *, actor: Any, note: str = "", permission: str = _KEEP
) -> Iterator[CreditClaim]:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=claim.reference)
    name = f"creditclaim.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(claim, actor=actor)
        target = CLAIM_WORKFLOW.check(row, action, actor).target
        if not reaches(actor, permission, row.clause.contract.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        row.status = target
        yield row
        row.full_clean(exclude=["reference", "clause", "month"], validate_unique=False)
        row.save()
        row.refresh_from_db()
