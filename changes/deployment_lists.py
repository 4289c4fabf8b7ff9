"""The lists of deployments, of what was found about them, and of the repositories that report."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from assets.enums import Environment
from assets.models import Service
from changes.enums import FindingKind, FindingStatus
from changes.models import Change, Deployment, Finding
from core.api.filters import ByPerson, ByRecord, Flag, MomentBound, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge, exact, shown

FINDING_TONES = {
    FindingStatus.OPEN: "red",
    FindingStatus.AUTHORISED: "yellow",
    FindingStatus.REVERTED: "blue",
}
DEPLOYMENT_ORDERINGS = {"reference": ("pk",), "deployed_at": ("deployed_at", "pk")}
FINDING_ORDERINGS = {"reference": ("pk",), "due_at": ("due_at", "pk")}


def finding_badge(finding: Finding) -> Any:
    if finding.status == FindingStatus.OPEN and finding.due_at < timezone.now():
        return badge(_("Overdue"), "red")
    tone = FINDING_TONES.get(FindingStatus(finding.status), "")
    return badge(finding.get_status_display(), tone)


def commit_of(deployment: Deployment) -> str:
    return deployment.commit[:12]


def change_seen(row: Any) -> Any:
    """The change, where the list's reader sees it."""
    return shown(row.change.reference if row.change else None)


def _having_change(rows: Any, wanted: bool) -> Any:
    return rows.filter(change__isnull=not wanted)


def _having_findings(rows: Any, wanted: bool) -> Any:
    found = Finding.objects.filter(deployment__isnull=False).values("deployment")
    return rows.filter(pk__in=found) if wanted else rows.exclude(pk__in=found)


def _being_late(rows: Any, wanted: bool) -> Any:
    late = Finding.objects.late(timezone.now())
    return rows.filter(pk__in=late) if wanted else rows.exclude(pk__in=late)


class DeploymentFilters(FilterSet):
    service = ByRecord("service", Service)
    change = ByRecord("change", Change)
    environment = OneOf("environment", Environment)
    has_change = Flag(_having_change, _("belongs to a change"))
    has_findings = Flag(_having_findings, _("has findings"))
    deployed_at__gte = MomentBound("deployed_at", "gte")
    deployed_at__lt = MomentBound("deployed_at", "lt")


class FindingFilters(FilterSet):
    status = OneOf("status", FindingStatus)
    kind = OneOf("kind", FindingKind)
    service = ByRecord("service", Service)
    change = ByRecord("change", Change)
    owner = ByPerson("owner")
    is_late = Flag(_being_late, pgettext_lazy("findings", "overdue"))
    opened_at__gte = MomentBound("opened_at", "gte")
    opened_at__lt = MomentBound("opened_at", "lt")


class DeploymentList(RecordList):
    filterset = DeploymentFilters
    main_filters = ("service", "environment", "has_change", "has_findings")
    orderings = DEPLOYMENT_ORDERINGS
    ordering = "-reference"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("repository", leads_to_record=True, phone="title"),
        Column("commit", show=commit_of, export=lambda row: row.commit),
        Column("environment", phone="meta"),
        Column("deployed_at", ordering="deployed_at", phone="meta"),
        Column("deployed_by"),
        Column("service", show=lambda row: shown(row.service and row.service.name)),
        Column("change", show=change_seen, export=change_seen),
        Column("source", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return _with_seen_change(rows, self.user).select_related("service")


class FindingList(RecordList):
    filterset = FindingFilters
    main_filters = ("status", "kind", "service", "owner")
    orderings = FINDING_ORDERINGS
    ordering = "-reference"
    tabs = (
        Tab(
            "open",
            pgettext_lazy("findings", "Open"),
            lambda rows, user: rows.open(),
        ),
        Tab(
            "mine",
            pgettext_lazy("findings", "Mine"),
            lambda rows, user: rows.open().filter(owner=user.pk),
        ),
        Tab("all", pgettext_lazy("findings", "All"), lambda rows, user: rows, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("kind", leads_to_record=True, phone="title"),
        Column("status", show=finding_badge, phone="meta"),
        Column("service", show=lambda row: shown(row.service and row.service.name), phone="meta"),
        Column(
            "deployment",
            show=lambda row: shown(row.deployment and row.deployment.repository),
            export=lambda row: row.deployment and row.deployment.reference,
        ),
        Column("change", show=change_seen, export=change_seen),
        Column("owner"),
        Column("due_at", show=lambda row: exact(row.due_at), ordering="due_at"),
        Column("opened_at", is_default=False),
        Column("settled_by", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        rows = _with_seen_change(rows, self.user)
        return rows.select_related("service", "deployment", "owner", "settled_by")


def _with_seen_change(rows: Any, user: Any) -> Any:
    """One query more for the changes of the page, of those that the reader sees."""
    seen = Change.objects.visible_to(user).only("reference", "title")
    return rows.prefetch_related(Prefetch("change", seen))


class RepositoryFilters(FilterSet):
    service = ByRecord("service", Service)


class RepositoryList(RecordList):
    filterset = RepositoryFilters
    orderings = {"repository": ("repository", "pk")}
    ordering = "repository"
    columns = (
        Column("repository", ordering="repository", leads_to_record=True, phone="title"),
        Column("service", phone="meta"),
        Column("since", phone="meta"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("service")
