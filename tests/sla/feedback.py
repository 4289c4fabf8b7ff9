"""Invitations to give feedback, for tests."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sla.client_services import add_client
from sla.feedback_services import digest_of, token_of
from sla.models import Client, FeedbackInvitation


def a_client(slug: str = "acme", **given: Any) -> Client:
    """A Mexican client with one contact that has an address."""
    facts = {"name": slug.title(), "country": "MX", "language": "es-mx"}
    contacts = given.pop("contacts", [{"name": "Ana", "email": f"ana@{slug}.example", "phone": ""}])
    return add_client(actor=None, slug=slug, contacts=contacts, **facts | given)


def an_invitation(incident: Any, **given: Any) -> FeedbackInvitation:
    """One that was sent an hour ago, about an incident of a client."""
    now = timezone.now()
    nonce = given.pop("nonce", f"nonce-{FeedbackInvitation.objects.count()}")
    facts = {
        "life": incident.life,
        "kind": "csat",
        "client": incident.client,
        "service": incident.service,
        "reference": incident.reference,
        "title": incident.title,
        "address": f"{nonce}@acme.example",
        "language": "en",
        "state": "sent",
        "due_at": now - timedelta(hours=1),
        "sent_at": now - timedelta(hours=1),
        "expires_at": now + timedelta(days=30),
    }
    digest = digest_of(token_of(nonce))
    return FeedbackInvitation.objects.create(**facts | given, nonce=nonce, digest=digest)


def address_of(invitation: FeedbackInvitation) -> str:
    return f"/feedback/{token_of(invitation.nonce)}/"
