"""`manage.py evidence_pack`: a pack that an auditor verifies offline, written to a file."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from audit.commands import AuditedCommand
from core.errors import Refused
from evidence.controls import CONTROLS
from evidence.packs.signing import export_key
from evidence.services import (
    build_pack,
    draw_sample,
    freeze_pack,
    hand_out_pack,
    request_pack,
)
from people.models import User


class Command(AuditedCommand):
    help = "Builds an evidence pack of a control and a period, [--from, --to), and writes its ZIP."

    def add_arguments(self, parser: CommandParser) -> None:
        codes = ", ".join(code for code, _control in CONTROLS)
        parser.add_argument("--control", required=True, help=f"one of: {codes}")
        parser.add_argument("--population", default="", help="where the control has several")
        for name in ("--from", "--to"):
            parser.add_argument(name, required=True, type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--zone", default="America/Mexico_City", help="whose days these are")
        parser.add_argument("--sample", type=int, metavar="N", help="how many items to draw")
        parser.add_argument("--seed", default="", metavar="HEX", help="the auditor's; else drawn")
        parser.add_argument(
            "--as", dest="username", metavar="USERNAME", help="whose view it is; else everything"
        )
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip")

    def handle(self, **options: Any) -> None:
        """Prints the population's hash before the seed, and what the file is."""
        if options["seed"] and not options["sample"]:
            raise CommandError("--seed needs --sample")
        try:
            self._pack(options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except (Refused, User.DoesNotExist, OSError) as error:
            raise CommandError(str(error)) from None

    def _pack(self, options: dict[str, Any]) -> None:
        actor = User.objects.get(username=options["username"]) if options["username"] else None
        pack = request_pack(
            actor=actor,
            control=options["control"],
            population=options["population"],
            starts_on=options["from"],
            ends_on=options["to"],
            zone=options["zone"],
            by_job=False,
        )
        pack = freeze_pack(pack)
        self.stdout.write(f"population  {pack.population_count} items, {pack.population_sha256}")
        if options["sample"]:
            draw_sample(
                pack, actor=actor, size=options["sample"], seed=options["seed"], by_job=False
            )
            pack.refresh_from_db()
            self.stdout.write(f"sample      {pack.sample_size} items, seed {pack.seed}")
        pack = build_pack(pack)
        with hand_out_pack(pack, actor=actor) as file, options["out"].open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        self.stdout.write(f"pack        {pack.reference}, {pack.size} bytes, {pack.sha256}")
        self.stdout.write(f"signed by   {export_key()}")
