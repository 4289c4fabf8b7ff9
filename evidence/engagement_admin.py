"""Engagements in the portal: who audits what, what they asked for and what they opened."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import Channel
from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import exact, link, shown
from evidence import services
from evidence.engagement_lists import (
    EngagementList,
    due_cell,
    frameworks_of,
    period_of,
    request_badge,
    state_badge,
)
from evidence.enums import EngagementState
from evidence.forms.engagements import ENGAGEMENT_ACTIONS, EngagementForm, offer_people
from evidence.models import AuditRequest, Engagement, EngagementAuditor
from evidence.opened import opened_in
from evidence.permissions import may_ask, may_manage_engagements
from people.enums import Country
from people.models import Team, User

_MOST_REQUESTS = 200


@admin.register(Engagement)
class EngagementAdmin(ScopedModelAdmin):
    form = EngagementForm
    create_with = staticmethod(services.begin_engagement)
    action_forms = ENGAGEMENT_ACTIONS
    list_class = EngagementList
    record_template = "evidence/engagement.html"
    edits_on_request = True
    search_fields = ("firm", "=reference")
    ordering = ("-pk",)
    field_groups = (
        (None, {"fields": ("firm", "frameworks", ("period_starts_on", "period_ends_on"))}),
        (_("What they may read, and who"), {"fields": ("countries", "teams", "auditors")}),
        (_("Until when, and who answers"), {"fields": (("expires_at", "owner"),)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.field_groups

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields["teams"].queryset = Team.objects.visible_to(request.user).order_by("name")
        seen = User.objects.visible_to(request.user)
        offer_people(form.base_fields["auditors"], seen.exclude(pk=request.user.pk))
        offer_people(form.base_fields["owner"], seen)
        return form

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("owner__person", "ended_by__person")

    def get_header(self, request: HttpRequest, record: Engagement) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.firm,
            "badges": [state_badge(record)],
            "facts": [
                (_("frameworks"), frameworks_of(record)),
                (_("period"), period_of(record)),
                (_("access until"), exact(record.expires_at)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Engagement) -> list[tuple[Any, Any]]:
        teams = ", ".join(row.team.name for row in record.scope_teams.select_related("team"))
        countries = ", ".join(str(Country(code).label) for code in record.countries)
        facts = [
            (_("scope"), " · ".join(filter(None, [countries, teams])) or _("everywhere")),
            (_("owner"), record.owner.get_full_name()),
            (_("begun at"), exact(record.begun_at)),
        ]
        if record.ended_at is not None:
            facts.append((_("ended at"), exact(record.ended_at)))
            facts.append(
                (_("ended by"), shown(record.ended_by and record.ended_by.get_full_name()))
            )
        return facts

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_buttons(self, request: HttpRequest, record: Engagement) -> list[Button]:
        buttons = super().get_buttons(request, record)
        if record.state_at(timezone.now()) == EngagementState.RUNNING and may_ask(request.user):
            url = f"{reverse('admin:evidence_auditrequest_add')}?engagement={record.pk}"
            buttons.insert(0, Button("ask", _("Ask for something"), url, is_dialog=False))
        return buttons

    def get_action_forms(self, request: HttpRequest, record: Engagement) -> Mapping[str, Any]:
        if not may_manage_engagements(request.user):
            return {}
        if record.state_at(timezone.now()) == EngagementState.ENDED:
            return {}
        return ENGAGEMENT_ACTIONS

    def get_panels(self, request: HttpRequest, record: Engagement) -> list[Panel]:
        return [
            self._requests(request, record),
            self._auditors(record),
            self._opened(request, record),
        ]

    def _requests(self, request: HttpRequest, record: Engagement) -> Panel:
        rows = AuditRequest.objects.visible_to(request.user).filter(engagement=record)
        rows = rows.select_related("owner__person").order_by("due_on", "pk")[:_MOST_REQUESTS]
        lines = [
            (
                link(row, f"{row.reference} {row.title}"),
                row.control,
                request_badge(row),
                row.owner.get_full_name(),
                due_cell(row),
            )
            for row in rows
        ]
        content = {
            "columns": [_("request"), _("control"), _("status"), _("owner"), _("due on")],
            "rows": lines,
            "nothing": _("The auditors have asked for nothing yet."),
        }
        return Panel("requests", _("Requests"), "portal/table.html", content, len(lines))

    def _auditors(self, record: Engagement) -> Panel:
        rows = EngagementAuditor.objects.filter(engagement=record)
        rows = rows.select_related("user__person", "added_by__person", "removed_by__person")
        lines = [
            (
                row.user.get_full_name(),
                exact(row.added_at),
                row.added_by and row.added_by.get_full_name(),
                row.removed_at and exact(row.removed_at),
                row.removed_by and row.removed_by.get_full_name(),
            )
            for row in rows
        ]
        content = {
            "columns": [
                *(_("auditor"), _("let in"), _("by"), _("taken out"), _("by")),
            ],
            "rows": lines,
            "nothing": _("Nobody audits for this engagement yet."),
        }
        return Panel("auditors", _("Auditors"), "portal/table.html", content, len(lines))

    def _opened(self, request: HttpRequest, record: Engagement) -> Panel:
        asked = request.GET.get("opened", "")
        before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
        found, following = opened_in(record, request.user, before=before)
        content = {
            "columns": [_("when"), _("who"), _("what"), _("through")],
            "rows": [
                (exact(row.at, seconds=True), row.who, row.what, _door(row.channel))
                for row in found
            ],
            "nothing": _("The auditors have opened nothing yet."),
            "note": _("Every record that its auditors opened and every list that they took away."),
            "older": f"?opened={following}#opened" if following else "",
        }
        return Panel("opened", _("What they opened"), "evidence/opened.html", content)


def _door(code: str) -> str:
    return str(Channel(code).label) if code in Channel.values else code
