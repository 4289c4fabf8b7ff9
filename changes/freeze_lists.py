"""The list of freeze windows, and what it can be narrowed by."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Service
from changes import freeze_page
from changes.enums import FreezeMode, FreezeSource
from core.api.filters import Flag, OneOf
from core.lists import Column, RecordList

ORDERINGS = {"reference": ("pk",), "name": ("name", "pk")}


def _in_force(windows: Any, wanted: bool) -> Any:
    return windows.filter(is_active=wanted)


class FreezeFilters(FilterSet):
    mode = OneOf("mode", FreezeMode)
    source = OneOf("source", FreezeSource)
    is_active = Flag(_in_force, _("in force"))


class FreezeList(RecordList):
    filterset = FreezeFilters
    orderings = ORDERINGS
    ordering = "name"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("mode", show=freeze_page.mode_badge, phone="meta"),
        Column("is_active", show=freeze_page.state_badge, phone="meta"),
        Column("source"),
        Column(
            "starts_at",
            _("when"),
            show=freeze_page.when_of,
            export=freeze_page.when_of,
            phone="meta",
        ),
        Column("countries", _("about"), show=freeze_page.scope_of_row),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.prefetch_related(
            "frozen_services", Prefetch("services", Service.objects.visible_to(self.user))
        )
