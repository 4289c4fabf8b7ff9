"""A job that leaves one row for each step, so that steps done twice or never are seen.

Run as a program it is a worker that does the next job, slowly enough to be killed.
"""

import time
from typing import Any

from django.db import transaction


def count_up(progress: Any, *, to: int, pause: float = 0.0) -> dict[str, int]:
    """Each step and its progress commit together."""
    from records.models import CardNumberFinding

    first = progress.done
    progress.total(to)
    for n in range(first, to):
        with transaction.atomic():
            CardNumberFinding.objects.create(where="tests.count_up", reference=str(n), count=1)
            progress.advance()
        time.sleep(pause)
    return {"first": first}


if __name__ == "__main__":
    import django

    django.setup()

    from records.jobs import JOB_KINDS, run_next_job

    JOB_KINDS.register("tests.count_up", count_up)
    run_next_job()
