"""The plan of a demo world: its seed, size and base, kept as the parameters of the job that fills
it. From the plan alone it is known what is told already and what is not."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from itsm.demo.access import tell_access_reviews
from itsm.demo.agreements import freeze_last_months
from itsm.demo.attestations import tell_attestations
from itsm.demo.audits import tell_audits
from itsm.demo.breaches import tell_misses
from itsm.demo.certifications import tell_certifications
from itsm.demo.changes import found_approval, tell_changes, tell_first_changes
from itsm.demo.coaching import tell_coaching
from itsm.demo.contracts import tell_contracts
from itsm.demo.credits import tell_credits
from itsm.demo.dependencies import tell_dependencies
from itsm.demo.deployed import Causes, tell_deployments
from itsm.demo.feedback import tell_feedback
from itsm.demo.fleet import fleet_size, found_fleet
from itsm.demo.founding import World, found_world, read_world
from itsm.demo.freezes import declare_freezes, tell_exceptions, tell_lifted_segregation
from itsm.demo.ledger_failures import tell_failures
from itsm.demo.meetings import plan_next_meetings, tell_past_meetings
from itsm.demo.obligations import tell_obligations
from itsm.demo.one_on_ones import tell_one_on_ones
from itsm.demo.piece import in_one_piece
from itsm.demo.plots import Plot
from itsm.demo.privacy import tell_privacy_requests
from itsm.demo.problems import tell_problems
from itsm.demo.quality import tell_quality
from itsm.demo.renewals import tell_renewals
from itsm.demo.request_families import tell_request_families, tell_what_requests_ask
from itsm.demo.requests import tell_requests
from itsm.demo.reviews import tell_reviews
from itsm.demo.rubrics import tell_rubrics
from itsm.demo.running import FIRING, tell_running
from itsm.demo.scorecards import tell_scorecards
from itsm.demo.scores import tell_scores
from itsm.demo.spend import tell_spend
from itsm.demo.telling import Teller
from itsm.demo.together import share_views, tell_duplicates
from itsm.demo.weaving import order_of_telling, weave
from records.job_titles import name_job
from records.jobs import JOB_KINDS, enqueue_job
from records.models import Job
from records.progress import Progress

JOB_KIND = "demo.fill"
_RUNNING = len(FIRING) + 1

# How far it is, for whoever waits in front of a terminal: (told, of so many).
shown: ContextVar[Callable[[int, int], None]] = ContextVar("shown", default=lambda *_: None)


@dataclass(frozen=True)
class Plan:
    """What the world is to be. `first` is the number of its oldest incident."""

    seed: int
    incidents: int
    base: datetime
    first: int

    @classmethod
    def of(cls, params: dict[str, Any]) -> "Plan":
        """The plan that a job's parameters hold."""
        return cls(**{**params, "base": datetime.fromisoformat(params["base"])})

    def params(self) -> dict[str, Any]:
        """As a job's parameters."""
        return {**self.__dict__, "base": self.base.isoformat()}

    def plots(self) -> list[Plot]:
        """All plots, in the order in which they are told. Those that run now come on top."""
        return order_of_telling(weave(self.seed, max(0, self.incidents - _RUNNING), self.base))


def found(seed: int, incidents: int) -> tuple[Job, str]:
    """Found the world and ask for its filling, in one transaction; also gives the hook's secrets.

    The incidents get the numbers that a reference would have had at the time, though the latest
    are told first.
    """
    base = timezone.now().replace(minute=0, second=0, microsecond=0)
    with in_one_piece():
        hook = found_world()
        found_approval()
        plan = Plan(seed, incidents, base, _reserve_numbers(incidents - _RUNNING))
        return enqueue_job(JOB_KIND, actor=None, params=plan.params()), hook


def find_job() -> Job | None:
    """The job that fills the world here, if there is one."""
    return Job.objects.filter(kind=JOB_KIND).order_by("-pk").first()


def tell_first(plan: Plan) -> int:
    """What people look for: open incidents, the latest, and those that run right now."""
    world = read_world()
    told = Teller(world, plan.first).tell_all(plot for plot in plan.plots() if plot.is_first)
    tell_first_changes(world, plan.seed, plan.base)
    tell_audits(world, plan.base)
    plan_next_meetings(world, plan.base)
    tell_failures(world, plan.base)
    return told + tell_running(world)


name_job(JOB_KIND, _("Fill the demo world"))


@JOB_KINDS.named(JOB_KIND)
def fill(progress: Progress, **params: Any) -> dict[str, Any]:
    """Bring the rest of the assets, then tell what is not told yet.

    A few assets, or one incident, commit together with the progress that they make, so that a
    killed worker leaves nothing half done and nobody who works meanwhile waits for long.
    """
    plan = Plan.of(params)
    plots = plan.plots()
    fleet, total = fleet_size(), fleet_size() + len(plots)
    progress.total(total)
    found_fleet(progress)
    world = read_world()
    tell_access_reviews(world, plan.base)
    tell_privacy_requests(world, plan.base)
    tell_one_on_ones(world, plan.base)
    tell_coaching(world, plan.base)
    tell_certifications(world, plan.base)
    tell_rubrics(world, plan.base)
    tell_requests(world, plan.base)
    tell_request_families(world, plan.base)
    teller, breath = Teller(world, plan.first), Breath()
    tell_changes(world, plan.seed, plan.base, plan.incidents, pause=breath.take)
    tell_deployments(world, plan.base)
    if declare_freezes(world, plan.base):
        tell_exceptions(world, plan.base)
        tell_lifted_segregation(world, plan.base)
    plan_next_meetings(world, plan.base)
    tell_past_meetings(world, plan.base)
    teller.causes = Causes()
    told = 0
    for plot in plots[progress.done - fleet :]:
        told += teller.tell(plot, also=progress.advance)
        shown.get()(progress.done, total)
        breath.take()
    told += tell_running(world)
    tell_what_requests_ask(world, plan.base)
    freeze_last_months(plan.base)
    tell_duplicates(world, plan.base)
    share_views(world)
    tell_problems(world, plan.base)
    tell_feedback(plan.seed, plan.base)
    tell_misses(world, plan.seed)
    tell_scores(plan.base)
    tell_quality(world, plan.base)
    tell_vendors(world, plan)
    return {"incidents": len(plots) + _RUNNING, "assets": len(world.assets), "told": told}


def tell_vendors(world: World, plan: Plan) -> None:
    """Two years with vendors, which take what became of incidents and changes into account."""
    tell_contracts(world, plan.base)
    tell_spend(world, plan.seed, plan.base)
    tell_attestations(world, plan.base)
    tell_dependencies(world, plan.base)
    tell_credits(world, plan.base)
    tell_obligations(world, plan.base)
    tell_scorecards(world, plan.seed, plan.base)
    tell_renewals(world, plan.base)
    tell_reviews(world, plan.base)


class Breath:
    """Leaves the machine to those who use the portal for a moment of every second."""

    WORK, REST = 0.8, 0.1  # seconds

    def __init__(self) -> None:
        self._since = time.monotonic()

    def take(self) -> None:
        """Pause, if the work since the last pause was long enough."""
        if time.monotonic() - self._since >= self.WORK:
            time.sleep(self.REST)
            self._since = time.monotonic()


def _reserve_numbers(count: int) -> int:
    """Keep so many incident numbers free; gives the first of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [Incident._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1) - 1])
    return first
