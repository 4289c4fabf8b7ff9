"""Whether the ledger proves itself: exit code 0, or 1 with the entries that do not."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from audit.models import SignedCheckpoint
from audit.signing import signer
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
            "--key", metavar="KEY", help="the signer's public key, as name+id+key, kept elsewhere"
        )

    def handle(self, **options: Any) -> None:
        """Names each flaw on a line of its own."""
        notes = [checkpoint.note for checkpoint in SignedCheckpoint.objects.order_by("size")]
        try:
            key = VerifierKey.read(options["key"]) if options["key"] else signer().public_key()
            if file := options["from_checkpoint"]:
                notes.append(file.read_text())
            checkpoints = [Checkpoint.read(opened(note, [key])[0]) for note in notes]
        except (NoteError, OSError) as error:
            raise CommandError(str(error)) from error
        proof = verify(checkpoints)
        for flaw in proof.flaws:
            self.stderr.write(str(flaw))
        told = f"{proof.size} entries, {len(checkpoints)} checkpoints, root {proof.root.hex()}"
        if proof.flaws:
            self.stderr.write(f"NOT PROVED: {told}")
            sys.exit(1)
        self.stdout.write(f"proved: {told}")
