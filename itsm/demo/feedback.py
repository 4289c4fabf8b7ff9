"""What contacts of the demo world's clients answered about incidents that are over."""

from datetime import datetime, timedelta
from random import Random

from audit.context import Channel, acting
from incidents.models import Incident
from itsm.demo.piece import in_one_piece
from sla.feedback_services import digest_of, token_of
from sla.models import ClientContact, FeedbackAnswer, FeedbackInvitation

_MOST = 60
_WORDS = {
    "es-mx": ("Rápido y claro.", "", "Tardaron en avisarnos.", "", "Gracias por el seguimiento."),
    "en": ("Quick and clear.", "", "We heard of it late.", "", "Thank you for keeping us posted."),
}


def tell_feedback(seed: int, base: datetime) -> int:
    """Two of three answer; returns how many were asked."""
    if FeedbackInvitation.objects.exists():
        return 0
    rng = Random(f"{seed}:feedback")  # noqa: S311 -- a demo world, not a secret
    ended = Incident.objects.filter(client__isnull=False, resolved_at__isnull=False)
    found = list(ended.select_related("client").order_by("-resolved_at")[:_MOST])
    addresses: dict[int, str] = {}
    for contact in ClientContact.objects.exclude(email="").order_by("-pk"):
        addresses[contact.client_id] = contact.email
    asked = 0
    with in_one_piece(), acting(channel=Channel.DEMO):
        for place, row in enumerate(found):
            if row.client_id not in addresses or row.resolved_at is None:
                continue
            _ask(row, addresses[row.client_id], "nps" if place % 4 == 3 else "csat", rng, base)
            asked += 1
    return asked


def _ask(row: Incident, address: str, kind: str, rng: Random, base: datetime) -> None:
    nonce = f"demo-{row.pk}-{rng.getrandbits(64):016x}"
    at = row.resolved_at
    invitation = FeedbackInvitation.objects.create(
        life_id=row.life_id,
        kind=kind,
        client=row.client,
        service_id=row.service_id,
        reference=row.reference,
        title=row.title,
        address=address,
        language=row.client.language,
        nonce=nonce,
        digest=digest_of(token_of(nonce)),
        state="sent",
        created_at=at,
        due_at=at + timedelta(hours=1),
        sent_at=at + timedelta(hours=1),
        expires_at=at + timedelta(days=30),
    )
    answered_at = at + timedelta(hours=1 + 20 * rng.random())
    if rng.random() < 0.66 and answered_at < base:
        score = rng.choice((2, 3, 4, 4, 5, 5, 5) if kind == "csat" else (4, 7, 8, 9, 9, 10))
        FeedbackAnswer.objects.create(
            invitation=invitation,
            score=score,
            comment=rng.choice(_WORDS[row.client.language]),
            answered_at=answered_at,
        )
