"""Missed targets, the reasons for them and the path of targets, by the real road."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from incidents.models import BreachReason, Incident, TargetStep
from incidents.services import add_breach_reason, add_target_step
from tests.factories import an_incident


def a_breach_reason(code: str = "late-alert", **facts: Any) -> BreachReason:
    usual = {"name_en": "The alert came late", "name_es": "La alerta llegó tarde"}
    return add_breach_reason(actor=None, code=code, **usual | facts)


def a_late_one(cast: Any, status: str = "resolved", **given: Any) -> Incident:
    """One that was detected ten minutes after its start, and is seen to."""
    now = timezone.now()
    moments = {"started_at": now - timedelta(minutes=10), "detected_at": now}
    return an_incident(cast, status, **moments | given)


def a_step(metric: str = "detect", month: date = date(2026, 10, 1), share: int = 90) -> TargetStep:
    return add_target_step(actor=None, metric=metric, month=month, share=share)
