"""Certifications for tests, which reach their state by the real road."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from people.models import Certification
from people.services import certifications

_numbers = count(1)


def facts(**given: Any) -> dict[str, Any]:
    """Issued a hundred days ago, for a year."""
    today = timezone.localdate()
    told = {
        "name": "ITIL 4 Foundation",
        "issuer": "PeopleCert",
        "number": "GR-1",
        "issued_on": today - timedelta(days=100),
        "expires_on": today + timedelta(days=265),
    }
    return told | given


def a_certification(
    cast: Any, *, holder: Any = None, proof: bool = True, verified: bool = False, **given: Any
) -> Certification:
    """The first agent's; the team lead verifies it."""
    actor = holder or cast.agent_l1
    row = certifications.claim_certification(actor=actor, **facts(**given))
    if proof:
        data = f"Certificate {next(_numbers)}".encode()
        certifications.attach_proof(row, actor=actor, name="itil.txt", data=data)
    if verified:
        row = certifications.verify_certification(row, actor=cast.team_lead)
    return row
