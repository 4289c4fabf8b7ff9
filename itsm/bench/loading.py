"""Fills the benchmark's database: the demo world's estate, and as many incidents as wanted.

In bulk, since it is the reading that is measured; the texts are those of the demo world, and the
audit triggers write history and outbox rows as for anything else.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.context import Channel, acting
from incidents.enums import OPEN, PRIORITY_OF, Impact, Status, Tier, Urgency
from incidents.models import AffectedAsset, Incident, IncidentComment
from itsm.demo.crew import AGENTS
from itsm.demo.founding import World
from itsm.demo.plots import Plot, write_plots
from sla.enums import MarkKind, MarkSource
from sla.models import Life, Mark

RARE_WORD = "axolotlario"  # stands in so many incidents, however many there are
RARE = 12
COMMON_WORD = "SPEI"
_BATCH = 1_000
_TEXTS = 1_500
_SPAN = timedelta(days=3 * 365)
_WAITS = (Status.PENDING_CUSTOMER, Status.PENDING_CHANGE)
_BEFORE_WORK = (Status.NEW, Status.TRIAGED, Status.CANCELLED)


class Loader:
    """Loads incidents in ascending numbers, so that a second call continues the first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = timezone.now().replace(microsecond=0)
        self.plots = write_plots(7, _TEXTS, self.now)
        self.loaded = 0

    def load_up_to(self, size: int, tell: Callable[[int], None]) -> None:
        """Have so many incidents, and the statistics that the planner needs."""
        with acting(channel=Channel.IMPORT, action="bench.load"):
            while self.loaded < size:
                wanted = range(self.loaded, min(self.loaded + _BATCH, size))
                with transaction.atomic():
                    self._load(wanted, size)
                self.loaded = wanted.stop
                tell(self.loaded)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _load(self, numbers: range, size: int) -> None:
        lives = Life.objects.bulk_create([Life() for _ in numbers])
        incidents = Incident.objects.bulk_create(
            [self._incident(n, size, life) for n, life in zip(numbers, lives, strict=True)]
        )
        Mark.objects.bulk_create([mark for i in incidents for mark in _marks(i)])
        AffectedAsset.objects.bulk_create(
            AffectedAsset(incident=i, asset=self._asset(n))
            for n, i in zip(numbers, incidents, strict=True)
        )
        IncidentComment.objects.bulk_create(
            IncidentComment(
                incident=i, author=i.owner, text=self._note(n), created_at=i.opened_at
            )
            for n, i in zip(numbers, incidents, strict=True)
            if i.owner and n % 3
        )

    def _plot(self, n: int) -> Plot:
        return self.plots[n * 7 % _TEXTS]

    def _asset(self, n: int) -> Any:
        return self.world.assets[self._plot(n).assets[0]]

    def _note(self, n: int) -> str:
        said = (step for step in self._plot(n).steps if step.verb == "comment")
        return next((step.details["text"] for step in said), "En revisión.")

    def _incident(self, n: int, size: int, life: Life) -> Incident:
        rng, plot = Random(n), self._plot(n)  # noqa: S311 -- a repeatable load, no secret
        service = self.world.services[plot.service]
        status = _status(rng)
        impact, urgency = Impact(plot.impact), Urgency(plot.urgency)
        owner = self.world.users[rng.choice(AGENTS[service.support_team.slug])]
        opened_at = self._opened_at(n, size, rng)
        is_over = status not in OPEN
        over_at = opened_at + timedelta(minutes=rng.randint(30, 4_000))
        is_resolved = status in (Status.RESOLVED, Status.CLOSED)
        rare = f" {RARE_WORD}" if n % max(1, self._share(size)) == 3 else ""
        return Incident(
            title=plot.title,
            description=f"{plot.description}{rare}\n\nRef. OPS-{n:06}",
            status=status,
            service=service,
            team=service.support_team,
            owner=None if status in _BEFORE_WORK else owner,
            client=self.world.clients.get(plot.client),
            tier=Tier.L1,
            channel=plot.channel,
            impact=impact,
            urgency=urgency,
            priority=PRIORITY_OF[impact, urgency],
            resolution_code="fixed" if is_resolved else "",
            resolution="Listo, validado con el usuario." if is_resolved else "",
            life=life,
            opened_at=opened_at,
            opened_by=owner,
            resolved_at=over_at if is_resolved else None,
            closed_at=over_at if is_over and status != Status.RESOLVED else None,
        )

    def _share(self, size: int) -> int:
        """One in so many incidents of this load has the rare word."""
        return (size - self._before(size)) // RARE if self._before(size) == 0 else 10**9

    def _before(self, size: int) -> int:
        return 0 if self.loaded < _BATCH or self._first_size == size else self._first_size

    def _opened_at(self, n: int, size: int, rng: Random) -> datetime:
        ago = _SPAN * (1 - n / size)
        return self.now - ago - timedelta(seconds=rng.randint(60, 3_000))
