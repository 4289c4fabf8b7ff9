"""Writes down what contracts oblige us or the vendor to, and opens what becomes due of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.querysets import visible_rows
from core.writing import hold, store
from records.services import mask_fields
from vendors.contract_querysets import RUNNING
from vendors.contract_shape import shape_of
from vendors.enums import ContractStatus
from vendors.models import Contract, Obligation, ObligationTask
from vendors.obligations.due import due_days, last_day
from vendors.obligations.enums import ObligationStatus, Recurrence, TaskStatus
from vendors.obligations.permissions import may_work_on_obligations, may_write_obligation
from vendors.obligations.workflow import OBLIGATION_WORKFLOW
from vendors.opex.rules import is_same

TABLE = "vendors_obligation"
AHEAD = timedelta(days=2 * 366)
"""So far ahead what is due stands written, so that calendars see it coming."""
BINDING = (ContractStatus.SIGNED, *RUNNING)
TEXTS = frozenset(["title", "what", "place"])
EDITABLE = TEXTS | {
    *("clause", "category", "until", "days_before", "owner", "approver", "needs_evidence"),
}
FIXED = frozenset(["direction", "recurrence", "first_due_on"])


def add_obligation(*, actor: Any, contract: Contract, **facts: Any) -> Obligation:
    """Write down what a signed contract obliges to: `direction`, `title`, `what`, `place`,
    `category`, `recurrence`, `first_due_on`, `owner`, `approver`; unless said until its end.

    Refused: contracts that are not signed or have ended, to those whose role does not reach the
    vendor's country; ValidationError for days outside the contract, an owner who approves, and
    people who do not see the contract.
    """
    with transaction.atomic(), acting(actor=actor, action="obligation.add"):
        held = hold(contract, actor=actor)
        if not may_write_obligation(actor, "add", held.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if held.status not in BINDING:
            raise Refused(_("the contract is not signed, or has ended"))
        row = Obligation(contract=held)
        _write(row, facts, actor, EDITABLE | FIXED)
        materialise_tasks(row, timezone.localdate(told_moment()))
    return row


def edit_obligation(
    obligation: Obligation, *, actor: Any, version: int | None = None, **changes: Any
) -> Obligation:
    """Correct what it says or who answers for it. Whose it is, how often and since when stays:
    what was due keeps its day. What would be due after a new end and nobody touched is dropped."""
    with _active(obligation, "edit", actor, version) as row:
        _write(row, changes, actor, EDITABLE)
        materialise_tasks(row, timezone.localdate(told_moment()))
        row.refresh_from_db()
    return row


def end_obligation(
    obligation: Obligation, *, actor: Any, note: str, version: int | None = None
) -> Obligation:
    """It binds no more, such as by an amendment. What has become due stays to be settled."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=obligation.reference)
    name, reason = "obligation.end", told["note"][:500]
    with transaction.atomic(), acting(actor=actor, action=name, reason=reason):
        row = hold(obligation, actor=actor, version=version)
        OBLIGATION_WORKFLOW.check(row, "end", actor)
        _end(row, actor, told["note"])
        row.refresh_from_db()
    return row


def end_obligations_of(contract: Contract, *, actor: Any, note: str) -> None:
    """A contract that does not come about obliges to nothing; for the service that withdraws it."""
    found = Obligation.objects.active().filter(contract=contract).order_by("pk")
    with acting(actor=actor, action="obligation.end", reason=note[:500]):
        for row in found.select_for_update(of=("self",), no_key=True):
            _end(row, actor, note)


def _end(row: Obligation, actor: Any, note: str) -> None:
    row.status, row.end_note = ObligationStatus.ENDED, note
    row.ended_at, row.ended_by = told_moment(), actor
    row.save()
    _drop(row.tasks.filter(due_on__gt=timezone.localdate(row.ended_at)))


def materialise_tasks(row: Obligation, today: date) -> None:
    """Store what is due until so far ahead, each time once. What stands keeps its day; what nobody
    touched is dropped where the obligation or its contract ends before."""
    end = last_day_of(row)
    if end is not None:
        _drop(row.tasks.filter(nominal_on__gt=end))
    if row.status != ObligationStatus.ACTIVE or row.contract.status not in BINDING:
        return
    known = set(row.tasks.values_list("number", flat=True))
    calendar = shape_of(row.contract).calendar if row.contract.on_business_days else None
    horizon = max(today, row.first_due_on) + AHEAD
    until = horizon if end is None else min(end, horizon)
    found = due_days(row.first_due_on, row.recurrence, until, calendar)
    ObligationTask.objects.bulk_create(
        ObligationTask(
            obligation=row, number=due.number, nominal_on=due.nominal_on, due_on=due.due_on
        )
        for due in found
        if due.number not in known
    )


def last_day_of(row: Obligation) -> date | None:
    """The last day that was agreed for it, as far as is known."""
    ends = (row.until, last_day(shape_of(row.contract)))
    return min((one for one in ends if one is not None), default=None)


def _drop(tasks: Any) -> None:
    """Only what nobody touched: who attaches or submits meanwhile is waited for, and keeps it."""
    open_ones = tasks.filter(status=TaskStatus.OPEN, submitted_at__isnull=True)
    held = list(
        open_ones.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    )
    ObligationTask.objects.filter(pk__in=held, documents__isnull=True).delete()


def _write(row: Obligation, changes: dict[str, Any], actor: Any, editable: frozenset[str]) -> None:
    texts = {name: changes[name].strip() for name in TEXTS & set(changes)}
    told = mask_fields(TABLE, texts, actor=actor, reference=row.reference if row.pk else "")
    for name in ("owner", "approver"):
        if changes.get(name) is not None:
            _check_person(name, changes[name], row.contract)
    _check_clause(row, changes)
    store(row, {**changes, **told}, actor=actor, editable=editable)
    if is_same(row.owner, row.approver):
        raise ValidationError({"approver": _("Owner and approver are two people.")})
    _check_days(row, changes)


def _check_person(name: str, person: Any, contract: Contract) -> None:
    if not person.is_active:
        raise ValidationError({name: _("This account is disabled.")})
    sees = visible_rows(Contract, person).filter(pk=contract.pk).exists()
    if not (sees and may_work_on_obligations(person)):
        raise ValidationError({name: _("This person does not read about the contract.")})


def _check_clause(row: Obligation, changes: dict[str, Any]) -> None:
    clause = changes.get("clause")
    if clause is not None and clause.contract_id != row.contract_id:
        raise ValidationError({"clause": _("Choose a clause of the same contract.")})


def _check_days(row: Obligation, changes: dict[str, Any]) -> None:
    """Within the contract, as far as its end is known. The first is still to come: what was due
    before anybody wrote it down would be missed at once, and nobody could have known."""
    shape = shape_of(row.contract)
    if "first_due_on" in changes:
        if row.first_due_on < row.contract.starts_on:
            raise ValidationError({"first_due_on": _("The contract begins later.")})
        calendar = shape.calendar if row.contract.on_business_days else None
        first = next(due_days(row.first_due_on, Recurrence.ONCE, row.first_due_on, calendar))
        if first.due_on < timezone.localdate(told_moment()):
            raise ValidationError({"first_due_on": _("This day has passed: give the next one.")})
    ends_on = last_day(shape)
    for name in {"first_due_on", "until"} & set(changes):
        day = getattr(row, name)
        if day is not None and ends_on is not None and day > ends_on:
            raise ValidationError({name: _("The contract ends earlier.")})


@contextmanager
def _active(
    obligation: Obligation, verb: str, actor: Any, version: int | None = None
) -> Iterator[Obligation]:
    with transaction.atomic(), acting(actor=actor, action=f"obligation.{verb}"):
        row = hold(obligation, actor=actor, version=version)
        if not may_write_obligation(actor, "change", row.contract.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.status != ObligationStatus.ACTIVE:
            raise Refused(_("the obligation has ended"))
        yield row
