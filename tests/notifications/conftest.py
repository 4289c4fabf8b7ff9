"""A real SMTP server on loopback, and messages to send."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from notifications.delivery import deliver_due
from notifications.enums import MessageKind
from notifications.models import Message
from notifications.services import notify

_keys = count(1)


class Sink:
    """Takes mail, or refuses it as `refusal` says; counts the connections."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal: dict[str, str] = {}  # by address
        self.data_refusal = ""
        self.pause = 0.0  # seconds that it takes over each mail
        self.connections = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusal:
            return self.refusal[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.pause)
        if self.data_refusal:
            return self.data_refusal
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that the portal's e-mail really goes through."""
    sink = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.SITE_URL = "https://itsm.example"
    with mail_server(sink) as settings.EMAIL_PORT:
        yield sink


@contextmanager
def mail_server(sink: Sink) -> Iterator[int]:
    """The port of a server that gives its mail to the sink."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tell(*people: Any, **given: Any) -> list[Message]:
    """A message about the own account to each of the people."""
    facts = {
        "kind": MessageKind.ACCOUNT_SECURITY,
        "reference": "",
        "context": {"title": "A token was made"},
        "key": f"test:{next(_keys)}",
    } | given
    notify(people, facts.pop("kind"), **facts)
    return list(Message.objects.order_by("-pk")[: len(people)])


def deliver() -> None:
    """Send all that is due."""
    deliver_due(lambda: False)
