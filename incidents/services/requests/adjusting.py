"""Account adjustments: made by one person, checked by another, applied once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, Stale, ValidationError
from core.writing import hold
from incidents.adjustment_audience import tell_checkers
from incidents.currencies import CURRENCIES, fits_currency
from incidents.models import AccountAdjustment, AdjustmentLimit, Request
from incidents.permissions import may_make_adjustments
from incidents.request_enums import AdjustmentStatus
from incidents.request_workflow import ADJUSTMENT_WORKFLOW
from incidents.services.requests.locking import work
from records.services import mask_fields
from sla.enums import RequestKind
from sla.services import check_moment

TABLE = "incidents_accountadjustment"
_TEXTS = ("account", "reason")


def propose_adjustment(
    request: Request,
    *,
    actor: Any,
    effect: str,
    amount: Decimal,
    currency: str,
    account: str,
    reason: str,
    at: datetime | None = None,
) -> AccountAdjustment:
    """Make an adjustment, for another person to check. Refused: on what is no request for an
    account adjustment or not open, a second open one, amounts in which no account is kept."""
    facts = {"effect": effect, "amount": amount, "currency": currency}
    texts = {"account": account, "reason": reason}
    if at:
        check_moment(at)
    with work(request, "propose_adjustment", actor=actor) as row:
        if not may_make_adjustments(actor):
            raise NotAllowed(_("your role does not include this action"))
        if row.kind != RequestKind.ADJUSTMENT:
            raise Refused(_("this is no request for an account adjustment"))
        if not row.is_open:
            raise Refused(_("only an open request has its accounts adjusted"))
        if row.adjustments.unsettled().exists():
            raise Refused(_("this request has an open account adjustment already"))
        masked = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        adjustment = AccountAdjustment(
            request=row, **facts, **masked, made_by=actor, made_at=at or timezone.now()
        )
        _check(adjustment)
        adjustment.save(force_insert=True)
        tell_checkers(adjustment)
    return adjustment


def alter_adjustment(
    adjustment: AccountAdjustment,
    *,
    actor: Any,
    note: str,
    version: int | None = None,
    **changes: Any,
) -> AccountAdjustment:
    """Alter what was proposed or approved. An approval is void then, and whoever altered it is its
    maker: somebody else checks it anew."""
    allowed = {"effect", "amount", "currency", "account", "reason"}
    if forbidden := sorted(set(changes) - allowed):
        raise ValidationError({name: _("This cannot be edited.") for name in forbidden})
    with _step(adjustment, "alter", actor=actor, note=note, version=version) as row:
        texts = {name: changes[name] for name in _TEXTS if name in changes}
        masked = mask_fields(TABLE, texts, actor=actor, reference=row.request.reference)
        for name, value in (changes | masked).items():
            setattr(row, name, value)
        row.made_by, row.made_at = actor, timezone.now()
        _forget_check(row)
        _check(row)
        tell_checkers(row)
    return row


def approve_adjustment(
    adjustment: AccountAdjustment,
    *,
    actor: Any,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> AccountAdjustment:
    """Find it right. Refused to its maker, whatever account they use, and over one's limit.
    Stale when `version` is given and it was altered since."""
    with _step(adjustment, "approve", actor=actor, note=note, version=version) as row:
        row.checked_by, row.checked_at, row.check_note = actor, at or timezone.now(), note
    return row


def reject_adjustment(
    adjustment: AccountAdjustment,
    *,
    actor: Any,
    note: str,
    version: int | None = None,
    at: datetime | None = None,
) -> AccountAdjustment:
    """Find it wrong, and say why; it ends there."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with _step(adjustment, "reject", actor=actor, note=note, version=version) as row:
        row.checked_by, row.checked_at, row.check_note = actor, at or timezone.now(), note
    return row


def apply_adjustment(
    adjustment: AccountAdjustment,
    *,
    actor: Any,
    ledger_reference: str,
    version: int | None = None,
    at: datetime | None = None,
) -> AccountAdjustment:
    """Say by which entry of the accounting system it was applied. Applying it again by the same
    entry changes nothing; by another one is refused."""
    ledger_reference = ledger_reference.strip()
    if not ledger_reference:
        raise ValidationError({"ledger_reference": _("Name the entry of the accounting system.")})
    texts = {"ledger_reference": ledger_reference}
    told = mask_fields(TABLE, texts, actor=actor, reference=adjustment.reference)
    told_reference = told["ledger_reference"]
    with transaction.atomic():
        row = _held(adjustment, actor)
        if row.status == AdjustmentStatus.APPLIED and row.ledger_reference == told_reference:
            return row
        with _step(row, "apply", actor=actor, note="", version=version) as row:
            row.ledger_reference = told_reference
            row.applied_by, row.applied_at = actor, at or timezone.now()
            others = AccountAdjustment.objects.filter(ledger_reference=told_reference)
            if others.exclude(pk=row.pk).exists():
                text = _("Another adjustment names this ledger reference.")
                raise ValidationError({"ledger_reference": text})
    return row


def withdraw_adjustment(
    adjustment: AccountAdjustment, *, actor: Any, note: str, version: int | None = None
) -> AccountAdjustment:
    """It is not wanted any more; an approval of it is void."""
    with _step(adjustment, "withdraw", actor=actor, note=note, version=version) as row:
        _forget_check(row)
    return row


def set_limit(*, actor: Any, role: str, currency: str, amount: Decimal) -> AdjustmentLimit:
    """Up to which amount a role may approve in a currency. The form and the API check who may."""
    with transaction.atomic(), acting(actor=actor, action="adjustment_limit.add"):
        row = AdjustmentLimit(role=role, currency=currency.upper(), amount=amount)
        _check_limit(row)
        row.save(force_insert=True)
    return row


def change_limit(
    limit: AdjustmentLimit, *, actor: Any, version: int | None = None, **changes: Any
) -> AdjustmentLimit:
    """Another amount. Adjustments that are approved already stay so."""
    with transaction.atomic(), acting(actor=actor, action="adjustment_limit.change"):
        row = hold(limit, actor=actor, version=version)
        for name, value in changes.items():
            setattr(row, name, value)
        _check_limit(row)
        row.save()
        row.refresh_from_db(fields=["version"])
    return row


@contextmanager
def _step(
    adjustment: AccountAdjustment, action: str, *, actor: Any, note: str, version: int | None
) -> Iterator[AccountAdjustment]:
    with transaction.atomic(), acting(actor=actor, action=f"adjustment.{action}"):
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=adjustment.reference)
        with acting(reason=told["note"]):
            row = _held(adjustment, actor, version)
            row.status = ADJUSTMENT_WORKFLOW.check(row, action, actor).target
            yield row
            row.save()
            row.refresh_from_db(fields=["version"])


def _held(
    adjustment: AccountAdjustment, actor: Any, version: int | None = None
) -> AccountAdjustment:
    row = hold(adjustment, actor=actor)
    if version is not None and row.version != version:
        raise Stale(_("somebody else changed this adjustment meanwhile"))
    return row


def _forget_check(row: AccountAdjustment) -> None:
    row.checked_by = row.checked_at = None
    row.check_note = ""


def _check(row: AccountAdjustment) -> None:
    if row.currency not in CURRENCIES:
        raise ValidationError({"currency": _("This is no currency of ISO 4217, such as MXN.")})
    if isinstance(row.amount, Decimal) and not fits_currency(row.amount, row.currency):
        raise ValidationError({"amount": _("This is finer than the currency is divided.")})
    row.full_clean(exclude=["reference", "request"])


def _check_limit(row: AdjustmentLimit) -> None:
    if row.currency not in CURRENCIES:
        raise ValidationError({"currency": _("This is no currency of ISO 4217, such as MXN.")})
    row.full_clean()
