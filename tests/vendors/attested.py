"""Attestations and matrices for tests, which reach their state by the real road."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from vendors import services
from vendors.models import Attestation, ResponsibilityMatrix, Vendor

_numbers = count(1)
AOC = b"An attestation of compliance, page 1."


def told(**given: Any) -> dict[str, Any]:
    """What stands on a PCI AOC that was issued a hundred days ago and lasts a year."""
    today = timezone.localdate()
    facts = {
        "kind": "pci_aoc",
        "assessor": "Lupa QSA",
        "issued_on": today - timedelta(days=100),
        "expires_on": today + timedelta(days=265),
        "services": "Card switching",
    }
    return facts | given


def soc2(**given: Any) -> dict[str, Any]:
    """What stands on a SOC 2 type 2 report of a year that ended four months ago."""
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "kind": "soc2_type2",
        "opinion": "unqualified",
        "starts_on": today - timedelta(days=485),
        "ends_on": today - timedelta(days=120),
    }
    return told(**facts | given)


def received(cast: Any, vendor: Vendor, *, document: bool = True, **given: Any) -> Attestation:
    facts = given if "kind" in given else told(**given)
    row = services.receive_attestation(actor=cast.vendor_manager, vendor=vendor, **facts)
    if document:
        data = AOC + str(next(_numbers)).encode()
        services.attach_attestation(
            row, actor=cast.vendor_manager, title="AOC", name="aoc.txt", data=data
        )
    return row


def accepted(cast: Any, vendor: Vendor, **given: Any) -> Attestation:
    """A CAB member accepts what vendor_manager received."""
    return services.accept_attestation(received(cast, vendor, **given), actor=cast.approver2)


def a_matrix(
    cast: Any, vendor: Vendor, *, agreed: bool = False, agreed_on: date | None = None
) -> ResponsibilityMatrix:
    """Two lines that vendor_manager drafted; a CAB member records the agreement."""
    row = services.draft_matrix(actor=cast.vendor_manager, vendor=vendor, scope="Switching")
    lines = [
        {"requirement": "PCI 3.5.1", "who": "vendor", "how": "HSM", "evidence": "AOC p. 3"},
        {"requirement": "PCI 9.4", "title": "Media", "who": "not_applicable"},
    ]
    row = services.set_lines(row, actor=cast.vendor_manager, lines=lines)
    if not agreed:
        return row
    return services.agree_matrix(
        row, actor=cast.approver2, representative="Ana Prado", agreed_on=agreed_on
    )
