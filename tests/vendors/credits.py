"""Clauses of service credits, claims and credit notes for tests, by the real road."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests.factories import a_vendor
from tests.vendors.contracts import a_contract
from tests.vendors.spend import an_invoice
from vendors import services
from vendors.credits.sources import SOURCES, Reading, Segment, SegmentSource
from vendors.models import CreditClaim, CreditClause, Invoice
from vendors.scorecards.periods import Period, later, period_of

TIERS = [["99.9", "5"], ["99.5", "10"], ["99.0", "25"]]


def last_month() -> date:
    """The first day of the month before."""
    return later(period_of(timezone.localdate(), "month").first, -1)


def a_running_contract(cast: Any, **given: Any) -> Any:
    """In force for a long time; 1,200,000 pesos a year."""
    facts = {"annual_value": Decimal("1200000.00"), "starts_on": date(2025, 1, 1)} | given
    contract = a_contract(cast, status="active", **facts)
    type(contract).objects.filter(pk=contract.pk).update(activated_on=facts["starts_on"])
    contract.refresh_from_db()
    return contract


def facts_of_clause(**given: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": "Availability",
        "place": "Annex 3, 4.2",
        "measure": "availability",
        "tiers": TIERS,
        "cap_percent": Decimal(30),
        "valid_from": date(2025, 1, 1),
    }
    return facts | given


def by_unit(**given: Any) -> dict[str, Any]:
    """A clause that counts breaches, 1,000 pesos each."""
    facts = {"name": "Response", "measure": "breaches", "tiers": []}
    return facts_of_clause(**facts | {"unit_amount": Decimal("1000.00")} | given)


def a_clause(cast: Any, contract: Any = None, **given: Any) -> CreditClause:
    contract = contract or a_running_contract(cast)
    return services.add_credit_clause(contract, actor=cast.vendor_manager, **given)


def a_claim(cast: Any, status: str = "drafted", clause: Any = None, **given: Any) -> CreditClaim:
    """A claim of the month before, by the workflow until `status`; needs `breaches`."""
    clause = clause or a_clause(cast, **by_unit())
    manager = cast.vendor_manager
    month = given.get("month", last_month())
    claim = services.draft_claim(clause, actor=manager, month=month)
    if status == "withdrawn":
        return services.withdraw_claim(claim, actor=manager, note="Not worth it")
    if status == "drafted":
        return claim
    due_on = timezone.localdate() + timedelta(days=15)
    claim = services.send_claim(claim, actor=manager, sent_to="Ana at the vendor", due_on=due_on)
    if status in ("disputed", "written_off"):
        claim = services.dispute_claim(claim, actor=manager, note="Not ours")
    if status == "written_off":
        claim = services.write_off_claim(claim, actor=cast.finance, note="Too little")
    if status in ("accepted", "credited"):
        claim = services.accept_claim(claim, actor=manager)
    if status == "credited":
        note = a_credit_note(cast, claim)
        claim = services.settle_claim(claim, actor=cast.finance, invoice=note)
    return claim


def a_claim_without_sources(cast: Any) -> CreditClaim:
    """A draft of one breach, for tests that are about something else."""
    read = SOURCES._entries["breaches"]
    one = SegmentSource("breaches", "B", lambda vendor, period, now: Reading([a_segment()], 1))
    SOURCES._entries["breaches"] = one
    try:
        return a_claim(cast)
    finally:
        SOURCES._entries["breaches"] = read


def a_credit_note(cast: Any, claim: CreditClaim, amount: Any = None, **given: Any) -> Invoice:
    facts = {
        "kind": "credit_note",
        "vendor": claim.clause.contract.vendor,
        "currency": claim.currency,
        "amount": Decimal(amount) if amount else claim.amount,
        "issued_on": timezone.localdate(),
    }
    return an_invoice(cast, **facts | given)


def registered(monkeypatch: Any, **counted: Any) -> dict[str, list[Segment]]:
    """Sources that know what a test puts there, by key; `counted` cases were looked at."""
    told: dict[str, list[Segment]] = {"breaches": [], "outages": []}

    def source(key: str) -> SegmentSource:
        def read(vendor_id: int, period: Period, now: datetime) -> Reading:
            segments = [
                one for one in told[key] if period.begins_at <= one.started_at < period.ends_at
            ]
            return Reading(segments, counted.get(key, len(segments)))

        return SegmentSource(key, key.title(), read)

    monkeypatch.setattr(SOURCES, "_entries", {key: source(key) for key in told})
    return told


def a_segment(
    hours: int = 5, minutes: int = 60, month: date | None = None, **given: Any
) -> Segment:
    """From so many hours after the beginning of the month before."""
    begins_at = Period("month", month or last_month()).begins_at + timedelta(hours=hours)
    facts = {
        "what": "P1",
        "model": "vendors.vendor",
        "record_id": 0,
        "reference": "",
        "started_at": begins_at,
        "stopped_at": begins_at + timedelta(minutes=minutes),
        "seconds": minutes * 60,
        "target_seconds": 1800,
        "path": "/vendors/vendor/0/change/",
    }
    return Segment(**facts | given)


def segment_about(record: Any, **given: Any) -> Segment:
    meta = record._meta
    path = f"/{meta.app_label}/{meta.model_name}/{record.pk}/change/"
    told = {"model": meta.label_lower, "record_id": record.pk, "reference": record.reference}
    return a_segment(**told | {"path": path} | given)


def another_vendor(**given: Any) -> Any:
    return a_vendor(tier="tactical", **given)
