"""The ledger's measures for Prometheus: asked of the database at each scrape, in constant time."""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from audit import lag
from evidence.enums import FailureKind
from evidence.models import ControlFailure

_log = structlog.get_logger(__name__)


class LedgerCollector(Collector):
    """How far sealer and signer are behind, how much there is, and which controls fail."""

    def collect(self) -> Iterator[Metric]:
        """Nothing where the database does not answer: the other measures are wanted then."""
        try:
            yield from list(self._measured())
        except DatabaseError as error:
            _log.warning("ledger_not_measured", error=str(error).strip())

    def _measured(self) -> Iterator[Metric]:
        yield _gauge(
            "itsm_sealer_lag_seconds",
            "How long the oldest entry of the outbox has been waiting to be sealed.",
            _seconds(lag.oldest_unsealed()),
        )
        yield _gauge(
            "itsm_signer_lag_seconds",
            "How long the oldest sealed entry has been waiting for a checkpoint.",
            _seconds(lag.oldest_unsigned()),
        )
        yield _gauge(
            "itsm_outbox_entries",
            f"Entries that wait to be sealed, counted up to {lag.COUNTED}.",
            lag.outbox_depth(),
        )
        yield _gauge("itsm_ledger_entries", "Entries of the ledger.", lag.sealed_size())
        yield _gauge("itsm_ledger_signed_entries", "Entries under a checkpoint.", lag.signed_size())
        failures = GaugeMetricFamily(
            "itsm_control_failures_open", "Control failures that last.", labels=["kind"]
        )
        lasting = set(ControlFailure.objects.open().values_list("kind", flat=True))
        for kind in FailureKind:
            failures.add_metric([kind.value], float(kind.value in lasting))
        yield failures

    def describe(self) -> list[Metric]:
        """Nothing is asked of the database when it is registered."""
        return []


def register() -> None:
    """Once a process, however often the apps are made ready."""
    if not any(isinstance(known, LedgerCollector) for known in REGISTRY._collector_to_names):
        REGISTRY.register(LedgerCollector())


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=float(value))


def _seconds(since: datetime | None) -> float:
    return max((timezone.now() - since).total_seconds(), 0.0) if since else 0.0
