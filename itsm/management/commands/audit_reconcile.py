"""Whether rows and history are what the ledger says: exit code 0, or 1 with what differs."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.reconciling import reconcile, tracked_tables


class Command(BaseCommand):
    help = "Compares the current rows and their history with the ledger, and the triggers too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "tables", nargs="*", metavar="TABLE", help="only these tables; all where none is named"
        )

    def handle(self, **options: Any) -> None:
        """Names each difference on a line of its own."""
        names = options["tables"]
        known = [each.table for each in tracked_tables()]
        if unknown := sorted(set(names) - set(known)):
            raise CommandError(f"not tracked: {', '.join(unknown)}")
        started, found = time.monotonic(), 0
        for difference in reconcile(names):
            found += 1
            self.stderr.write(str(difference))
        told = f"{len(names or known)} tables in {time.monotonic() - started:.1f} s"
        if found:
            self.stderr.write(f"{found} DIFFERENCES: {told}")
            sys.exit(1)
        self.stdout.write(f"rows and history are what the ledger says: {told}")
