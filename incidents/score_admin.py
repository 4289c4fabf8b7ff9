"""The path of targets in the portal: kept by administrators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ScopedModelAdmin
from core.lists import Column, RecordList
from incidents.models import TargetStep
from incidents.score_parts import percent
from incidents.services import add_target_step, change_target_step


class TargetStepList(RecordList):
    orderings = {"month": ("month", "pk")}
    ordering = "-month"
    columns = (
        Column(
            "month",
            show=lambda step: f"{step.month:%Y-%m}",
            ordering="month",
            leads_to_record=True,
            phone="title",
        ),
        Column("metric", phone="meta"),
        Column("share", show=lambda step: percent(step.share), phone="meta"),
    )


@admin.register(TargetStep)
class TargetStepAdmin(ScopedModelAdmin):
    create_with = staticmethod(add_target_step)
    change_with = staticmethod(change_target_step)
    list_class = TargetStepList
    search_fields = ("metric",)
    ordering = ("-month",)
    fields = ("metric", "month", "share")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("metric", "month") if obj else ()
