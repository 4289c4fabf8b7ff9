"""Measures the portal at two sizes on data of its own, or how fast it starts; how stands in
`itsm.bench`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from itsm.bench.place import environment, own_database, run
from itsm.bench.report import PAGE, keep, page_with, start_up_section, start_up_table
from itsm.bench.start_up import measure_start_ups

DOCUMENTED = 10  # starts at least, on a quiet machine


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
        parser.add_argument(
            "--start-up",
            type=int,
            default=0,
            metavar="N",
            help="instead start N fresh clones by `make run`, twice each: how long it takes",
        )

    def handle(self, **options: Any) -> None:
        """Makes the place, has it measured in a process of its own, and clears up."""
        folder = settings.VAR_DIR / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        if options["start_up"] > 0:
            self._start_up(options["start_up"], folder, write_docs=options["write_docs"])
            return
        flags = [f"--{name}" for name in ("quick", "write-docs") if options[name.replace("-", "_")]]
        with own_database(keep=options["keep"]) as url:
            circumstances = environment(url, folder)
            run(circumstances, "manage.py", "prepare")
            run(circumstances, "-m", "itsm.bench", *flags)

    def _start_up(self, count: int, folder: Path, *, write_docs: bool) -> None:
        measured = measure_start_ups(count, folder / "start_up.log", self.stdout.write)
        self.stdout.write(f"\n{start_up_table(measured)}\n")
        keep(folder / "latest.json", measured.as_json())
        if not write_docs:
            return
        if count < DOCUMENTED or measured.before["is_busy"]:
            raise CommandError(f"Only {DOCUMENTED} starts on a quiet machine are documented.")
        page = settings.BASE_DIR / PAGE
        page.write_text(page_with(page.read_text(), start_up_section(measured)))
        self.stdout.write(f"written to {PAGE}")
