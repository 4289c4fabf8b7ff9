"""When an attestation may be accepted or rejected."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from audit.context import told_moment
from core.errors import Reason
from vendors.attestations.enums import Opinion
from vendors.opex.rules import is_same
from vendors.vendor_rules import is_within_reach


def is_received_by_another(attestation: Any, actor: Any) -> Reason | None:
    """Whoever received it, or answers for the vendor, does not review it, under any account."""
    vendor = attestation.vendor
    for one in (attestation.received_by, vendor.owner, vendor.manager):
        if actor is not None and one is not None and is_same(one, actor):
            return _("you do not review what you received or answer for")
    return None


def vendor_is_within_reach(attestation: Any, actor: Any) -> Reason | None:
    return is_within_reach(attestation.vendor, actor)


def has_its_document(attestation: Any, actor: Any) -> Reason | None:
    return None if attestation.documents.exists() else _("its document is not attached")


def has_not_expired(attestation: Any, actor: Any) -> Reason | None:
    today = timezone.localdate(told_moment())
    return _("it has expired") if attestation.expires_on < today else None


def exceptions_are_assessed(attestation: Any, actor: Any) -> Reason | None:
    left = attestation.exceptions.filter(treatment="").count()
    text = ngettext_lazy(
        "%(n)s exception is not assessed", "%(n)s exceptions are not assessed", "n"
    )
    return text % {"n": left} if left else None


def opinion_is_clean(attestation: Any, actor: Any) -> Reason | None:
    if attestation.opinion in ("", Opinion.UNQUALIFIED):
        return None
    return _("the opinion is not unqualified: accept it with gaps or reject it")
