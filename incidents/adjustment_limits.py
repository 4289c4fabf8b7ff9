"""Who may approve how much, by the rows that an administrator keeps; and sums in words."""

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.errors import Reason
from incidents.models import AccountAdjustment, AdjustmentLimit
from incidents.request_enums import AdjustmentEffect
from people.roles import ROLES, Role
from people.scope import scope_of

CHECK = "incidents.check_accountadjustment"
CHECKING = [role for role, told in ROLES.items() if CHECK in told.permissions]


def reason_over_limit(amount: Decimal, currency: str, actor: Any) -> Reason | None:
    """Why somebody may not approve an amount, naming the role that may; None where they may."""
    limits = {row.role: row.amount for row in AdjustmentLimit.objects.filter(currency=currency)}
    held = scope_of(actor).roles if actor is not None else ()
    own = max((limits[r] for r in held if r in limits and r in CHECKING), default=None)
    if own is not None and amount <= own:
        return None
    higher = [
        (limit, role) for role, limit in limits.items() if limit >= amount and role in CHECKING
    ]
    told = {"currency": currency, "amount": money(own or Decimal(0))}
    if not higher:
        return _("the amount is over every limit in %(currency)s") % told
    limit, role = min(higher)
    told |= {"role": str(Role(role).label), "limit": money(limit)}
    if own is None:
        return (
            _("your role has no limit in %(currency)s; this needs: %(role)s (up to %(limit)s)")
            % told
        )
    return (
        _(
            "the amount is over your limit of %(amount)s %(currency)s; this needs: %(role)s "
            "(up to %(limit)s)"
        )
        % told
    )


def roles_that_may_approve(amount: Decimal, currency: str) -> list[str]:
    """The roles whose limit is as high as the amount."""
    limits = AdjustmentLimit.objects.filter(
        role__in=CHECKING, currency=currency, amount__gte=amount
    )
    return list(limits.values_list("role", flat=True))


def money(amount: Decimal) -> str:
    """An amount as people read it: two places or as many as it has, in groups of three."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return number_format(amount, places, force_grouping=True)


def sum_of(adjustment: AccountAdjustment) -> str:
    """`1,234.50 MXN`, with a minus where it is debited."""
    sign = "−" if adjustment.effect == AdjustmentEffect.DEBIT else ""
    return f"{sign}{money(adjustment.amount)} {adjustment.currency}"
