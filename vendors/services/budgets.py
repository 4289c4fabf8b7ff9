"""Drafts budgets, plans their lines, takes them through approval, and forecasts anew."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.models import Subsidiary
from records.services import mask_fields
from vendors.models import Budget, SpendEntry, VarianceComment, Vendor
from vendors.money import check_amount
from vendors.opex.enums import BudgetStatus, EntryKind
from vendors.opex.permissions import reaches
from vendors.opex.workflow import BUDGET_WORKFLOW

TABLE = "vendors_budget"
PLANNED = (EntryKind.PLAN, EntryKind.FORECAST)
MOST_LINES = 2_000
_LINE = ("kind", "month", "cost_centre", "category", "vendor", "currency")


@dataclass(frozen=True)
class Line:
    """What one month of one line is meant to cost; the same line again says it anew."""

    month: date
    cost_centre: str
    category: str
    amount: Decimal
    currency: str = ""
    vendor: Vendor | None = None
    kind: str = EntryKind.PLAN


def draft_budget(*, actor: Any, entity: Subsidiary, **facts: Any) -> Budget:
    """Draft the first version of a company's budget of a year. Refused where there is one already:
    what comes later is forecast anew."""
    with transaction.atomic(), acting(actor=actor, action="budget.draft"):
        _reach(actor, "add_budget", entity)
        budget = Budget(drafted_by=actor, entity=entity)
        told = mask_fields(TABLE, {"title": facts.get("title", "").strip()}, actor=actor)
        facts |= {**told, "currency": facts.get("currency", "").strip().upper()}
        store(budget, facts, actor=actor, editable=frozenset(["title", "year", "currency"]))
    return budget


def edit_budget(
    budget: Budget, *, actor: Any, version: int | None = None, **changes: Any
) -> Budget:
    """Correct the title of a draft."""
    with transaction.atomic(), acting(actor=actor, action="budget.edit"):
        row = _hold_draft(budget, actor, version)
        if "title" in changes:
            told = {"title": changes["title"].strip()}
            changes |= mask_fields(TABLE, told, actor=actor, reference=row.reference)
        store(row, changes, actor=actor, editable=frozenset(["title"]))
    return row


def plan_lines(
    budget: Budget, *, actor: Any, lines: Iterable[Line], version: int | None = None
) -> Budget:
    """Say what lines of a draft are to cost: each posts what it differs from what stands there.
    Refused: other years, negative amounts, money finer than its coin, currencies that are none."""
    with transaction.atomic(), acting(actor=actor, action="budget.plan"):
        row = _hold_draft(budget, actor, version)
        wanted = list(lines)
        if len(wanted) > MOST_LINES:
            raise ValidationError({"lines": _("These are too many lines.")})
        there = {
            tuple(found[name] for name in _LINE): found["total"]
            for found in row.entries.order_by().values(*_LINE).annotate(total=Sum("amount"))
        }
        SpendEntry.objects.bulk_create(
            [entry for line in wanted if (entry := _planned(row, line, there, actor))]
        )
    return row


def submit_budget(budget: Budget, *, actor: Any, note: str = "") -> Budget:
    """Hand a draft to finance. From now on it says the same."""
    with _step(budget, "submit", actor=actor, note=note) as row:
        pass
    return row


def approve_budget(budget: Budget, *, actor: Any, note: str = "") -> Budget:
    """Approve a version; the one that was approved before is locked. Not by who drafted it."""
    with _step(budget, "approve", actor=actor, note=note) as row:
        row.approved_by, row.approved_at = actor, told_moment()
        before = Budget.objects.select_for_update(no_key=True).filter(
            entity=row.entity_id, year=row.year, status=BudgetStatus.APPROVED
        )
        for one in before:
            one.status = BudgetStatus.LOCKED
            one.save()
    return row


def return_budget(budget: Budget, *, actor: Any, note: str) -> Budget:
    """Give it back to be planned anew."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with _step(budget, "return", actor=actor, note=note) as row:
        pass
    return row


def lock_budget(budget: Budget, *, actor: Any, note: str = "") -> Budget:
    """Close the year. Refused while a variance over the threshold has no comment."""
    with _step(budget, "lock", actor=actor, note=note) as row:
        pass
    return row


def forecast_anew(budget: Budget, *, actor: Any) -> Budget:
    """The next version of an approved budget, as a draft: the same plan; as forecast what was spent
    in months that have ended and what was foreseen, else planned, for the others."""
    with transaction.atomic(), acting(actor=actor, action="budget.forecast"):
        row = hold(budget, actor=actor)
        _reach(actor, "add_budget", row.entity)
        if row.status != BudgetStatus.APPROVED:
            raise Refused(_("only the approved version is forecast anew"))
        if Budget.objects.filter(replaces=row).exists():
            raise Refused(_("a next version is being drafted already"))
        versions = Budget.objects.filter(entity=row.entity_id, year=row.year)
        number = versions.aggregate(most=Max("number"))["most"] + 1
        new = Budget(drafted_by=actor, replaces=row, number=number)
        facts = {name: getattr(row, name) for name in ("title", "entity", "year", "currency")}
        store(new, facts, actor=actor, editable=frozenset(facts))
        SpendEntry.objects.bulk_create([_entry(new, one, actor) for one in _foreseen(row)])
    return new


def comment_variance(
    budget: Budget, *, actor: Any, month: date, cost_centre: str, text: str
) -> VarianceComment:
    """Say why a cost centre spent otherwise than planned in a month."""
    told = mask_fields(TABLE, {"text": text}, actor=actor, reference=budget.reference)
    with transaction.atomic(), acting(actor=actor, action="budget.comment"):
        row = hold(budget, actor=actor)
        _reach(actor, "change_budget", row.entity)
        if row.status != BudgetStatus.APPROVED:
            raise Refused(_("only an approved budget has variances"))
        if month.year != row.year:
            raise ValidationError({"month": _("Give a month of the budget's year.")})
        comment = VarianceComment(
            budget=row,
            month=month.replace(day=1),
            cost_centre=cost_centre.strip(),
            commented_by=actor,
            commented_at=told_moment(),
            **told,
        )
        comment.full_clean(exclude=["budget", "commented_by"])
        comment.save()
    return comment


def _foreseen(row: Budget) -> Iterator[dict[str, Any]]:
    """The groups of the next version: its plan, and its forecast by month."""
    today = timezone.localdate(told_moment()).replace(day=1)
    groups = ("month", "cost_centre", "category", "vendor", "currency")
    actual = SpendEntry.objects.filter(
        budget__isnull=True, entity=row.entity_id, month__year=row.year, kind=EntryKind.ACTUAL
    )

    def summed(rows: Any) -> list[dict[str, Any]]:
        found = rows.order_by().values(*groups).annotate(total=Sum("amount"))
        return list(found.order_by(*groups))

    plan = summed(row.entries.filter(kind=EntryKind.PLAN))
    ahead = summed(row.entries.filter(kind=EntryKind.FORECAST, month__gte=today))
    ahead = ahead or [one for one in plan if one["month"] >= today]
    past = summed(actual.filter(month__lt=today))
    for kind, found in ((EntryKind.PLAN, plan), (EntryKind.FORECAST, [*past, *ahead])):
        for one in found:
            amount = one.pop("total") if kind == EntryKind.FORECAST else one["total"]
            facts = {name: one[name] for name in groups if name != "vendor"}
            if amount:
                yield facts | {"kind": kind, "vendor_id": one["vendor"], "amount": amount}


def _planned(
    row: Budget, line: Line, there: dict[tuple[Any, ...], Decimal], actor: Any
) -> SpendEntry | None:
    """The entry by which a line differs from what stands there, if it does."""
    currency = (line.currency or row.currency).strip().upper()
    check_amount(line.amount, currency)
    if line.kind not in PLANNED:
        raise ValidationError({"kind": _("Only plan and forecast are planned.")})
    if line.month.year != row.year:
        raise ValidationError({"month": _("Give a month of the budget's year.")})
    facts = {
        "kind": line.kind,
        "month": line.month.replace(day=1),
        "cost_centre": line.cost_centre.strip(),
        "category": line.category,
        "vendor_id": line.vendor.pk if line.vendor else None,
        "currency": currency,
    }
    key = tuple(facts.values())
    difference = line.amount - there.get(key, Decimal(0))
    if not difference:
        return None
    there[key] = line.amount
    return _entry(row, facts | {"amount": difference}, actor)


def _entry(row: Budget, facts: dict[str, Any], actor: Any) -> SpendEntry:
    now = told_moment()
    entry = SpendEntry(
        budget=row,
        entity_id=row.entity_id,
        booked_on=timezone.localdate(now),
        posted_by=actor,
        posted_at=now,
        **facts,
    )
    entry.clean_fields(
        exclude=["entity", "vendor", "budget", "posted_by", "contract", "payment", "invoice"]
    )
    return entry


def _hold_draft(budget: Budget, actor: Any, version: int | None) -> Budget:
    row = hold(budget, actor=actor, version=version)
    _reach(actor, "change_budget", row.entity)
    if row.status != BudgetStatus.DRAFT:
        raise Refused(_("the budget is no draft any more"))
    return row


def _reach(actor: Any, permission: str, entity: Subsidiary) -> None:
    if not reaches(actor, permission, entity.country):
        raise NotAllowed(_("your role does not reach this company"))


@contextmanager
def _step(budget: Budget, action: str, *, actor: Any, note: str) -> Iterator[Budget]:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=budget.reference)
    name = f"budget.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(budget, actor=actor)
        target = BUDGET_WORKFLOW.check(row, action, actor).target
        wanted = "change_budget" if action == "submit" else "approve_budget"
        if action == "return" and not reaches(actor, wanted, row.entity.country):
            wanted = "change_budget"
        _reach(actor, wanted, row.entity)
        row.status = target
        yield row
        row.save()
        row.refresh_from_db()
