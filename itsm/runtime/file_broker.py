"""The broker of one machine: kombu's filesystem transport, with its half-written messages mended.

Used when no CELERY_BROKER_URL is set. It may lose messages, as any broker may here: what is due
stands in the database, and a sweep hands it out again.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

POLLING_INTERVAL = 0.2  # seconds; kombu's own second would be felt as a late e-mail


class Channel(filesystem.Channel):
    """Messages appear under their name only when they are complete.

    kombu writes them in place, so that a worker may take an empty one and die of it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.data_folder_out, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}"  # no queue is called so: nobody takes it
        unfinished.write_bytes(str_to_bytes(dumps(payload)))
        unfinished.rename(folder / name)


class Transport(filesystem.Transport):
    """kombu's, with the channel above."""

    Channel = Channel
    polling_interval = POLLING_INTERVAL


def register() -> None:
    """Makes `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
