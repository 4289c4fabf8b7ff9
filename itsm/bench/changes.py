"""Loads changes into the benchmark's database, a year of them, and measures reading them.

In bulk and with the shape of what people raise: votes, versions and steps are those of finished
rounds.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.utils import timezone

from assets.models import Asset, Service
from audit.context import Channel, acting
from changes.enums import (
    ChangeType,
    Outcome,
    Quorum,
    Risk,
    Status,
    StepKind,
    StepStatus,
)
from changes.models import (
    AffectedService,
    ApprovalRound,
    ApprovalStep,
    Change,
    ChangeCommit,
    ChangedAsset,
    ChangeTemplate,
    ContentVersion,
)
from incidents.models import Incident
from itsm.demo.change_stories import change_stories
from itsm.demo.founding import World
from sla.models import Life

SIZE, QUICK_SIZE = 20_000, 2_000
_BATCH = 1_000
_SPAN = timedelta(days=365)
_TYPES = {ChangeType.NORMAL: 62, ChangeType.STANDARD: 32, ChangeType.EMERGENCY: 6}
_RISKS = {Risk.LOW: 70, Risk.MEDIUM: 22, Risk.HIGH: 8}
_WRONG = {Risk.LOW: 0.02, Risk.MEDIUM: 0.09, Risk.HIGH: 0.27, "": 0.01}
_ENDS = {Status.CLOSED: 94, Status.CANCELLED: 4, Status.EXPIRED: 2}
_OPEN = {
    Status.DRAFT: 20,
    Status.ASSESSING: 15,
    Status.AWAITING_APPROVAL: 25,
    Status.SCHEDULED: 30,
    Status.IMPLEMENTING: 10,
}
_OPEN_SHARE = 0.02
_WORKED = (Status.IMPLEMENTING, Status.CLOSED)
_STEPS = {
    Risk.LOW: (StepKind.PEER, StepKind.SERVICE_OWNER),
    Risk.MEDIUM: (StepKind.PEER, StepKind.SERVICE_OWNER, StepKind.CAB),
    Risk.HIGH: (StepKind.PEER, StepKind.SERVICE_OWNER, StepKind.CAB, StepKind.SENIOR),
}
_PATHS = {
    "list of 50 changes": "/changes/change/?tab=over",
    "measures of a year": "/changes/measures/",
}
AIMED_AT = {
    "Portal: measures of a year": "300 ms",
    "Portal: a month of the calendar": "300 ms",
    "Portal: move a change, conflicts looked for": "100 ms",
}
_CALENDAR = "/changes/change/calendar/feed/"
_API = "/api/v1/changes/?status=closed&limit=50"


class ChangeLoader:
    """Loads as many changes as are wanted, the earliest first."""

    def __init__(self, world: World, size: int) -> None:
        self.world, self.size = world, size
        self.now = timezone.now().replace(microsecond=0)
        self.stories = [story for story in change_stories() if story.description]
        self.template = ChangeTemplate.objects.first()
        self.services: Sequence[Service] = list(world.services.values())
        self.assets: Sequence[Asset] = list(world.assets.values())
        self.incidents: Sequence[int] = ()

    def load(self, tell: Callable[[int], None] = lambda _loaded: None) -> None:
        """Have them all, what incidents came of them, and the planner's statistics. The triggers
        that judge each step of a living change are silent: these are over."""
        with acting(channel=Channel.IMPORT, action="bench.load"), _judged_by_nobody():
            for first in range(0, self.size, _BATCH):
                numbers = range(first, min(first + _BATCH, self.size))
                with transaction.atomic():
                    self._load(numbers)
                tell(numbers.stop)
            self._blame()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _load(self, numbers: range) -> None:
        lives = Life.objects.bulk_create([Life() for _ in numbers])
        changes = Change.objects.bulk_create(
            [self._change(n, life) for n, life in zip(numbers, lives, strict=True)]
        )
        loaded = list(zip(numbers, changes, strict=True))
        AffectedService.objects.bulk_create(
            AffectedService(change=change, service=service)
            for n, change in loaded
            for service in {self._service(n), self._service(n * 31 + 7 if n % 5 == 0 else n)}
        )
        ChangedAsset.objects.bulk_create(
            ChangedAsset(change=change, asset=self.assets[n * 13 % len(self.assets)])
            for n, change in loaded
        )
        ChangeCommit.objects.bulk_create(
            ChangeCommit(change=change, repository=f"cobalto/repo-{n % 80}", commit=_hex(n)[:40])
            for n, change in loaded
            if n % 2
        )
        self._approve([(n, c) for n, c in loaded if c.version_hash])

    def _approve(self, loaded: Sequence[tuple[int, Change]]) -> None:
        versions = ContentVersion.objects.bulk_create(
            ContentVersion(
                change=change,
                number=1,
                content=str(n),
                sha256=change.version_hash,
                frozen_at=change.raised_at + timedelta(days=1),
            )
            for n, change in loaded
        )
        rounds = ApprovalRound.objects.bulk_create(
            ApprovalRound(content=version, status=StepStatus.APPROVED, policy="Bench")
            for version in versions
        )
        ApprovalStep.objects.bulk_create(
            ApprovalStep(
                round=asked,
                position=position,
                kind=kind,
                quorum=Quorum.FIRST,
                needed=1,
                present=1,
                accepts_tokens=True,
                due_in=timedelta(days=2),
                required_votes=1,
                status=StepStatus.APPROVED,
                opened_at=(opened := change.raised_at + timedelta(days=1, hours=8 * position)),
                decided_at=opened + timedelta(minutes=30 + n * 37 % 1_400),
            )
            for (n, change), asked in zip(loaded, rounds, strict=True)
            for position, kind in enumerate(_STEPS.get(Risk(change.risk or Risk.LOW), ()), 1)
        )

    def _service(self, n: int) -> Service:
        return self.services[n * 17 % len(self.services)]

    def _change(self, n: int, life: Life) -> Change:
        rng, story = Random(n), self.stories[n * 7 % len(self.stories)]  # noqa: S311 -- a repeatable load, no secret
        kinds = _TYPES if self.template else {ChangeType.NORMAL: 94, ChangeType.EMERGENCY: 6}
        (kind,) = rng.choices(list(kinds), list(kinds.values()))
        shares = _OPEN if n >= self.size * (1 - _OPEN_SHARE) else _ENDS
        (status,) = rng.choices(list(shares), list(shares.values()))
        is_standard = kind == ChangeType.STANDARD
        risk = "" if is_standard else rng.choices(list(_RISKS), list(_RISKS.values()))[0]
        raised_at = self.now - _SPAN * (1 - n / self.size) - timedelta(days=5)
        starts_at = raised_at + timedelta(days=rng.randint(1, 20), hours=rng.randint(0, 23))
        ends_at = starts_at + timedelta(hours=rng.randint(1, 6))
        worked, over = status in _WORKED, status in (Status.CLOSED, Status.CANCELLED)
        done_at = starts_at + timedelta(minutes=rng.randint(20, 300))
        asked = status not in (Status.DRAFT, Status.ASSESSING, Status.CANCELLED)
        users = self.world.users
        return Change(
            type=kind,
            template=self.template if is_standard else None,
            title=f"{story.title} ({n})",
            reason=story.reason,
            description=story.description,
            security_impact=story.security,
            test_plan=story.test,
            test_result=story.result,
            backout_plan=story.backout,
            team=self._service(n).owner_team,
            planned_start_at=starts_at,
            planned_end_at=ends_at,
            actual_start_at=starts_at + timedelta(minutes=5) if worked else None,
            actual_end_at=done_at if status == Status.CLOSED else None,
            requester=users["requester"],
            builder=users["requester"],
            implementer=users["implementer"],
            tester=users["eolvera"],
            risk=risk,
            status=status,
            outcome=self._outcome(rng, risk) if status == Status.CLOSED else "",
            review="Sin novedad." if status == Status.CLOSED else "",
            version_hash=_hex(n) if asked else "",
            life=life,
            raised_at=raised_at,
            ended_at=done_at + timedelta(hours=20) if over else None,
        )

    def _outcome(self, rng: Random, risk: str) -> Outcome:
        if rng.random() < _WRONG[risk]:
            return rng.choice((Outcome.FAILED, Outcome.BACKED_OUT))
        return Outcome.WITH_ISSUES if rng.random() < 0.05 else Outcome.SUCCESSFUL

    def _blame(self) -> None:
        """One change in seventy caused an incident, where there are any."""
        keys = list(Change.objects.filter(status=Status.CLOSED).values_list("pk", flat=True)[::70])
        incidents = list(Incident.objects.order_by("-pk").values_list("pk", flat=True)[: len(keys)])
        for incident, change in zip(incidents, keys, strict=False):
            Incident.objects.filter(pk=incident).update(caused_by_change=change)


class _judged_by_nobody:
    """Inside, no trigger that judges a change's steps; those of the history stay."""

    _SILENT = (
        ("changes_change", "keeps_its_approval"),
        ("changes_change", "keeps_out_of_freezes"),
        ("changes_change", "ends_confirmed"),
        ("changes_change", "waits_for_conditions"),
        ("changes_change", "waits_for_its_conflicts"),
        ("changes_change", "notes_replanning"),
        ("changes_affectedservice", "notes_alteration"),
        ("changes_changedasset", "notes_alteration"),
        ("changes_affectedservice", "stays_as_frozen"),
        ("changes_changedasset", "stays_as_frozen"),
        ("changes_changecommit", "stays_as_frozen"),
    )

    def __enter__(self) -> None:
        self._turn("DISABLE")

    def __exit__(self, *_exc: Any) -> None:
        self._turn("ENABLE ALWAYS")

    def _turn(self, how: str) -> None:
        with connection.cursor() as cursor:
            for table, name in self._SILENT:
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
                    [table, f"pgtrigger_{name}_%"],
                )
                for (trigger,) in cursor.fetchall():
                    cursor.execute(f'ALTER TABLE {table} {how} TRIGGER "{trigger}"')


def _hex(n: int) -> str:
    return hashlib.sha256(str(n).encode()).hexdigest()


def change_calls(
    token: dict[str, str], session: dict[str, str], user: Any
) -> dict[str, Callable[[], Iterator[tuple[str, str, dict[str, str]]]]]:
    """By name what is asked of the changes: endless (method, address, headers)."""

    def same(path: str, headers: dict[str, str]) -> Callable[[], Iterator[Any]]:
        def calls() -> Iterator[Any]:
            while True:
                yield "GET", path, headers

        return calls

    def records() -> Iterator[Any]:
        keys = list(
            Change.objects.visible_to(user).order_by("-pk").values_list("pk", flat=True)[:60]
        )
        while keys:
            for pk in keys:
                yield "GET", f"/changes/change/{pk}/change/", session

    def moves() -> Iterator[Any]:
        """The dialog that moves a change to the day before."""
        planned = Change.objects.visible_to(user).filter(status=Status.DRAFT)
        found = list(planned.order_by("-pk").values_list("pk", "version", "planned_start_at")[:60])
        while found:
            for pk, version, start in found:
                wanted = urlencode(
                    {
                        "version": version,
                        "planned_start_at": f"{start - timedelta(days=1):%Y-%m-%dT%H:%M}",
                    }
                )
                dialog = {**session, "X-Dialog": "1"}
                yield "GET", f"/changes/change/{pk}/action/reschedule/?{wanted}", dialog

    first = (timezone.now() - timedelta(days=100)).replace(day=1)
    month = f"start={first:%Y-%m-%d}&end={first + timedelta(days=42):%Y-%m-%d}"
    return {
        **{f"Portal: {name}": same(path, session) for name, path in _PATHS.items()},
        "Portal: a month of the calendar": same(f"{_CALENDAR}?{month}", session),
        "Portal: move a change, conflicts looked for": moves,
        "Portal: a change": records,
        "API: list of 50 changes": same(_API, token),
    }
