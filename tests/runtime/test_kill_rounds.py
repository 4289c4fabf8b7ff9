"""Backends, sealer and server killed under load, again and again: no acknowledged write is without
its leaf, none has two, and every count stays dense. `ITSM_KILL_ROUNDS` says how often."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import psycopg
import pytest

from itsm.runtime import places
from itsm.runtime.postgres import Server
from tests.audit.drills import drill
from tests.runtime.conftest import eventually, finished

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("ITSM_KILL_ROUNDS", "3"))
WRITERS = 4
ROWS = 20
FIRST = 1000  # the keys of those that the preparation founded lie below
ROUND = 1.5  # seconds of writing before something is killed


class Writer(threading.Thread):
    """Renames subsidiaries, one a transaction, and remembers what the server said was committed."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__(daemon=True)
        self.url, self.number = url, number
        self.acknowledged: list[str] = []
        self.unanswered: set[str] = set()
        self.stopped = threading.Event()
        self.pid = 0

    def run(self) -> None:
        written = 0
        while not self.stopped.is_set():
            with contextlib.suppress(psycopg.Error), psycopg.connect(self.url) as connection:
                self.pid = connection.info.backend_pid
                while not self.stopped.is_set():
                    written += 1
                    token = f"writer {self.number} write {written}"
                    self.unanswered.add(token)
                    connection.execute(
                        "UPDATE people_subsidiary SET name = %s WHERE id = %s",
                        [token, FIRST + self.number * ROWS + written % ROWS],
                    )
                    connection.commit()
                    self.unanswered.remove(token)
                    self.acknowledged.append(token)
            time.sleep(0.05)


@pytest.fixture
def portal(folder):
    """A durable server with everything prepared, and what runs the portal's commands on it."""
    settings = {
        "ITSM_VAR_DIR": str(folder),
        "SECRET_KEY": "x" * 50,
        "DJANGO_SETTINGS_MODULE": "itsm.settings",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    server = Server(places.embedded(folder))
    server.start()

    def command(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=places.CHECKOUT,
            env={**kept, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    yield server, command
    server.stop()


@drill(
    "16",
    "kills backends, sealer and server under load",
    caught_by="one transaction a batch: no acknowledged write without a leaf, none with two",
)
def test_nothing_is_lost_or_done_twice(portal, record_property):
    server, command = portal
    code, told = finished(command("prepare"))
    assert code == 0, told
    url = server.place.url
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO people_subsidiary (id, name, country, version)"
            " OVERRIDING SYSTEM VALUE SELECT n, 'subsidiary ' || n, 'MX', 1"
            " FROM generate_series(%s::int, %s::int) n",
            [FIRST, FIRST + WRITERS * ROWS - 1],
        )
    writers = [Writer(url, number) for number in range(WRITERS)]
    sealer = command("sealer")
    try:
        for writer in writers:
            writer.start()
        for number in range(ROUNDS):
            time.sleep(ROUND)
            sealer = kill_one(number, server, command, sealer, writers)
        time.sleep(ROUND)
    finally:
        for writer in writers:
            writer.stopped.set()
        for writer in writers:
            writer.join(30)
        sealer.kill()
        sealer.communicate()
    code, told = finished(command("audit_seal"))
    assert code == 0, told
    code, told = finished(command("audit_verify"))
    assert code == 0, told
    figures = compare(url, writers)
    record_property("figures", figures)
    print(f"{ROUNDS} rounds: {figures}")  # noqa: T201 -- the drill shows it


def kill_one(number, server, command, sealer, writers):
    """In turn a writer's backend, the sealer and the whole server; the sealer that runs then."""
    victim = ("backend", "sealer", "server")[number % 3]
    if victim == "backend":
        backend = psutil.Process(writers[number % WRITERS].pid)
        with contextlib.suppress(psutil.NoSuchProcess):
            backend.kill()
    elif victim == "sealer":
        sealer.kill()
        sealer.communicate()
        return command("sealer")
    else:
        os.kill(server.pid(), signal.SIGKILL)
        eventually(lambda: server.pid() is None)
        server.start()
    return sealer


def compare(url, writers):
    """Every acknowledged write has one leaf; indexes and sequences have no gap."""
    acknowledged = {token for writer in writers for token in writer.acknowledged}
    unanswered = {token for writer in writers for token in writer.unanswered}
    with psycopg.connect(url) as connection:
        leaves = [
            name
            for (name,) in connection.execute(
                "SELECT after->>'name' FROM audit_ledgerentry"
                " WHERE relation = 'people_subsidiary' AND operation = 'U'"
            )
        ]
        count, last = connection.execute(
            "SELECT count(*), max(index) FROM audit_ledgerentry"
        ).fetchone()
        gaps = connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM audit_ledgerentry GROUP BY relation, key"
            " HAVING count(*) <> max(sequence) OR min(sequence) <> 1) gaps"
        ).fetchone()[0]
        waiting = connection.execute(
            "SELECT count(*) FROM audit_outboxentry WHERE relation = 'people_subsidiary'"
        ).fetchone()[0]
    assert waiting == 0
    assert len(leaves) == len(set(leaves))
    assert acknowledged - set(leaves) == set()
    assert set(leaves) - acknowledged <= unanswered
    assert count == last + 1
    assert gaps == 0
    assert len(acknowledged) > 100
    return {
        "acknowledged": len(acknowledged),
        "without leaf": 0,
        "twice": 0,
        "committed without an answer": len(set(leaves) - acknowledged),
        "leaves": count,
    }
