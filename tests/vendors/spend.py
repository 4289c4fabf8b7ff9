"""Budgets, invoices, rates and savings for tests, which reach their state by the real road."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from tests.factories import a_vendor
from vendors import services
from vendors.models import Budget, FxRate, Invoice, Saving
from vendors.services.budgets import Line

_numbers = count(1)
YEAR = 2025


def a_budget(cast: Any, status: str = "draft", **given: Any) -> Budget:
    """A Mexican budget in pesos that vendor_manager drafted, with a plan unless it is a draft."""
    facts = {"title": "Platform", "entity": cast.mx, "year": YEAR, "currency": "MXN"} | given
    manager = cast.vendor_manager
    budget = services.draft_budget(actor=manager, **facts)
    if status == "draft":
        return budget
    planned(budget, cast, "1000.00")
    budget = services.submit_budget(budget, actor=manager)
    if status == "submitted":
        return budget
    budget = services.approve_budget(budget, actor=cast.finance)
    return budget if status == "approved" else services.lock_budget(budget, actor=cast.finance)


def planned(budget: Budget, cast: Any, amount: str, month: int = 1, **given: Any) -> Budget:
    """One line of the plan."""
    facts = {"cost_centre": "IT-1", "category": "cloud"} | given
    line = Line(date(budget.year, month, 1), amount=Decimal(amount), **facts)
    return services.plan_lines(budget, actor=cast.vendor_manager, lines=[line])


def facts_of_invoice(cast: Any, **given: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "number": f"F-{next(_numbers)}",
        "entity": cast.mx,
        "currency": "MXN",
        "amount": Decimal("100.00"),
        "issued_on": date(YEAR, 1, 15),
        "cost_centre": "IT-1",
        "category": "cloud",
    }
    facts |= given
    facts.setdefault("vendor", given.get("vendor") or a_vendor(tier="tactical"))
    return facts


def an_invoice(cast: Any, **given: Any) -> Invoice:
    return services.record_invoice(actor=cast.vendor_manager, **facts_of_invoice(cast, **given))


def a_rate(cast: Any, rate: str = "20", **given: Any) -> FxRate:
    facts = {"on": date(YEAR, 1, 10), "base": "USD", "quote": "MXN", "source": "Banxico FIX"}
    return services.record_rate(actor=cast.finance, **(facts | given), rate=Decimal(rate))


def a_saving(cast: Any, **given: Any) -> Saving:
    facts = {
        "title": "Smaller machines",
        "hypothesis": "Half of them sleep at night.",
        "entity": cast.mx,
        "currency": "MXN",
        "expected": Decimal("5000.00"),
    }
    return services.propose_saving(actor=cast.vendor_manager, **(facts | given))
