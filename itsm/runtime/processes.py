"""Finds and ends operating-system processes, also those that another run has started."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable

import psutil

PR_SET_PDEATHSIG = 1


def dies_with_parent(sent: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: Linux sends the child this signal when its parent is gone, even by kill -9.

    Elsewhere nothing happens, and leftovers are ended by the next run. Only for single-threaded
    parents: code between fork and exec may hang on a lock that another thread held.
    """
    parent = os.getpid()

    def in_child() -> None:
        end_with_parent(sent)
        if os.getppid() != parent:  # it died before the line above
            os.kill(os.getpid(), sent)

    return in_child


def end_with_parent(sent: signal.Signals) -> None:
    """Has Linux send this very process the signal when its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sent)


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie does not: nobody has collected it, but it is dead."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def marked(name: str, value: str) -> list[psutil.Process]:
    """Other processes of this user that carry this environment variable.

    The mark is inherited by grandchildren and cannot be reused as process ids can.
    """
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(name) == value:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # ended meanwhile, or another user's
    return found


def end(processes: Iterable[psutil.Process], *, patience: float) -> None:
    """Asks the processes to stop, waits so many seconds, then kills what is left."""
    remaining = list(processes)
    for sent in (signal.SIGTERM, signal.SIGKILL):
        for process in remaining:
            try:
                process.send_signal(sent)
            except psutil.NoSuchProcess:
                continue
        _, remaining = psutil.wait_procs(remaining, timeout=patience)


def wait_until(condition: Callable[[], bool], *, patience: float, every: float = 0.05) -> bool:
    """Whether the condition came true within so many seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
