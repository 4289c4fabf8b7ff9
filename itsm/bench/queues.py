"""Open records as people work on them: each with clocks of a client and a team, and who held it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidents.models import Incident
from itsm.bench.loading import Loader
from itsm.demo.founding import World
from people.models import WorkCalendar
from sla.enums import AgreementKind, ClockState, Holder, Metric
from sla.models import Agreement, AgreementVersion, Life, LifeClock, Segment
from sla.replay import THRESHOLDS

_AGREED = ((Metric.ACKNOWLEDGE, timedelta(hours=2)), (Metric.RESTORE, timedelta(hours=30)))
_TURNS = 6  # how often whoever holds it changes


class OpenLoader(Loader):
    """Loads incidents that are all open, of the last weeks."""

    open_share = 1.0
    span = timedelta(days=30)

    def __init__(self, world: World, size: int) -> None:
        super().__init__(world, [size])
        calendar = WorkCalendar.objects.order_by("pk").first()
        self._versions = [
            AgreementVersion.objects.create(
                agreement=Agreement.objects.create(
                    slug=f"bench-{place}", name=f"Bench {place}", kind=AgreementKind.SLA
                ),
                number=1,
                calendar=hours,
            )
            for place, hours in enumerate((calendar, None))
        ]

    def _load_lives(self, incidents: Sequence[Incident]) -> None:
        Segment.objects.bulk_create([one for i in incidents for one in _segments(i)])
        clocks = [clock for i in incidents for clock in self._clocks(i)]
        LifeClock.objects.bulk_create(clocks)
        first: dict[int, datetime] = {}
        for clock in clocks:
            if clock.due_at is not None:
                first[clock.life_id] = min(clock.due_at, first.get(clock.life_id, clock.due_at))
        lives = [Life(pk=pk, breaches_at=due) for pk, due in first.items()]
        Life.objects.bulk_update(lives, ["breaches_at"])

    def _clocks(self, incident: Incident) -> Iterator[LifeClock]:
        opened = incident.opened_at
        for version in self._versions:
            for metric, target in _AGREED:
                yield LifeClock(
                    life=incident.life,
                    agreement=version.agreement,
                    agreement_version=version,
                    metric=metric,
                    priority=incident.priority,
                    target=target,
                    state=ClockState.RUNNING,
                    started_at=opened,
                    runs_from=opened,
                    elapsed_before=timedelta(),
                    due_at=opened + target,
                    reached_at=[opened + target * percent // 100 for percent in THRESHOLDS],
                )


def _segments(incident: Incident) -> Iterator[Segment]:
    for turn in range(_TURNS):
        is_ours = turn % 2 == 0
        yield Segment(
            life=incident.life,
            started_at=incident.opened_at + turn * timedelta(minutes=20),
            holder=Holder.TEAM if is_ours else Holder.CUSTOMER,
            team=incident.team if is_ours else None,
            is_running=is_ours,
        )
