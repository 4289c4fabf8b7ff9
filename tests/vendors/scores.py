"""Models of scorecards and scorecards for tests, which reach their state by the real road."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from vendors import services
from vendors.models import Scorecard, ScoreModel, Vendor
from vendors.scorecards.periods import Period

OCTOBER = Period("month", date(2026, 10, 1))
AFTER = datetime(2026, 11, 5, 12, tzinfo=UTC)


def a_model(cast: Any, *, active: bool = True, **kpis: dict[str, Any]) -> ScoreModel:
    """By figure's key what differs from weight 10, floor 0, target 100, entered by people."""
    model = services.draft_score_model(actor=cast.vendor_manager, title="Vendors 2026")
    for kpi in list(model.kpis.all()):
        services.remove_kpi(model, actor=cast.vendor_manager, key=kpi.key)
    for key, given in (kpis or {"reports": {}}).items():
        set_kpi(model, cast, key, **given)
    return services.activate_score_model(model, actor=cast.service_manager) if active else model


def set_kpi(model: ScoreModel, cast: Any, key: str, **given: Any) -> ScoreModel:
    facts = {"source": "manual", "title": key, "unit": "percent", "weight": 10, "floor": 0}
    facts |= {"target": 100, **given}
    for name in ("weight", "floor", "target"):
        facts[name] = Decimal(str(facts[name]))
    return services.set_kpi(model, actor=cast.vendor_manager, key=key, **facts)


def a_scorecard(vendor: Vendor, period: Period = OCTOBER, at: datetime = AFTER) -> Scorecard:
    """As the nightly task opens and measures it; it needs a model in force."""
    services.measure_period(period, at)
    return Scorecard.objects.of(period).get(vendor=vendor)
