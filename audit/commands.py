"""The base of every management command: its writes are recorded as that command's."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.context import Channel, acting


class AuditedCommand(BaseCommand):
    """A command whose writes carry its name."""

    def execute(self, *args: Any, **options: Any) -> Any:
        name = type(self).__module__.rpartition(".")[2]
        with acting(channel=Channel.COMMAND, action=f"command.{name}"):
            return super().execute(*args, **options)
