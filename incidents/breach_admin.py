"""The reasons for missing a target in the portal: kept by administrators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import ScopedModelAdmin
from core.lists import Column, RecordList
from incidents.models import BreachReason
from incidents.services import add_breach_reason, change_breach_reason


class BreachReasonList(RecordList):
    orderings = {"code": ("code", "pk")}
    ordering = "code"
    columns = (
        Column("code", ordering="code", leads_to_record=True, phone="meta"),
        Column("name", _("name"), show=str, leads_to_record=True, phone="title"),
        Column("name_en", is_default=False),
        Column("name_es", is_default=False),
        Column("is_offered", phone="meta"),
    )


@admin.register(BreachReason)
class BreachReasonAdmin(ScopedModelAdmin):
    create_with = staticmethod(add_breach_reason)
    change_with = staticmethod(change_breach_reason)
    list_class = BreachReasonList
    search_fields = ("code", "name_en", "name_es")
    ordering = ("code",)
    fields = ("code", "name_en", "name_es", "is_offered")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()
