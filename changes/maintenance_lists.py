"""The list of maintenance windows, and what it can be narrowed by."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Service
from changes import freeze_page, maintenance_page
from core.api.filters import ByRecord, Flag
from core.lists import Column, RecordList

ORDERINGS = {"reference": ("pk",), "name": ("name", "pk")}


def _in_force(windows: Any, wanted: bool) -> Any:
    return windows.filter(is_active=wanted)


class MaintenanceFilters(FilterSet):
    service = ByRecord("maintained_services__service", Service, label=_("service"))
    is_active = Flag(_in_force, _("in force"))


class MaintenanceList(RecordList):
    filterset = MaintenanceFilters
    orderings = ORDERINGS
    ordering = "name"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("is_active", show=freeze_page.state_badge, phone="meta"),
        Column(
            "starts_at",
            _("when"),
            show=freeze_page.when_of,
            export=freeze_page.when_of,
            phone="meta",
        ),
        Column("services", _("services"), show=maintenance_page.services_of_row),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.prefetch_related(
            "maintained_services", Prefetch("services", Service.objects.visible_to(self.user))
        )
