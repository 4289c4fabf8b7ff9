"""Incidents in the portal: the list one works from and the page one works on."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from core.admin import Button, Panel, ScopedModelAdmin, SearchSelectMultiple
from core.errors import Refused
from core.showing import ago, link
from incidents import page, services
from incidents.download import attachment_response
from incidents.enums import PRIORITY_OF
from incidents.forms import ACTIONS
from incidents.lists import IncidentList
from incidents.models import Incident
from incidents.permissions import may_override_priority, may_share_incidents
from incidents.rules import is_within_reach
from incidents.workflow import INCIDENT_WORKFLOW

_NEXT = {"start", "resume", "resolve", "close"}  # what usually comes next, by status
_PROMINENT = {"assign"}
_ASIDE = {"hand_over", "cancel"}
_ON_THE_PAGE = {"comment", "attach"}  # their forms stand open in the timeline


class IncidentForm(forms.ModelForm):
    """What opening and editing ask. Everything else about an incident changes by actions."""

    assets = forms.ModelMultipleChoiceField(
        label=_("Affected assets"),
        queryset=Asset.objects.none(),
        required=False,
        show_hidden_initial=True,  # changed is what differs from the page that was read
    )


@admin.register(Incident)
class IncidentAdmin(ScopedModelAdmin):
    form = IncidentForm
    workflow = INCIDENT_WORKFLOW
    action_forms = ACTIONS
    create_with = staticmethod(services.open_incident)
    change_with = staticmethod(services.edit_incident)
    change_form_template = "incidents/change_form.html"

    list_class = IncidentList
    search_fields = ("title",)
    ordering = ("-pk",)
    autocomplete_fields = ("client", "vendor")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        incident = super().get_object(request, object_id, from_field)
        page.marks_of(incident)
        return incident

    def is_workable(self, request: HttpRequest, record: Incident) -> bool:
        return is_within_reach(record, request.user) is None

    # --- The form -------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rest = ["client", "channel", "assets"]
        if obj is not None:
            rest = ["client", "vendor", "channel", "tier", "assets"]
        return [
            (None, {"fields": ["title", "service", "description", ("impact", "urgency"), *rest]})
        ]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        assets = form.base_fields["assets"]
        assets.queryset = Asset.objects.visible_to(request.user)
        assets.widget = SearchSelectMultiple(
            Incident._meta.get_field("assets"), self.admin_site, attrs={"style": "width: 100%"}
        )
        assets.widget.choices = assets.choices
        return form

    def render_change_form(self, request: Any, context: Any, **kwargs: Any) -> HttpResponse:
        context["priorities"] = [
            {"impact": int(impact), "urgency": int(urgency), "label": str(priority.label)}
            for (impact, urgency), priority in PRIORITY_OF.items()
        ]
        context["first_tab"] = _("Work")
        if (incident := kwargs.get("obj")) is not None:
            seen = Asset.objects.visible_to(request.user)
            context["affected_assets"] = seen.filter(affected_by__incident=incident)
        return super().render_change_form(request, context, **kwargs)

    # --- The page -------------------------------------------------------------------------------

    def get_header(self, request: HttpRequest, record: Incident) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [page.status_badge(record), page.priority_badge(record)],
            "facts": [
                (_("service"), link(record.service)),
                (_("team"), link(record.team)),
                (_("owner"), str(record.owner or _("Nobody yet"))),
                (_("opened"), ago(record.opened_at)),
            ],
            "clocks": page.clocks_of_incident(record),
        }

    def get_facts(self, request: HttpRequest, record: Incident) -> list[tuple[Any, Any]]:
        return []  # the page shows them in its own way, above the form

    def get_panels(self, request: HttpRequest, record: Incident) -> list[Panel]:
        user = request.user
        timeline = page.timeline_of(record, user, self.label_of_action)
        links = page.links_of(record, user)
        shares = list(record.shares.select_related("user", "shared_by").order_by("until"))
        watchers = list(record.watchers.select_related("user"))
        own_forms = self.get_action_forms(request, record)
        works = self.is_workable(request, record) and self.has_change_permission(request, record)
        talk = {
            "entries": timeline,
            "incident": record,
            "can_talk": works,
            "comment": own_forms["comment"](record=record, actor=user, auto_id="comment_%s"),
            "attach": own_forms["attach"](record=record, actor=user, auto_id="attach_%s"),
            "comment_url": self.url_of(record, "action", "comment"),
            "attach_url": self.url_of(record, "action", "attach"),
        }
        clocks = {"clocks": page.clocks_of_incident(record), "marks": page.marks_of(record)}
        others = {"links": links, "shares": shares, "watchers": watchers, "now": timezone.now()}
        registered = [make(record, user) for _name, make in page.INCIDENT_PANELS]
        return [
            Panel("timeline", _("Timeline"), "incidents/timeline.html", talk, len(timeline)),
            Panel("clocks", _("Clocks"), "incidents/clocks.html", clocks),
            *registered,
            Panel("links", _("Links and people"), "incidents/links.html", others, len(links)),
        ]

    def get_action_forms(self, request: HttpRequest, record: Incident) -> Mapping[str, Any]:
        hidden = {"unwatch"}
        if record.watchers.filter(user=request.user).exists():
            hidden = {"watch"}
        if not may_override_priority(request.user):
            hidden.add("override_priority")
        if not may_share_incidents(request.user):
            hidden |= {"share", "end_share"}
        return {name: form for name, form in ACTIONS.items() if name not in hidden}

    def get_buttons(self, request: HttpRequest, record: Incident) -> list[Button]:
        """Only who works on incidents is offered the work; others may watch."""
        works = super().has_change_permission(request)
        found = []
        for button in super().get_buttons(request, record):
            is_move = INCIDENT_WORKFLOW.target(record.status, button.action)
            if button.action in _ON_THE_PAGE or (not works and "watch" not in button.action):
                continue
            reasons = button.reasons
            if not is_move and works and "watch" not in button.action:
                reasons = self._reasons_against(request, record, button.action)
            is_main = not works or button.action in _PROMINENT
            is_main = is_main or bool(is_move and button.action not in _ASIDE)
            label = ACTIONS[button.action].title if button.action in _ASIDE else button.label
            is_prominent = button.action in _NEXT and not reasons
            found.append(Button(button.action, label, button.url, reasons, is_main, is_prominent))
        return found

    def _reasons_against(
        self, request: HttpRequest, record: Incident, action: str
    ) -> tuple[Any, ...]:
        if not self.is_workable(request, record):
            return (_("your role does not reach this incident's team"),)
        if action == "assign" and not record.is_open:
            return (_("only an open incident can be assigned"),)
        return ()

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_view)
        own = path("<int:object_id>/files/<int:file_id>/", view, name="incidents_incident_download")
        return [own, *super().get_urls()]

    def download_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A file of an incident that one may see, always as a download."""
        incident = self.get_object(request, unquote(str(object_id)))
        try:
            return attachment_response(incident.attachments.filter(pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{self.url_of(incident)}#timeline")
