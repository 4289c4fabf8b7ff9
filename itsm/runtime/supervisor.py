"""Keeps a set of children and the embedded PostgreSQL running until it is told to stop.

One thread and one loop: code between fork and exec (see `processes.dies_with_parent`) may not meet
other threads. What the children are is decided in `portal`.
"""

import contextlib
import selectors
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from itsm.runtime.children import Child
from itsm.runtime.postgres import Server
from itsm.runtime.readable import readable

STOP_PATIENCE = 15.0
SERVER_CHECK_EVERY = 1.0
SELF = "portal"


def say(text: str, *, of: str = SELF) -> None:
    """One readable line of progress. A reader that has gone away is no reason to stop."""
    with contextlib.suppress(BrokenPipeError, ValueError):
        print(f"{of:<8}| {text}", flush=True)


class Supervisor:
    """Starts the children, restarts each that dies, and ends all of them on a signal."""

    def __init__(self, children: Sequence[Child], server: Server | None = None) -> None:
        self.children = children
        self.server = server
        self._selector = selectors.DefaultSelector()
        self._signals = 0
        self._server_checked_at = 0.0

    def run(self, *, at_rest: Callable[[], None] = lambda: None) -> None:
        """Blocks until SIGINT, SIGTERM or SIGHUP; calls `at_rest` some times a second."""
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sent, self._on_signal)
        try:
            while not self._signals:
                self._keep_server()
                self._keep_children()
                self._relay_output(wait=0.2)
                at_rest()
        finally:
            self._stop_children()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _keep_server(self) -> None:
        if not self.server or time.monotonic() < self._server_checked_at + SERVER_CHECK_EVERY:
            return
        if not self.server.pid():
            say("the embedded PostgreSQL is gone; starting it again")
            self.server.start()
            say("the embedded PostgreSQL is back")
        self._server_checked_at = time.monotonic()

    def _keep_children(self) -> None:
        for child in self.children:
            if child.has_ended():
                how = self._collect(child)
                wait = child.due_at - time.monotonic()
                say(f"{child.name} ended ({how}); starting it again in {wait:.1f} s")
            if not child.process and time.monotonic() >= child.due_at:
                child.start()
                self._selector.register(child.output, selectors.EVENT_READ, child)

    def _collect(self, child: Child) -> str:
        self._print(child)
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.output)
        return child.clear_away()

    def _relay_output(self, *, wait: float) -> None:
        for key, _ in self._selector.select(wait):
            self._print(key.data)
            if key.data.is_silent:
                self._selector.unregister(key.fd)

    def _print(self, child: Child) -> None:
        for line in child.lines():
            for part in readable(line).splitlines() or [""]:
                say(part, of=child.name)

    def _stop_children(self) -> None:
        say("stopping" if self._signals else "stopping after an error")
        deadline, already = time.monotonic() + STOP_PATIENCE, self._signals
        for child in reversed(self.children):
            child.tell(signal.SIGTERM)
        while any(child.process for child in self.children):
            for child in self.children:
                if child.has_ended():
                    self._collect(child)
            if time.monotonic() > deadline or self._signals > already:  # a second Ctrl-C
                for child in self.children:
                    child.tell(signal.SIGKILL)
            if any(child.process for child in self.children):
                self._relay_output(wait=0.1)
        self._selector.close()
        sys.stdout.flush()
