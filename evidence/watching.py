"""Watches the controls of the audit trail: cheap enough for every minute, one question each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from audit.lag import oldest_unsealed, oldest_unsigned
from audit.models import SignerStatus
from evidence.enums import FailureKind
from evidence.publishing import last_held_at, watched_since
from evidence.services.failures import report_failure, report_recovery

LATE_AFTER = timedelta(minutes=5)
WITNESSED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Failing:
    """What is wrong, and since when."""

    text: str
    since: datetime


def watch(now: datetime | None = None) -> None:
    """Open what fails and end what does no longer."""
    now = now or timezone.now()
    for kind, check in CHECKS.items():
        failing = check(now)
        if failing is None:
            report_recovery(kind)
        else:
            report_failure(kind, failing.text, since=failing.since)


def _sealer(now: datetime) -> Failing | None:
    return _late(oldest_unsealed(), now, "the oldest entry of the outbox was written")


def _signer(now: datetime) -> Failing | None:
    return _late(oldest_unsigned(), now, "the oldest entry without a checkpoint was sealed")


def _late(since: datetime | None, now: datetime, what: str) -> Failing | None:
    if since is None or now - since <= LATE_AFTER:
        return None
    return Failing(f"{what} at {since.isoformat(timespec='seconds')}", since)


def _refusal(now: datetime) -> Failing | None:
    status = SignerStatus.objects.exclude(refusal="").first()
    return status and Failing(status.refusal, now)


def _unwitnessed(now: datetime) -> Failing | None:
    """Only where somebody outside is to hold checkpoints, and had a day to."""
    since = watched_since()
    if since is None:
        return None
    last = max(since, last_held_at() or since)
    if now - last <= WITNESSED_WITHIN:
        return None
    return Failing(f"the last receipt is of {last.isoformat(timespec='seconds')}", last)


CHECKS: dict[FailureKind, Callable[[datetime], Failing | None]] = {
    FailureKind.SEALER_LATE: _sealer,
    FailureKind.SIGNER_LATE: _signer,
    FailureKind.SIGNER_REFUSES: _refusal,
    FailureKind.UNWITNESSED: _unwitnessed,
}
