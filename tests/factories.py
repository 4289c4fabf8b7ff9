"""Records for tests, made by the real road: through the services, never past them."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from assets.enums import AssetClass, Criticality, PciScope, ServiceTier
from assets.models import Asset, Service
from changes import services as changes
from changes.enums import Risk
from changes.enums import Status as ChangeStatus
from changes.founding import found_boards, found_policies
from changes.models import Board, Change
from incidents import services
from incidents.enums import Status
from incidents.models import Incident
from vendors.enums import VendorStatus, VendorTier
from vendors.models import Vendor

_numbers = count(1)


def a_service(cast: Any, **given: Any) -> Service:
    """A service of payments-l1 in Mexico, owned by core-platform."""
    number = next(_numbers)
    facts = {
        "name": f"SPEI transfers {number}",
        "label": f"spei-{number}",
        "tier": ServiceTier.TIER_1,
        "criticality": Criticality.CRITICAL,
        "owner_team": cast.core_platform,
        "support_team": cast.payments_l1,
        "countries": ["MX"],
    }
    return Service.objects.create(**facts | given)


def an_asset(cast: Any, **given: Any) -> Asset:
    """A live production database in PCI DSS scope."""
    facts = {
        "name": f"ledger-db-{next(_numbers)}",
        "asset_class": AssetClass.DATABASE,
        "pci_scope": PciScope.IN_SCOPE,
        "data_residency": "MX",
        "owner_team": cast.core_platform,
    }
    return Asset.objects.create(**facts | given)


def a_vendor(**given: Any) -> Vendor:
    """A Mexican vendor that was engaged before its due diligence was kept here."""
    facts: dict[str, Any] = {
        "name": f"Switch {next(_numbers)}",
        "tier": VendorTier.STRATEGIC,
        "country": "MX",
        "status": VendorStatus.ENGAGED,
        "taken_over_on": date(2020, 1, 1),
    }
    return Vendor.objects.create(**facts | given)


def an_incident(cast: Any, status: str = Status.NEW, **given: Any) -> Incident:
    """An incident that agent_l1 opened and that walked to `status` by the workflow."""
    actor = given.pop("actor", cast.agent_l1)
    given.setdefault("title", "Transfers are slow")
    if "service" not in given:
        given["service"] = a_service(cast)
    incident = services.open_incident(actor=actor, **given)
    for step in _ROADS[Status(status)]:
        incident = step(incident, actor)
    return incident


def _start(incident: Incident, actor: Any) -> Incident:
    return services.start_incident(incident, actor=actor)


def _wait_for_vendor(incident: Incident, actor: Any) -> Incident:
    return services.wait_for_vendor(incident, actor=actor, vendor=a_vendor(), note="asked them")


def _resolve(incident: Incident, actor: Any) -> Incident:
    return services.resolve_incident(
        incident, actor=actor, resolution_code="fixed", resolution="Restarted the switch link."
    )


_ROADS: dict[Status, list[Any]] = {
    Status.NEW: [],
    Status.TRIAGED: [lambda i, a: services.triage_incident(i, actor=a)],
    Status.IN_PROGRESS: [_start],
    Status.PENDING_CUSTOMER: [
        _start,
        lambda i, a: services.wait_for_customer(i, actor=a, note="asked them"),
    ],
    Status.PENDING_VENDOR: [_start, _wait_for_vendor],
    Status.PENDING_CHANGE: [
        _start,
        lambda i, a: services.wait_for_change(i, actor=a, note="needs a change"),
    ],
    Status.RESOLVED: [_start, _resolve],
    Status.CLOSED: [_start, _resolve, lambda i, a: services.close_incident(i, actor=a)],
    Status.CANCELLED: [lambda i, a: services.cancel_incident(i, actor=a, note="no incident")],
}


def boards(cast: Any) -> None:
    """The CAB and the ECAB of Mexico with their policies; once for a test."""
    if Board.objects.exists():
        return
    cab, ecab = found_boards(
        actor=None,
        place="México",
        chair=cast.cab_chair,
        members=[cast.approver, cast.approver2],
        emergency=[cast.approver, cast.senior_approver],
        since=date(2024, 1, 8),
    )
    found_policies(actor=None, cab=cab, ecab=ecab)


def a_change(cast: Any, status: str = ChangeStatus.DRAFT, **given: Any) -> Change:
    """A change of core-platform that requester raised and that walked to `status` by the workflow:
    described, assessed, voted on and worked by the people who would."""
    boards(cast)
    now = timezone.now()
    given.setdefault("services", [a_service(cast)])
    facts = {
        "title": "Renew the certificate of the SPEI link",
        "team": cast.core_platform,
        "reason": "It expires at the end of the month.",
        "description": "Replace the certificate on both nodes, one after the other.",
        "security_impact": "None: same key length, same authority.",
        "test_plan": "Handshake and one transfer of a peso from each node.",
        "test_result": "Both passed in pre-production, log attached.",
        "backout_plan": "Put the old certificate back and restart the link.",
        "planned_start_at": now - timedelta(minutes=5),
        "planned_end_at": now + timedelta(hours=2),
        "builder": cast.requester,
        "implementer": cast.implementer,
    }
    risk = given.pop("risk", Risk.LOW)
    change = changes.raise_change(actor=given.pop("actor", cast.requester), **facts | given)
    for step in _CHANGE_ROADS[ChangeStatus(status)]:
        change = step(change, cast, risk)
    return change


def vote(change: Change, user: Any, decision: str = "approve", **given: Any) -> Any:
    """A vote on the current version, with the password freshly confirmed."""
    change.refresh_from_db()
    given.setdefault("comment", "" if decision == "approve" else "Not yet.")
    given.setdefault("version_hash", change.version_hash)
    return changes.cast_vote(
        change, actor=user, decision=decision, authentication="password", **given
    )


def _approve(change: Change, cast: Any, risk: str) -> Change:
    people = {
        Risk.LOW: "peer service_owner",
        Risk.MEDIUM: "peer service_owner approver approver2",
        Risk.HIGH: "peer service_owner approver approver2 cab_chair senior_approver",
    }[Risk(risk)]
    for name in people.split():
        vote(change, cast[name])
    change.refresh_from_db()
    return change


def _submit(change: Change, cast: Any, risk: str) -> Change:
    return changes.submit_change(change, actor=cast.requester)


def _assess(change: Change, cast: Any, risk: str) -> Change:
    return changes.assess_change(change, actor=cast.requester, risk=risk)


def _request(change: Change, cast: Any, risk: str) -> Change:
    return changes.request_approval(change, actor=cast.requester)


def _reject(change: Change, cast: Any, risk: str) -> Change:
    vote(change, cast.peer, "reject")
    change.refresh_from_db()
    return change


def _schedule(change: Change, cast: Any, risk: str) -> Change:
    return changes.schedule_change(change, actor=cast.requester)


def _expire(change: Change, cast: Any, risk: str) -> Change:
    changes.expire_change(change, change.planned_end_at)
    change.refresh_from_db()
    return change


_ASKED = [_submit, _assess, _request]
_BEGUN = [
    *_ASKED,
    _approve,
    _schedule,
    lambda c, cast, r: changes.start_change(c, actor=cast.implementer),
]
_DONE = [*_BEGUN, lambda c, cast, r: changes.complete_change(c, actor=cast.implementer)]
_VERIFIED = [*_DONE, lambda c, cast, r: changes.verify_change(c, actor=cast.implementer)]
_CHANGE_ROADS: dict[ChangeStatus, list[Any]] = {
    ChangeStatus.DRAFT: [],
    ChangeStatus.SUBMITTED: [_submit],
    ChangeStatus.ASSESSING: [_submit, _assess],
    ChangeStatus.AWAITING_APPROVAL: _ASKED,
    ChangeStatus.APPROVED: [*_ASKED, _approve],
    ChangeStatus.REJECTED: [*_ASKED, _reject],
    ChangeStatus.SCHEDULED: [*_ASKED, _approve, _schedule],
    ChangeStatus.IMPLEMENTING: _BEGUN,
    ChangeStatus.VERIFYING: _DONE,
    ChangeStatus.REVIEWING: _VERIFIED,
    ChangeStatus.CLOSED: [
        *_VERIFIED,
        lambda c, cast, r: changes.close_change(
            c, actor=cast.requester, outcome="successful", review="As planned."
        ),
    ],
    ChangeStatus.EXPIRED: [*_ASKED, _expire],
    ChangeStatus.CANCELLED: [
        lambda c, cast, r: changes.cancel_change(c, actor=cast.requester, note="Not needed."),
    ],
}
