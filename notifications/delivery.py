"""Sends what is due: claims messages in batches, hands each to its channel, records the outcome.

A claim is a lease, renewed before each message, and the number of the attempt fences the outcome,
so two workers never send one message. A worker that is killed between the channel's yes and the
commit leads to a second delivery; it carries the same Message-ID.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from notifications.audience import may_be_told
from notifications.channels import CHANNELS, NotDelivered, Transport
from notifications.enums import MessageState, Outcome
from notifications.models import DeliveryAttempt, Message
from notifications.querysets import MessageQuerySet

BATCH = 20
LEASE = timedelta(seconds=30)  # longer than EMAIL_TIMEOUT: one message is one exchange or two
MAX_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=30)  # then three times as long each time: nine hours in all

_log = structlog.get_logger(__name__)


def deliver_due(is_time_up: Callable[[], bool]) -> bool:
    """Send what is due; whether some may be left because the time was up."""
    while not is_time_up():
        batch = _claim(timezone.now())
        if not batch:
            return False
        with ExitStack() as stack:
            transports: dict[str, Transport] = {}
            for message in batch:
                if message.channel not in transports:
                    opened = stack.enter_context(CHANNELS[message.channel]())
                    transports[message.channel] = opened
                _deliver(message, transports[message.channel])
    return True


def _claim(now: datetime) -> list[Message]:
    with transaction.atomic():
        due = Message.objects.due(now).order_by("due_at", "pk")
        claimed = due.select_for_update(skip_locked=True, of=("self",))
        batch = list(claimed.select_related("recipient")[:BATCH])
        for message in batch:
            message.attempts += 1
        Message.objects.filter(pk__in=[message.pk for message in batch]).update(
            state=MessageState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    return batch


def _deliver(message: Message, transport: Transport) -> None:
    if not _renew(message):
        return  # whoever took it over sends it
    if reason := _reason_against(message):
        _record(message, MessageState.SUPPRESSED, reason)
        return
    try:
        said = transport.send(message)
    except NotDelivered as error:
        _retry_or_fail(message, error)
    except Exception as error:  # one message must not keep the others from being sent
        _log.exception("message_not_sent", message=message.pk)
        mistake = NotDelivered(Outcome.UNFORESEEN, f"{type(error).__name__}: {error}")
        _retry_or_fail(message, mistake)
    else:
        _record(message, MessageState.SENT, Outcome.ACCEPTED, said)


def _reason_against(message: Message) -> Outcome | None:
    """Asked at the last moment: much may have changed since the message was written."""
    if not message.recipient.is_active:
        return Outcome.ACCOUNT_DISABLED
    if not may_be_told(message.recipient, message.reference):
        return Outcome.NOT_FOR_THEM
    return None


def _renew(message: Message) -> bool:
    return bool(_held(message).update(lease_until=timezone.now() + LEASE))


def _held(message: Message) -> MessageQuerySet:
    return Message.objects.filter(
        pk=message.pk, state=MessageState.SENDING, attempts=message.attempts
    )


def _retry_or_fail(message: Message, error: NotDelivered) -> None:
    if error.is_permanent or message.attempts >= MAX_ATTEMPTS:
        _record(message, MessageState.FAILED, error.outcome, error.said)
        return
    again_at = timezone.now() + FIRST_DELAY * 3 ** (message.attempts - 1)
    _record(message, MessageState.QUEUED, error.outcome, error.said, due_at=again_at)


def _record(
    message: Message, state: MessageState, outcome: Outcome, said: str = "", **columns: datetime
) -> None:
    if state == MessageState.SENT:
        columns["sent_at"] = timezone.now()
    with transaction.atomic():
        if _held(message).update(state=state, lease_until=None, **columns):
            DeliveryAttempt.objects.create(
                message=message,
                succeeded=state == MessageState.SENT,
                outcome=outcome,
                detail=said[:2000],
            )
