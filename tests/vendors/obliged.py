"""Obligations for tests, which reach their state by the real road."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from tests.vendors.contracts import a_contract
from vendors import services
from vendors.models import Obligation, ObligationTask

_numbers = count(1)


def facts_of_obligation(cast: Any, **given: Any) -> dict[str, Any]:
    """A report of the vendor every month, which vendor_manager records and a CAB member accepts."""
    facts: dict[str, Any] = {
        "direction": "vendors",
        "title": "Report of service levels",
        "what": "A report of the month before, by service.",
        "place": "Clause 7.2",
        "category": "report",
        "recurrence": "monthly",
        "first_due_on": date(2026, 1, 31),
        "owner": cast.vendor_manager,
        "approver": cast.approver2,
    }
    return facts | given


def an_obligation(cast: Any, contract: Any = None, **given: Any) -> Obligation:
    """Written down five days before it is due for the first time."""
    contract = contract or a_contract(cast, "active")
    facts = facts_of_obligation(cast, **given)
    written = timezone.make_aware(datetime.combine(facts["first_due_on"], time(12)))
    with acting(channel=Channel.DEMO, at=min(written - timedelta(days=5), timezone.now())):
        return services.add_obligation(actor=cast.vendor_manager, contract=contract, **facts)


def a_task(cast: Any, status: str = "open", **given: Any) -> ObligationTask:
    """The first task of an obligation, which walked to `status`."""
    task = an_obligation(cast, **given).tasks.order_by("number").first()
    assert task is not None
    if status == "open":
        return task
    attach(cast, task)
    task = services.submit_task(task, actor=cast.vendor_manager, note="Received by e-mail")
    if status == "accepted":
        return services.accept_task(task, actor=cast.approver2)
    if status == "returned":
        return services.return_task(task, actor=cast.approver2, note="The month is wrong")
    return task


def attach(cast: Any, task: ObligationTask) -> None:
    data = f"Report {next(_numbers)}".encode()
    services.attach_obligation_evidence(
        task, actor=cast.vendor_manager, title="Report", name="report.txt", data=data
    )
