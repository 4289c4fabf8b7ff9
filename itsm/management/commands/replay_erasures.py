"""After a restore: erases again what had been erased since, by the list kept outside."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from audit.commands import AuditedCommand
from audit.erasing import carry_out_warrants, read_list, replay
from audit.models import ErasureWarrant
from people.services.privacy import note_carried_out


class Command(AuditedCommand):
    help = (
        "Erases again what a restored backup has brought back: every line of the list of erasures "
        "that the database does not know as carried out. Run it before anybody uses the portal, "
        "with the sealer running."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list, such as var/erasures/erasures.jsonl")

    def handle(self, **options: Any) -> None:
        """Safe to repeat; ends with 1 while something could not be erased yet."""
        place: Path = options["file"]
        if not place.is_file():
            raise CommandError(f"There is no file {place}.", returncode=2)
        made = replay(read_list(place))
        done = carry_out_warrants()
        note_carried_out()
        left = ErasureWarrant.objects.filter(used_at__isnull=True).count()
        self.stdout.write(f"{made} erasures of the list were unknown here; {done} carried out.")
        if left:
            raise CommandError(
                f"{left} wait: not sealed yet, or under legal hold. Run it again.",
                returncode=1,
            )
