"""Vendors for tests, which reach their state by the real road."""

from itertools import count
from typing import Any

from vendors import services
from vendors.assurance.enums import Question
from vendors.enums import VendorStatus
from vendors.models import Vendor

_numbers = count(1)
ALL_MET = dict.fromkeys(Question, ("met", ""))
REPORT = b"Their report of last year."


def a_prospect(cast: Any, status: str = "prospect", **given: Any) -> Vendor:
    """A Mexican vendor that vendor_manager added and that walked to `status` by the workflow."""
    facts = {
        "name": f"Candidate {next(_numbers)}",
        "tier": "tactical",
        "country": "MX",
        "services": "Letters to card holders",
    }
    vendor = services.add_vendor(actor=cast.vendor_manager, **facts | given)
    order = list(_ROAD)
    for wanted in order[1 : order.index(VendorStatus(status)) + 1]:
        vendor = _ROAD[wanted](vendor, cast)
    return vendor


def _begin(vendor: Vendor, cast: Any) -> Vendor:
    return services.begin_diligence(vendor, actor=cast.vendor_manager)


def _submit(vendor: Vendor, cast: Any) -> Vendor:
    manager = cast.vendor_manager
    services.answer_questions(vendor, actor=manager, answers=ALL_MET, summary="Sound")
    services.attach_evidence(vendor, actor=manager, title="Report", name="r.txt", data=REPORT)
    return services.submit_diligence(vendor, actor=manager)


def _approve(vendor: Vendor, cast: Any) -> Vendor:
    return services.approve_vendor(vendor, actor=cast.approver2, note="Sound")


def _engage(vendor: Vendor, cast: Any) -> Vendor:
    return services.engage_vendor(vendor, actor=cast.vendor_manager)


_ROAD: dict[str, Any] = {
    VendorStatus.PROSPECT: None,
    VendorStatus.DUE_DILIGENCE: _begin,
    VendorStatus.ASSESSED: _submit,
    VendorStatus.APPROVED: _approve,
    VendorStatus.ENGAGED: _engage,
}
