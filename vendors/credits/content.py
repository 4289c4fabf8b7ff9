"""What a claim rests on: the figures of its segments, and the hash over all of it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from vendors.credits.enums import CreditMeasure
from vendors.credits.formula import EXACT, HUNDRED, Figures, Formula, read_tiers
from vendors.credits.sources import Reading
from vendors.money import smallest
from vendors.scorecards.periods import Period, union

_HOUR = Decimal(3600)
_MONTHS = 12


def charge_of(clause: Any) -> Decimal:
    """The monthly charge that percentages are of: the clause's own, else a twelfth of what the
    contract costs a year."""
    if clause.monthly_charge is not None:
        return Decimal(clause.monthly_charge)
    contract = clause.contract
    yearly = Decimal(contract.annual_value or 0)
    return (yearly / _MONTHS).quantize(smallest(contract.currency), ROUND_HALF_UP)


def formula_of(clause: Any) -> Formula:
    """A clause as it stands, with the charge and the currency's coins."""
    return Formula(
        measure=clause.measure,
        charge=charge_of(clause),
        cap_percent=clause.cap_percent,
        tiers=read_tiers(clause.tiers),
        unit_amount=clause.unit_amount,
        unit_percent=clause.unit_percent,
        every=clause.every,
        counting=clause.counting,
        smallest=smallest(clause.contract.currency),
    )


def figures_of(measure: str, reading: Reading, period: Period) -> Figures:
    """What a clause measures, over the whole month. What was not looked at was not breached."""
    segments, counted = reading
    value = {
        CreditMeasure.BREACHES: lambda: Decimal(len(segments)),
        CreditMeasure.KEPT_SHARE: lambda: _share(counted - len(segments), counted),
        CreditMeasure.OUTAGE_HOURS: lambda: _lasted(segments) / _HOUR,
        CreditMeasure.AVAILABILITY: lambda: (
            HUNDRED - HUNDRED * _lasted(segments) / _seconds(period.ends_at - period.begins_at)
        ),
    }[CreditMeasure(measure)]()
    return Figures(value.quantize(EXACT, ROUND_HALF_UP), counted, len(segments))


def figures_told(figures: Figures) -> dict[str, Any]:
    return {
        "value": f"{figures.value:f}",
        "counted": figures.counted,
        "breached": figures.breached,
    }


def figures_from(told: dict[str, Any]) -> Figures:
    return Figures(Decimal(told["value"]), told["counted"], told["breached"])


def digest_of(claim: Any, segments: Iterable[Any]) -> str:
    """SHA-256 over clause, month, formula, figures and every segment as it was frozen."""
    content = {
        "clause": claim.clause.reference,
        "month": str(claim.month),
        "currency": claim.currency,
        "amount": f"{claim.amount:f}",
        "formula": claim.formula,
        "figures": claim.figures,
        "segments": [
            [
                *(one.number, one.what, one.model, one.record_id, one.reference),
                *(_moment(one.started_at), _moment(one.stopped_at)),
                *(one.seconds, one.target_seconds, one.path),
            ]
            for one in segments
        ],
    }
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _moment(at: Any) -> str:
    return str(at.astimezone(UTC).isoformat())


def _share(kept: int, counted: int) -> Decimal:
    return HUNDRED * kept / counted if counted else HUNDRED


def _lasted(segments: Iterable[Any]) -> Decimal:
    """Two at once count once."""
    return _seconds(union((one.started_at, one.stopped_at) for one in segments))


def _seconds(length: Any) -> Decimal:
    return Decimal(int(length.total_seconds()))
