"""Exit plans in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import link
from vendors import services
from vendors.exit_plans import page
from vendors.exit_plans.enums import ExitPlanStatus
from vendors.exit_plans.forms import EXIT_PLAN_ACTIONS
from vendors.exit_plans.lists import (
    ExitPlanList,
    days_cell,
    due_cell,
    exercised_cell,
    status_badge,
)
from vendors.exit_plans.permissions import may_approve_exit_plans, may_keep_exit_plans
from vendors.exit_plans.workflow import EXIT_PLAN_WORKFLOW
from vendors.models import ExitPlan
from vendors.money import written

_FACTS = ("leaves_when", "data_return", "alternative", "cost", "currency", "owner")


@admin.register(ExitPlan)
class ExitPlanAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.draft_exit_plan)
    change_with = staticmethod(services.edit_exit_plan)
    workflow = EXIT_PLAN_WORKFLOW
    action_forms = EXIT_PLAN_ACTIONS
    list_class = ExitPlanList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "vendor__name")
    ordering = ("-pk",)
    fields = ("vendor", "contract", *_FACTS)
    autocomplete_fields = ("vendor", "contract", "owner")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "contract", "owner__person", "drafted_by__person")
        rows = super().get_queryset(request)
        return rows.with_days().select_related(*related, "approved_by__person")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else _FACTS

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == ExitPlanStatus.DRAFT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        due = due_cell(record)
        return {
            "reference": record.reference,
            "title": record.vendor.name,
            "badges": [status_badge(record)],
            "facts": [
                (_("number"), record.number),
                (_("days needed"), days_cell(record)),
                *([(_("exercise due on"), due)] if due else []),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        approver = record.approved_by
        return [
            (_("vendor"), link(record.vendor)),
            (_("contract"), record.contract and link(record.contract)),
            (_("triggers"), record.leaves_when),
            (_("return and deletion of data"), record.data_return),
            (_("alternative"), record.alternative),
            (pgettext_lazy("exit plan", "cost"), written(record.cost, record.currency)),
            (pgettext_lazy("exit plan", "owner"), record.owner.get_full_name()),
            (_("exercised on"), exercised_cell(record)),
            (_("drafted by"), record.drafted_by.get_full_name()),
            (pgettext_lazy("exit plan", "approved by"), approver and approver.get_full_name()),
            (pgettext_lazy("exit plan", "approved at"), record.approved_at),
            (pgettext_lazy("exit plan", "replaced on"), record.replaced_on),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return [page.exercises_panel(record, self._button_for(request, record))]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        lead = [page.steps_panel(record, self._button_for(request, record))]
        context = super().page_context(request, record)
        return context | {"first_tab": _("Overview"), "lead_tables": lead}

    def _button_for(self, request: HttpRequest, record: Any) -> Any:
        offered = self.get_action_forms(request, record)

        def button(action: str, label: Any, **answers: Any) -> Button | None:
            if action not in offered:
                return None
            return Button(action, label, self.url_of_action(record, offered[action], **answers))

        return button

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Steps are written where they stand."""
        return [one for one in super().get_buttons(request, record) if one.action != "set_steps"]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Keepers write drafts and record exercises, those who decide about vendors approve."""
        offered: set[str] = set()
        keeps = may_keep_exit_plans(request.user)
        if record.status == ExitPlanStatus.DRAFT:
            offered |= {"set_steps"} if keeps else set()
            offered |= {"approve"} if may_approve_exit_plans(request.user) else set()
        if record.status == ExitPlanStatus.APPROVED and keeps:
            offered.add("exercise")
        return {name: form for name, form in self.action_forms.items() if name in offered}
