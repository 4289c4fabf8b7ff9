"""What the figures were taken on: without it they say nothing."""

import os
import platform
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

BUSY = 0.35  # of the cores in use by others, above which figures are not worth keeping
WATCHED_S = 5.0
_POSTGRES = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "jit")


def describe_machine() -> dict[str, Any]:
    """Processor, memory, load and the database's settings, as plain values."""
    load = os.getloadavg()  # of the last minute: installing packages just before is in it
    return {
        "cores": os.cpu_count() or 1,
        "processor": _processor(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load": [round(figure, 2) for figure in load],
        "is_busy": psutil.cpu_percent(interval=WATCHED_S) > BUSY * 100,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgres": _postgres(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _postgres() -> dict[str, str]:
    shown = {}
    with connection.cursor() as cursor:
        for name in _POSTGRES:
            cursor.execute(f"SHOW {name}")
            shown[name] = cursor.fetchone()[0]
    return shown
