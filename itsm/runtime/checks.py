"""What must hold before the portal's processes start; each failure says what to do about it."""

import errno
import fcntl
import ipaddress
import os
import shutil
import socket
from pathlib import Path
from typing import TextIO

from itsm.runtime.errors import CannotStart

LEAST_FREE_BYTES = 200 * 1024 * 1024


def port_from(text: str) -> int:
    """The port number in the PORT setting."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise CannotStart(f"PORT is {text!r}, which is no port number", "use `make run PORT=8000`")


def port_is_free(host: str, port: int) -> None:
    """Refuses a port on which another program listens, or which we may not use."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise CannotStart(
                f"port {port} on {host} is taken by another program"
                if taken
                else f"port {port} on {host} cannot be used: {error.strerror}",
                f"stop that program, or choose another port: `make run PORT={port % 65535 + 1}`"
                if taken
                else "choose another with PORT or ITSM_HOST",
            ) from error


def host_is_allowed(host: str, *, demo: bool, remote_allowed: bool) -> None:
    """Refuses to show the demo's known passwords to the network by mistake."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if demo and not loopback and not remote_allowed:
        raise CannotStart(
            f"the demo accounts' password is known, and ITSM_HOST={host} opens them to the network",
            "unset ITSM_HOST, or set ITSM_DEMO_ALLOW_REMOTE=1 if that is what you want",
        )


def disk_is_writable(folder: Path) -> None:
    """Refuses a folder that cannot be written, or a disk that is nearly full."""
    probe = folder / f".write-test-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"?")
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"the disk is not writable: {error.strerror}: {folder}",
            "make that folder writable to you, or name another in ITSM_VAR_DIR",
        ) from error
    if (free := shutil.disk_usage(folder).free) < LEAST_FREE_BYTES:
        raise CannotStart(
            f"the disk is nearly full: {free // 2**20} MiB free at {folder}",
            "free at least 200 MiB, or name a folder on another disk in ITSM_VAR_DIR",
        )


def only_run(var: Path) -> TextIO:
    """Holds this folder's lock for as long as the returned file is open; refuses a second run."""
    lock = (var / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise CannotStart(
            f"the portal already runs from this checkout (process {holder})",
            f"use that one, or stop it with Ctrl-C in its terminal or `kill {holder}`",
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
