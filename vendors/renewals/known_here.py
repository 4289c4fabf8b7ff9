"""What this app itself knows before a contract is renewed: the vendor's scores, what it cost and
what it owes."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from vendors.attestations.currency import standings
from vendors.credits.enums import ClaimStatus
from vendors.models import CreditClaim, Scorecard, SpendEntry
from vendors.opex.enums import EntryKind
from vendors.opex.totals import budgets_in_force
from vendors.renewals.facts import NOT_KNOWN, Fact, register, told
from vendors.scorecards.enums import CardStatus

LOOKS_BACK = 8
"""So many locked scorecards are kept with the decision, the latest first."""
YEAR = timedelta(days=365)
_OWED = ("claimed", "accepted", "credited", "open")
_KINDS = (EntryKind.ACTUAL, EntryKind.PLAN, EntryKind.COMMITTED)


def register_facts() -> None:
    """Called once, when the app is ready."""
    register("scorecard", _("Scorecard"), read_scorecard)
    register("spend", _("Spend against budget"), read_spend)
    register("credits_owed", _("Service credits"), read_credits)
    register("attestations", _("Attestations"), read_attestations)


def read_scorecard(contract: Any, *, on: date) -> Fact:
    """The last locked scorecard of the vendor and the way it came there; an open one may still
    move and says nothing here."""
    cards = list(
        Scorecard.objects.filter(
            vendor=contract.vendor_id, status=CardStatus.LOCKED, starts_on__lte=on
        ).order_by("-starts_on", "-pk")[:LOOKS_BACK]
    )
    if not cards:
        return NOT_KNOWN
    rows = [
        {
            "name": card.reference,
            "path": f"/vendors/scorecard/{card.pk}/change/",
            "period": card.period,
            "starts_on": f"{card.starts_on}",
            "score": f"{card.score}",
            "confidence": f"{card.confidence}",
            "digest": card.digest,
        }
        for card in cards
    ]
    value = {name: rows[0][name] for name in ("score", "confidence", "starts_on", "digest")}
    sentence = _("%(score)s of 100 in the period from %(starts_on)s, confidence %(confidence)s %%.")
    return Fact(value, told(sentence, value), rows)


def read_spend(contract: Any, *, on: date) -> Fact:
    """What the vendor billed in the year before a day, beside what budgets planned and contracts
    committed, by currency: nothing is converted here. Not known where nothing was booked."""
    booked = SpendEntry.objects.filter(
        vendor=contract.vendor_id, booked_on__gt=on - YEAR, booked_on__lte=on
    )
    counted = booked.filter(kind__in=(EntryKind.ACTUAL, EntryKind.COMMITTED)) | booked.filter(
        kind=EntryKind.PLAN, budget__in=budgets_in_force()
    )
    found: dict[str, dict[str, str]] = {}
    sums = counted.order_by().values_list("currency", "kind").annotate(total=Sum("amount"))
    for currency, kind, total in sums:
        found.setdefault(currency, dict.fromkeys(_KINDS, "0.00"))[kind] = f"{total:.2f}"
    if not found:
        return NOT_KNOWN
    amounts = "; ".join(
        f"{' / '.join(one[kind] for kind in _KINDS)} {currency}"
        for currency, one in sorted(found.items())
    )
    sentence = _("Billed / planned / committed by contract in the year to %(until)s: %(amounts)s.")
    value = {"amounts": found, "until": str(on)}
    return Fact(value, told(sentence, {"until": on, "amounts": amounts}))


def read_credits(contract: Any, *, on: date) -> Fact:
    """The service credits claimed for the months of the year before a day, by currency: claimed,
    accepted, credited, and what is open of it. Not known where the contract promises none."""
    if not contract.credit_clauses.exists():
        return NOT_KNOWN
    claims = list(
        CreditClaim.objects.made()
        .filter(clause__contract=contract, month__gt=on - YEAR, month__lte=on)
        .annotate(credited=Coalesce(Sum("settlements__amount"), Decimal(0)))
        .order_by("-month", "-pk")
    )
    found: dict[str, dict[str, Decimal]] = {}
    for claim in claims:
        sums = found.setdefault(claim.currency, dict.fromkeys(_OWED, Decimal(0)))
        sums["claimed"] += claim.amount
        sums["accepted"] += claim.accepted_amount or 0
        sums["credited"] += claim.credited
        if claim.status != ClaimStatus.WRITTEN_OFF:
            sums["open"] += (claim.accepted_amount or claim.amount) - claim.credited
    by_currency = {
        currency: {name: f"{one:.2f}" for name, one in sums.items()}
        for currency, sums in sorted(found.items())
    }
    rows = [
        {
            "name": claim.reference,
            "path": f"/vendors/creditclaim/{claim.pk}/change/",
            "month": str(claim.month),
            "status": claim.status,
            "amount": f"{claim.amount:.2f}",
            "digest": claim.digest,
        }
        for claim in claims
    ]
    amounts = "; ".join(f"{' / '.join(one.values())} {name}" for name, one in by_currency.items())
    sentence = _("Claimed / accepted / credited / open in the year to %(until)s: %(amounts)s.")
    value = {"amounts": by_currency, "until": str(on)}
    return Fact(value, told(sentence, {"until": on, "amounts": amounts or "0"}), rows)


def read_attestations(contract: Any, *, on: date) -> Fact:
    """What the vendor must have attested, and how much of that is current on a day. Not known where
    nothing is required of it."""
    needs = standings([contract.vendor], on)[contract.vendor_id]
    if not needs:
        return NOT_KNOWN
    rows = [
        {
            "kinds": list(one.need),
            "is_current": one.is_current,
            **(
                {
                    "name": one.held.reference,
                    "path": f"/vendors/attestation/{one.held.pk}/change/",
                    "expires_on": str(one.held.expires_on),
                }
                if one.held
                else {}
            ),
        }
        for one in needs
    ]
    value = {"required": len(needs), "current": sum(one.is_current for one in needs)}
    sentence = _("%(current)s of %(required)s required attestations are current.")
    return Fact(value, told(sentence, value), rows)
