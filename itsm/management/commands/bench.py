"""Measures the portal at two sizes, on data of its own; how stands in `itsm.bench`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from itsm.bench.place import environment, own_database, run


class Command(BaseCommand):
    help = (
        "Loads 10,000 and then 100,000 incidents into a database of its own, measures API, portal "
        "and hook, prints a table and writes var/bench/latest.json."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How much, and what to do with the figures."""
        parser.add_argument("--quick", action="store_true", help="1,000 and 10,000, fewer requests")
        parser.add_argument("--keep", action="store_true", help="keep the database itsm_bench")
        parser.add_argument(
            "--write-docs",
            action="store_true",
            help="also write docs/reference/benchmarks.md, if the machine is quiet",
        )

    def handle(self, **options: Any) -> None:
        """Makes the place, has it measured in a process of its own, and clears up."""
        folder = settings.VAR_DIR / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        flags = [f"--{name}" for name in ("quick", "write-docs") if options[name.replace("-", "_")]]
        with own_database(keep=options["keep"]) as url:
            circumstances = environment(url, folder)
            run(circumstances, "manage.py", "prepare")
            run(circumstances, "-m", "itsm.bench", *flags)
