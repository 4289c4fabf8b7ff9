"""Starts the portal's real processes on the test database, and kills them by their process id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection

from itsm.runtime.processes import dies_with_parent

CHECKOUT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The test's own database, for processes that are not the test's; over TCP or a socket."""
    facts = connection.get_connection_params()
    keys = ("host", "port", "user", "password")
    given = {key: facts[key] for key in keys if facts.get(key)}
    return f"postgres:///{facts['dbname']}?{urlencode(given)}"


def environment(var: Path, **more: str) -> dict[str, str]:
    """What the processes run with: the test's settings, its database, a folder of their own."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "ITSM_VAR_DIR": str(var),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


class Program:
    """One process; what it prints is in `log`."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], var: Path):
        self.command, self.environment = command, environment
        self.log = var / f"{name}.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    def kill(self) -> None:
        """kill -9, to it and to what it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Ask it to stop; insist after some seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """The programs, ended in any case; their logs are shown when the test fails."""
    try:
        yield
    except BaseException:
        for program in programs:
            print(f"--- {program.log.name}\n{program.log.read_text(errors='replace')[-4000:]}")  # noqa: T201 -- read when a test fails
        raise
    finally:
        for program in programs:
            program.end()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def worker_command() -> list[str]:
    """As `make run` starts it."""
    options = "--pool prefork --concurrency 2 --without-gossip --without-mingle"
    return python(
        *f"-m celery --app itsm worker {options} --without-heartbeat --loglevel INFO".split()
    )


def eventually(condition: Callable[[], object], *, within: float, every: float = 0.1) -> object:
    """What the condition gives once it is true; an assertion where it never is."""
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(every)
    return found
