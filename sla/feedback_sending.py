"""Sends invitations to people who have no account: the row is the outbox.

The row is locked while its e-mail is handed over, so two workers never send it both. A worker that
is killed between the server's yes and the commit sends it again, with the same Message-ID.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sla.feedback_enums import FeedbackKind, InvitationState
from sla.feedback_services import token_of
from sla.models import FeedbackInvitation

MAX_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=30)  # then three times as long each time
_log = structlog.get_logger(__name__)


def send_due_invitations(is_time_up: Callable[[], bool]) -> bool:
    """Send what is due; whether some may be left because the time was up."""
    while not is_time_up():
        if not _send_one():
            return False
    return True


@transaction.atomic
def _send_one() -> bool:
    now = timezone.now()
    due = FeedbackInvitation.objects.filter(state=InvitationState.QUEUED, due_at__lte=now)
    row = due.order_by("due_at", "pk").select_for_update(skip_locked=True).first()
    if row is None:
        return False
    row.attempts += 1
    if row.expires_at <= now:
        row.state = InvitationState.WITHDRAWN
    else:
        try:
            compose(row).send()
            row.state, row.sent_at = InvitationState.SENT, timezone.now()
        except Exception as error:  # one address must not keep the others from being asked
            _log.warning("invitation_not_sent", invitation=row.pk, error=type(error).__name__)
            row.due_at = now + FIRST_DELAY * 3 ** (row.attempts - 1)
            if row.attempts >= MAX_ATTEMPTS:
                row.state = InvitationState.FAILED
    row.save(update_fields=["state", "sent_at", "attempts", "due_at"])
    return True


def compose(row: FeedbackInvitation) -> EmailMessage:
    """The e-mail in the client's language: reference, title and the link, nothing else."""
    site = urlsplit(settings.SITE_URL).hostname or "localhost"
    with translation.override(row.language):
        told = {"reference": row.reference, "title": row.title, "site": settings.SITE_NAME}
        if row.kind == FeedbackKind.CSAT:
            asked = _("How satisfied are you with how we handled %(reference)s?") % told
        else:
            asked = _("How likely are you to recommend us?")
        url = urljoin(settings.SITE_URL, reverse("feedback", args=[token_of(row.nonce)]))
        lines = [
            _("%(reference)s “%(title)s” is resolved.") % told,
            asked,
            _("One click, without signing in:"),
            url,
            _("The link is for you only. We ask an address at most once a week."),
        ]
        return EmailMessage(
            subject=_("%(reference)s: how did we do?") % told,
            body="\n\n".join(lines) + "\n",
            to=[row.address],
            headers={
                "Message-ID": f"<feedback-{row.digest[:32]}@{site}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": row.language,
            },
        )
