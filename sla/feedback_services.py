"""Invites contacts to give feedback, withdraws what no longer holds, and takes answers."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import Channel, acting, current
from core.errors import Refused, ValidationError
from records.card_numbers import mask_card_numbers
from sla.feedback_enums import SCORES, FeedbackKind, InvitationState
from sla.models import Client, ClientContact, FeedbackAnswer, FeedbackInvitation, Life

WAITS = timedelta(hours=1)  # so that what is reopened at once asks nobody
OPEN_FOR = timedelta(days=30)
RESTS = timedelta(days=7)  # an address is asked about satisfaction at most so often
NPS_RESTS = timedelta(days=90)  # and so often whether it would recommend us
_MOST_CONTACTS = 5


def invite_feedback(
    life: Life,
    *,
    client: Client | None,
    service: Any,
    reference: str,
    title: str,
    at: datetime,
    contact: ClientContact | None = None,
    language: str = "",
) -> None:
    """Leave an invitation for the contact who asked, or else for each contact of the client with
    an address, in the caller's transaction; once for a record and address. Nobody is asked of what
    is long past. In the client's language unless another is given."""
    if client is None or _is_long_past():
        return
    now = timezone.now()
    if contact is not None:
        contacts = [contact] if contact.email else []
    else:
        known = ClientContact.objects.filter(client=client).exclude(email="").order_by("pk")
        contacts = list(known[:_MOST_CONTACTS])
    addresses = list(dict.fromkeys(c.email.lower() for c in contacts))
    asked = FeedbackInvitation.objects.exclude(state=InvitationState.WITHDRAWN).filter(
        address__in=addresses, created_at__gt=now - NPS_RESTS
    )
    lately = list(asked.values_list("address", "kind", "created_at"))
    rows = []
    for address in addresses:
        own = [(kind, when) for who, kind, when in lately if who == address]
        if any(when > now - RESTS for _kind, when in own):
            continue
        had_nps = any(kind == FeedbackKind.NPS for kind, _when in own)
        nonce = secrets.token_urlsafe(32)
        rows.append(
            FeedbackInvitation(
                life=life,
                kind=FeedbackKind.CSAT if had_nps or not own else FeedbackKind.NPS,
                client=client,
                service=service,
                reference=reference,
                title=title,
                address=address,
                language=language or client.language,
                nonce=nonce,
                digest=digest_of(token_of(nonce)),
                due_at=at + WAITS,
                expires_at=at + OPEN_FOR,
            )
        )
    FeedbackInvitation.objects.bulk_create(rows, ignore_conflicts=True)


def withdraw_invitations(life: Life) -> None:
    """What is reopened asks nobody: invitations that are not sent yet go."""
    waiting = FeedbackInvitation.objects.filter(life=life, state=InvitationState.QUEUED)
    waiting.update(state=InvitationState.WITHDRAWN)


def answer_invitation(
    invitation: FeedbackInvitation, *, score: int, comment: str = ""
) -> FeedbackAnswer:
    """Take the answer of whoever holds the link. Refused: a second one, one after the end, a score
    off the scale, and card numbers in the comment."""
    if score not in SCORES[FeedbackKind(invitation.kind)]:
        raise ValidationError({"score": _("Choose one of the scores.")})
    if mask_card_numbers(comment)[1]:
        raise ValidationError({"comment": _("Please leave card numbers out.")})
    if invitation.expires_at <= timezone.now():
        raise Refused(_("this question can no longer be answered"))
    try:
        with transaction.atomic(), acting(actor=None, action="feedback.answer"):
            return FeedbackAnswer.objects.create(
                invitation=invitation, score=score, comment=comment.strip()
            )
    except IntegrityError as error:
        if FeedbackAnswer.objects.filter(invitation=invitation).exists():
            raise Refused(_("this question was answered already")) from error
        raise


def token_of(nonce: str) -> str:
    """What the link holds: nobody makes it of the stored row without the portal's secret."""
    told = hmac.new(settings.SECRET_KEY.encode(), f"feedback:{nonce}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(told.digest()).decode().rstrip("=")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_long_past() -> bool:
    """Imports and the demo world tell what is over: nobody is asked about that."""
    told = current()
    return told is not None and told.channel in (Channel.IMPORT, Channel.DEMO)
