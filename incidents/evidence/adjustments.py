"""Account adjustments as evidence: who made each, who checked it, within which limit, and by which
entry it was applied; and the limits themselves (SOC 2 CC5.1, PI1)."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import rows_of_parts
from evidence.period import Period
from evidence.populations import Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from incidents.models import AccountAdjustment, AdjustmentLimit
from people.models import RoleGrant


def _members(period: Period) -> QuerySet[AccountAdjustment]:
    """Those that were made in the period; one that was altered is made when that was."""
    made = AccountAdjustment.objects.filter(made_at__gte=period.start, made_at__lt=period.end)
    related = ("request", "made_by", "checked_by", "applied_by")
    return (
        made.select_related(*related)
        .defer("request__search", "request__description")
        .order_by("pk")
    )


def _limits(period: Period) -> QuerySet[AdjustmentLimit]:
    """Those that there were by the period's end: none is ever deleted."""
    history = AdjustmentLimit.history.model.objects  # type: ignore[attr-defined]  # -- simple-history adds it
    known = history.filter(history_type="+", history_date__lt=period.end)
    return AdjustmentLimit.objects.filter(pk__in=known.order_by().values("id")).order_by("pk")


def _story(rows: list[Any]) -> dict[int, dict[str, Any]]:
    """What its checker was allowed when they approved it: by role, as the limits stood then."""
    checkers = {row.checked_by_id for row in rows} - {None}
    grants: dict[int, list[Any]] = defaultdict(list)
    for grant in RoleGrant.objects.filter(user__in=checkers).order_by("pk"):
        grants[grant.user_id].append(grant)
    history = AdjustmentLimit.history.model.objects  # type: ignore[attr-defined]  # -- as above
    stood: dict[str, list[Any]] = defaultdict(list)
    for version in history.order_by("history_date", "history_id"):
        stood[version.currency].append(version)
    return {
        row.pk: {
            "checker_limits": [
                facts(version, "role", "currency", "amount", since=version.history_date)
                for version in limits_when_checked(
                    row, grants[row.checked_by_id], stood[row.currency]
                )
            ]
        }
        for row in rows
    }


def limits_when_checked(row: Any, grants: list[Any], versions: list[Any]) -> list[Any]:
    """Of the versions of limits, by time, those that held for the checker's roles at that moment,
    one for each role."""
    at: datetime | None = row.checked_at
    if at is None:
        return []
    held = {g.role for g in grants if g.starts_at <= at and (g.ends_at is None or g.ends_at > at)}
    last = {v.role: v for v in versions if v.history_date <= at and v.role in held}
    return [last[role] for role in sorted(last)]


ADJUSTMENTS = Population(
    name="account_adjustments",
    title=_("Account adjustments"),
    definition=_("Every account adjustment, however it ended, the rejected and withdrawn too."),
    membership=_("Made in the period."),
    model=AccountAdjustment,
    everything=lambda: AccountAdjustment.objects.all(),
    members=_members,
    identity=lambda row: row.reference,
    moment_of=lambda row: row.made_at,
    attributes=columns(
        AccountAdjustment,
        {
            "request": _("The request that it is of."),
            "effect": _("Whether the account is credited or debited."),
            "amount": _("How much."),
            "currency": _("Of which currency."),
            "account": _("Which account."),
            "reason": _("Why."),
            "status": _("Where it stands."),
            "made_by": _("Who made it, or altered it last."),
            "made_at": _("When: what membership goes by."),
            "checked_by": _("Who checked it."),
            "checked_at": _("When it was checked."),
            "check_note": _("What the checker said."),
            "applied_by": _("Who said that it was applied."),
            "applied_at": _("When it was applied."),
            "ledger_reference": _("By which entry of the accounting system."),
        },
        withheld=("account", "reason", "check_note"),
    ),
    rows_of=rows_of_parts(AccountAdjustment),
    story=_story,
    segregation=(
        SegregationRule(
            "maker_checker",
            _("Nobody checks what they made."),
            lambda row: both_seats([row.made_by], [row.checked_by]),
        ),
    ),
    numbered="ADJ",
    absent=lambda row: _("made outside the period"),
    strata=lambda row: f"{row.currency} {row.effect}",
)

LIMITS = Population(
    name="adjustment_limits",
    title=_("Limits of adjustments"),
    definition=_("Up to which amount people of a role may approve account adjustments."),
    membership=_("Set before the period's end."),
    model=AdjustmentLimit,
    everything=lambda: AdjustmentLimit.objects.all(),
    members=_limits,
    identity=lambda row: f"{row.role} {row.currency}",
    moment_of=lambda row: None,
    attributes=columns(
        AdjustmentLimit,
        {
            "role": _("Whose limit it is."),
            "currency": _("For which currency."),
            "amount": _("Up to which amount, as it stands now; its ledger tells what it was."),
        },
    ),
    rows_of=rows_of_parts(AdjustmentLimit),
    is_inventory=True,
)
