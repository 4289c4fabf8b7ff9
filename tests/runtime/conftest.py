"""Folders and commands for the tests of the runtime; no stand-ins for our own code."""

import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from itsm.runtime import places
from itsm.runtime.places import CHECKOUT, Place
from itsm.runtime.postgres import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path (sockets ask for one) that an unprivileged user may pass through."""
    with tempfile.TemporaryDirectory(
        prefix="itsm-t-", dir="/tmp", ignore_cleanup_errors=True
    ) as name:
        Path(name).chmod(0o711)
        yield Path(name)
        # Where root's embedded server of an ITSM_VAR_DIR in this folder keeps its data.
        if (home := places.embedded(Path(name)).data.parent).is_relative_to("/var/lib"):
            shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def place(folder: Path) -> Place:
    """Where a server may be laid."""
    return Place(folder / "data", folder / "run", folder / "postgres.log", folder / "bin")


@pytest.fixture
def server_at() -> Iterator[Callable[[Place], Server]]:
    """Makes servers, not started; those that run at the end are stopped."""
    made = []

    def make(place: Place) -> Server:
        made.append(Server(place))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts programs in the checkout, in a clean environment, their output in one pipe."""
    programs = []

    def start_program(*command: str, **environment: str) -> subprocess.Popen[str]:
        kept = ("PATH", "HOME", "LANG")
        inherited = {name: os.environ[name] for name in kept if name in os.environ}
        program = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env={**inherited, "PYTHONUNBUFFERED": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        programs.append(program)
        return program

    yield start_program
    for program in programs:
        program.terminate()
        try:
            program.wait(30)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        program.stdout.close()


@pytest.fixture
def runtime(start) -> Callable[..., subprocess.Popen[str]]:
    """`python -m itsm.runtime …`."""
    return functools.partial(start, sys.executable, "-m", "itsm.runtime")


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code and all that the program has written."""
    written, _ = process.communicate(timeout=180)
    return process.returncode, written


def line_with(text: str, process: subprocess.Popen[str], *, within: float = 180.0) -> str:
    """The next line of output that holds this text; a program that never writes it is killed."""
    seen = []
    deadline = threading.Timer(within, process.kill)
    deadline.start()
    try:
        for line in process.stdout:
            seen.append(line)
            if text in line:
                return line
    finally:
        deadline.cancel()
    raise AssertionError(f"{text!r} never came; it wrote:\n{''.join(seen)}")


def eventually(condition: Callable[[], object], *, within: float = 60.0) -> None:
    """Waits for a condition that another process brings about."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
