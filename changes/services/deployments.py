"""Deployments: taken in as they are reported, and compared with the changes there are."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assets.enums import Environment
from assets.models import Service
from audit.context import acting, told_moment
from changes.deployed import SHORTEST_COMMIT, Candidate, Deployed, change_of, verdict
from changes.enums import FindingKind, Outcome, Status
from changes.models import Change, ChangeCommit, Deployment, Finding, ServiceRepository
from changes.services.findings import open_finding, resolve_finding
from core.errors import NotAllowed, Refused
from core.writing import hold, store
from people.scope import scope_of
from records.services import mask_fields

TABLE = "changes_deployment"
GRACE = timedelta(minutes=15)
"""So long the one of a deployment and its change that is told later may take."""
NEWS = timedelta(days=14)
"""What ended longer ago was compared already."""
BATCH = 500

_APPROVED = (Status.APPROVED, Status.SCHEDULED)
_WORKED = (Status.IMPLEMENTING, Status.VERIFYING, Status.REVIEWING, Status.CLOSED)
_DONE = (Status.VERIFYING, Status.REVIEWING, Status.CLOSED)
_UNDONE = (Outcome.BACKED_OUT, Outcome.FAILED)
_SAME = ("repository", "commit", "environment", "deployed_by", "deployed_at", "digest")


@transaction.atomic
def report_deployment(
    *,
    source: str,
    delivery: str,
    repository: str,
    commit: str,
    environment: str,
    deployed_by: str,
    deployed_at: datetime,
    digest: str = "",
    named_change: str = "",
) -> tuple[Deployment, bool]:
    """Keep what a system reports, and say whether it is new: a delivery counts once, however often
    it comes. Refused where the same delivery tells something else."""
    with acting(actor=None, action="deployment.report"):
        texts = {"repository": repository, "deployed_by": deployed_by, "delivery": delivery}
        told = mask_fields(TABLE, texts, actor=None)
        facts = {
            "repository": told["repository"],
            "commit": commit.lower(),
            "environment": environment,
            "deployed_by": told["deployed_by"],
            "deployed_at": deployed_at,
            "digest": digest.lower(),
        }
        mapping = ServiceRepository.objects.filter(repository=facts["repository"]).first()
        row, is_new = Deployment.objects.get_or_create(
            source=source,
            delivery=told["delivery"],
            defaults={
                **facts,
                "received_at": told_moment(),
                "named_change": named_change.upper(),
                "service_id": mapping and mapping.service_id,
            },
        )
        if not is_new and any(getattr(row, name) != facts[name] for name in _SAME):
            raise Refused(_("this delivery told something else before"))
        if is_new:
            _judge(row, told_moment(), is_final=False)
    return row, is_new


def review_deployments(moment: datetime) -> int:
    """Compare what was reported long enough ago, what is open and what was done lately with each
    other anew; returns how many findings came or went. Each in its own transaction."""
    waiting = Deployment.objects.not_judged(moment - GRACE).order_by("received_at")
    moved = sum(_judge_again(pk, moment) for pk in _keys(waiting))
    held = Finding.objects.open().exclude(kind=FindingKind.NOT_DEPLOYED).order_by("pk")
    moved += sum(_judge_again(pk, moment) for pk in _keys(held, "deployment"))
    lacking = Finding.objects.open().filter(kind=FindingKind.NOT_DEPLOYED)
    moved += sum(_miss(pk, moment) for pk in _keys(lacking, "change"))
    return moved + sum(_miss(pk, moment) for pk in _keys(_done_lately(moment)))


def _keys(rows: Any, column: str = "pk") -> list[int]:
    return list(rows.values_list(column, flat=True)[:BATCH])


@transaction.atomic
def _judge_again(pk: int, moment: datetime) -> int:
    with acting(actor=None, action="deployment.compare"):
        row = Deployment.objects.select_for_update(no_key=True).get(pk=pk)
        return _judge(row, moment, is_final=True)


def _judge(row: Deployment, moment: datetime, *, is_final: bool) -> int:
    """Find the change of a deployment whose row is locked or new, and open, keep or resolve what
    follows. Before it is final only what is in order counts: the rest may still be written down."""
    if row.service_id is None:
        mapping = ServiceRepository.objects.filter(repository=row.repository).first()
        row.service_id = mapping and mapping.service_id
    deployed = Deployed(
        row.repository, row.commit, row.deployed_at, row.digest, row.named_change, row.service_id
    )
    found = change_of(deployed, _candidates(deployed))
    wrong = verdict(deployed, found) if row.environment == Environment.PRODUCTION else None
    row.change_id = found.pk if found else None
    if wrong is None or is_final:
        row.judged_at = moment
    row.save(update_fields=["service", "change", "judged_at"])
    if not is_final:
        return 0
    moved = 0
    for finding in row.findings.open().exclude(kind=wrong or ""):
        resolve_finding(finding, at=moment)
        moved += 1
    if wrong is not None:
        moved += open_finding(wrong, at=moment, deployment=row, change=row.change)
    return moved


def _candidates(deployed: Deployed) -> list[Candidate]:
    """The changes that may be meant, by their indexes: named, bringing such a commit, or about the
    service at the time."""
    begun = ChangeCommit.objects.filter(
        repository=deployed.repository, commit__startswith=deployed.commit[:SHORTEST_COMMIT]
    )
    meant = Q(reference=deployed.named_change) | Q(pk__in=begun.values("change"))
    if deployed.digest:
        built = ChangeCommit.objects.filter(repository=deployed.repository, commit=deployed.digest)
        meant |= Q(pk__in=built.values("change"))
    if deployed.service_id is not None:
        planned = Q(planned_start_at__lte=deployed.at, planned_end_at__gt=deployed.at)
        worked = Q(actual_start_at__lte=deployed.at) & (
            Q(actual_end_at__isnull=True) | Q(actual_end_at__gte=deployed.at)
        )
        touching = Change.objects.filter(planned | worked)
        touching = touching.filter(affected_services__service=deployed.service_id)
        meant |= Q(pk__in=touching.values("pk"))
    worth = Q(status__in=_APPROVED) | Q(status__in=_WORKED)
    rows = Change.objects.filter(meant & worth).defer("search")
    rows = rows.prefetch_related("commits", "affected_services")[:50]
    return [_candidate(change) for change in rows]


def _candidate(change: Change) -> Candidate:
    return Candidate(
        change.pk,
        change.reference,
        change.type,
        frozenset((row.repository, row.commit) for row in change.commits.all()),
        frozenset(row.service_id for row in change.affected_services.all()),
        change.window,
        change.actual_start_at,
        change.actual_end_at,
    )


def _done_lately(moment: datetime) -> Any:
    """Changes done long enough ago that bring commits of repositories which report, and for which
    no deployment was reported."""
    reported = Deployment.objects.filter(change=OuterRef("pk"))
    known = Finding.objects.filter(change=OuterRef("pk"), kind=FindingKind.NOT_DEPLOYED)
    done = Change.objects.filter(
        status__in=_DONE,
        environment=Environment.PRODUCTION,
        actual_end_at__gt=moment - NEWS,
        actual_end_at__lte=moment - GRACE,
    )
    return done.filter(Exists(_reporting())).exclude(Exists(reported)).exclude(Exists(known))


def _reporting() -> Any:
    """The commits of a change whose repository reported already when the change was done."""
    mapped = ServiceRepository.objects.filter(
        repository=OuterRef("repository"), since__lte=OuterRef("change__actual_end_at")
    )
    return ChangeCommit.objects.filter(Exists(mapped), change=OuterRef("pk"))


@transaction.atomic
def _miss(pk: int, moment: datetime) -> int:
    """Open or resolve that a change was done and nothing deployed; 1 where that is news."""
    with acting(actor=None, action="deployment.compare"):
        change = Change.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        is_lacking = (
            change.status in _DONE
            and change.outcome not in _UNDONE
            and not change.deployments.exists()
            and Change.objects.filter(Exists(_reporting()), pk=pk).exists()
        )
        held = change.findings.open().filter(kind=FindingKind.NOT_DEPLOYED).first()
        if is_lacking and held is None:
            return open_finding(FindingKind.NOT_DEPLOYED, at=moment, change=change)
        if held is not None and not is_lacking:
            resolve_finding(held, at=moment)
            return 1
    return 0


def map_repository(*, actor: Any, repository: str, service: Service) -> ServiceRepository:
    """From now on what is deployed from it must be a change of the service. Deployments of before
    belong to the service too, once they are compared again."""
    with transaction.atomic(), acting(actor=actor, action="repository.map"):
        _refuse_strangers(actor, "add")
        row = ServiceRepository(since=told_moment())
        _write(row, {"repository": repository, "service": service}, actor)
    return row


def edit_repository(
    mapping: ServiceRepository, *, actor: Any, version: int | None = None, **changes: Any
) -> ServiceRepository:
    """Correct which service a repository belongs to. Stale when `version` is not current."""
    with transaction.atomic(), acting(actor=actor, action="repository.edit"):
        _refuse_strangers(actor, "change")
        row = hold(mapping, actor=actor, version=version)
        _write(row, changes, actor)
    return row


def _write(row: ServiceRepository, changes: dict[str, Any], actor: Any) -> None:
    if "repository" in changes:
        texts = {"repository": changes["repository"].strip()}
        changes |= mask_fields("changes_servicerepository", texts, actor=actor)
    store(row, changes, actor=actor, editable=frozenset({"repository", "service"}))


def _refuse_strangers(actor: Any, verb: str) -> None:
    needed = f"changes.{verb}_servicerepository"
    if actor is not None and needed not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
