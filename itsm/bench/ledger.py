"""What the ledger costs and how fast it is: sealing, verifying, taking it away, and its price for
those who write."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import psutil
from django.conf import settings
from django.db import connection

from audit.exporting import COLUMNS, csv_of, json_lines_of
from audit.models import SEALER_ROLE, LedgerEntry, OutboxEntry
from audit.roles import connected_as
from audit.sealing import seal
from audit.verifying import verify
from itsm.bench.measuring import Call, measure
from itsm.bench.place import Web
from itsm.bench.report import LedgerFigure
from itsm.runtime.places import CHECKOUT

ROUNDS = 3
REQUESTS = 200
_MIB = 2**20


def measure_ledger(calls: Iterator[Call]) -> Iterator[LedgerFigure]:
    """On the outbox and the ledger that the load has left. `calls` create incidents."""
    yield _sealing()
    yield from _exports()
    yield _verifying()
    yield _price_of_writing(calls)


def _sealing() -> LedgerFigure:
    with connected_as(SEALER_ROLE):
        began, sealed = time.perf_counter(), 0
        while count := seal():
            sealed += count
        took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audit_ledgerentry")
        cursor.execute("VACUUM audit_outboxentry")
    told = f"{sealed:,} leaves in {took:.0f} s, {sealed / took:,.0f} a second"
    return LedgerFigure("Seal the outbox", told, "2,000 a second")


def _exports() -> Iterator[LedgerFigure]:
    rows = LedgerEntry.objects.order_by("-at", "-pk")
    plain = ", ".join(f'"{name}"' for name in COLUMNS)

    def copied() -> Iterator[bytes]:
        ordered = f"SELECT {plain} FROM audit_ledgerentry ORDER BY at DESC, index DESC"  # noqa: S608 -- ours
        query = f"COPY ({ordered}) TO STDOUT"
        with connection.cursor() as cursor, cursor.copy(query) as copy:
            yield from copy

    count = LedgerEntry.objects.count()
    _seconds(copied)  # what is read first comes from the disk
    base = _seconds(copied)
    for name, export in (("CSV", csv_of), ("JSON Lines", json_lines_of)):
        before = psutil.Process().memory_info().rss
        took = _seconds(lambda export=export: export(rows))
        more = max(0, psutil.Process().memory_info().rss - before) / _MIB
        told = (
            f"{count:,} entries in {took:.1f} s; plain COPY {base:.1f} s: {base / took:.2f} of its "
            f"speed; {more:.0f} MiB more memory"
        )
        yield LedgerFigure(f"Take the audit trail away as {name}", told, "0.5, under 200 MB")


def _seconds(export: Callable[[], Iterator[bytes]]) -> float:
    began = time.perf_counter()
    for _block in export():
        continue
    return time.perf_counter() - began


def _verifying() -> LedgerFigure:
    began = time.perf_counter()
    proof = verify()
    took = time.perf_counter() - began
    if proof.flaws:
        raise RuntimeError(str(proof.flaws[0]))
    told = f"{proof.size:,} leaves in {took:.0f} s; a million in {took / proof.size * 1e6:.0f} s"
    return LedgerFigure("Verify the ledger", told, "a million under 120 s")


def _price_of_writing(calls: Iterator[Call]) -> LedgerFigure:
    """The same requests in turn with and without sealer and signer at work."""
    alone, kept = [], []
    with Web(settings.VAR_DIR / "web.log") as web:
        for _round in range(ROUNDS):
            alone.append(_median(web, calls))
            with _keepers():
                kept.append(_median(web, calls))
    ratio = median(kept) / median(alone)
    told = (
        f"{median(alone):.1f} ms captured only, {median(kept):.1f} ms while sealed and signed: "
        f"× {ratio:.2f}"
    )
    return LedgerFigure("API: create an incident", told, "no measurable cost")


def _median(web: Web, calls: Iterator[Call]) -> float:
    times = measure(web.port, calls, count=REQUESTS, seconds=20, connections=1, warm_up=20)
    return times.median_ms


@contextmanager
def _keepers() -> Iterator[None]:
    """Sealer and signer as `make run` starts them, once they have caught up."""
    log = (settings.VAR_DIR / "keepers.log").open("ab")
    command = (sys.executable, "manage.py")
    started = [
        subprocess.Popen([*command, name], cwd=CHECKOUT, stdout=log, stderr=log)  # noqa: S603 -- ours
        for name in ("sealer", "signer")
    ]
    try:
        deadline = time.monotonic() + 60
        while OutboxEntry.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        yield
    finally:
        for process in started:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(20)
        log.close()
