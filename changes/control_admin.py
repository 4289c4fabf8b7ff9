"""Control exceptions in the portal: to read, for those who audit and answer for the controls."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from changes import control_page
from changes.models import ControlException
from core.admin import ScopedModelAdmin
from core.showing import link, shown


@admin.register(ControlException)
class ControlExceptionAdmin(ScopedModelAdmin):
    list_class = control_page.ControlList
    ordering = ("-pk",)
    fields = ("kind",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related(*control_page.RELATED)
        return rows.defer("change__search")

    def get_header(self, request: HttpRequest, record: ControlException) -> dict[str, Any]:
        return {
            "reference": "",
            "title": f"{record.get_kind_display()}: {record.change.reference}",
            "badges": [control_page.state_badge(record)],
        }

    def get_facts(self, request: HttpRequest, record: ControlException) -> list[tuple[Any, Any]]:
        return [
            (_("change"), link(record.change)),
            (_("when"), shown(record.recorded_at)),
            (_("who"), shown(record.by and record.by.get_full_name())),
            (_("cause"), shown(control_page.cause_of(record))),
            (_("review"), shown(control_page.review_of(record))),
        ]
