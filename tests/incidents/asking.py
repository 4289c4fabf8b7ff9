"""Requests, adjustments and calls for tests, by the real road."""

from decimal import Decimal
from typing import Any

from incidents.models import AccountAdjustment, AdjustmentLimit, PhoneCall, Request
from incidents.services import merge
from incidents.services.requests import adjusting, calls, opening, progress
from sla.client_services import add_client
from sla.models import Client
from tests.factories import a_service, a_vendor


def a_client(slug: str = "abarrotes", **given: Any) -> Client:
    facts = {"name": slug.title(), "slug": slug, "country": "MX"}
    return add_client(actor=None, **facts | given)


def a_request(cast: Any, status: str = "new", **given: Any) -> Request:
    """A request that agent_l1 opened and that walked to `status` by the workflow."""
    actor = given.pop("actor", cast.agent_l1)
    vendor = given.pop("vendor", None)
    given.setdefault("title", "A new terminal for the branch")
    if "service" not in given and "team" not in given:
        given["service"] = a_service(cast)
    request = opening.open_request(actor=actor, **given)
    for step in _ROADS[status]:
        request = step(request, actor)
    if vendor is not None:  # as one that waited for it
        request = _start(request, actor)
        progress.wait_for_vendor(request, actor=None, vendor=vendor, note="asked them")
        request = progress.resume_request(request, actor=actor)
    return request


def _start(request: Request, actor: Any) -> Request:
    return progress.start_request(request, actor=actor)


def _resolve(request: Request, actor: Any) -> Request:
    return progress.resolve_request(
        request, actor=actor, outcome="fulfilled", resolution="The terminal was sent."
    )


def _waits(name: str) -> Any:
    return lambda r, a: getattr(progress, name)(r, actor=a, note="asked them")


_ROADS: dict[str, list[Any]] = {
    "new": [],
    "assigned": [lambda r, a: progress.assign_request(r, actor=a, owner=a)],
    "in_progress": [_start],
    "pending_customer": [_start, _waits("wait_for_customer")],
    "pending_vendor": [
        _start,
        lambda r, a: progress.wait_for_vendor(r, actor=a, vendor=a_vendor(), note="asked them"),
    ],
    "pending_approval": [_start, _waits("wait_for_approval")],
    "resolved": [_start, _resolve],
    "closed": [_start, _resolve, lambda r, a: progress.close_request(r, actor=a)],
    "cancelled": [lambda r, a: progress.cancel_request(r, actor=a, note="nobody asked")],
    "merged": [
        lambda r, a: merge(
            r,
            actor=a,
            into=opening.open_request(
                actor=a, title="Asked before", service=r.service, client=r.client
            ),
        )
    ],
}


def a_limit(role: str, amount: str, currency: str = "MXN") -> AdjustmentLimit:
    return adjusting.set_limit(actor=None, role=role, currency=currency, amount=Decimal(amount))


def an_adjustment(cast: Any, amount: str = "1500.50", **given: Any) -> AccountAdjustment:
    """Proposed by agent_l1, of a request for it."""
    facts = {
        "effect": "credit",
        "amount": Decimal(amount),
        "currency": "MXN",
        "account": "0123-MX-77",
        "reason": "Charged twice on 3 May",
    }
    facts |= {name: given.pop(name) for name in list(given) if name in facts}
    given.setdefault("title", "Charged twice")
    request = given.pop("request", None) or a_request(cast, kind="account_adjustment", **given)
    return adjusting.propose_adjustment(request, actor=cast.agent_l1, **facts)


def a_call(cast: Any, **given: Any) -> PhoneCall:
    """A call that rings at payments-l1."""
    facts = {"caller": "Rosa Ibáñez", "team": cast.payments_l1}
    return calls.record_call(actor=cast.agent_l1, **facts | given)
