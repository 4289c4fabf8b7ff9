"""Which attestations vendors must have, and whether those that they have still hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vendors.assurance.enums import DataAccess
from vendors.attestations.enums import AttestationKind as K
from vendors.models import Attestation, RequiredAttestation, Vendor
from vendors.scorecards.enums import Unit
from vendors.scorecards.periods import Period
from vendors.scorecards.sources import MOST_ROWS, Measure, register, row_of

CARD_DATA = (K.PCI_AOC, K.SOC2_TYPE1, K.SOC2_TYPE2)
"""One of them is needed of whoever could affect the security of the card data that it sees."""

REMINDED_AT = (0, 7, 30, 60)
"""So many days before one expires people are reminded of it."""

type Need = tuple[str, ...]
"""Kinds of which one must be held."""


@dataclass(frozen=True)
class Standing:
    """What a vendor has for one need on a day: the accepted attestation that lasts longest."""

    need: Need
    held: Attestation | None
    is_current: bool


def needs_of(vendors: Iterable[Vendor]) -> dict[int, list[Need]]:
    """By vendor, what it must have. What is required by name comes first; the rule about card data
    adds nothing where one of its kinds is required already."""
    rows = {one.pk: one for one in vendors}
    found: dict[int, list[Need]] = {pk: [] for pk in rows}
    told = RequiredAttestation.objects.filter(vendor__in=rows).order_by("vendor", "kind")
    for vendor, kind in told.values_list("vendor", "kind"):
        found[vendor].append((kind,))
    for pk, one in rows.items():
        sees_cards = one.could_affect_security and one.data_access == DataAccess.CARDHOLDER
        if sees_cards and not any(set(need) <= set(CARD_DATA) for need in found[pk]):
            found[pk].append(CARD_DATA)
    return found


def standings(
    vendors: Iterable[Vendor], day: date, until: datetime | None = None
) -> dict[int, list[Standing]]:
    """By vendor, how each of its needs is met on a day, by what was reviewed before `until`.
    Vendors that need nothing have none. Two queries, however many vendors."""
    rows = list(vendors)
    needs = needs_of(rows)
    held: dict[int, list[Attestation]] = defaultdict(list)
    reviewed = Attestation.objects.held().filter(vendor__in=[one.pk for one in rows])
    if until is not None:
        reviewed = reviewed.filter(reviewed_at__lt=until)
    for one in reviewed.order_by("-expires_on", "-pk"):
        held[one.vendor_id].append(one)
    return {pk: [_standing(need, held[pk], day) for need in wanted] for pk, wanted in needs.items()}


def name_of(need: Need) -> str:
    """`PCI DSS AOC / SOC 2 type 1`, in the language in force."""
    return " / ".join(str(K(kind).label) for kind in need)


def _standing(need: Need, held: list[Attestation], day: date) -> Standing:
    fitting = [one for one in held if one.kind in need and one.issued_on <= day]
    longest = fitting[0] if fitting else None
    return Standing(need, longest, longest is not None and longest.expires_on >= day)


def attestation_currency(
    ids: Collection[int], period: Period, now: datetime
) -> Mapping[int, Measure]:
    """Percent of what a vendor must have that was accepted and current on the period's last day,
    today where that has not come."""
    day = min(period.after - timedelta(days=1), timezone.localdate(now))
    vendors = Vendor.objects.filter(pk__in=ids)
    found = {}
    for pk, told in standings(vendors, day, min(period.ends_at, now)).items():
        if told:
            share = Decimal(100 * sum(one.is_current for one in told)) / len(told)
            rows = [
                row_of(one.held, f"{one.held.expires_on}", one.held.reference)
                for one in told
                if one.held
            ]
            found[pk] = Measure(share, None, rows[:MOST_ROWS])
    return found


def register_currency() -> None:
    """Called once, when the app is ready."""
    register(
        "attestation_currency",
        _("Required attestations that are current"),
        Unit.PERCENT,
        floor="50",
        target="100",
        measure=attestation_currency,
    )


def step_of(expires_on: date, today: date) -> str:
    """Which reminder is due: `60`, `30`, `7`, `0`, `late`; nothing while there is time."""
    left = (expires_on - today).days
    if left < 0:
        return "late"
    return next((str(days) for days in REMINDED_AT if left <= days), "")
