"""When something may happen to a vendor: questions about the record and who had a hand in it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.errors import Reason
from vendors.assurance.enums import DiligenceStatus, Question
from vendors.enums import VendorTier
from vendors.models import DueDiligence
from vendors.permissions import may_approve_risky_vendors

HOLDS_FOR = timedelta(days=365)
"""So long an approval may be used to engage a vendor; then it is looked at anew."""


def latest_diligence(vendor: Any) -> DueDiligence | None:
    found: DueDiligence | None = (
        vendor.diligences.select_related("assessor", "decided_by").order_by("-number").first()
    )
    return found


def is_risky(vendor: Any) -> bool:
    """Whether much depends on it, or the security of card data."""
    return vendor.could_affect_security or vendor.tier == VendorTier.STRATEGIC


def says_what_it_does(vendor: Any, actor: Any) -> Reason | None:
    return None if vendor.services else _("what it does for us is not written down")


def questions_are_answered(vendor: Any, actor: Any) -> Reason | None:
    latest = latest_diligence(vendor)
    left = len(Question) - (latest.answers.count() if latest else 0)
    text = ngettext_lazy("%(n)s question is not answered", "%(n)s questions are not answered", "n")
    return text % {"n": left} if left else None


def has_evidence(vendor: Any, actor: Any) -> Reason | None:
    latest = latest_diligence(vendor)
    there = latest is not None and latest.documents.exists()
    return None if there else _("no evidence is attached")


def is_assessed_by_another(vendor: Any, actor: Any) -> Reason | None:
    """Whoever assessed a vendor or answers for it does not decide, under any account."""
    latest = latest_diligence(vendor)
    if actor is None or latest is None:
        return None
    for one in (latest.assessor, vendor.owner, vendor.manager):
        if one is not None and (one.pk == actor.pk or _is_same_person(one, actor)):
            return _("you do not decide about a vendor that you assessed or answer for")
    return None


def is_within_reach(vendor: Any, actor: Any) -> Reason | None:
    if not is_risky(vendor) or may_approve_risky_vendors(actor):
        return None
    return _("it could hurt us: risk or a senior approver decides")


def approval_holds(vendor: Any, actor: Any) -> Reason | None:
    latest = latest_diligence(vendor)
    if latest is None or latest.status != DiligenceStatus.APPROVED or not latest.decided_at:
        return _("no due diligence is approved")
    if timezone.now() - latest.decided_at > HOLDS_FOR:
        return _("its due diligence was approved more than a year ago")
    return None


def has_no_running_contract(vendor: Any, actor: Any) -> Reason | None:
    running = vendor.contracts.running().order_by("pk").values_list("reference", flat=True)
    names = ", ".join(running[:5])
    return _("contracts with it are in force: %(names)s") % {"names": names} if names else None


def _is_same_person(one: Any, other: Any) -> bool:
    return one.person_id is not None and one.person_id == other.person_id
