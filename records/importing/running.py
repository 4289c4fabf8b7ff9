"""Runs an import: in batches, each its own transaction, so that one that was killed goes on where
it was by running it again. Only one runs at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched
from pathlib import Path

from django.db import connection, transaction

from audit.context import Channel, acting
from records.importing.contract import Batch, Format, ImportOptions, Outcome, Unreadable
from records.importing.report import Report

BATCH = 400
_LOCK = 5_170_266_311  # an advisory lock of the session, ours alone


def run_import(
    format_: Format,
    path: Path,
    total: int,
    *,
    action: str,
    options: ImportOptions,
    report: Report,
    dry_run: bool,
    progress: Callable[[int, int], None],
) -> Counter[Outcome]:
    """How many records came to which outcome. The file was checked and has so many lines.
    Unreadable, with nothing written, where another import is running."""
    told, done = Counter[Outcome](), 0
    reason = f"{path.name}"[:200]
    with _alone():
        for records in batched(format_.records(path), BATCH):
            with (
                transaction.atomic(),
                acting(channel=Channel.IMPORT, action=action, actor=options.actor, reason=reason),
            ):
                batch: Batch = format_.bring_in(records, dry_run=dry_run)
            told.update(batch.outcomes)
            report.add(batch.findings)
            done += sum(len(record.lines) for record in records)
            progress(done, total)
    return told


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Unreadable("another import is running")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
