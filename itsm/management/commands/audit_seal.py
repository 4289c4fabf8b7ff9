"""Seals what waits and prints the checkpoint that was signed over it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import SEALER_ROLE, SignedCheckpoint
from audit.roles import SIGNER_ROLE, connected_as
from audit.sealing import seal
from audit.signing import SignerRefuses, signer


class Command(BaseCommand):
    help = "Seals now what the audit outbox holds, signs the ledger and prints the checkpoint."

    def handle(self, **options: Any) -> None:
        """Entries of transactions that are still open stay in the outbox."""
        with connected_as(SEALER_ROLE):
            while seal():
                continue
        with connected_as(SIGNER_ROLE):
            try:
                signer().sign()
            except SignerRefuses as error:
                raise CommandError(f"the signer refuses: {error}") from error
            checkpoint = SignedCheckpoint.objects.first()
        if checkpoint is None:
            raise CommandError("there is nothing to seal")
        self.stdout.write(checkpoint.note, ending="")
