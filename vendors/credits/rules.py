"""When something may happen to a claim: questions about the record and who had a hand in it."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.errors import Reason


def is_by_another(claim: Any, actor: Any) -> Reason | None:
    """Whoever sent a claim neither settles it nor gives it up, under any account."""
    one = claim.sent_by
    if actor is None or one is None:
        return None
    if one.pk == actor.pk or (one.person_id is not None and one.person_id == actor.person_id):
        return _("you have sent this claim yourself")
    return None


def is_made_up(claim: Any, actor: Any) -> Reason | None:
    if settled_of(claim) == claim.accepted_amount:
        return None
    return _("credit notes do not make up what was accepted")


def settled_of(claim: Any) -> Decimal:
    """What credit notes gave back so far."""
    return claim.settlements.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def left_of_note(invoice: Any) -> Decimal:
    """What of a credit note settles no claim yet."""
    spent = invoice.settlements.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return Decimal(invoice.amount - spent)
