"""Incidents in the portal: the list one works from and the page one works on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from changes.models import Change
from core.admin import Button, Panel, ScopedModelAdmin, SearchSelectMultiple
from core.errors import Refused
from core.record.once import new_token
from core.record.side import Block
from core.showing import ago, link
from incidents import page, services
from incidents.diagnosis_panel import diagnosis_panel
from incidents.enums import ENDED, PRIORITY_OF
from incidents.forms import ACTIONS, CommentForm
from incidents.forms.diagnosing import DIAGNOSING
from incidents.forms.helping import HELPING
from incidents.intake_admin import PhoneCallAdmin
from incidents.lists import IncidentList
from incidents.models import Incident
from incidents.permissions import (
    may_judge_incidents,
    may_override_priority,
    may_share_incidents,
    may_work_on_requests,
)
from incidents.problem_fit import known_errors_for, problems_behind
from incidents.problem_permissions import may_raise_problems
from incidents.readers import mentionable
from incidents.request_admin import RequestAdmin
from incidents.rules import is_within_reach
from incidents.side import side_of
from incidents.timeline import INCIDENT_TIMELINE
from incidents.together import ButtonFor, header_facts, together_panel
from incidents.workflow import INCIDENT_WORKFLOW
from records.download import attachment_response
from sla.clock_panel import clock_rows, table_of

__all__ = ["IncidentAdmin", "PhoneCallAdmin", "RequestAdmin"]  # a file each; Django reads this one

_NEXT = {"start", "resume", "resolve", "close"}  # what usually comes next, by status
_PROMINENT = {"assign"}
_ASIDE = {"hand_over", "cancel", "merge", "split"}
_PLACE = {"comment": 1, "assign": 2, "edit": 3}  # after what comes next, before the other moves
_ELSEWHERE = {"comment", "attach"}  # in the add box
_BESIDE = {
    "watch",
    "unwatch",
    "share",
    "end_share",
    "link",
    "unlink",
    "name_cause",
    "raise_problem",
    "link_problem",
    "link_request",
    "unlink_request",
    "set_drill",
    "explain_misses",
}  # in the side panel
_TOGETHER = {
    *(form.action for form in (*HELPING, *DIAGNOSING)),
    "answer_consultation",
    "consult_team",
    "withdraw_consultation",
    "unmerge",
    "set_cascade",
    "set_following",
    "escalate_again",
    "note_vendor_reply",
    "promise_contact",
}  # in the tab of that name


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
    record_template = "incidents/record.html"
    edits_on_request = True
    keeps_drafts = True
    timeline = INCIDENT_TIMELINE
    coupled_fields = (frozenset({"impact", "urgency"}),)

    list_class = IncidentList
    search_fields = ("title",)
    ordering = ("-pk",)
    autocomplete_fields = ("client", "vendor", "caused_by_change")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("life", "service", "team", "owner", "client", "vendor", "opened_by")
        return super().get_queryset(request).select_related(*related).defer("search")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        incident = super().get_object(request, object_id, from_field)
        page.marks_of(incident)
        return incident

    def is_workable(self, request: HttpRequest, record: Incident) -> bool:
        return is_within_reach(record, request.user) is None

    # --- The form -------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rest = ["client", "channel", "assets", "is_drill"]
        if obj is not None:
            rest = ["client", "vendor", "caused_by_change", "channel", "tier", "assets"]
            cause = obj.caused_by_change_id
            seen = Change.objects.visible_to(request.user)
            if cause and not seen.filter(pk=cause).exists():
                rest.remove("caused_by_change")  # nobody edits what they are not shown
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
        return super().render_change_form(request, context, **kwargs)

    # --- The page -------------------------------------------------------------------------------

    def get_header(self, request: HttpRequest, record: Incident) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": page.badges_of(record),
            "facts": [
                (_("service"), link(record.service)),
                (_("team"), link(record.team)),
                (_("owner"), str(record.owner or _("Nobody yet"))),
                (_("opened"), ago(record.opened_at)),
                *header_facts(record, request.user),
            ],
            "clocks": page.clocks_of_incident(record),
            "life_id": record.life_id,
            "clock": page.urgent_clock(record),
        }

    def get_facts(self, request: HttpRequest, record: Incident) -> list[tuple[Any, Any]]:
        return []  # they stand beside the record

    def page_context(self, request: HttpRequest, record: Incident) -> dict[str, Any]:
        record.behind = problems_behind(record, request.user)
        record.fitting = known_errors_for(record, request.user)
        return super().page_context(request, record)

    def get_panels(self, request: HttpRequest, record: Incident) -> list[Panel]:
        clocks = {
            "clocks": page.clocks_of_incident(record),
            "life_id": record.life_id,
            "marks": page.marks_of(record),
            "agreed": table_of(clock_rows(record.life, page.marks_of(record), timezone.now())),
        }
        registered = [make(record, request.user) for _name, make in page.INCIDENT_PANELS]
        button = self._button_for(request, record)
        together = together_panel(record, request.user, button)
        clocks_panel = Panel("clocks", _("Clocks"), "incidents/clocks.html", clocks)
        return [clocks_panel, together, diagnosis_panel(record, button), *registered]

    def get_side(self, request: HttpRequest, record: Incident) -> list[Block]:
        return list(side_of(record, request.user, self._button_for(request, record)))

    def _button_for(self, request: HttpRequest, record: Incident) -> ButtonFor:
        """What makes the buttons beside the record and in its tabs, as far as somebody works."""
        offered = self.get_action_forms(request, record)
        works = self.has_change_permission(request, record)

        def button(action: str, label: Any, full: Any = "", **answers: Any) -> Button | None:
            readers_do = ("answer_consultation", "take_help", "answer_help")
            is_open_to_readers = "watch" in action or action in readers_do
            if action not in offered or not (works or is_open_to_readers):
                return None
            url = self.url_of_action(record, offered[action], **answers)
            return Button(action, label, url, full_label=full)

        return button

    def get_talk(self, request: HttpRequest, record: Incident) -> dict[str, Any] | None:
        if not self.has_change_permission(request, record):
            return None
        form = CommentForm(record=record, actor=request.user, auto_id="comment_%s")
        url = self.url_of_action(record, CommentForm)
        return {"form": form, "action_url": url, "client": record.client, "once": new_token()}

    def get_mentionable(self, request: HttpRequest, record: Incident, typed: str) -> Any:
        return mentionable(record, by=request.user, typed=typed)

    def get_action_forms(self, request: HttpRequest, record: Incident) -> Mapping[str, Any]:
        hidden = set()
        if not may_override_priority(request.user):
            hidden.add("override_priority")
        if not may_share_incidents(request.user):
            hidden |= {"share", "end_share"}
        if not may_raise_problems(request.user):
            hidden |= {"raise_problem", "link_problem"}
        if not may_work_on_requests(request.user):
            hidden |= {"link_request", "unlink_request"}
        if not may_judge_incidents(request.user):
            hidden |= {"set_drill", "explain_misses"}
        return {name: form for name, form in ACTIONS.items() if name not in hidden}

    def get_buttons(self, request: HttpRequest, record: Incident) -> list[Button]:
        """Only who works on incidents is offered the work."""
        if not super().has_change_permission(request):
            return []
        reach = is_within_reach(record, request.user)
        found = []
        for button in super().get_buttons(request, record):
            if button.action in _ELSEWHERE | _BESIDE | _TOGETHER:
                continue
            move = INCIDENT_WORKFLOW.target(record.status, button.action)
            is_main = button.action in _PROMINENT or bool(move and button.action not in _ASIDE)
            changes = {"is_main": is_main}
            if not move:
                reasons = self._reasons_against_work(record, button.action, reach)
                changes |= {"reasons": reasons}
            if button.action in _ASIDE:
                changes |= {"label": ACTIONS[button.action].title}
            button = replace(button, **changes)
            is_next = button.action in _NEXT and not button.reasons
            found.append(replace(button, is_prominent=is_next))
        found += self._on_the_page(record, reach)
        return sorted(found, key=lambda b: 0 if b.is_prominent else _PLACE.get(b.action, 9))

    def _on_the_page(self, record: Incident, reach: Any) -> Iterator[Button]:
        """What needs no dialog: writing and editing."""
        reasons = self._reasons_against_work(record, "edit", reach)
        edit = Button("edit", _("Edit"), "?edit=1", reasons, is_dialog=False, shortcut="e")
        yield edit
        if reach is None:
            say = Button("comment", _("Comment"), "#comment", is_dialog=False, shortcut="c")
            yield say

    def _reasons_against_work(self, record: Incident, action: str, reach: Any) -> tuple[Any, ...]:
        reasons = [reach] if reach else []
        if action == "assign" and not record.is_open:
            reasons.append(_("only an open incident can be assigned"))
        if action == "split" and not record.is_open:
            reasons.append(_("only an open record is split"))
        if action == "edit" and record.status in ENDED:
            reasons.append(_("what is closed or cancelled is no longer edited"))
        return tuple(reasons)

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


# They register themselves when the portal reads this module.
from incidents import (  # noqa: E402 -- they build on what stands above
    breach_admin,  # noqa: F401 -- as above
    guide_admin,  # noqa: F401 -- as above
    problem_admin,  # noqa: F401 -- as above
    score_admin,  # noqa: F401 -- as above
)
