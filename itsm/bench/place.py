"""Where the benchmark happens: a database of its own beside the portal's, and the web server on it.

The portal's own database is never read nor written.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import psutil
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from itsm.runtime.places import CHECKOUT
from itsm.runtime.portal import web_arguments

DATABASE = "itsm_bench"
HOST = "127.0.0.1"
_PATIENCE = 60.0


@contextmanager
def own_database(*, keep: bool) -> Iterator[str]:
    """A new, empty database on the portal's server; gives its URL, and drops it afterwards."""
    if connection.settings_dict["NAME"] == DATABASE:
        raise CommandError(f"DATABASE_URL names {DATABASE}, which is the benchmark's own.")
    drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
    _execute(drop)
    _execute(f"CREATE DATABASE {DATABASE}")
    try:
        yield database_url(DATABASE)
    finally:
        if not keep:
            _execute(drop)


def environment(url: str, var: Path) -> dict[str, str]:
    """What the benchmark's processes run with: production's settings, on loopback without TLS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ITSM_")}
    return {
        **kept,
        "DATABASE_URL": url,
        "SECRET_KEY": settings.SECRET_KEY or secrets.token_urlsafe(48),
        "ITSM_VAR_DIR": str(var),
        "ITSM_ENVIRONMENT": "production",
        "ITSM_HTTPS": "0",
        "ALLOWED_HOSTS": HOST,
    }


def database_url(name: str) -> str:
    """The URL of another database on the server that Django is connected to."""
    told = connection.settings_dict
    host, port = str(told["HOST"] or ""), str(told["PORT"] or "")
    password = f":{quote(told['PASSWORD'], safe='')}" if told["PASSWORD"] else ""
    who = f"{quote(told['USER'] or '', safe='')}{password}"
    if host.startswith("/") or not host:
        folder = host or (told.get("OPTIONS") or {}).get("host", "")
        return f"postgresql://{who}@/{name}?host={quote(folder, safe='')}"
    return f"postgresql://{who}@{host}:{port or 5432}/{name}"


class Web:
    """The web server as `make run` starts it, on a free port, in this process' environment."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        with log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 -- our own server
                [sys.executable, *web_arguments(HOST, self.port).split()],
                cwd=CHECKOUT,
                stdout=out,
                stderr=out,
            )
        self._log = log

    def __enter__(self) -> "Web":
        deadline = time.monotonic() + _PATIENCE
        while not self._is_alive():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise CommandError(f"The web server does not answer; see {self._log}.")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def memory(self) -> int:
        """Bytes of memory that the web's processes have for themselves (PSS), all together."""
        main = psutil.Process(self._process.pid)
        return sum(_pss(process.pid) for process in (main, *main.children(recursive=True)))

    def _is_alive(self) -> bool:
        try:
            asked = HTTPConnection(HOST, self.port, timeout=2)
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except OSError:
            return False


def run(environment: dict[str, str], *arguments: str) -> None:
    """Runs a Python program of ours in the benchmark's environment, to its end."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)  # noqa: S603 -- ours
    if done.returncode:
        raise CommandError("The benchmark did not come to its end.", returncode=done.returncode)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
