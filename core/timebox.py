"""How long one run of a task may go on claiming work before it hands over to its successor."""

import time
from collections.abc import Callable


def time_is_up(seconds: float) -> Callable[[], bool]:
    """A question that is answered with yes after so many seconds."""
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() >= deadline
