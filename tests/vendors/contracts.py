"""Contracts for tests, which reach their state by the real road."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from tests.factories import a_vendor
from vendors import services
from vendors.enums import Clause, ContractStatus
from vendors.models import Contract

_numbers = count(1)
TEXT = b"The parties agree."


def facts_of_contract(cast: Any, **given: Any) -> dict[str, Any]:
    """A yearly contract with a Mexican vendor that renews by itself, 90 days notice."""
    facts: dict[str, Any] = {
        "number": f"C-{next(_numbers)}",
        "title": "Switching of cards",
        "entity": cast.mx,
        "currency": "MXN",
        "total_value": Decimal("1200000.00"),
        "starts_on": date(2024, 1, 1),
        "initial_term": "P1Y",
        "renewal": "automatic",
        "renewal_term": "P1Y",
        "notice": "P90D",
        "budget_owner": cast.service_owner,
    }
    facts |= given
    facts.setdefault("vendor", given.get("vendor") or a_vendor(tier="tactical"))
    return facts


def a_contract(cast: Any, status: str = "draft", **given: Any) -> Contract:
    """A contract that vendor_manager drafted and that walked to `status` by the workflow."""
    manager = cast.vendor_manager
    contract = services.draft_contract(actor=manager, **facts_of_contract(cast, **given))
    order = [ContractStatus.DRAFT, *_ROAD]
    for wanted in order[1 : order.index(ContractStatus(status)) + 1]:
        contract = _ROAD[wanted](contract, cast)
    return contract


def brought_to_signature(contract: Contract, cast: Any) -> Contract:
    """A draft on its road until both sides have signed."""
    for step in (_submit, _pass, _sign):
        contract = step(contract, cast)
    return contract


def made_ready(contract: Contract, cast: Any) -> Contract:
    """With its text and its clauses."""
    manager = cast.vendor_manager
    services.attach_document(contract, actor=manager, title="Contract", name="c.txt", data=TEXT)
    answers = dict.fromkeys(Clause, ("present", "Clause 7"))
    return services.answer_clauses(contract, actor=manager, answers=answers)


def _submit(contract: Contract, cast: Any) -> Contract:
    made_ready(contract, cast)
    return services.submit_contract(contract, actor=cast.vendor_manager)


def _pass(contract: Contract, cast: Any) -> Contract:
    return services.pass_legal_review(contract, actor=cast.approver2)


def _sign(contract: Contract, cast: Any) -> Contract:
    services.approve_contract(contract, actor=cast.finance)
    return services.sign_contract(contract, actor=cast.vendor_manager)


def _activate(contract: Contract, cast: Any) -> Contract:
    return services.activate_contract(contract, actor=cast.vendor_manager)


_ROAD: dict[str, Any] = {
    ContractStatus.LEGAL_REVIEW: _submit,
    ContractStatus.APPROVAL: _pass,
    ContractStatus.SIGNED: _sign,
    ContractStatus.ACTIVE: _activate,
}
