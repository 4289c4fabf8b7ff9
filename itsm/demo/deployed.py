"""What was deployed in the demo world: the changes' commits as their pipeline reported them, some
that went otherwise, how these were settled, and which incidents changes caused."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.context import Channel, acting
from changes.enums import FindingKind, Outcome, Status
from changes.finding_workflow import had_no_part
from changes.models import Change, ChangeCommit, Deployment, Finding, ServiceRepository
from changes.services import (
    authorise_finding,
    map_repository,
    report_deployment,
    revert_finding,
    review_deployments,
)
from changes.services.deployments import GRACE
from itsm.demo.founding import BEGINNING, World

SOURCE = "CI de Cobalto"
_NEVER = 1
_AFTER = timedelta(hours=36)
_WORKED = (Status.VERIFYING, Status.REVIEWING, Status.CLOSED)
# What else was deployed: repository, how long before the base, by whom, and how it was settled.
_ODD = (
    ("cobalto/qr-engine", timedelta(hours=5), "ltrejo", ""),
    ("cobalto/spei-gateway", timedelta(days=1, hours=3), "pgalindo", ""),
    ("cobalto/issuing-api", timedelta(days=9), "ltrejo", "authorise"),
    ("cobalto/merchant-portal", timedelta(days=12), "pgalindo", "revert"),
    ("cobalto/lab-tools", timedelta(days=2), "ltrejo", ""),
)
_REASON = (
    "Parche de madrugada por rechazos en emisión; revisado con el equipo al día siguiente, "
    "sin efecto en saldos. El cambio lo cubre y ya trae las pruebas."
)
_EVIDENCE = "Se regresó a la versión anterior a los 14 minutos; bitácora del pipeline 48213."


def tell_deployments(world: World, base: datetime) -> int:
    """The deployments of all changes that are told, once; returns how many were new."""
    with transaction.atomic(), acting(channel=Channel.DEMO, at=BEGINNING):
        _map(world)
    told = sum(_report_of(change, base, n) for n, change in enumerate(_to_report()))
    for repository, ago, who, _end in _ODD:
        told += _report(repository, _commit(f"odd:{repository}"), who, base - ago, f"odd:{who}")
    waiting = Deployment.objects.filter(judged_at__isnull=True).order_by("received_at")
    for reported_at in list(waiting.values_list("received_at", flat=True)):
        _review(reported_at + GRACE)
    _review(timezone.now())
    _settle(world, base)
    return told


def _review(moment: datetime) -> None:
    with acting(channel=Channel.DEMO, at=min(moment, timezone.now())):
        review_deployments(moment)


def _map(world: World) -> None:
    """Each repository belongs to the service that the first change with it names first."""
    there = set(ServiceRepository.objects.values_list("repository", flat=True))
    rows = ChangeCommit.objects.order_by("change", "pk")
    for row in rows.select_related("change"):
        if row.repository in there:
            continue
        there.add(row.repository)
        touched = row.change.affected_services.order_by("pk").select_related("service").first()
        if touched is not None:
            map_repository(actor=None, repository=row.repository, service=touched.service)


def _to_report() -> Any:
    done = Change.objects.filter(status__in=_WORKED, commits__isnull=False).distinct()
    return (
        done.prefetch_related("commits")
        .select_related("implementer")
        .order_by("-actual_start_at", "pk")
    )


def _report_of(change: Change, base: datetime, n: int) -> int:
    """In the middle of the work, the latest change first; of one nothing was deployed, some came
    late and some with another commit."""
    if n == _NEVER:
        return 0
    if change.actual_start_at is None or change.implementer is None:
        return 0
    at = change.actual_start_at + timedelta(minutes=12)
    if n % 11 == 3 and change.planned_end_at is not None:
        at = min(change.planned_end_at + timedelta(minutes=40), base)
    told = 0
    for row in change.commits.all():
        commit = _commit(f"other:{change.pk}") if n % 9 == 5 else row.commit
        who = change.implementer.username
        told += _report(row.repository, commit, who, at, change.reference, change.reference)
    return told


def _report(
    repository: str, commit: str, who: str, at: datetime, run: str, change: str = ""
) -> int:
    if Deployment.objects.filter(source=SOURCE, delivery=f"{run}/{repository}").exists():
        return 0  # told before, perhaps otherwise: by now other changes are the latest
    with acting(channel=Channel.DEMO, at=at):
        return report_deployment(
            source=SOURCE,
            delivery=f"{run}/{repository}",
            repository=repository,
            commit=commit,
            environment="production",
            deployed_by=who,
            deployed_at=at,
            digest=f"sha256:{sha256(commit.encode()).hexdigest()}",
            named_change=change,
        )[1]


def _commit(seed: str) -> str:
    return sha256(seed.encode()).hexdigest()[:40]


def _settle(world: World, base: datetime) -> None:
    """Some findings were answered; of those about changes the older ones."""
    manager = world.users["service_manager"]
    ends = {repository: end for repository, _ago, _who, end in _ODD if end}
    for finding in Finding.objects.open().filter(deployment__isnull=False).order_by("pk"):
        deployment = finding.deployment
        if deployment is None:
            continue
        end = ends.get(deployment.repository, "")
        if finding.kind != FindingKind.NO_CHANGE:
            is_old = deployment.deployed_at < base - timedelta(days=20)
            end = "authorise" if is_old else ""
        at = min(deployment.deployed_at + timedelta(hours=20), base)
        with acting(channel=Channel.DEMO, at=at):
            _end(finding, deployment, end, manager)


def _end(finding: Finding, deployment: Deployment, end: str, manager: Any) -> None:
    if had_no_part(finding, manager):
        return
    if end == "revert":
        revert_finding(finding, actor=manager, note=_EVIDENCE)
    elif end == "authorise":
        cover = finding.change or (
            Change.objects.visible_to(manager)
            .filter(affected_services__service=deployment.service_id, status=Status.CLOSED)
            .exclude(requester=manager)
            .order_by("-pk")
            .first()
        )
        finding.covered_by = cover
        if cover is not None and not had_no_part(finding, manager):
            authorise_finding(finding, actor=manager, covered_by=cover, note=_REASON)


class Causes:
    """The changes that went wrong, for the incidents that came of them."""

    def __init__(self) -> None:
        wrong = (Outcome.FAILED, Outcome.BACKED_OUT, Outcome.WITH_ISSUES)
        rows = Change.objects.filter(outcome__in=wrong, actual_start_at__isnull=False)
        self._known = [
            (change, {row.service_id for row in change.affected_services.all()})
            for change in rows.prefetch_related("affected_services").order_by("pk")
        ]

    def of(self, service_id: int, opened_at: datetime) -> Change | None:
        """What was altered about the service within a day and a half, if that went wrong."""
        for change, services in self._known:
            began = change.actual_start_at
            if began and service_id in services and began <= opened_at <= began + _AFTER:
                return change
        return None
