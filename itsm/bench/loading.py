"""Fills the benchmark's database: the demo world's estate, and as many incidents as wanted.

In bulk, since it is the reading that is measured; the texts are those of the demo world, and the
audit triggers write history and outbox rows as for anything else.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from assets.models import Asset
from audit.context import Channel, acting
from incidents.enums import PRIORITY_OF, Impact, Status, Tier, Urgency
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
_BEFORE_WORK = (Status.NEW, Status.TRIAGED, Status.CANCELLED)
_VENDORS = 12  # to whom every fifth incident is attributed
_OVER = {Status.CLOSED: 950, Status.RESOLVED: 35, Status.CANCELLED: 15}
_OPEN = {
    Status.IN_PROGRESS: 40,
    Status.NEW: 20,
    Status.TRIAGED: 16,
    Status.PENDING_CUSTOMER: 12,
    Status.PENDING_CHANGE: 12,
}


class Loader:
    """Loads incidents in ascending numbers, so that a second call continues the first."""

    open_share = 0.03  # the latest of every load; some stay open and grow old
    span = timedelta(days=3 * 365)

    def __init__(self, world: World, sizes: Sequence[int]) -> None:
        self.world = world
        self.vendors = [world.vendors[name] for name in sorted(world.vendors)][:_VENDORS]
        self.smallest, self.largest = min(sizes), max(sizes)
        self.now = timezone.now().replace(microsecond=0)
        self.plots = write_plots(7, _TEXTS, self.now)
        self.loaded = 0

    def load_up_to(self, size: int, tell: Callable[[int], None]) -> None:
        """Have so many incidents, and the statistics that the planner needs."""
        with acting(channel=Channel.IMPORT, action="bench.load"):
            while self.loaded < size:
                numbers = range(self.loaded, min(self.loaded + _BATCH, size))
                with transaction.atomic():
                    self._load(numbers)
                self.loaded = numbers.stop
                tell(self.loaded)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _load(self, numbers: range) -> None:
        lives = Life.objects.bulk_create([Life() for _ in numbers])
        incidents = Incident.objects.bulk_create(
            [self._incident(n, life) for n, life in zip(numbers, lives, strict=True)]
        )
        loaded = list(zip(numbers, incidents, strict=True))
        self._load_lives(incidents)
        Mark.objects.bulk_create([mark for n, i in loaded for mark in self._marks(n, i)])
        AffectedAsset.objects.bulk_create(
            [AffectedAsset(incident=i, asset=self._asset(n)) for n, i in loaded]
        )
        IncidentComment.objects.bulk_create(
            [
                IncidentComment(
                    incident=i, author=i.owner, text=self._note(n), created_at=i.opened_at
                )
                for n, i in loaded
                if i.owner and n % 3
            ]
        )

    def _load_lives(self, incidents: Sequence[Incident]) -> None:
        """What hangs on the lives besides marks: nothing, as in a log taken in from elsewhere."""

    def _plot(self, n: int) -> Plot:
        return self.plots[n * 7 % _TEXTS]

    def _asset(self, n: int) -> Asset:
        return self.world.assets[self._plot(n).assets[0]]

    def _note(self, n: int) -> str:
        said = (step for step in self._plot(n).steps if step.verb == "comment")
        return next((step.details["text"] for step in said), "En revisión.")

    def _marks(self, n: int, incident: Incident) -> Iterator[Mark]:
        plot = self._plot(n)
        source = MarkSource.MACHINE if plot.evidence else MarkSource.HUMAN
        moments = {
            MarkKind.STARTED: incident.opened_at - timedelta(seconds=30 + n % 900),
            MarkKind.DETECTED: incident.opened_at,
            MarkKind.ACKNOWLEDGED: incident.opened_at + timedelta(seconds=60 + n % 1_700),
            MarkKind.RESOLVED: incident.resolved_at,
        }
        for kind, at in moments.items():
            if at:
                yield Mark(
                    life=incident.life, kind=kind, at=at, source=source, evidence=plot.evidence
                )

    def _incident(self, n: int, life: Life) -> Incident:
        rng, plot = Random(n), self._plot(n)  # noqa: S311 -- a repeatable load, no secret
        service = self.world.services[plot.service]
        is_open = n % self.smallest >= self.smallest * (1 - self.open_share)
        shares = _OPEN if is_open else _OVER
        (status,) = rng.choices(list(shares), list(shares.values()))
        impact, urgency = Impact(plot.impact), Urgency(plot.urgency)
        agent = self.world.users[rng.choice(AGENTS[service.support_team.slug])]
        opened_at = self.now - self.span * (1 - n / self.largest) - timedelta(days=1)
        over_at = opened_at + timedelta(minutes=rng.randint(30, 1_200))
        is_resolved = status in (Status.RESOLVED, Status.CLOSED)
        is_rare = n < self.smallest and n % (self.smallest // RARE) == 3
        words = f" {RARE_WORD}" if is_rare else ""
        return Incident(
            title=plot.title,
            description=f"{plot.description}{words}\n\nRef. OPS-{n:06}",
            status=status,
            service=service,
            team=service.support_team,
            owner=None if status in _BEFORE_WORK else agent,
            client=self.world.clients.get(plot.client),
            vendor=self.vendors[n // 5 % len(self.vendors)] if n % 5 == 0 else None,
            tier=Tier.L1,
            channel=plot.channel,
            impact=impact,
            urgency=urgency,
            priority=PRIORITY_OF[impact, urgency],
            resolution_code="fixed" if is_resolved else "",
            resolution="Listo, validado con el usuario." if is_resolved else "",
            life=life,
            opened_at=opened_at,
            opened_by=agent,
            resolved_at=over_at if is_resolved else None,
            closed_at=over_at if status in (Status.CLOSED, Status.CANCELLED) else None,
        )
