"""Records invoices and rates, commits what contracts plan to pay, accrues what is not billed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, ValidationError
from core.writing import store
from people.models import Subsidiary
from records.services import mask_fields
from vendors.contract_querysets import RUNNING
from vendors.enums import ContractStatus
from vendors.models import Contract, FxRate, Invoice, SpendEntry
from vendors.money import check_amount, smallest
from vendors.opex.accruals import Part, earned
from vendors.opex.enums import EntryKind, InvoiceKind, SpendCategory
from vendors.opex.permissions import may, reaches

UNASSIGNED = "GENERAL"
_INVOICED = frozenset(
    [
        *("kind", "number", "vendor", "entity", "contract", "currency", "amount", "issued_on"),
        *("cost_centre", "category"),
    ]
)
_RATED = frozenset(["on", "base", "quote", "rate", "source"])


def record_invoice(*, actor: Any, **facts: Any) -> Invoice:
    """Record what a vendor billed, and post it as spent in the month of its day; a credit note
    counts against it. Refused: a number twice, amounts of nothing or less, a currency, vendor or
    company other than the contract's."""
    with transaction.atomic(), acting(actor=actor, action="invoice.record"):
        entity = facts["entity"]
        if not reaches(actor, "add_invoice", entity.country):
            raise NotAllowed(_("your role does not reach this company"))
        invoice = Invoice(recorded_by=actor, recorded_at=told_moment())
        told = {name: str(facts.get(name, "")).strip() for name in ("number", "cost_centre")}
        told = mask_fields("vendors_invoice", told, actor=actor)
        facts |= {**told, "currency": facts.get("currency", "").strip().upper()}
        _check_invoice(facts)
        store(invoice, facts, actor=actor, editable=_INVOICED)
        gives_back = invoice.kind == InvoiceKind.CREDIT_NOTE
        SpendEntry(
            **_dimensions(invoice),
            kind=EntryKind.ACTUAL,
            month=invoice.issued_on.replace(day=1),
            booked_on=invoice.issued_on,
            amount=-invoice.amount if gives_back else invoice.amount,
            invoice=invoice,
            posted_by=actor,
            posted_at=invoice.recorded_at,
        ).save()
    return invoice


def record_rate(*, actor: Any, **facts: Any) -> FxRate:
    """Record what a currency was worth on a day, and who says so. A later one corrects it."""
    with transaction.atomic(), acting(actor=actor, action="rate.record"):
        if not may(actor, "add_fxrate"):
            raise NotAllowed(_("your role does not keep rates of exchange"))
        rate = FxRate(recorded_by=actor, recorded_at=told_moment())
        for name in ("base", "quote"):
            facts[name] = facts.get(name, "").strip().upper()
        facts |= mask_fields("vendors_fxrate", {"source": facts.get("source", "")}, actor=actor)
        store(rate, facts, actor=actor, editable=_RATED)
    return rate


def commit_payments(entity: Subsidiary, *, actor: Any) -> int:
    """Post every planned payment of the company's signed contracts that is not posted yet."""
    with transaction.atomic(), acting(actor=actor, action="spend.commit"):
        contracts = _signed(entity, actor)
        done = set(
            SpendEntry.objects.filter(contract__in=contracts, payment__isnull=False).values_list(
                "payment", flat=True
            )
        )
        entries = []
        for contract in contracts.prefetch_related("payments"):
            left = [one for one in contract.payments.all() if one.pk not in done]
            where = _where(contract) if left else {}
            entries += [
                _entry(contract, where, EntryKind.COMMITTED, one.due_on, one.amount, actor,
                       payment=one)
                for one in left
            ]  # fmt: skip
        SpendEntry.objects.bulk_create(entries)
    return len(entries)


def accrue(entity: Subsidiary, *, actor: Any, until: date) -> int:
    """Post, by contract, what was earned by calendar days until a day and is not billed: the
    difference to what was accrued before, so that a second run posts nothing."""
    with transaction.atomic(), acting(actor=actor, action="spend.accrue"):
        posted = 0
        for contract in _signed(entity, actor):
            due = _earned(contract, until) - _billed(contract, until)
            entries = SpendEntry.objects.filter(
                contract=contract, kind=EntryKind.ACCRUED, month__lte=until.replace(day=1)
            )
            before = entries.aggregate(total=Sum("amount"))["total"] or Decimal(0)
            if difference := max(due, Decimal(0)) - before:
                where = _where(contract)
                _entry(contract, where, EntryKind.ACCRUED, until, difference, actor,
                       reason="calendar days").save()  # fmt: skip
                posted += 1
    return posted


def post_due(entity: Subsidiary, *, actor: Any, at: datetime) -> int:
    """Commit what a company's contracts plan to pay, and accrue what they earned until the end of
    the last month; returns how many entries that took. A second run posts nothing."""
    with transaction.atomic():
        posted = commit_payments(entity, actor=actor)
        last_month = timezone.localdate(at).replace(day=1) - timedelta(days=1)
        return posted + accrue(entity, actor=actor, until=last_month)


def keep_spend(at: datetime) -> int:
    """Post what is due for every company of ours, each by itself. What fails for one keeps no
    other waiting, and is raised in the end."""
    posted, failed = 0, []
    for entity in Subsidiary.objects.order_by("pk"):
        try:
            posted += post_due(entity, actor=None, at=at)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("some companies' spend was not kept", failed)
    return posted


def _signed(entity: Subsidiary, actor: Any) -> Any:
    if not reaches(actor, "add_invoice", entity.country):
        raise NotAllowed(_("your role does not reach this company"))
    statuses = (ContractStatus.SIGNED, *RUNNING)
    rows = Contract.objects.filter(entity=entity, status__in=statuses).order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True)


def _earned(contract: Contract, until: date) -> Decimal:
    """What the payments cover until a day, the last one no longer than the term it is due in."""
    parts = [Part(one.due_on, one.amount) for one in contract.payments.all()]
    if not parts:
        return Decimal(0)
    due_on = max(part.due_on for part in parts)
    terms = contract.terms.filter(starts_on__lte=due_on).order_by("-number")
    last = terms.values_list("ends_on", flat=True).first()
    return earned(parts, last or due_on, until, smallest(contract.currency))


def _billed(contract: Contract, until: date) -> Decimal:
    rows = SpendEntry.objects.filter(contract=contract, kind=EntryKind.ACTUAL, booked_on__lte=until)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def _where(contract: Contract) -> dict[str, Any]:
    """The cost centre and category that the vendor's spend was last planned or billed under."""
    last = (
        SpendEntry.objects.filter(entity=contract.entity_id, vendor=contract.vendor_id)
        .order_by("-pk")
        .values("cost_centre", "category")
        .first()
    )
    return last or {"cost_centre": UNASSIGNED, "category": SpendCategory.OTHER}


def _entry(
    contract: Contract, where: Any, kind: str, day: date, amount: Decimal, actor: Any, **more: Any
) -> SpendEntry:
    return SpendEntry(
        kind=kind,
        entity_id=contract.entity_id,
        vendor_id=contract.vendor_id,
        contract=contract,
        currency=contract.currency,
        month=day.replace(day=1),
        booked_on=day,
        amount=amount,
        posted_by=actor,
        posted_at=told_moment(),
        **where,
        **more,
    )


def _dimensions(invoice: Invoice) -> dict[str, Any]:
    names = ("entity_id", "vendor_id", "contract_id", "currency", "cost_centre", "category")
    return {name: getattr(invoice, name) for name in names}


def _check_invoice(facts: dict[str, Any]) -> None:
    check_amount(facts["amount"], facts["currency"])
    if facts["issued_on"] > timezone.localdate() + timedelta(days=1):
        raise ValidationError({"issued_on": _("This day has not come yet.")})
    contract = facts.get("contract")
    if contract is None:
        return
    for name, text in _OF_CONTRACT:
        if getattr(contract, name) != facts[name]:
            raise ValidationError({name: text})


_OF_CONTRACT: Iterable[tuple[str, Any]] = (
    ("currency", _("The amount is of another currency than the contract.")),
    ("vendor", _("The contract is with another vendor.")),
    ("entity", _("Another company of ours signed the contract.")),
)
