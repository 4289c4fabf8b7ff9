"""After a restore: state what became of the ledger, and begin the epoch that goes on from it."""

from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit import ceremony
from audit.commands import AuditedCommand
from audit.epochs import EpochError
from audit.ledger.note import NoteError, VerifierKey
from audit.models import EpochKind
from itsm import two_persons


class Command(AuditedCommand):
    help = (
        "Writes the recovery statement as the first leaf of a new epoch: the last checkpoint that "
        "anybody holds, what is missing, why, and who approved (docs/operate/ledger.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--final",
            type=Path,
            required=True,
            metavar="FILE",
            help="the last checkpoint of the old epoch: from audit_key final, a witness, a mailbox",
        )
        parser.add_argument(
            "--held",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="other checkpoints held elsewhere; they help to say how much is kept",
        )
        parser.add_argument(
            "--key", action="append", default=[], help="a key that the restored database forgot"
        )
        parser.add_argument(
            "--restored-to", type=_moment, metavar="TIME", help="2026-11-20T03:00:00Z"
        )
        parser.add_argument("--missing", default="", help="what was lost, in words")
        parser.add_argument("--reason", required=True)
        parser.add_argument(
            "--signer-lost",
            action="store_true",
            help="the database is whole; it is the signer that lost its memory or its key",
        )
        two_persons.add_arguments(parser)

    def handle(self, **options: Any) -> None:
        """Refused where a later checkpoint is known than the one that is called the last."""
        kind = EpochKind.SIGNER_LOST if options["signer_lost"] else EpochKind.RESTORE
        if kind == EpochKind.RESTORE and not options["restored_to"]:
            raise CommandError("say what the database was restored to: --restored-to")
        approvers = two_persons.approvers(options["approver"])
        try:
            epoch = ceremony.recover(
                options["final"].read_text(),
                kind=kind,
                reason=options["reason"],
                missing=options["missing"],
                restored_to=options["restored_to"],
                held=[file.read_text() for file in options["held"]],
                keys=[VerifierKey.read(key) for key in options["key"]],
                approvers=approvers,
            )
        except (EpochError, NoteError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{epoch.origin} begins after {epoch.start} entries; {epoch.kept} of "
            f"{epoch.final_size} that were signed are certainly kept.\n"
            "Now, on the signer: audit_key follow"
        )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("not a moment: 2026-11-20T03:00:00Z") from error
    if moment.tzinfo is None:
        raise ArgumentTypeError("say the zone too: 2026-11-20T03:00:00Z")
    return moment
