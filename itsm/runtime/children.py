"""One supervised child process: started, its output read line by line, restarted with back-off."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from itsm.runtime import processes

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
HEALTHY_AFTER = 30.0  # a child that lived so long starts again without delay of earlier failures


class Child:
    """A command that should always run. Its process leads a group of its own.

    So Ctrl-C reaches the supervisor alone, which stops the children in order, and whatever a
    killed child leaves behind (a web worker that holds the port) can be ended by the group.
    """

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: str
    ) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.due_at = 0.0  # on the monotonic clock: when to start it (again)
        self._failures = 0
        self._started_at = 0.0
        self._partial_line = b""
        self.is_silent = False  # it has closed its output, perhaps to live on

    def start(self) -> None:
        """Starts the process; its output can then be read from `output`."""
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),
        )
        os.set_blocking(self.output, False)
        self.is_silent = False
        self._started_at = time.monotonic()

    @property
    def output(self) -> int:
        """The file descriptor of the running process's output."""
        return self.process.stdout.fileno()

    def lines(self) -> Iterator[str]:
        """The lines that the process has written since the last call."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.output, 65536):
                *whole, self._partial_line = (self._partial_line + chunk).split(b"\n")
                yield from (line.decode(errors="replace") for line in whole)
            self.is_silent = True

    def has_ended(self) -> bool:
        """Whether a started process is gone."""
        return self.process is not None and self.process.poll() is not None

    def clear_away(self) -> str:
        """Ends what the dead process left, sets when to start it again, says how it ended."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.stdout.close()
        code, self.process, self._partial_line = self.process.returncode, None, b""
        if time.monotonic() - self._started_at > HEALTHY_AFTER:
            self._failures = 0
        self.due_at = time.monotonic() + min(FIRST_DELAY * 2**self._failures, LONGEST_DELAY)
        self._failures += 1
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def tell(self, sent: signal.Signals) -> None:
        """Sends the process a signal; SIGKILL goes to all that it has started."""
        if self.process and self.process.poll() is None:
            send = os.killpg if sent is signal.SIGKILL else os.kill
            with contextlib.suppress(ProcessLookupError):
                send(self.process.pid, sent)
