"""`manage.py import_records`: records from another system, with their past."""

import sys
import time
from argparse import ArgumentTypeError
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError, CommandParser

from audit.commands import AuditedCommand
from people.models import User
from records.importing import FORMATS, ImportOptions, Outcome, Unreadable
from records.importing.report import Report
from records.importing.running import run_import

_WIDTH = 30
_SAID = {
    Outcome.IMPORTED: "imported",
    Outcome.PRESENT: "imported before, the same",
    Outcome.CHANGED: "imported before, differ now: left as they are",
    Outcome.REFUSED: "refused",
}


class Command(AuditedCommand):
    help = "Imports records from a file of another system (docs/how-to/import-*.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        names = [name.partition("/") for name, _format in FORMATS]
        parser.add_argument("--kind", required=True, choices=sorted({kind for kind, *_ in names}))
        parser.add_argument("--format", required=True, choices=sorted({n for *_, n in names}))
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="CSV of all that was odd")
        parser.add_argument("--zone", type=_zone, default="UTC", help="whose clock the file tells")
        parser.add_argument("--country", default="MX", help="of what is made")
        parser.add_argument("--service", default="", help="where the file names none of ours")
        parser.add_argument("--team", default="", help="of records that the file gives to none")
        parser.add_argument("--currency", default="", help="of amounts that name none")
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="who imports")

    def handle(self, **options: Any) -> None:
        name = f"{options['kind']}/{options['format']}"
        if name not in FORMATS:
            raise CommandError(f"there is no format {options['format']} of {options['kind']}")
        told = ImportOptions(
            zone=options["zone"],
            country=options["country"],
            service=options["service"],
            team=options["team"],
            currency=options["currency"],
            actor=self._actor(options["username"]),
        )
        try:
            self._run(name, told, options)
        except Unreadable as error:
            raise CommandError(f"{error}. Nothing was imported.") from None

    def _run(self, name: str, told: ImportOptions, options: dict[str, Any]) -> None:
        format_ = FORMATS[name](told)
        total = format_.check(options["file"])  # before an earlier report is written over
        with self._report_file(options["report"]) as file:
            report = Report(file)
            outcomes = run_import(
                format_,
                options["file"],
                total,
                action=f"{options['kind']}.import",
                options=told,
                report=report,
                dry_run=options["dry_run"],
                progress=_Bar(),
            )
        self._tell(outcomes, report, options)

    def _tell(self, outcomes: Counter[Outcome], report: Report, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self.stdout.write("dry run: nothing was written")
        for outcome, said in _SAID.items():
            if outcomes[outcome] or outcome == Outcome.IMPORTED:
                self.stdout.write(f"{outcomes[outcome]:>9,}  {said}")
        for (is_error, what), count in report.counts.most_common():
            self.stdout.write(f"{count:>9,}  {'error' if is_error else 'note '}  {what}")
        if options["report"]:
            self.stdout.write(f"report: {options['report']}")
        if outcomes[Outcome.REFUSED]:
            lines = "\n".join(
                f"  line {e.line}, {e.key or 'no number'}: {e.column} {e.value[:60]!r}: {e.what}"
                for e in report.errors
            )
            count = outcomes[Outcome.REFUSED]
            raise CommandError(f"{count:,} refused; mend these lines and run it again:\n{lines}")

    def _report_file(self, path: Path | None) -> Any:
        try:
            return path.open("w", encoding="utf-8", newline="") if path else nullcontext()
        except OSError as error:
            raise CommandError(f"{error.strerror}: {path}") from None

    def _actor(self, username: str | None) -> User | None:
        if not username:
            return None
        found = User.objects.filter(username=username).first()
        if found is None:
            raise CommandError(f"--as {username}: there is no such account")
        return found


class _Bar:
    """How far it is, on standard error: one line that is written over, or one for every tenth."""

    def __init__(self) -> None:
        self._started_at, self._told = time.monotonic(), 0
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        tenths = 10 * done // total
        if not self._is_terminal and tenths == self._told:
            return
        self._told = tenths
        spent = time.monotonic() - self._started_at
        left = spent / done * (total - done)
        bar = "#" * (_WIDTH * done // total)
        text = f"[{bar:.<{_WIDTH}}] {done:,} of {total:,} lines, {left:,.0f} s left"
        ends = "\n" if done >= total or not self._is_terminal else ""
        print(f"\r{text:<78}" if self._is_terminal else text, end=ends or "", file=sys.stderr)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError) as error:
        raise ArgumentTypeError(f"there is no time zone {name!r}") from error
