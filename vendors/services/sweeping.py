"""What time does to contracts, found once a day: they begin, they remind, they renew, they end."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.context import acting
from evidence.enums import FailureKind
from evidence.services.failures import report_failure, report_recovery
from vendors.contract_audience import tell_of_decision
from vendors.contract_querysets import RUNNING
from vendors.contract_shape import shape_of
from vendors.contract_workflow import CONTRACT_WORKFLOW
from vendors.enums import ContractStatus, TermDecision
from vendors.models import Contract, ContractReminder, ContractTerm
from vendors.services.materialising import materialise
from vendors.terms import due_reminders, term_on

WINDOW = timedelta(days=90)
"""So long before a decision is due the contract stands in its notice window."""
ESCALATES_FROM = 14
"""From so many days before the budget owner hears of it too."""
LATE = 0
"""The reminder that the decision is overdue."""


def keep_contracts(at: datetime) -> int:
    """Do what is due for every contract in force or about to be; returns for how many. What fails
    for one keeps no other waiting, and is raised in the end."""
    today = timezone.localdate(at)
    begins = Q(status=ContractStatus.SIGNED, starts_on__lte=today)
    rows = Contract.objects.filter(begins | Q(status__in=RUNNING)).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    failed: list[Exception] = []
    for key in keys:
        try:
            keep_contract(key, at)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("some contracts were not kept", failed)
    return len(keys)


@transaction.atomic
def keep_contract(key: int, at: datetime) -> None:
    """Do what is due for one contract. Doing it twice changes nothing."""
    today = timezone.localdate(at)
    row = Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    if row.status == ContractStatus.SIGNED and row.starts_on <= today:
        row.activated_on = today
        _move(row, "activate")
    if row.status not in RUNNING:
        return
    materialise(row, today)
    if row.status != ContractStatus.TERMINATING:
        for term in list(_unsettled(row)):
            _watch(row, term, today, at)
    _go_on(row, today)


def _unsettled(row: Contract) -> Any:
    return row.terms.unsettled().filter(notice_on__gte=row.activated_on).order_by("number")


def _watch(row: Contract, term: ContractTerm, today: date, at: datetime) -> None:
    if today > term.notice_on:
        _record_failure(row, term, at)
    elif term.decision == "":
        _remind(row, term, today, at)


def _remind(row: Contract, term: ContractTerm, today: date, at: datetime) -> None:
    """The reminders that are due, each once; the last of them for good where nobody decides."""
    due = due_reminders(term.decision_deadline_on, _known_on(row, term), today)
    if today > term.decision_deadline_on and _known_on(row, term) <= today:
        due = [LATE]
    told = set(term.reminders.values_list("days", flat=True))
    for days in due:
        if days not in told:
            is_late = days <= ESCALATES_FROM
            with acting(action="contract.remind"):
                ContractReminder.objects.create(
                    term=term, days=days, is_escalated=is_late, told_at=at
                )
                tell_of_decision(row, term, str(days), is_late=is_late)


def _known_on(row: Contract, term: ContractTerm) -> date:
    """From when on the decision about a term is the next one."""
    since = row.activated_on or row.starts_on
    before = row.terms.filter(number=term.number - 1).first()
    return since if before is None else max(since, before.notice_on + timedelta(days=1))


def _record_failure(row: Contract, term: ContractTerm, at: datetime) -> None:
    """Nobody decided while a decision could still change something. Over at once: it waits to be
    explained."""
    text = f"{row.reference} {row.number}, term {term.number}: no decision until {term.notice_on}"
    since = timezone.make_aware(datetime.combine(term.notice_on, datetime.min.time()))
    failure = report_failure(FailureKind.RENEWAL_MISSED, text, since=min(since, at))
    report_recovery(FailureKind.RENEWAL_MISSED)
    with acting(action="contract.miss_decision"):
        term.failure = failure.reference
        term.save()
    if row.status in (ContractStatus.IN_NOTICE_WINDOW, ContractStatus.RENEGOTIATING):
        _move(row, "go_on")


def _go_on(row: Contract, today: date) -> None:
    """Into the window, out of it, and to the end."""
    if today >= row.starts_on and term_on(shape_of(row), today) is None:
        row.ended_on = today
        _move(row, "end")
        return
    if row.status == ContractStatus.RENEWING:
        last = row.terms.filter(decision=TermDecision.RENEW).order_by("-number").first()
        if last is None or last.ends_on < today:
            _move(row, "go_on")
    if row.status == ContractStatus.ACTIVE:
        following = _unsettled(row).filter(ends_on__gte=today).first()
        if (
            following is not None
            and _known_on(row, following) <= today
            and today >= following.decision_deadline_on - WINDOW
        ):
            _move(row, "open_notice_window")


def _move(row: Contract, action: str) -> None:
    with acting(action=f"contract.{action}"):
        row.status = CONTRACT_WORKFLOW.check(row, action, None).target
        row.save()
        row.refresh_from_db()
