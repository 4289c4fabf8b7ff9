"""How long `make run` takes: in a fresh clone with empty package caches until the sign-in page is
served, and once more with everything in place. The portal's own processes and data stay untouched.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import timezone

from itsm.bench.machine import describe_machine
from itsm.bench.place import HOST, free_port
from itsm.bench.report import StartUps
from itsm.runtime.places import CHECKOUT, embedded

PAGE = "/accounts/login/"
LONGEST = 900.0  # seconds for one start
_STOPPED_WITHIN = 60.0
# What would make a run of the clone something else than a newcomer's.
_NOT_THEIRS = ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "VIRTUAL_ENV")
_OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS")
_NOT_CLONED = shutil.ignore_patterns(".venv", "var", ".git", "__pycache__")


def measure_start_ups(count: int, log: Path, tell: Callable[[str], None]) -> StartUps:
    """Start so many fresh clones, each of them twice. CommandError when one does not start."""
    first, second, before = [], [], describe_machine()
    for number in range(1, count + 1):
        with _fresh_checkout() as folder:
            port = free_port()
            first.append(_started(folder, port, log))
            second.append(_started(folder, port, log))
        load = os.getloadavg()[0]
        tell(f"{number} of {count}: {first[-1]:.1f} s, {second[-1]:.1f} s; load {load:.1f}")
    at = timezone.now().isoformat(timespec="minutes")
    return StartUps(at, first, second, before, describe_machine())


@contextmanager
def _fresh_checkout() -> Iterator[Path]:
    """A clone of what is committed, or a copy where there is no repository; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="itsm-start-") as place:
        folder = Path(place).resolve() / "checkout"
        if (CHECKOUT / ".git").exists():
            clone = ["git", "clone", "--quiet", str(CHECKOUT), str(folder)]
            subprocess.run(clone, check=True)  # noqa: S603 -- our own checkout
        else:
            shutil.copytree(CHECKOUT, folder, ignore=_NOT_CLONED)
        try:
            yield folder
        finally:
            database = embedded(folder / "var")
            for left in (database.binaries, database.socket):
                if folder not in left.parents:  # as root, or where the path was too long
                    shutil.rmtree(left, ignore_errors=True)


def _started(folder: Path, port: int, log: Path) -> float:
    """Seconds from `make run` to the served page; the portal is stopped again."""
    began = time.monotonic()
    with log.open("ab") as out:
        run = subprocess.Popen(
            ["make", "run"],  # noqa: S607 -- whoever measures has make
            cwd=folder,
            env=_environment(folder, port),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        while not _is_served(port):
            if run.poll() is not None or time.monotonic() > began + LONGEST:
                raise CommandError(f"The clone's portal does not start; see {log}.")
            time.sleep(0.05)
        return time.monotonic() - began
    finally:
        _stop(run)


def _stop(run: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does: everything in the foreground hears it."""
    for sent in (signal.SIGINT, signal.SIGKILL):
        if run.poll() is None:
            os.killpg(run.pid, sent)
            try:
                run.wait(_STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                continue


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in (*_NOT_THEIRS, *_OF_MAKE) and not name.startswith("ITSM_")
    }
    own = str(Path(os.environ.get("VIRTUAL_ENV", CHECKOUT / ".venv")) / "bin")
    paths = [path for path in kept.get("PATH", "").split(os.pathsep) if path != own]
    cache = str(folder.parent / "cache")
    return {
        **kept,
        "PATH": os.pathsep.join(paths),
        "PORT": str(port),
        "PIP_CACHE_DIR": cache,
        "UV_CACHE_DIR": cache,
    }


def _is_served(port: int) -> bool:
    asked = HTTPConnection(HOST, port, timeout=5)
    try:
        asked.request("GET", PAGE)
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
