"""How a channel looks to delivery, and which there are. A channel knows no records."""

from types import TracebackType
from typing import Protocol, Self

from core.registry import Registry
from notifications.models import Message


class NotDelivered(Exception):
    """The channel did not take the message. `is_permanent`: trying again would not help."""

    def __init__(self, detail: str, *, is_permanent: bool = False) -> None:
        self.is_permanent = is_permanent
        super().__init__(detail)


class Transport(Protocol):
    """Takes the messages of one batch, over one connection where the channel has such a thing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def send(self, message: Message) -> str:
        """Hand the message over and return what the delivery log should say; or NotDelivered."""
        ...


CHANNELS: Registry[type[Transport]] = Registry("channel")
"""By the value of `enums.Channel`."""
