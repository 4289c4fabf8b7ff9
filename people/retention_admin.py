"""Retention rules in the portal: how long, by which text, and how much is due."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.admin import ScopedModelAdmin
from core.errors import Reason
from core.lists import Column, RecordList
from core.showing import badge
from people import services
from people.models import RetentionRule
from people.privacy_workflow import may_keep_requests
from records.personal_data import PERSONAL_DATA


class ChangeRuleForm(ActionForm):
    action = "change"
    title = _("Change the rule")
    checks_version = True
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=1_200)
    source = forms.CharField(label=_("Legal source"), max_length=200)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        self.fields["months"].initial = self.record.months
        self.fields["source"].initial = self.record.source

    def perform(self) -> Any:
        return services.change_rule(self.record, actor=self.actor, **self.cleaned_data)


class TakeUpForm(ActionForm):
    action = "take_up"
    title = _("Ask for the erasure of what is due")

    def effect(self) -> Reason:
        return _(
            "A privacy request names the oldest 200 records. Nothing is erased before it is "
            "accepted and two other persons have approved."
        )

    def perform(self) -> Any:
        return services.take_up(self.record, actor=self.actor)


def name_of(rule: RetentionRule) -> str:
    if rule.model not in PERSONAL_DATA:
        return rule.model
    return capfirst(PERSONAL_DATA[rule.model].model_class._meta.verbose_name_plural)


def due_badge(rule: RetentionRule) -> Any:
    return badge(rule.due_count, "orange" if rule.due_count else "green")


class RetentionList(RecordList):
    orderings = {"model": ("model", "pk")}
    ordering = "model"
    note = _("What is due is erased by two approvals only, and never under a legal hold.")
    columns = (
        Column("model", show=name_of, ordering="model", leads_to_record=True, phone="title"),
        Column("months", phone="meta"),
        Column("moment"),
        Column("source"),
        Column("due_count", show=due_badge, export=lambda rule: rule.due_count, phone="meta"),
    )


@admin.register(RetentionRule)
class RetentionRuleAdmin(ScopedModelAdmin):
    action_forms = {form.action: form for form in (ChangeRuleForm, TakeUpForm)}
    list_class = RetentionList
    record_template = "people/facts.html"
    edits_on_request = True
    ordering = ("model",)

    def get_header(self, request: HttpRequest, record: RetentionRule) -> dict[str, Any]:
        return {"reference": "", "title": name_of(record), "badges": [due_badge(record)]}

    def get_facts(self, request: HttpRequest, record: RetentionRule) -> list[tuple[Any, Any]]:
        return [
            (_("months"), record.months),
            (_("counted from"), record.moment),
            (_("legal source"), record.source),
            (_("due"), record.due_count),
        ]

    def get_action_forms(self, request: HttpRequest, record: RetentionRule) -> Mapping[str, Any]:
        found = dict(self.action_forms)
        if not request.user.has_perm("people.change_retentionrule"):
            del found["change"]
        if not may_keep_requests(request.user):
            del found["take_up"]
        return found

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}
