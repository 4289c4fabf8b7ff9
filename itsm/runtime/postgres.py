"""Our own small supervisor of an embedded PostgreSQL: starts it, finds a running one, stops it.

What it trusts is a connection, not pid files: those outlive a crash, and the pid in them may be
anybody's by then. Where things lie is in `places`, which programs run in `binaries`, how a new data
folder is laid in `cluster`.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from itsm.runtime import binaries, cluster, places, processes
from itsm.runtime.errors import CannotStart

SETTINGS = {
    "listen_addresses": "",  # the private socket is the only door
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",  # compiling costs more than our short queries do
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
}
# For data that nobody will miss: a crash of the machine may destroy it.
THROW_AWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
START_PATIENCE = 60.0  # after a crash the server replays its log before it answers
STOP_PATIENCE = 20.0


class Server:
    """One PostgreSQL server on one data folder; perhaps started by an earlier run."""

    def __init__(self, place: places.Place, *, throw_away: bool = False) -> None:
        self.place = place
        self.throw_away = throw_away
        self.user = cluster.unprivileged_user()
        self.binaries = binaries.find(major=cluster.major_of(place.data))
        if self.user and not self.user.can_execute(self.binaries):
            self.binaries = self.binaries.copied_to(cluster.root_folder(place.binaries))
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> bool:
        """Makes the server answer and its database exist. False when it already ran."""
        if self._answers():
            return False
        cluster.prepare_folders(self.place, self.user)
        if not self.place.data.exists():
            cluster.lay_data(self.place, self.binaries, self.user, sync=not self.throw_away)
        if self.pid():  # it may be starting, or recovering from a crash; else it hangs
            if processes.wait_until(self._answers, patience=START_PATIENCE):
                return False
            self.stop()
        deadline = time.monotonic() + START_PATIENCE
        # The backends of a killed server hold its memory for a moment: a first try may fail.
        while not self._start_once(deadline):
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"the embedded PostgreSQL does not start: {last_line(self.place.log)}",
                    f"read {self.place.log}",
                )
            time.sleep(0.3)
        cluster.create_database(self.place)
        return True

    def stop(self) -> None:
        """Ends the server: first as an operator would, then harder. Returns when it is gone."""
        pid = self.pid()
        if not pid:
            return
        # SIGINT: rolls open transactions back. SIGQUIT: at once, with recovery at the next start.
        for sent in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sent)
            # The pid file alone says too little: the server removes it a moment before it ends.
            if processes.wait_until(
                lambda: not (self.pid() or processes.is_alive(pid)), patience=STOP_PATIENCE
            ):
                return

    def pid(self) -> int | None:
        """The process id of the living server of this data folder, whoever has started it.

        Cheap enough to be asked every second.
        """
        if self._child and self._child.poll() is None:  # asking collects it, else a zombie stays
            return self._child.pid
        try:
            pid = int((self.place.data / "postmaster.pid").read_text().partition("\n")[0])
            command = psutil.Process(pid).cmdline()  # a zombie has none
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if str(self.place.data) in command else None

    def run_tool(self, name: str, *arguments: str) -> int:
        """Runs one of PostgreSQL's client programs on the embedded database."""
        program = self.binaries.folder / name
        if not program.is_file():
            raise CannotStart(f"there is no program {name} in {program.parent}", "check its name")
        connection = {
            "PGHOST": str(self.place.socket),
            "PGUSER": places.ROLE,
            "PGDATABASE": places.DATABASE,
        }
        return subprocess.call([program, *arguments], env={**os.environ, **connection})

    def _answers(self) -> bool:
        import psycopg

        try:
            with cluster.connect(self.place) as connection:
                shown = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        if shown and Path(shown[0]).resolve() != self.place.data.resolve():
            raise CannotStart(
                f"another server, with its data in {shown[0]}, listens in {self.place.socket}",
                "stop that server first",
            )
        return True

    def _clear_away(self) -> None:
        """Removes what a dead server left: its zombie, and lock files that may name another's pid.

        PostgreSQL would take either for a live server. Its last guard against two servers on one
        folder, the key of the shared memory, stays.
        """
        if self._child:
            self._child.kill()
            self._child.wait()
        for lock in (self.place.data / "postmaster.pid", *self.place.socket.glob("*.lock")):
            lock.unlink(missing_ok=True)

    def _start_once(self, deadline: float) -> bool:
        self._clear_away()
        settings = SETTINGS | {"unix_socket_directories": str(self.place.socket)}
        if self.throw_away:
            settings |= THROW_AWAY_SETTINGS
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        # Nobody needs a throw-away server when its owner is gone; the real one waits to be adopted.
        end_with_owner = processes.dies_with_parent(signal.SIGINT) if self.throw_away else None
        with self.place.log.open("ab") as log:
            self._child = subprocess.Popen(
                [self.binaries.folder / "postgres", "-D", self.place.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the portal, which then stops the server
                preexec_fn=end_with_owner,
                **cluster.as_user(self.user, self.place),
            )
        while time.monotonic() < deadline and self._child.poll() is None:
            if self._answers():
                return True
            time.sleep(0.05)
        return False


@contextlib.contextmanager
def running(place: places.Place) -> Iterator[Server]:
    """The server of this place; stopped at the end if it was started for this."""
    server = Server(place)
    started = server.start()
    try:
        yield server
    finally:
        if started:
            server.stop()


@contextlib.contextmanager
def throw_away() -> Iterator[Server]:
    """A new server without durability for a test run; nothing of it remains."""
    # Not TMPDIR: on macOS that path is too long for a socket.
    with tempfile.TemporaryDirectory(
        prefix="itsm-test-",
        dir="/tmp",
        ignore_cleanup_errors=True,
    ) as name:
        folder = Path(name)
        folder.chmod(0o711)
        shared = places.embedded().binaries
        place = places.Place(folder / "data", folder / "run", folder / "postgres.log", shared)
        server = Server(place, throw_away=True)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def last_line(log: Path) -> str:
    """The end of a log, for an error message."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"
