"""Whether the ledger proves itself: exit code 0, or 1 with the entries that do not."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.keys import Reading
from audit.ledger.note import NoteError, VerifierKey
from audit.verifying import verify


class Command(BaseCommand):
    help = "Recomputes the whole ledger and compares it with every checkpoint that was signed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from-checkpoint",
            type=Path,
            metavar="FILE",
            help="a checkpoint kept elsewhere, which the ledger must continue",
        )
        parser.add_argument(
            "--key",
            metavar="KEY",
            action="append",
            default=[],
            help="a public key of the signer, as name+id+key, kept elsewhere; only what it leads "
            "to is believed",
        )

    def handle(self, **options: Any) -> None:
        """Names each flaw on a line of its own."""
        try:
            file = options["from_checkpoint"]
            notes = [file.read_text()] if file else []
            reading = Reading(notes, [VerifierKey.read(key) for key in options["key"]])
        except (NoteError, OSError) as error:
            raise CommandError(str(error)) from error
        proof = verify(reading)
        flaws = [*map(str, proof.flaws), *reading.refused]
        for flaw in flaws:
            self.stderr.write(flaw)
        for checkpoint in proof.given_up:
            self.stdout.write(
                f"given up by a statement: {checkpoint.origin}, {checkpoint.size} entries"
            )
        for checkpoint in reading.ignored:
            self.stdout.write(f"signed by a revoked key only: {checkpoint.size} entries")
        told = f"{proof.size} entries, {reading.count} checkpoints, root {proof.root.hex()}"
        if flaws:
            self.stderr.write(f"NOT PROVED: {told}")
            sys.exit(1)
        self.stdout.write(f"proved: {told}")
