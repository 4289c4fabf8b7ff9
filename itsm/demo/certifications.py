"""Certifications of the demo world's people: verified, about to expire, expired, and to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from people.models import Certification
from people.services import certifications

_HELD = (
    ("agent_l1", "ITIL 4 Foundation", "PeopleCert", 420, "verify"),
    ("agent_l1", "CompTIA Security+", "CompTIA", 25, "verify"),
    ("agent_l2", "RHCSA", "Red Hat", -20, "verify"),
    ("agent_l2", "ITIL 4 Foundation", "PeopleCert", 500, ""),
    ("team_lead", "ITIL 4 Managing Professional", "PeopleCert", 200, ""),
)
"""Whose, what, from whom, days until it expires, and what the lead did."""


def tell_certifications(world: World, base: datetime) -> int:
    """Returns how many there are."""
    lead = world.users.get("team_lead")
    if lead is None or Certification.objects.exists():
        return 0
    for username, name, issuer, left, end in _HELD:
        holder = world.users[username]
        last = timezone.localdate(base) + timedelta(days=left)
        with in_one_piece():
            with _told(base - timedelta(days=30), holder):
                row = certifications.claim_certification(
                    actor=holder, name=name, issuer=issuer,
                    issued_on=last - timedelta(days=730), expires_on=last,
                )  # fmt: skip
                certifications.attach_proof(
                    row, actor=holder, name="certificado.txt",
                    data=f"{name}, {issuer}: {holder.get_full_name()}".encode(),
                )  # fmt: skip
            if end:
                with _told(base - timedelta(days=28), lead):
                    certifications.verify_certification(row, actor=lead)
    return len(_HELD)


@contextmanager
def _told(at: datetime, actor: Any) -> Iterator[None]:
    with acting(actor=actor, channel=Channel.DEMO, at=at):
        yield
