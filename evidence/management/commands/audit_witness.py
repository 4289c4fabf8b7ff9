"""Witnesses of the ledger: add one, end one, and who they are."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.core.management.base import CommandError, CommandParser

from audit.commands import AuditedCommand
from core.errors import ValidationError
from evidence.models import Witness
from evidence.services.witnesses import add_witness, end_witness


class Command(AuditedCommand):
    help = "Adds, ends and lists the second parties that watch the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        add = ways.add_parser("add", help="prints the token of its program, once")
        add.add_argument("name", help="as it signs: witness.example.org")
        add.add_argument("--vkey", default="", help="its public key, as witness.py init prints it")
        ways.add_parser("end", help="its token is good for nothing any more").add_argument("name")
        ways.add_parser("list", help="each with its last receipt")

    def handle(self, **options: Any) -> None:
        try:
            getattr(self, options["way"])(**options)
        except (ValidationError, Invalid) as error:
            raise CommandError("; ".join(error.messages)) from error
        except Witness.DoesNotExist as error:
            raise CommandError(f"there is no witness {options['name']!r}") from error

    def add(self, *, name: str, vkey: str, **options: Any) -> None:
        self.stdout.write(add_witness(name, vkey=vkey)[1])

    def end(self, *, name: str, **options: Any) -> None:
        end_witness(name)

    def list(self, **options: Any) -> None:
        for witness in Witness.objects.all():
            last = witness.receipts.order_by("-at").first()
            told = f"{last.size} entries, {last.at:%Y-%m-%d %H:%M} UTC" if last else "no receipt"
            ended = f", ended {witness.ended_at:%Y-%m-%d}" if witness.ended_at else ""
            self.stdout.write(f"{witness.name}: {told}{ended}")
