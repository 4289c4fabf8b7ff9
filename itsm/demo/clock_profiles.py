"""Clock profiles of the demo world: two in force, one to come."""

from datetime import datetime, timedelta
from typing import Any

from assets.models import Service
from people.enums import Country
from sla.clock_profile_services import add_clock_profile


def found_clock_profiles(now: datetime) -> None:
    """Made by the system, in the name of nobody."""
    midnight = now.replace(hour=6, minute=0, second=0, microsecond=0)

    def add(days: int, **facts: Any) -> None:
        add_clock_profile(actor=None, starts_at=midnight + timedelta(days=days), **facts)

    add(
        -120,
        country=Country.CO,
        detect_within=timedelta(minutes=2),
        reason="El monitoreo de la billetera reporta cada dos minutos.",
    )
    if service := Service.objects.filter(label="payment-platform").first():
        add(
            -60,
            service=service,
            priority=1,
            investigate_within=timedelta(minutes=3),
            remediate_within=timedelta(minutes=8),
            reason="Acordado con los bancos patrocinadores en el comité de riesgos.",
        )
    add(
        20,
        country=Country.MX,
        priority=1,
        remediate_within=timedelta(minutes=9),
        reason="Siguiente escalón del plan hacia el cuarto trimestre.",
    )
