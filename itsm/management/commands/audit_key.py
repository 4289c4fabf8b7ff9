"""The signer's keys: which there are, a new one, one revoked, and the signer into a new epoch."""

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit import ceremony, keys
from audit.commands import AuditedCommand
from audit.epochs import EpochError
from audit.keeping import SignerRefuses
from audit.models import LedgerEpoch, LedgerHead
from audit.roles import SIGNER_ROLE, connected_as
from audit.services import record_event
from audit.signing import signer
from itsm import two_persons


class Command(AuditedCommand):
    help = "Shows, rotates and revokes the signer's keys (docs/operate/ledger.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        show = ways.add_parser("show", help="the keys, and the sizes for which each counts")
        show.add_argument("--json", action="store_true", help="as packs hand them out")
        ways.add_parser("final", help="the last checkpoint that this machine's signer remembers")
        rotate = ways.add_parser("rotate", help="a new key; both sign the next checkpoint")
        two_persons.add_arguments(rotate)
        revoke = ways.add_parser("revoke", help="the key was stolen: a new epoch begins")
        revoke.add_argument("--last-good", type=int, required=True, metavar="SIZE")
        revoke.add_argument("--reason", required=True)
        two_persons.add_arguments(revoke)
        follow = ways.add_parser("follow", help="have the signer go on in the newest epoch")
        follow.add_argument("--yes", action="store_true", help="the statement was read before")

    def handle(self, **options: Any) -> None:
        """Rotating and following need the signer's folder: run them under its account."""
        try:
            getattr(self, options["way"])(**options)
        except (EpochError, SignerRefuses) as error:
            raise CommandError(str(error)) from error

    def show(self, **options: Any) -> None:
        listed = keys.published()
        if options["json"]:
            self.stdout.write(json.dumps(listed, indent=1))
            return
        if not listed:
            self.stdout.write("nothing was signed yet")
        for key in listed:
            until = "now on" if key["until"] is None else f"to {key['until']}"
            self.stdout.write(f"{key['vkey']}\n  from {key['since']} {until}")
            if revoked := key["revoked"]:
                self.stdout.write(
                    f"  REVOKED {revoked['at']}, good up to {revoked['last_good']}: "
                    f"{revoked['reason']}"
                )

    def final(self, **options: Any) -> None:
        memory = signer().own.memory()
        if memory is None or not memory.note:
            raise CommandError("this machine's signer remembers no checkpoint")
        self.stdout.write(memory.note, ending="")

    def rotate(self, **options: Any) -> None:
        first, second = two_persons.approvers(options["approver"])
        head = LedgerHead.objects.first()
        if head is None:
            raise CommandError("nothing was sealed yet")
        vkey = ceremony.prepare_rotation(signer(), head.origin)
        told = {"vkey": str(vkey), "second_approver": second.get_username()}
        record_event("ledger.key_rotation", actor=first, key=head.origin, **told)
        self.stdout.write(
            f"signs from the next checkpoint on, the first time with the old:\n{vkey}"
        )

    def revoke(self, **options: Any) -> None:
        approvers = two_persons.approvers(options["approver"])
        epoch = ceremony.revoke(options["last_good"], options["reason"], approvers)
        self.stdout.write(f"revoked; {epoch.origin} begins. Now, on the signer: audit_key follow")

    def follow(self, **options: Any) -> None:
        epoch = LedgerEpoch.objects.order_by("number").last()
        if epoch is None or epoch.number == 1:
            raise CommandError("no new epoch has begun")
        self.stdout.write(json.dumps(epoch.statement, indent=1, ensure_ascii=False))
        if not options["yes"]:
            self.stdout.write("Is this what happened? Type yes: ", ending="")
            self.stdout.flush()
            if sys.stdin.readline().strip() != "yes":
                raise CommandError("the signer goes on refusing")
        with connected_as(SIGNER_ROLE):
            vkey = ceremony.follow(signer(), epoch)
        self.stdout.write(f"the signer goes on; publish its key:\n{vkey}")
