"""Exit plans for tests, which reach their state by the real road."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from vendors import services
from vendors.models import ExitPlan, Vendor

STEPS = (("Take our data home", 30), ("Move the traffic", 45), ("See that it is deleted", 10))


def what_it_says(**given: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "leaves_when": "Two breaches in a quarter",
        "data_return": "CSV by SFTP; a certificate of deletion",
        "alternative": "Our own switch",
        "cost": Decimal("250000.00"),
        "currency": "MXN",
    }
    return facts | given


def an_exit_plan(
    cast: Any, vendor: Vendor, *, status: str = "draft", steps: Any = STEPS, **given: Any
) -> ExitPlan:
    """Three steps of 85 days that vendor_manager drafted; a CAB member approves it."""
    manager = cast.vendor_manager
    plan = services.draft_exit_plan(actor=manager, vendor=vendor, **what_it_says(**given))
    told = [{"text": text, "days": days} for text, days in steps]
    plan = services.set_exit_steps(plan, actor=manager, steps=told)
    return plan if status == "draft" else services.approve_exit_plan(plan, actor=cast.approver2)


def exercised(cast: Any, plan: ExitPlan, **given: Any) -> ExitPlan:
    """A tabletop of today that worked."""
    told = {"kind": "tabletop", "result": "worked"} | given
    return services.exercise_exit_plan(plan, actor=cast.vendor_manager, **told)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
