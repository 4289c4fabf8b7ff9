"""How many events a source may send: a token bucket for each source, in this process."""

import math
import threading
import time
from collections.abc import Callable


class TokenBuckets:
    """Each source has a bucket of one minute's events that fills up again evenly."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: dict[int, tuple[float, float]] = {}  # tokens, and when there were so many

    def take(self, source_id: int, per_minute: int) -> int:
        """Take one token: 0, or after how many seconds there will be one again."""
        now = self._clock()
        with self._lock:
            tokens, at = self._levels.get(source_id, (per_minute, now))
            tokens = min(per_minute, tokens + (now - at) * per_minute / 60)
            if tokens >= 1:
                self._levels[source_id] = (tokens - 1, now)
                return 0
            self._levels[source_id] = (tokens, now)
        return math.ceil((1 - tokens) * 60 / per_minute) if per_minute else 60
