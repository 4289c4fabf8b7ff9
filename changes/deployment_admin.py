"""Deployments, what was found about them and the repositories that report, in the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes import services
from changes.deployment_lists import (
    DeploymentList,
    FindingList,
    RepositoryList,
    commit_of,
    finding_badge,
)
from changes.finding_workflow import FINDING_WORKFLOW
from changes.forms.findings import FINDING_ACTIONS
from changes.models import Change, Deployment, Finding, ServiceRepository
from core.admin import Button, Panel, ScopedModelAdmin
from core.querysets import visible_rows
from core.showing import badge, exact, link, shown


def seen(record: Any, user: Any) -> Any:
    """A record's link where the person sees it, nothing else where they do not."""
    if record is None or not visible_rows(type(record), user).filter(pk=record.pk).exists():
        return ""
    return link(record)


@admin.register(Deployment)
class DeploymentAdmin(ScopedModelAdmin):
    list_class = DeploymentList
    record_template = "changes/deployment.html"
    edits_on_request = True
    search_fields = ("=reference", "repository", "commit")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service", "change")

    def get_header(self, request: HttpRequest, record: Deployment) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.repository} @ {commit_of(record)}",
            "badges": [badge(record.get_environment_display(), "blue")],
        }

    def get_facts(self, request: HttpRequest, record: Deployment) -> list[tuple[Any, Any]]:
        user = request.user
        service = record.service
        return [
            (_("deployed at"), exact(record.deployed_at, seconds=True)),
            (_("deployed by"), record.deployed_by),
            (_("service"), (service and (seen(service, user) or service.name)) or _("Unknown")),
            (_("change"), seen(record.change, user)),
            (_("names the change"), record.named_change),
            (_("commit"), record.commit),
            (_("digest of the artefact"), record.digest),
            (_("reported by"), record.source),
            (_("reported at"), exact(record.received_at, seconds=True)),
            (_("delivery"), record.delivery),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_panels(self, request: HttpRequest, record: Deployment) -> list[Panel]:
        found = list(Finding.objects.visible_to(request.user).filter(deployment=record))
        rows = [
            (link(row, row.reference), row.get_kind_display(), finding_badge(row)) for row in found
        ]
        content = {
            "columns": [_("reference"), _("finding"), _("status")],
            "rows": rows,
            "nothing": _("It was found to be in order.")
            if record.judged_at
            else _("It has not been compared with the changes yet."),
        }
        title = pgettext_lazy("deployments", "Findings")
        return [Panel("findings", title, "portal/table.html", content, len(rows))]


@admin.register(Finding)
class FindingAdmin(ScopedModelAdmin):
    workflow = FINDING_WORKFLOW
    action_forms = FINDING_ACTIONS
    list_class = FindingList
    record_template = "changes/deployment.html"
    edits_on_request = True
    search_fields = ("=reference",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("service", "deployment", "change__team", "covered_by", "owner", "settled_by")
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Finding) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.get_kind_display(),
            "badges": [finding_badge(record)],
            "facts": [
                (_("service"), shown(record.service and record.service.name)),
                (_("owner"), shown(record.owner and record.owner.get_full_name())),
                (_("due at"), exact(record.due_at)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Finding) -> list[tuple[Any, Any]]:
        user, settled_by, deployment = request.user, record.settled_by, record.deployment
        return [
            (_("deployment"), seen(deployment, user)),
            (_("deployed at"), exact(deployment.deployed_at) if deployment else ""),
            (_("deployed by"), deployment.deployed_by if deployment else ""),
            (_("change"), seen(record.change, user)),
            (_("opened at"), exact(record.opened_at)),
            (_("ended at"), record.ended_at),
            (_("settled by"), settled_by and settled_by.get_full_name()),
            (_("authorised by the change"), seen(record.covered_by, user)),
            (_("why, or the evidence"), record.note),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_buttons(self, request: HttpRequest, record: Finding) -> list[Button]:
        """Of the workflow only what people do."""
        return [b for b in super().get_buttons(request, record) if b.action in FINDING_ACTIONS]


@admin.register(ServiceRepository)
class ServiceRepositoryAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.map_repository)
    change_with = staticmethod(services.edit_repository)
    list_class = RepositoryList
    search_fields = ("repository",)
    ordering = ("repository",)
    fields = ("repository", "service")
    autocomplete_fields = ("service",)

    def get_header(self, request: HttpRequest, record: ServiceRepository) -> dict[str, Any]:
        return {"reference": "", "title": record.repository, "badges": []}


def deployments_panel(change: Change, user: Any) -> Panel:
    """What was deployed of a change, and what was found about it."""
    rows = Deployment.objects.visible_to(user).filter(change=change).select_related("service")
    found = Finding.objects.visible_to(user).filter(change=change)
    by_deployment: dict[int | None, list[Finding]] = {}
    for finding in found:
        by_deployment.setdefault(finding.deployment_id, []).append(finding)
    lines = [
        (
            link(row, row.reference),
            f"{row.repository} @ {commit_of(row)}",
            row.get_environment_display(),
            row.deployed_at,
            row.deployed_by,
            _told(by_deployment.pop(row.pk, [])),
        )
        for row in rows.order_by("-pk")[:100]
    ]
    for rest in by_deployment.values():
        lines.append(("", "", "", "", "", _told(rest)))
    content = {
        "columns": [
            _("deployment"),
            _("commit"),
            _("environment"),
            _("deployed at"),
            _("deployed by"),
            pgettext_lazy("deployments", "Findings"),
        ],
        "rows": lines,
        "nothing": _("No deployment of it was reported."),
    }
    return Panel("deployments", _("Deployments"), "portal/table.html", content, len(lines))


def _told(found: list[Finding]) -> Any:
    return format_html_join(
        ", ", "{} {}", ((link(row, row.get_kind_display()), finding_badge(row)) for row in found)
    )
