"""Rubrics in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import badge
from people.models import Criterion, Rubric
from people.quality.enums import RubricStatus
from people.quality.rubric_forms import RUBRIC_ACTIONS
from people.quality.rubric_lists import RubricList, status_badge
from people.quality.rubric_workflow import (
    RUBRIC_WORKFLOW,
    may_approve_rubrics,
    may_write_rubrics,
)
from people.services import rubrics

_TEXTS = ("title_en", "title_es", "good_en", "good_es")


@admin.register(Rubric)
class RubricAdmin(ScopedModelAdmin):
    create_with = staticmethod(rubrics.draft_rubric)
    change_with = staticmethod(rubrics.edit_rubric)
    workflow = RUBRIC_WORKFLOW
    action_forms = RUBRIC_ACTIONS
    list_class = RubricList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "=key", "title_en", "title_es")
    ordering = ("-pk",)
    fields = ("key", *_TEXTS)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("drafted_by__person", "approved_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The key is for good."""
        return self.fields if obj is None else _TEXTS

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == RubricStatus.DRAFT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [status_badge(record)],
            "facts": [(_("version"), record.number)],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        approver = record.approved_by
        return [
            (_("what good is"), record.good),
            (_("key"), record.key),
            (_("drafted by"), record.drafted_by.get_full_name()),
            (_("approved by"), approver and approver.get_full_name()),
            (_("approved at"), record.approved_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        offered = self.get_action_forms(request, record)
        rows = []
        for one in record.criteria.order_by("pk"):
            row = [_titled(one), _anchors(one), one.weight]
            if "set_criterion" in offered:
                row.append(self._links(record, one.key, offered))
            rows.append(row)
        columns = [_("criterion"), _("what each rating means"), _("weight")]
        columns += [""] if "set_criterion" in offered else []
        table = {"columns": columns, "rows": rows, "nothing": _("It has no criterion yet.")}
        panel = Panel("criteria", _("Criteria"), "portal/table.html", table, len(rows))
        return super().page_context(request, record) | {"lead_tables": [panel]}

    def _links(self, record: Any, key: str, offered: Mapping[str, Any]) -> Any:
        html = '<a href="{}" data-dialog>{}</a>'
        change = self.url_of_action(record, offered["set_criterion"], key=key)
        remove = self.url_of_action(record, offered["remove_criterion"], key=key)
        links = ((html, change, _("Change")), (html, remove, _("Take out")))
        return format_html_join(" · ", "{}", ((format_html(*one),) for one in links))

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        offered: set[str] = set()
        if record.status == RubricStatus.DRAFT:
            if may_write_rubrics(request.user):
                offered |= {"set_criterion", "remove_criterion"}
            if may_approve_rubrics(request.user):
                offered.add("activate")
        return {name: form for name, form in self.action_forms.items() if name in offered}

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Criteria are taken out where they stand."""
        found = super().get_buttons(request, record)
        return [one for one in found if one.action != "remove_criterion"]


def _titled(one: Criterion) -> Any:
    mark = badge(pgettext_lazy("criterion", "Critical"), "red") if one.is_critical else ""
    applies = _("Applies when: %(when)s") % {"when": one.applies} if one.is_conditional else ""
    return format_html('{} {}<br><span class="note">{}</span>', one.title, mark, applies)


def _anchors(one: Criterion) -> Any:
    return format_html_join(mark_safe("<br>"), "<b>{}</b> {}", one.anchors)
