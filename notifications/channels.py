"""How a channel looks to delivery, and which there are. A channel knows no records."""

from types import TracebackType
from typing import Protocol, Self

from core.registry import Registry
from notifications.enums import Outcome
from notifications.models import Message


class NotDelivered(Exception):
    """The channel did not take the message: why, and what the other side said of it.

    `is_permanent`: trying again would not help.
    """

    def __init__(self, outcome: Outcome, said: str = "", *, is_permanent: bool = False) -> None:
        self.outcome, self.said, self.is_permanent = outcome, said, is_permanent
        super().__init__(f"{outcome} {said}".strip())


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
        """Hand the message over and return what the delivery log notes of it, such as the address;
        or NotDelivered."""
        ...


CHANNELS: Registry[type[Transport]] = Registry("channel")
"""By the value of `enums.Channel`."""
