"""Sends requests and takes their times. Keep-alive connections of the standard library, one per
thread: the client's own cost is small, and it is measured too."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from statistics import median, quantiles

from django.core.management.base import CommandError

from itsm.bench.place import HOST

TIMEOUT = 30.0


@dataclass(frozen=True)
class Call:
    """One request and the status that it must get."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status: int = 200


@dataclass(frozen=True)
class Times:
    """What was measured: seconds of each request, of all together, and of the client's own work."""

    each: list[float]
    wall: float
    client: float

    @property
    def median_ms(self) -> float:
        return median(self.each) * 1000

    @property
    def p95_ms(self) -> float:
        return quantiles(self.each, n=20, method="inclusive")[-1] * 1000

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.each) / self.wall

    @property
    def client_ms(self) -> float:
        """Processor time that the client itself took for a request."""
        return self.client / len(self.each) * 1000


def measure(
    port: int, calls: Iterator[Call], *, count: int, seconds: float, connections: int, warm_up: int
) -> Times:
    """Send at most so many calls, for at most so long, over so many connections at once.

    Raises CommandError as soon as one of them gets another status than it must.
    """
    _send_all(port, _limited(calls, warm_up, seconds), connections)
    started = time.perf_counter()
    each, client = _send_all(port, _limited(calls, count, seconds), connections)
    wall = time.perf_counter() - started
    if len(each) < 2:
        raise CommandError("Not one request in the given time: the server hangs.")
    return Times(each, wall, client)


def _limited(calls: Iterator[Call], count: int, seconds: float) -> Callable[[], Call | None]:
    """Hands out the calls one by one to whichever thread asks, within both limits."""
    lock, ends_at, left = threading.Lock(), time.monotonic() + seconds, count

    def take() -> Call | None:
        nonlocal left
        with lock:
            if left <= 0 or time.monotonic() > ends_at:
                return None
            left -= 1
            return next(calls)

    return take


def _send_all(
    port: int, take: Callable[[], Call | None], connections: int
) -> tuple[list[float], float]:
    senders = [_Sender(port, take) for _ in range(connections)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if failed := next((sender.failed for sender in senders if sender.failed), None):
        raise CommandError(failed)
    return [t for sender in senders for t in sender.times], sum(s.cost for s in senders)


class _Sender(threading.Thread):
    """One connection that sends call after call."""

    def __init__(self, port: int, take: Callable[[], Call | None]) -> None:
        super().__init__(daemon=True)
        self._port, self._take = port, take
        self.times: list[float] = []
        self.cost = 0.0
        self.failed = ""

    def run(self) -> None:
        line = HTTPConnection(HOST, self._port, timeout=TIMEOUT)
        began = time.thread_time()
        try:
            while (call := self._take()) and not self.failed:
                self._send(line, call)
        except (OSError, HTTPException) as error:
            self.failed = f"The web server broke off: {type(error).__name__}: {error}"
        finally:
            self.cost = time.thread_time() - began
            line.close()

    def _send(self, line: HTTPConnection, call: Call) -> None:
        started = time.perf_counter()
        line.request(call.method, call.path, call.body, call.headers)
        answer = line.getresponse()
        body = answer.read()
        self.times.append(time.perf_counter() - started)
        if answer.status != call.status:
            told = body[:300].decode(errors="replace")
            self.failed = f"{call.method} {call.path} answered {answer.status}: {told}"
