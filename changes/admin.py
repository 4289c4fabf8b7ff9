"""Changes in the portal: the list one works from and the page one decides on.

Boards and policies stand in `board_admin`, standard changes in `template_admin`, substitutes in
`absence_admin`, freeze windows in `freeze_admin`, maintenance windows in `maintenance_admin`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes import page, services, workbench
from changes.calendar_page import calendar_urls, peek_page
from changes.checklist_page import checklist_panels
from changes.condition_page import conditions_of
from changes.conflict_page import conflict_panel
from changes.consequences import CONSEQUENCES
from changes.difference import label_of
from changes.enums import ENDED, ChangeType, Status
from changes.exception_page import exceptions_of, words_of
from changes.forms import ACTIONS, CONFIRMED, CommentForm
from changes.forms.conditions import ClearConditionForm, unoffered
from changes.forms.editing import PARTS, ChangeForm
from changes.forms.freeze_exceptions import freeze_forms
from changes.freeze_exception_page import exception_panels
from changes.lists import ChangeList
from changes.models import Change
from changes.offers import ON_ROWS, offered_on_rows, unfitting
from changes.permissions import may_share_changes
from changes.risk_page import risk_panel
from changes.rules import has_risk, is_in_hand
from changes.side import side_of
from changes.task_page import task_panel
from changes.timeline import CHANGE_TIMELINE
from changes.workflow import CHANGE_WORKFLOW
from core.admin import Button, Panel, ScopedModelAdmin, SearchSelectMultiple
from core.errors import Refused
from core.record.once import new_token
from core.record.side import Block
from core.showing import link, shown
from people.stepup import require_confirmation
from records.download import attachment_response

_NEXT = {"submit", "assess", "request_approval", "schedule", "start", "complete", "verify", "close"}
_ASIDE = {
    *("assess_risk", "hold", "resume", "amend", "reschedule", "cancel", "clone", "back_out"),
    *("plan_task", "ask_for_exception", "set_condition"),
}
_FOR_OTHERS = {
    "vote",
    "clone",
    "approve_freeze_exception",
    "review_freeze_exception",
    "set_condition",
}  # without a part in it
_ELSEWHERE = {"comment"}  # in the add box
_BESIDE = {"watch", "unwatch", "share", "end_share"}  # in the side panel
_TEXTS = (
    "reason",
    "description",
    "security_impact",
    "test_plan",
    "test_result",
    "backout_plan",
    "communication_plan",
)


def _could_start(change: Change) -> bool:
    """Only an emergency begins before it is scheduled."""
    return change.status == Status.SCHEDULED or change.type == ChangeType.EMERGENCY


def _lacks_its_risk(change: Change) -> bool:
    """It was moved to be assessed, and nothing but its risk may be in the way."""
    return change.status == Status.ASSESSING and has_risk(change, None) is not None


@admin.register(Change)
class ChangeAdmin(ScopedModelAdmin):
    form = ChangeForm
    workflow = CHANGE_WORKFLOW
    action_forms = ACTIONS
    create_with = staticmethod(services.raise_change)
    change_with = staticmethod(services.edit_change)
    record_template = "changes/record.html"
    edits_on_request = True
    keeps_drafts = True
    timeline = CHANGE_TIMELINE

    list_class = ChangeList
    search_fields = ("title",)
    ordering = ("-pk",)
    autocomplete_fields = ("builder", "implementer", "tester")

    def get_queryset(self, request: HttpRequest) -> Any:
        people = ("requester", "builder", "implementer", "tester")
        related = ("life", "team", "template", *people, *(f"{name}__person" for name in people))
        return super().get_queryset(request).select_related(*related).defer("search")

    def is_workable(self, request: HttpRequest, record: Change) -> bool:
        return is_in_hand(record, request.user) is None

    # --- The form -------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        what = ["title", "services", "assets", "clients"]
        if obj is None:
            what = ["title", ("type", "template"), "team", *what[1:]]
        window = ("planned_start_at", "planned_end_at")
        people = ("builder", "implementer", "tester")
        if obj is not None and obj.version_hash:
            return [(None, {"fields": list(people)})]
        return [
            (None, {"fields": what}),
            (_("Facts that whoever approves it needs"), {"fields": [*_TEXTS, "commits"]}),
            (
                _("When, where and who"),
                {"fields": [window, ("environment", "is_significant"), people]},
            ),
        ]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in form.base_fields.keys() & set(_TEXTS):
            form.base_fields[name].widget.attrs["rows"] = 4
        frozen = obj is not None and obj.version_hash
        if frozen:
            form.base_fields.pop("commits", None)
        for name, model in PARTS.items():
            if frozen:
                form.base_fields.pop(name, None)
                continue
            field = form.base_fields[name]
            field.queryset = model.objects.visible_to(request.user)
            field.widget = SearchSelectMultiple(
                Change._meta.get_field(name), self.admin_site, attrs={"style": "width: 100%"}
            )
            field.widget.choices = field.choices
        return form

    # --- The page -------------------------------------------------------------------------------

    def get_header(self, request: HttpRequest, record: Change) -> dict[str, Any]:
        badges = [page.status_badge(record), page.risk_badge(record)]
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [each for each in badges if each],
            "facts": [
                (_("type"), record.get_type_display()),
                (_("team"), link(record.team)),
                (
                    _("implementer"),
                    shown(record.implementer and record.implementer.get_full_name()),
                ),
                (_("planned window"), page.window_of(record)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Change) -> list[tuple[Any, Any]]:
        return []  # they stand beside the record and in its lead

    def get_panels(self, request: HttpRequest, record: Change) -> list[Panel]:
        rounds = page.rounds_of(record)
        button = self._row_button(request, record)
        approval = {
            "rounds": rounds,
            "amendment": page.amendment_of(record),
            "words": words_of(record) if record.type == ChangeType.EMERGENCY else {},
            "exceptions": exceptions_of(record, request.user, button, timezone.now()),
            "conditions": conditions_of(record, request.user, self._clearing(record)),
        }
        registered = [make(record, request.user) for _name, make in page.CHANGE_PANELS]
        return [
            Panel("approval", _("Approval"), "changes/approval.html", approval, len(rounds)),
            task_panel(record, button),
            conflict_panel(record, request.user, button),
            risk_panel(record),
            *checklist_panels(record, button),
            *exception_panels(record, self._exception_button(request, record)),
            deployment_admin.deployments_panel(record, request.user),
            *(consequence.panel(record, request.user) for _name, consequence in CONSEQUENCES),
            *(panel for panel in registered if panel is not None),
        ]

    def _row_button(self, request: HttpRequest, record: Change) -> Any:
        """What gives the buttons that stand in the tabs, where this person is offered them."""
        offered = offered_on_rows(record, request.user)

        def button(action: str, label: Any, **answers: Any) -> Button | None:
            if action not in offered:
                return None
            form = (ACTIONS | CONFIRMED)[action]
            return Button(action, label, self.url_of_action(record, form, **answers))

        return button

    def _exception_button(self, request: HttpRequest, record: Change) -> Any:
        """The same for exceptions from freezes, in which others than those of the change act."""
        offered = freeze_forms(record, request.user)

        def button(action: str, label: Any, **answers: Any) -> Button | None:
            if action not in offered:
                return None
            return Button(action, label, self.url_of_action(record, offered[action], **answers))

        return button

    def _clearing(self, record: Change) -> Any:
        return lambda condition: self.url_of_action(
            record, ClearConditionForm, condition=condition.pk
        )

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        texts = [(label_of(name), getattr(record, name)) for name in _TEXTS]
        texts.append((label_of("commits"), page.commits_of(record)))
        return {**context, "texts": texts}

    def get_side(self, request: HttpRequest, record: Change) -> list[Block]:
        offered = self.get_action_forms(request, record)

        in_hand = is_in_hand(record, request.user) is None

        def button(action: str, label: Any, full: Any = "", **answers: Any) -> Button | None:
            if action not in offered or not (in_hand or "watch" in action):
                return None
            url = self.url_of_action(record, offered[action], **answers)
            return Button(action, label, url, full_label=full)

        return list(side_of(record, request.user, button))

    def get_talk(self, request: HttpRequest, record: Change) -> dict[str, Any] | None:
        form = CommentForm(record=record, actor=request.user, auto_id="comment_%s")
        url = self.url_of_action(record, CommentForm)
        return {"form": form, "action_url": url, "is_plain": True, "once": new_token()}

    # --- Actions --------------------------------------------------------------------------------

    def before_action(self, request: HttpRequest, form_class: Any) -> None:
        """A vote counts as its person's only if they have just confirmed who they are."""
        if form_class.action in CONFIRMED:
            require_confirmation(request)

    def get_action_forms(self, request: HttpRequest, record: Change) -> Mapping[str, Any]:
        asks = Change.objects.filter(pk=record.pk).awaiting_vote_of(request.user, timezone.now())
        asked = CONFIRMED if asks.exists() else {k: v for k, v in CONFIRMED.items() if k != "vote"}
        found = ACTIONS | asked | freeze_forms(record, request.user)
        without = set(unoffered(record, request.user))
        if not may_share_changes(request.user):
            without |= {"share", "end_share"}
        return {name: form for name, form in found.items() if name not in without}

    def get_buttons(self, request: HttpRequest, record: Change) -> list[Button]:
        """What comes next first; who has no part in it is offered only what they may do."""
        found = []
        in_hand = is_in_hand(record, request.user) is None
        unfit = unfitting(record)
        for button in super().get_buttons(request, record):
            if button.action in _ELSEWHERE | _BESIDE | ON_ROWS | unfit:
                continue
            if not in_hand and button.action not in _FOR_OTHERS:
                continue
            if button.action == "start" and not _could_start(record):
                continue
            if button.action == "vote":
                found.insert(0, replace(button, is_main=True, is_prominent=True, is_dialog=False))
                continue
            is_urged = button.action == "assess_risk" and _lacks_its_risk(record)
            is_main = button.action not in _ASIDE or is_urged
            is_next = (button.action in _NEXT or is_urged) and not button.reasons
            found.append(replace(button, is_main=is_main, is_prominent=is_next))
        return [*found, *self._on_the_page(record, in_hand)]

    def _on_the_page(self, record: Change, in_hand: bool) -> Iterator[Button]:
        """What needs no dialog: writing and editing."""
        if in_hand and record.status not in ENDED:
            yield Button("edit", _("Edit"), "?edit=1", is_dialog=False, shortcut="e")
        yield Button("comment", _("Comment"), "#comment", is_dialog=False, shortcut="c")

    # --- Files ----------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_view)
        own = path("<int:object_id>/files/<int:file_id>/", view, name="changes_change_download")
        peek = self.admin_site.admin_view(partial(peek_page, self))
        return [
            own,
            path("<int:object_id>/peek/", peek, name="changes_change_peek"),
            *calendar_urls(self.admin_site),
            *workbench.urls(self.admin_site),
            *super().get_urls(),
        ]

    def download_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A file of a change that one may see, always as a download."""
        change = self.get_object(request, str(object_id))
        try:
            return attachment_response(change.attachments.filter(pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{self.url_of(change)}#timeline")


from changes import (  # noqa: E402 -- they register their pages
    absence_admin,  # noqa: F401 -- as above
    board_admin,  # noqa: F401 -- as above
    budget_admin,  # noqa: F401 -- as above
    control_admin,  # noqa: F401 -- as above
    deployment_admin,
    freeze_admin,  # noqa: F401 -- as above
    maintenance_admin,  # noqa: F401 -- as above
    meeting_admin,  # noqa: F401 -- as above
    template_admin,  # noqa: F401 -- as above
)
