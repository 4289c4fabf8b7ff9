"""The e-mail channel: a message as text and HTML, sent over Django's SMTP backend."""

import hashlib
import smtplib
from typing import Any, Self
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone, translation

from notifications.channels import NotDelivered
from notifications.enums import Outcome
from notifications.models import Message
from notifications.texts import facts_of, local_time, subject_of


class EmailTransport:
    """One connection for a batch; opened by the first message, opened again when it breaks."""

    def __enter__(self) -> Self:
        self._connection = get_connection()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, message: Message) -> str:
        """Raises NotDelivered with what the server said."""
        if not message.recipient.email:
            raise NotDelivered(Outcome.NO_ADDRESS, is_permanent=True)
        email = compose(message)
        try:
            self._connection.open()
            self._connection.send_messages([email])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:  # also a refused sign-in or sender:
            self._close()  # that is our configuration, and other attempts may find it mended
            raise NotDelivered(Outcome.UNREACHABLE, str(error)) from error
        except ValueError as error:  # an address or a header that no mail can carry
            raise NotDelivered(Outcome.UNWRITABLE, str(error), is_permanent=True) from error
        return message.recipient.email

    def _close(self) -> None:
        """Drop the connection, however it is, so that the next message opens a new one."""
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            self._connection.connection = None


def compose(message: Message) -> EmailMultiAlternatives:
    """The e-mail in the recipient's language and time zone."""
    person, site = message.recipient, urlsplit(settings.SITE_URL).hostname or "localhost"
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        content = content_of(message)
        email = EmailMultiAlternatives(
            subject=content["headline"],
            body=render_to_string("notifications/message.txt", content),
            to=[person.email],
            headers={
                "Message-ID": f"<{_opaque(message.idempotency_key)}@{site}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": person.language,
            },
        )
        html = render_to_string("notifications/message.html", content)
        email.attach_alternative(html, "text/html")
    if message.reference:
        email.extra_headers["X-ITSM-Reference"] = message.reference
        # Mail programs show what has a common reference as one conversation.
        email.extra_headers["References"] = f"<{message.reference.lower()}@{site}>"
    return email


def content_of(message: Message) -> dict[str, Any]:
    """What the templates show, in the language and time zone in force."""
    path = message.context.get("path")
    return {
        "headline": subject_of(message.kind, message.context),
        "facts": list(facts_of(message.context)),
        "url": urljoin(settings.SITE_URL, path) if path else "",
        "written_at": local_time(message.created_at),
    }


def _refusal(code: int, said: bytes | str) -> NotDelivered:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return NotDelivered(Outcome.REFUSED, f"{code} {text}", is_permanent=code >= 500)


def _opaque(key: str) -> str:
    """The same id for the same message, telling nothing of it."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]
