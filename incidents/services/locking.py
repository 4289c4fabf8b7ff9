"""The verbs of incidents, and the groups of alerts that are held while one is opened."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from incidents.happenings import agreed_for, happenings
from incidents.models import Incident
from incidents.permissions import may_work_on_incidents
from incidents.rules import is_within_reach
from incidents.services.verbs import Verbs
from incidents.workflow import INCIDENT_WORKFLOW


def _happened(before: dict[str, Any], row: Incident) -> list[Any]:
    return [*happenings(before, row), *agreed_for(row, before)]


VERBS = Verbs(
    model=Incident,
    workflow=INCIDENT_WORKFLOW,
    may_work=may_work_on_incidents,
    is_within_reach=is_within_reach,
    happened=_happened,
    out_of_sight=_("you would no longer see this incident"),
)
TABLE = VERBS.table
step, work, lock, hold_incidents = VERBS.step, VERBS.work, VERBS.lock, VERBS.hold
stays_in_sight = VERBS.stays_in_sight


def hold_alert_groups(keys: Iterable[str]) -> None:
    """Until the transaction ends nobody else opens or reopens incidents of these alert groups.

    Taken before the lock of any incident, and always in the same order, so that a person and the
    digest, or two workers, never wait for each other.
    """
    numbers = sorted({_lock_number(key) for key in keys if key})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _lock_number(key: str) -> int:
    digest = hashlib.sha256(f"alerts:{key}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
