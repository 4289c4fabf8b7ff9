"""`manage.py rotate_people_key`: wrap the keys of confidential records by today's key."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.commands import AuditedCommand
from people.confidential.sealing import SealingError
from people.services.confidential import rewrap_keys


class Command(AuditedCommand):
    help = (
        "Wraps the keys of confidential records anew by the first key of ITSM_PEOPLE_KEY; the "
        "former key has to stand behind it. No text is read. May be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=200, help="keys in one transaction")

    def handle(self, *, batch: int, **options: Any) -> None:
        done = 0
        try:
            for number in rewrap_keys(batch=max(1, batch)):
                done += number
                self.stdout.write(f"{done} keys wrapped anew")
        except SealingError as error:
            raise CommandError(f"after {done} keys: {error}") from None
        self.stdout.write("Every key is wrapped by the first key; the others may be removed.")
