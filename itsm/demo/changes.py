"""Founds what approves the changes of the demo world, and tells them through their services."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from audit.context import Channel, acting
from changes import services
from changes.enums import Authentication, ChangeType
from changes.founding import found_boards, found_policies
from changes.models import Change, ChangeTask, ChangeTemplate
from changes.services.configuring import approve_standard_change, describe_standard_change
from itsm.demo.change_plots import ChangePlot, Move, change_plots
from itsm.demo.change_stories import confirmed, template_stories
from itsm.demo.founding import BEGINNING, World, read_world
from itsm.demo.maintenance import answer_conflicts, tell_maintenance
from people.demo_cast import SINCE
from people.roles import Role
from people.services import grant_role

_LOCK = 7_311_001_498  # the advisory lock on the numbers of the world's changes
_HOW = Authentication.IMPORTED
_FULL = 500  # a world of so many incidents has every change; a smaller one the latest
_IMPLEMENTERS = ("ltrejo", "pgalindo")  # colleagues who also bring changes to production


@transaction.atomic
def found_approval() -> None:
    """The boards and policies of Mexico, from before the first change."""
    with acting(channel=Channel.DEMO, at=BEGINNING):
        _found_approval(read_world())


def _found_approval(world: World) -> None:
    users = world.users
    cab, ecab = found_boards(
        actor=None,
        place="México",
        chair=users["cab_chair"],
        members=[users["approver"], users["approver2"]],
        emergency=[users["approver"], users["senior_approver"]],
        since=SINCE,
    )
    found_policies(actor=None, cab=cab, ecab=ecab)
    for name in _IMPLEMENTERS:
        grant_role(
            users[name],
            Role.IMPLEMENTER,
            actor=None,
            reason="Colleague of the demo world",
            team=world.teams["core-platform"],
            starts_at=datetime(SINCE.year, SINCE.month, SINCE.day, tzinfo=UTC),
        )


def tell_first_changes(world: World, seed: int, base: datetime) -> int:
    """The standard changes, and what is open now or was so a moment ago; returns how many."""
    plots = change_plots(seed, base)
    _keep_numbers(len(plots))
    _tell_templates(world, base)
    tell_maintenance(world, base)
    teller = ChangeTeller(world)
    told = sum(teller.tell(plot) for plot in plots if plot.story.is_first)
    answer_conflicts(world, base)
    return told


def tell_changes(
    world: World,
    seed: int,
    base: datetime,
    incidents: int,
    *,
    pause: Callable[[], None] = lambda: None,
) -> int:
    """The others of a world of so many incidents, the latest first; returns how many were new."""
    told = tell_first_changes(world, seed, base)
    teller = ChangeTeller(world)
    past = [plot for plot in change_plots(seed, base) if not plot.story.is_first]
    wanted = min(len(past), len(past) * incidents // _FULL)
    for plot in past[::-1][:wanted]:
        told += teller.tell(plot)
        pause()
    return told


class ChangeTeller:
    """Tells plots, each in one transaction and only once."""

    def __init__(self, world: World) -> None:
        self.world = world

    @transaction.atomic
    def tell(self, plot: ChangePlot) -> bool:
        """Tell one plot; False when it is told already."""
        _lock()
        if Change.objects.filter(pk=plot.number).exists():
            return False
        change: Any = None
        for move in plot.moves:
            actor = self.world.users[move.actor] if move.actor else None
            with acting(channel=Channel.DEMO, at=move.at, actor=actor):
                done = self._take(change, plot, move, actor)
            change = done if isinstance(done, Change) else change
        return True

    def _take(self, change: Change, plot: ChangePlot, move: Move, actor: Any) -> Any:
        """Take a move; returns what the service returned: mostly the change as it is now."""
        details = dict(move.details)
        match move.verb:
            case "raise":
                return self._raise(plot, actor)
            case "plan_task":
                return self._plan_task(change, plot, details["n"])
            case "start_task" | "finish_task":  # the actor stands in the circumstances
                task = change.tasks.get(position=details["n"] + 1)
                return getattr(services, move.verb)(task, actor=None)
            case "vote":
                details |= {"version_hash": change.version_hash, "authentication": _HOW}
                return services.cast_vote(change, actor=actor, **details)
            case "verbal":
                details["person"] = self.world.users[details["person"]].person
                return services.record_verbal_approval(change, actor=actor, **details)
            case "record_late":
                return services.record_what_is_late(move.at)
            case "expire":
                return services.expire_change(change, move.at)
            case "comment":
                return services.comment_on_change(change, actor=actor, at=move.at, **details)
            case "confirm":
                return services.confirm_requirements(change, actor=actor, answers=confirmed())
            case "request_approval":
                return services.request_approval(change, actor=actor)
        return getattr(services, f"{move.verb}_change")(change, actor=actor, **details)

    def _raise(self, plot: ChangePlot, actor: Any) -> Change:
        world, story = self.world, plot.story
        given: dict[str, Any] = {}
        if story.template:
            given["template"] = ChangeTemplate.objects.get(name=story.template)
        starts_at, ends_at = plot.window
        return services.raise_change(
            actor=actor,
            number=plot.number,
            type=ChangeType(story.type),
            title=story.title,
            team=world.teams[story.team],
            reason=story.reason,
            description=story.description,
            security_impact=story.security,
            test_plan=story.test,
            test_result=story.result,
            backout_plan=story.backout,
            communication_plan=story.communication,
            is_significant=story.is_significant,
            planned_start_at=starts_at,
            planned_end_at=ends_at,
            builder=world.users[story.builder],
            implementer=world.users[story.implementer],
            tester=world.users[story.tester],
            services=[world.services[label] for label in story.services],
            assets=[world.assets[name] for name in story.assets],
            clients=[world.clients[slug] for slug in story.clients],
            commits=plot.commits,
            **given,
        )

    def _plan_task(self, change: Change, plot: ChangePlot, n: int) -> ChangeTask:
        starts_at, ends_at = plot.window
        part = (ends_at - starts_at) / len(plot.story.tasks)
        return services.plan_task(
            change,
            actor=None,
            title=plot.story.tasks[n],
            planned_start_at=starts_at + n * part,
            planned_end_at=starts_at + (n + 1) * part,
            assignee=self.world.users[plot.story.implementer],
        )


def _tell_templates(world: World, base: datetime) -> None:
    """The standard changes; those that name who approved them are approved."""
    with transaction.atomic():
        _lock()
        there = set(ChangeTemplate.objects.values_list("name", flat=True))
        for name, told in template_stories().items():
            if name in there:
                continue
            day = (base - timedelta(days=told["days_ago"])).date()
            described_at = datetime.combine(day, time(17), UTC)
            with acting(channel=Channel.DEMO, at=described_at):
                template = describe_standard_change(
                    actor=None,
                    name=name,
                    owner=world.users[told["owner"]],
                    description=told["description"],
                    test_plan=told["test"],
                    backout_plan=told["backout"],
                )
            if by := told.get("approved_by"):
                at = described_at + timedelta(days=2, hours=3)
                with acting(channel=Channel.DEMO, at=at):
                    expires_on = (at + timedelta(days=told["days"])).date()
                    approve_standard_change(template, actor=world.users[by], expires_on=expires_on)


def _lock() -> None:
    with connection.cursor() as cursor:  # the command and the job may both be at it
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _keep_numbers(count: int) -> None:
    """What people raise themselves comes after the world's own."""
    if Change.objects.filter(pk__lte=count).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(s.name, greatest(%s, nextval(s.name)))"
            "  FROM (SELECT pg_get_serial_sequence(%s, 'id') AS name) AS s",
            [count, Change._meta.db_table],
        )
