"""Maintenance windows as REST."""

from typing import Any

from assets.models import Service
from changes import services
from changes.maintenance_lists import ORDERINGS, MaintenanceFilters
from changes.models import MaintenanceWindow
from changes.window_api import WindowInput, WindowShown, WindowViewSet
from core.api.fields import RelatedList


class MaintenanceShown(WindowShown):
    """When work on some services is agreed. Either `starts_at` and `ends_at`, or `rule` and what
    follows it."""


class MaintenanceInput(WindowInput):
    """What a maintenance window is made of."""

    services = RelatedList(Service)


class MaintenanceWindowViewSet(WindowViewSet):
    """When work on a service is agreed."""

    queryset = MaintenanceWindow.objects.all()
    serializer_class = MaintenanceShown
    create_serializer_class = edit_serializer_class = MaintenanceInput
    filterset_class = MaintenanceFilters
    orderings = ORDERINGS

    def create_with(self, **data: Any) -> MaintenanceWindow:
        window = services.declare_maintenance(actor=self.request.user, **data)
        return self.get_queryset().get(pk=window.pk)

    def edit_with(self, record: MaintenanceWindow, **data: Any) -> MaintenanceWindow:
        return services.edit_maintenance(record, actor=self.request.user, **data)
