"""Writes docs/reference, or checks that it stands as the code says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from itsm.reference import reference_pages


class Command(BaseCommand):
    help = "Writes the generated pages of docs/reference; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = [
            (path, text)
            for path, text in reference_pages().items()
            if not path.exists() or path.read_text() != text
        ]
        if check and stale:
            names = ", ".join(path.name for path, _ in stale)
            raise CommandError(f"docs/reference is stale ({names}): run manage.py write_reference")
        for path, text in stale:
            path.write_text(text)
            self.stdout.write(f"wrote {path.name}")
